//! Coffee: the folded bag with its tin tie, a side-fold pouch, a tin; the press, the carafe, the mill.

use crate::draw::{BLACK, Path, Rgb, WHITE, across, circle, down, line, oval, path, polygon, rect, window};
use crate::easel::{Easel, Form};
use crate::families::props;
use crate::label::{self, Area, Room};
use crate::light::{self, BRASS, Metal};
use crate::tin::{Livery, Tin};

pub const KINDS: [&str; 6] = ["bag", "pouch", "tin", "press", "pourover", "mill"];

/// Bag, paper, print.
const LIVERIES: [[Rgb; 3]; 10] = [
    [Rgb(0xc7a37b), Rgb(0xf6eddc), Rgb(0x27424f)],
    [Rgb(0x26343d), Rgb(0xefe4cf), Rgb(0xc0663f)],
    [Rgb(0xefe7d8), Rgb(0x6f3a28), Rgb(0xe7b77f)],
    [Rgb(0x6e4230), Rgb(0xf3e7d2), Rgb(0xd39a58)],
    [Rgb(0x5f7377), Rgb(0xf4ecdc), Rgb(0x2b3d44)],
    [Rgb(0x8c9a7b), Rgb(0xf7f0df), Rgb(0x3f5144)],
    [Rgb(0xb4583c), Rgb(0xf8eddb), Rgb(0x33464f)],
    [Rgb(0xd9b77c), Rgb(0xfaf4e4), Rgb(0x7c3b2a)],
    [Rgb(0x2f4a3f), Rgb(0xf1e9d6), Rgb(0xb98a4b)],
    [Rgb(0xd5c9bb), Rgb(0x33383c), Rgb(0xbfae93)],
];
const ROASTS: [Rgb; 4] = [Rgb(0x54301f), Rgb(0x6b3f26), Rgb(0x3d261c), Rgb(0x7a4a2b)];
const BREW: Rgb = Rgb(0x3a2015);

pub fn draw(easel: &mut Easel<'_>) -> Form {
    let tone = easel.picture.tone.filter(|tone| *tone < LIVERIES.len());
    let livery = LIVERIES[tone.unwrap_or_else(|| easel.chance.index(LIVERIES.len()))];
    let roast = easel.chance.pick(&ROASTS);
    let form = match easel.kind {
        "pouch" => pouch(easel, livery),
        "tin" => tin(easel, livery),
        "press" => press(easel),
        "pourover" => carafe(easel),
        "mill" => mill(easel, livery[0]),
        _ => bag(easel, livery),
    };
    if !matches!(easel.kind, "bag" | "pouch" | "tin") && easel.chance.coin(0.6) {
        let id = easel.id("r");
        if easel.kind != "mill" {
            easel.define(light::gloss(id));
        }
        let clay = easel.chance.pick(&[Rgb(0xf0ece2), Rgb(0x5f7377), Rgb(0xb4795a), Rgb(0x2c3a42)]);
        props::cup(easel, 316.0, 440.0, 34.0, clay, BREW);
        props::beans(easel, roast, (276.0, 400.0));
    } else {
        props::beans(easel, roast, (136.0, 190.0));
    }
    form
}

/// Where the paper of a bag catches the light.
fn foil(easel: &mut Easel<'_>) {
    let (b, v) = (easel.id("b"), easel.id("v"));
    easel.define(across(
        b,
        &[
            (0.0, BLACK.veil(0.2)),
            (0.1, WHITE.veil(0.1)),
            (0.3, WHITE.veil(0.26)),
            (0.5, WHITE.veil(0.0)),
            (0.8, BLACK.veil(0.1)),
            (1.0, BLACK.veil(0.24)),
        ],
    ));
    easel.define(down(
        v,
        &[(0.0, BLACK.veil(0.1)), (0.25, WHITE.veil(0.06)), (0.8, BLACK.veil(0.0)), (1.0, BLACK.veil(0.22))],
    ));
}

/// A pasted label with a printed picture above the name.
fn label(easel: &mut Easel<'_>, [_, paper, print]: [Rgb; 3], at: (f64, f64), (w, h): (f64, f64)) {
    let motif = label::choose(easel, &["contours", "contours", "hills", "rays", "peaks", "boat", "star"]);
    let (x, y) = at;
    easel.draw(path(rect(x + 2.0, y + 3.0, w, h)).fill(BLACK.veil(0.16)));
    easel.draw(path(rect(x, y, w, h)).fill(paper));
    let area = Area::new(x + 6.0, y + 6.0, w - 12.0, h * 0.46);
    let ground = path(rect(area.x, area.y, area.w, area.h)).fill(print);
    let picture = label::motif(easel, motif, area, print.mix(paper, 0.62), print.mix(paper, 0.86));
    easel.draw(window(area.x, area.y, area.w, area.h, format!("{ground}{picture}")));
    let ink = if paper.brightness() > 150.0 { print.dark(0.5) } else { Rgb(0xf6ecdb) };
    let room = Room { width: w - 14.0, below: h * 0.35, largest: 18.0 };
    let letters = label::lettering(easel, (x + w / 2.0, y + h * 0.65), room, ink);
    easel.draw(letters);
}

/// A bag whose top is folded over and held by a strip of tin.
fn bag(easel: &mut Easel<'_>, livery: [Rgb; 3]) -> Form {
    let [colour, _, print] = livery;
    let front = Path::raw("M118 196C112 262 106 344 110 418Q186 434 262 424C268 340 264 262 258 196Z");
    foil(easel);
    easel.shadow(200.0, 424.0, 96.0);
    let side = "M258 196L284 186C292 250 298 336 292 408L262 424C268 340 264 262 258 196Z";
    easel.draw(path(side).fill(colour.dark(0.36)));
    easel.draw(path("M258 196L272 300L262 424C268 340 264 262 258 196Z").fill(BLACK.veil(0.16)));
    easel.layers(&front, &[colour.to_string(), easel.url("b"), easel.url("v")]);
    let dents = "M117 202Q136 216 134 246Q128 300 111 352Q114 270 117 202ZM259 202Q244 222 247 256Q252 310 264 360Q265 280 259 202ZM110 418L140 376L128 420ZM262 424L236 382L246 426Z";
    easel.draw(path(dents).fill(BLACK.veil(0.1)));
    easel.draw(line("M134 246Q129 290 118 326M140 376L112 402", WHITE.veil(0.3), 1.0));
    fold(easel, colour, print);
    let tall = easel.chance.whole(126, 146);
    label(easel, livery, (138.0, 392.0 - tall), (102.0, tall));
    easel.draw(circle(189.0, 231.0, 4.0).fill(colour.dark(0.45)));
    let outline =
        "M115 160L261 157L286 152V186C292 250 298 336 292 408L262 424Q186 434 110 418C106 344 112 262 118 196Z";
    Form::new(outline, [107.0, 152.0, 297.0, 429.0]).detail(193.0, 357.0, 138.0).goods(120.0, 432.0, 120.0)
}

fn fold(easel: &mut Easel<'_>, colour: Rgb, tie: Rgb) {
    easel.draw(path("M118 203Q190 208 260 203L284 189V197L260 212Q190 218 118 211Z").fill(BLACK.veil(0.22)));
    let over = Path::raw("M115 160L261 157L263 202Q190 208 113 202Z");
    easel.layers(&over, &[colour.pale(0.1).to_string(), easel.url("b")]);
    easel.draw(path("M261 157L286 152L287 188L263 202Z").fill(colour.dark(0.28)));
    easel.draw(path("M106 174L262 171L292 165L293 173L263 180L107 184Z").fill(tie));
    easel.draw(line("M107 176L262 173.5L291 167.5M115 160L261 157L286 152", WHITE.veil(0.5), 1.0));
}

/// A tall pouch with a welded top and a printed band.
fn pouch(easel: &mut Easel<'_>, livery: [Rgb; 3]) -> Form {
    let [colour, paper, print] = livery;
    let front = Path::raw("M112 150H254C254 230 266 340 260 420Q184 434 106 420C100 340 112 230 112 150Z");
    foil(easel);
    easel.shadow(186.0, 423.0, 88.0);
    easel.layers(&front, &[colour.to_string(), easel.url("b"), easel.url("v")]);
    easel.draw(path("M106 420Q182 372 260 420Q184 434 106 420Z").fill(BLACK.veil(0.15)));
    easel.draw(path("M116 178Q134 214 130 268Q122 330 105 380Q108 250 116 178ZM252 178Q238 220 243 270Q250 330 262 372Q258 250 252 178Z").fill(BLACK.veil(0.1)));
    easel.draw(line("M112 159H254", colour.pale(0.24), 18.0).butt());
    easel.draw(line("M112 159H254", BLACK.veil(0.16), 18.0).butt().dash("1 3"));
    easel.draw(line("M112 190H254", BLACK.veil(0.2), 1.2));
    easel.draw(line("M130 268Q126 300 116 340M236 214Q246 260 250 300", WHITE.veil(0.3), 1.2));
    let band = easel.chance.pick(&[print, paper.mix(print, 0.4)]);
    easel.draw(path("M107 388Q184 400 261 388L260 402Q184 414 106 402Z").fill(band));
    label(easel, livery, (131.0, 228.0), (104.0, 142.0));
    easel.draw(circle(183.0, 210.0, 5.0).fill(colour.dark(0.4)));
    easel.draw(circle(183.0, 210.0, 2.0).fill(colour.dark(0.7)));
    Form::new(front, [103.0, 150.0, 263.0, 428.0]).detail(183.0, 306.0, 134.0).goods(120.0, 432.0, 120.0)
}

fn tin(easel: &mut Easel<'_>, [colour, paper, print]: [Rgb; 3]) -> Form {
    let paper = if paper.brightness() > 150.0 { paper } else { Rgb(0xf6eddc) };
    let lid = easel.chance.pick(&[Rgb(0x2a343a), Rgb(0xb9bdb8), print, Rgb(0xc09a57)]);
    let ink = if print.brightness() > 170.0 { print.dark(0.5) } else { print };
    let livery = Livery { body: colour, lid, paper, ink, accent: ink.mix(paper, 0.7) };
    let id = easel.id("r");
    easel.define(light::gloss(id));
    let motif = label::choose(easel, &["hills", "peaks", "rays", "boat", "star", "contours"]);
    let c = &mut easel.chance;
    let tin = Tin {
        x: 184.0,
        y: 420.0,
        half: c.between(80.0, 92.0),
        height: c.between(196.0, 224.0),
        lid: c.between(16.0, 26.0),
        margins: (44.0, 36.0),
        picture: 0.44,
        letters: 23.0,
    };
    tin.draw(easel, &livery, motif).detail(184.0, 326.0, 146.0).goods(120.0, 432.0, 120.0)
}

const STEEL: Metal = Metal { base: Rgb(0x9aa3a4), bright: Rgb(0xf2f4f0), deep: Rgb(0x4f5a5e) };
const COPPER: Metal = Metal { base: Rgb(0xb9734c), bright: Rgb(0xf3c9a4), deep: Rgb(0x6e3820) };

/// The light on clear glass: bright at the edges.
fn glass(easel: &mut Easel<'_>) {
    let id = easel.id("g");
    easel.define(across(
        id,
        &[
            (0.0, WHITE.veil(0.6)),
            (0.12, WHITE.veil(0.14)),
            (0.2, WHITE.veil(0.4)),
            (0.34, WHITE.veil(0.06)),
            (0.85, WHITE.veil(0.06)),
            (1.0, WHITE.veil(0.5)),
        ],
    ));
}

/// A glass press in a metal frame.
fn press(easel: &mut Easel<'_>) -> Form {
    let metal = easel.chance.pick(&[STEEL, BRASS, COPPER]);
    let id = easel.id("m");
    easel.define(metal.sheen(id));
    glass(easel);
    let level = easel.chance.between(250.0, 292.0);
    let paint = easel.url("m");
    easel.shadow(182.0, 424.0, 70.0);
    easel.draw(line("M244 226C304 214 304 380 244 372", Rgb(0x2b2420), 13.0));
    easel.draw(line("M246 222C294 216 296 300 280 344", WHITE.veil(0.3), 2.0));
    let cylinder = Path::raw("M122 196V412A62 9 0 0 0 246 412V196Z");
    easel.draw(path(&cylinder).fill(WHITE.veil(0.34)));
    let brew = Path::at(125.0, level).v(410.0).arc(59.0, 8.0, false, (243.0, 410.0)).v(level).close();
    easel.draw(path(brew).fill(BREW));
    easel.draw(oval(184.0, level, 59.0, 8.0).fill(Rgb(0xa9764a)));
    easel.draw(oval(184.0, level, 52.0, 6.0).fill(Rgb(0x7c4c2b)));
    easel.draw(path(rect(182.0, 120.0, 4.0, level - 150.0)).fill(&paint));
    easel.draw(path(rect(127.0, level - 32.0, 114.0, 8.0)).fill(&paint));
    easel.draw(path(&cylinder).fill(easel.url("g")));
    for y in [216.0, 396.0] {
        easel.draw(
            path(
                Path::at(119.0, y)
                    .arc(65.0, 9.0, false, (249.0, y))
                    .v_by(11.0)
                    .arc(65.0, 9.0, true, (119.0, y + 11.0))
                    .close(),
            )
            .fill(&paint),
        );
    }
    easel.draw(path("M126 222h7V404h-7ZM235 222h7V404h-7Z").fill(&paint));
    easel.draw(path("M119 404l-5 20h12l6-17ZM249 404l5 20h-12l-6-17Z").fill(&paint));
    easel.draw(path("M118 198Q118 172 184 168Q250 172 250 198A66 9 0 0 1 118 198Z").fill(&paint));
    easel.draw(path("M112 196l-14-9l22-5Z").fill(metal.base));
    easel.draw(line("M130 188Q150 176 176 175", WHITE.veil(0.6), 2.0));
    props::knob(easel, 184.0, 116.0, 14.0, "#2b2420");
    let outline = cylinder.then(&Path::raw(
        "M118 198Q118 172 184 168Q250 172 250 198ZM182 168V128H186V168ZM246 226C304 214 304 380 246 372",
    ));
    Form::new(outline, [98.0, 102.0, 294.0, 424.0]).detail(184.0, 268.0, 130.0).goods(120.0, 432.0, 120.0)
}

/// A waisted carafe with a wooden collar, its filter in place.
fn carafe(easel: &mut Easel<'_>) -> Form {
    glass(easel);
    let wood = easel.chance.pick(&[Rgb(0x9a6a42), Rgb(0x6b412a), Rgb(0xb98a5c)]);
    let id = easel.id("w");
    easel.define(light::timber(id, wood));
    let level = easel.chance.between(346.0, 372.0);
    easel.shadow(184.0, 424.0, 72.0);
    easel.draw(path("M112 146L256 146L196 262H172Z").fill(Rgb(0xf4ecdb)));
    easel.draw(path("M184 146L256 146L196 262H186Z").fill(BLACK.veil(0.1)));
    easel.draw(oval(184.0, 146.0, 72.0, 13.0).fill(Rgb(0xe4d8c0)));
    easel.draw(oval(184.0, 149.0, 58.0, 9.0).fill(BREW));
    let body = Path::raw(
        "M118 162L168 258Q172 270 166 282C140 312 108 340 106 388Q106 424 140 424H228Q262 424 262 388C260 340 228 312 202 282Q196 270 200 258L250 162",
    );
    let flask = body.clone();
    let clip = easel.id("c");
    easel.define(crate::draw::Element::new("clipPath").id(clip).inner(path(&body)));
    let clip = easel.url("c");
    easel.within(
        |g| g.attr("clip-path", clip),
        |easel| {
            easel.draw(path(rect(100.0, level, 170.0, 76.0)).fill(BREW));
            easel.draw(oval(184.0, level, 90.0, 9.0).fill(Rgb(0x6b3f26)));
        },
    );
    easel.draw(path(&body).fill(easel.url("g")));
    easel.draw(line(&body, WHITE.veil(0.6), 1.6));
    easel.draw(line("M120 372Q122 344 148 318", WHITE.veil(0.7), 4.0));
    easel.draw(path("M158 238H210L203 270L210 302H158L165 270Z").fill(easel.url("w")));
    easel.draw(line("M160 270H208", Rgb(0x4a2f20), 4.0));
    easel.draw(line("M180 272L172 300M184 272L190 304", Rgb(0x4a2f20), 2.4));
    easel.draw(circle(183.0, 271.0, 6.0).fill(Rgb(0xd9b98a)));
    let outline = flask.close();
    Form::new(outline, [106.0, 134.0, 262.0, 424.0]).detail(184.0, 290.0, 130.0).goods(120.0, 432.0, 120.0)
}

/// A box mill with a drawer and a crank.
fn mill(easel: &mut Easel<'_>, paint: Rgb) -> Form {
    let woods = [Rgb(0x8b5a38), Rgb(0x6b412a), Rgb(0xa97a4e), paint];
    let wood = easel.chance.pick(&woods);
    let metal = easel.chance.pick(&[BRASS, BRASS, STEEL, COPPER]);
    let (m, r, f) = (easel.id("m"), easel.id("r"), easel.id("f"));
    easel.define(metal.sheen(m));
    easel.define(light::gloss(r));
    easel.define(light::slope(f));
    let brass = easel.url("m");
    easel.shadow(196.0, 420.0, 88.0);
    easel.draw(path("M248 296L282 284V404L248 422Z").fill(wood.dark(0.42)));
    easel.layers(&rect(116.0, 296.0, 132.0, 126.0), &[wood.to_string(), easel.url("f")]);
    let grain = "M116 312Q180 306 248 316M116 402Q190 396 248 406M130 296V422M238 298V420";
    easel.draw(line(grain, wood.dark(0.4), 1.0).opacity(0.4));
    easel.layers(&rect(138.0, 334.0, 88.0, 54.0), &[wood.pale(0.1).to_string(), easel.url("f")]);
    easel.draw(line(rect(138.0, 334.0, 88.0, 54.0), wood.dark(0.5), 1.4));
    props::knob(easel, 182.0, 361.0, 8.0, &brass);
    easel.draw(path("M106 290L142 272H292L254 290Z").fill(wood.pale(0.24)));
    easel.draw(path("M106 290H254V300H106ZM106 414H254V425H106Z").fill(wood.dark(0.12)));
    easel.draw(path("M254 290L292 272V282L254 300ZM254 414L288 398V408L254 425Z").fill(wood.dark(0.45)));
    let dome = Path::raw("M136 280C136 226 160 206 196 206S256 226 256 280A60 10 0 0 1 136 280Z");
    easel.draw(path(&dome).fill(&brass));
    easel.draw(path(dome).fill(easel.url("r")).opacity(0.5));
    easel.draw(line("M150 262C154 236 166 222 184 217", WHITE.veil(0.6), 3.0));
    easel.draw(path(polygon(&[(190.0, 208.0), (192.0, 172.0), (202.0, 172.0), (204.0, 208.0)])).fill(&brass));
    easel.draw(line("M198 172Q150 160 104 168", metal.deep, 8.0));
    easel.draw(line("M198 171Q150 158 104 166", metal.base.mix(metal.bright, 0.4), 4.6));
    easel.draw(path("M100 166l-5-32q9-9 18 0l-5 32Z").fill(wood.dark(0.2)));
    props::knob(easel, 104.0, 132.0, 13.0, &wood.to_string());
    props::knob(easel, 198.0, 170.0, 8.0, &brass);
    let outline = "M116 300V422H248L282 404V286L292 272H256C256 226 232 206 204 206L202 172L108 166V136H100V166L190 178V206C160 206 136 226 136 276L106 290V300Z";
    Form::new(outline, [91.0, 120.0, 292.0, 422.0]).detail(186.0, 320.0, 140.0).goods(120.0, 430.0, 120.0)
}
