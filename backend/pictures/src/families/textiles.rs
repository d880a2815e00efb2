//! Textiles: a weave is a tile, a cloth is a shape and its folds.

use crate::draw::{
    BLACK, Element, Path, Point, Rgb, Stop, WHITE, across, ball, circle, down, line, number, oval, path,
    polygon, rect, text, towards,
};
use crate::easel::{Easel, Form};
use crate::seed::Chance;

pub const KINDS: [&str; 7] = ["hang", "stack", "bound", "scarf", "rug", "roll", "cushion"];

const DYES: [(&str, [Rgb; 3]); 12] = [
    ("fleece", [Rgb(0xe2d7c3), Rgb(0x8a7660), Rgb(0x3d3a35)]),
    ("indigo", [Rgb(0x274765), Rgb(0xe9e1cf), Rgb(0x6f8ea3)]),
    ("harbour", [Rgb(0xf0eadc), Rgb(0x27465c), Rgb(0xb4553a)]),
    ("moss", [Rgb(0x75836f), Rgb(0xece4d1), Rgb(0x39473f)]),
    ("saffron", [Rgb(0xc8913f), Rgb(0xf4e8cf), Rgb(0x7a3d27)]),
    ("stone", [Rgb(0xd5ccbc), Rgb(0x6e7d83), Rgb(0x2b3840)]),
    ("madder", [Rgb(0x9a4636), Rgb(0xf0e3cc), Rgb(0x2e4453)]),
    ("walnut", [Rgb(0x6b4a38), Rgb(0xe6d3b3), Rgb(0xb9744a)]),
    ("sea", [Rgb(0x5f8f94), Rgb(0xf2ead8), Rgb(0x264650)]),
    ("rose", [Rgb(0xd3a091), Rgb(0xf6ebda), Rgb(0x8b4a48)]),
    ("ink", [Rgb(0x2b3036), Rgb(0xd9d0bd), Rgb(0xb08a49)]),
    ("linen", [Rgb(0xe9e0cd), Rgb(0xb2a488), Rgb(0x6f8a7c)]),
];

const WEAVES: [&str; 8] = ["herringbone", "stripe", "ikat", "check", "running", "twill", "diamond", "dots"];

pub fn weaves() -> Vec<&'static str> {
    WEAVES.to_vec()
}

pub fn dyes() -> Vec<&'static str> {
    DYES.iter().map(|dye| dye.0).collect()
}

/// One tile of a weave.
struct Tile {
    width: u32,
    height: u32,
    content: String,
}

impl Tile {
    fn new(width: u32, height: u32, ground: Rgb, pattern: impl std::fmt::Display) -> Self {
        let ground = path(format!("M0 0H{width}V{height}H0Z")).fill(ground);
        Self { width, height, content: format!("{ground}{pattern}") }
    }

    fn woven(weave: &str, chance: &mut Chance, [a, b, c]: [Rgb; 3]) -> Self {
        match weave {
            "herringbone" => Self::new(
                28,
                14,
                a,
                line("M-2 16L14 0L30 16M-2 9L14-7L30 9M-2 23L14 7L30 23", b, 2.2).opacity(0.8),
            ),
            "stripe" => stripe(chance, [a, b, c]),
            "ikat" => ikat(chance, [a, b, c]),
            "check" => check(a, b, c),
            "running" => running(a, b, c),
            "diamond" => diamond(a, b, c),
            "dots" => {
                let few = line("M10 10h.1M30 30h.1", b, 7.0);
                Self::new(40, 40, a, format!("{few}{}", line("M30 10h.1M10 30h.1", c, 3.0)))
            }
            _ => Self::new(10, 10, a, line("M-2 12L12-2M-2 2L2-2M8 12L12 8", b, 2.0).opacity(0.4)),
        }
    }
}

fn stripe(chance: &mut Chance, [a, b, c]: [Rgb; 3]) -> Tile {
    let (mut many, mut few) = (Path::new(), Path::new());
    let mut x = 6.0;
    while x < 106.0 {
        let wide = chance.pick(&[2.0, 3.0, 8.0, 14.0]);
        let heap = if chance.coin(0.22) { &mut few } else { &mut many };
        *heap = std::mem::take(heap).then(&rect(x, 0.0, wide, 8.0));
        x += wide + chance.pick(&[6.0, 9.0, 16.0]);
    }
    Tile::new(120, 8, a, format!("{}{}", path(many).fill(b), path(few).fill(c)))
}

/// Threads dyed before weaving: lozenges with feathered edges.
fn ikat(chance: &mut Chance, [a, b, c]: [Rgb; 3]) -> Tile {
    let mut out = String::new();
    for (colour, reach, high) in [(b, 8, 41.0), (c, 5, 27.0), (a, 3, 15.0), (b, 1, 6.0)] {
        let threads = (-reach..=reach).fold(Path::new(), |p, k: i32| {
            let share = 1.0 - f64::from(k.abs()) / f64::from(reach + 1);
            let long = (high * share + chance.between(-3.0, 3.0)).round();
            p.go(34.0 + f64::from(k) * 4.0, 44.0 - long).v_by(long * 2.0)
        });
        out += &line(threads, colour, 4.3).butt().to_string();
    }
    let corners = (0..17).fold(Path::new(), |p, k: i32| {
        let long = (f64::from((8 - k).abs()) + chance.between(0.0, 3.0)).round();
        p.go(f64::from(k) * 4.0 + 2.0, 0.0).v_by(long).go_by(0.0, 88.0).v_by(-2.0 * long)
    });
    out += &line(corners, c, 4.2).butt().to_string();
    Tile::new(68, 88, a, out)
}

fn check(a: Rgb, b: Rgb, c: Rgb) -> Tile {
    let broad = path("M12 0h20v72h-20zM0 12v20h72v-20z").fill(b).opacity(0.5);
    let narrow = path("M44 0h5v72h-5zM0 44v5h72v-5z").fill(c).opacity(0.6);
    let fine = path("M60 0h2v72h-2zM0 60v2h72v-2z").fill(b).opacity(0.7);
    Tile::new(72, 72, a, format!("{broad}{narrow}{fine}"))
}

/// Rows of running stitch round stitched rings.
fn running(a: Rgb, b: Rgb, c: Rgb) -> Tile {
    let rows = (0..11)
        .fold(Path::new(), |p, k| p.go(if k % 2 == 0 { 0.0 } else { -4.0 }, 4.0 + f64::from(k) * 8.0).h(92.0));
    let mut out = line(rows, b, 1.6).butt().dash("6 5").opacity(0.6).to_string();
    for middle in [22.0, 66.0] {
        out += &circle(middle, middle, 18.0).fill(a).to_string();
        let rings = [(17.0, c), (11.0, b), (5.0, c)];
        for (r, thread) in rings {
            out += &circle(middle, middle, r).stroke(thread, 2.4).butt().dash("5 3.4").to_string();
        }
    }
    Tile::new(88, 88, a, out)
}

fn diamond(a: Rgb, b: Rgb, c: Rgb) -> Tile {
    let outer = line("M24 3L45 24L24 45L3 24Z", b, 3.0);
    let inner = path("M24 14L34 24L24 34L14 24Z").fill(c);
    let corner =
        path("M0-8L8 0L0 8L-8 0ZM48-8L56 0L48 8L40 0ZM0 40L8 48L0 56L-8 48ZM48 40L56 48L48 56L40 48Z").fill(b);
    Tile::new(48, 48, a, format!("{outer}{inner}{corner}"))
}

/// A cloth on the easel: its colours, and its tile under the names `p` (pattern) and `m` (threads).
struct Cloth {
    colours: [Rgb; 3],
    weave: &'static str,
    width: u32,
    height: u32,
    scale: f64,
}

impl Cloth {
    fn new(easel: &mut Easel<'_>) -> Self {
        let weave = easel.chance.pick(&WEAVES);
        let weave = easel
            .picture
            .weave
            .and_then(|wish| WEAVES.into_iter().find(|known| *known == wish))
            .unwrap_or(weave);
        let dye = easel.chance.pick(&DYES);
        let dye =
            easel.picture.dye.and_then(|wish| DYES.into_iter().find(|known| known.0 == wish)).unwrap_or(dye);
        let scale = if easel.picture.weave.is_some() { 1.0 } else { easel.chance.pick(&[0.8, 1.0, 1.0, 1.25]) };
        let tile = Tile::woven(weave, &mut easel.chance, dye.1);
        let cloth = Self { colours: dye.1, weave, width: tile.width, height: tile.height, scale };
        let place = format!("translate(104 96)scale({scale})");
        let inner = Element::new("g").id(easel.id("t")).inner(tile.content);
        let pattern = cloth.pattern(easel.id("p"), &place, inner);
        easel.define(pattern);
        let threads = format!(
            "{}{}",
            line("M0 .5H4M.5 0V4", BLACK.veil(0.1), 0.7),
            line("M0 2.5H4", WHITE.veil(0.13), 0.7)
        );
        let fine = Element::new("pattern").id(easel.id("m")).attr("width", 4).attr("height", 4);
        easel.define(fine.attr("patternUnits", "userSpaceOnUse").inner(threads));
        cloth
    }

    fn pattern(&self, id: String, place: &str, inner: impl std::fmt::Display) -> Element {
        let element = Element::new("pattern").id(id).attr("width", self.width).attr("height", self.height);
        element.attr("patternUnits", "userSpaceOnUse").attr("patternTransform", place).inner(inner)
    }
}

/// Lays cloth into a shape, and what is over it.
fn lay(easel: &mut Easel<'_>, shape: &Path, over: &[String]) {
    let mut paints = vec![easel.url("p"), easel.url("m")];
    paints.extend_from_slice(over);
    easel.layers(shape, &paints);
}

pub fn draw(easel: &mut Easel<'_>) -> Form {
    let cloth = Cloth::new(easel);
    match easel.kind {
        "stack" => stack(easel, &cloth),
        "scarf" => scarf(easel, &cloth),
        "rug" => rug(easel, &cloth),
        "roll" => roll(easel, &cloth),
        "cushion" => cushion(easel, &cloth),
        _ => hanging(easel, &cloth),
    }
}

/// Soft vertical folds, never the same twice.
fn folds(easel: &mut Easel<'_>, part: &str) {
    let mut stops: Vec<Stop> = Vec::new();
    let mut at = 0.0;
    while at < 1.0 {
        let wide = easel.chance.between(0.12, 0.22);
        stops.push((at, BLACK.veil(easel.chance.between(0.2, 0.34))));
        stops.push(((at + wide * 0.36).min(1.0), WHITE.veil(easel.chance.between(0.1, 0.19))));
        at += wide;
    }
    let id = easel.id(part);
    easel.define(across(id, &stops));
}

/// The wooden rod and its cords.
fn rod(easel: &mut Easel<'_>) {
    let (wood, brass) = easel.chance.pick(&[
        (Rgb(0x8b5e3c), Rgb(0xc79d55)),
        (Rgb(0x5a3d2b), Rgb(0xb08a49)),
        (Rgb(0xb08a63), Rgb(0x2b3036)),
    ]);
    easel.draw(line("M66 0V92M334 0V92", Rgb(0x8a7a63), 1.6));
    easel.draw(path("M44 86H356Q362 92 356 99H44Q38 92 44 86Z").fill(wood));
    easel.draw(path("M44 86H356Q359 89 359 91H41Q41 88 44 86Z").fill(wood.pale(0.36)));
    easel.draw(oval(44.0, 92.5, 3.4, 6.6).fill(brass));
    easel.draw(oval(356.0, 92.5, 3.4, 6.6).fill(brass.dark(0.2)));
}

/// A shadow on the wall, in four soft steps.
fn wall_shadow(easel: &mut Easel<'_>, shape: &Path) {
    let mut steps = String::new();
    let part = format!("w{}", easel.body.len());
    easel.shape(&part, shape);
    for (x, y) in [(34, 22), (25, 16), (16, 10), (8, 5)] {
        steps += &easel.again(&part).transform(format!("translate({x} {y})")).to_string();
    }
    easel.draw(Element::new("g").fill("currentColor").opacity(0.09).inner(steps));
}

/// A length of cloth over a rod; `bound` has a woven border instead of a fringe.
fn hanging(easel: &mut Easel<'_>, cloth: &Cloth) -> Form {
    let bound = easel.kind == "bound";
    let narrow = cloth.weave == "ikat" || easel.chance.coin(0.3);
    let (x0, x1) = if narrow { (112.0, 278.0) } else { (88.0, 300.0) };
    let (t, b) = (96.0, if bound { 392.0 } else { easel.chance.between(376.0, 404.0) });
    let wide = x1 - x0 + 16.0;
    let hem: Vec<Point> = (0..=8)
        .map(|k| {
            let drop = if k % 2 == 0 { -3.0 } else { 7.0 };
            (x1 + 8.0 - wide * f64::from(k) / 8.0, b + drop + easel.chance.between(-1.5, 1.5))
        })
        .collect();
    let front = Path::at(x0, t)
        .quad((196.0, t - 5.0), (x1, t))
        .curve((x1 + 2.0, 200.0), (x1 + 8.0, 300.0), hem[0])
        .smooth(&hem);
    let front = front.curve((x0 - 8.0, 300.0), (x0 - 2.0, 200.0), (x0, t)).close();
    let back = Path::at(x1 - 12.0, t)
        .line(x1 + 10.0, t + 3.0)
        .curve((x1 + 15.0, 180.0), (x1 + 20.0, 260.0), (x1 + 21.0, b - 54.0))
        .line(x1 - 12.0, b - 48.0)
        .close();
    let seam = Path::at(hem[0].0, hem[0].1).smooth(&hem);
    wall_shadow(easel, &polygon(&[(x0, t), (x1, t), (x1 + 10.0, b), (x0 - 6.0, b)]));
    rod(easel);
    let fringe = |data: &Path, paint: Rgb, long: f64| {
        line(data, paint, long).butt().dash("1.6 2.4").transform("translate(0 8)")
    };
    if !bound {
        let far = Path::at(x1, b - 56.0).line(x1 + 21.0, b - 56.0);
        easel.draw(fringe(&far, cloth.colours[0].dark(0.5), 20.0));
    }
    lay(easel, &back, &[BLACK.veil(0.42).to_string()]);
    if !bound {
        easel.draw(fringe(&seam, cloth.colours[0].mix(cloth.colours[1], 0.3), 26.0));
    }
    folds(easel, "f");
    let (v, h) = (easel.id("v"), easel.id("h"));
    easel.define(down(v, &[(0.0, BLACK.veil(0.0)), (0.6, BLACK.veil(0.04)), (1.0, BLACK.veil(0.2))]));
    easel.define(down(h, &[(0.0, WHITE.veil(0.5)), (1.0, WHITE.veil(0.0))]));
    easel.shape("x", &front);
    for paint in ["p", "m"] {
        easel.draw(easel.again("x").fill(easel.url(paint)));
    }
    if bound {
        border(easel, cloth, &seam);
    }
    for paint in ["f", "v"] {
        easel.draw(easel.again("x").fill(easel.url(paint)));
    }
    let ridge = Path::at(x0, t)
        .quad((196.0, t - 5.0), (x1, t))
        .v_by(13.0)
        .quad((196.0, t + 8.0), (x0, t + 13.0))
        .close();
    easel.draw(path(ridge).fill(easel.url("h")));
    Form::new(front, [x0 - 8.0, t, x1 + 8.0, b]).detail(196.0, 302.0, 144.0).goods(x0 + 64.0, b - 14.0, 150.0)
}

fn border(easel: &mut Easel<'_>, cloth: &Cloth, seam: &Path) {
    let id = easel.id("c");
    easel.define(Element::new("clipPath").id(id).inner(easel.again("x")));
    easel.draw(line(seam, cloth.colours[2], 54.0).attr("clip-path", easel.url("c")));
    easel.draw(line(seam, cloth.colours[1], 2.0).butt().dash("5 4").transform("translate(0 -20)"));
}

/// Three folded cloths, the top one seen from above.
fn stack(easel: &mut Easel<'_>, cloth: &Cloth) -> Form {
    let [a, b, c] = cloth.colours;
    let (x0, x1) = (82.0, 312.0);
    easel.shadow(196.0, 422.0, 118.0);
    let (v, e, u, q) = (easel.id("v"), easel.id("e"), easel.id("u"), easel.id("q"));
    easel.define(down(
        v,
        &[(0.0, WHITE.veil(0.22)), (0.3, WHITE.veil(0.0)), (0.7, BLACK.veil(0.12)), (1.0, BLACK.veil(0.42))],
    ));
    easel.define(across(
        e,
        &[(0.0, BLACK.veil(0.34)), (0.08, BLACK.veil(0.0)), (0.6, WHITE.veil(0.06)), (1.0, BLACK.veil(0.24))],
    ));
    easel.define(towards(u, ".7", "1", &[(0.0, WHITE.veil(0.34)), (1.0, BLACK.veil(0.08))]));
    let place =
        format!("translate(120 10)skewX(-28)scale({} {})", cloth.scale, crate::draw::fine(cloth.scale * 0.5));
    let tile = easel.again("t");
    easel.define(cloth.pattern(q, &place, tile));
    let mut outline = Path::new();
    let mut foot = 424.0;
    for (inset, plain) in [(0.0, Some(c.mix(a, 0.25))), (7.0, Some(b.mix(a, 0.12))), (2.0, None)] {
        let high = easel.chance.between(44.0, 56.0);
        let (left, right, top) = (x0 + inset, x1 - inset * 0.6, foot - high);
        let fold = Path::at(left + 20.0, top)
            .h(right)
            .quad((right + 7.0, top + high / 2.0), (right, foot))
            .h(left + 20.0);
        let fold = fold
            .quad((left - 4.0, foot), (left - 4.0, top + high / 2.0))
            .quad((left - 4.0, top), (left + 20.0, top))
            .close();
        let mut paints = plain.map_or_else(|| vec![easel.url("p")], |colour| vec![colour.to_string()]);
        paints.extend([easel.url("m"), easel.url("v"), easel.url("e")]);
        easel.layers(&fold, &paints);
        let crease = Path::at(left + 12.0, top + high * 0.5)
            .quad((left + 60.0, top + high * 0.56), (right + 3.0, top + high * 0.5));
        easel.draw(line(&crease, BLACK.veil(0.32), 1.5));
        easel.draw(line(crease, WHITE.veil(0.3), 1.0).transform("translate(-2 2)"));
        outline = outline.then(&fold);
        foot = top + 1.5;
    }
    let above = Path::at(x0 + 20.0, foot)
        .line(x0 + 58.0, foot - 46.0)
        .quad((x0 + 62.0, foot - 50.0), (x0 + 68.0, foot - 50.0));
    let above = above.h(x1 - 20.0).line(x1 - 1.0, foot).close();
    let paints = [easel.url("q"), easel.url("m"), easel.url("u")];
    easel.layers(&above, &paints);
    easel.draw(line(Path::at(x0 + 22.0, foot).h(x1 - 2.0), WHITE.veil(0.4), 1.4));
    tag(easel, 252.0, foot + 6.0, c);
    let top = foot - 50.0;
    Form::new(outline.then(&above), [78.0, top, 319.0, 424.0])
        .detail(190.0, top + 70.0, 144.0)
        .goods(150.0, 370.0, 150.0)
}

/// The sewn-in label.
fn tag(easel: &mut Easel<'_>, x: f64, y: f64, edge: Rgb) {
    easel.draw(path(rect(x, y, 34.0, 44.0)).fill(Rgb(0xfaf4e6)));
    easel.draw(path(rect(x, y, 34.0, 9.0)).fill(edge));
    let ink = Rgb(0x2a2a28);
    easel.draw(text(x + 17.0, y + 27.0, 11.0, "T").fill(ink).attr("font-style", "italic"));
    easel.draw(line(Path::at(x + 8.0, y + 34.0).h_by(18.0), ink, 0.7));
}

/// A scarf over a peg, its two ends at different heights.
fn scarf(easel: &mut Easel<'_>, cloth: &Cloth) -> Form {
    let [a, b, _] = cloth.colours;
    let (long, short) = (easel.chance.between(402.0, 428.0), easel.chance.between(330.0, 372.0));
    let near = Path::at(170.0, 108.0)
        .quad((204.0, 92.0), (226.0, 112.0))
        .curve((240.0, 180.0), (222.0, 300.0), (226.0, long))
        .quad((176.0, long + 12.0), (124.0, long - 4.0))
        .curve((122.0, 300.0), (144.0, 190.0), (170.0, 108.0))
        .close();
    let far = Path::at(206.0, 104.0)
        .quad((234.0, 100.0), (242.0, 124.0))
        .curve((262.0, 190.0), (282.0, 270.0), (286.0, short))
        .quad((246.0, short + 12.0), (204.0, short + 2.0))
        .line(206.0, 104.0)
        .close();
    wall_shadow(easel, &near);
    folds(easel, "f");
    let v = easel.id("v");
    easel.define(down(
        v,
        &[(0.0, BLACK.veil(0.27)), (0.12, WHITE.veil(0.2)), (0.3, WHITE.veil(0.0)), (1.0, BLACK.veil(0.2))],
    ));
    let fringe = |from: Point, mid: Point, to: Point, paint: Rgb| {
        line(Path::at(from.0, from.1).quad(mid, to), paint, 30.0)
            .butt()
            .dash("2 2.6")
            .transform("translate(0 10)")
    };
    easel.draw(line("M200 92V112", Rgb(0x3c2a1e), 17.0));
    easel.draw(fringe((286.0, short), (246.0, short + 12.0), (204.0, short + 2.0), a.dark(0.4)));
    let shade = [easel.url("f"), BLACK.veil(0.34).to_string()];
    lay(easel, &far, &shade);
    easel.draw(fringe((226.0, long), (176.0, long + 12.0), (124.0, long - 4.0), a.mix(b, 0.3)));
    let shade = [easel.url("f"), easel.url("v")];
    lay(easel, &near, &shade);
    easel.draw(line("M182 118Q160 200 152 300M208 112Q212 200 200 330", BLACK.veil(0.2), 3.0));
    easel.draw(line("M176 122Q152 210 146 300", WHITE.veil(0.27), 2.0));
    easel.draw(circle(200.0, 90.0, 15.0).fill(Rgb(0x8b5e3c)));
    easel.draw(circle(200.0, 90.0, 15.0).stroke(Rgb(0x5a3d2b), 1.4));
    easel.draw(oval(195.0, 85.0, 6.0, 4.0).fill(WHITE.veil(0.34)));
    Form::new(near.then(&far), [124.0, 88.0, 286.0, long + 6.0]).detail(184.0, 290.0, 140.0).goods(
        182.0,
        long - 30.0,
        150.0,
    )
}

/// A flat-woven rug on the wall: borders, and lozenges down the middle.
fn rug(easel: &mut Easel<'_>, cloth: &Cloth) -> Form {
    let [a, b, c] = cloth.colours;
    let half = easel.chance.between(84.0, 106.0);
    let (x, t, b_y) = (198.0, 96.0, easel.chance.between(396.0, 420.0));
    let (left, wide, high) = (x - half, half * 2.0, b_y - t);
    let whole = rect(left, t, wide, high);
    wall_shadow(easel, &whole);
    rod(easel);
    let fringe =
        line(Path::at(left + 1.0, b_y + 8.0).h_by(wide - 2.0), b.mix(a, 0.2), 24.0).butt().dash("2 2.6");
    easel.draw(fringe);
    easel.draw(path(&whole).fill(c));
    easel.draw(line(rect(left + 8.0, t + 8.0, wide - 16.0, high - 16.0), b, 9.0).butt().dash("7 6"));
    easel.draw(line(rect(left + 17.0, t + 17.0, wide - 34.0, high - 34.0), b, 2.4));
    easel.draw(path(rect(left + 22.0, t + 22.0, wide - 44.0, high - 44.0)).fill(a));
    let count = easel.chance.pick(&[2, 3, 3, 4]);
    let tall = (high - 56.0) / f64::from(count);
    let lozenge = |share: f64, y: f64| {
        polygon(&[
            (x, y - tall * 0.5 * share),
            (x + (half - 28.0) * share, y),
            (x, y + tall * 0.5 * share),
            (x - (half - 28.0) * share, y),
        ])
    };
    for (share, colour) in [(0.98, b), (0.8, c), (0.56, a), (0.4, b), (0.2, c)] {
        let all = (0..count)
            .fold(Path::new(), |p, k| p.then(&lozenge(share, t + 28.0 + tall * (f64::from(k) + 0.5))));
        easel.draw(path(all).fill(colour));
    }
    let steps = (0..=count).fold(Path::new(), |p, k| {
        let y = t + 28.0 + tall * f64::from(k);
        p.dot(x - half + 36.0, y).dot(x + half - 36.0, y)
    });
    easel.draw(line(steps, c, 9.0));
    let weft = Element::new("pattern")
        .id(easel.id("n"))
        .attr("width", 6)
        .attr("height", 3)
        .attr("patternUnits", "userSpaceOnUse");
    easel.define(weft.inner(format!(
        "{}{}",
        line("M0 .5H6", BLACK.veil(0.2), 0.8),
        line("M0 2H6", WHITE.veil(0.16), 0.8)
    )));
    let (f, h) = (easel.id("f"), easel.id("h"));
    easel.define(across(
        f,
        &[
            (0.0, BLACK.veil(0.2)),
            (0.2, WHITE.veil(0.14)),
            (0.45, BLACK.veil(0.08)),
            (0.7, WHITE.veil(0.06)),
            (1.0, BLACK.veil(0.27)),
        ],
    ));
    easel.define(down(
        h,
        &[(0.0, WHITE.veil(0.4)), (0.05, WHITE.veil(0.0)), (0.6, BLACK.veil(0.0)), (1.0, BLACK.veil(0.2))],
    ));
    let over = [easel.url("n"), easel.url("f"), easel.url("h")];
    easel.layers(&whole, &over);
    Form::new(whole, [left, t, x + half, b_y]).detail(x, (t + b_y) / 2.0, 150.0).goods(
        x - 24.0,
        b_y - 22.0,
        150.0,
    )
}

/// A rug or a runner rolled up, one end loose on the table.
fn roll(easel: &mut Easel<'_>, cloth: &Cloth) -> Form {
    let [a, b, c] = cloth.colours;
    let r = easel.chance.between(46.0, 56.0);
    let (left, right, y) = (74.0, 292.0, 420.0 - r);
    let (top, foot) = (y - r, y + r);
    let deep = r * 0.5;
    easel.shadow(192.0, 421.0, 112.0);
    let v = easel.id("v");
    easel.define(down(
        v,
        &[
            (0.0, BLACK.veil(0.13)),
            (0.2, WHITE.veil(0.34)),
            (0.42, WHITE.veil(0.0)),
            (0.75, BLACK.veil(0.27)),
            (1.0, BLACK.veil(0.53)),
        ],
    ));
    let flap = polygon(&[
        (left + 6.0, foot - 4.0),
        (right - 4.0, foot - 2.0),
        (right - 34.0, foot + 28.0),
        (left - 26.0, foot + 28.0),
    ]);
    easel.draw(
        line(Path::at(left - 27.0, foot + 29.0).h(right - 36.0), a.mix(b, 0.4), 9.0)
            .butt()
            .dash("2 2.6")
            .transform("translate(-4 4)"),
    );
    lay(easel, &flap, &[BLACK.veil(0.12).to_string()]);
    let body = Path::at(left, top)
        .h(right)
        .arc(deep, r, true, (right, foot))
        .h(left)
        .arc(deep, r, true, (left, top))
        .close();
    let shade = [easel.url("v")];
    lay(easel, &body, &shade);
    let end = a.mix(c, 0.3);
    easel.draw(oval(right, y, deep, r).fill(end.dark(0.3)));
    let spiral = (1..5).fold(Path::new(), |p, k| {
        let share = 1.0 - f64::from(k) * 0.2;
        let (rx, ry) = (deep * share, r * share);
        p.go(right - rx, y).arc_by(rx, ry, true, (2.0 * rx, 0.0)).arc_by(
            rx * 0.92,
            ry * 0.92,
            true,
            (-2.0 * rx * 0.92, 0.0),
        )
    });
    easel.draw(line(&spiral, end.pale(0.5), 4.6));
    easel.draw(line(spiral, BLACK.veil(0.34), 1.2));
    easel.draw(oval(right, y, deep, r).stroke(b.mix(a, 0.3), 2.4));
    let leather = easel.chance.pick(&[Rgb(0x6b412a), Rgb(0x2b2420), Rgb(0x9a5a34)]);
    for x in [left + 46.0, right - 62.0] {
        let strap = Path::at(x, top + 1.0).curve(
            (x - deep * 1.3, top + r * 0.3),
            (x - deep * 1.3, foot - r * 0.3),
            (x, foot - 1.0),
        );
        easel.draw(line(&strap, leather, 11.0).butt());
        easel.draw(line(strap, WHITE.veil(0.27), 1.2).butt().dash("3 3").transform("translate(-3.6)"));
        let buckle = rect(x - deep * 0.92 - 8.0, y - 18.0, 15.0, 17.0);
        easel.draw(line(buckle, Rgb(0xd9b56a), 2.6));
    }
    Form::new(body.then(&flap), [left - deep, top, right + deep, foot + 28.0]).detail(150.0, y, 130.0).goods(
        right - 40.0,
        y + 14.0,
        140.0,
    )
}

/// A cushion, plump, with piping or tassels.
fn cushion(easel: &mut Easel<'_>, cloth: &Cloth) -> Form {
    let [a, b, c] = cloth.colours;
    let (x, half, foot) = (196.0, easel.chance.between(100.0, 112.0), 424.0);
    let top = foot - half * 1.72;
    let (left, right, y) = (x - half, x + half, (top + foot) / 2.0);
    let body = Path::at(left - 4.0, top - 4.0)
        .quad((x, top + 15.0), (right + 4.0, top - 4.0))
        .quad((right - 7.0, y), (right + 8.0, foot - 2.0))
        .quad((x, foot + 4.0), (left - 8.0, foot - 2.0))
        .quad((left + 7.0, y), (left - 4.0, top - 4.0))
        .close();
    easel.shadow(x, foot - 2.0, half * 0.98);
    let id = easel.id("o");
    easel.define(ball(
        id,
        &[(0.0, WHITE.veil(0.34)), (0.4, WHITE.veil(0.06)), (0.68, BLACK.veil(0.08)), (1.0, BLACK.veil(0.5))],
    ));
    if easel.chance.coin(0.5) {
        let tufts = [
            (left - 6.0, top - 6.0, -40),
            (right + 6.0, top - 6.0, 40),
            (left - 9.0, foot - 4.0, -120),
            (right + 9.0, foot - 4.0, 120),
        ];
        for (tx, ty, turn) in tufts {
            let place = format!("translate({} {})rotate({turn})", number(tx), number(ty));
            let strands = line("M0 0L-7-20M0 0L-2-22M0 0L3-22M0 0L8-19", c, 3.4).to_string();
            easel.draw(
                Element::new("g")
                    .transform(place)
                    .inner(format!("{strands}{}", circle(0.0, -3.0, 5.0).fill(c.dark(0.25)))),
            );
        }
    }
    let shade = [easel.url("o")];
    lay(easel, &body, &shade);
    easel.draw(line(&body, b.mix(c, 0.5), 3.6).attr("stroke-linejoin", "round"));
    easel.draw(line(&body, WHITE.veil(0.27), 1.0).transform("translate(-1 -1)"));
    let creases = Path::at(left + 6.0, top + 6.0)
        .quad_by((26.0, 14.0), (34.0, 40.0))
        .go(right - 6.0, top + 6.0)
        .quad_by((-24.0, 14.0), (-32.0, 38.0));
    let creases = creases
        .go(left + 4.0, foot - 10.0)
        .quad_by((26.0, -14.0), (36.0, -34.0))
        .go(right - 4.0, foot - 10.0)
        .quad_by((-24.0, -12.0), (-36.0, -32.0));
    easel.draw(line(creases, a.dark(0.6), 4.0).opacity(0.24));
    tag(easel, right - 60.0, foot - 52.0, c);
    Form::new(body, [left - 8.0, top - 4.0, right + 8.0, foot]).detail(x, y, 140.0).goods(
        right - 60.0,
        foot - 50.0,
        150.0,
    )
}
