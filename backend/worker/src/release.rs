//! What waited behind a failed event is handled, in order, once that has succeeded or an operator has decided about it.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    Timestamp,
    message::{Header, OwnedHeaders, OwnedMessage},
};
use serde_json::Value;
use sqlx::Connection;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, info_span};
use tradewind_events::{Envelope, topics::headers};
use tradewind_kit::{error::chain, failpoints, failures, telemetry};
use uuid::Uuid;

use crate::{
    deliver::{Delivery, Held},
    metrics,
};

/// How soon an operator's decision shows.
const PAUSE: Duration = Duration::from_secs(1);
/// Aggregates at a time.
const BATCH: i64 = 50;
/// Whoever releases an aggregate and dies is followed by another after this; it is renewed with each event.
const LEASE: Duration = Duration::from_secs(20);
/// A retry that is so late is not coming: its message was lost with Kafka's disk, or before it was sent.
const LOST: Duration = Duration::from_secs(5 * 60);

/// Releases what is due until `stop`.
pub(crate) async fn run<C: Clone + Send + Sync + 'static>(delivery: Arc<Delivery<C>>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = sweep(&delivery).await {
            tracing::warn!(error = chain(&error), consumer = delivery.consumer.name, "what waits is not released yet");
        }
        tokio::select! { () = tokio::time::sleep(PAUSE) => {}, () = stop.cancelled() => {} }
    }
}

async fn sweep<C: Clone + Send + Sync + 'static>(delivery: &Delivery<C>) -> Result<(), Held> {
    let name = delivery.consumer.name;
    let mut db = delivery.pipe.database.writer().await?;
    let due = failures::take_releases(&mut db, name, BATCH, LEASE, LOST).await?;
    let unreadable = failures::unreadable_to_redrive(&mut db, name, BATCH).await?;
    drop(db);
    for aggregate in due {
        release(delivery, aggregate).await?;
    }
    for (id, message) in unreadable {
        use rdkafka::Message;
        delivery.take(message.topic(), &message).await?;
        failures::settle_unreadable(&mut *delivery.pipe.database.writer().await?, id).await?;
    }
    Ok(())
}

/// The event that its aggregate waited for is handled.
pub(crate) async fn settle_and_release<C: Clone + Send + Sync + 'static>(delivery: &Delivery<C>, envelope: &Envelope) -> Result<(), Held> {
    settle(delivery, envelope.aggregate_id, envelope.id).await?;
    release(delivery, envelope.aggregate_id).await
}

async fn settle<C>(delivery: &Delivery<C>, aggregate: Uuid, event: tradewind_contract::EventId) -> Result<(), Held> {
    let mut db = delivery.pipe.database.writer().await?;
    failures::settle(&mut db, delivery.consumer.name, aggregate, event, LEASE).await?;
    Ok(())
}

/// Handles what waits for an aggregate until nothing does, or until one fails: then that is what the rest waits for.
async fn release<C: Clone + Send + Sync + 'static>(delivery: &Delivery<C>, aggregate: Uuid) -> Result<(), Held> {
    let name = delivery.consumer.name;
    loop {
        let mut db = delivery.pipe.database.writer().await?;
        let Some(held) = failures::next_held(&mut db, name, aggregate).await? else {
            failpoints::reach(failpoints::RELEASE_BEFORE_UNBLOCK);
            let mut transaction = db.begin().await?;
            let unblocked = failures::unblock(&mut transaction, name, aggregate).await?;
            transaction.commit().await?;
            if unblocked {
                return Ok(());
            }
            continue;
        };
        drop(db);
        failpoints::reach(failpoints::RELEASE_BEFORE_HANDLE);
        let span = info_span!("release", otel.name = format!("{} release", held.topic), messaging.consumer.group.name = name);
        telemetry::continue_trace(&span, held.headers[headers::TRACEPARENT].as_str());
        if !release_one(delivery, aggregate, held).instrument(span).await? {
            return Ok(());
        }
    }
}

/// False when it failed.
async fn release_one<C>(delivery: &Delivery<C>, aggregate: Uuid, held: failures::Held) -> Result<bool, Held>
where
    C: Clone + Send + Sync + 'static,
{
    let event = held.event;
    let envelope: Envelope = serde_json::from_slice(&held.payload).map_err(tradewind_kit::Error::Json)?;
    match delivery.handles(&envelope.kind, envelope.version) {
        Err(reason) => metrics::skipped(delivery.consumer.name, reason),
        Ok(handles) => {
            if let Err(failure) = delivery.handle(handles, &envelope).await {
                let topic = held.topic.clone();
                delivery.fail_again(&topic, &message(held), &envelope, 1, &failure).await?;
                return Ok(false);
            }
        }
    }
    failpoints::reach(failpoints::RELEASE_AFTER_HANDLE);
    settle(delivery, aggregate, event).await?;
    Ok(true)
}

/// As it was when it came first.
fn message(held: failures::Held) -> OwnedMessage {
    let mut kept = OwnedHeaders::new();
    if let Value::Object(texts) = &held.headers {
        for (name, value) in texts {
            kept = kept.insert(Header { key: name, value: value.as_str() });
        }
    }
    OwnedMessage::new(Some(held.payload), held.key, held.topic, Timestamp::NotAvailable, held.partition, held.offset, Some(kept))
}
