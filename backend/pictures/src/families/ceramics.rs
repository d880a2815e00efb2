//! Ceramics: a profile turned on the wheel, a glaze that stops above the foot.

use std::f64::consts::PI;

use crate::draw::{
    BLACK, Element, Path, Point, Rgb, WHITE, circle, down, line, oval, path, radial, rect, ticks, towards,
};
use crate::easel::{Easel, Form};
use crate::families::props;
use crate::label::{self, Area};
use crate::lathe::{Profile, Turned};
use crate::light;
use crate::seed::sin;

pub const KINDS: [&str; 9] = ["bottle", "moon", "bowl", "cup", "jar", "vase", "teapot", "plate", "jug"];

/// A glaze, its clay, and how many specks of iron come through.
#[derive(Debug, Clone, Copy)]
struct Glaze {
    name: &'static str,
    colour: Rgb,
    clay: Rgb,
    specks: usize,
}

const fn glaze(name: &'static str, colour: u32, clay: u32, specks: usize) -> Glaze {
    Glaze { name, colour: Rgb(colour), clay: Rgb(clay), specks }
}

const GLAZES: [Glaze; 12] = [
    glaze("celadon", 0xa8c3b5, 0xc8b092, 7),
    glaze("chalk", 0xebe6da, 0xc2a183, 13),
    glaze("indigo", 0x2f4f6d, 0xd7c3a4, 5),
    glaze("tenmoku", 0x43302a, 0xa9795a, 4),
    glaze("ash", 0xb7b49d, 0x9a7a5f, 17),
    glaze("shino", 0xe3c6ad, 0xb5764f, 15),
    glaze("sea", 0x6f9aa0, 0xc9b193, 8),
    glaze("oxblood", 0x7c2a22, 0xcbb295, 3),
    glaze("moss", 0x6d7c58, 0xb08a66, 11),
    glaze("honey", 0xc58a3f, 0x9b6a45, 9),
    glaze("slate", 0x59666c, 0xb9a58c, 9),
    glaze("blush", 0xdba58f, 0xe3d2b8, 8),
];

pub fn glazes() -> Vec<&'static str> {
    GLAZES.iter().map(|glaze| glaze.name).collect()
}

const BOTTLE: Profile = &[
    (22.0, 0.0),
    (17.0, 12.0),
    (15.0, 40.0),
    (17.0, 84.0),
    (38.0, 118.0),
    (68.0, 158.0),
    (76.0, 200.0),
    (66.0, 244.0),
    (44.0, 268.0),
    (42.0, 276.0),
];
const MOON: Profile = &[
    (42.0, 0.0),
    (43.0, 11.0),
    (72.0, 26.0),
    (106.0, 64.0),
    (121.0, 114.0),
    (117.0, 158.0),
    (92.0, 204.0),
    (60.0, 230.0),
    (50.0, 236.0),
    (50.0, 246.0),
];
const BOWL: Profile =
    &[(132.0, 0.0), (129.0, 18.0), (116.0, 58.0), (88.0, 94.0), (54.0, 114.0), (47.0, 118.0), (50.0, 134.0)];
const CUP: Profile = &[(62.0, 0.0), (62.0, 20.0), (59.0, 56.0), (48.0, 84.0), (32.0, 96.0), (32.0, 106.0)];
const BEAKER: Profile = &[(58.0, 0.0), (56.0, 30.0), (52.0, 80.0), (48.0, 116.0), (42.0, 122.0)];
const JAR: Profile =
    &[(46.0, 0.0), (48.0, 10.0), (82.0, 36.0), (98.0, 88.0), (94.0, 150.0), (74.0, 202.0), (62.0, 216.0)];
const VASE: Profile = &[
    (36.0, 0.0),
    (29.0, 14.0),
    (30.0, 30.0),
    (62.0, 62.0),
    (80.0, 108.0),
    (72.0, 164.0),
    (50.0, 214.0),
    (44.0, 226.0),
    (46.0, 234.0),
];
const TULIP: Profile =
    &[(48.0, 0.0), (40.0, 20.0), (38.0, 60.0), (50.0, 110.0), (62.0, 160.0), (58.0, 206.0), (44.0, 232.0)];
const JUG: Profile = &[
    (44.0, 0.0),
    (40.0, 18.0),
    (44.0, 48.0),
    (70.0, 96.0),
    (86.0, 142.0),
    (80.0, 188.0),
    (60.0, 218.0),
    (56.0, 226.0),
];
const POT: Profile = &[
    (34.0, 0.0),
    (40.0, 4.0),
    (72.0, 22.0),
    (94.0, 58.0),
    (92.0, 98.0),
    (68.0, 132.0),
    (52.0, 142.0),
    (54.0, 150.0),
];

pub fn draw(easel: &mut Easel<'_>) -> Form {
    let wished = easel.picture.glaze.and_then(|wish| GLAZES.into_iter().find(|known| known.name == wish));
    let drawn = easel.chance.pick(&GLAZES);
    let glaze = wished.unwrap_or(drawn);
    if easel.kind == "plate" {
        return plate(easel, glaze);
    }
    if easel.kind == "teapot" {
        let id = easel.id("r");
        easel.define(light::gloss(id));
        let accent = easel.chance.pick(&[glaze.clay, Rgb(0xb98a5c), glaze.colour.dark(0.4)]);
        return pot(easel, 196.0, 430.0, 1.12, glaze.colour, accent).detail(190.0, 360.0, 150.0);
    }
    let id = easel.id("r");
    easel.define(light::matte(id));
    match easel.kind {
        "cup" => cups(easel, glaze),
        "moon" => single(easel, glaze, MOON, 196.0, 1.0),
        "jar" => jar(easel, glaze),
        "jug" => jug(easel, glaze),
        "vase" => vase(easel, glaze),
        "bowl" => {
            let scale = easel.chance.between(1.02, 1.14);
            single(easel, glaze, BOWL, 198.0, scale)
        }
        _ => {
            twigs(easel, 192.0, 165.0, 150.0);
            single(easel, glaze, BOTTLE, 192.0, 0.98)
        }
    }
}

/// What stands in a vase: leaves, plum blossom or nothing.
fn twigs(easel: &mut Easel<'_>, x: f64, y: f64, height: f64) {
    let leaf = easel.chance.pick(&[Rgb(0x7d8b6a), Rgb(0x8a7a5a), Rgb(0x66786c), Rgb(0xa5683a)]);
    match easel.chance.index(5) {
        0 => {}
        1 => {
            let bud = easel.chance.pick(&[Rgb(0xd98e86), Rgb(0xf0e3d2), Rgb(0xe0b45f)]);
            props::blossom(easel, x, y, height, bud);
        }
        _ => props::branch(easel, x, y, height, leaf),
    }
}

fn single(easel: &mut Easel<'_>, glaze: Glaze, profile: Profile, x: f64, scale: f64) -> Form {
    let form = Turned::new(profile, x, 430.0, scale);
    vessel(easel, glaze, &form, "a");
    let [left, top, right, foot] = form.frame();
    let closest = (left + right) / 2.0;
    Form::new(form.outline, [left, top, right, foot]).detail(closest, top + (foot - top) * 0.42, 150.0).goods(
        closest - 6.0,
        foot - 40.0,
        150.0,
    )
}

/// A vessel with its glaze, throwing rings, highlight and rim. Parts of its own get ids that begin with
/// `tag`; a second vessel of a picture, tagged `b`, is plain.
fn vessel(easel: &mut Easel<'_>, glaze: Glaze, form: &Turned, tag: &str) {
    let (x, top, wide, high) = (form.x, form.top, form.widest, form.height());
    let plain = tag == "b";
    paints(easel, glaze, tag, plain);
    easel.shadow(x, form.foot_y + form.foot * 0.08, form.foot * 1.3 + wide * 0.25);
    let body = format!("{tag}b");
    let clip =
        Element::new("clipPath").id(easel.id(format!("{tag}c"))).inner(path(&form.outline).id(easel.id(&body)));
    easel.draw(clip);
    let line_of = edge(easel, form);
    let shore = Path::at(line_of[0].0, line_of[0].1).smooth(&line_of);
    let coat = Path::at(x - wide - 4.0, top - 9.0)
        .line(line_of[0].0, line_of[0].1)
        .smooth(&line_of)
        .v(top - 9.0)
        .close();
    let rings = (1..5).fold(Path::new(), |p, q| {
        let y = top + high * f64::from(q) / 5.0;
        p.go(x - wide, y).quad((x, y + wide * 0.2), (x + wide, y))
    });
    let clip = easel.url(format!("{tag}c"));
    easel.within(
        |g| g.attr("clip-path", clip),
        |easel| {
            easel.draw(easel.again(&body).fill(glaze.clay));
            easel.draw(path(coat).fill(easel.url(format!("{tag}g"))));
            easel.draw(line(shore, glaze.colour.dark(0.25), 2.0).opacity(0.5));
            easel.draw(line(rings, BLACK.veil(0.07), 1.0));
            if !plain {
                easel.draw(easel.again(&body).fill(easel.url(format!("{tag}d"))));
            }
            easel.draw(easel.again(&body).fill(easel.url("r")));
            let gleam = oval(x - wide * 0.38, top + high * 0.42, wide * 0.22, high * 0.26);
            easel.draw(gleam.fill(easel.url(format!("{tag}k"))));
        },
    );
    let (rim, deep) = (form.rim, (form.rim * 0.22).max(3.4));
    easel.draw(oval(x, top, rim, deep).fill(glaze.clay.dark(0.5)));
    easel.draw(oval(x, top, rim, deep).fill(easel.url(format!("{tag}i"))).edge(glaze.colour.pale(0.45), 2.3));
}

/// Where the glaze stops: a wavering line low on the body.
fn edge(easel: &mut Easel<'_>, form: &Turned) -> Vec<Point> {
    let dip = form.top + form.height() * easel.chance.between(0.7, 0.9);
    let reach = form.widest * 2.0 + 8.0;
    let point = |q: i32| {
        let share = f64::from(q) / 4.0;
        let waver = easel.chance.between(-1.0, 1.0) * form.height() * 0.016;
        (form.x - reach / 2.0 + reach * share, dip + sin(share * PI) * form.widest * 0.13 + waver)
    };
    (0..=4).map(point).collect()
}

fn paints(easel: &mut Easel<'_>, glaze: Glaze, tag: &str, plain: bool) {
    let part = |name: &str| format!("{tag}{name}");
    if !plain {
        let c = &mut easel.chance;
        let specks = (0..glaze.specks).fold(Path::new(), |p, _| p.dot(c.whole(2, 86), c.whole(2, 86)));
        let tile = Element::new("pattern").id(easel.id(part("d"))).attr("width", 88).attr("height", 88);
        let iron = line(specks, glaze.clay.mix(Rgb(0x4a2f20), 0.6), 1.6).opacity(0.55);
        easel.define(tile.attr("patternUnits", "userSpaceOnUse").inner(iron));
    }
    let (g, k, i) = (easel.id(part("g")), easel.id(part("k")), easel.id(part("i")));
    let colour = glaze.colour;
    easel.define(down(
        g,
        &[(0.0, colour.pale(0.16).solid()), (0.6, colour.solid()), (1.0, colour.dark(0.2).solid())],
    ));
    easel.define(radial(k, &[(0.0, WHITE.veil(0.6)), (1.0, WHITE.veil(0.0))]));
    easel.define(towards(
        i,
        ".8",
        "1",
        &[(0.0, colour.dark(0.55).solid()), (1.0, colour.mix(glaze.clay, 0.2).solid())],
    ));
}

fn cups(easel: &mut Easel<'_>, glaze: Glaze) -> Form {
    let profile = if easel.picture.kind.is_none() && easel.chance.coin(0.4) { BEAKER } else { CUP };
    let other = GLAZES[easel.chance.index(3).min(1) * 5 + 1];
    let behind = Turned::new(profile, 276.0, 404.0, 1.14);
    vessel(easel, other, &behind, "b");
    let front = Turned::new(profile, 160.0, 432.0, 1.46);
    vessel(easel, glaze, &front, "a");
    let [left, top, right, foot] = front.frame();
    Form::new(front.outline, [left, top, right, foot]).detail(160.0, 360.0, 150.0).goods(168.0, 400.0, 150.0)
}

/// A jar with a lid.
fn jar(easel: &mut Easel<'_>, glaze: Glaze) -> Form {
    let form = Turned::new(JAR, 196.0, 430.0, easel.chance.between(1.0, 1.1));
    vessel(easel, glaze, &form, "a");
    let (x, y, half) = (form.x, form.top + 3.0, form.rim + 9.0);
    let lid = Path::at(x - half, y)
        .quad((x - half * 0.8, y - 27.0), (x, y - 30.0))
        .quad((x + half * 0.8, y - 27.0), (x + half, y))
        .quad((x, y + 18.0), (x - half, y))
        .close();
    let colour = if easel.chance.coin(0.5) { glaze.colour } else { Rgb(0x9a6a42) };
    easel.layers(&lid, &[colour.to_string(), easel.url("r")]);
    easel.draw(line(Path::at(x - half, y).quad((x, y + 18.0), (x + half, y)), BLACK.veil(0.27), 1.6));
    let knob = colour.dark(0.1).to_string();
    props::knob(easel, x, y - 38.0, 12.0, &knob);
    let [left, top, right, foot] = form.frame();
    Form::new(form.outline.then(&lid), [left, top - 48.0, right, foot]).detail(x, 330.0, 150.0).goods(
        x - 8.0,
        392.0,
        150.0,
    )
}

fn vase(easel: &mut Easel<'_>, glaze: Glaze) -> Form {
    let profile = easel.chance.pick(&[VASE, TULIP]);
    let height = profile[profile.len() - 1].1;
    twigs(easel, 196.0, 436.0 - height, 150.0);
    single(easel, glaze, profile, 196.0, 1.0)
}

/// A strap handle or a spout in the colour of the body: a broad line with light along it.
fn strap(easel: &mut Easel<'_>, curve: &Path, colour: Rgb, width: f64) {
    easel.draw(line(curve, colour.dark(0.42), width));
    easel.draw(line(curve, colour.dark(0.1), width - 3.4).transform("translate(-.8 -.8)"));
    easel.draw(line(curve, WHITE.veil(0.4), width * 0.2).transform("translate(-2 -2)"));
}

fn jug(easel: &mut Easel<'_>, glaze: Glaze) -> Form {
    let form = Turned::new(JUG, 186.0, 430.0, easel.chance.between(1.0, 1.1));
    let (x, top, rim) = (form.x, form.top, form.rim);
    let handle = Path::at(x + rim * 0.9, top + 22.0).curve(
        (x + 112.0, top - 6.0),
        (x + 138.0, top + 110.0),
        (x + 76.0, top + 138.0),
    );
    strap(easel, &handle, glaze.colour, 15.0);
    vessel(easel, glaze, &form, "a");
    let lip =
        Path::at(x - rim * 0.7, top + 6.0).quad((x - rim - 26.0, top - 16.0), (x - rim - 24.0, top - 10.0));
    let lip = lip.quad((x - rim - 12.0, top + 18.0), (x - rim + 5.0, top + 32.0)).close();
    easel.layers(&lip, &[glaze.colour.to_string(), easel.url("r")]);
    easel.draw(line(
        Path::at(x - rim - 24.0, top - 10.0).quad((x - rim, top - 2.0), (x - rim * 0.6, top + 5.0)),
        glaze.colour.pale(0.5),
        2.2,
    ));
    let [left, top, right, foot] = form.frame();
    let outline = form.outline.then(&lip).then(&handle);
    Form::new(outline, [left, top - 12.0, right + 28.0, foot]).detail(x - 6.0, 330.0, 150.0).goods(
        x - 10.0,
        392.0,
        150.0,
    )
}

/// A teapot; the paint `r` must be defined. Its handle is at the side or, of cane, above.
pub fn pot(easel: &mut Easel<'_>, x: f64, y: f64, scale: f64, colour: Rgb, accent: Rgb) -> Form {
    let body = Turned::new(POT, x, y, scale);
    let (top, rim, wide) = (body.top, body.rim, body.widest);
    let bail = easel.chance.coin(0.5);
    easel.shadow(x, y + 1.0, wide * 0.82);
    let k = id_of_gleam(easel);
    let at = |dx: f64, up: f64| (x + dx * scale, y - up * scale);
    let (root, tip) = (at(76.0, 36.0), at(140.0, 143.0));
    let spout = Path::at(root.0, root.1)
        .curve(at(126.0, 44.0), at(120.0, 108.0), at(153.0, 132.0))
        .quad(at(149.0, 141.0), tip)
        .curve(at(114.0, 126.0), at(108.0, 98.0), at(82.0, 90.0))
        .close();
    easel.layers(&spout, &[colour.dark(0.1).to_string(), easel.url("r")]);
    let mouth = Path::at(tip.0, tip.1).quad(at(149.0, 141.0), at(153.0, 132.0));
    easel.draw(line(mouth, colour.dark(0.6), 3.4 * scale));
    let handle = if bail {
        Path::at(x - rim - 22.0, top + 16.0).curve(
            (x - rim - 40.0, top - 104.0),
            (x + rim + 40.0, top - 104.0),
            (x + rim + 22.0, top + 16.0),
        )
    } else {
        let (far, from) = (x - wide * 1.62, x - wide * 0.82);
        Path::at(from, top + 34.0 * scale).curve(
            (far, top - 14.0 * scale),
            (far, y - 18.0 * scale),
            (from, y - 40.0 * scale),
        )
    };
    strap(easel, &handle, if bail { accent } else { colour }, if bail { 9.0 } else { 14.0 });
    easel.layers(&body.outline, &[colour.to_string(), easel.url("r")]);
    let gleam = oval(x - wide * 0.36, top + body.height() * 0.4, wide * 0.2, body.height() * 0.2).fill(k);
    easel.draw(gleam);
    let lid = Path::at(x - rim - 8.0, top + 4.0)
        .quad((x - rim, top - 20.0), (x, top - 23.0))
        .quad((x + rim, top - 20.0), (x + rim + 8.0, top + 4.0))
        .quad((x, top + 18.0), (x - rim - 8.0, top + 4.0));
    easel.layers(&lid, &[colour.to_string(), easel.url("r")]);
    let seam = Path::at(x - rim - 8.0, top + 4.0).quad((x, top + 18.0), (x + rim + 8.0, top + 4.0));
    easel.draw(line(seam, BLACK.veil(0.34), 1.6));
    let knob = accent.to_string();
    props::knob(easel, x, top - 30.0, 10.0, &knob);
    let (left, up) = if bail { (x - wide, top - 76.0) } else { (x - wide * 1.42, top - 40.0) };
    let outline = body.outline.then(&spout).then(&lid).then(&handle);
    Form::new(outline, [left, up, x + wide * 1.64, y]).detail(x, y - 70.0, 140.0)
}

fn id_of_gleam(easel: &mut Easel<'_>) -> String {
    let id = easel.id("k");
    easel.define(radial(id, &[(0.0, WHITE.veil(0.6)), (1.0, WHITE.veil(0.0))]));
    easel.url("k")
}

/// A plate on a stand, with something painted in its well.
fn plate(easel: &mut Easel<'_>, glaze: Glaze) -> Form {
    let (x, y) = (198.0, 308.0);
    let r = easel.chance.between(112.0, 122.0);
    let pale = glaze.colour.brightness() > 150.0;
    let brush = if pale {
        easel.chance.pick(&[Rgb(0x2f4f6d), Rgb(0x7c2a22), Rgb(0x4f6246)])
    } else {
        glaze.colour.pale(0.8)
    };
    let accent = if pale { glaze.clay } else { glaze.colour.pale(0.45) };
    let motif = label::choose(easel, &["sprig", "moon", "star", "contours", "boat", "waves", "peaks"]);
    let (p, w, k) = (easel.id("p"), easel.id("w"), easel.id("k"));
    easel.define(towards(
        p,
        "1",
        "1",
        &[
            (0.0, glaze.colour.pale(0.42).solid()),
            (0.5, glaze.colour.solid()),
            (1.0, glaze.colour.dark(0.34).solid()),
        ],
    ));
    easel.define(towards(
        w,
        "1",
        "1",
        &[
            (0.0, glaze.colour.dark(0.2).solid()),
            (0.55, glaze.colour.solid()),
            (1.0, glaze.colour.pale(0.4).solid()),
        ],
    ));
    easel.define(Element::new("clipPath").id(k).inner(circle(x, y, r * 0.6)));
    easel.shadow(x + 4.0, 432.0, 78.0);
    easel.draw(line("M166 300L146 434M230 300L250 434", Rgb(0x4a2f20), 7.0));
    easel.draw(circle(x + 7.0, y + 4.0, r).fill(glaze.colour.dark(0.6)));
    easel.draw(circle(x, y, r).fill(easel.url("p")).edge(glaze.colour.pale(0.6), 1.6));
    for (share, width) in [(0.93, 2.4), (0.84, 1.0)] {
        easel.draw(circle(x, y, r * share).stroke(brush, width).opacity(0.7));
    }
    if easel.chance.coin(0.6) {
        let count = easel.chance.pick(&[14, 18, 24, 32, 40]);
        easel.draw(ticks((x, y), r * 0.76, count, 3.0, r * 0.07, brush));
    }
    easel.draw(circle(x, y, r * 0.66).fill(easel.url("w")));
    let side = r * 1.2;
    let area = Area::new(x - side / 2.0, y - side / 2.0, side, side);
    let painting = label::motif(easel, motif, area, brush, accent);
    let clip = easel.url("k");
    easel.within(|g| g.attr("clip-path", clip), |easel| easel.draw(painting));
    let gleam = Path::at(x - r * 0.88, y - r * 0.2).arc(r * 0.9, r * 0.9, true, (x - r * 0.2, y - r * 0.88));
    easel.draw(line(gleam, WHITE.veil(0.5), 5.0));
    easel.draw(path(rect(x - 58.0, 420.0, 116.0, 10.0)).fill(Rgb(0x6b412a)));
    easel.draw(path("M138 408h16v14h-16ZM242 408h16v14h-16Z").fill(Rgb(0x8b5a38)));
    easel.draw(path(rect(x - 58.0, 420.0, 116.0, 3.0)).fill(WHITE.veil(0.2)));
    let outline = Path::at(x - r, y).arc_by(r, r, true, (2.0 * r, 0.0)).arc_by(r, r, true, (-2.0 * r, 0.0));
    Form::new(outline, [x - r, y - r, x + r, y + r]).detail(x, y, 150.0).goods(x - 40.0, 392.0, 140.0)
}
