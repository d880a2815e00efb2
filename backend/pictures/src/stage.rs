//! The room: wall, window light, table. Its colours follow the theme.

use std::fmt::Write as _;

use crate::Family;
use crate::draw::{Element, Path, path};
use crate::easel::Easel;
use crate::seed::hash;

/// How a thing is placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// It stands on the table.
    Table,
    /// It hangs on the wall.
    Wall,
    /// It lies there and is seen from above.
    Above,
}

/// A colour of the room in both themes.
struct Tone {
    name: &'static str,
    light: &'static str,
    dark: &'static str,
}

const TABLE: Tone = Tone { name: "stage-table", light: "#fff8ea", dark: "#3b3f3c" };
const GLOW: Tone = Tone { name: "stage-glow", light: "#fff6e2", dark: "#6a6153" };
const SHADE: Tone = Tone { name: "stage-shade", light: "#2a2a22", dark: "#04080a" };
const INK: Tone = Tone { name: "ink", light: "#13212a", dark: "#ece8dc" };
const SEA: Tone = Tone { name: "sea", light: "#0d5060", dark: "#82c8cc" };
const PAPER: Tone = Tone { name: "paper-raised", light: "#fffdf8", dark: "#15222a" };

impl Tone {
    fn var(&self) -> String {
        format!("var(--{},{})", self.name, self.light)
    }
}

fn wall(family: Family) -> Tone {
    let (name, light, dark) = match family {
        Family::Tea => ("stage-tea", "#c3cfb9", "#20352d"),
        Family::Coffee => ("stage-coffee", "#d9c3a9", "#38291f"),
        Family::Spices => ("stage-spices", "#e6c98d", "#3d2d13"),
        Family::Ceramics => ("stage-ceramics", "#b7cbcf", "#19343e"),
        Family::Textiles => ("stage-textiles", "#d6c8b5", "#34302b"),
        Family::Instruments => ("stage-instruments", "#9dbac0", "#123945"),
        Family::Parcel => ("stage-parcel", "#cfc9bb", "#2a2f31"),
    };
    Tone { name, light, dark }
}

/// The dark theme of a picture that stands alone. `svg:root` is only true where the picture is the whole
/// document, so a page that holds it inline keeps its own colours.
fn after_dark(tones: &[Tone]) -> String {
    let mut style = String::from("<style>@media(prefers-color-scheme:dark){svg:root{");
    for (i, tone) in tones.iter().enumerate() {
        let _ = write!(style, "{}--{}:{}", if i == 0 { "" } else { ";" }, tone.name, tone.dark);
    }
    style + "}}</style>"
}

/// The style of a room.
pub fn room_style(family: Family) -> String {
    after_dark(&[wall(family), TABLE, GLOW, SHADE])
}

/// The style of a plan.
pub fn plan_style() -> String {
    after_dark(&[INK, SEA, PAPER])
}

pub fn ink() -> String {
    INK.var()
}

pub fn sea() -> String {
    SEA.var()
}

pub fn paper() -> String {
    PAPER.var()
}

/// The colour that cast shadows take from the root.
pub fn shade() -> String {
    SHADE.var()
}

/// Stops of the room's own shade at several strengths.
pub fn shade_stops(list: &[(f64, f64)]) -> String {
    theme_stops("currentColor", list)
}

fn theme_stops(colour: &str, list: &[(f64, f64)]) -> String {
    let one = |(offset, strength): &(f64, f64)| {
        let stop = Element::new("stop");
        let stop = if *offset == 0.0 { stop } else { stop.attr("offset", crate::draw::fine(*offset)) };
        stop.attr("stop-color", colour).attr("stop-opacity", crate::draw::fine(*strength)).to_string()
    };
    list.iter().map(one).collect()
}

/// Late light through a window: one tall pane, two with a bar between, or four.
fn window_light(x: f64, pattern: u32) -> Path {
    let panes: &[[f64; 4]] = match pattern {
        0 => &[[0.0, -20.0, 92.0, 330.0]],
        1 => &[[0.0, -24.0, 56.0, 330.0], [66.0, -11.0, 56.0, 330.0]],
        _ => &[
            [0.0, -30.0, 60.0, 150.0],
            [70.0, -16.0, 60.0, 150.0],
            [48.0, 132.0, 60.0, 170.0],
            [118.0, 146.0, 60.0, 170.0],
        ],
    };
    panes.iter().fold(Path::new(), |light, [dx, y, w, h]| {
        light.go(x + dx, *y).line_by(*w, w * 0.2).line_by(h * 0.3, *h).line_by(-w, -w * 0.2).close()
    })
}

/// Draws the room and defines what its light needs.
pub fn set(easel: &mut Easel<'_>, family: Family, ground: Ground, width: u32) {
    let (wall, glow) = (wall(family).var(), GLOW.var());
    let all = format!("M0 0H{width}V500H0Z");
    let (a, b, c) = (easel.id("A"), easel.id("B"), easel.id("C"));
    easel.prepare_shadow();
    let sun = Element::new("radialGradient").id(a).attr("cx", ".3").attr("cy", ".3").attr("r", ".75");
    easel.define(sun.inner(theme_stops(&glow, &[(0.0, 0.8), (1.0, 0.0)])));
    let dusk = Element::new("linearGradient").id(b).attr("x2", "1").attr("y2", "1");
    easel.define(dusk.inner(shade_stops(&[(0.3, 0.0), (1.0, 0.16)])));

    easel.draw(path(&all).fill(&wall));
    easel.draw(path(&all).fill(easel.url("A")));
    if ground != Ground::Above {
        let beam = Element::new("linearGradient").id(c).attr("x2", "0").attr("y2", "1");
        easel.define(beam.inner(theme_stops(&glow, &[(0.0, 0.75), (1.0, 0.1)])));
        let luck = hash(easel.picture.handle);
        let light = window_light(20.0 + f64::from(luck % 60), luck / 60 % 3);
        easel.draw(path(light).fill(easel.url("C")));
    }
    if ground == Ground::Table {
        let table = format!("M0 356H{width}V500H0Z");
        easel.draw(path(&table).fill(TABLE.var()).opacity(0.66));
        easel.draw(path(format!("M0 356H{width}v1.5H0Z")).fill(&glow).opacity(0.7));
    }
    easel.draw(path(&all).fill(easel.url("B")));
}
