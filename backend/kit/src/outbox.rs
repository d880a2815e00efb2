//! Events leave in the transaction that they tell of.

use std::time::Duration;

use sqlx::PgConnection;
use tradewind_contract::EventId;
use tradewind_events::Event;
use uuid::Uuid;

use crate::{Result, telemetry};

/// Appends `event` as the `sequence`-th of its aggregate, with the current trace.
///
/// The caller holds the aggregate's row, so that sequences commit in order.
///
/// # Errors
/// When the database refuses, for instance a sequence that is there already (`outbox_sequence_key`).
#[tracing::instrument(skip_all, name = "sql append_outbox", fields(otel.kind = "client", db.system.name = "postgresql", event = E::TYPE))]
pub async fn append<E: Event>(db: &mut PgConnection, event: &E, sequence: i64) -> Result<EventId> {
    let id = EventId::from_uuid(Uuid::now_v7());
    sqlx::query!(
        "INSERT INTO outbox (event_id, topic, event_type, event_version, aggregate_type, aggregate_id, sequence, payload, traceparent)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id.as_uuid(),
        E::TOPIC,
        E::TYPE,
        E::VERSION,
        E::AGGREGATE,
        event.aggregate_id(),
        sequence,
        serde_json::to_value(event)?,
        telemetry::traceparent(),
    )
    .execute(db)
    .await?;
    Ok(id)
}

/// How much is waiting.
#[derive(Debug, Clone, Copy)]
pub struct Backlog {
    pub events: i64,
    /// Of the oldest; 0 when nothing waits.
    pub age_s: f64,
}

impl Backlog {
    /// The age in whole milliseconds.
    pub fn age_ms(&self) -> u64 {
        u64::try_from(Duration::try_from_secs_f64(self.age_s).unwrap_or_default().as_millis()).unwrap_or(u64::MAX)
    }
}

/// What is not published yet.
///
/// # Errors
/// When the database does not answer.
pub async fn backlog(db: &mut PgConnection) -> Result<Backlog> {
    Ok(sqlx::query_as!(
        Backlog,
        r#"SELECT count(*) AS "events!", coalesce(extract(epoch FROM clock_timestamp() - min(occurred_at)), 0)::float8 AS "age_s!"
           FROM outbox WHERE published_at IS NULL"#,
    )
    .fetch_one(db)
    .await?)
}

/// Deletes up to `limit` of the oldest rows that were published longer than `retention` ago, and answers how many. What is not
/// published stays, however old.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql prune_outbox", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn prune(db: &mut PgConnection, retention: Duration, limit: i64) -> Result<u64> {
    // Positions are nearly in the order of age, so the primary key finds the old ones and no index by time is kept. The first look
    // is bounded: a table without any old row is not read to its end.
    let deleted = sqlx::query!(
        "DELETE FROM outbox WHERE position = ANY (ARRAY(
             SELECT position FROM (SELECT position, published_at FROM outbox ORDER BY position LIMIT 4 * $2::bigint) oldest
             WHERE published_at < now() - make_interval(secs => $1) ORDER BY position LIMIT $2))",
        retention.as_secs_f64(),
        limit,
    )
    .execute(db)
    .await?;
    Ok(deleted.rows_affected())
}
