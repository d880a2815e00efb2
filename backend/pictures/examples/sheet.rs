//! A contact sheet of the pictures, as HTML: every kind in every view, then forty handles of each family.
//! `cargo run -p tradewind-pictures --example sheet > sheet.html`; a family's name, `kinds`, `scenes` or
//! `seeded` (what the shop is seeded with) narrows it.

#![expect(clippy::print_stdout, reason = "the sheet is what it prints")]

use std::fmt::Write as _;

use tradewind_pictures::{Family, Picture, SceneItem, View, from_handle, kinds, scene, svg};

const PLACES: [&str; 40] = [
    "darjeeling",
    "smoked",
    "ceylon",
    "night",
    "assam",
    "yunnan",
    "uji",
    "malabar",
    "harrar",
    "antigua",
    "haraaz",
    "kona",
    "sidamo",
    "toraja",
    "zanzibar",
    "tellicherry",
    "kampot",
    "kerala",
    "penang",
    "banda",
    "ternate",
    "muscat",
    "aden",
    "cochin",
    "galle",
    "macau",
    "lisbon",
    "cadiz",
    "bergen",
    "bristol",
    "salem",
    "amoy",
    "nagasaki",
    "hoi-an",
    "malacca",
    "surat",
    "basra",
    "mombasa",
    "sofala",
    "goa",
];

fn by_kind() -> String {
    let mut html = String::new();
    for family in Family::ALL {
        for kind in kinds(family) {
            for view in View::ALL {
                let handle = format!("{}-{kind}", family.as_str());
                let picture =
                    Picture { kind: Some(kind), ..Picture::new(family, &handle, "Sample Piece", view) };
                let drawn = svg(&picture);
                let _ = write!(
                    html,
                    "<figure>{drawn}<figcaption>{kind} {} {}</figcaption></figure>",
                    view.as_str(),
                    drawn.len()
                );
            }
        }
    }
    html
}

fn by_handle(family: Family) -> String {
    PLACES.iter().fold(String::new(), |mut html, place| {
        let drawn = from_handle(family, &format!("{place}-{}", family.as_str()), View::Front);
        let _ = write!(html, "<figure>{drawn}<figcaption>{place} {}</figcaption></figure>", drawn.len());
        html
    })
}

fn seeded() -> String {
    let handles = include_str!("../tests/handles.txt").lines().filter_map(|line| line.split_once(' '));
    handles.fold(String::new(), |mut html, (family, handle)| {
        let drawn = from_handle(Family::parse(family), handle, View::Front);
        let _ = write!(html, "<figure>{drawn}<figcaption>{handle} {}</figcaption></figure>", drawn.len());
        html
    })
}

fn scenes() -> String {
    let item = |family, handle, kind, x, y, scale| {
        let picture =
            Picture { kind: Some(kind), ..Picture::new(family, handle, "Darjeeling First Flush", View::Front) };
        SceneItem { picture, x, y, scale }
    };
    let home = [
        item(Family::Ceramics, "celadon-bottle-vase", "bottle", -52.0, 24.0, 0.94),
        item(Family::Coffee, "monsooned-malabar", "bag", 92.0, -14.0, 1.02),
        item(Family::Tea, "darjeeling-first-flush", "caddy", 296.0, 112.0, 0.77),
    ];
    let door = [
        item(Family::Ceramics, "door-jar", "moon", 190.0, 10.0, 1.0),
        item(Family::Instruments, "door-glass", "sandglass", 30.0, 92.0, 0.8),
        item(Family::Ceramics, "door-cup", "cup", 330.0, 246.0, 0.5),
    ];
    let wide = "<figure style='grid-column:span 4'>";
    format!(
        "{wide}{}</figure>{wide}{}</figure>",
        scene(&home, 620, Family::Ceramics),
        scene(&door, 620, Family::Instruments)
    )
}

fn main() {
    let wish = std::env::args().nth(1);
    let body = match wish.as_deref() {
        Some("kinds") => by_kind(),
        Some("scenes") => scenes(),
        Some("seeded") => seeded(),
        Some(name) => by_handle(Family::parse(name)),
        None => Family::ALL.into_iter().fold(scenes() + &by_kind(), |html, family| html + &by_handle(family)),
    };
    println!(
        "<!doctype html><meta charset=utf-8><style>:root{{color-scheme:light dark}}body{{margin:8px;display:grid;\
         grid-template-columns:repeat(8,1fr);gap:6px;font:11px sans-serif}}figure{{margin:0}}</style>{body}"
    );
}
