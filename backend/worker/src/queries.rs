//! The worker's own statements. Those of orders, their timers and their payments are the order crate's.

use std::time::Duration;

use sqlx::PgConnection;
use tradewind_contract::{OrderId, ProductId, catalog::Availability};
use tradewind_events::{Envelope, StockChanged};
use tradewind_kit::{Error, Result};

use crate::projection::Counts;

/// The levels that changed since they were told last, of everything that the order holds or held; they count as told now.
/// Rows are locked by SKU, as everywhere.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql announce_levels", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn announce_levels(db: &mut PgConnection, order: OrderId) -> Result<Vec<StockChanged>> {
    let rows = sqlx::query!(
        r#"WITH now_at AS (
               SELECT s.sku, CASE WHEN s.available <= 0 THEN 'out' WHEN s.available <= $2 THEN 'low' ELSE 'in_stock' END AS level
               FROM stock s JOIN holds h USING (sku) WHERE h.order_id = $1 ORDER BY s.sku FOR UPDATE OF s
           )
           UPDATE stock s SET announced = n.level FROM now_at n, variants v, products p
           WHERE s.sku = n.sku AND v.sku = s.sku AND p.id = v.product_id
             AND n.level <> coalesce(s.announced, CASE WHEN s.initial <= 0 THEN 'out' WHEN s.initial <= $2 THEN 'low' ELSE 'in_stock' END)
           RETURNING p.id, p.handle, s.sku, n.level AS "level!""#,
        order.as_uuid(),
        Availability::LOW_AT,
    )
    .fetch_all(db)
    .await?;
    let changes = rows.into_iter().map(|row| {
        let availability = Availability::parse(&row.level).ok_or_else(|| Error::Corrupt(format!("{:?} is no level", row.level)))?;
        Ok(StockChanged { product_id: ProductId::from_uuid(row.id), handle: row.handle, sku: row.sku, availability })
    });
    changes.collect()
}

/// The next sequence of an aggregate without a row to lock, which stays locked until the transaction ends.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql next_sequence", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn next_sequence(db: &mut PgConnection, aggregate: uuid::Uuid) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        "INSERT INTO aggregate_sequences (aggregate_id, sequence) VALUES ($1, 1)
         ON CONFLICT (aggregate_id) DO UPDATE SET sequence = aggregate_sequences.sequence + 1 RETURNING sequence",
        aggregate,
    )
    .fetch_one(db)
    .await?)
}

/// What a worker says of a database's outbox.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OutboxReport {
    pub waiting: i64,
    pub oldest_ms: i64,
    pub slices_owned: i32,
    pub published_per_second: f64,
}

/// In place of what the same worker said before.
///
/// # Errors
/// When the database does not answer.
pub async fn report_outbox(db: &mut PgConnection, instance: &str, database: &str, report: OutboxReport) -> Result<()> {
    sqlx::query!(
        "INSERT INTO worker_reports (instance, database, waiting, oldest_ms, slices_owned, published_per_second)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (instance, database) DO UPDATE
         SET waiting = EXCLUDED.waiting, oldest_ms = EXCLUDED.oldest_ms, slices_owned = EXCLUDED.slices_owned,
             published_per_second = EXCLUDED.published_per_second, reported_at = EXCLUDED.reported_at",
        instance,
        database,
        report.waiting,
        report.oldest_ms,
        report.slices_owned,
        report.published_per_second,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The same of the messages that each consumer has not handled; `None` while that is not known.
///
/// # Errors
/// When the database does not answer.
pub async fn report_lags(db: &mut PgConnection, instance: &str, lags: &[(&str, Option<i64>)]) -> Result<()> {
    let consumers: Vec<String> = lags.iter().map(|(consumer, _)| (*consumer).to_owned()).collect();
    let lags: Vec<Option<i64>> = lags.iter().map(|(_, lag)| *lag).collect();
    sqlx::query!(
        "INSERT INTO worker_lags (instance, consumer, lag) SELECT $1, * FROM unnest($2::text[], $3::bigint[])
         ON CONFLICT (instance, consumer) DO UPDATE SET lag = EXCLUDED.lag, reported_at = EXCLUDED.reported_at",
        instance,
        &consumers,
        &lags as &[Option<i64>],
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets workers that have said nothing for `silence`.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_reports(db: &mut PgConnection, silence: Duration) -> Result<()> {
    sqlx::query!(
        "WITH reports AS (DELETE FROM worker_reports WHERE reported_at < now() - make_interval(secs => $1))
         DELETE FROM worker_lags WHERE reported_at < now() - make_interval(secs => $1)",
        silence.as_secs_f64(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Counts an event into the reports, unless its aggregate is further already. The tables are found by the connection's search path.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql count_event", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn count_event(db: &mut PgConnection, envelope: &Envelope, counts: &Counts, shard: i16, is_listed: bool) -> Result<()> {
    sqlx::query!(
        "WITH fresh AS (
             INSERT INTO report_aggregates AS a (aggregate_id, sequence, number, lines, paid, paid_at)
             VALUES ($1::uuid, $2::bigint, $3::text, $4::jsonb, CASE WHEN $9::bigint > 0 THEN $10::bigint END, CASE WHEN $9::bigint > 0 THEN $5::timestamptz END)
             ON CONFLICT (aggregate_id) DO UPDATE SET sequence = excluded.sequence, number = coalesce(a.number, excluded.number),
                 lines = coalesce(a.lines, excluded.lines), paid = coalesce(a.paid, excluded.paid),
                 paid_at = coalesce(a.paid_at, excluded.paid_at)
             WHERE a.sequence < excluded.sequence
             RETURNING a.number, a.lines, a.paid
         ), in_minute AS (
             INSERT INTO report_minutes AS m (minute, shard, placed, paid, revenue, cancelled, cancelled_revenue, refunds, refunded, views,
                                              carts, checkouts)
             SELECT date_trunc('minute', $5::timestamptz), $6::smallint, $8::bigint, $9::bigint, $10::bigint, $11::bigint, CASE WHEN $11::bigint > 0 THEN coalesce(f.paid, 0) ELSE 0 END,
                    $12::bigint, $13::bigint, (SELECT coalesce(sum(v), 0) FROM unnest($17::bigint[]) v), $14::bigint, $15::bigint
             FROM fresh f WHERE $7::boolean
             ON CONFLICT (minute, shard) DO UPDATE SET placed = m.placed + excluded.placed, paid = m.paid + excluded.paid,
                 revenue = m.revenue + excluded.revenue, cancelled = m.cancelled + excluded.cancelled,
                 cancelled_revenue = m.cancelled_revenue + excluded.cancelled_revenue, refunds = m.refunds + excluded.refunds,
                 refunded = m.refunded + excluded.refunded, views = m.views + excluded.views, carts = m.carts + excluded.carts,
                 checkouts = m.checkouts + excluded.checkouts
         ), of_products AS (
             INSERT INTO report_products AS p (hour, sku, shard, pieces, revenue)
             SELECT date_trunc('hour', $5::timestamptz, 'UTC'), l.sku, $6::smallint, sum(l.quantity), sum(l.quantity * (l.unit_price ->> 'amount')::bigint)
             FROM fresh f, jsonb_to_recordset(f.lines) AS l (sku text, quantity bigint, unit_price jsonb)
             WHERE $9::bigint > 0 GROUP BY l.sku ORDER BY l.sku
             ON CONFLICT (hour, sku, shard) DO UPDATE SET pieces = p.pieces + excluded.pieces, revenue = p.revenue + excluded.revenue
         ), of_views AS (
             INSERT INTO report_views AS w (hour, handle, shard, views)
             SELECT date_trunc('hour', $5::timestamptz, 'UTC'), v.handle, $6::smallint, sum(v.views)
             FROM fresh f, unnest($16::text[], $17::bigint[]) AS v (handle, views) GROUP BY v.handle ORDER BY v.handle
             ON CONFLICT (hour, handle, shard) DO UPDATE SET views = w.views + excluded.views
         )
         INSERT INTO report_events (event_id, event_type, aggregate_id, sequence, number, amount, occurred_at)
         SELECT $18::uuid, $19::text, $1::uuid, $2::bigint, f.number, $20::bigint, $5 FROM fresh f WHERE $21::boolean",
        envelope.aggregate_id,
        envelope.sequence,
        counts.number,
        counts.lines,
        envelope.occurred_at.0,
        shard,
        counts.count_anything(),
        counts.placed,
        counts.paid,
        counts.revenue,
        counts.cancelled,
        counts.refunds,
        counts.refunded,
        counts.carts,
        counts.checkouts,
        &counts.views.0,
        &counts.views.1,
        envelope.id.as_uuid(),
        envelope.kind,
        counts.amount,
        is_listed,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Deletes up to `limit` of the oldest listed events, never the last `kept`; answers how many.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql prune_listed_events", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn prune_listed_events(db: &mut PgConnection, kept: i64, limit: i64) -> Result<u64> {
    let deleted = sqlx::query!(
        "DELETE FROM report_events WHERE position = ANY (ARRAY(
             SELECT position FROM report_events WHERE position <= (SELECT max(position) FROM report_events) - $1 ORDER BY position LIMIT $2))",
        kept,
        limit,
    )
    .execute(db)
    .await?;
    Ok(deleted.rows_affected())
}
