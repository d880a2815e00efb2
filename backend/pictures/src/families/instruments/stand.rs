//! What stands on the table: sandglass, globe, telescope.

use super::{WOODS, disc};
use crate::draw::{
    BLACK, Element, Path, Point, Rgb, WHITE, ball, circle, line, oval, path, rect, ring_through, ticks,
};
use crate::easel::{Easel, Form};
use crate::lathe::{Profile, Turned};
use crate::light::{self, Metal};
use crate::seed::{cos, sin};

pub fn sandglass(easel: &mut Easel<'_>, metal: Metal) -> Form {
    let (t, b) = (128.0, 420.0);
    let wood = easel.chance.pick(&WOODS);
    let sand = easel.chance.pick(&[Rgb(0xd9b98a), Rgb(0xe9dcc0), Rgb(0xb9573f), Rgb(0x5d7f86), Rgb(0x3f3a36)]);
    let (r, w) = (easel.id("r"), easel.id("w"));
    easel.define(light::gloss(r));
    easel.define(light::timber(w, wood));
    let glass = Path::at(146.0, t + 24.0)
        .curve((138.0, t + 104.0), (192.0, t + 118.0), (195.0, 274.0))
        .curve((192.0, b - 118.0), (138.0, b - 106.0), (146.0, b - 24.0))
        .h(254.0)
        .curve((262.0, b - 106.0), (208.0, b - 118.0), (205.0, 274.0))
        .curve((208.0, t + 118.0), (262.0, t + 104.0), (254.0, t + 24.0))
        .close();
    let timber = easel.url("w");
    easel.shadow(200.0, b + 2.0, 100.0);
    easel.draw(path(rect(126.0, t + 20.0, 9.0, b - t - 40.0)).fill(&timber).opacity(0.8));
    easel.draw(path(&glass).fill(WHITE.veil(0.4)));
    running_sand(easel, sand, b);
    easel.draw(path(&glass).fill(easel.url("r")).opacity(0.4));
    easel.draw(line(&glass, WHITE.veil(0.7), 1.4));
    easel.draw(line(Path::at(156.0, t + 40.0).quad_by((-4.0, 40.0), (18.0, 66.0)), WHITE.veil(0.75), 4.5));
    easel.draw(line(Path::at(154.0, b - 42.0).quad_by((-4.0, -30.0), (14.0, -56.0)), WHITE.veil(0.6), 4.0));
    easel.draw(oval(200.0, 274.0, 9.0, 5.0).fill(easel.url("b")));
    for x in [118.0, 274.0] {
        let post = Path::at(x, t + 20.0)
            .quad_by((5.0, 18.0), (0.0, 34.0))
            .v(b - 54.0)
            .quad_by((5.0, 16.0), (0.0, 34.0))
            .h_by(12.0);
        let post =
            post.quad_by((-5.0, -18.0), (0.0, -34.0)).v(t + 54.0).quad_by((-5.0, -16.0), (0.0, -34.0)).close();
        easel.draw(path(post).fill(&timber));
    }
    for y in [t, b - 22.0] {
        easel.draw(
            path(
                Path::at(108.0, y)
                    .quad_by((-7.0, 11.0), (0.0, 22.0))
                    .h(292.0)
                    .quad_by((7.0, -11.0), (0.0, -22.0))
                    .close(),
            )
            .fill(&timber),
        );
        easel.draw(path(Path::at(108.0, y).h(292.0).line_by(3.0, 5.0).h(105.0).close()).fill(WHITE.veil(0.22)));
        easel.draw(line(Path::at(106.0, y + 15.0).h(294.0), metal.deep, 2.0).opacity(0.7));
    }
    let outline = glass
        .then(&rect(108.0, t, 184.0, 22.0))
        .then(&rect(108.0, b - 22.0, 184.0, 22.0))
        .then(&rect(118.0, t + 22.0, 12.0, b - t - 44.0))
        .then(&rect(274.0, t + 22.0, 12.0, b - t - 44.0));
    Form::new(outline, [108.0, t, 292.0, b]).detail(200.0, 274.0, 140.0).goods(190.0, 376.0, 140.0)
}

fn running_sand(easel: &mut Easel<'_>, sand: Rgb, b: f64) {
    easel.draw(path("M157 220Q200 232 243 220C230 246 207 256 204 274h-8C193 256 170 246 157 220").fill(sand));
    let heap = Path::at(148.0, b - 24.0)
        .quad((146.0, b - 48.0), (158.0, b - 56.0))
        .quad((184.0, b - 66.0), (200.0, b - 88.0))
        .quad((216.0, b - 66.0), (242.0, b - 56.0))
        .quad((254.0, b - 48.0), (252.0, b - 24.0))
        .close();
    easel.draw(path(heap).fill(sand));
    easel.draw(line(Path::at(200.0, 262.0).v(b - 80.0), sand, 1.8));
}

const FOOT: Profile = &[
    (9.0, 0.0),
    (14.0, 6.0),
    (16.0, 16.0),
    (9.0, 26.0),
    (11.0, 38.0),
    (40.0, 50.0),
    (62.0, 58.0),
    (66.0, 68.0),
];

/// A globe in its meridian, on a turned foot.
pub fn globe(easel: &mut Easel<'_>, metal: Metal) -> Form {
    let (x, y) = (200.0, 254.0);
    let r = easel.chance.between(92.0, 100.0);
    let wood = easel.chance.pick(&WOODS);
    let (sea, land) = easel.chance.pick(&[
        (Rgb(0x7fa9b0), Rgb(0xe6d3a1)),
        (Rgb(0xe3d6b6), Rgb(0xb98a5c)),
        (Rgb(0x2f5266), Rgb(0xd3bb83)),
        (Rgb(0xa9bfae), Rgb(0xd99f6b)),
    ]);
    let (w, r_id, o, k) = (easel.id("w"), easel.id("r"), easel.id("o"), easel.id("k"));
    easel.define(light::timber(w, wood));
    easel.define(light::gloss(r_id));
    easel.define(ball(
        o,
        &[(0.0, WHITE.veil(0.53)), (0.3, WHITE.veil(0.13)), (0.6, BLACK.veil(0.1)), (1.0, BLACK.veil(0.6))],
    ));
    easel.define(Element::new("clipPath").id(k).inner(circle(x, y, r)));
    easel.shadow(x, 424.0, 72.0);
    let foot = Turned::new(FOOT, x, 424.0, 1.0);
    let timber = [easel.url("w")];
    easel.layers(&foot.outline, &timber);
    easel.draw(line("M136 416Q200 428 264 416", WHITE.veil(0.27), 1.4));
    let meridian = r + 13.0;
    easel.within(
        |g| g.transform(format!("rotate(20 {x} {y})")),
        |easel| {
            let brass = easel.url("b");
            easel.draw(circle(x, y, r).fill(sea));
            let clip = easel.url("k");
            easel.within(|g| g.attr("clip-path", clip), |easel| earth(easel, (x, y), r, land));
            easel.draw(
                path(rect(x - 2.5, y - meridian - 12.0, 5.0, 14.0).then(&rect(x - 2.5, y + r, 5.0, 19.0)))
                    .fill(&brass),
            );
        },
    );
    easel.draw(circle(x, y, r).fill(easel.url("o")));
    easel.draw(oval(x - r * 0.4, y - r * 0.48, r * 0.2, r * 0.12).fill(WHITE.veil(0.34)).transform(format!(
        "rotate(-38 {} {})",
        x - 38.0,
        y - 46.0
    )));
    let half = Path::at(x + sin(0.35) * meridian, y - cos(0.35) * meridian).arc(
        meridian,
        meridian,
        true,
        (x - sin(0.35) * meridian, y + cos(0.35) * meridian),
    );
    easel.draw(line(&half, metal.deep, 10.0));
    easel.draw(line(&half, easel.url("b"), 7.6));
    easel.draw(line(&half, metal.deep, 4.0).butt().dash("1 5"));
    easel.draw(
        path(Path::at(x - 9.0, y + meridian - 6.0).h_by(18.0).v(360.0).h_by(-18.0).close())
            .fill(easel.url("b")),
    );
    let outline = disc((x, y), r).then(&foot.outline).then(&half);
    Form::new(outline, [x - r, y - meridian, x + meridian, 424.0]).detail(x, y, 140.0).goods(
        x - 4.0,
        376.0,
        140.0,
    )
}

/// Lands and the lines of latitude and longitude.
fn earth(easel: &mut Easel<'_>, (x, y): Point, r: f64, land: Rgb) {
    let mut lands = Path::new();
    for (across, below, size) in
        [(-0.42, -0.3, 0.4), (0.34, -0.46, 0.36), (0.42, 0.26, 0.3), (-0.2, 0.56, 0.22), (0.02, 0.06, 0.1)]
    {
        let shore: Vec<Point> = (0..9)
            .map(|k| {
                let t = f64::from(k) / 9.0 * std::f64::consts::TAU;
                let reach = r * size * easel.chance.between(0.6, 1.3);
                (x + r * across + cos(t) * reach, y + r * below + sin(t) * reach * 0.9)
            })
            .collect();
        lands = lands.then(&ring_through(&shore));
    }
    easel.draw(path(lands).fill(land).edge(land.dark(0.5), 1.0));
    let ink = BLACK.veil(0.27);
    let mut net: String = [0.3, 0.7].iter().map(|share| oval(x, y, r * share, r).to_string()).collect();
    net += &circle(x, y, r).to_string();
    let parallels = [-0.6, -0.3, 0.0, 0.3, 0.6].iter().fold(Path::at(x, y - r).v(y + r), |p, below: &f64| {
        let half = r * (1.0 - below * below).sqrt();
        p.go(x - half, y + r * below).quad((x, y + r * below + r * 0.12), (x + half, y + r * below))
    });
    net += &path(parallels).to_string();
    easel.draw(Element::new("g").stroke(ink, 0.9).inner(net));
}

/// A draw-tube telescope on a tripod.
pub fn telescope(easel: &mut Easel<'_>, metal: Metal) -> Form {
    let wood = easel.chance.pick(&WOODS);
    let leather = easel.chance.pick(&[Rgb(0x2b2420), Rgb(0x5a2f22), Rgb(0x24404a), Rgb(0x6b412a)]);
    let lean = easel.chance.between(-27.0, -18.0);
    let t = easel.id("t");
    easel.define(metal.tube(t));
    easel.shadow(200.0, 424.0, 86.0);
    easel.draw(line("M200 296L226 408", wood.dark(0.5), 9.0));
    easel.draw(line("M196 296L122 422M204 296L284 422", wood.dark(0.3), 12.0));
    easel.draw(line("M194 296L120 421M202 296L282 421", wood.pale(0.2), 5.0));
    easel.draw(path("M150 366H252V370.5H150Z").fill(easel.url("b")));
    easel.draw(line("M126 416L119 426M279 416L287 426M225 404L228 412", metal.base, 8.0));
    easel.draw(path("M184 276H216L210 306H190Z").fill(easel.url("b")));
    easel.within(
        |g| g.transform(format!("rotate({} 200 268)", crate::draw::number(lean))),
        |easel| {
            let tube = easel.url("t");
            easel.draw(path("M62 232H206V296H62ZM206 240H268V288H206ZM268 246H322V282H268Z").fill(&tube));
            easel.draw(path("M80 233H176V295H80Z").fill(leather));
            let d = easel.id("d");
            let light = [(0.0, BLACK.veil(0.2)), (0.22, WHITE.veil(0.4)), (0.42, WHITE.veil(0.0)), (0.75, BLACK.veil(0.34)), (1.0, BLACK.veil(0.6))];
            easel.define(crate::draw::down(d, &light));
            easel.draw(path("M80 233H176V295H80Z").fill(easel.url("d")));
            easel.draw(line("M84 236V292M172 236V292", Rgb(0xe9d9b8), 1.0).butt().dash("4 3"));
            easel.draw(path("M50 226H70V302H50ZM176 229H186V299H176ZM200 229H210V299H200ZM262 236H272V292H262ZM318 240H334V288H318Z").fill(&tube));
            easel.draw(line("M70 226V302M50 226V302M210 230V298M272 237V291", BLACK.veil(0.34), 1.0));
            easel.draw(oval(50.0, 264.0, 9.0, 38.0).fill(metal.deep));
            easel.draw(oval(50.0, 264.0, 6.6, 33.0).fill(Rgb(0x27424f)));
            easel.draw(path("M46 244Q52 236 53 254Q48 262 45 258Z").fill(WHITE.veil(0.5)));
            easel.draw(oval(334.0, 264.0, 5.0, 24.0).fill(metal.base));
        },
    );
    easel.draw(circle(200.0, 276.0, 9.0).fill(easel.url("b")));
    easel.draw(ticks((200.0, 276.0), 7.0, 14, 0.9, 4.0, metal.deep));
    let (u, v) = (cos(lean.to_radians()), sin(lean.to_radians()));
    let at =
        |x: f64, y: f64| (200.0 + (x - 200.0) * u - (y - 268.0) * v, 268.0 + (x - 200.0) * v + (y - 268.0) * u);
    let corners = [
        at(41.0, 226.0),
        at(208.0, 230.0),
        at(334.0, 240.0),
        at(338.0, 288.0),
        at(208.0, 298.0),
        at(41.0, 302.0),
    ];
    let outline =
        crate::draw::polygon(&corners).then(&Path::raw("M196 296L120 424M204 296L284 424M150 366H252"));
    Form::new(outline, [corners[0].0.min(corners[5].0), corners[2].1, corners[3].0, 424.0])
        .detail(150.0, 290.0, 140.0)
        .goods(262.0, 250.0, 140.0)
}
