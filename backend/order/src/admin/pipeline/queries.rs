//! Every statement about the pipe as a whole. Workers write what they see into `worker_reports` and `worker_lags`.

use std::time::Duration;

use sqlx::PgConnection;
use time::OffsetDateTime;
use tradewind_contract::{
    Timestamp,
    operators::{OutboxState, WorkerState},
};
use tradewind_kit::{Result, relay};

/// How many orders were placed in each of the last `minutes` whole minutes, the oldest first.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql count_orders_per_minute", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn count_orders_per_minute(db: &mut PgConnection, minutes: i32) -> Result<Vec<u32>> {
    let counts = sqlx::query_scalar!(
        r#"WITH counted AS (
               SELECT date_trunc('minute', placed_at) AS minute, count(*) AS orders FROM orders
               WHERE placed_at >= date_trunc('minute', now()) - make_interval(mins => $1) AND placed_at < date_trunc('minute', now())
               GROUP BY 1
           )
           SELECT coalesce(c.orders, 0) AS "orders!"
           FROM generate_series(1, $1) AS back (minutes)
           LEFT JOIN counted c ON c.minute = date_trunc('minute', now()) - make_interval(mins => back.minutes)
           ORDER BY back.minutes DESC"#,
        minutes,
    )
    .fetch_all(db)
    .await?;
    Ok(counts.into_iter().map(|count| u32::try_from(count).unwrap_or(u32::MAX)).collect())
}

/// Each database's outbox by the newest report of it, which may be old while no worker lives; what is published by those that
/// reported within `alive`.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql select_outboxes", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_outboxes(db: &mut PgConnection, alive: Duration) -> Result<Vec<OutboxState>> {
    let rows = sqlx::query!(
        r#"SELECT DISTINCT ON (database) database, waiting, oldest_ms, slices_owned, reported_at,
                  coalesce(sum(published_per_second) FILTER (WHERE reported_at > now() - make_interval(secs => $1))
                           OVER (PARTITION BY database), 0) AS "published_per_second!"
           FROM worker_reports ORDER BY database, reported_at DESC"#,
        alive.as_secs_f64(),
    )
    .fetch_all(db)
    .await?;
    let outboxes = rows.into_iter().map(|row| OutboxState {
        database: row.database,
        waiting: row.waiting.unsigned_abs(),
        oldest_ms: row.oldest_ms.unsigned_abs(),
        published_per_second: row.published_per_second,
        slices_owned: row.slices_owned.unsigned_abs(),
        slices: relay::SLICES.unsigned_abs().into(),
        reported_at: Timestamp(row.reported_at),
    });
    Ok(outboxes.collect())
}

/// Every consumer that a worker has ever told of, with the messages that it has not handled: those of all workers that reported
/// within `alive`, or `None` when none of them knows.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql select_lags", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_lags(db: &mut PgConnection, alive: Duration) -> Result<Vec<(String, Option<u64>)>> {
    let rows = sqlx::query!(
        r#"SELECT consumer, (sum(lag) FILTER (WHERE reported_at > now() - make_interval(secs => $1)))::bigint AS lag
           FROM worker_lags GROUP BY consumer ORDER BY consumer"#,
        alive.as_secs_f64(),
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.consumer, row.lag.map(i64::unsigned_abs))).collect())
}

/// The workers that reported within `alive`.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql select_workers", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_workers(db: &mut PgConnection, alive: Duration) -> Result<Vec<WorkerState>> {
    let rows = sqlx::query!(
        r#"SELECT instance, max(reported_at) AS "reported_at!" FROM worker_reports
           WHERE reported_at > now() - make_interval(secs => $1) GROUP BY instance ORDER BY instance"#,
        alive.as_secs_f64(),
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| WorkerState { instance: row.instance, reported_at: Timestamp(row.reported_at) }).collect())
}

/// The database's clock, by which everything here is told.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql select_now", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_now(db: &mut PgConnection) -> Result<OffsetDateTime> {
    Ok(sqlx::query_scalar!(r#"SELECT now() AS "now!""#).fetch_one(db).await?)
}
