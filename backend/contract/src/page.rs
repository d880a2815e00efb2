//! Lists: a page of items and the cursor of the next.

use serde::{Deserialize, Serialize};

/// A page of a list. `next_cursor` is opaque and absent on the last page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next_cursor: Option<String>,
}
