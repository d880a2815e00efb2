//! `worker rebuild-reports`: counts the outbox's events anew into shadows of the reports' tables, and swaps them in. Meanwhile the
//! reports are read and go on; only while the last few events are compared does the counting wait.
//!
//! The outbox keeps events for as long as Kafka does. What happened before that is taken over as it was counted.

use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection, PgConnection, postgres::PgConnectOptions};
use time::OffsetDateTime;
use tradewind_contract::{EventId, Timestamp};
use tradewind_events::Envelope;
use tradewind_kit::{
    Error, Result,
    config::{Env, PostgresUrl},
};
use uuid::Uuid;

use crate::projection;

/// All but the list of the last events, which nobody adds up.
const TABLES: [&str; 4] = ["report_aggregates", "report_minutes", "report_products", "report_views"];
/// Where the shadows are until they are swapped in. The connection looks there first.
const SHADOW: &str = "rebuild";
/// Nobody else makes shadows while this lock is held; a number of our own.
pub const LOCK: i64 = 0x7265_6275_696c_6420;
/// Events to a transaction.
const BATCH: i64 = 1_000;

/// Environment: `ORDER_DATABASE_PRIMARY_URL`, and `OUTBOX_RETENTION_H` as the worker has it.
///
/// # Errors
/// As [`run`].
#[expect(clippy::print_stdout, reason = "it is run by somebody who waits for the answer")]
pub async fn main() -> anyhow::Result<()> {
    let mut env = Env::new();
    let wish = (env.required_for::<PostgresUrl>("ORDER_DATABASE_PRIMARY_URL"), env.hours_or("OUTBOX_RETENTION_H", 168));
    let (url, retention) = env.finish(wish)?;
    let rebuilt = run(&url, retention).await?;
    println!(
        "Reports rebuilt: {} events counted anew in {:.1} s, counting stood still for {} ms.",
        rebuilt.events,
        rebuilt.took.as_secs_f64(),
        rebuilt.stood_still.as_millis()
    );
    Ok(())
}

#[derive(Debug, Clone, Copy)]
pub struct Rebuilt {
    /// How many events were counted anew.
    pub events: u64,
    pub took: Duration,
    /// For how long counting stood still.
    pub stood_still: Duration,
    /// What happened before was taken over.
    pub since: OffsetDateTime,
}

#[derive(Debug, thiserror::Error)]
pub enum NotRebuilt {
    #[error("somebody else is rebuilding the reports")]
    Busy,
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<sqlx::Error> for NotRebuilt {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// `retention` is how long the outbox keeps what was published.
///
/// # Errors
/// When somebody else is at it, or the database does not answer; the reports then stay as they were.
pub async fn run(database_url: &str, retention: Duration) -> Result<Rebuilt, NotRebuilt> {
    let begun = Instant::now();
    let options: PgConnectOptions = database_url.parse()?;
    let options = options.options([("search_path", "rebuild,public"), ("application_name", "rebuild-reports")]);
    let mut db = PgConnection::connect_with(&options).await?;
    if !sqlx::query_scalar!(r#"SELECT pg_try_advisory_lock($1) AS "locked!""#, LOCK).fetch_one(&mut db).await? {
        return Err(NotRebuilt::Busy);
    }
    let since = make_shadows(&mut db, retention).await?;
    let mut events = replay(&mut db, since).await?;
    let before_swap = Instant::now();
    events += swap(&mut db, since).await?;
    // The server notices only later that the connection is closed.
    sqlx::query_scalar!("SELECT pg_advisory_unlock($1)", LOCK).fetch_one(&mut db).await?;
    let rebuilt = Rebuilt { events, took: begun.elapsed(), stood_still: before_swap.elapsed(), since };
    db.close().await?;
    Ok(rebuilt)
}

/// Empty tables, but for what happened before the outbox's time; answers when that begins. It is a whole hour, so that every row of the
/// reports is of before or of after.
async fn make_shadows(db: &mut PgConnection, retention: Duration) -> Result<OffsetDateTime> {
    let mut transaction = db.begin().await?;
    execute(&mut transaction, &format!("DROP SCHEMA IF EXISTS {SHADOW} CASCADE")).await?;
    execute(&mut transaction, &format!("CREATE SCHEMA {SHADOW}")).await?;
    for table in TABLES {
        let make = format!("CREATE TABLE {SHADOW}.{table} (LIKE public.{table} INCLUDING ALL) WITH (fillfactor = 80)");
        execute(&mut transaction, &make).await?;
    }
    let since = sqlx::query_scalar!(
        r#"SELECT date_trunc('hour', now() - make_interval(secs => $1) + interval '1 hour', 'UTC') AS "since!""#,
        retention.as_secs_f64(),
    )
    .fetch_one(&mut *transaction)
    .await?;
    for (table, column) in [("report_minutes", "minute"), ("report_products", "hour"), ("report_views", "hour")] {
        let copy = format!("INSERT INTO {SHADOW}.{table} SELECT * FROM public.{table} WHERE {column} < $1");
        sqlx::query(AssertSqlSafe(copy)).bind(since).execute(&mut *transaction).await?;
    }
    // Of what is counted anew in part, where that begins and what is known from before.
    let copy = format!(
        "INSERT INTO {SHADOW}.report_aggregates (aggregate_id, sequence, number, lines, paid, paid_at)
         SELECT c.aggregate_id, coalesce(o.first - 1, c.sequence), c.number, c.lines,
                CASE WHEN c.paid_at < $1 THEN c.paid END, CASE WHEN c.paid_at < $1 THEN c.paid_at END
         FROM public.report_aggregates c
         LEFT JOIN (SELECT aggregate_id, min(sequence) AS first FROM outbox WHERE occurred_at >= $1 GROUP BY aggregate_id) o
             USING (aggregate_id)
         WHERE o.first IS NULL OR o.first > 1"
    );
    sqlx::query(AssertSqlSafe(copy)).bind(since).execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(since)
}

struct Row {
    position: i64,
    event_id: Uuid,
    event_type: String,
    event_version: i32,
    aggregate_id: Uuid,
    sequence: i64,
    payload: serde_json::Value,
    occurred_at: OffsetDateTime,
}

impl From<Row> for Envelope {
    fn from(row: Row) -> Self {
        Self {
            id: EventId::from_uuid(row.event_id),
            kind: row.event_type,
            version: row.event_version,
            aggregate_id: row.aggregate_id,
            sequence: row.sequence,
            // As it travels.
            occurred_at: Timestamp(row.occurred_at.truncate_to_millisecond()),
            payload: row.payload,
        }
    }
}

/// Counts what is in the outbox. An aggregate's events have their order there; one that commits late is the swap's.
async fn replay(db: &mut PgConnection, since: OffsetDateTime) -> Result<u64> {
    let mut counted = 0;
    let mut after = 0;
    loop {
        let mut transaction = db.begin().await?;
        let rows = sqlx::query_as!(
            Row,
            "SELECT position, event_id, event_type, event_version, aggregate_id, sequence, payload, occurred_at FROM outbox
             WHERE position > $1 AND occurred_at >= $2 ORDER BY position LIMIT $3",
            after,
            since,
            BATCH,
        )
        .fetch_all(&mut *transaction)
        .await?;
        let Some(last) = rows.last() else { return Ok(counted) };
        after = last.position;
        counted += rows.len() as u64;
        for row in rows {
            projection::count(&mut transaction, &row.into(), false).await?;
        }
        transaction.commit().await?;
    }
}

/// Counts what the reports have and the shadows have not, and puts the shadows in the reports' place.
async fn swap(db: &mut PgConnection, since: OffsetDateTime) -> Result<u64> {
    let mut transaction = db.begin().await?;
    let live = TABLES.map(|table| format!("public.{table}")).join(", ");
    // Reading goes on, counting waits.
    execute(&mut transaction, &format!("LOCK TABLE {live} IN EXCLUSIVE MODE")).await?;
    let rows = sqlx::query_as!(
        Row,
        "SELECT o.position, o.event_id, o.event_type, o.event_version, o.aggregate_id, o.sequence, o.payload, o.occurred_at
         FROM public.report_aggregates live
         LEFT JOIN report_aggregates shadow USING (aggregate_id)
         JOIN outbox o ON o.aggregate_id = live.aggregate_id AND o.sequence > coalesce(shadow.sequence, 0) AND o.sequence <= live.sequence
         WHERE live.sequence > coalesce(shadow.sequence, 0) AND o.occurred_at >= $1 ORDER BY o.position",
        since,
    )
    .fetch_all(&mut *transaction)
    .await?;
    let counted = rows.len() as u64;
    for row in rows {
        projection::count(&mut transaction, &row.into(), false).await?;
    }
    // The rest is of other databases' events, which are listed and not counted.
    sqlx::query!(
        "INSERT INTO report_aggregates AS shadow (aggregate_id, sequence, number, lines, paid, paid_at)
         SELECT * FROM public.report_aggregates live
         WHERE NOT EXISTS (SELECT FROM report_aggregates s WHERE s.aggregate_id = live.aggregate_id AND s.sequence >= live.sequence)
         ON CONFLICT (aggregate_id) DO UPDATE SET sequence = excluded.sequence",
    )
    .execute(&mut *transaction)
    .await?;
    for table in TABLES {
        execute(&mut transaction, &format!("DROP TABLE public.{table}")).await?;
        execute(&mut transaction, &format!("ALTER TABLE {SHADOW}.{table} SET SCHEMA public")).await?;
    }
    execute(&mut transaction, &format!("DROP SCHEMA {SHADOW}")).await?;
    transaction.commit().await?;
    Ok(counted)
}

/// `statement` is made of this file's constants only.
async fn execute(db: &mut PgConnection, statement: &str) -> Result<()> {
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(db).await?;
    Ok(())
}
