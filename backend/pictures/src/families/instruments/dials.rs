//! What has a dial: compass, astrolabe, chronometer, barometer.

use super::{DIALS, INK, RED, WOODS, dial_light, disc, hand, lying_shadow, pin, sheet};
use crate::draw::{
    BLACK, Element, Path, Rgb, WHITE, circle, line, number, path, polygon, radial, rect, text, ticks, towards,
};
use crate::easel::{Easel, Form};
use crate::label;
use crate::light::Metal;
use crate::seed::{cos, sin};

const MIDDLE: &str = "translate(200 284)";
const HERE: (f64, f64) = (0.0, 0.0);

/// The chart that the brass lies on.
fn on_a_chart(easel: &mut Easel<'_>) {
    let turn = easel.chance.between(-9.0, 7.0);
    sheet(easel, [46.0, 92.0, 308.0, 350.0], turn, |_| ());
}

pub fn compass(easel: &mut Easel<'_>, metal: Metal) -> Form {
    on_a_chart(easel);
    let r = easel.chance.between(100.0, 110.0);
    let dial = easel.chance.pick(&DIALS);
    dial_light(easel, dial);
    easel.within(
        |g| g.transform(MIDDLE),
        |easel| {
            lying_shadow(easel, r);
            let brass = easel.url("b");
            easel.draw(path(rect(-12.0, -r - 22.0, 24.0, 26.0)).fill(&brass));
            easel.draw(circle(0.0, -r - 34.0, 19.0).stroke(&brass, 5.0));
            easel.draw(circle(0.0, -r - 34.0, 21.4).stroke(metal.deep, 0.7).opacity(0.7));
            easel.draw(circle(0.0, 0.0, r).fill(&brass));
            easel.draw(circle(0.0, 0.0, r - 1.0).stroke(metal.bright, 1.0).opacity(0.8));
            easel.draw(circle(0.0, 0.0, r - 10.0).stroke(metal.deep, 1.2).opacity(0.7));
            easel.draw(ticks(HERE, r - 5.0, 120, 0.9, 5.0, metal.deep).opacity(0.55));
            easel.draw(circle(0.0, 0.0, r - 18.0).fill(easel.url("d")).edge(metal.deep, 2.0));
            easel.draw(ticks(HERE, r - 24.0, 72, 0.8, 7.0, dial.print).opacity(0.8));
            easel.draw(ticks(HERE, r - 25.0, 24, 1.4, 9.0, dial.print).opacity(0.8));
            easel.draw(label::star(
                HERE,
                52.0,
                dial.print.mix(dial.face, 0.2),
                dial.face.mix(dial.print, 0.16),
            ));
            easel.draw(circle(0.0, 0.0, 26.0).stroke(dial.print, 0.7).opacity(0.4));
            let north = if dial.print == INK { RED } else { Rgb(0xe59a6d) };
            for (letter, x, y) in [("N", 0.0, -59.0), ("E", 64.0, 5.0), ("S", 0.0, 70.0), ("W", -64.0, 5.0)] {
                easel.draw(text(x, y, 16.0, letter).fill(if letter == "N" { north } else { dial.print }));
            }
            needle(easel, north);
            glint(easel, r);
        },
    );
    let outline = disc((200.0, 284.0), r).then(&disc((200.0, 250.0 - r), 19.0));
    Form::new(outline, [200.0 - r, 231.0 - r, 200.0 + r, 284.0 + r])
        .detail(200.0, 284.0, 140.0)
        .goods(112.0, 392.0, 150.0)
}

fn needle(easel: &mut Easel<'_>, north: Rgb) {
    let turn = easel.chance.between(-40.0, 46.0);
    let south = Rgb(0x2d4552);
    easel.within(
        |g| g.transform(format!("rotate({})", number(turn))),
        |easel| {
            easel.draw(path("M0-60l7 60-7 60-7-60Z").fill(BLACK.veil(0.22)).transform("translate(3 4)"));
            easel.draw(path("M0-60l7 60h-14Z").fill(north));
            easel.draw(path("M0-60l7 60h-7Z").fill(north.dark(0.3)));
            easel.draw(path("M0 60l7-60h-14Z").fill(south));
            easel.draw(path("M0 60l7-60h-7Z").fill(south.dark(0.4)));
        },
    );
    pin(easel, 7.0);
}

/// The window's light on the glass of a dial.
fn glint(easel: &mut Easel<'_>, r: f64) {
    let light = Path::at(26.0 - r, -8.0).arc(r - 24.0, r - 24.0, true, (26.0, 28.0 - r)).arc(
        r,
        r,
        false,
        (26.0 - r, -8.0),
    );
    easel.draw(path(light).fill(WHITE.veil(0.36)));
}

pub fn astrolabe(easel: &mut Easel<'_>, metal: Metal) -> Form {
    on_a_chart(easel);
    let r = easel.chance.between(112.0, 120.0);
    let (d, k) = (easel.id("d"), easel.id("k"));
    easel.define(radial(d, &[(0.0, metal.deep.solid()), (1.0, metal.deep.dark(0.5).solid())]));
    easel.define(Element::new("clipPath").id(k).inner(circle(0.0, 0.0, r - 18.0)));
    easel.within(
        |g| g.transform(MIDDLE),
        |easel| {
            lying_shadow(easel, r);
            let brass = easel.url("b");
            let throne = Path::at(-30.0, 8.0 - r)
                .curve((-26.0, -r - 18.0), (-12.0, -r - 18.0), (0.0, -r - 32.0))
                .curve((12.0, -r - 18.0), (26.0, -r - 18.0), (30.0, 8.0 - r))
                .close();
            easel.draw(path(throne).fill(&brass));
            easel.draw(circle(0.0, -r - 40.0, 14.0).stroke(&brass, 4.0));
            easel.draw(circle(0.0, 0.0, r).fill(&brass));
            easel.draw(circle(0.0, 0.0, r - 1.0).stroke(metal.bright, 1.0));
            easel.draw(ticks(HERE, r - 6.0, 180, 0.7, 7.0, metal.deep).opacity(0.8));
            easel.draw(ticks(HERE, r - 9.0, 36, 1.3, 13.0, metal.deep).opacity(0.8));
            easel.draw(circle(0.0, 0.0, r - 18.0).fill(easel.url("d")));
            almucantars(easel, metal);
            rete(easel, metal, r);
        },
    );
    let outline = disc((200.0, 284.0), r).then(&disc((200.0, 244.0 - r), 14.0));
    Form::new(outline, [200.0 - r, 230.0 - r, 200.0 + r, 284.0 + r])
        .detail(200.0, 284.0, 140.0)
        .goods(112.0, 392.0, 150.0)
}

/// The engraved plate: circles of equal height.
fn almucantars(easel: &mut Easel<'_>, metal: Metal) {
    let mut circles = String::from("<path d=\"M-118 0h236M0-118v236\"/><circle r=\"42\"/><circle r=\"68\"/>");
    for k in 0..6 {
        circles += &circle(0.0, -26.0 - f64::from(k) * 3.0, 16.0 + f64::from(k) * 16.0).to_string();
    }
    let plate = Element::new("g").attr("clip-path", easel.url("k")).stroke(metal.bright, 0.8).opacity(0.5);
    easel.draw(plate.inner(circles));
}

/// The pierced star map and the rule that turns over it.
fn rete(easel: &mut Easel<'_>, metal: Metal, r: f64) {
    let (turn, more) = (easel.chance.between(-30.0, 30.0), easel.chance.between(40.0, 70.0));
    let mut stars = Path::new();
    for k in 0..8 {
        let t = f64::from(k) * 0.785 + easel.chance.between(-0.15, 0.15);
        let at = easel.chance.between(24.0, 62.0);
        let (u, v) = (cos(t), sin(t));
        let bend = (cos(t + 1.0) * 10.0, sin(t + 1.0) * 10.0);
        stars = stars.go(u * at, v * at).quad_by(bend, (u * 20.0, v * 20.0));
        stars = stars.quad_by(
            (bend.0 * 0.1 - u * 8.0, bend.1 * 0.1 - v * 8.0),
            (-u * 20.0 + v * 5.0, -v * 20.0 - u * 5.0),
        );
    }
    let brass = easel.url("b");
    easel.within(
        |g| g.transform(format!("rotate({})", number(turn))),
        |easel| {
            for (paint, shift) in [(BLACK.veil(0.36).to_string(), "translate(2.5 3.5)"), (brass.clone(), "")] {
                let rings = format!(
                    "{}{}",
                    circle(0.0, 0.0, r - 24.0).stroke(&paint, 5.0),
                    circle(4.0, 27.0, 58.0).stroke(&paint, 5.5)
                );
                let group = Element::new("g").inner(rings);
                easel.draw(if shift.is_empty() { group } else { group.transform(shift) });
            }
            easel.draw(path(rect(24.0 - r, -2.2, 2.0 * r - 48.0, 4.5)).fill(&brass));
            easel.draw(line("M-60-68Q0-20 60-68", &brass, 4.0));
            easel.draw(path(stars).fill(&brass));
            easel.draw(ticks((4.0, 27.0), 58.0, 48, 0.7, 4.0, metal.deep).opacity(0.8));
        },
    );
    let rule = polygon(&[
        (4.0 - r, -3.0),
        (-10.0, -5.0),
        (10.0, -5.0),
        (r - 4.0, -3.0),
        (r - 4.0, 3.0),
        (10.0, 5.0),
        (-10.0, 5.0),
        (4.0 - r, 3.0),
    ]);
    easel.within(
        |g| g.transform(format!("rotate({})", number(turn + more))),
        |easel| {
            easel.draw(path(&rule).fill(BLACK.veil(0.34)).transform("translate(2 4)"));
            easel.draw(path(rule).fill(&brass).edge(metal.deep, 0.6));
        },
    );
    easel.draw(circle(0.0, 0.0, 8.0).fill(metal.deep));
    pin(easel, 6.4);
}

/// A ship's chronometer in its box, seen from above.
pub fn chronometer(easel: &mut Easel<'_>, metal: Metal) -> Form {
    on_a_chart(easel);
    let wood = easel.chance.pick(&WOODS);
    let dial = easel.chance.pick(&DIALS);
    let turn = easel.chance.between(-7.0, 7.0);
    dial_light(easel, dial);
    let w = easel.id("w");
    easel.define(towards(
        w,
        "1",
        "1",
        &[(0.0, wood.pale(0.36).solid()), (0.5, wood.solid()), (1.0, wood.dark(0.5).solid())],
    ));
    let (half, r) = (118.0, 84.0);
    easel.within(
        |g| g.transform(format!("{MIDDLE}rotate({})", number(turn))),
        |easel| {
            easel.draw(circle(24.0, 28.0, 178.0).fill(easel.url("s")));
            let square = |h: f64| rect(-h, -h, h * 2.0, h * 2.0);
            easel.draw(path(square(half)).fill(easel.url("w")));
            easel.draw(line(square(half - 1.0), WHITE.veil(0.27), 1.4));
            easel.draw(path(square(half - 15.0)).fill(wood.dark(0.72)));
            easel.draw(
                path(
                    Path::at(15.0 - half, half - 15.0)
                        .v(15.0 - half)
                        .h(half - 15.0)
                        .line_by(-14.0, 16.0)
                        .h(31.0 - half)
                        .v(half - 29.0)
                        .close(),
                )
                .fill(BLACK.veil(0.4)),
            );
            let brass = easel.url("b");
            for (x, y) in [(-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0)] {
                easel.draw(
                    path(polygon(&[
                        (x * half, y * half),
                        (x * (half - 24.0), y * half),
                        (x * half, y * (half - 24.0)),
                    ]))
                    .fill(&brass),
                );
            }
            easel.draw(path(rect(12.0 - half, -4.5, 2.0 * half - 24.0, 9.0)).fill(&brass));
            easel.draw(circle(0.0, 0.0, r + 13.0).stroke(&brass, 5.0));
            face(easel, metal, dial.print, r);
            glint(easel, r + 12.0);
        },
    );
    let outline = rect(82.0, 166.0, 236.0, 236.0).then(&disc((200.0, 284.0), r));
    Form::new(outline, [82.0, 166.0, 318.0, 402.0]).detail(200.0, 284.0, 146.0).goods(112.0, 380.0, 150.0)
}

/// Twelve hours, a small seconds dial, two hands.
fn face(easel: &mut Easel<'_>, metal: Metal, print: Rgb, r: f64) {
    easel.draw(circle(0.0, 0.0, r + 2.0).fill(easel.url("b")).edge(metal.deep, 1.0));
    easel.draw(circle(0.0, 0.0, r - 6.0).fill(easel.url("d")));
    easel.draw(ticks(HERE, r - 12.0, 60, 0.8, 5.0, print));
    easel.draw(ticks(HERE, r - 13.0, 12, 2.4, 8.0, print));
    for (hour, x, y) in [("XII", 0.0, 21.0 - r), ("III", r - 28.0, 5.0), ("IX", 28.0 - r, 5.0)] {
        easel.draw(text(x, y + if hour == "XII" { 10.0 } else { 0.0 }, 15.0, hour).fill(print));
    }
    easel.draw(circle(0.0, r * 0.45, r * 0.25).stroke(print, 0.8));
    easel.draw(ticks((0.0, r * 0.45), r * 0.22, 30, 0.6, 3.0, print));
    let second = easel.chance.between(0.0, 360.0);
    easel.within(
        |g| g.transform(format!("translate(0 {})", number(r * 0.45))),
        |easel| hand(easel, second, r * 0.19, 1.0, print),
    );
    let (hour, minute) = (easel.chance.between(-70.0, -20.0), easel.chance.between(30.0, 75.0));
    hand(easel, hour, r * 0.48, 4.0, print);
    hand(easel, minute, r * 0.74, 3.0, print);
    pin(easel, 5.0);
}

/// An aneroid on the wall.
pub fn barometer(easel: &mut Easel<'_>, metal: Metal) -> Form {
    let wood = easel.chance.pick(&WOODS);
    let dial = easel.chance.pick(&DIALS);
    let r = easel.chance.between(104.0, 114.0);
    dial_light(easel, dial);
    let w = easel.id("w");
    easel.define(towards(
        w,
        "1",
        "1",
        &[(0.0, wood.pale(0.4).solid()), (0.5, wood.solid()), (1.0, wood.dark(0.6).solid())],
    ));
    easel.within(
        |g| g.transform("translate(200 286)"),
        |easel| {
            easel.draw(circle(30.0, 34.0, r * 1.42).fill(easel.url("s")));
            easel.draw(circle(12.0, 16.0, r * 1.2).fill(easel.url("s")));
            let brass = easel.url("b");
            easel.draw(line(
                Path::at(-22.0, -r - 24.0).line(0.0, -r - 74.0).line(22.0, -r - 24.0),
                Rgb(0x5a4a38),
                1.8,
            ));
            easel.draw(circle(0.0, -r - 76.0, 5.0).fill(&brass));
            easel.draw(circle(0.0, -r - 18.0, 15.0).stroke(&brass, 5.0));
            easel.draw(circle(0.0, 0.0, r).fill(easel.url("w")));
            easel.draw(circle(0.0, 0.0, r - 1.5).stroke(WHITE.veil(0.27), 1.6));
            easel.draw(circle(0.0, 0.0, r - 15.0).stroke(BLACK.veil(0.34), 2.0));
            easel.draw(circle(0.0, 0.0, r - 20.0).fill(&brass));
            easel.draw(circle(0.0, 0.0, r - 28.0).fill(easel.url("d")).edge(metal.deep, 1.4));
            easel.draw(ticks(HERE, r - 35.0, 90, 0.8, 6.0, dial.print));
            easel.draw(ticks(HERE, r - 37.0, 18, 1.6, 10.0, dial.print));
            weather(easel, r, dial.print);
            glint(easel, r - 4.0);
        },
    );
    let outline = disc((200.0, 286.0), r).then(&disc((200.0, 268.0 - r), 15.0));
    Form::new(outline, [200.0 - r, 253.0 - r, 200.0 + r, 286.0 + r])
        .detail(200.0, 280.0, 140.0)
        .goods(150.0, 340.0, 140.0)
}

/// What it foretells, round the dial.
fn weather(easel: &mut Easel<'_>, r: f64, print: Rgb) {
    for (turn, word) in [(-96, "Storm"), (-50, "Rain"), (0, "Change"), (50, "Fair"), (96, "Dry")] {
        easel.draw(label::set(0.0, 54.0 - r, 10.5, word).fill(print).transform(format!("rotate({turn})")));
    }
    let rose = label::star((0.0, 28.0), 17.0, print, Rgb(0xd9c79a));
    easel.draw(rose);
    let (now, set) = (easel.chance.between(-70.0, 80.0), easel.chance.between(-60.0, 60.0));
    hand(easel, set, r * 0.52, 2.2, Rgb(0xb08a49));
    hand(easel, now, r * 0.58, 3.4, print);
    pin(easel, 6.0);
}
