//! What finds the way: the chart and the sextant.

use super::{INK, RED, disc, sheet};
use crate::draw::{BLACK, Path, Rgb, WHITE, circle, line, path, polygon, rect};
use crate::easel::{Easel, Form};
use crate::label;
use crate::light::Metal;
use crate::seed::{cos, sin};

pub fn chart(easel: &mut Easel<'_>) -> Form {
    let turn = easel.chance.between(-3.5, 2.5);
    let (rose_x, rose_y) = (easel.chance.whole(140, 166), easel.chance.whole(184, 222));
    let corner = easel.chance.coin(0.6);
    sheet(easel, [78.0, 84.0, 244.0, 330.0], turn, |easel| {
        currents(easel);
        easel.draw(label::star((rose_x, rose_y), 47.0, INK, Rgb(0xf3e9cf)));
        easel.draw(circle(rose_x, rose_y, 3.4).fill(RED));
        for (r, width) in [(33.0, 0.8), (53.0, 0.6)] {
            easel.draw(circle(rose_x, rose_y, r).stroke(INK, width).opacity(0.5));
        }
        cartouche(easel);
        if corner {
            easel.draw(path("M322 414L322 372Q304 398 282 418Z").fill(Rgb(0xcfc6ae)));
            easel.draw(path("M282 418Q300 398 322 372Q300 376 292 384Q286 396 282 418Z").fill(Rgb(0xfffaf0)));
        }
    });
    if easel.chance.coin(0.6) {
        pencil(easel)
    } else {
        dividers(easel)
    }
    Form::new("M70 76H330V422H70Z", [70.0, 76.0, 330.0, 422.0])
        .detail(rose_x + 20.0, rose_y + 20.0, 140.0)
        .goods(160.0, 366.0, 150.0)
}

/// The trade winds, as feathered strokes.
fn currents(easel: &mut Easel<'_>) {
    let strokes = (0..7).fold(Path::new(), |p, k| {
        let k = f64::from(k);
        p.go(92.0, 180.0 + k * 36.0).quad_by((60.0, -34.0), (132.0 - k * 5.0, -20.0))
    });
    easel.draw(line(&strokes, INK, 1.0).opacity(0.5));
    let barbs = line(strokes, INK, 5.0).opacity(0.55).dash(".1 11").butt();
    easel.draw(barbs.attr("pathLength", 120));
}

fn cartouche(easel: &mut Easel<'_>) {
    let (name, second) = label::lines(easel.picture.title);
    let second = if second.is_empty() { "of the trades".to_owned() } else { second };
    easel.draw(path(rect(94.0, 344.0, 118.0, 56.0)).fill(Rgb(0xf8f2e2)));
    easel.draw(line(rect(97.0, 347.0, 112.0, 50.0), INK, 0.8));
    easel.draw(label::set(153.0, 368.0, label::fit(&name, 100.0, 17.0), &name).fill(INK));
    let second = label::set(153.0, 384.0, label::fit(&second, 100.0, 13.0), &second);
    easel.draw(second.fill(INK).attr("font-style", "italic"));
}

fn pencil(easel: &mut Easel<'_>) {
    easel.within(
        |g| g.transform("rotate(28 330 120)"),
        |easel| {
            easel.draw(path("M322 60h12l-2 84-4 12-4-12z").fill(BLACK.veil(0.16)).transform("translate(7 5)"));
            easel.draw(path("M322 60h12l-2 84-4 12-4-12z").fill(easel.url("b")));
            easel.draw(path("M324 144l4 22 4-22z").fill(Rgb(0x5d6a70)));
        },
    );
}

/// A pair of dividers, open on the sea.
fn dividers(easel: &mut Easel<'_>) {
    let turn = easel.chance.whole(-24, 20);
    easel.within(
        |g| g.transform(format!("translate(262 214)rotate({turn})")),
        |easel| {
            let legs = Path::raw("M-5 0L-37 118L-35 119L5 6ZM5 0L31 119L29 120L-5 6Z");
            easel.draw(path(&legs).fill(BLACK.veil(0.2)).transform("translate(6 8)"));
            easel.draw(path(legs).fill(easel.url("b")));
            easel.draw(line("M-24 74L-37 119M20 76L31 120", Rgb(0x5d6a70), 2.6));
            easel.draw(circle(0.0, 0.0, 11.0).fill(easel.url("b")));
            easel.draw(circle(-3.0, -3.0, 3.0).fill(WHITE.veil(0.6)));
        },
    );
}

/// A point at a distance from the pivot, the angle in degrees from straight down, clockwise negative.
fn from_pivot(angle: f64, r: f64) -> (f64, f64) {
    let t = angle.to_radians();
    (sin(t) * r, cos(t) * r)
}

pub fn sextant(easel: &mut Easel<'_>, metal: Metal) -> Form {
    let lean = easel.chance.between(-9.0, -5.0);
    sheet(easel, [46.0, 92.0, 308.0, 350.0], lean, |_| ());
    let turn = easel.chance.between(-8.0, 12.0);
    let arm = easel.chance.between(-20.0, 22.0);
    easel.within(
        |g| g.transform(format!("translate(196 172)rotate({})", crate::draw::number(turn))),
        |easel| {
            let (a, b) = (from_pivot(-36.0, 208.0), from_pivot(36.0, 208.0));
            let limb = Path::at(a.0, a.1).arc(208.0, 208.0, false, b);
            let frame = frame_of(a, b);
            let both = frame.clone().then(&limb);
            easel.draw(line(&both, BLACK.veil(0.2), 13.0).transform("translate(11 14)"));
            let brass = easel.url("b");
            easel.draw(line(&frame, metal.deep, 11.0));
            easel.draw(line(&frame, &brass, 8.4));
            easel.draw(line(&limb, metal.deep, 25.0).butt());
            easel.draw(line(&limb, &brass, 22.0).butt());
            scale(easel);
            telescope_tube(easel, metal);
            index_arm(easel, arm, metal);
        },
    );
    let outline = Path::raw("M196 172L74 340Q196 424 318 340ZM196 172m-16 0a16 16 0 1 1 32 0a16 16 0 1 1-32 0")
        .then(&disc((196.0, 172.0), 26.0));
    Form::new(outline, [72.0, 146.0, 320.0, 382.0]).detail(196.0, 320.0, 150.0).goods(170.0, 214.0, 150.0)
}

/// Two legs from the pivot to the limb, and the lattice between them.
fn frame_of(a: (f64, f64), b: (f64, f64)) -> Path {
    let (p, q) = (from_pivot(-36.0, 116.0), from_pivot(36.0, 116.0));
    let low = from_pivot(0.0, 200.0);
    Path::at(a.0, a.1)
        .line(0.0, 0.0)
        .line(b.0, b.1)
        .go(p.0, p.1)
        .line(q.0, q.1)
        .go(p.0, p.1)
        .quad((-10.0, 150.0), low)
        .quad((10.0, 150.0), q)
}

/// Degrees along the limb: the part of two circles of marks that lies on it.
fn scale(easel: &mut Easel<'_>) {
    let (from, to) = (from_pivot(-35.0, 205.0), from_pivot(35.0, 205.0));
    let arc = Path::at(from.0, from.1).arc(205.0, 205.0, false, to);
    easel.draw(line(&arc, Rgb(0xf4ead2), 10.0).butt());
    easel.draw(line(&arc, INK, 7.0).butt().dash(".8 2.2"));
    easel.draw(line(&arc, INK, 10.0).butt().dash("1.2 13.8"));
}

/// The telescope on its bracket, and the horizon glass opposite.
fn telescope_tube(easel: &mut Easel<'_>, metal: Metal) {
    let t = easel.id("t");
    easel.define(metal.tube(t));
    easel.within(
        |g| g.transform("translate(44 74)rotate(-10)"),
        |easel| {
            easel.draw(line("M-18 12L86 16", BLACK.veil(0.2), 18.0));
            easel.draw(path("M-24-12H40V12H-24ZM40-9H72V9H40ZM72-12H84V12H72Z").fill(easel.url("t")));
            easel.draw(path("M-8-12H26V12H-8Z").fill(Rgb(0x2b2420)));
            easel.draw(path("M-8-9H26V-5H-8Z").fill(WHITE.veil(0.27)));
        },
    );
    easel.within(
        |g| g.transform("translate(-56 78)rotate(16)"),
        |easel| {
            easel.draw(path(rect(-15.0, -16.0, 26.0, 34.0)).fill(easel.url("b")));
            easel.draw(path(rect(-11.0, -12.0, 18.0, 26.0)).fill(Rgb(0x9fc0c4)));
            easel.draw(path(polygon(&[(-11.0, 14.0), (-11.0, -12.0), (1.0, -12.0)])).fill(WHITE.veil(0.5)));
        },
    );
}

fn index_arm(easel: &mut Easel<'_>, arm: f64, metal: Metal) {
    easel.within(
        |g| g.transform(format!("rotate({})", crate::draw::number(arm))),
        |easel| {
            let bar = polygon(&[
                (-8.0, -14.0),
                (8.0, -14.0),
                (6.0, 176.0),
                (17.0, 184.0),
                (17.0, 222.0),
                (-17.0, 222.0),
                (-17.0, 184.0),
                (-6.0, 176.0),
            ]);
            easel.draw(path(&bar).fill(BLACK.veil(0.27)).transform("translate(6 7)"));
            easel.draw(path(bar).fill(easel.url("b")).edge(metal.deep, 0.8));
            easel.draw(path(rect(-12.0, 194.0, 24.0, 14.0)).fill(Rgb(0x1d2f3a)));
            easel.draw(path(rect(-10.0, 196.0, 20.0, 10.0)).fill(Rgb(0xf4ead2)));
            easel.draw(line("M-10 199H10", INK, 5.0).butt().dash(".8 2.4"));
            easel.draw(path(rect(-19.0, -10.0, 38.0, 15.0)).fill(Rgb(0x2b2420)));
            easel.draw(path(rect(-16.0, -8.0, 32.0, 10.0)).fill(Rgb(0xa9c6c8)));
            easel.draw(path("M-16 2V-8H2Z").fill(WHITE.veil(0.5)));
            easel.draw(circle(0.0, 16.0, 9.0).fill(easel.url("b")).edge(metal.deep, 1.0));
            easel.draw(circle(0.0, 232.0, 7.0).fill(easel.url("b")));
        },
    );
}
