//! The families: each draws its kinds and says where it would be looked at closely.

pub mod ceramics;
mod coffee;
mod instruments;
mod parcel;
mod props;
mod spices;
mod tea;
pub mod textiles;

use crate::easel::{Easel, Form};
use crate::seed::{Chance, hash};
use crate::stage::Ground;
use crate::{Family, Picture};

pub fn kinds(family: Family) -> &'static [&'static str] {
    match family {
        Family::Tea => &tea::KINDS,
        Family::Coffee => &coffee::KINDS,
        Family::Spices => &spices::KINDS,
        Family::Ceramics => &ceramics::KINDS,
        Family::Textiles => &textiles::KINDS,
        Family::Instruments => &instruments::KINDS,
        Family::Parcel => &parcel::KINDS,
    }
}

/// The kinds that chance may choose. A teapot, a coffee mill or a mortar is a thing of its own and is only
/// drawn for a product that is one.
fn common(family: Family) -> &'static [&'static str] {
    match family {
        Family::Tea => &["caddy", "squat", "square", "caddy", "pouch", "cake", "square"],
        Family::Coffee => &["bag", "tin", "bag", "pouch"],
        Family::Spices => &["jar", "jar", "tin", "jar", "sack"],
        _ => kinds(family),
    }
}

/// The kind that was wished for, or the handle's own. It is settled before the room is set, without
/// spending the chance of the thing itself.
pub fn settle(picture: &Picture<'_>) -> &'static str {
    let all = kinds(picture.family);
    if let Some(known) = picture.kind.and_then(|wish| all.iter().find(|kind| **kind == wish)) {
        return known;
    }
    let mut chance = Chance::new(hash(picture.handle) ^ 0x7ade_51de);
    let drawn = chance.pick(common(picture.family));
    if drawn == "jar" { spices::content(picture) } else { drawn }
}

pub fn ground(family: Family, kind: &str) -> Ground {
    match (family, kind) {
        (Family::Textiles, "hang" | "bound" | "scarf" | "rug") | (Family::Instruments, "barometer") => {
            Ground::Wall
        }
        (Family::Instruments, "compass" | "astrolabe" | "chart" | "sextant" | "chronometer") => Ground::Above,
        _ => Ground::Table,
    }
}

pub fn draw(easel: &mut Easel<'_>) -> Form {
    match easel.picture.family {
        Family::Tea => tea::draw(easel),
        Family::Coffee => coffee::draw(easel),
        Family::Spices => spices::draw(easel),
        Family::Ceramics => ceramics::draw(easel),
        Family::Textiles => textiles::draw(easel),
        Family::Instruments => instruments::draw(easel),
        Family::Parcel => parcel::draw(easel),
    }
}
