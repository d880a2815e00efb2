//! Shipping, quotes and orders.

pub mod cancel_order;
pub mod get_order;
pub mod list_orders;
pub mod model;
pub mod order_events;
pub mod place_order;
pub mod queries;
pub mod quote;
pub mod shipping_methods;
pub mod step;
pub mod timers;
pub mod watch;
pub mod way;
