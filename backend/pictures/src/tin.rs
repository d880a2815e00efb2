//! The round tin: tea, coffee and spices are all sold in one.

use crate::draw::{BLACK, Path, Rgb, line, oval, path, towards};
use crate::easel::{Easel, Form};
use crate::label::{self, Area, Room};

/// The colours of a packing.
#[derive(Debug, Clone, Copy)]
pub struct Livery {
    pub body: Rgb,
    pub lid: Rgb,
    pub paper: Rgb,
    pub ink: Rgb,
    pub accent: Rgb,
}

impl Livery {
    pub const fn new([body, lid, paper, ink, accent]: [u32; 5]) -> Self {
        Self { body: Rgb(body), lid: Rgb(lid), paper: Rgb(paper), ink: Rgb(ink), accent: Rgb(accent) }
    }
}

/// The measures of a tin. Its foot stands at x, y.
#[derive(Debug, Clone, Copy)]
pub struct Tin {
    pub x: f64,
    pub y: f64,
    pub half: f64,
    pub height: f64,
    pub lid: f64,
    /// From the rim to the label, and from the label to the foot.
    pub margins: (f64, f64),
    /// The share of the label that the motif takes.
    pub picture: f64,
    /// The largest lettering.
    pub letters: f64,
}

impl Tin {
    fn sag(&self) -> f64 {
        self.half * 0.14
    }
    fn top(&self) -> f64 {
        self.y - self.height
    }
    fn ends(&self) -> (f64, f64) {
        (self.x - self.half, self.x + self.half)
    }

    /// A band round the tin between two heights.
    fn band(&self, from: f64, to: f64) -> Path {
        let ((left, right), rx, sag) = (self.ends(), self.half, self.sag());
        Path::at(left, from).arc(rx, sag, false, (right, from)).v(to).arc(rx, sag, true, (left, to)).close()
    }

    fn hoop(&self, y: f64) -> Path {
        let (left, right) = self.ends();
        Path::at(left, y).arc(self.half, self.sag(), false, (right, y))
    }

    /// Draws the tin. The paint `r` must be defined.
    pub fn draw(&self, easel: &mut Easel<'_>, livery: &Livery, motif: &str) -> Form {
        let ((left, right), top, sag, y) = (self.ends(), self.top(), self.sag(), self.y);
        let body = Path::at(left, top - 6.0).v(y).arc(self.half, sag, false, (right, y)).v(top - 6.0).close();
        easel.shadow(self.x, y + sag * 0.6, self.half);
        easel.shape("b", &body);
        let coat = easel.again("b").fill(livery.body);
        easel.draw(coat);
        self.label(easel, livery, motif);
        easel.draw(line(self.hoop(y - 7.0), livery.body.pale(0.3), 1.2).opacity(0.7));
        let light = easel.again("b").fill(easel.url("r"));
        easel.draw(light);
        easel.draw(path(self.band(top + 2.0, top + 9.0)).fill(BLACK.veil(0.22)));
        self.draw_lid(easel, livery.lid);

        let (rx, lid_top) = (self.half + 3.0, top - self.lid);
        let outline = Path::at(left - 3.0, lid_top).v(top).h(left).v(y).arc(self.half, sag, false, (right, y));
        let outline = outline.v(top).h(right + 3.0).v(lid_top).arc(rx, sag, false, (left - 3.0, lid_top));
        Form::new(outline, [left - 3.0, lid_top - sag, right + 3.0, y + sag])
    }

    fn label(&self, easel: &mut Easel<'_>, livery: &Livery, motif: &str) {
        let (left, _) = self.ends();
        let (from, to) = (self.top() + self.margins.0, self.y - self.margins.1);
        let (sag, half) = (self.sag(), self.half);
        let high = (to - from) * self.picture;
        let middle = from + high;
        let area = if label::bleeds(motif) {
            Area::new(left, from, half * 2.0, high + sag)
        } else {
            Area::new(self.x - half * 0.8, from + sag * 0.9, half * 1.6, high - sag * 0.2)
        };
        let picture = label::motif(easel, motif, area, livery.ink, livery.accent);
        let clip = easel.url("l");
        let outline = self.band(from, to);
        let id = easel.id("l");
        easel.define(crate::draw::Element::new("clipPath").id(id).inner(path(&outline)));
        easel.within(
            |g| g.attr("clip-path", clip),
            |easel| {
                easel.draw(path(&outline).fill(livery.paper));
                let (left, right) = self.ends();
                let ground =
                    Path::at(left, from).h(right).v(middle).arc(half, sag, true, (left, middle)).close();
                easel.draw(path(ground).fill(livery.paper.mix(livery.ink, 0.28)));
                easel.draw(picture);
                let (left, right) = self.ends();
                let below =
                    Path::at(left, middle).arc(half, sag, false, (right, middle)).v(to + sag).h(left).close();
                easel.draw(path(below).fill(livery.paper));
                easel.draw(line(self.hoop(middle), livery.ink, 1.4));
            },
        );
        let baseline = middle + sag + (to - middle) * 0.29;
        let dark = livery.body.dark(0.42);
        let ink = if dark.brightness() > 110.0 { livery.ink.dark(0.45) } else { dark };
        let room = Room { width: half * 1.46, below: to + sag * 0.8 - baseline, largest: self.letters };
        let letters = label::lettering(easel, (self.x, baseline), room, ink);
        easel.draw(letters);
    }

    fn draw_lid(&self, easel: &mut Easel<'_>, colour: Rgb) {
        let ((left, right), top, sag) = (self.ends(), self.top(), self.sag());
        let (left, right, rx, up) = (left - 3.0, right + 3.0, self.half + 3.0, top - self.lid);
        let side = Path::at(left, up).v(top).arc(rx, sag, false, (right, top)).v(up).close();
        easel.layers(&side, &[colour.to_string(), easel.url("r")]);
        let seam = Path::at(left, top - 5.0).arc(rx, sag, false, (right, top - 5.0));
        easel.draw(line(seam, BLACK.veil(0.35), 0.9));
        let id = easel.id("t");
        easel.define(towards(
            id,
            "1",
            "0",
            &[(0.0, colour.pale(0.62).solid()), (0.55, colour.pale(0.25).solid()), (1.0, colour.solid())],
        ));
        easel.draw(oval(self.x, up, rx, sag).fill(easel.url("t")));
        let groove = oval(self.x, up - 0.5, self.half - 8.0, sag - 3.0).stroke(colour.dark(0.2), 1.0);
        easel.draw(groove.opacity(0.6));
    }
}
