//! The names of the headers that the contract fixes, in lower case as HTTP/2 sends them.

/// Up to where a write's effects can be read; see ARCHITECTURE.md, "How a read chooses its server".
pub const CONSISTENCY_TOKEN: &str = "consistency-token";
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// `true` when the answer is a stored one.
pub const IDEMPOTENT_REPLAYED: &str = "idempotent-replayed";
/// Milliseconds left of the caller's deadline.
pub const REQUEST_TIMEOUT_MS: &str = "request-timeout-ms";
pub const REQUEST_ID: &str = "x-request-id";
pub const TRACEPARENT: &str = "traceparent";
pub const LAST_EVENT_ID: &str = "last-event-id";
