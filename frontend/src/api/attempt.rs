//! The life of an idempotency key. One key stands for one order, one payment or one return, whatever is clicked twice,
//! reloaded or lost on the way: it is made on the first click, kept with the exact request until
//! an answer settles it, and never used for another request.

use serde::{Deserialize, Serialize};

use super::ApiError;

/// A request that was sent and whose outcome is not known yet.
///
/// The request is kept whole, with its payment token, because only the same body may travel under
/// the same key. The token is a name for a card that only this shop can use once; the card itself
/// is never here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt<R> {
    pub key: String,
    pub request: R,
}

/// What an answer says about the request that it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// What was asked for was not done and will not be done by this key.
    Refused,
    /// Nobody knows; sending the same request under the same key finds out and is safe.
    Unknown,
}

/// Judges an answer that is no 2xx. `status` is absent when no answer came at all, or none that could be read.
///
/// Only a 4xx that speaks about the request settles it. 408, 425 and 429 are about the moment, 401
/// about the session, `idempotency_key_in_use` about an earlier send that is still at work; every
/// 5xx may come after the commit (a lost COMMIT is a 503 by contract).
pub fn judge(status: Option<u16>, code: Option<&str>) -> Verdict {
    match (status, code) {
        (_, Some("idempotency_key_in_use")) => Verdict::Unknown,
        (Some(401 | 408 | 425 | 429), _) => Verdict::Unknown,
        (Some(400..=499), _) => Verdict::Refused,
        _ => Verdict::Unknown,
    }
}

impl Verdict {
    pub fn of(error: &ApiError) -> Self {
        judge(error.status(), Some(error.code()))
    }
}

/// The attempt to send for `request`: the open one when it asks for the same, else a new one.
///
/// While one is open the request on the screen is not allowed to differ (the form is closed), so
/// the first case is a double click, a retry or a reload, and the second a fresh wish.
pub fn attempt_for<R: Clone + PartialEq>(open: Option<&Attempt<R>>, request: R, new_key: impl FnOnce() -> String) -> Attempt<R> {
    match open {
        Some(attempt) if attempt.request == request => attempt.clone(),
        _ => Attempt { key: new_key(), request },
    }
}

/// What stays open after an answer that is no 2xx.
pub fn after<A>(attempt: A, verdict: Verdict) -> Option<A> {
    match verdict {
        Verdict::Refused => None,
        Verdict::Unknown => Some(attempt),
    }
}

#[cfg(test)]
mod tests {
    use tradewind_contract::{Money, orders::PlaceOrder};

    use super::*;

    fn request(total: i64) -> PlaceOrder {
        PlaceOrder {
            email: "ada@example.com".into(),
            shipping_address: Default::default(),
            shipping_method: "post".into(),
            payment_token: "tok_ok".into(),
            expected_total: Some(Money::eur(total)),
        }
    }

    #[test]
    fn a_double_click_and_a_retry_keep_the_key() {
        let first = attempt_for(None, request(100), || "a".into());
        let second = attempt_for(Some(&first), request(100), || "b".into());
        assert_eq!(second, first);
    }

    #[test]
    fn another_request_gets_another_key() {
        let first = attempt_for(None, request(100), || "a".into());
        assert_eq!(attempt_for(Some(&first), request(101), || "b".into()).key, "b");
    }

    #[test]
    fn a_reload_keeps_key_and_request() {
        let attempt = attempt_for(None, request(100), || "a".into());
        let stored = serde_json::to_string(&attempt).unwrap_or_default();
        let read: Attempt<PlaceOrder> = serde_json::from_str(&stored).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(read, attempt);
    }

    #[test]
    fn a_definitive_refusal_ends_the_key() {
        for (status, code) in [
            (409, "out_of_stock"),
            (409, "price_changed"),
            (409, "cart_empty"),
            (422, "validation_failed"),
            (422, "payment_token_invalid"),
            (422, "idempotency_key_reused"),
            (400, "malformed_json"),
            (403, "forbidden"),
        ] {
            let attempt = attempt_for(None, request(100), || "a".into());
            assert_eq!(after(attempt, judge(Some(status), Some(code))), None, "{status} {code}");
        }
    }

    #[test]
    fn whatever_may_hide_an_order_keeps_the_key() {
        for (status, code) in [
            (None, None),
            (Some(503), Some("commit_unknown")),
            (Some(504), Some("timeout")),
            (Some(500), None),
            (Some(502), None),
            (Some(429), Some("rate_limited")),
            (Some(408), None),
            (Some(401), Some("token_expired")),
            (Some(409), Some("idempotency_key_in_use")),
        ] {
            let attempt = attempt_for(None, request(100), || "a".into());
            assert_eq!(after(attempt.clone(), judge(status, code)), Some(attempt), "{status:?} {code:?}");
        }
    }
}
