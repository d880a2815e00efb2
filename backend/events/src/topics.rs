//! Topics, their sizes, and the headers that every message carries.

pub const ORDER_EVENTS: &str = "order-events";
pub const USER_EVENTS: &str = "user-events";
pub const CATALOG_EVENTS: &str = "catalog-events";

pub const ALL: [&str; 3] = [ORDER_EVENTS, USER_EVENTS, CATALOG_EVENTS];

/// Enough for several workers to share a topic; the order holds within an aggregate, which has one partition.
pub const PARTITIONS: i32 = 6;

pub mod headers {
    pub const EVENT_ID: &str = "event-id";
    pub const EVENT_TYPE: &str = "event-type";
    pub const EVENT_VERSION: &str = "event-version";
    pub const TRACEPARENT: &str = "traceparent";
}
