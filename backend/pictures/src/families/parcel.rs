//! The honest stand-in for goods of no known family: a wrapped parcel, or a crate.

use crate::draw::{BLACK, Path, Rgb, WHITE, line, path, rect, towards};
use crate::easel::{Easel, Form};
use crate::label;

pub const KINDS: [&str; 2] = ["parcel", "crate"];

const INK: Rgb = Rgb(0x1d2f3a);

pub fn draw(easel: &mut Easel<'_>) -> Form {
    let id = easel.id("f");
    easel.define(towards(id, ".8", "1", &[(0.0, WHITE.veil(0.2)), (1.0, BLACK.veil(0.14))]));
    if easel.kind == "crate" { crated(easel) } else { wrapped(easel) }
}

fn wrapped(easel: &mut Easel<'_>) -> Form {
    let paper = easel.chance.pick(&[
        Rgb(0xc9a880),
        Rgb(0xb99a74),
        Rgb(0xd6bd98),
        Rgb(0x9fae9f),
        Rgb(0xd8cfc0),
        Rgb(0x8d9fa8),
    ]);
    let string = easel.chance.pick(&[Rgb(0xa8432d), INK, Rgb(0x5d6f58), Rgb(0xf4ead6)]);
    let front = Path::raw("M92 262L250 268V424L92 412Z");
    let (side, above) = ("M250 268L318 246V392L250 424Z", "M92 262L166 240L318 246L250 268Z");
    easel.shadow(206.0, 416.0, 118.0);
    easel.layers(&front, &[paper.to_string(), easel.url("f")]);
    easel.draw(path(side).fill(paper.dark(0.3)));
    easel.draw(path(above).fill(paper.pale(0.3)));
    easel.draw(path("M92 262L120 282L250 286V268ZM250 268L318 246L304 272L250 290Z").fill(BLACK.veil(0.08)));
    let cord = Path::raw("M168 265V417M92 336L250 344L318 318M168 265L240 243");
    easel.draw(line(&cord, string, 3.0));
    easel.draw(line(cord, WHITE.veil(0.4), 0.8).dash("2 3"));
    easel.draw(line(
        "M206 252q-34-34-44-12q-4 12 44 12q30-34 44-14q6 12-44 14l-12 22M206 252l22 18",
        string,
        3.0,
    ));
    easel.draw(path(rect(184.0, 356.0, 54.0, 36.0)).fill(Rgb(0xfaf4e6)));
    easel.draw(label::star((211.0, 374.0), 14.0, INK, Rgb(0xe4d9bf)));
    let outline = front.then(&Path::raw(side)).then(&Path::raw(above));
    Form::new(outline, [92.0, 240.0, 318.0, 424.0]).detail(206.0, 348.0, 140.0).goods(150.0, 372.0, 140.0)
}

fn crated(easel: &mut Easel<'_>) -> Form {
    let wood = easel.chance.pick(&[Rgb(0xc49a68), Rgb(0xa97e52), Rgb(0xd8b98a)]);
    easel.shadow(206.0, 418.0, 118.0);
    let front = Path::raw("M90 250L250 258V424L90 412Z");
    easel.draw(path("M250 258L318 234V392L250 424Z").fill(wood.dark(0.5)));
    easel.draw(path(&front).fill(wood.dark(0.42)));
    easel.draw(path("M90 250L160 228L318 234L250 258Z").fill(wood.pale(0.26)));
    easel.draw(line("M114 242.500L272 250M136 235L294 242", wood.dark(0.5), 1.4));
    let slats = Path::raw(
        "M90 252L250 260V290L90 281ZM90 286L250 296V328L90 316ZM90 321L250 333V366L90 352ZM90 357L250 371V422L90 411Z",
    );
    easel.layers(&slats, &[wood.to_string(), easel.url("f")]);
    easel.draw(path("M250 260L318 236V262L250 290ZM250 296L318 267V296L250 328ZM250 333L318 301V332L250 366ZM250 371L318 337V391L250 422Z").fill(wood.dark(0.28)));
    easel.draw(path("M90 252L112 253V413L90 411ZM228 259L250 260V422L228 421Z").fill(wood.pale(0.16)));
    easel.draw(path("M250 260L266 254V415L250 422ZM304 241L318 236V391L304 398Z").fill(wood.dark(0.16)));
    easel.draw(
        line(
            "M112 254V413M228 260V420M130 268q30-6 80 6M126 340q40 8 90 2M124 392q50-6 96 10",
            wood.dark(0.5),
            1.0,
        )
        .opacity(0.5),
    );
    easel.draw(
        line(
            "M101 266h.1M101 300h.1M101 336h.1M101 384h.1M239 274h.1M239 310h.1M239 350h.1M239 396h.1",
            INK,
            3.6,
        )
        .opacity(0.7),
    );
    let rose = label::star((170.0, 336.0), 34.0, INK, wood.dark(0.2));
    easel.within(|g| g.opacity(0.72).transform("rotate(3 170 336)"), |easel| easel.draw(rose));
    let outline = front.then(&Path::raw("M250 258L318 234V392L250 424ZM90 250L160 228L318 234"));
    Form::new(outline, [90.0, 228.0, 318.0, 424.0]).detail(180.0, 336.0, 140.0).goods(150.0, 372.0, 140.0)
}
