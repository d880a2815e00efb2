//! The product pictures: pure functions from a product's name to an SVG.
//!
//! ```
//! use tradewind_pictures::{Family, Picture, View, from_handle, svg};
//!
//! let picture = Picture { kind: Some("caddy"), ..Picture::new(Family::Tea, "smoked-lapsang", "Smoked Lapsang", View::Front) };
//! assert!(svg(&picture).starts_with("<svg "));
//! assert_eq!(from_handle(Family::Tea, "green-teapot", View::Plan), from_handle(Family::Tea, "green-teapot", View::Plan));
//! ```
//!
//! Everything a picture leaves to chance is drawn from a generator that is seeded with the handle, so the
//! same input gives the same bytes on a server, in a worker and in a browser. A picture is 4:5 and at most
//! [`LARGEST`] bytes; only [`scene`] is larger. There are no filters and no blur: soft light is made of
//! gradients, and it always comes from the upper left, late in the afternoon.
//!
//! The colours of the room are custom properties (`--stage-tea`, `--stage-glow`, ...) with the light theme
//! as their fallback. Inline, a picture follows the page. As an `<img>` it carries a style of its own that
//! answers to `prefers-color-scheme` and that only holds where the picture is the whole document.

mod draw;
mod easel;
mod families;
mod label;
mod lathe;
mod light;
mod naming;
mod scene;
mod seed;
mod stage;
mod tin;
mod view;

pub use scene::{SceneItem, scene};

/// The most bytes a picture may have. A scene may have more.
pub const LARGEST: usize = 6100;

/// What the shop sells, and a wrapped parcel for what it does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    Tea,
    Coffee,
    Spices,
    Ceramics,
    Textiles,
    Instruments,
    Parcel,
}

impl Family {
    pub const ALL: [Self; 7] = [
        Self::Tea,
        Self::Coffee,
        Self::Spices,
        Self::Ceramics,
        Self::Textiles,
        Self::Instruments,
        Self::Parcel,
    ];

    /// The family of that name; a parcel when there is none.
    pub fn parse(name: &str) -> Self {
        Self::ALL.into_iter().find(|family| family.as_str() == name).unwrap_or(Self::Parcel)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tea => "tea",
            Self::Coffee => "coffee",
            Self::Spices => "spices",
            Self::Ceramics => "ceramics",
            Self::Textiles => "textiles",
            Self::Instruments => "instruments",
            Self::Parcel => "parcel",
        }
    }
}

/// From where a product is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum View {
    /// The whole of it, in its room.
    Front,
    /// The label, the glaze or the weave, close.
    Detail,
    /// What lies in front of it, or its foot or hem, close.
    Goods,
    /// Its outline and its measures on squared paper.
    Plan,
}

impl View {
    pub const ALL: [Self; 4] = [Self::Front, Self::Detail, Self::Goods, Self::Plan];

    /// The view of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.as_str() == name)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Front => "front",
            Self::Detail => "detail",
            Self::Goods => "goods",
            Self::Plan => "plan",
        }
    }
}

/// What to draw. Only the first fields matter; the rest are wishes, and a wish that cannot be met (an
/// unknown kind, a colour that is none) is left to the handle's own chance.
#[derive(Debug, Clone, Copy)]
pub struct Picture<'a> {
    pub family: Family,
    pub handle: &'a str,
    /// Lettered on labels, two short lines of it.
    pub title: &'a str,
    pub view: View,
    /// One of [`kinds`].
    pub kind: Option<&'a str>,
    /// Which of the family's colourings: for tea and coffee, counted from zero.
    pub tone: Option<usize>,
    /// The picture on a label: sprig, hills, waves, rays, moon, contours, boat, peaks or star.
    pub motif: Option<&'a str>,
    /// The colour in the cup, as `#rrggbb`.
    pub liquor: Option<&'a str>,
    /// For ceramics: celadon, chalk, indigo, tenmoku, ash, shino, sea and more.
    pub glaze: Option<&'a str>,
    /// For textiles: herringbone, stripe, ikat, check, running, twill, diamond or dots.
    pub weave: Option<&'a str>,
    /// For textiles: fleece, indigo, harbour, moss, saffron, stone, madder and more.
    pub dye: Option<&'a str>,
    /// The height that the plan gives, such as `16.4 cm`.
    pub tall: Option<&'a str>,
    /// The width that the plan gives.
    pub wide: Option<&'a str>,
    /// What a screen reader says. Without it the picture is decoration.
    pub label: Option<&'a str>,
    /// Tells one use of a product from another on the same page, so that their ids differ.
    pub tag: &'a str,
}

impl<'a> Picture<'a> {
    /// A picture without wishes.
    pub fn new(family: Family, handle: &'a str, title: &'a str, view: View) -> Self {
        Self {
            family,
            handle,
            title,
            view,
            kind: None,
            tone: None,
            motif: None,
            liquor: None,
            glaze: None,
            weave: None,
            dye: None,
            tall: None,
            wide: None,
            label: None,
            tag: "",
        }
    }
}

/// The picture as SVG: 4:5, the same bytes for the same input, at most [`LARGEST`] of them.
pub fn svg(picture: &Picture<'_>) -> String {
    view::draw(picture)
}

/// A picture as a pure function of where it is served: `/media/{family}/{handle}/{view}.svg`. The title
/// comes from the handle ("smoked-lapsang" is lettered "Smoked Lapsang"), and so do kind, glaze, weave and
/// dye where a word of the handle names one ("indigo-ikat-scarf").
pub fn from_handle(family: Family, handle: &str, view: View) -> String {
    let title = naming::title(handle);
    let mut picture = Picture::new(family, handle, &title, view);
    picture.kind = naming::kind(family, handle);
    picture.glaze = naming::named(handle, &families::ceramics::glazes());
    picture.weave = naming::named(handle, &families::textiles::weaves());
    picture.dye = naming::named(handle, &families::textiles::dyes());
    svg(&picture)
}

/// Every kind of thing that a family can be drawn as.
pub fn kinds(family: Family) -> &'static [&'static str] {
    families::kinds(family)
}
