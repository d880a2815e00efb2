//! Tea: tins, a square caddy, a pouch, a pressed cake in its wrapper, and the pot.

use crate::draw::{BLACK, Path, Rgb, WHITE, across, circle, line, oval, path, polygon, rect, window};
use crate::easel::{Easel, Form};
use crate::families::{ceramics, props};
use crate::label::{self, Area, Room};
use crate::light;
use crate::tin::{Livery, Tin};

pub const KINDS: [&str; 6] = ["caddy", "squat", "square", "pouch", "cake", "teapot"];

const LIVERIES: [Livery; 10] = [
    Livery::new([0x2c564d, 0xc09a57, 0xf4ebd8, 0x7fa27e, 0xd8b46a]),
    Livery::new([0xb4c6b0, 0x57766a, 0xfbf6ea, 0x3f6c58, 0xd9a25c]),
    Livery::new([0x20384a, 0xc6a56a, 0xf1e8d5, 0x2f5468, 0xc4613f]),
    Livery::new([0x7e342b, 0xcaa46a, 0xf6ecd9, 0x9a5140, 0xdfae6c]),
    Livery::new([0xd8c59c, 0x6b4a34, 0xfbf5e6, 0x6d7f4e, 0xb9583b]),
    Livery::new([0x23282b, 0x9aa3a0, 0xeee9dc, 0x50616a, 0xd29a4a]),
    Livery::new([0xc98a6b, 0xf0e3cc, 0xfaf3e4, 0xa2573d, 0xe6b86f]),
    Livery::new([0x8fa9b3, 0x2f4a5a, 0xf6f3e8, 0x3c6377, 0xe0a07a]),
    Livery::new([0x4d3a55, 0xc6a56a, 0xf3ead9, 0x7a5c80, 0xdd9c7a]),
    Livery::new([0xe9dfc8, 0xa9643f, 0xfdf9ee, 0x8c6a3f, 0x7e9a86]),
];

const LIQUORS: [Rgb; 6] =
    [Rgb(0xb9722f), Rgb(0xc98f3c), Rgb(0xa8562a), Rgb(0xc9b25a), Rgb(0x8e3f1e), Rgb(0xd4b675)];
const CUPS: [Rgb; 5] = [Rgb(0xeef0ea), Rgb(0xeef0ea), Rgb(0xc9d6cb), Rgb(0x5d7f90), Rgb(0x8a5b48)];

pub fn draw(easel: &mut Easel<'_>) -> Form {
    let tone = easel.picture.tone.filter(|tone| *tone < LIVERIES.len());
    let livery = LIVERIES[tone.unwrap_or_else(|| easel.chance.index(LIVERIES.len()))];
    let id = easel.id("r");
    easel.define(light::gloss(id));
    let (form, cup_at) = match easel.kind {
        "square" => (square(easel, &livery), 310.0),
        "pouch" => (pouch(easel, &livery), 306.0),
        "cake" => (cake(easel, &livery), 316.0),
        "teapot" => (teapot(easel, &livery), 318.0),
        "squat" => (squat(easel, &livery), 318.0),
        _ => (caddy(easel, &livery), 306.0),
    };
    let liquor = easel.picture.liquor.and_then(Rgb::parse).unwrap_or_else(|| easel.chance.pick(&LIQUORS));
    let clay = if easel.picture.liquor.is_some() { CUPS[0] } else { easel.chance.pick(&CUPS) };
    let size = easel.chance.between(35.0, 40.0);
    props::cup(easel, cup_at, 440.0, size, clay, liquor);
    let leaf = easel.chance.pick(&[Rgb(0x39442f), Rgb(0x39442f), Rgb(0x3b2c22), Rgb(0x5f7047)]);
    props::leaves(easel, leaf.mix(livery.body, 0.16));
    form.goods(cup_at - 80.0, 432.0, 122.0)
}

fn caddy(easel: &mut Easel<'_>, livery: &Livery) -> Form {
    let motif = label::choose(easel, &["sprig", "hills", "waves", "rays", "moon", "boat", "peaks", "star"]);
    let c = &mut easel.chance;
    let tin = Tin {
        x: 176.0,
        y: 420.0,
        half: c.between(72.0, 84.0),
        height: c.between(206.0, 238.0),
        lid: c.between(30.0, 46.0),
        margins: (30.0, 22.0),
        picture: 0.46,
        letters: 23.0,
    };
    tin.draw(easel, livery, motif).detail(176.0, 352.0, 138.0)
}

fn squat(easel: &mut Easel<'_>, livery: &Livery) -> Form {
    let motif = label::choose(easel, &["rays", "hills", "waves", "boat", "peaks", "moon"]);
    let c = &mut easel.chance;
    let tin = Tin {
        x: 176.0,
        y: 420.0,
        half: c.between(90.0, 100.0),
        height: c.between(142.0, 160.0),
        lid: c.between(36.0, 48.0),
        margins: (20.0, 16.0),
        picture: 0.36,
        letters: 20.0,
    };
    tin.draw(easel, livery, motif).detail(176.0, 352.0, 146.0)
}

/// A square caddy with a round lid, one side in shadow.
fn square(easel: &mut Easel<'_>, livery: &Livery) -> Form {
    let (x, y, half) = (176.0, 420.0, 76.0);
    let height = easel.chance.between(192.0, 212.0);
    let (left, right, top) = (x - half, x + half, y - height);
    let (deep, rise) = (34.0, 16.0);
    let shoulder = top + 14.0;
    easel.shadow(x + 10.0, y - 4.0, half * 1.12);
    let side = polygon(&[(right, shoulder), (right + deep, top), (right + deep, y - rise), (right, y)]);
    easel.draw(path(side).fill(livery.body.dark(0.34)));
    let id = easel.id("f");
    easel.define(across(
        id,
        &[
            (0.0, livery.body.pale(0.16).solid()),
            (0.6, livery.body.solid()),
            (1.0, livery.body.dark(0.14).solid()),
        ],
    ));
    easel.draw(path(rect(left, shoulder, half * 2.0, height - 14.0)).fill(easel.url("f")));
    let (back, end) = (top - rise + 8.0, right + deep);
    let above = [(left, shoulder), (left + 26.0, back), (end - 14.0, back), (end, top), (right, shoulder)];
    easel.draw(path(polygon(&above)).fill(livery.body.pale(0.2)));
    easel.draw(line(Path::at(left, shoulder).h(right).line(end, top), WHITE.veil(0.5), 1.4));
    stopper(easel, x + 18.0, top - 2.0, livery.lid);
    square_label(easel, livery, left + 13.0, top + 34.0, half * 2.0 - 26.0, height - 50.0);
    let outline = polygon(&[
        (left, shoulder),
        (left + 26.0, back),
        (end - 14.0, back),
        (end, top),
        (end, y - rise),
        (right, y),
        (left, y),
    ]);
    let lid = rect(x - 24.0, top - 28.0, 84.0, 20.0);
    Form::new(outline.then(&lid), [left, top - 37.0, end, y]).detail(x, 354.0, 138.0)
}

fn stopper(easel: &mut Easel<'_>, x: f64, y: f64, colour: Rgb) {
    let r = 42.0;
    let side = Path::at(x - r, y - 26.0).v(y).arc(r, 9.0, false, (x + r, y)).v(y - 26.0).close();
    easel.draw(oval(x + 8.0, y + 3.0, r + 10.0, 11.0).fill(easel.url("s")));
    easel.layers(&side, &[colour.to_string(), easel.url("r")]);
    easel.draw(oval(x, y - 26.0, r, 9.0).fill(colour.pale(0.42)));
    easel.draw(oval(x, y - 26.0, r - 7.0, 6.6).fill(colour.pale(0.24)));
}

/// Paper with a framed picture above the lettering.
fn square_label(easel: &mut Easel<'_>, livery: &Livery, x: f64, y: f64, w: f64, h: f64) {
    let motif = label::choose(easel, &["waves", "sprig", "hills", "moon", "rays", "boat", "peaks", "star"]);
    let sheet = rect(x, y, w, h);
    easel.draw(path(&sheet).fill(livery.paper));
    let area = Area::new(x + 6.0, y + 6.0, w - 12.0, h * 0.47);
    let ground = path(rect(area.x, area.y, area.w, area.h)).fill(livery.paper.mix(livery.ink, 0.28));
    let picture = label::motif(easel, motif, area, livery.ink, livery.accent);
    easel.draw(window(area.x, area.y, area.w, area.h, format!("{ground}{picture}")));
    let ink = if livery.body.brightness() > 150.0 { livery.ink.dark(0.5) } else { livery.body.dark(0.35) };
    let first = area.y + area.h + h * 0.17;
    let room = Room { width: w - 18.0, below: y + h - first, largest: 22.0 };
    let letters = label::lettering(easel, (x + w / 2.0, first), room, ink);
    easel.draw(letters);
    let id = easel.id("w");
    easel.define(light::slope(id));
    easel.draw(path(sheet).fill(easel.url("w")).opacity(0.6));
}

/// A stand-up pouch with a crimped edge.
fn pouch(easel: &mut Easel<'_>, livery: &Livery) -> Form {
    let (top, foot) = (easel.chance.between(166.0, 186.0), 420.0);
    let front = Path::at(108.0, top)
        .h(246.0)
        .curve((246.0, top + 70.0), (256.0, 350.0), (252.0, foot - 6.0))
        .quad((177.0, foot + 12.0), (102.0, foot - 6.0))
        .curve((98.0, 350.0), (108.0, top + 70.0), (108.0, top))
        .close();
    easel.shadow(177.0, foot - 2.0, 82.0);
    let id = easel.id("o");
    easel.define(across(
        id,
        &[
            (0.0, BLACK.veil(0.3)),
            (0.14, WHITE.veil(0.1)),
            (0.3, WHITE.veil(0.34)),
            (0.48, WHITE.veil(0.0)),
            (0.82, BLACK.veil(0.16)),
            (1.0, BLACK.veil(0.36)),
        ],
    ));
    easel.layers(&front, &[livery.body.to_string(), easel.url("o")]);
    let gusset = Path::at(102.0, foot - 8.0)
        .quad((177.0, foot - 66.0), (252.0, foot - 8.0))
        .quad((177.0, foot + 12.0), (102.0, foot - 8.0));
    easel.draw(path(gusset).fill(BLACK.veil(0.16)));
    easel.draw(line(
        Path::at(104.0, foot - 10.0).quad((177.0, foot - 66.0), (250.0, foot - 10.0)),
        WHITE.veil(0.27),
        1.2,
    ));
    let crimp = Path::at(108.0, top + 9.0).h(246.0);
    easel.draw(line(&crimp, livery.lid, 18.0).butt());
    easel.draw(line(crimp, BLACK.veil(0.2), 18.0).butt().dash("1.2 3"));
    easel.draw(line(Path::at(107.0, top + 30.0).h(247.0), BLACK.veil(0.2), 1.2));
    let creases = Path::at(112.0, top + 60.0).quad((122.0, top + 130.0), (108.0, top + 200.0));
    easel.draw(line(
        creases.go(244.0, top + 48.0).quad((234.0, top + 110.0), (248.0, top + 170.0)),
        WHITE.veil(0.27),
        1.6,
    ));
    square_label(easel, livery, 126.0, top + 52.0, 102.0, 140.0);
    Form::new(front, [100.0, top, 254.0, foot + 3.0]).detail(177.0, top + 122.0, 132.0)
}

/// A pressed cake, leaning, in printed paper.
fn cake(easel: &mut Easel<'_>, livery: &Livery) -> Form {
    let (x, y) = (178.0, 316.0);
    let r = easel.chance.between(98.0, 106.0);
    let motif = label::choose(easel, &["hills", "peaks", "boat", "sprig", "moon", "waves"]);
    easel.shadow(x + 6.0, y + r + 1.0, 70.0);
    easel.draw(circle(x + 11.0, y, r).fill(livery.paper.dark(0.42)));
    easel.draw(circle(x, y, r).fill(livery.paper));
    let pleats = crate::draw::ticks((x, y), r - 9.0, 44, 1.0, 18.0, BLACK.veil(0.13));
    easel.draw(pleats);
    easel.draw(circle(x, y, r - 19.0).stroke(livery.body, 2.6));
    easel.draw(circle(x, y, r - 24.0).stroke(livery.body, 0.8));
    let id = easel.id("k");
    easel.define(crate::draw::Element::new("clipPath").id(id).inner(circle(x, y, r - 28.0)));
    let inner = r - 28.0;
    let area = Area::new(x - inner, y - inner, inner * 2.0, inner * 0.96);
    let picture = label::motif(easel, motif, area, livery.ink, livery.accent);
    let clip = easel.url("k");
    easel.within(
        |g| g.attr("clip-path", clip),
        |easel| {
            easel.draw(path(rect(area.x, area.y, area.w, area.h)).fill(livery.paper.mix(livery.ink, 0.24)));
            easel.draw(picture);
            easel.draw(path(rect(area.x, y - inner * 0.04, area.w, inner)).fill(livery.paper));
            easel.draw(line(Path::at(area.x, y - inner * 0.04).h_by(area.w), livery.ink, 1.3));
        },
    );
    let ink = livery.ink.dark(0.5);
    // Where the lot stands the circle has to be as wide as the lot.
    let room = Room { width: inner * 1.5, below: inner * 0.54, largest: 20.0 };
    let letters = label::lettering(easel, (x, y + 22.0), room, ink);
    easel.draw(letters);
    let id = easel.id("w");
    easel.define(crate::draw::ball(
        id,
        &[(0.0, WHITE.veil(0.34)), (0.55, WHITE.veil(0.0)), (1.0, BLACK.veil(0.27))],
    ));
    easel.draw(circle(x, y, r).fill(easel.url("w")));
    let outline = Path::at(x - r, y).arc_by(r, r, true, (2.0 * r, 0.0)).arc_by(r, r, true, (-2.0 * r, 0.0));
    Form::new(outline, [x - r, y - r, x + r + 11.0, y + r]).detail(x, y, 140.0)
}

/// A clay pot, for the products that are one.
fn teapot(easel: &mut Easel<'_>, livery: &Livery) -> Form {
    let clays = [Rgb(0x8a4b38), Rgb(0x54413a), Rgb(0xa9643f), Rgb(0x6f7f6c), Rgb(0x3d4a52)];
    let clay = easel.chance.pick(&clays);
    ceramics::pot(easel, 186.0, 426.0, 0.92, clay, livery.lid)
}
