//! The worker's own statements: payments, timers, dead letters. Steps of orders are the order service's.

use std::time::Duration;

use rdkafka::{Message, message::BorrowedMessage};
use sqlx::PgConnection;
use tradewind_contract::{OrderId, payments::Authorization};
use tradewind_kit::{Result, telemetry};
use uuid::Uuid;

/// What is to happen to an order at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimerKind {
    Authorize,
    ResolvePayment,
    Ship,
    Deliver,
    EndHold,
}

impl TimerKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Authorize => "authorize",
            Self::ResolvePayment => "resolve_payment",
            Self::Ship => "ship",
            Self::Deliver => "deliver",
            Self::EndHold => "end_hold",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Authorize, Self::ResolvePayment, Self::Ship, Self::Deliver, Self::EndHold].into_iter().find(|kind| kind.as_str() == text)
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

/// A try to be paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub attempt: i32,
    pub reference: String,
    pub state: String,
    pub authorization_id: Option<Uuid>,
}

/// Opens the first attempt, or answers with the latest there is.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql open_attempt", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn open_attempt(db: &mut PgConnection, order: OrderId) -> Result<Attempt> {
    sqlx::query!(
        "INSERT INTO payments (order_id, attempt, reference, amount, state)
         SELECT id, 1, id::text || ':1', total, 'requested' FROM orders WHERE id = $1 ON CONFLICT DO NOTHING",
        order.as_uuid(),
    )
    .execute(&mut *db)
    .await?;
    latest_attempt(db, order).await?.ok_or_else(|| tradewind_kit::Error::Corrupt(format!("order {order} has no payment")))
}

/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql latest_attempt", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn latest_attempt(db: &mut PgConnection, order: OrderId) -> Result<Option<Attempt>> {
    Ok(sqlx::query_as!(
        Attempt,
        "SELECT attempt, reference, state, authorization_id FROM payments WHERE order_id = $1 ORDER BY attempt DESC LIMIT 1",
        order.as_uuid(),
    )
    .fetch_optional(db)
    .await?)
}

/// Notes what the provider said of an attempt.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql record_attempt", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn record_attempt(
    db: &mut PgConnection,
    order: OrderId,
    attempt: i32,
    state: &str,
    authorization: Option<&Authorization>,
) -> Result<()> {
    sqlx::query!(
        "UPDATE payments SET state = $3, authorization_id = coalesce($4, authorization_id), reason = $5, updated_at = now()
         WHERE order_id = $1 AND attempt = $2",
        order.as_uuid(),
        attempt,
        state,
        authorization.map(|a| a.id),
        authorization.and_then(|a| a.reason.as_deref()),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql insert_dead_letter", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn insert_dead_letter(db: &mut PgConnection, consumer: &str, message: &BorrowedMessage<'_>, cause: &str) -> Result<()> {
    sqlx::query!(
        "INSERT INTO dead_letters (consumer, topic, partition, kafka_offset, key, payload, cause) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT DO NOTHING",
        consumer,
        message.topic(),
        message.partition(),
        message.offset(),
        message.key(),
        message.payload(),
        cause,
    )
    .execute(db)
    .await?;
    Ok(())
}
