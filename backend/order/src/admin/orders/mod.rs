//! Orders from inside: found by whatever one knows of them, with all that stands about them, and what can be done to them.

pub mod act;
pub mod cancel;
pub mod deliver;
pub mod get_order;
pub mod model;
pub mod queries;
pub mod refund;
pub mod reject_return;
pub mod search_orders;
pub mod ship;
