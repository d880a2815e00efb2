//! What lies about: a cup, loose leaves, beans, a branch.

use crate::draw::{BLACK, Path, Rgb, WHITE, circle, group, line, number, oval, path};
use crate::easel::Easel;
use crate::seed::{cos, sin};

/// A small cup, filled. It needs the paint `r`.
pub fn cup(easel: &mut Easel<'_>, x: f64, y: f64, r: f64, clay: Rgb, liquor: Rgb) {
    let h = r * 0.92;
    let top = y - h;
    let wall = Path::at(x - r, top)
        .curve((x - r, y - h * 0.35), (x - r * 0.62, y - 3.0), (x - r * 0.46, y - 2.0))
        .quad((x, y + r * 0.1), (x + r * 0.46, y - 2.0))
        .curve((x + r * 0.62, y - 3.0), (x + r, y - h * 0.35), (x + r, top))
        .close();
    easel.shadow(x, y, r * 0.62);
    easel.draw(path(&wall).fill(clay));
    easel.draw(path(&wall).fill(easel.url("r")).opacity(0.7));
    easel.draw(oval(x, top, r, r * 0.24).fill(clay.pale(0.5)));
    easel.draw(oval(x, top + 1.0, r * 0.92, r * 0.2).fill(clay.dark(0.22)));
    easel.draw(oval(x, top + r * 0.06, r * 0.84, r * 0.15).fill(liquor));
    let gleam = Path::at(x - r * 0.6, top + r * 0.05).quad_by((r * 0.3, r * 0.1), (r * 0.7, r * 0.08));
    easel.draw(line(gleam, WHITE.veil(0.53), 1.2));
}

/// Loose tea along the front of the table.
pub fn leaves(easel: &mut Easel<'_>, colour: Rgb) {
    let (mut dark, mut light) = (Path::new(), Path::new());
    for i in 0..26 {
        let c = &mut easel.chance;
        let off = (c.unit() - 0.5).abs();
        let (x, y) = ((92.0 + 236.0 * c.unit()).round(), 444.0 + 22.0 * c.unit() * (1.0 - off));
        let bend = (c.whole(-4, 6), c.whole(-5, 1));
        let to = (c.whole(5, 12), c.whole(-3, 3));
        let heap = if i % 3 == 0 { &mut light } else { &mut dark };
        *heap = std::mem::take(heap).go(x, y.round()).quad_by(bend, to);
    }
    easel.draw(line(dark, colour, 2.6));
    easel.draw(line(light, colour.mix(Rgb(0xb59a5c), 0.45), 2.2));
}

/// A row of coffee beans; `clear` is a stretch that something else takes.
pub fn beans(easel: &mut Easel<'_>, roast: Rgb, clear: (f64, f64)) {
    let shadow = oval(3.0, 4.0, 12.0, 7.0).fill(easel.url("s"));
    let seam = line("M-8 0Q-2-3 0 0T8 0", BLACK.veil(0.6), 1.3);
    let gleam = line("M-5-3Q0-6 5-3.4", WHITE.veil(0.34), 1.0);
    let one = group(format!("{shadow}<ellipse rx=\"9.4\" ry=\"6.5\"/>{seam}{gleam}")).id(easel.id("0"));
    easel.define(one);
    let mut rows = [String::new(), String::new()];
    for k in 0..11 {
        let n = f64::from(k);
        let (dx, dy, turn) =
            (easel.chance.between(-9.0, 9.0), easel.chance.between(-2.0, 7.0), easel.chance.whole(-60, 60));
        let (x, y) = (66.0 + 24.5 * n + dx, 450.0 + 9.0 * sin(n * 2.3) + dy);
        if x > clear.0 && x < clear.1 {
            continue;
        }
        let place = format!("translate({} {})rotate({turn})", number(x), number(y));
        rows[usize::from(k % 3 == 0)] += &easel.again("0").transform(place).to_string();
    }
    let [many, few] = rows;
    easel.draw(group(many).fill(roast));
    easel.draw(group(few).fill(roast.dark(0.42)));
}

/// Three twigs with leaves, out of a neck at x, y.
pub fn branch(easel: &mut Easel<'_>, x: f64, y: f64, height: f64, leaf: Rgb) {
    let (mut stems, mut leaves, mut young) = (Path::new(), Path::new(), Path::new());
    for (lean, share) in [(-0.5, 0.82), (0.16, 1.04), (0.6, 0.66)] {
        let lean = lean + easel.chance.between(-0.1, 0.1);
        let length = height * share;
        stems = stems
            .go(x, y)
            .quad((x + lean * length * 0.2, y - length * 0.5), (x + lean * length * 0.8, y - length));
        for k in 3..9 {
            let t = f64::from(k) / 8.4;
            let px = x + 2.0 * t * (1.0 - t) * lean * length * 0.2 + t * t * lean * length * 0.8;
            let py = y - t * length;
            let angle = lean * 0.9 + if k % 2 == 0 { -0.95 } else { 0.95 };
            let size = 19.0 * (1.2 - t * 0.5);
            let (dx, dy) = (sin(angle) * size, -cos(angle) * size);
            let blade = Path::at(px, py)
                .quad_by((dx * 0.5 - dy * 0.38, dy * 0.5 + dx * 0.38), (dx, dy))
                .quad_by((-dx * 0.6 + dy * 0.5, -dy * 0.5 - dx * 0.5), (-dx, -dy));
            let heap = if k % 3 == 0 { &mut young } else { &mut leaves };
            *heap = std::mem::take(heap).then(&blade);
        }
    }
    easel.draw(line(stems, leaf.dark(0.35), 1.7));
    easel.draw(path(leaves).fill(leaf));
    easel.draw(path(young).fill(leaf.pale(0.25)));
}

/// Bare twigs with round buds: plum, in spring.
pub fn blossom(easel: &mut Easel<'_>, x: f64, y: f64, height: f64, bud: Rgb) {
    let mut twigs = Path::new();
    let mut buds = Path::new();
    for (lean, share) in [(-0.34, 0.9), (0.42, 1.06)] {
        let length = height * share;
        let lean = lean + easel.chance.between(-0.12, 0.12);
        let end = (x + lean * length, y - length);
        twigs = twigs.go(x, y).quad((x + lean * length * 0.1, y - length * 0.55), end);
        for k in 2..6 {
            let t = f64::from(k) / 5.0;
            let at = (x + lean * length * t * t, y - length * t * (1.1 - t * 0.1));
            let side = if k % 2 == 0 { -9.0 } else { 9.0 };
            let tip = (at.0 + side + easel.chance.between(-3.0, 3.0), at.1 - 10.0);
            twigs = twigs.go(at.0, at.1).line(tip.0, tip.1);
            buds = buds.dot(tip.0, tip.1);
        }
    }
    easel.draw(line(twigs, Rgb(0x4b3a30), 2.0));
    easel.draw(line(&buds, bud, 11.0));
    easel.draw(line(&buds, bud.pale(0.6), 4.0));
}

/// A knob, lit from the upper left.
pub fn knob(easel: &mut Easel<'_>, x: f64, y: f64, r: f64, paint: &str) {
    easel.draw(circle(x, y, r).fill(paint));
    easel.draw(circle(x - r * 0.3, y - r * 0.35, r * 0.3).fill(WHITE.veil(0.6)));
}
