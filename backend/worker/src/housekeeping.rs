//! Forgets what has served its time, a batch at a time, so that no statement runs long; and looks how the pipe is doing.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tradewind_kit::{Result, database::Database, error::chain, failures, idempotency, inbox, outbox};

use crate::{metrics, queries};

const PAUSE: Duration = Duration::from_secs(10 * 60);
/// Rows to a statement.
const BATCH: i64 = 1_000;
/// Of the last events, for operators who look.
const LISTED_EVENTS_KEPT: i64 = 1_000;
const LOOK_PAUSE: Duration = Duration::from_secs(5);

/// How long things are kept.
#[derive(Debug, Clone, Copy)]
pub struct Retention {
    /// Published outbox rows. As long as Kafka keeps their messages: the two can be compared, and nothing else reads them.
    pub outbox: Duration,
    /// What was handled. Longer than Kafka keeps messages: even one that is read from the topic's beginning is known.
    pub inbox: Duration,
}

/// Sweeps `database` at once and then every ten minutes until `stop`. Several workers do no harm. `consumers` have their inbox there.
pub async fn run(database: Database, consumers: Vec<&'static str>, retention: Retention, stop: CancellationToken) {
    loop {
        match sweep(&database, &consumers, retention, &stop).await {
            Ok(0) => {}
            Ok(forgotten) => tracing::info!(database = database.name(), forgotten, "old answers and events forgotten"),
            Err(error) => tracing::warn!(error = chain(&error), database = database.name(), "old answers and events stay for now"),
        }
        tokio::select! { () = tokio::time::sleep(PAUSE) => {}, () = stop.cancelled() => return }
    }
}

/// What is forgotten in the end.
#[derive(Clone, Copy)]
enum Old {
    Answers,
    Published,
    HandledBy(&'static str),
    ListedEvents,
}

async fn sweep(database: &Database, consumers: &[&'static str], retention: Retention, stop: &CancellationToken) -> Result<u64> {
    let inboxes = consumers.iter().map(|consumer| Old::HandledBy(consumer));
    let mut forgotten = 0;
    // The reports are where their consumer is.
    let listed = (!consumers.is_empty()).then_some(Old::ListedEvents);
    for old in [Old::Answers, Old::Published].into_iter().chain(inboxes).chain(listed) {
        while !stop.is_cancelled() {
            let batch = forget(database, old, retention).await?;
            forgotten += batch;
            if batch < BATCH.unsigned_abs() {
                break;
            }
        }
    }
    Ok(forgotten)
}

async fn forget(database: &Database, old: Old, retention: Retention) -> Result<u64> {
    let mut db = database.writer().await?;
    match old {
        Old::Answers => idempotency::prune(&mut db, BATCH).await,
        Old::Published => outbox::prune(&mut db, retention.outbox, BATCH).await,
        Old::HandledBy(consumer) => inbox::prune(&mut db, consumer, retention.inbox, BATCH).await,
        Old::ListedEvents => queries::prune_listed_events(&mut db, LISTED_EVENTS_KEPT, BATCH).await,
    }
}

/// Tells the metrics, every few seconds until `stop`, what `consumers` hold back; `report.rs` tells what waits in the outboxes.
pub async fn look(database: Database, consumers: Vec<&'static str>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = look_once(&database, &consumers).await {
            tracing::debug!(error = chain(&error), database = database.name(), "nothing to tell");
        }
        tokio::select! { () = tokio::time::sleep(LOOK_PAUSE) => {}, () = stop.cancelled() => {} }
    }
}

async fn look_once(database: &Database, consumers: &[&'static str]) -> Result<()> {
    let mut db = database.writer().await?;
    let counts = failures::counts(&mut db).await?;
    for consumer in consumers {
        let of = counts.iter().find(|counts| counts.consumer == *consumer);
        metrics::held(consumer, "retrying", of.map_or(0, |counts| counts.retrying));
        metrics::held(consumer, "parked", of.map_or(0, |counts| counts.parked));
        metrics::held(consumer, "dead", of.map_or(0, |counts| counts.dead));
    }
    Ok(())
}
