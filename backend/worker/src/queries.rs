//! The worker's own statements. Those of orders, their timers and their payments are the order crate's.

use std::time::Duration;

use sqlx::PgConnection;
use tradewind_contract::{OrderId, ProductId, catalog::Availability};
use tradewind_events::StockChanged;
use tradewind_kit::{Error, Result};

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
