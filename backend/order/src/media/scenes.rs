//! The still lifes: which things stand where. Measures are the scene's own units, 500 high.

use tradewind_pictures::{Family, Picture, SceneItem, View, scene};

/// The scene of that name as SVG: `home` or `login`.
pub fn by_name(name: &str) -> Option<String> {
    match name {
        "home" => Some(home()),
        "login" => Some(login()),
        _ => None,
    }
}

fn item<'a>(picture: Picture<'a>, x: f64, y: f64, scale: f64) -> SceneItem<'a> {
    SceneItem { picture, x, y, scale }
}

fn home() -> String {
    let vase = Picture {
        kind: Some("bottle"),
        glaze: Some("celadon"),
        ..Picture::new(Family::Ceramics, "celadon-bottle-vase", "Celadon", View::Front)
    };
    let bag = Picture {
        kind: Some("bag"),
        tone: Some(0),
        motif: Some("contours"),
        ..Picture::new(Family::Coffee, "monsooned-malabar", "Monsooned Malabar", View::Front)
    };
    let caddy = Picture {
        kind: Some("caddy"),
        tone: Some(0),
        motif: Some("hills"),
        liquor: Some("#c98f3c"),
        ..Picture::new(Family::Tea, "darjeeling-first-flush", "Darjeeling First Flush", View::Front)
    };
    scene(&[item(vase, -52.0, 24.0, 0.94), item(bag, 92.0, -14.0, 1.02), item(caddy, 296.0, 112.0, 0.77)], 620, Family::Ceramics)
}

fn login() -> String {
    let jar = Picture { kind: Some("moon"), glaze: Some("shino"), ..Picture::new(Family::Ceramics, "door-jar", "Jar", View::Front) };
    let glass = Picture { kind: Some("sandglass"), ..Picture::new(Family::Instruments, "door-glass", "Glass", View::Front) };
    let cup = Picture { kind: Some("cup"), glaze: Some("indigo"), ..Picture::new(Family::Ceramics, "door-cup", "Cup", View::Front) };
    scene(&[item(jar, 190.0, 10.0, 1.0), item(glass, 30.0, 92.0, 0.8), item(cup, 330.0, 246.0, 0.5)], 620, Family::Instruments)
}
