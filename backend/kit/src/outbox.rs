//! Events leave in the transaction that they tell of.

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
