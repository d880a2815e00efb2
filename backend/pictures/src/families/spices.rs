//! Spices: a jar for each of seven goods, and the tin, the sack, the mortar and the mill.

use std::f64::consts::TAU;

use crate::Picture;
use crate::draw::{BLACK, Element, Path, Rgb, WHITE, across, ball, line, number, oval, path, polygon, rect};
use crate::easel::{Easel, Form};
use crate::families::props;
use crate::label::{self, Room};
use crate::lathe::{Profile, Turned};
use crate::light::{self, BRASS};
use crate::naming;
use crate::seed::{Chance, cos, hash, sin};

/// The first seven say what is in the jar, the rest what the goods are in.
pub const KINDS: [&str; 11] =
    ["corns", "threads", "quills", "cloves", "flakes", "powder", "pods", "tin", "sack", "mortar", "grinder"];
const GOODS: usize = 7;

/// The content of a picture: what its kind or its handle says, else the handle's chance.
pub fn content(picture: &Picture<'_>) -> &'static str {
    let goods = &KINDS[..GOODS];
    let wished = picture.kind.and_then(|kind| goods.iter().find(|known| **known == kind).copied());
    wished.or_else(|| naming::spice(picture.handle)).unwrap_or_else(|| {
        let mut chance = Chance::new(hash(picture.handle) ^ 0x5b1c_e000);
        chance.pick(goods)
    })
}

/// Three tones of what is sold: the heap, its lights, its darks.
#[derive(Debug, Clone, Copy)]
struct Goods {
    name: &'static str,
    tones: [Rgb; 3],
}

impl Goods {
    /// The colouring is the handle's: black or white pepper, turmeric or paprika.
    fn of(easel: &mut Easel<'_>) -> Self {
        let name = content(&easel.picture);
        let choices: &[[u32; 3]] = match name {
            "corns" => &[
                [0x3b322c, 0x6b5a4b, 0x211c1a],
                [0xb9a98a, 0xd9ccb0, 0x8d7c5f],
                [0x9c4a3a, 0xc06f58, 0x6b2d24],
            ],
            "threads" => &[[0x8e1f16, 0xc3391f, 0x5e120f], [0x9a2a17, 0xd8621f, 0x67150d]],
            "quills" => &[[0xa5683a, 0xc98d55, 0x6e3f20], [0x8f5a36, 0xb57f50, 0x5a351d]],
            "cloves" => &[[0x4f2d1f, 0x7c4a2f, 0x321b13], [0x5c3927, 0x8a593c, 0x3a2116]],
            "flakes" => &[
                [0x9c2f1b, 0xc9542b, 0x6c1c12],
                [0x5d1f1c, 0x8c3a2c, 0x3a1211],
                [0xb5532a, 0xdc8445, 0x7e3417],
            ],
            "powder" => &[
                [0xd1901f, 0xe6b14a, 0xa56a12],
                [0xa93d1f, 0xc9612f, 0x7a2613],
                [0xb58a56, 0xd0ab7c, 0x8a6437],
                [0x7d6a3c, 0xa08d58, 0x564825],
            ],
            _ => &[
                [0x9aa46a, 0xc0c690, 0x6c7745],
                [0xa98f5a, 0xc8b27e, 0x7a6438],
                [0x6e5a3c, 0x93805c, 0x473923],
            ],
        };
        let asked = easel.picture.kind.is_some();
        let drawn = easel.chance.pick(choices);
        Self { name, tones: if asked { choices[0] } else { drawn }.map(Rgb) }
    }

    fn sticks(self) -> bool {
        self.name == "quills"
    }

    /// The side of one tile of the heap and how many grains lie on it.
    fn tile(self) -> (f64, usize) {
        match self.name {
            "corns" => (44.0, 32),
            "threads" => (44.0, 18),
            "cloves" => (44.0, 17),
            "pods" => (44.0, 14),
            "powder" => (34.0, 31),
            _ => (44.0, 33),
        }
    }
}

pub fn draw(easel: &mut Easel<'_>) -> Form {
    let goods = Goods::of(easel);
    let id = easel.id("r");
    easel.define(light::gloss(id));
    heap_paint(easel, goods);
    let form = match easel.kind {
        "tin" => tin(easel, goods),
        "sack" => sack(easel, goods),
        "mortar" => mortar(easel, goods),
        "grinder" => grinder(easel, goods),
        _ => jar(easel, goods),
    };
    loose(easel, goods);
    form
}

/// A field of grains in three tones. A dot is a round-capped stroke of no length, so that a hundred of
/// them cost a few bytes.
fn grains(chance: &mut Chance, name: &str, count: usize, (w, h): (f64, f64), tones: [Rgb; 3]) -> String {
    let mut fields = [Path::new(), Path::new(), Path::new()];
    let mut heads = Path::new();
    for k in 0..count {
        let (x, y) = (chance.between(0.0, w).round(), chance.between(0.0, h).round());
        let turn = chance.between(0.0, TAU);
        let (u, v) = (cos(turn), sin(turn));
        let field = std::mem::take(&mut fields[k % 3]).go(x, y);
        fields[k % 3] = match name {
            "threads" => {
                let long = chance.between(5.0, 8.0);
                let end = ((cos(turn + 0.6) * long * 2.0).round(), (sin(turn + 0.6) * long * 1.4).round());
                field.quad_by((u * long, v * long - 3.0), end)
            }
            "cloves" => {
                heads = heads.dot(x + (u * 13.0).round(), y + (v * 13.0).round());
                field.line_by((u * 11.0).round(), (v * 11.0).round())
            }
            "pods" => {
                let (tip, belly) =
                    (((u * 17.0).round(), (v * 17.0).round()), (u * 8.0 - v * 6.0, v * 8.0 + u * 6.0));
                field.quad_by(belly, tip).quad_by((-belly.0, -belly.1), (-tip.0, -tip.1))
            }
            "flakes" | "quills" => {
                let (a, b) = (chance.whole(2, 6), chance.whole(-3, 1));
                field.line_by(a, b).line_by(chance.whole(-1, 2), chance.whole(2, 5)).close()
            }
            _ => field.h_by(0.1),
        };
    }
    let width = match name {
        "corns" => 8.6,
        "threads" => 1.8,
        "cloves" => 2.6,
        "powder" => 1.5,
        _ => 0.0,
    };
    let paint = |(d, tone): (&Path, Rgb)| {
        if width > 0.0 { line(d, tone, width) } else { path(d).fill(tone) }.to_string()
    };
    let mut out: String = fields.iter().zip(tones).map(paint).collect();
    match name {
        "cloves" => out += &line(heads, tones[0], 5.4).to_string(),
        "corns" => {
            let lights = fields[1].as_ref().replace('h', "m-1-1.6h");
            out += &line(lights, WHITE.veil(0.3), 2.0).to_string();
        }
        _ => {}
    }
    out
}

/// Defines `p`, the goods as a surface, and `h`, the light on a heap of them.
fn heap_paint(easel: &mut Easel<'_>, goods: Goods) {
    let [base, bright, deep] = goods.tones;
    if goods.sticks() {
        quill(easel, goods);
        if !matches!(easel.kind, "sack" | "mortar" | "grinder") {
            return;
        }
    }
    let (side, count) = goods.tile();
    let field = grains(
        &mut easel.chance,
        goods.name,
        count,
        (side - 2.0, side - 2.0),
        [bright, deep, base.mix(bright, 0.5)],
    );
    let tile = Element::new("pattern").id(easel.id("p")).attr("width", side).attr("height", side);
    easel.define(tile.attr("patternUnits", "userSpaceOnUse").inner(field));
    let id = easel.id("h");
    easel.define(ball(id, &[(0.0, WHITE.veil(0.34)), (0.5, WHITE.veil(0.0)), (1.0, BLACK.veil(0.36))]));
}

/// Defines `c`, one quill of bark, upright.
fn quill(easel: &mut Easel<'_>, goods: Goods) {
    let [_, bright, deep] = goods.tones;
    let id = easel.id("q");
    easel.define(across(id, &[(0.0, deep.solid()), (0.3, bright.solid()), (1.0, deep.solid())]));
    let bark = path("M-10.5 0V178H10.5V0Z").fill(easel.url("q"));
    let curl = line("M-7.6 0a4 2.4 0 1 1 7.6.6M7.6 0a4 2.4 0 1 0-7.6.6M-5 8V172M3 9V168", deep, 1.2);
    let one = format!("{bark}{}{curl}", oval(0.0, 0.0, 10.5, 5.0).fill(bright));
    let id = easel.id("c");
    easel.define(Element::new("g").id(id).inner(one));
}

/// The heap in front, or two quills.
fn loose(easel: &mut Easel<'_>, goods: Goods) {
    let (x, y) = (296.0, 446.0);
    if goods.sticks() {
        easel.draw(oval(300.0, 464.0, 70.0, 10.0).fill(easel.url("s")));
        for place in ["translate(246 462)rotate(-84)scale(.9 .6)", "translate(240 448)rotate(-97)scale(.9 .62)"]
        {
            let stick = easel.again("c").transform(place);
            easel.draw(stick);
        }
        return;
    }
    let tall = easel.chance.between(30.0, 42.0);
    let heap = Path::at(x - 66.0, y + 6.0)
        .curve((x - 40.0, y), (x - 24.0, y - tall + 1.0), (x, y - tall))
        .curve((x + 22.0, y - tall), (x + 34.0, y - 2.0), (x + 64.0, y + 6.0))
        .quad((x, y + 20.0), (x - 66.0, y + 6.0));
    easel.draw(oval(x + 22.0, y + 9.0, 88.0, 15.0).fill(easel.url("s")));
    easel.layers(&heap, &[goods.tones[0].to_string(), easel.url("p"), easel.url("h")]);
    let strewn = grains(&mut easel.chance, goods.name, 8, (66.0, 14.0), goods.tones);
    let place = format!("translate({} {})", number(x - 104.0), number(y + 4.0));
    easel.draw(Element::new("g").id(easel.id("e")).transform(place).inner(strewn));
    let more = easel.again("e").transform("translate(104 8)");
    easel.draw(more);
}

/// Measures of a jar.
#[derive(Debug, Clone, Copy)]
struct Jar {
    x: f64,
    half: f64,
    top: f64,
    foot: f64,
    neck: f64,
}

impl Jar {
    fn glass(self) -> Path {
        let Self { x, half, top, foot, neck } = self;
        let (left, right) = (x - half, x + half);
        Path::at(x - neck, top - 10.0)
            .v(top)
            .quad((left, top + 8.0), (left, top + 34.0))
            .v(foot - 16.0)
            .quad((left, foot), (left + 18.0, foot))
            .h(right - 18.0)
            .quad((right, foot), (right, foot - 16.0))
            .v(top + 34.0)
            .quad((right, top + 8.0), (x + neck, top))
            .v(top - 10.0)
            .close()
    }

    /// What is in it, up to a level.
    fn filling(self, surface: Path) -> Path {
        let (left, right, foot) = (self.x - self.half + 6.0, self.x + self.half - 6.0, self.foot);
        let sides = surface.v(foot - 18.0).quad((right, foot - 8.0), (right - 14.0, foot - 8.0)).h(left + 14.0);
        sides.quad((left, foot - 8.0), (left, foot - 18.0)).close()
    }

    fn surface(self, level: f64) -> Path {
        let (x, half) = (self.x, self.half);
        let slope = Path::at(x - half + 6.0, level).quad((x - half * 0.4, level - 10.0), (x, level - 3.0));
        slope.quad((x + half * 0.4, level + 4.0), (x + half - 6.0, level + 1.0))
    }
}

fn jar(easel: &mut Easel<'_>, goods: Goods) -> Form {
    let (half, top) = (easel.chance.between(58.0, 70.0), easel.chance.between(172.0, 214.0));
    let jar = Jar { x: 182.0, half, top, foot: 420.0, neck: half * 0.78 };
    let [base, bright, deep] = goods.tones;
    easel.shadow(jar.x, jar.foot, half * 1.02);
    let glass = jar.glass();
    easel.shape("g", &glass);
    let back = easel.again("g").fill(WHITE.veil(0.34));
    easel.draw(back);
    if goods.sticks() {
        for k in 0..7 {
            let x = jar.x - half + 17.0 + f64::from(k) * (half * 2.0 - 34.0) / 6.0;
            let y = easel.chance.whole(208.max(top as i32 + 16), 236);
            let stick = easel.again("c").attr("x", number(x)).attr("y", y);
            easel.draw(stick);
        }
        let pool = jar.filling(Path::at(jar.x - half + 6.0, 380.0).h(jar.x + half - 6.0));
        easel.draw(path(pool).fill(deep).opacity(0.25));
    } else {
        let level = top + easel.chance.between(40.0, 62.0);
        easel.layers(&jar.filling(jar.surface(level)), &[base.to_string(), easel.url("p")]);
        easel.draw(line(jar.surface(level), bright, 2.0).opacity(0.6));
    }
    let shine = easel.again("g").fill(easel.url("r")).opacity(0.62);
    let rim = easel.again("g").stroke(WHITE.veil(0.55), 1.3);
    easel.draw(shine);
    easel.draw(rim);
    pasted(easel, jar.x, 290.0, half * 1.5, base);
    let (left, right) = (jar.x - half, jar.x + half);
    easel.draw(line(Path::at(left + 11.0, top + 40.0).v(394.0), WHITE.veil(0.6), 5.0));
    easel.draw(line(
        Path::at(left + 20.0, top + 26.0).quad_by((8.0, -10.0), (26.0, -12.0)),
        WHITE.veil(0.65),
        3.0,
    ));
    easel.draw(line(Path::at(right - 8.0, top + 60.0).v(360.0), WHITE.veil(0.4), 2.0));
    let lid = lid(easel, &jar);
    Form::new(glass.then(&lid), [left, top - 40.0, right, 420.0])
        .detail(182.0, 342.0, 134.0)
        .goods(290.0, 414.0, 128.0)
}

/// The label of a jar or a tin: a coloured edge, a name.
fn pasted(easel: &mut Easel<'_>, x: f64, y: f64, w: f64, edge: Rgb) {
    let (left, h) = (x - w / 2.0, 96.0);
    let sheet = Path::at(left, y)
        .quad((x, y + 5.0), (left + w, y))
        .v(y + h)
        .quad((x, y + h + 5.0), (left, y + h))
        .close();
    easel.draw(path(&sheet).fill(Rgb(0xfaf4e6)));
    let band = Path::at(left, y)
        .quad((x, y + 5.0), (left + w, y))
        .v_by(14.0)
        .quad((x, y + 19.0), (left, y + 14.0))
        .close();
    easel.draw(path(band).fill(edge));
    let room = Room { width: w - 12.0, below: h - 47.0, largest: 20.0 };
    let letters = label::lettering(easel, (x, y + 47.0), room, Rgb(0x2b241f));
    easel.draw(letters);
    easel.draw(path(sheet).fill(easel.url("r")).opacity(0.28));
}

/// Cork, or a screw cap in one of three metals.
fn lid(easel: &mut Easel<'_>, jar: &Jar) -> Path {
    let cork = easel.chance.coin(0.45);
    let colour = if cork {
        Rgb(0xc9a578)
    } else {
        easel.chance.pick(&[Rgb(0x2a343a), Rgb(0xb08a49), Rgb(0x9a3f2c), Rgb(0xa4aaa6)])
    };
    let (half, flare, up) =
        if cork { (jar.neck - 3.0, 3.0, jar.top - 40.0) } else { (jar.neck + 4.0, 0.0, jar.top - 34.0) };
    let x = jar.x;
    let side = Path::at(x - half - flare, up)
        .line(x - half, jar.top - 6.0)
        .quad((x, jar.top + 2.0), (x + half, jar.top - 6.0))
        .line(x + half + flare, up)
        .close();
    easel.draw(path(&side).fill(colour));
    easel.draw(path(&side).fill(easel.url("r")).opacity(0.75));
    easel.draw(oval(x, up, half + flare, half * 0.13).fill(colour.pale(if cork { 0.34 } else { 0.2 })));
    if cork {
        let c = &mut easel.chance;
        let pores = (0..18).fold(Path::new(), |p, _| {
            p.go(x + c.between(-half, half).round(), up + c.between(6.0, 30.0).round()).h_by(c.whole(1, 4))
        });
        easel.draw(line(pores, Rgb(0x7c5a34), 1.5).opacity(0.5));
    }
    side
}

/// A flat tin with a hinged lid and a printed front.
fn tin(easel: &mut Easel<'_>, goods: Goods) -> Form {
    let bodies = [Rgb(0x8c2f22), Rgb(0x22414a), Rgb(0xd7a13f), Rgb(0x4f6246), Rgb(0xefe4cd), Rgb(0x2a3036)];
    let body = easel.chance.pick(&bodies);
    let (top, foot) = (easel.chance.between(196.0, 226.0), 420.0);
    let (left, right, deep) = (112.0, 246.0, 28.0);
    let id = easel.id("f");
    easel.define(light::slope(id));
    easel.shadow(188.0, foot - 2.0, 82.0);
    let side = polygon(&[(right, top), (right + deep, top - 11.0), (right + deep, foot - 15.0), (right, foot)]);
    easel.draw(path(side).fill(body.dark(0.4)));
    easel.layers(&rect(left, top, right - left, foot - top), &[body.to_string(), easel.url("f")]);
    let cap = body.pale(0.16);
    let roof = polygon(&[
        (left - 3.0, top - 22.0),
        (left + 22.0, top - 33.0),
        (right + deep + 3.0, top - 33.0),
        (right + 3.0, top - 22.0),
    ]);
    easel.draw(path(roof).fill(cap.pale(0.3)));
    easel.draw(
        path(polygon(&[
            (right + 3.0, top - 22.0),
            (right + deep + 3.0, top - 33.0),
            (right + deep + 3.0, top - 7.0),
            (right + 3.0, top + 4.0),
        ]))
        .fill(cap.dark(0.42)),
    );
    easel.layers(&rect(left - 3.0, top - 22.0, right - left + 6.0, 26.0), &[cap.to_string(), easel.url("f")]);
    easel.draw(line(
        Path::at(left - 3.0, top - 21.0).h(right + 3.0).line(right + deep + 3.0, top - 32.0),
        WHITE.veil(0.5),
        1.2,
    ));
    easel.draw(path(rect(left, top + 4.0, right - left, 5.0)).fill(BLACK.veil(0.27)));
    let trim = if body.brightness() > 140.0 { body.dark(0.55) } else { body.pale(0.72) };
    easel.draw(line(rect(left + 9.0, top + 20.0, right - left - 18.0, foot - top - 29.0), trim, 1.4));
    let window = (top + 32.0, 290.0 - top - 40.0);
    let picture = label::star((179.0, window.0 + window.1 / 2.0), window.1 * 0.52, trim, body.mix(trim, 0.4));
    easel.draw(picture);
    pasted(easel, 179.0, 298.0, 104.0, goods.tones[0]);
    let outline = polygon(&[
        (left - 3.0, top - 22.0),
        (left + 22.0, top - 33.0),
        (right + deep + 3.0, top - 33.0),
        (right + deep, foot - 15.0),
        (right, foot),
        (left, foot),
        (left - 3.0, top + 4.0),
    ]);
    Form::new(outline, [left - 3.0, top - 33.0, right + deep + 3.0, foot])
        .detail(179.0, 332.0, 132.0)
        .goods(290.0, 414.0, 128.0)
}

/// An open sack with a rolled edge.
fn sack(easel: &mut Easel<'_>, goods: Goods) -> Form {
    let cloth = easel.chance.pick(&[Rgb(0xc9b188), Rgb(0xb79f7a), Rgb(0xd8cdb6), Rgb(0xa88d66)]);
    let top = easel.chance.between(252.0, 274.0);
    let body = Path::at(112.0, top)
        .curve((84.0, top + 50.0), (84.0, 396.0), (104.0, 416.0))
        .quad((182.0, 434.0), (260.0, 416.0))
        .curve((282.0, 396.0), (280.0, top + 50.0), (252.0, top))
        .close();
    let weave = Element::new("pattern").id(easel.id("b")).attr("width", 5).attr("height", 5);
    let threads = format!(
        "{}{}",
        line("M0 1H5M1 0V5", BLACK.veil(0.16), 0.9),
        line("M0 3.5H5M3.5 0V5", WHITE.veil(0.2), 0.8)
    );
    easel.define(weave.attr("patternUnits", "userSpaceOnUse").inner(threads));
    easel.shadow(182.0, 420.0, 88.0);
    easel.layers(&body, &[cloth.to_string(), easel.url("b"), easel.url("r")]);
    let folds = Path::raw(
        "M124 300Q112 360 122 414M150 296Q140 330 146 372M226 300Q240 350 234 404M202 304Q208 330 204 350",
    );
    easel.draw(line(&folds, BLACK.veil(0.13), 5.0));
    easel.draw(line(folds, WHITE.veil(0.2), 1.2).transform("translate(-4)"));
    easel.draw(oval(182.0, top, 74.0, 20.0).fill(cloth.dark(0.55)));
    if goods.sticks() {
        for (x, lean) in [(138.0, -9), (158.0, -4), (178.0, 2), (198.0, 5), (220.0, 10)] {
            let rise = easel.chance.whole(54, 72);
            let place = format!("translate({x} {})rotate({lean})scale(.95 .45)", number(top - rise));
            let stick = easel.again("c").transform(place);
            easel.draw(stick);
        }
    } else {
        let heap = Path::at(112.0, top).curve((132.0, top - 34.0), (158.0, top - 52.0), (184.0, top - 52.0));
        let heap = heap
            .curve((212.0, top - 50.0), (234.0, top - 32.0), (252.0, top))
            .quad((182.0, top + 34.0), (112.0, top));
        easel.layers(&heap, &[goods.tones[0].to_string(), easel.url("p"), easel.url("h")]);
    }
    let roll = Path::at(106.0, top - 2.0).quad((182.0, top + 40.0), (258.0, top - 2.0));
    easel.draw(line(&roll, cloth.dark(0.3), 21.0));
    easel.draw(line(&roll, cloth.pale(0.12), 17.0));
    easel.draw(line(&roll, easel.url("b"), 17.0));
    easel.draw(line(roll, WHITE.veil(0.27), 3.0).transform("translate(-1 -4)"));
    pasted(easel, 182.0, 306.0, 96.0, goods.tones[0]);
    Form::new(body, [90.0, top - 52.0, 274.0, 425.0])
        .detail(182.0, top + 24.0, 140.0)
        .goods(290.0, 414.0, 128.0)
}

const BOWL: Profile =
    &[(84.0, 0.0), (85.0, 9.0), (80.0, 52.0), (64.0, 96.0), (44.0, 114.0), (42.0, 124.0), (58.0, 142.0)];

fn mortar(easel: &mut Easel<'_>, goods: Goods) -> Form {
    let stone = easel.chance.pick(&[Rgb(0xd9d5cb), Rgb(0x8b918f), Rgb(0x565c5e), Rgb(0xa9764a), Rgb(0xe8e0d0)]);
    let scale = easel.chance.between(1.02, 1.12);
    let bowl = Turned::new(BOWL, 184.0, 424.0, scale);
    let (x, top, rim) = (bowl.x, bowl.top, bowl.rim);
    easel.shadow(x, 425.0, 78.0);
    easel.layers(&bowl.outline, &[stone.to_string(), easel.url("r")]);
    let c = &mut easel.chance;
    let specks = (0..26).fold(Path::new(), |p, _| p.dot(c.whole(120, 246), c.whole(300, 376)));
    easel.draw(line(specks, stone.dark(0.5), 1.8).opacity(0.4));
    easel.draw(oval(x, top, rim, rim * 0.22).fill(stone.pale(0.4)));
    easel.draw(oval(x, top + 2.0, rim - 11.0, rim * 0.22 - 5.0).fill(stone.dark(0.55)));
    let heap = Path::at(x - rim + 18.0, top + 5.0).quad((x - 8.0, top - 26.0), (x + rim - 18.0, top + 5.0));
    let heap = heap.quad((x, top + 26.0), (x - rim + 18.0, top + 5.0));
    easel.layers(&heap, &[goods.tones[0].to_string(), easel.url("p"), easel.url("h")]);
    let turn = easel.chance.between(26.0, 40.0);
    let place = format!("translate({} {})rotate({})", number(x + 6.0), number(top + 2.0), number(turn));
    easel.within(
        |g| g.transform(place),
        |easel| {
            let pestle =
                Path::raw("M-11 4C-13-60-10-110-15-138Q-16-158 0-158T15-138C10-110 13-60 11 4Q0 10-11 4Z");
            easel.layers(&pestle, &[stone.to_string(), easel.url("r")]);
        },
    );
    let lip = Path::at(x - rim, top).arc(rim, rim * 0.22, false, (x + rim, top));
    easel.draw(line(lip, WHITE.veil(0.4), 2.2));
    let band = Path::at(x - rim * 0.96, top + 34.0).quad((x, top + 62.0), (x + rim * 0.96, top + 34.0));
    easel.draw(line(band, BLACK.veil(0.2), 2.0));
    let pestle = Path::raw("M196 290L262 150Q276 142 284 158L222 296Z");
    let [left, top, right, foot] = bowl.frame();
    Form::new(bowl.outline.then(&pestle), [left, top - 130.0, right, foot])
        .detail(190.0, top + 30.0, 140.0)
        .goods(290.0, 414.0, 128.0)
}

const MILL: Profile = &[
    (20.0, 0.0),
    (34.0, 8.0),
    (42.0, 26.0),
    (40.0, 48.0),
    (27.0, 66.0),
    (24.0, 74.0),
    (34.0, 80.0),
    (35.0, 92.0),
    (25.0, 108.0),
    (24.0, 134.0),
    (34.0, 170.0),
    (47.0, 204.0),
    (50.0, 226.0),
    (50.0, 240.0),
];

/// A turned mill with a brass knob and collar.
fn grinder(easel: &mut Easel<'_>, goods: Goods) -> Form {
    let woods = [
        Rgb(0x7a4a2b),
        Rgb(0x4a2f22),
        Rgb(0xb98a5c),
        Rgb(0x2c2a28),
        Rgb(0x8f3a2a),
        Rgb(0x35505a),
        Rgb(0xe2d6c0),
    ];
    let wood = easel.chance.pick(&woods);
    let mill = Turned::new(MILL, 182.0, 424.0, easel.chance.between(1.02, 1.12));
    let (w, m) = (easel.id("w"), easel.id("m"));
    easel.define(light::timber(w, wood));
    easel.define(BRASS.sheen(m));
    let (x, top, height) = (mill.x, mill.top, mill.height());
    let brass = easel.url("m");
    easel.shadow(x, 425.0, 58.0);
    easel.draw(path(rect(x - 7.0, top - 8.0, 14.0, 12.0)).fill(&brass));
    props::knob(easel, x, top - 14.0, 11.0, &brass);
    let timber = [easel.url("w")];
    easel.layers(&mill.outline, &timber);
    let half = 25.5 * height / 240.0;
    let collar = top + height * 0.292;
    let band = Path::at(x - half, collar).quad((x, collar + 7.0), (x + half, collar)).v_by(9.0);
    easel.draw(path(band.quad((x, collar + 16.0), (x - half, collar + 9.0)).close()).fill(&brass));
    for (share, half) in [(0.9, 51.0), (0.36, 36.0)] {
        let (y, half) = (top + height * share, half * height / 240.0);
        let ring = Path::at(x - half, y).quad((x, y + half * 0.22), (x + half, y));
        easel.draw(line(&ring, BLACK.veil(0.4), 1.4));
        easel.draw(line(ring, WHITE.veil(0.27), 0.9).transform("translate(0 1.6)"));
    }
    easel.draw(oval(x - 17.0, top + height * 0.12, 6.0, 13.0).fill(WHITE.veil(0.27)));
    let gleam = Path::at(x - 12.0, top + height * 0.5).quad_by((0.0, height * 0.16), (-14.0, height * 0.32));
    easel.draw(line(gleam, WHITE.veil(0.27), 4.0));
    let [left, _, right, foot] = mill.frame();
    let ground = Path::at(left + 6.0, foot - 4.0).quad((x, foot + 10.0), (right - 6.0, foot - 4.0));
    easel.draw(line(ground, goods.tones[2].dark(0.4), 2.0).opacity(0.5));
    Form::new(mill.outline, [left, top - 25.0, right, foot])
        .detail(x, top + 70.0, 130.0)
        .goods(280.0, 414.0, 128.0)
}
