//! A consumer's effect and the note that it happened commit together.

use std::time::{Duration, SystemTime};

use sqlx::PgConnection;
use tradewind_contract::EventId;
use uuid::{NoContext, Uuid};

use crate::Result;

/// Notes that `consumer` handles `event`; false when it already has, and nothing more must be done.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql insert_inbox", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn first_time(db: &mut PgConnection, consumer: &str, event: EventId) -> Result<bool> {
    let inserted = sqlx::query!("INSERT INTO inbox (consumer, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING", consumer, event.as_uuid())
        .execute(db)
        .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Deletes up to `limit` of a consumer's notes that are older than `retention`, and answers how many. Kafka must have forgotten the
/// messages by then.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql prune_inbox", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn prune(db: &mut PgConnection, consumer: &str, retention: Duration, limit: i64) -> Result<u64> {
    // Ids begin with the time, so the primary key finds the old events and no index by time is kept. An old event that was handled
    // only lately, such as a redriven one, stays.
    let born = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().saturating_sub(retention);
    let oldest_kept = Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, born.as_secs(), 0));
    let deleted = sqlx::query!(
        "DELETE FROM inbox WHERE consumer = $1 AND event_id = ANY (ARRAY(
             SELECT event_id FROM inbox WHERE consumer = $1 AND event_id < $2 AND handled_at < now() - make_interval(secs => $3)
             ORDER BY event_id LIMIT $4))",
        consumer,
        oldest_kept,
        retention.as_secs_f64(),
        limit,
    )
    .execute(db)
    .await?;
    Ok(deleted.rows_affected())
}
