//! What a consumer could not handle: aggregates that are blocked, messages that wait behind a failed one, dead letters, and what
//! operators decide about them (ADR 0009).
//!
//! The first half is for the consumer loop, the second for operators. A blocked aggregate has one row that says what with; a
//! message that waits references it, so nothing can wait for an aggregate that goes on.

use std::time::Duration;

use rdkafka::message::{Headers, Message, OwnedMessage};
use serde_json::{Map, Value};
use sqlx::PgConnection;
use time::OffsetDateTime;
use tradewind_contract::EventId;
use tradewind_events::Envelope;
use uuid::Uuid;

use crate::{Error, Refusal, Result};

/// How far the aggregate's failed event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// On its way through the retry topics.
    Retrying,
    /// Until an operator decides.
    Dead,
    /// The worker takes what waits, in order.
    Releasing,
}

impl State {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Retrying => "retrying",
            Self::Dead => "dead",
            Self::Releasing => "releasing",
        }
    }

    fn parse(text: &str) -> Result<Self> {
        [Self::Retrying, Self::Dead, Self::Releasing]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| Error::Corrupt(format!("blocked_aggregates.state is {text}")))
    }
}

/// Why an aggregate does not go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The event that failed.
    pub event: EventId,
    pub state: State,
    /// How often it failed.
    pub attempt: i32,
    pub cause: String,
    pub due_at: OffsetDateTime,
}

/// What comes after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    RetryAfter(Duration),
    DeadLetter,
}

impl Next {
    const fn state(self) -> State {
        match self {
            Self::RetryAfter(_) => State::Retrying,
            Self::DeadLetter => State::Dead,
        }
    }

    fn seconds(self) -> f64 {
        match self {
            Self::RetryAfter(delay) => delay.as_secs_f64(),
            Self::DeadLetter => 0.0,
        }
    }
}

/// What became of a message whose aggregate was found blocked.
#[derive(Debug, PartialEq, Eq)]
pub enum Parked {
    /// It waits now, or did already.
    Waits,
    /// It is the very event that failed.
    IsTheFailed(Block),
    /// The aggregate goes on again: handle it.
    NotBlocked,
}

/// A message that waits.
#[derive(Debug)]
pub struct Held {
    pub event: EventId,
    pub topic: String,
    pub partition: i32,
    pub offset: i64,
    pub key: Option<Vec<u8>>,
    pub payload: Vec<u8>,
    pub headers: Value,
}

struct BlockRow {
    event_id: Uuid,
    state: String,
    attempt: i32,
    cause: String,
    due_at: OffsetDateTime,
}

impl TryFrom<BlockRow> for Block {
    type Error = Error;

    fn try_from(row: BlockRow) -> Result<Self> {
        Ok(Self {
            event: EventId::from_uuid(row.event_id),
            state: State::parse(&row.state)?,
            attempt: row.attempt,
            cause: row.cause,
            due_at: row.due_at,
        })
    }
}

/// What an aggregate is blocked by, if it is. Nothing is locked: decide with [`park`], [`block`] or [`fail_again`].
///
/// # Errors
/// When the database does not answer.
pub async fn find_block(db: &mut PgConnection, consumer: &str, aggregate: Uuid) -> Result<Option<Block>> {
    let row = sqlx::query_as!(
        BlockRow,
        "SELECT event_id, state, attempt, cause, due_at FROM blocked_aggregates WHERE consumer = $1 AND aggregate_id = $2",
        consumer,
        aggregate,
    )
    .fetch_optional(db)
    .await?;
    row.map(Block::try_from).transpose()
}

/// Lets a message wait behind the failed one of its aggregate.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql park_message", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn park(db: &mut PgConnection, consumer: &str, topic: &str, message: &OwnedMessage, envelope: &Envelope) -> Result<Parked> {
    // Against `unblock`, which must see what is parked or come first.
    let row = sqlx::query_as!(
        BlockRow,
        "SELECT event_id, state, attempt, cause, due_at FROM blocked_aggregates WHERE consumer = $1 AND aggregate_id = $2 FOR SHARE",
        consumer,
        envelope.aggregate_id,
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(block) = row.map(Block::try_from).transpose()? else { return Ok(Parked::NotBlocked) };
    if block.event == envelope.id {
        return Ok(Parked::IsTheFailed(block));
    }
    hold(db, consumer, topic, message, envelope).await?;
    Ok(Parked::Waits)
}

async fn hold(db: &mut PgConnection, consumer: &str, topic: &str, message: &OwnedMessage, envelope: &Envelope) -> Result<()> {
    sqlx::query!(
        "INSERT INTO held_messages (consumer, aggregate_id, sequence, event_id, event_type, topic, partition, kafka_offset, key, payload, headers)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING",
        consumer,
        envelope.aggregate_id,
        envelope.sequence,
        envelope.id.as_uuid(),
        envelope.kind,
        topic,
        message.partition(),
        message.offset(),
        message.key(),
        message.payload().unwrap_or_default(),
        headers(message),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The first failure of an event blocks its aggregate. False when nothing was done: the aggregate is blocked already, or
/// another instance has handled the event by now.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql block_aggregate", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn block(
    db: &mut PgConnection,
    consumer: &str,
    topic: &str,
    message: &OwnedMessage,
    envelope: &Envelope,
    cause: &str,
    next: Next,
) -> Result<bool> {
    let inserted = sqlx::query!(
        "INSERT INTO blocked_aggregates (consumer, aggregate_id, event_id, state, attempt, cause, due_at)
         SELECT $1, $2, $3, $4, 1, $5, now() + make_interval(secs => $6)
         WHERE NOT EXISTS (SELECT 1 FROM inbox WHERE consumer = $1 AND event_id = $3)
         ON CONFLICT DO NOTHING",
        consumer,
        envelope.aggregate_id,
        envelope.id.as_uuid(),
        next.state().as_str(),
        cause,
        next.seconds(),
    )
    .execute(&mut *db)
    .await?;
    if inserted.rows_affected() == 0 {
        return Ok(false);
    }
    hold(db, consumer, topic, message, envelope).await?;
    if next == Next::DeadLetter {
        bury(db, consumer, envelope.aggregate_id, envelope.id).await?;
    }
    Ok(true)
}

/// Notes that an event has failed again: its `attempt`-th failure. Events of an aggregate that is being released begin at 1.
/// False when it is not this event's turn any more.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql fail_again", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn fail_again(
    db: &mut PgConnection,
    consumer: &str,
    aggregate: Uuid,
    event: EventId,
    attempt: i32,
    cause: &str,
    next: Next,
) -> Result<bool> {
    let updated = sqlx::query!(
        "UPDATE blocked_aggregates SET event_id = $3, state = $4, attempt = $5, cause = $6, due_at = now() + make_interval(secs => $7)
         WHERE consumer = $1 AND aggregate_id = $2
           AND (state = 'releasing' AND $5 = 1 OR state = 'retrying' AND event_id = $3 AND attempt = $5 - 1)",
        consumer,
        aggregate,
        event.as_uuid(),
        next.state().as_str(),
        attempt,
        cause,
        next.seconds(),
    )
    .execute(&mut *db)
    .await?;
    if updated.rows_affected() == 0 {
        return Ok(false);
    }
    if next == Next::DeadLetter {
        bury(db, consumer, aggregate, event).await?;
    }
    Ok(true)
}

/// The blocked event becomes a dead letter; one that was redriven in vain is dead again.
async fn bury(db: &mut PgConnection, consumer: &str, aggregate: Uuid, event: EventId) -> Result<()> {
    sqlx::query!(
        "INSERT INTO dead_letters (consumer, topic, partition, kafka_offset, key, payload, headers, cause, event_id, event_type, aggregate_id, sequence, attempt)
         SELECT consumer, topic, partition, kafka_offset, key, payload, headers, cause, event_id, event_type, aggregate_id, sequence, attempt
         FROM held_messages JOIN blocked_aggregates USING (consumer, aggregate_id, event_id)
         WHERE consumer = $1 AND aggregate_id = $2 AND event_id = $3
         ON CONFLICT (consumer, topic, partition, kafka_offset) DO UPDATE
         SET state = 'dead', cause = EXCLUDED.cause, attempt = EXCLUDED.attempt, event_id = EXCLUDED.event_id,
             event_type = EXCLUDED.event_type, aggregate_id = EXCLUDED.aggregate_id, sequence = EXCLUDED.sequence",
        consumer,
        aggregate,
        event.as_uuid(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps bytes that cannot be read; nothing is blocked, because nobody knows whose they are.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql bury_unreadable", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn bury_unreadable(db: &mut PgConnection, consumer: &str, topic: &str, message: &OwnedMessage, cause: &str) -> Result<()> {
    sqlx::query!(
        "INSERT INTO dead_letters (consumer, topic, partition, kafka_offset, key, payload, headers, cause) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (consumer, topic, partition, kafka_offset) DO UPDATE SET state = 'dead', cause = EXCLUDED.cause
         WHERE dead_letters.state = 'redriving'",
        consumer,
        topic,
        message.partition(),
        message.offset(),
        message.key(),
        message.payload(),
        headers(message),
        cause,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The event was handled after all, and what waits behind it may follow: the caller takes it with [`next_held`]. Should it die,
/// somebody else does after `lease`.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql settle_event", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn settle(db: &mut PgConnection, consumer: &str, aggregate: Uuid, event: EventId, lease: Duration) -> Result<()> {
    sqlx::query!(
        "WITH settled AS (DELETE FROM held_messages WHERE consumer = $1 AND aggregate_id = $2 AND event_id = $3),
              revived AS (UPDATE dead_letters SET state = 'redriven' WHERE consumer = $1 AND event_id = $3 AND state = 'redriving')
         UPDATE blocked_aggregates SET state = 'releasing', due_at = now() + make_interval(secs => $4)
         WHERE consumer = $1 AND aggregate_id = $2 AND (state = 'releasing' OR state = 'retrying' AND event_id = $3)",
        consumer,
        aggregate,
        event.as_uuid(),
        lease.as_secs_f64(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The first that waits for an aggregate which is being released.
///
/// # Errors
/// When the database does not answer.
pub async fn next_held(db: &mut PgConnection, consumer: &str, aggregate: Uuid) -> Result<Option<Held>> {
    Ok(sqlx::query_as!(
        Held,
        "SELECT h.event_id AS event, h.topic, h.partition, h.kafka_offset AS offset, h.key, h.payload, h.headers
         FROM held_messages h JOIN blocked_aggregates b USING (consumer, aggregate_id)
         WHERE consumer = $1 AND aggregate_id = $2 AND b.state = 'releasing' ORDER BY h.sequence, h.event_id LIMIT 1",
        consumer,
        aggregate,
    )
    .fetch_optional(db)
    .await?)
}

/// The aggregate goes on. False when something waits again; needs a transaction.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql unblock_aggregate", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn unblock(db: &mut PgConnection, consumer: &str, aggregate: Uuid) -> Result<bool> {
    // A lock and then a second look: whoever is parking has it shared, and its message must be seen.
    let state = sqlx::query_scalar!(
        "SELECT state FROM blocked_aggregates WHERE consumer = $1 AND aggregate_id = $2 FOR UPDATE",
        consumer,
        aggregate,
    )
    .fetch_optional(&mut *db)
    .await?;
    if state.as_deref() != Some(State::Releasing.as_str()) {
        return Ok(true);
    }
    let deleted = sqlx::query!(
        "DELETE FROM blocked_aggregates b WHERE consumer = $1 AND aggregate_id = $2
         AND NOT EXISTS (SELECT 1 FROM held_messages h WHERE h.consumer = b.consumer AND h.aggregate_id = b.aggregate_id)",
        consumer,
        aggregate,
    )
    .execute(db)
    .await?;
    Ok(deleted.rows_affected() == 1)
}

/// Takes aggregates of `consumer` that wait to be released: after a redrive or a discard, after their worker died, or because
/// their retry should have come `lost` ago and was lost. Nobody else takes them within `lease`.
///
/// # Errors
/// When the database does not answer.
pub async fn take_releases(db: &mut PgConnection, consumer: &str, limit: i64, lease: Duration, lost: Duration) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "WITH due AS (
             SELECT aggregate_id FROM blocked_aggregates
             WHERE consumer = $1 AND state <> 'dead' AND due_at <= now() - CASE state WHEN 'releasing' THEN interval '0' ELSE make_interval(secs => $4) END
             ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED)
         UPDATE blocked_aggregates b SET state = 'releasing', due_at = now() + make_interval(secs => $3)
         FROM due WHERE b.consumer = $1 AND b.aggregate_id = due.aggregate_id RETURNING b.aggregate_id",
        consumer,
        limit,
        lease.as_secs_f64(),
        lost.as_secs_f64(),
    )
    .fetch_all(db)
    .await?)
}

/// Bytes that could not be read and that an operator wants to be tried again. They are taken by [`settle_unreadable`].
///
/// # Errors
/// When the database does not answer.
pub async fn unreadable_to_redrive(db: &mut PgConnection, consumer: &str, limit: i64) -> Result<Vec<(i64, OwnedMessage)>> {
    let rows = sqlx::query!(
        "SELECT id, topic, partition, kafka_offset, key, payload FROM dead_letters
         WHERE consumer = $1 AND state = 'redriving' AND event_id IS NULL ORDER BY id LIMIT $2",
        consumer,
        limit,
    )
    .fetch_all(db)
    .await?;
    let message = |topic, partition, offset, key, payload| {
        OwnedMessage::new(payload, key, topic, rdkafka::Timestamp::NotAvailable, partition, offset, None)
    };
    Ok(rows.into_iter().map(|row| (row.id, message(row.topic, row.partition, row.kafka_offset, row.key, row.payload))).collect())
}

/// They could be read now, and were handled or have failed as an event does.
///
/// # Errors
/// When the database does not answer.
pub async fn settle_unreadable(db: &mut PgConnection, id: i64) -> Result<()> {
    sqlx::query!("UPDATE dead_letters SET state = 'redriven' WHERE id = $1 AND state = 'redriving'", id).execute(db).await?;
    Ok(())
}

fn headers(message: &OwnedMessage) -> Value {
    let mut texts = Map::new();
    for header in message.headers().into_iter().flat_map(|headers| headers.iter()) {
        let value = header.value.map_or(Value::Null, |value| String::from_utf8_lossy(value).into_owned().into());
        texts.insert(header.key.to_owned(), value);
    }
    Value::Object(texts)
}

/// How many there are of a consumer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    pub consumer: String,
    /// Aggregates whose event is on its way through the retry topics.
    pub retrying: i64,
    /// Events that wait behind a failed one.
    pub parked: i64,
    /// Dead letters that nobody has decided about.
    pub dead: i64,
}

/// By consumer; those without any are left out.
///
/// # Errors
/// When the database does not answer.
pub async fn counts(db: &mut PgConnection) -> Result<Vec<Counts>> {
    Ok(sqlx::query_as!(
        Counts,
        r#"SELECT consumer AS "consumer!", sum(retrying)::bigint AS "retrying!", sum(parked)::bigint AS "parked!", sum(dead)::bigint AS "dead!"
           FROM (SELECT consumer, 1 AS retrying, 0 AS parked, 0 AS dead FROM blocked_aggregates WHERE state = 'retrying'
                 UNION ALL
                 SELECT h.consumer, 0, 1, 0 FROM held_messages h JOIN blocked_aggregates b USING (consumer, aggregate_id)
                 WHERE h.event_id <> b.event_id
                 UNION ALL
                 SELECT consumer, 0, 0, 1 FROM dead_letters WHERE state = 'dead') AS each
           GROUP BY consumer ORDER BY consumer"#,
    )
    .fetch_all(db)
    .await?)
}

/// A dead letter as operators see it.
#[derive(Debug, Clone)]
pub struct DeadLetter {
    pub id: i64,
    pub consumer: String,
    pub topic: String,
    pub partition: i32,
    pub offset: i64,
    pub payload: Option<Vec<u8>>,
    /// As text by name; `traceparent` is the trace that the event belongs to.
    pub headers: Value,
    pub cause: String,
    /// How often it failed.
    pub attempt: i32,
    /// `dead`, `redriving`, `redriven` or `discarded`.
    pub state: String,
    /// None where the bytes could not be read.
    pub event_id: Option<Uuid>,
    pub event_type: Option<String>,
    pub aggregate_id: Option<Uuid>,
    pub sequence: Option<i64>,
    pub created_at: OffsetDateTime,
    /// How many later events of the aggregate wait behind it.
    pub parked: i64,
}

/// Which dead letters: those of a state, of a consumer and of causes that begin so, before an id; the newest first.
#[derive(Debug, Default, Clone)]
pub struct Filter<'a> {
    pub state: Option<&'a str>,
    pub consumer: Option<&'a str>,
    pub cause: Option<&'a str>,
    pub before: Option<i64>,
}

/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql list_dead_letters", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn list(db: &mut PgConnection, filter: &Filter<'_>, limit: i64) -> Result<Vec<DeadLetter>> {
    Ok(sqlx::query_as!(
        DeadLetter,
        r#"SELECT id, consumer, topic, partition, kafka_offset AS offset, payload, headers, cause, attempt, state, event_id, event_type,
                  aggregate_id, sequence, created_at,
                  (SELECT count(*) FROM held_messages h JOIN blocked_aggregates b USING (consumer, aggregate_id)
                   WHERE h.consumer = d.consumer AND h.aggregate_id = d.aggregate_id AND b.event_id = d.event_id
                     AND h.event_id <> d.event_id) AS "parked!"
           FROM dead_letters d
           WHERE ($1::text IS NULL OR state = $1) AND ($2::text IS NULL OR consumer = $2)
             AND ($3::text IS NULL OR starts_with(cause, $3)) AND ($4::bigint IS NULL OR id < $4)
           ORDER BY id DESC LIMIT $5"#,
        filter.state,
        filter.consumer,
        filter.cause,
        filter.before,
        limit,
    )
    .fetch_all(db)
    .await?)
}

/// # Errors
/// 404 when there is none.
#[tracing::instrument(skip_all, name = "sql find_dead_letter", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn find(db: &mut PgConnection, id: i64) -> Result<DeadLetter> {
    let before = id.checked_add(1).ok_or_else(Refusal::not_found)?;
    let newest = list(db, &Filter { before: Some(before), ..Filter::default() }, 1).await?;
    Ok(newest.into_iter().find(|letter| letter.id == id).ok_or_else(Refusal::not_found)?)
}

/// An event that waits behind a dead letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkedEvent {
    pub event_id: Uuid,
    pub event_type: String,
    pub sequence: i64,
    pub held_at: OffsetDateTime,
}

/// Up to `limit` of those that wait behind a dead letter, in their order.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql select_parked", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn parked(db: &mut PgConnection, letter: &DeadLetter, limit: i64) -> Result<Vec<ParkedEvent>> {
    Ok(sqlx::query_as!(
        ParkedEvent,
        "SELECT h.event_id, h.event_type, h.sequence, h.held_at
         FROM held_messages h JOIN blocked_aggregates b USING (consumer, aggregate_id)
         WHERE consumer = $1 AND aggregate_id = $2 AND b.event_id = $3 AND h.event_id <> $3 ORDER BY h.sequence, h.event_id LIMIT $4",
        letter.consumer,
        letter.aggregate_id,
        letter.event_id,
        limit,
    )
    .fetch_all(db)
    .await?)
}

/// What dead letters that nobody has decided about died of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    pub consumer: String,
    pub cause: String,
    pub count: i64,
}

/// The most frequent first, up to `limit`.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql select_causes", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn causes(db: &mut PgConnection, limit: i64) -> Result<Vec<Cause>> {
    Ok(sqlx::query_as!(
        Cause,
        r#"SELECT consumer, cause, count(*) AS "count!" FROM dead_letters WHERE state = 'dead'
           GROUP BY consumer, cause ORDER BY count(*) DESC, consumer, cause LIMIT $1"#,
        limit,
    )
    .fetch_all(db)
    .await?)
}

/// What was decided about a dead letter.
#[derive(Debug, Clone)]
pub struct Decision {
    /// `redrive` or `discard`.
    pub action: String,
    pub actor: String,
    pub reason: String,
    pub decided_at: OffsetDateTime,
}

/// The oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn decisions(db: &mut PgConnection, dead_letter: i64) -> Result<Vec<Decision>> {
    Ok(sqlx::query_as!(
        Decision,
        "SELECT action, actor, reason, decided_at FROM dead_letter_decisions WHERE dead_letter_id = $1 ORDER BY id",
        dead_letter,
    )
    .fetch_all(db)
    .await?)
}

/// Lets the worker try a dead letter again, and what waits behind it after that, in order. Needs a transaction.
///
/// # Errors
/// 404 when there is none, 409 `dead_letter_decided` when it is not dead (any more).
#[tracing::instrument(skip_all, name = "sql redrive_dead_letter", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn redrive(db: &mut PgConnection, id: i64, actor: &str, reason: &str) -> Result<()> {
    decide(db, id, "redrive", "redriving", actor, reason).await.map(drop)
}

/// [`redrive`] for up to `limit` dead letters of one consumer and cause, the oldest first; answers how many there were.
/// Needs a transaction.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql redrive_cause", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn redrive_cause(db: &mut PgConnection, consumer: &str, cause: &str, limit: i64, actor: &str, reason: &str) -> Result<u64> {
    // Locked by id, as by everybody who decides about several; one that somebody else decides about meanwhile is left out.
    let redriven = sqlx::query_scalar!(
        r#"WITH dead AS (
               SELECT id FROM dead_letters WHERE state = 'dead' AND consumer = $1 AND cause = $2 ORDER BY id LIMIT $3 FOR UPDATE
           ), redriven AS (
               UPDATE dead_letters d SET state = 'redriving' FROM dead WHERE d.id = dead.id
               RETURNING d.id, d.consumer, d.aggregate_id, d.event_id
           ), noted AS (
               INSERT INTO dead_letter_decisions (dead_letter_id, action, actor, reason) SELECT id, 'redrive', $4, $5 FROM redriven ORDER BY id
           ), released AS (
               UPDATE blocked_aggregates b SET state = 'releasing', due_at = now() FROM redriven r
               WHERE b.consumer = r.consumer AND b.aggregate_id = r.aggregate_id AND b.event_id = r.event_id AND b.state = 'dead'
           )
           SELECT count(*) AS "count!" FROM redriven"#,
        consumer,
        cause,
        limit,
        actor,
        reason,
    )
    .fetch_one(db)
    .await?;
    Ok(redriven.unsigned_abs())
}

/// Gives a dead letter up; what waits behind it goes on without it. The event counts as handled, should it come once more.
/// Needs a transaction.
///
/// # Errors
/// 404 when there is none, 409 `dead_letter_decided` when it is not dead (any more).
#[tracing::instrument(skip_all, name = "sql discard_dead_letter", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn discard(db: &mut PgConnection, id: i64, actor: &str, reason: &str) -> Result<()> {
    if let Some((consumer, aggregate, event)) = decide(db, id, "discard", "discarded", actor, reason).await? {
        crate::inbox::first_time(db, &consumer, event).await?;
        sqlx::query!(
            "DELETE FROM held_messages WHERE consumer = $1 AND aggregate_id = $2 AND event_id = $3",
            consumer,
            aggregate,
            event.as_uuid(),
        )
        .execute(db)
        .await?;
    }
    Ok(())
}

/// Notes the decision and releases the aggregate; answers with what the letter is about, where that is known.
async fn decide(
    db: &mut PgConnection,
    id: i64,
    action: &str,
    state: &str,
    actor: &str,
    reason: &str,
) -> Result<Option<(String, Uuid, EventId)>> {
    let letter = sqlx::query!("SELECT consumer, state, aggregate_id, event_id FROM dead_letters WHERE id = $1 FOR UPDATE", id)
        .fetch_optional(&mut *db)
        .await?
        .ok_or_else(Refusal::not_found)?;
    if letter.state != State::Dead.as_str() {
        return Err(Refusal::conflict(
            "dead_letter_decided",
            "This dead letter is not dead",
            format!("It is {}: somebody has decided about it already.", letter.state),
        )
        .into());
    }
    sqlx::query!("UPDATE dead_letters SET state = $2 WHERE id = $1", id, state).execute(&mut *db).await?;
    sqlx::query!(
        "INSERT INTO dead_letter_decisions (dead_letter_id, action, actor, reason) VALUES ($1, $2, $3, $4)",
        id,
        action,
        actor,
        reason,
    )
    .execute(&mut *db)
    .await?;
    let (Some(aggregate), Some(event)) = (letter.aggregate_id, letter.event_id) else { return Ok(None) };
    sqlx::query!(
        "UPDATE blocked_aggregates SET state = 'releasing', due_at = now()
         WHERE consumer = $1 AND aggregate_id = $2 AND event_id = $3 AND state = 'dead'",
        letter.consumer,
        aggregate,
        event,
    )
    .execute(db)
    .await?;
    Ok(Some((letter.consumer, aggregate, EventId::from_uuid(event))))
}
