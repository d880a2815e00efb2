//! One file an event, by the event's name.

pub mod order_paid;
pub mod order_placed;
pub mod order_shipped;
pub mod product_changed;
