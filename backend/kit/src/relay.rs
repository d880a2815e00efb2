//! The outbox relay: unpublished rows to Kafka, at least once, in order per aggregate.
//!
//! The outbox is cut into sixteen slices by the aggregate's hash. A slice has one owner at a time, who
//! holds its advisory lock for the length of a transaction; a dead owner's lock ends with its connection.

use std::{collections::HashSet, time::Duration};

use rdkafka::{
    message::{Header, OwnedHeaders},
    producer::{FutureProducer, FutureRecord},
    util::Timeout,
};
use sqlx::{Acquire, PgConnection, PgPool};
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, info_span, warn};
use tradewind_contract::{EventId, Timestamp};
use tradewind_events::{Envelope, topics::headers};
use uuid::Uuid;

use crate::{Result, error::chain, telemetry};

/// Slices of the outbox; the same number stands in the migration that makes the table.
const SLICES: i16 = 16;
/// Rows read at a time: one broker round trip each.
const BATCH: i64 = 500;
/// How long an idle relay waits before it looks again; half of it is the mean delay of a quiet system.
const IDLE_PAUSE: Duration = Duration::from_millis(20);
const TROUBLE_PAUSE: Duration = Duration::from_secs(1);

#[derive(Debug)]
struct Row {
    position: i64,
    event_id: Uuid,
    topic: String,
    event_type: String,
    event_version: i32,
    aggregate_id: Uuid,
    sequence: i64,
    payload: serde_json::Value,
    traceparent: Option<String>,
    occurred_at: OffsetDateTime,
}

/// Publishes what is unpublished in `pool`'s outbox until `stop`.
pub async fn run(pool: PgPool, producer: FutureProducer, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let pause = match sweep(&pool, &producer).await {
            Ok(0) => IDLE_PAUSE,
            Ok(_) => continue,
            Err(error) => {
                warn!(error = chain(&error), "the relay is held up");
                TROUBLE_PAUSE
            }
        };
        tokio::select! { () = tokio::time::sleep(pause) => {}, () = stop.cancelled() => {} }
    }
}

/// One look at every slice that is free; answers how many rows were published.
async fn sweep(pool: &PgPool, producer: &FutureProducer) -> Result<usize> {
    let mut connection = pool.acquire().await?;
    let mut published = 0;
    for slice in waiting_slices(&mut connection).await? {
        let mut transaction = connection.begin().await?;
        if lock_slice(&mut transaction, slice).await? {
            let rows = select_unpublished(&mut transaction, slice).await?;
            let done = publish(producer, &rows).await;
            mark_published(&mut transaction, &done).await?;
            published += done.len();
        }
        transaction.commit().await?;
    }
    Ok(published)
}

async fn waiting_slices(db: &mut PgConnection) -> Result<Vec<i16>> {
    // An index look-up per slice, whatever the backlog.
    Ok(sqlx::query_scalar!(
        r#"SELECT n::smallint AS "slice!" FROM generate_series(0, $1) AS series (n)
           WHERE EXISTS (SELECT 1 FROM outbox WHERE slice = n AND published_at IS NULL)"#,
        i32::from(SLICES - 1),
    )
    .fetch_all(db)
    .await?)
}

async fn lock_slice(db: &mut PgConnection, slice: i16) -> Result<bool> {
    let slice = i64::from(slice);
    Ok(sqlx::query_scalar!(r##"SELECT pg_try_advisory_xact_lock(hashtextextended('outbox-slice', 0) # $1::bigint) AS "locked!""##, slice)
        .fetch_one(db)
        .await?)
}

async fn select_unpublished(db: &mut PgConnection, slice: i16) -> Result<Vec<Row>> {
    Ok(sqlx::query_as!(
        Row,
        "SELECT position, event_id, topic, event_type, event_version, aggregate_id, sequence, payload, traceparent, occurred_at
         FROM outbox WHERE slice = $1 AND published_at IS NULL ORDER BY position LIMIT $2",
        slice,
        BATCH,
    )
    .fetch_all(db)
    .await?)
}

async fn mark_published(db: &mut PgConnection, positions: &[i64]) -> Result<()> {
    if !positions.is_empty() {
        sqlx::query!("UPDATE outbox SET published_at = clock_timestamp() WHERE position = ANY($1)", positions).execute(db).await?;
    }
    Ok(())
}

/// Sends all rows at once and answers with the positions that the broker has acknowledged. After a failure the
/// later rows of the same aggregate count as unpublished too, so that the next try sends them in order again.
async fn publish(producer: &FutureProducer, rows: &[Row]) -> Vec<i64> {
    let sends = rows.iter().map(|row| send(producer, row));
    let outcomes = futures::future::join_all(sends).await;
    let mut broken = HashSet::new();
    let mut done = Vec::with_capacity(rows.len());
    for (row, sent) in rows.iter().zip(outcomes) {
        if sent && !broken.contains(&row.aggregate_id) {
            done.push(row.position);
        } else {
            broken.insert(row.aggregate_id);
        }
    }
    done
}

async fn send(producer: &FutureProducer, row: &Row) -> bool {
    let span = info_span!(
        "publish",
        otel.name = format!("{} publish", row.topic),
        otel.kind = "producer",
        messaging.system = "kafka",
        messaging.destination.name = row.topic,
        messaging.message.id = %row.event_id,
        event = row.event_type,
    );
    telemetry::continue_trace(&span, row.traceparent.as_deref());
    async {
        let envelope = Envelope {
            id: EventId::from_uuid(row.event_id),
            kind: row.event_type.clone(),
            version: row.event_version,
            aggregate_id: row.aggregate_id,
            sequence: row.sequence,
            occurred_at: Timestamp(row.occurred_at),
            payload: row.payload.clone(),
        };
        let Ok(value) = serde_json::to_vec(&envelope) else { return false };
        let key = row.aggregate_id.to_string();
        let id = row.event_id.to_string();
        let version = row.event_version.to_string();
        let traceparent = telemetry::traceparent();
        let mut message_headers = OwnedHeaders::new()
            .insert(Header { key: headers::EVENT_ID, value: Some(&id) })
            .insert(Header { key: headers::EVENT_TYPE, value: Some(&row.event_type) })
            .insert(Header { key: headers::EVENT_VERSION, value: Some(&version) });
        if let Some(traceparent) = traceparent.as_ref().or(row.traceparent.as_ref()) {
            message_headers = message_headers.insert(Header { key: headers::TRACEPARENT, value: Some(traceparent) });
        }
        let record = FutureRecord::to(&row.topic).key(&key).payload(&value).headers(message_headers);
        match producer.send(record, Timeout::After(Duration::from_secs(5))).await {
            Ok(_) => true,
            Err((error, _)) => {
                warn!(%error, event_id = id, "an event was not published yet");
                false
            }
        }
    }
    .instrument(span.clone())
    .await
}
