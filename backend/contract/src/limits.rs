//! Every limit that the contract fixes, once, for the services and for the browser. What only one service decides about itself (pools,
//! log-in throttles, time-outs of its own) stands in its `config.rs` or beside its use.
//!
//! The gateway refuses first what is too large or too much, by numbers of its own in `infra/nginx/nginx.conf` and
//! `Limits::NORMAL` in `xtask/src/stack.rs`; `tests/contract` holds them to these.

use std::time::Duration;

/// So many requests a second, and so many at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub per_second: u32,
    pub burst: u32,
}

// ---- requests ----

/// Bytes of a header line, the request line included.
pub const HEADER_LINE_MAX: usize = 8 * 1024;
/// Bytes of all headers together.
pub const HEADERS_MAX: usize = 32 * 1024;
/// Bytes of a JSON body (imports have their own limit).
pub const BODY_MAX: usize = 64 * 1024;
/// Deeper documents are refused; serde_json would stop at 128 by itself.
pub const BODY_DEPTH_MAX: usize = 32;
/// Bytes of a query parameter's value.
pub const PARAMETER_MAX: usize = 500;
/// Characters of an `Idempotency-Key`.
pub const IDEMPOTENCY_KEY_MAX: usize = 255;
/// The longest that any request may take; a caller's own deadline (`Request-Timeout-Ms`) may be shorter.
pub const DEADLINE_MAX: Duration = Duration::from_secs(5);

// ---- quotas ----

/// Requests of one address.
pub const PER_ADDRESS: Rate = Rate { per_second: 300, burst: 600 };
/// Guest sessions that one address opens.
pub const GUEST_SESSIONS_PER_ADDRESS: Rate = Rate { per_second: 5, burst: 300 };
/// Writes of one identity to one service, unless it is configured otherwise.
pub const WRITES_PER_IDENTITY: Rate = Rate { per_second: 20, burst: 60 };

// ---- lists ----

/// Items on a page when the caller names no `limit`.
pub const PAGE_DEFAULT: u32 = 24;
/// The largest `limit`.
pub const PAGE_MAX: u32 = 100;
/// Totals are exact below this, which stands for itself and more.
pub const TOTAL_MAX: u32 = 1_000;
/// Devices in the list of one's sessions, the newest; somebody with more has a script.
pub const DEVICES_MAX: u32 = 100;

// ---- catalogue ----

/// Characters of a search.
pub const SEARCH_MAX: usize = 100;
/// Characters that suggestions are made for.
pub const SUGGESTED_FOR_MAX: usize = 60;
/// The dearest that goods are looked for, in minor units.
pub const PRICE_FILTER_MAX: i64 = 100_000_000;
/// Options that a list is narrowed by at once, and values of each.
pub const OPTION_FILTERS_MAX: usize = 8;
pub const OPTION_VALUES_MAX: usize = 20;

// ---- cart and orders ----

/// Characters of a SKU.
pub const SKU_MAX: usize = 32;
/// Pieces of one SKU in a cart or an order.
pub const QUANTITY_MAX: u32 = 99;
/// Different SKUs in a cart.
pub const LINES_MAX: usize = 100;
/// Bytes of the access token in a guest claim.
pub const GUEST_TOKEN_MAX: usize = 4096;
/// Characters of a shipping method's id.
pub const SHIPPING_METHOD_MAX: usize = 40;
/// Characters of a payment token.
pub const PAYMENT_TOKEN_MAX: usize = 100;
/// Characters of the reason for a return.
pub const RETURN_REASON_MAX: usize = 500;
/// For how long after it arrived an order can be sent back.
pub const RETURN_TIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How long stock is held for an order that is not paid, by the database's clock.
pub const HOLD_MINUTES: i32 = 10;
/// An event stream without an event says after this long that it is still there.
pub const STREAM_COMMENT: Duration = Duration::from_secs(15);

// ---- operators ----

/// Characters of the reason that an operator gives.
pub const OPERATOR_REASON_MAX: usize = 500;
/// Characters of a consumer's name, and of what a message died of.
pub const CONSUMER_NAME_MAX: usize = 60;
pub const CAUSE_MAX: usize = 2_000;

/// Rows of a report.
pub const REPORT_ROWS_MAX: usize = 1_000;

// ---- people ----

/// Characters of a name, a street, a city and a region.
pub const ADDRESS_LINE_MAX: usize = 100;
/// Characters of a postcode; most countries have a stricter rule.
pub const POSTAL_CODE_MAX: usize = 12;
pub const PHONE_DIGITS_MIN: usize = 4;
pub const PHONE_DIGITS_MAX: usize = 20;
/// RFC 5321 allows 254 bytes in a path, 64 of them before the `@`.
pub const EMAIL_MAX: usize = 254;
pub const EMAIL_LOCAL_MAX: usize = 64;
pub const DISPLAY_NAME_MAX: usize = 80;
pub const PASSWORD_MIN: usize = 12;
/// Longer ones are refused before they cost a hash.
pub const PASSWORD_MAX: usize = 128;
/// How long an access token lives, and so how long it must be remembered that one was revoked.
pub const ACCESS_TOKEN_LIFE: Duration = Duration::from_secs(600);
