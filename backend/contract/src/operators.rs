//! What operators see and do: the pipeline, dead letters, orders from inside, and who did what.
//!
//! Every route here is for `Role::Operator` alone: 401 without a token, 403 for everybody else.

use garde::Validate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Money, OrderId, OrderNumber, Timestamp, UserId, limits,
    orders::{Order, OrderStatus, Return},
    validation,
};

// ---- pipeline ----

/// `GET /admin/pipeline`: how far what happened is on its way to whom it concerns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pipeline {
    pub at: Timestamp,
    /// Of the last whole minute, and so many minutes before it, the oldest first.
    pub orders_per_minute: Vec<u32>,
    /// One of each database.
    pub outboxes: Vec<OutboxState>,
    pub consumers: Vec<ConsumerState>,
    /// Those that said something within the last 10 s.
    pub workers: Vec<WorkerState>,
    /// Payments that the ledger and the provider tell differently.
    pub payment_differences: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OutboxState {
    /// `orders` or `users`.
    pub database: String,
    /// Events that are not published yet.
    pub waiting: u64,
    /// Of the oldest that waits; 0 when none does.
    pub oldest_ms: u64,
    /// Events a second that the broker acknowledged lately.
    pub published_per_second: f64,
    /// Slices of the outbox that a relay owns.
    pub slices_owned: u32,
    pub slices: u32,
    pub reported_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsumerState {
    pub name: String,
    /// Messages in its topics that it has not handled; absent while no worker says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lag: Option<u64>,
    /// Aggregates whose event is on its way through the retry topics.
    pub retrying: u64,
    /// Events that wait behind a failed one.
    pub parked: u64,
    /// Dead letters that nobody has decided about.
    pub dead: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkerState {
    pub instance: String,
    pub reported_at: Timestamp,
}

// ---- dead letters ----

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeadLetterState {
    /// Somebody has to decide.
    Dead,
    /// The worker has been told to try again.
    Redriving,
    Redriven,
    Discarded,
}

impl DeadLetterState {
    pub const ALL: [Self; 4] = [Self::Dead, Self::Redriving, Self::Redriven, Self::Discarded];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dead => "dead",
            Self::Redriving => "redriving",
            Self::Redriven => "redriven",
            Self::Discarded => "discarded",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// An item of `GET /admin/dead-letters?state&consumer&cause&cursor&limit`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeadLetter {
    pub id: i64,
    pub state: DeadLetterState,
    pub consumer: String,
    pub topic: String,
    pub partition: i32,
    pub offset: i64,
    pub cause: String,
    /// How often it failed.
    pub attempt: u32,
    /// Absent where the bytes could not be read, as what follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aggregate_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<i64>,
    /// When the aggregate is an order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_number: Option<OrderNumber>,
    /// How many later events of the aggregate wait behind it.
    pub parked: u64,
    /// W3C trace id of the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    pub created_at: Timestamp,
}

/// `GET /admin/dead-letters/causes`: what the open ones died of, the most frequent first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeadLetterCauses {
    pub items: Vec<DeadLetterCause>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeadLetterCause {
    pub consumer: String,
    pub cause: String,
    pub count: u64,
}

/// `GET /admin/dead-letters/{id}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeadLetterDetail {
    #[serde(flatten)]
    pub letter: DeadLetter,
    /// By name, sorted; `traceparent` among them.
    pub headers: Vec<(String, String)>,
    /// As text; what is not UTF-8 is shown as U+FFFD.
    pub payload: String,
    /// Base64 of the bytes, when they are no UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload_base64: Option<String>,
    /// What waits behind it, in order.
    pub parked_events: Vec<ParkedEvent>,
    /// What was decided about it, the oldest first.
    pub decisions: Vec<Decision>,
    /// When the aggregate is an order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ParkedEvent {
    pub event_id: Uuid,
    pub event_type: String,
    pub sequence: i64,
    pub held_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Decision {
    /// `redrive` or `discard`.
    pub action: String,
    pub actor: String,
    pub reason: String,
    pub decided_at: Timestamp,
}

/// Why somebody did it: of `POST /admin/dead-letters/{id}/discard`, and of what is done to an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WithReason {
    #[garde(length(chars, max = limits::OPERATOR_REASON_MAX), custom(validation::not_blank))]
    pub reason: String,
}

/// `POST /admin/dead-letters/redrive`: all that died of one cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RedriveAll {
    #[garde(length(chars, min = 1, max = limits::CONSUMER_NAME_MAX))]
    pub consumer: String,
    #[garde(length(chars, min = 1, max = limits::CAUSE_MAX))]
    pub cause: String,
    #[garde(length(chars, max = limits::OPERATOR_REASON_MAX), custom(validation::not_blank))]
    pub reason: String,
}

/// How many the worker has been told to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Redriven {
    pub count: u64,
}

// ---- orders ----

/// An item of `GET /admin/orders?query&status&placed_from&placed_until&cursor&limit`, the newest first. `query` is an order's
/// number (any case, with or without hyphens), the whole of an email address, or the beginning of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderSummary {
    pub id: OrderId,
    pub number: OrderNumber,
    pub status: OrderStatus,
    pub email: String,
    pub total: Money,
    pub placed_at: Timestamp,
    pub updated_at: Timestamp,
}

/// `GET /admin/orders/{id}`: an order with all that stands about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderFile {
    pub order: Order,
    /// W3C trace id of the click that placed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// As the outbox has them, the oldest first.
    pub events: Vec<EventRecord>,
    /// One of each attempt.
    pub payments: Vec<PaymentRecord>,
    pub ledger: Vec<LedgerEntry>,
    pub returns: Vec<Return>,
    /// What can be done to it now.
    pub actions: Vec<OrderAction>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EventRecord {
    pub event_id: Uuid,
    pub event_type: String,
    pub sequence: i64,
    pub occurred_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PaymentRecord {
    pub attempt: u32,
    /// `requested`, `authorized`, `declined`, `capturing`, `captured`, `voided` or `refunded`.
    pub state: String,
    pub amount: Money,
    /// The provider's, once it has answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_id: Option<String>,
    pub updated_at: Timestamp,
    /// What the provider says instead, when it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<String>,
}

/// A row of a posting; the rows of one sum to zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LedgerEntry {
    pub posting: String,
    /// `authorized`, `captured` or `shopper`.
    pub account: String,
    /// May be negative.
    pub amount: Money,
    pub posted_at: Timestamp,
}

/// `POST /admin/orders/{id}/{action}`; the order's table of steps says when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum OrderAction {
    /// At once, and not when its delay is over.
    Ship,
    Deliver,
    Cancel,
    /// Takes everything back and pays for it; of an order whose return was asked for, just that return.
    Refund,
    RejectReturn,
}

impl OrderAction {
    pub const ALL: [Self; 5] = [Self::Ship, Self::Deliver, Self::Cancel, Self::Refund, Self::RejectReturn];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ship => "ship",
            Self::Deliver => "deliver",
            Self::Cancel => "cancel",
            Self::Refund => "refund",
            Self::RejectReturn => "reject-return",
        }
    }
}

/// `POST /admin/orders/{id}/refund`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Refund {
    #[garde(length(chars, max = limits::OPERATOR_REASON_MAX), custom(validation::not_blank))]
    pub reason: String,
    /// Whether the goods can be sold again.
    #[garde(skip)]
    pub restock: bool,
}

// ---- audit ----

/// An item of `GET /admin/audit?cursor&limit`, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEntry {
    pub id: i64,
    pub at: Timestamp,
    pub actor: UserId,
    /// For instance `order.cancel` or `dead_letter.redrive`.
    pub action: String,
    /// What it was done to: an order's number, a dead letter's id.
    pub subject: String,
    pub reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
}
