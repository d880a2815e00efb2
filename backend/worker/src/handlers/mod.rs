//! One file an event, by the event's name; `stock_moved` is for all that move pieces.

pub mod order_cancelled;
pub mod order_paid;
pub mod order_placed;
pub mod order_shipped;
pub mod product_changed;
pub mod stock_changed;
pub mod stock_moved;
