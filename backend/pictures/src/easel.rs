//! Where one thing is drawn: its chance, its ids, and the two growing halves of its SVG.

use std::fmt::Display;

use crate::Picture;
use crate::draw::{Element, Path, group, path, radial};
use crate::seed::{Chance, hash};
use crate::stage;

/// A thing being drawn.
pub struct Easel<'a> {
    pub picture: Picture<'a>,
    pub kind: &'static str,
    pub chance: Chance,
    /// The number on the label.
    pub lot: u32,
    id: String,
    pub defs: String,
    pub body: String,
}

impl<'a> Easel<'a> {
    /// The chance depends on the handle alone, so that all views show one thing; the ids also depend on
    /// what else may stand on the page.
    pub fn new(picture: &Picture<'a>, kind: &'static str, salt: &str) -> Self {
        let seed = hash(picture.handle);
        let key = [picture.family.as_str(), picture.handle, picture.view.as_str(), picture.tag, salt].join("/");
        Self {
            picture: *picture,
            kind,
            chance: Chance::new(seed),
            lot: 100 + seed % 900,
            id: format!("p{}", base36(hash(&key))),
            defs: String::new(),
            body: String::new(),
        }
    }

    /// The id of a part of this picture, unlike any other on the page.
    pub fn id(&self, part: impl Display) -> String {
        format!("{}{part}", self.id)
    }

    /// A paint that was defined as a part.
    pub fn url(&self, part: impl Display) -> String {
        format!("url(#{}{part})", self.id)
    }

    pub fn draw(&mut self, element: impl Display) {
        self.body.push_str(&element.to_string());
    }

    pub fn define(&mut self, element: impl Display) {
        self.defs.push_str(&element.to_string());
    }

    /// A shape that is painted several times is written once.
    pub fn shape(&mut self, part: impl Display, data: &Path) {
        let id = self.id(part);
        self.define(path(data).id(id));
    }

    /// A defined shape or group again.
    pub fn again(&self, part: impl Display) -> Element {
        Element::new("use").attr("href", format_args!("#{}{part}", self.id))
    }

    /// Paints a shape several times over, the first paint lowest.
    pub fn layers(&mut self, data: &Path, paints: &[String]) {
        if let [only] = paints {
            self.draw(path(data).fill(only));
            return;
        }
        let part = format!("l{}", self.body.len());
        self.shape(&part, data);
        for paint in paints {
            let layer = self.again(&part).fill(paint);
            self.draw(layer);
        }
    }

    /// Draws into a group of its own.
    pub fn within(&mut self, wrap: impl FnOnce(Element) -> Element, draw: impl FnOnce(&mut Self)) {
        let outside = std::mem::take(&mut self.body);
        draw(self);
        let inside = std::mem::replace(&mut self.body, outside);
        self.draw(wrap(group(inside)));
    }

    /// The soft dark round the foot of things. `wide` is half the width of what stands there.
    pub fn shadow(&mut self, x: f64, y: f64, wide: f64) {
        let paint = self.url("s");
        let cast =
            crate::draw::oval(x + wide * 0.75, y + 3.0, wide * 1.75, wide * 0.2).fill(&paint).opacity(0.55);
        let contact = crate::draw::oval(x + wide * 0.06, y + 1.0, wide * 1.14, wide * 0.15).fill(&paint);
        self.draw(cast);
        self.draw(contact);
    }

    /// Defines the paint of that soft dark.
    pub fn prepare_shadow(&mut self) {
        let id = self.id("s");
        self.define(radial(id, &[]).inner(stage::shade_stops(&[(0.0, 0.55), (0.45, 0.24), (1.0, 0.0)])));
    }
}

fn base36(value: u32) -> String {
    let digit = |place: u32| char::from_digit(value / 36u32.pow(place) % 36, 36).unwrap_or('0');
    (0..4).map(digit).collect()
}

/// The upright box round a thing, for its measures.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

/// Part of a picture, 4:5, by its middle and its width.
#[derive(Debug, Clone, Copy)]
pub struct Crop {
    pub x: f64,
    pub y: f64,
    pub width: f64,
}

/// What a family hands back when it has drawn.
#[derive(Debug, Clone)]
pub struct Form {
    /// The silhouette, for the plan.
    pub outline: String,
    pub frame: Frame,
    pub detail: Crop,
    pub goods: Crop,
}

impl Form {
    /// A form seen close at its middle and at its lower left, until told otherwise.
    pub fn new(outline: impl AsRef<str>, [left, top, right, bottom]: [f64; 4]) -> Self {
        Self {
            outline: outline.as_ref().to_owned(),
            frame: Frame { left, top, right, bottom },
            detail: Crop { x: (left + right) / 2.0, y: (top + bottom) / 2.0, width: 140.0 },
            goods: Crop { x: left + 40.0, y: bottom - 10.0, width: 120.0 },
        }
    }

    pub fn detail(mut self, x: f64, y: f64, width: f64) -> Self {
        self.detail = Crop { x, y, width };
        self
    }

    pub fn goods(mut self, x: f64, y: f64, width: f64) -> Self {
        self.goods = Crop { x, y, width };
        self
    }
}
