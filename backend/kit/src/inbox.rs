//! A consumer's effect and the note that it happened commit together.

use sqlx::PgConnection;
use tradewind_contract::EventId;

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
