//! What is to happen to an order at a time of the database's clock. The order service sets timers, the worker sweeps them.

use std::time::Duration;

use sqlx::PgConnection;
use tradewind_contract::OrderId;
use tradewind_kit::{Result, telemetry};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimerKind {
    /// The provider is asked to keep the amount aside.
    Authorize,
    /// The provider is asked what became of a request without an answer.
    ResolvePayment,
    /// The money is taken, and the parcel leaves.
    Ship,
    /// The parcel arrives.
    Deliver,
    /// The stock of an order that is not paid is free again.
    EndHold,
    /// What the bank keeps aside for a cancelled order is let go.
    Void,
    /// The money for an accepted return is paid back.
    Refund,
}

impl TimerKind {
    pub const ALL: [Self; 7] = [Self::Authorize, Self::ResolvePayment, Self::Ship, Self::Deliver, Self::EndHold, Self::Void, Self::Refund];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Authorize => "authorize",
            Self::ResolvePayment => "resolve_payment",
            Self::Ship => "ship",
            Self::Deliver => "deliver",
            Self::EndHold => "end_hold",
            Self::Void => "void",
            Self::Refund => "refund",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Sets a timer by the database's clock, in place of one of the same kind.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql set_timer", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn set_timer(db: &mut PgConnection, order: OrderId, kind: TimerKind, after: Duration) -> Result<()> {
    sqlx::query!(
        "INSERT INTO order_timers (order_id, kind, due_at, traceparent) VALUES ($1, $2, now() + make_interval(secs => $3), $4)
         ON CONFLICT (order_id, kind) DO UPDATE SET due_at = EXCLUDED.due_at, traceparent = EXCLUDED.traceparent, attempts = order_timers.attempts + 1",
        order.as_uuid(),
        kind.as_str(),
        after.as_secs_f64(),
        telemetry::traceparent(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Sets a timer as [`set_timer`], unless there is one that is due sooner: an operator may have been in a hurry.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql set_timer_at_latest", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn set_timer_at_latest(db: &mut PgConnection, order: OrderId, kind: TimerKind, after: Duration) -> Result<()> {
    sqlx::query!(
        "INSERT INTO order_timers (order_id, kind, due_at, traceparent) VALUES ($1, $2, now() + make_interval(secs => $3), $4)
         ON CONFLICT (order_id, kind) DO UPDATE SET due_at = least(order_timers.due_at, EXCLUDED.due_at)",
        order.as_uuid(),
        kind.as_str(),
        after.as_secs_f64(),
        telemetry::traceparent(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql delete_timer", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn delete_timer(db: &mut PgConnection, order: OrderId, kind: TimerKind) -> Result<()> {
    sqlx::query!("DELETE FROM order_timers WHERE order_id = $1 AND kind = $2", order.as_uuid(), kind.as_str()).execute(db).await?;
    Ok(())
}

/// A timer that is due, put off for whoever takes it so that nobody else does.
#[derive(Debug)]
pub struct DueTimer {
    pub order: OrderId,
    pub kind: TimerKind,
    pub traceparent: Option<String>,
}

/// Takes up to `limit` due timers: each is put off by `lease`, and comes again when its worker dies.
///
/// # Errors
/// When the database does not answer.
pub async fn take_due_timers(db: &mut PgConnection, limit: i64, lease: Duration) -> Result<Vec<DueTimer>> {
    let rows = sqlx::query!(
        "WITH due AS (SELECT order_id, kind FROM order_timers WHERE due_at <= now() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
         UPDATE order_timers t SET due_at = now() + make_interval(secs => $2), attempts = attempts + 1
         FROM due WHERE t.order_id = due.order_id AND t.kind = due.kind RETURNING t.order_id, t.kind, t.traceparent",
        limit,
        lease.as_secs_f64(),
    )
    .fetch_all(db)
    .await?;
    let timers = rows
        .into_iter()
        .filter_map(|row| Some(DueTimer { order: row.order_id.into(), kind: TimerKind::parse(&row.kind)?, traceparent: row.traceparent }));
    Ok(timers.collect())
}
