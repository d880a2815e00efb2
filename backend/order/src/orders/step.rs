//! Takes an order one step along [`super::way`]: status, history, stock and event, in the caller's transaction.

use sqlx::PgConnection;
use tradewind_contract::{Money, OrderId, ReturnId, orders::ReturnLine};
use tradewind_events::{
    Event, OrderCancelled, OrderDelivered, OrderPaid, OrderPaymentFailed, OrderPaymentPending, OrderRefunded, OrderReturnRejected,
    OrderReturned, OrderShipped, order_returned::ReturnedLine,
};
use tradewind_kit::{Result, outbox};

use super::{
    queries::{self, LockedOrder},
    way::{self, Happening, Stock},
};

/// What happened, with what its event tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    Authorized {
        attempt: i32,
    },
    Declined {
        attempt: i32,
        reason: String,
    },
    OutcomeUnknown {
        attempt: i32,
    },
    /// By the shopper or an operator; `reason` is a code.
    CancelAsked {
        reason: &'static str,
    },
    HoldEnded,
    Captured,
    CaptureRefused,
    Arrived,
    ReturnAsked {
        id: ReturnId,
        amount: Money,
        lines: Vec<ReturnLine>,
    },
    ReturnRejected {
        id: ReturnId,
    },
    Refunded {
        id: ReturnId,
        amount: Money,
    },
}

impl Happened {
    pub const fn kind(&self) -> Happening {
        match self {
            Self::Authorized { .. } => Happening::Authorized,
            Self::Declined { .. } => Happening::Declined,
            Self::OutcomeUnknown { .. } => Happening::OutcomeUnknown,
            Self::CancelAsked { .. } => Happening::CancelAsked,
            Self::HoldEnded => Happening::HoldEnded,
            Self::Captured => Happening::Captured,
            Self::CaptureRefused => Happening::CaptureRefused,
            Self::Arrived => Happening::Arrived,
            Self::ReturnAsked { .. } => Happening::ReturnAsked,
            Self::ReturnRejected { .. } => Happening::ReturnRejected,
            Self::Refunded { .. } => Happening::Refunded,
        }
    }

    /// The code that history and event tell, if there is one.
    fn reason(&self) -> Option<&str> {
        match self {
            Self::Declined { reason, .. } => Some(reason),
            Self::CancelAsked { reason } => Some(reason),
            Self::HoldEnded => Some("hold_ended"),
            Self::CaptureRefused => Some("capture_refused"),
            Self::ReturnRejected { .. } => Some("return_rejected"),
            _ => None,
        }
    }
}

/// Takes the step that the table has for what happened; `false`, and nothing is changed, when it has none.
///
/// # Errors
/// When the database does not answer.
pub async fn take(db: &mut PgConnection, id: OrderId, order: &LockedOrder, happened: &Happened) -> Result<bool> {
    let Some(step) = way::step(order.status, happened.kind()) else { return Ok(false) };
    let version = order.version + 1;
    queries::advance_order(db, id, version, step.to, happened.reason()).await?;
    match step.stock {
        Stock::Stays => {}
        Stock::Claimed => queries::claim_holds(db, id).await?,
        Stock::Released => queries::release_holds(db, id).await?,
    }
    send(db, id, order, happened, version).await?;
    Ok(true)
}

async fn send(db: &mut PgConnection, order_id: OrderId, order: &LockedOrder, happened: &Happened, version: i64) -> Result<()> {
    async fn append<E: Event>(db: &mut PgConnection, event: E, version: i64) -> Result<()> {
        outbox::append(db, &event, version).await.map(|_| ())
    }
    match happened {
        Happened::Authorized { attempt } => append(db, OrderPaid { order_id, amount: order.total, attempt: *attempt }, version).await,
        Happened::Declined { attempt, reason } => {
            append(db, OrderPaymentFailed { order_id, attempt: *attempt, reason: reason.clone() }, version).await
        }
        Happened::OutcomeUnknown { attempt } => append(db, OrderPaymentPending { order_id, attempt: *attempt }, version).await,
        Happened::CancelAsked { .. } | Happened::HoldEnded | Happened::CaptureRefused => {
            let reason = happened.reason().unwrap_or_default().to_owned();
            append(db, OrderCancelled { order_id, reason }, version).await
        }
        Happened::Captured => append(db, OrderShipped { order_id }, version).await,
        Happened::Arrived => append(db, OrderDelivered { order_id }, version).await,
        Happened::ReturnAsked { id, amount, lines } => {
            let lines = lines.iter().map(|line| ReturnedLine { sku: line.sku.clone(), quantity: line.quantity }).collect();
            append(db, OrderReturned { order_id, return_id: *id, amount: *amount, lines }, version).await
        }
        Happened::ReturnRejected { id } => append(db, OrderReturnRejected { order_id, return_id: *id }, version).await,
        Happened::Refunded { id, amount } => append(db, OrderRefunded { order_id, return_id: *id, amount: *amount }, version).await,
    }
}
