//! Fills the `check_` tables of a snapshot. What is compared is compared by Postgres, so a check needs the same memory for a hundred
//! orders as for a million.

use anyhow::{Context, Result};
use sqlx::{PgConnection, Postgres, QueryBuilder};
use tradewind_order::orders::way::WAY;
use uuid::Uuid;

use crate::{
    Shop,
    consumers::CONSUMERS,
    history::{self, Outcome, Seen},
    messages::{Content, Message},
};

/// Rows to a statement: five columns each at most, and Postgres takes 65,535 parameters.
const LINES: usize = 4_000;

/// Makes the tables, empty.
///
/// # Errors
/// When the database does not answer or grants no temporary tables.
pub async fn create(db: &mut PgConnection) -> Result<()> {
    sqlx::raw_sql(include_str!("scratch.sql")).execute(db).await?;
    Ok(())
}

/// Fills in what is known beforehand, everything in Kafka, and what follows from both.
///
/// # Errors
/// When the database or Kafka does not answer.
pub async fn fill(db: &mut PgConnection, shop: &Shop, feeds: &[&'static str], read: &[&'static str]) -> Result<()> {
    insert_horizons(db, shop).await?;
    insert_tables(db, feeds).await?;
    let mut reading = shop.messages.read(read);
    while let Some(piece) = reading.pieces.recv().await {
        insert_messages(db, &piece).await?;
    }
    for truncated in reading.truncated.await?? {
        sqlx::query("INSERT INTO check_truncated VALUES ($1, $2, $3)")
            .bind(truncated.topic)
            .bind(truncated.partition)
            .bind(truncated.first_at)
            .execute(&mut *db)
            .await?;
    }
    // Repetitions are left out: of each event the first message counts.
    sqlx::raw_sql(
        "CREATE TEMP TABLE check_events ON COMMIT DROP AS
             SELECT DISTINCT ON (event_id) * FROM check_published ORDER BY event_id, partition, kafka_offset;
         ANALYZE check_published; ANALYZE check_events",
    )
    .execute(&mut *db)
    .await?;
    insert_put_aside(db).await
}

/// Retention takes the oldest rows, in the order in which they were published or handled. Whatever is not older than the oldest row
/// that is left was therefore not pruned; and nothing is pruned before it is `kept` old.
async fn insert_horizons(db: &mut PgConnection, shop: &Shop) -> Result<()> {
    let kept_s = shop.kept.as_secs_f64();
    // An event occurs before it is published: above the younger of both minima nothing is missing, whichever retention goes by.
    sqlx::query(
        "INSERT INTO check_horizon
         SELECT least(greatest(min(occurred_at), min(published_at)), now() - make_interval(secs => $1)) FROM outbox",
    )
    .bind(kept_s)
    .execute(&mut *db)
    .await?;
    for consumer in CONSUMERS.iter().filter(|consumer| consumer.notes) {
        sqlx::query(
            "INSERT INTO check_consumers
             SELECT $1, event_type, (SELECT least(min(handled_at), now() - make_interval(secs => $3)) FROM inbox WHERE consumer = $1)
             FROM unnest($2::text[]) AS event_type",
        )
        .bind(consumer.name)
        .bind(consumer.events)
        .bind(kept_s)
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

async fn insert_tables(db: &mut PgConnection, feeds: &[&'static str]) -> Result<()> {
    sqlx::query("INSERT INTO check_topics SELECT unnest($1::text[])").bind(feeds).execute(&mut *db).await?;
    let steps = WAY.iter().map(|step| (Some(step.from.as_str()), step.to.as_str()));
    let (before, after): (Vec<Option<&str>>, Vec<&str>) = std::iter::once((None, "placed")).chain(steps).unzip();
    sqlx::query("INSERT INTO check_steps SELECT * FROM unnest($1::text[], $2::text[])").bind(before).bind(after).execute(db).await?;
    Ok(())
}

async fn insert_messages(db: &mut PgConnection, messages: &[Message]) -> Result<()> {
    let (mut topics, mut partitions, mut offsets, mut times) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut ids, mut types, mut aggregates, mut sequences, mut occurred) = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for message in messages {
        match &message.content {
            Content::Unreadable { event_type } => insert_unreadable(db, message, event_type.as_deref()).await?,
            Content::Event(event) => {
                topics.push(message.topic);
                partitions.push(message.partition);
                offsets.push(message.offset);
                times.push(message.at);
                ids.push(event.id);
                types.push(text(&event.kind));
                aggregates.push(event.aggregate_id);
                sequences.push(event.sequence);
                occurred.push(event.occurred_at);
            }
        }
    }
    sqlx::query(
        "INSERT INTO check_published SELECT * FROM unnest($1::text[], $2::integer[], $3::bigint[], $4::timestamptz[], $5::uuid[], $6::text[],
             $7::uuid[], $8::bigint[], $9::timestamptz[])",
    )
    .bind(topics)
    .bind(partitions)
    .bind(offsets)
    .bind(times)
    .bind(ids)
    .bind(types)
    .bind(aggregates)
    .bind(sequences)
    .bind(occurred)
    .execute(db)
    .await?;
    Ok(())
}

async fn insert_unreadable(db: &mut PgConnection, message: &Message, event_type: Option<&str>) -> Result<()> {
    sqlx::query("INSERT INTO check_unreadable VALUES ($1, $2, $3, $4, $5)")
        .bind(message.topic)
        .bind(message.partition)
        .bind(message.offset)
        .bind(message.at)
        .bind(event_type.map(text))
        .execute(db)
        .await?;
    Ok(())
}

/// Postgres' text holds everything but this one character, which poison may contain.
fn text(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// Which events the dead letters hold, by where their messages lie or by what a later release says of itself; and which wait.
async fn insert_put_aside(db: &mut PgConnection) -> Result<()> {
    // A redriven letter is none any more. What an operator discarded is settled, and no longer held against anybody.
    sqlx::raw_sql(
        "INSERT INTO check_put_aside
         SELECT d.consumer, coalesce(p.event_id, d.event_id), d.state IN ('dead', 'redriving'), d.cause
         FROM (SELECT consumer, topic, partition, kafka_offset, cause, (to_jsonb(l) ->> 'event_id')::uuid AS event_id,
                   coalesce(to_jsonb(l) ->> 'state', 'dead') AS state FROM dead_letters l) d
         LEFT JOIN check_published p ON p.topic = d.topic AND p.partition = d.partition AND p.kafka_offset = d.kafka_offset
         WHERE d.state <> 'redriven' AND coalesce(p.event_id, d.event_id) IS NOT NULL",
    )
    .execute(&mut *db)
    .await?;
    if exists(db, "held_messages").await? {
        sqlx::raw_sql("INSERT INTO check_put_aside SELECT consumer, event_id, false, 'parked' FROM held_messages").execute(db).await?;
    }
    Ok(())
}

/// Whether the database has been migrated so far that it has this table.
///
/// # Errors
/// When it does not answer.
pub async fn exists(db: &mut PgConnection, table: &'static str) -> Result<bool> {
    Ok(sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL").bind(table).fetch_one(db).await?)
}

/// Fills in what clients saw.
///
/// # Errors
/// When the file cannot be read, a line is damaged, or the database does not answer.
pub async fn fill_history(db: &mut PgConnection, shop: &Shop) -> Result<()> {
    let Some(path) = shop.history.clone() else { return Ok(()) };
    let (sender, mut pieces) = tokio::sync::mpsc::channel::<Vec<(i64, Seen)>>(4);
    let reading = tokio::task::spawn_blocking(move || {
        let mut piece = Vec::new();
        history::read(&path, |number, seen| {
            piece.push((number, seen));
            if piece.len() == LINES {
                sender.blocking_send(std::mem::take(&mut piece)).context("nobody listens")?;
            }
            Ok(())
        })?;
        sender.blocking_send(piece).context("nobody listens")
    });
    while let Some(piece) = pieces.recv().await {
        insert_seen(db, &piece).await?;
    }
    reading.await??;
    sqlx::raw_sql("ANALYZE check_answers; ANALYZE check_writes; ANALYZE check_reads").execute(db).await?;
    Ok(())
}

async fn insert_seen(db: &mut PgConnection, piece: &[(i64, Seen)]) -> Result<()> {
    let answers = piece.iter().filter_map(|(line, seen)| match seen {
        Seen::Ordered { identity, key, outcome } => Some((*line, *identity, text(key), *outcome)),
        _ => None,
    });
    insert(
        db,
        "INSERT INTO check_answers (line, identity, key, outcome, order_id) ",
        answers,
        |mut row, (line, identity, key, outcome)| {
            let (word, made): (&str, Option<Uuid>) = match outcome {
                Outcome::Made(id) => ("made", Some(id)),
                Outcome::Refused => ("refused", None),
                Outcome::Unknown => ("unknown", None),
            };
            row.push_bind(line).push_bind(identity).push_bind(key).push_bind(word).push_bind(made);
        },
    )
    .await?;
    let writes = piece.iter().filter_map(|(_, seen)| match seen {
        Seen::Written { id, version, at } => Some((*id, *version, *at)),
        _ => None,
    });
    insert(db, "INSERT INTO check_writes (id, version, timeline, lsn) ", writes, |mut row, (id, version, at)| {
        row.push_bind(id).push_bind(version).push_bind(at.timeline).push_bind(at.lsn);
    })
    .await?;
    let reads = piece.iter().filter_map(|(line, seen)| match seen {
        Seen::Read { id, version, at } => Some((*line, *id, *version, *at)),
        _ => None,
    });
    insert(db, "INSERT INTO check_reads (line, id, version, timeline, lsn) ", reads, |mut row, (line, id, version, at)| {
        row.push_bind(line).push_bind(id).push_bind(version).push_bind(at.timeline).push_bind(at.lsn);
    })
    .await?;
    let poison = piece.iter().filter_map(|(_, seen)| match seen {
        Seen::Poison { event } => Some(*event),
        _ => None,
    });
    insert(db, "INSERT INTO check_poison (event_id) ", poison, |mut row, event| {
        row.push_bind(event);
    })
    .await
}

async fn insert<T>(
    db: &mut PgConnection,
    into: &'static str,
    rows: impl Iterator<Item = T>,
    each: impl FnMut(sqlx::query_builder::Separated<'_, Postgres, &'static str>, T),
) -> Result<()> {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return Ok(());
    }
    QueryBuilder::new(into).push_values(rows, each).build().execute(db).await?;
    Ok(())
}
