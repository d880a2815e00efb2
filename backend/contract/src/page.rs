//! Lists: a page of items and the cursor of the next.

use serde::{Deserialize, Serialize};

/// Items on a page when the caller names no `limit`.
pub const LIMIT_DEFAULT: u32 = 24;
/// The largest `limit`; more is a 422.
pub const LIMIT_MAX: u32 = 100;

/// A page of a list. `next_cursor` is opaque and absent on the last page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next_cursor: Option<String>,
}
