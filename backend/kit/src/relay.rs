//! The outbox relay: unpublished rows to Kafka, at least once, in order per aggregate.
//!
//! The outbox is cut into sixteen slices by the aggregate's hash. A slice has one owner at a time: whoever holds its advisory lock,
//! on a connection that is kept for that. A dead owner's connection closes, and its locks with it; one that only stands still is
//! cut off by the server (`idle_session_timeout`). No transaction is open while Kafka is asked.

use std::{
    collections::HashMap,
    pin::pin,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use opentelemetry::{KeyValue, metrics::Counter};
use rdkafka::{
    error::KafkaError,
    message::{Header, OwnedHeaders},
    producer::{FutureProducer, FutureRecord},
    types::RDKafkaErrorCode,
    util::Timeout,
};
use serde_json::value::RawValue;
use sqlx::{ConnectOptions, Connection, PgConnection, PgPool};
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, info_span, warn};
use tradewind_contract::{EventId, Timestamp};
use tradewind_events::{Envelope, topics::headers};
use uuid::Uuid;

use crate::{Result, error::chain, failpoints, telemetry};

/// Slices of the outbox; the same number stands in the migration that makes the table.
pub const SLICES: i16 = 16;
/// Relays that a busy database is worth in one process: while one waits for Kafka, the other has the database.
pub const SIDE_BY_SIDE: usize = 2;
/// Rows read at a time from all slices that are owned.
const BATCH: i64 = 2_048;
/// How long an idle relay waits before it looks again; half of it is the mean delay of a quiet system (ADR 0005).
const IDLE_PAUSE: Duration = Duration::from_millis(20);
const TROUBLE_PAUSE: Duration = Duration::from_secs(1);
/// How often the slices are shared anew; also how often an owner that waits for Kafka shows that it lives.
const SHARE_PAUSE: Duration = Duration::from_secs(1);
/// An owner that says nothing for so long has lost its slices. With `SHARE_PAUSE`, another takes over within 5 s.
const STANDSTILL: Duration = Duration::from_secs(3);
/// An aggregate whose event the broker refuses is left alone for so long.
const REFUSED_PAUSE: Duration = Duration::from_secs(5);
/// The first number of our advisory locks; the second is a slice or, held shared by every relay, `MEMBERS`.
const LOCKS: i32 = 0x6f75_7462;
const MEMBERS: i32 = 1_000;

static PUBLISHED: LazyLock<Counter<u64>> = LazyLock::new(|| {
    opentelemetry::global::meter("tradewind")
        .u64_counter("events.published")
        .with_description("Events that the broker has acknowledged, by topic")
        .build()
});

#[derive(Debug)]
struct Row {
    position: i64,
    event_id: Uuid,
    topic: String,
    event_type: String,
    event_version: i32,
    aggregate_id: Uuid,
    sequence: i64,
    payload: String,
    traceparent: Option<String>,
    occurred_at: OffsetDateTime,
}

/// Where events go: `prefix` stands before the name of every topic.
#[derive(Clone)]
pub struct Target {
    pub producer: FutureProducer,
    pub prefix: String,
    /// Counts what the broker acknowledged.
    pub published: Arc<AtomicU64>,
}

/// Publishes what is unpublished in `pool`'s database until `stop`, together with every other relay of that database.
pub async fn run(pool: PgPool, target: Target, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = publish_owned(&pool, &target, &stop).await {
            warn!(error = chain(&error), "the relay is held up");
            tokio::select! { () = tokio::time::sleep(TROUBLE_PAUSE) => {}, () = stop.cancelled() => {} }
        }
    }
}

/// Works for as long as its connection lives: with it go the slices.
async fn publish_owned(pool: &PgPool, target: &Target, stop: &CancellationToken) -> Result<()> {
    let mut connection = connect(pool).await?;
    let mut slices = Vec::new();
    let mut shared_at: Option<Instant> = None;
    let mut refused: HashMap<Uuid, Instant> = HashMap::new();
    while !stop.is_cancelled() {
        if shared_at.is_none_or(|at| at.elapsed() >= SHARE_PAUSE) {
            share(&mut connection, &mut slices).await?;
            shared_at = Some(Instant::now());
            refused.retain(|_, at| at.elapsed() < REFUSED_PAUSE);
        }
        let skipped: Vec<Uuid> = refused.keys().copied().collect();
        let rows = select_unpublished(&mut connection, &slices, &skipped).await?;
        let outcome = if rows.is_empty() { Outcome::default() } else { publish(&mut connection, target, &rows).await? };
        let pause = if rows.is_empty() {
            IDLE_PAUSE
        } else if outcome.unreachable {
            TROUBLE_PAUSE
        } else {
            Duration::ZERO
        };
        refused.extend(outcome.refused.into_iter().map(|aggregate| (aggregate, Instant::now())));
        tokio::select! { () = tokio::time::sleep(pause) => {}, () = stop.cancelled() => {} }
    }
    // The slices are free at once, and not only when the server notices.
    connection.close().await?;
    Ok(())
}

/// A connection that owns slices, past any pool: what is locked on it stays so for as long as it lives.
///
/// # Errors
/// When the database does not answer.
pub async fn connect(pool: &PgPool) -> Result<PgConnection> {
    let standstill_ms = STANDSTILL.as_millis().to_string();
    let options = pool.connect_options().as_ref().clone().options([
        ("idle_session_timeout", standstill_ms.as_str()),
        // The one right plan is the order of the partial index, whatever the statistics of a table say that was empty a moment ago.
        ("enable_seqscan", "off"),
        ("enable_bitmapscan", "off"),
        ("enable_sort", "off"),
    ]);
    let mut connection = options.connect().await?;
    sqlx::query!("SELECT pg_advisory_lock_shared($1, $2)", LOCKS, MEMBERS).fetch_one(&mut connection).await?;
    Ok(connection)
}

/// Takes or gives slices until each relay of the database has its share.
///
/// # Errors
/// When the database does not answer; the connection and its slices are lost then.
pub async fn share(db: &mut PgConnection, slices: &mut Vec<i16>) -> Result<()> {
    let members = sqlx::query_scalar!(
        r#"SELECT count(*) AS "members!" FROM pg_locks
           WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
             AND classid = $1::integer::oid AND objid = $2::integer::oid AND granted"#,
        LOCKS,
        MEMBERS,
    )
    .fetch_one(&mut *db)
    .await?;
    // Rounded up.
    let share = usize::try_from((i64::from(SLICES) - 1) / members.max(1) + 1).unwrap_or(usize::MAX);
    while slices.len() > share {
        let Some(slice) = slices.pop() else { break };
        sqlx::query!("SELECT pg_advisory_unlock($1, $2)", LOCKS, i32::from(slice)).fetch_one(&mut *db).await?;
    }
    for slice in 0..SLICES {
        if slices.len() >= share {
            break;
        }
        // A lock that one has can be taken again, and would have to be given back as often.
        if !slices.contains(&slice)
            && sqlx::query_scalar!(r#"SELECT pg_try_advisory_lock($1, $2) AS "locked!""#, LOCKS, i32::from(slice))
                .fetch_one(&mut *db)
                .await?
        {
            slices.push(slice);
        }
    }
    Ok(())
}

/// How many slices of this database's outbox have an owner at this moment.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql count_owned_slices", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn owned_slices(db: &mut PgConnection) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"SELECT count(*) AS "owned!" FROM pg_locks
           WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
             AND classid = $1::integer::oid AND objid < $2::integer::oid AND granted"#,
        LOCKS,
        i32::from(SLICES),
    )
    .fetch_one(db)
    .await?)
}

/// The oldest of each slice, in order; nothing of the aggregates that are `skipped`.
async fn select_unpublished(db: &mut PgConnection, slices: &[i16], skipped: &[Uuid]) -> Result<Vec<Row>> {
    let per_slice = BATCH / i64::try_from(slices.len().max(1)).unwrap_or(1);
    // A look-up in the partial index for each slice, whatever the backlog.
    let mut rows = sqlx::query_as!(
        Row,
        r#"SELECT waiting.position AS "position!", event_id AS "event_id!", topic AS "topic!", event_type AS "event_type!",
                  event_version AS "event_version!", aggregate_id AS "aggregate_id!", sequence AS "sequence!", payload::text AS "payload!",
                  traceparent AS "traceparent?", occurred_at AS "occurred_at!"
           FROM unnest($1::smallint[]) AS owned (slice)
           CROSS JOIN LATERAL (
               SELECT * FROM outbox WHERE outbox.slice = owned.slice AND published_at IS NULL AND aggregate_id <> ALL ($3)
               ORDER BY outbox.position LIMIT $2) AS waiting"#,
        slices,
        per_slice,
        skipped,
    )
    .fetch_all(db)
    .await?;
    rows.sort_unstable_by_key(|row| row.position);
    Ok(rows)
}

#[derive(Debug, Default)]
struct Outcome {
    /// Aggregates of which the broker would not have an event.
    refused: Vec<Uuid>,
    unreachable: bool,
}

/// Sends the rows and marks those that the broker acknowledged.
async fn publish(db: &mut PgConnection, target: &Target, rows: &[Row]) -> Result<Outcome> {
    failpoints::reach(failpoints::RELAY_BEFORE_PUBLISH);
    let mut sending = pin!(send_all(target, rows));
    let (done, outcome) = loop {
        tokio::select! {
            sent = &mut sending => break sent,
            // A sign of life: an owner that is only slow keeps its slices.
            () = tokio::time::sleep(SHARE_PAUSE) => db.ping().await?,
        }
    };
    failpoints::reach(failpoints::RELAY_AFTER_PUBLISH_BEFORE_MARK);
    if !done.is_empty() {
        sqlx::query!("UPDATE outbox SET published_at = clock_timestamp() WHERE position = ANY ($1)", &done).execute(db).await?;
    }
    failpoints::reach(failpoints::RELAY_AFTER_MARK);
    Ok(outcome)
}

/// All aggregates at once, and of each one event at a time: the next is sent only when the broker has this one, so that nothing
/// overtakes an event that fails. Answers with the positions that the broker has.
async fn send_all(target: &Target, rows: &[Row]) -> (Vec<i64>, Outcome) {
    let mut chains: HashMap<Uuid, Vec<&Row>> = HashMap::new();
    for row in rows {
        chains.entry(row.aggregate_id).or_default().push(row);
    }
    let sends = chains.into_iter().map(|(aggregate, chain)| async move {
        let mut done = Vec::with_capacity(chain.len());
        for row in chain {
            match send(target, row).await {
                Ok(()) => done.push(row.position),
                Err(error) => return (done, Some((aggregate, error))),
            }
        }
        (done, None)
    });
    let mut positions = Vec::with_capacity(rows.len());
    let mut outcome = Outcome::default();
    for (done, failed) in futures::future::join_all(sends).await {
        positions.extend(done);
        match failed {
            Some((_, error)) if is_outage(&error) => outcome.unreachable = true,
            Some((aggregate, _)) => outcome.refused.push(aggregate),
            None => {}
        }
    }
    (positions, outcome)
}

/// Nothing is wrong with the message: the broker was not there to take it.
fn is_outage(error: &SendError) -> bool {
    matches!(
        error,
        SendError::Kafka(KafkaError::MessageProduction(
            RDKafkaErrorCode::MessageTimedOut
                | RDKafkaErrorCode::QueueFull
                | RDKafkaErrorCode::AllBrokersDown
                | RDKafkaErrorCode::BrokerTransportFailure
                | RDKafkaErrorCode::NotEnoughReplicas
                | RDKafkaErrorCode::NotEnoughReplicasAfterAppend
        ))
    )
}

#[derive(Debug, thiserror::Error)]
enum SendError {
    #[error(transparent)]
    Kafka(#[from] KafkaError),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

async fn send(target: &Target, row: &Row) -> Result<(), SendError> {
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
        let sent = send_row(target, row).await;
        match &sent {
            Ok(()) => {
                target.published.fetch_add(1, Ordering::Relaxed);
                PUBLISHED.add(1, &[KeyValue::new("topic", row.topic.clone())]);
            }
            Err(error) => warn!(%error, event_id = %row.event_id, "an event was not published yet"),
        }
        sent
    }
    .instrument(span.clone())
    .await
}

async fn send_row(target: &Target, row: &Row) -> Result<(), SendError> {
    let envelope = Envelope {
        id: EventId::from_uuid(row.event_id),
        kind: row.event_type.clone(),
        version: row.event_version,
        aggregate_id: row.aggregate_id,
        sequence: row.sequence,
        occurred_at: Timestamp(row.occurred_at),
        // As the database wrote it: nothing here needs to look inside.
        payload: serde_json::from_str::<&RawValue>(&row.payload)?,
    };
    let value = serde_json::to_vec(&envelope)?;
    let key = row.aggregate_id.to_string();
    let id = row.event_id.to_string();
    let version = row.event_version.to_string();
    let traceparent = telemetry::traceparent();
    let mut message_headers = OwnedHeaders::new_with_capacity(4)
        .insert(Header { key: headers::EVENT_ID, value: Some(&id) })
        .insert(Header { key: headers::EVENT_TYPE, value: Some(&row.event_type) })
        .insert(Header { key: headers::EVENT_VERSION, value: Some(&version) });
    if let Some(traceparent) = traceparent.as_ref().or(row.traceparent.as_ref()) {
        message_headers = message_headers.insert(Header { key: headers::TRACEPARENT, value: Some(traceparent) });
    }
    let topic = format!("{}{}", target.prefix, row.topic);
    let record = FutureRecord::to(&topic).key(&key).payload(&value).headers(message_headers);
    target.producer.send(record, Timeout::After(Duration::from_secs(5))).await.map_err(|(error, _)| error)?;
    Ok(())
}
