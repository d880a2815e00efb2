//! Topics, their sizes, and the headers that every message carries.

pub const ORDER_EVENTS: &str = "order-events";
pub const USER_EVENTS: &str = "user-events";
pub const CATALOG_EVENTS: &str = "catalog-events";

pub const ALL: [&str; 3] = [ORDER_EVENTS, USER_EVENTS, CATALOG_EVENTS];

/// Enough for several workers to share a topic; the order holds within an aggregate, which has one partition.
pub const PARTITIONS: i32 = 6;

/// What follows a topic's name where failed messages wait for their next try: after the first, second and third failure.
pub const RETRIES: [&str; 3] = [".retry.5s", ".retry.1m", ".retry.10m"];
/// Few messages, and of an aggregate never two at a time.
pub const RETRY_PARTITIONS: i32 = 2;

/// What follows a topic's name where a message ends that no retry helped.
pub const DEAD_LETTER: &str = ".dead-letter";

pub mod headers {
    pub const EVENT_ID: &str = "event-id";
    pub const EVENT_TYPE: &str = "event-type";
    pub const EVENT_VERSION: &str = "event-version";
    pub const TRACEPARENT: &str = "traceparent";

    /// On retry and dead-letter topics: the consumer that failed. Others of the same topic leave the message alone.
    pub const CONSUMER: &str = "consumer";
    /// How often it failed.
    pub const ATTEMPT: &str = "attempt";
    /// Why, at last.
    pub const CAUSE: &str = "cause";
    /// Not to be tried before: milliseconds since 1970, UTC.
    pub const NOT_BEFORE_MS: &str = "not-before-ms";
}
