//! Every type of event that this release knows.

use serde_json::Value;

use crate::*;

/// A type of event, without its fields.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// Such as `order.placed`.
    pub kind: &'static str,
    /// The newest that this release sends; it reads all up to it.
    pub version: i32,
    pub topic: &'static str,
    pub aggregate: &'static str,
    /// The struct's name.
    pub name: &'static str,
    /// Reads a payload of any version up to this one.
    ///
    /// # Errors
    /// When it is not such a payload.
    pub read: fn(&Value) -> Result<(), serde_json::Error>,
}

macro_rules! kinds {
    ($($event:ident),+ $(,)?) => {
        &[$(Kind {
            kind: $event::TYPE,
            version: $event::VERSION,
            topic: $event::TOPIC,
            aggregate: $event::AGGREGATE,
            name: stringify!($event),
            read: |payload| <$event as serde::Deserialize>::deserialize(payload).map(drop),
        }),+]
    };
}

/// In the order of docs/EVENTS.md. A test finds events that are missing here.
pub const ALL: &[Kind] = kinds![
    OrderPlaced,
    OrderPaid,
    OrderPaymentFailed,
    OrderPaymentPending,
    OrderShipped,
    OrderDelivered,
    OrderCancelled,
    OrderReturned,
    OrderReturnRejected,
    OrderRefunded,
    UserRegistered,
    UserLoggedIn,
    CartStarted,
    CheckoutStarted,
    ProductsViewed,
    ProductChanged,
    StockChanged,
];
