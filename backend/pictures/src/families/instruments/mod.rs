//! Instruments: brass on a chart, glass on the table, a barometer on the wall.

mod dials;
mod sea;
mod stand;

use crate::draw::{BLACK, Element, Path, Point, Rgb, circle, line, path, polygon, rect, ring_through};
use crate::easel::{Easel, Form};
use crate::light::{BRASS, Metal};
use crate::seed::{cos, sin};

pub const KINDS: [&str; 9] =
    ["compass", "astrolabe", "chart", "sandglass", "sextant", "globe", "telescope", "barometer", "chronometer"];

const INK: Rgb = Rgb(0x1d2f3a);
const RED: Rgb = Rgb(0xa8432d);
const BRONZE: Metal = Metal { base: Rgb(0xa9764a), bright: Rgb(0xe8c193), deep: Rgb(0x5e3a20) };
const NICKEL: Metal = Metal { base: Rgb(0xa3abab), bright: Rgb(0xf4f5f0), deep: Rgb(0x545f63) };
const METALS: [Metal; 5] = [BRASS, BRASS, BRASS, BRONZE, NICKEL];
const WOODS: [Rgb; 4] = [Rgb(0x6b412a), Rgb(0x8b5a38), Rgb(0x4a2f22), Rgb(0x7a3b28)];

/// The colours of a dial: its face, its edge, what is printed on it.
#[derive(Debug, Clone, Copy)]
struct Dial {
    face: Rgb,
    edge: Rgb,
    print: Rgb,
}

const DIALS: [Dial; 4] = [
    Dial { face: Rgb(0xfbf3e0), edge: Rgb(0xcdbb92), print: INK },
    Dial { face: Rgb(0xf8f6ef), edge: Rgb(0xc3c6bf), print: INK },
    Dial { face: Rgb(0x2c4a5a), edge: Rgb(0x132630), print: Rgb(0xf3e6c6) },
    Dial { face: Rgb(0xf1e2bf), edge: Rgb(0xb99a63), print: Rgb(0x4a2f20) },
];

pub fn draw(easel: &mut Easel<'_>) -> Form {
    let metal = easel.chance.pick(&METALS);
    let id = easel.id("b");
    easel.define(metal.sheen(id));
    match easel.kind {
        "astrolabe" => dials::astrolabe(easel, metal),
        "chart" => sea::chart(easel),
        "sandglass" => stand::sandglass(easel, metal),
        "sextant" => sea::sextant(easel, metal),
        "globe" => stand::globe(easel, metal),
        "telescope" => stand::telescope(easel, metal),
        "barometer" => dials::barometer(easel, metal),
        "chronometer" => dials::chronometer(easel, metal),
        _ => dials::compass(easel, metal),
    }
}

/// Defines `d`, the light on a dial.
fn dial_light(easel: &mut Easel<'_>, dial: Dial) {
    let id = easel.id("d");
    let middle = dial.face.mix(dial.edge, 0.2);
    easel.define(crate::draw::ball(
        id,
        &[(0.0, dial.face.pale(0.4).solid()), (0.72, middle.solid()), (1.0, dial.edge.solid())],
    ));
}

/// The colours of a printed chart.
struct Print {
    sea: Rgb,
    land: Rgb,
}

/// A chart on the table, a little askew. What `over` draws is turned with it.
fn sheet(easel: &mut Easel<'_>, [x, y, w, h]: [f64; 4], turn: f64, over: impl FnOnce(&mut Easel<'_>)) {
    let prints = [(0xdbe7e4, 0xeddcae), (0xe3ead9, 0xd9c79a), (0xd3e2ea, 0xe9d2b4), (0xe9e4d2, 0xcdbf8e)];
    let (sea, land) = easel.chance.pick(&prints);
    let print = Print { sea: Rgb(sea), land: Rgb(land) };
    let place = format!("rotate({} 200 270)", crate::draw::number(turn));
    easel.within(
        |g| g.transform(place),
        |easel| {
            let shade = |d: Path| path(d).fill("currentColor").opacity(0.12);
            easel.draw(shade(rect(x + 5.0, y + 9.0, w + 12.0, h + 8.0)));
            easel.draw(shade(rect(x - 3.0, y, w + 16.0, h + 13.0)));
            easel.draw(path(rect(x - 9.0, y - 9.0, w + 18.0, h + 18.0)).fill(Rgb(0xf8f2e2)));
            let inside = printed(easel, [x, y, w, h], &print);
            easel.draw(crate::draw::window(x, y, w, h, inside));
            easel.draw(line(rect(x, y, w, h), INK, 0.9).opacity(0.6));
            let scale = line(rect(x - 4.0, y - 4.0, w + 8.0, h + 8.0), INK, 2.6);
            easel.draw(scale.butt().dash("14 14").opacity(0.62));
            over(easel);
        },
    );
}

/// Sea, a coast on the right, islands, depths, and the lines of the winds.
fn printed(easel: &mut Easel<'_>, [x, y, w, h]: [f64; 4], print: &Print) -> String {
    let c = &mut easel.chance;
    let mut reach: f64 = 0.74;
    let coast: Vec<Point> = (0..=11)
        .map(|k| {
            reach = (reach + c.between(-0.09, 0.085)).clamp(0.56, 0.84);
            (
                (x + w * reach).round(),
                (y - 8.0 + (h + 16.0) * f64::from(k) / 11.0 + c.between(-6.0, 6.0)).round(),
            )
        })
        .collect();
    let mainland = Path::at(coast[0].0, coast[0].1).smooth(&coast).line(x + w, y + h).v(y).close();
    let mut isle = |across: f64, below: f64, size: f64| {
        let shore: Vec<Point> = (0..6)
            .map(|k| {
                let t = f64::from(k) / 6.0 * std::f64::consts::TAU;
                let r = size * w * c.between(0.7, 1.25);
                ((x + w * across + cos(t) * r).round(), (y + h * below + sin(t) * r * 1.5).round())
            })
            .collect();
        ring_through(&shore)
    };
    let land = mainland.then(&isle(0.5, 0.86, 0.045)).then(&isle(0.13, 0.1, 0.03));
    let mut out = path(rect(x, y, w, h)).fill(print.sea).to_string();
    out += &Element::new("defs").inner(path(land).id(easel.id("z"))).to_string();
    let shallow = print.sea.mix(Rgb(0x6fa3ab), 0.4);
    for (fill, edge, width) in [
        ("none".to_owned(), shallow.mix(print.sea, 0.5), 26.0),
        ("none".to_owned(), shallow, 11.0),
        (print.land.to_string(), INK, 0.8),
    ] {
        out += &easel.again("z").fill(fill).edge(edge, width).to_string();
    }
    out += &line(squares([x, y, w, h]), INK, 0.6).opacity(0.2).to_string();
    out += &line(winds([x, y, w, h]), RED, 0.5).opacity(0.34).to_string();
    out + &soundings(easel, [x, y, w, h])
}

fn squares([x, y, w, h]: [f64; 4]) -> Path {
    let upright = (1..4).fold(Path::new(), |p, k| p.go((x + w * f64::from(k) / 4.0).round(), y).v_by(h));
    (1..5).fold(upright, |p, k| p.go(x, (y + h * f64::from(k) / 5.0).round()).h_by(w))
}

fn winds([x, y, w, h]: [f64; 4]) -> Path {
    let (cx, cy) = ((x + w * 0.3).round(), (y + h * 0.34).round());
    (0..8).fold(Path::new(), |p, k| {
        let t = f64::from(k) * std::f64::consts::PI / 8.0 + 0.02;
        let (u, v) = ((cos(t) * w * 1.3).round(), (sin(t) * w * 1.3).round());
        p.go(cx - u, cy - v).line_by(2.0 * u, 2.0 * v)
    })
}

/// Depths, in one text whose digits are placed in pairs.
fn soundings(easel: &mut Easel<'_>, [x, y, w, h]: [f64; 4]) -> String {
    let (mut xs, mut ys, mut depths) = (Vec::new(), Vec::new(), String::new());
    for _ in 0..6 {
        let c = &mut easel.chance;
        let (a, b) = ((x + w * c.between(0.06, 0.52)).round(), (y + h * c.between(0.05, 0.97)).round());
        xs.push(format!("{a} {}", a + 4.0));
        ys.push(format!("{b} {b}"));
        depths += &c.whole(12, 98).to_string();
    }
    let text =
        Element::new("text").attr("x", xs.join(" ")).attr("y", ys.join(" ")).attr("font-size", 7).opacity(0.6);
    text.attr("text-anchor", "start").fill(INK).inner(depths).to_string()
}

/// A hand of a dial, pointing up from 0, 0.
fn hand(easel: &mut Easel<'_>, turn: f64, long: f64, wide: f64, colour: Rgb) {
    let blade = polygon(&[(0.0, -long), (wide, 0.0), (0.0, long * 0.22), (-wide, 0.0)]);
    let place = format!("rotate({})", crate::draw::number(turn));
    easel.within(
        |g| g.transform(place),
        |easel| {
            easel.draw(path(&blade).fill(BLACK.veil(0.2)).transform("translate(2 3)"));
            easel.draw(path(blade).fill(colour));
        },
    );
}

/// The shadow of something round that lies on a chart.
fn lying_shadow(easel: &mut Easel<'_>, r: f64) {
    let paint = easel.url("s");
    easel.draw(crate::draw::oval(26.0, 30.0, r * 1.3, r * 1.24).fill(&paint).opacity(0.8));
    easel.draw(crate::draw::oval(9.0, 11.0, r * 1.1, r * 1.08).fill(paint));
}

/// The middle of a dial: a pin of metal.
fn pin(easel: &mut Easel<'_>, r: f64) {
    easel.draw(circle(0.0, 0.0, r).fill(easel.url("b")));
    easel.draw(circle(-r * 0.24, -r * 0.26, r * 0.28).fill("#fff"));
}

/// A circle as an outline for the plan.
fn disc((x, y): Point, r: f64) -> Path {
    Path::at(x - r, y).arc_by(r, r, true, (2.0 * r, 0.0)).arc_by(r, r, true, (-2.0 * r, 0.0))
}
