//! A product, its variants, and the identity that follows from its handle.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::Date;
use uuid::Uuid;

/// Something for sale, as the catalogue knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Product {
    /// Lower-case words joined by hyphens, at most 120 characters, unique.
    pub handle: String,
    pub title: String,
    /// Handle of the root category.
    pub family: &'static str,
    /// Handle of the child category.
    pub category: &'static str,
    /// Plain text, at least 80 characters.
    pub description: String,
    /// How to store, brew, wash or calibrate it; plain text.
    pub care: String,
    /// Place and country, such as `Mashiko, Japan`.
    pub origin: String,
    /// Degrees to one decimal, such as `36.5° N 140.1° E`.
    pub bearing: String,
    /// What the first variant's price is for, such as `100 g`; empty for things sold by the piece.
    pub unit: String,
    /// A hint for the picture, one of [`crate::kinds`]; `None` leaves it to the handle.
    pub kind: Option<&'static str>,
    pub tags: Vec<String>,
    /// Relative weight, from 4 to 100,000; larger is sold more often.
    pub popularity: i64,
    /// 0 to 5.
    pub rating_average: f32,
    pub rating_count: i32,
    pub arrived_on: Date,
    /// In the order shown; empty when there is a single variant.
    pub options: Vec<OptionAxis>,
    /// At least one; the first is the cheapest and the one `unit` speaks of.
    pub variants: Vec<Variant>,
}

/// One thing to choose, such as the weight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionAxis {
    pub name: String,
    /// In the order shown, without repetition.
    pub values: Vec<String>,
}

/// One buyable form of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// Upper-case letters and digits joined by hyphens, at most 32 characters, unique.
    pub sku: String,
    /// One value for each axis of the product.
    pub options: BTreeMap<String, String>,
    /// EUR minor units, tax included.
    pub price_minor: i64,
    /// The former price, minor units; larger than `price_minor`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compare_at_minor: Option<i64>,
    /// Pieces on hand when the catalogue is first written.
    pub stock: i64,
}

impl Product {
    /// The id this product gets in a new database; see [`product_id`].
    pub fn id(&self) -> Uuid {
        product_id(&self.handle)
    }
}

/// The id that belongs to a handle: a UUIDv7 whose time and random bits are drawn from the handle,
/// so that every seeded database agrees. The time lies in 2026 and means nothing.
pub fn product_id(handle: &str) -> Uuid {
    const START_MS: u64 = 1_767_225_600_000; // 2026-01-01
    const SPAN_MS: u64 = 300 * 86_400_000;
    let first = mix(fnv1a(handle.bytes()));
    let second = mix(fnv1a(handle.bytes().rev()));
    let mut random = [0; 10];
    random[..8].copy_from_slice(&second.to_be_bytes());
    random[8..].copy_from_slice(&mix(second).to_be_bytes()[..2]);
    uuid::Builder::from_unix_timestamp_millis(START_MS + first % SPAN_MS, &random).into_uuid()
}

fn fnv1a(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014) after one step of its counter.
pub(crate) fn mix(state: u64) -> u64 {
    let mut word = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}
