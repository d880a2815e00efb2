//! RFC 9457 problems, extended by a stable `code` and the `trace_id`.

use serde::{Deserialize, Serialize};

/// The content type of every refusal.
pub const CONTENT_TYPE: &str = "application/problem+json";

/// What every failure looks like, from a service or from the gateway itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `about:blank`-like URI of the kind of problem: `/problems/{code}`.
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    /// The HTTP status, again, for readers that see only the body.
    pub status: u16,
    pub detail: String,
    /// The path that was asked for.
    pub instance: String,
    /// Stable, snake_case, one meaning.
    pub code: String,
    /// 32 hexadecimal digits; the caller's own when it sent a valid `traceparent`.
    pub trace_id: String,
    /// With 422: which fields, as JSON pointers or query parameter names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// With 409 `out_of_stock`: the lines that cannot be had.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<UnavailableLine>,
    /// With 409 `price_changed`: what it would cost now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totals: Option<crate::orders::Totals>,
}

/// One field that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// JSON pointer into the body (`/shipping_address/postal_code`), or the query parameter's name.
    pub field: String,
    pub code: String,
    pub detail: String,
}

impl FieldError {
    pub fn new(field: impl Into<String>, code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { field: field.into(), code: code.into(), detail: detail.into() }
    }
}

/// A line of the cart that the stock does not cover.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnavailableLine {
    pub sku: String,
    pub requested: u32,
    /// Pieces that could be had at that moment.
    pub available: u32,
}
