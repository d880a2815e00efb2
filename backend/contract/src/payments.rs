//! The simulated payment provider's contract, spoken by the worker and never through the gateway.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Money, Timestamp};

/// The test tokens, which decide what happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PaymentToken {
    Ok,
    Declined,
    InsufficientFunds,
    /// Answers after 3 s.
    Slow,
    /// Done, but the answer never comes.
    LostReply,
    /// 503 twice, then done.
    Unavailable,
    /// Authorised; the capture on shipping is refused.
    CaptureFails,
}

impl PaymentToken {
    pub const ALL: [Self; 7] =
        [Self::Ok, Self::Declined, Self::InsufficientFunds, Self::Slow, Self::LostReply, Self::Unavailable, Self::CaptureFails];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "tok_ok",
            Self::Declined => "tok_declined",
            Self::InsufficientFunds => "tok_insufficient_funds",
            Self::Slow => "tok_slow",
            Self::LostReply => "tok_lost_reply",
            Self::Unavailable => "tok_unavailable",
            Self::CaptureFails => "tok_capture_fails",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|token| token.as_str() == text)
    }
}

/// `POST /authorizations` with an `Idempotency-Key`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthorizationRequest {
    pub amount: Money,
    pub payment_token: String,
    /// The caller's name for this payment: the order's id and the attempt.
    pub reference: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthorizationStatus {
    Authorized,
    Declined,
    Captured,
    Voided,
    Refunded,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorization {
    pub id: Uuid,
    pub reference: String,
    pub amount: Money,
    pub status: AuthorizationStatus,
    /// Why it was declined: `card_declined` or `insufficient_funds`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What was paid back of it, minor units.
    #[serde(default)]
    pub refunded_minor: i64,
    pub created_at: Timestamp,
}

/// `GET /authorizations?reference=`: none or one of each reference, of which there may be several with commas between them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorizations {
    pub items: Vec<Authorization>,
}

/// `POST /refunds` with an `Idempotency-Key`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundRequest {
    pub authorization_id: Uuid,
    pub amount: Money,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    pub id: Uuid,
    pub authorization_id: Uuid,
    pub amount: Money,
    pub created_at: Timestamp,
}
