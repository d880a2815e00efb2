//! Every statement about orders that only operators ask for. The caller owns the transaction.

use sqlx::{Connection, PgConnection};
use tradewind_contract::{
    Money, OrderId, OrderNumber, Timestamp,
    operators::{EventRecord, LedgerEntry, OrderSummary, PaymentRecord},
};
use tradewind_kit::{Error, Result};

use super::model::Search;
use crate::{
    admin::dead_letters::model::trace_id,
    orders::{model::OrderCursor, queries::parse_status},
};

/// A page of orders, the newest first, and the cursor of the next.
///
/// # Errors
/// When the database does not answer.
pub async fn search_orders(db: &mut PgConnection, search: &Search) -> Result<(Vec<OrderSummary>, Option<String>)> {
    if let Some(number) = search.number() {
        let found = select_summaries(db, search, Some(&number), None).await?;
        // Some beginnings of addresses read like a number.
        if !found.0.is_empty() {
            return Ok(found);
        }
    }
    select_summaries(db, search, None, search.email_pattern().as_deref()).await
}

#[tracing::instrument(skip_all, name = "sql select_summaries", fields(otel.kind = "client", db.system.name = "postgresql"))]
async fn select_summaries(
    db: &mut PgConnection,
    search: &Search,
    number: Option<&OrderNumber>,
    email: Option<&str>,
) -> Result<(Vec<OrderSummary>, Option<String>)> {
    let mut db = db.begin().await?;
    // Which index is the right one depends on what is looked for: without this, Postgres soon plans for all of it at once.
    sqlx::query_scalar!("SELECT set_config('plan_cache_mode', 'force_custom_plan', true)").fetch_one(&mut *db).await?;
    let mut rows = sqlx::query!(
        r#"SELECT o.id, o.number, o.status, o.email, o.total, o.placed_at,
                  (SELECT h.at FROM order_history h WHERE h.order_id = o.id AND h.version = o.version) AS "updated_at!"
           FROM orders o
           WHERE ($1::text IS NULL OR o.number = $1) AND ($2::text IS NULL OR lower(o.email) LIKE $2) AND ($3::text IS NULL OR o.status = $3)
             AND ($4::timestamptz IS NULL OR o.placed_at >= $4) AND ($5::timestamptz IS NULL OR o.placed_at < $5)
             AND ($6::timestamptz IS NULL OR (o.placed_at, o.id) < ($6, $7))
           ORDER BY o.placed_at DESC, o.id DESC LIMIT $8"#,
        number.map(OrderNumber::as_str),
        email,
        search.status.map(|status| status.as_str()),
        search.placed_from,
        search.placed_until,
        search.after.map(|cursor| cursor.placed_at),
        search.after.map(|cursor| cursor.id),
        i64::from(search.limit) + 1,
    )
    .fetch_all(&mut *db)
    .await?;
    db.commit().await?;
    let more = rows.len() > search.limit as usize;
    rows.truncate(search.limit as usize);
    let next = rows.last().filter(|_| more).map(|row| OrderCursor { placed_at: row.placed_at, id: row.id }.encode());
    let summaries = rows.into_iter().map(|row| {
        Ok(OrderSummary {
            id: row.id.into(),
            number: OrderNumber::parse(&row.number).map_err(|error| Error::Corrupt(format!("order {}: {error}", row.id)))?,
            status: parse_status(&row.status)?,
            email: row.email,
            total: Money::eur(row.total),
            placed_at: Timestamp(row.placed_at),
            updated_at: Timestamp(row.updated_at),
        })
    });
    Ok((summaries.collect::<Result<_>>()?, next))
}

/// An order's events as the outbox still has them, the oldest first.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql select_events", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_events(db: &mut PgConnection, id: OrderId) -> Result<Vec<EventRecord>> {
    let rows = sqlx::query!(
        "SELECT event_id, event_type, sequence, occurred_at, published_at, traceparent FROM outbox WHERE aggregate_id = $1 ORDER BY sequence",
        id.as_uuid(),
    )
    .fetch_all(db)
    .await?;
    let events = rows.into_iter().map(|row| EventRecord {
        event_id: row.event_id,
        event_type: row.event_type,
        sequence: row.sequence,
        occurred_at: Timestamp(row.occurred_at),
        published_at: row.published_at.map(Timestamp),
        trace_id: row.traceparent.as_deref().and_then(trace_id),
    });
    Ok(events.collect())
}

/// Each attempt to be paid, the first first, and what the provider says instead where it does.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql select_payments", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_payments(db: &mut PgConnection, id: OrderId) -> Result<Vec<PaymentRecord>> {
    let rows = sqlx::query!(
        r#"SELECT p.attempt, p.state, p.amount, p.authorization_id, p.updated_at, d.theirs AS "theirs?"
           FROM payments p LEFT JOIN payment_differences d USING (order_id, attempt) WHERE p.order_id = $1 ORDER BY p.attempt"#,
        id.as_uuid(),
    )
    .fetch_all(db)
    .await?;
    let payments = rows.into_iter().map(|row| PaymentRecord {
        attempt: row.attempt.unsigned_abs(),
        state: row.state,
        amount: Money::eur(row.amount),
        authorization_id: row.authorization_id.map(|id| id.to_string()),
        updated_at: Timestamp(row.updated_at),
        difference: row.theirs,
    });
    Ok(payments.collect())
}

/// What moved, posting by posting, the oldest first.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql select_ledger", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_ledger(db: &mut PgConnection, id: OrderId) -> Result<Vec<LedgerEntry>> {
    let rows = sqlx::query!(
        "SELECT posting, account, amount, posted_at FROM ledger_entries WHERE order_id = $1 ORDER BY posted_at, posting, amount",
        id.as_uuid(),
    )
    .fetch_all(db)
    .await?;
    let entries = rows.into_iter().map(|row| LedgerEntry {
        posting: row.posting,
        account: row.account,
        amount: Money::eur(row.amount),
        posted_at: Timestamp(row.posted_at),
    });
    Ok(entries.collect())
}
