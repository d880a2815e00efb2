//! The cart.

use std::collections::BTreeMap;

use garde::Validate;
use serde::{Deserialize, Serialize};

use crate::{
    Money, Timestamp,
    catalog::{Availability, Image},
    limits,
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CartLine {
    pub sku: String,
    pub handle: String,
    pub title: String,
    pub image: Image,
    pub options: BTreeMap<String, String>,
    /// Today's price, always the database's.
    pub unit_price: Money,
    pub quantity: u32,
    pub availability: Availability,
    /// Pieces that can be had, when that is fewer than `quantity` or the stock is low.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cart {
    /// In the order in which they were put in.
    pub lines: Vec<CartLine>,
    pub subtotal: Money,
    /// Counts the changes; 0 for a cart that never held anything.
    pub version: i64,
    pub updated_at: Timestamp,
}

/// `PUT /cart/items/{sku}`: sets the quantity, so it can be repeated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetCartItem {
    #[garde(range(min = 1, max = limits::QUANTITY_MAX))]
    pub quantity: u32,
}

/// `POST /guest-claims`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GuestClaim {
    #[garde(length(bytes, min = 1, max = limits::GUEST_TOKEN_MAX))]
    pub guest_access_token: String,
}
