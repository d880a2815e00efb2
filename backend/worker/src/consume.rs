//! The one consumer loop: decode, handle (inbox and effect in one transaction), then commit the offset.

use std::time::Duration;

use rdkafka::{
    Message,
    consumer::{CommitMode, Consumer as _, StreamConsumer},
    message::BorrowedMessage,
};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, info_span};
use tradewind_events::{Envelope, topics::headers};
use tradewind_kit::{error::chain, kafka, telemetry};

use crate::{dead_letters, dispatch::Consumer, saga::Saga};

/// A message that cannot be handled right now is tried again after these pauses, the last of them for ever:
/// what stands behind it in its partition waits, and nothing is skipped.
const PAUSES: [Duration; 4] = [Duration::from_millis(100), Duration::from_millis(500), Duration::from_secs(2), Duration::from_secs(5)];

/// Consumes until `stop`.
pub async fn run(consumer: &'static Consumer, messages: StreamConsumer, saga: Saga, stop: CancellationToken) {
    if let Err(error) = messages.subscribe(consumer.topics) {
        tracing::error!(%error, consumer = consumer.name, "cannot subscribe");
        return;
    }
    loop {
        let message = tokio::select! {
            () = stop.cancelled() => break,
            message = messages.recv() => message,
        };
        match message {
            Ok(message) => {
                if !handle_until_done(consumer, &message, &saga, &stop).await {
                    break;
                }
                if let Err(error) =
                    messages.store_offset_from_message(&message).and_then(|()| messages.commit_consumer_state(CommitMode::Async))
                {
                    // The message comes again; the inbox knows it.
                    tracing::warn!(%error, consumer = consumer.name, "an offset was not committed");
                }
            }
            Err(error) => {
                tracing::warn!(%error, consumer = consumer.name, "no messages right now");
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        }
    }
    // What was handled, and only that, is told before the group is left.
    let _ = messages.commit_consumer_state(CommitMode::Sync);
}

/// True when the message is dealt with; false when `stop` came first.
async fn handle_until_done(consumer: &'static Consumer, message: &BorrowedMessage<'_>, saga: &Saga, stop: &CancellationToken) -> bool {
    let mut pauses = PAUSES.iter().copied();
    let mut pause = PAUSES[0];
    loop {
        let Err(error) = handle(consumer, message, saga).await else { return true };
        pause = pauses.next().unwrap_or(pause);
        tracing::warn!(
            error = chain(&error),
            consumer = consumer.name,
            topic = message.topic(),
            offset = message.offset(),
            "will be tried again"
        );
        tokio::select! { () = tokio::time::sleep(pause) => {}, () = stop.cancelled() => return false }
    }
}

async fn handle(consumer: &'static Consumer, message: &BorrowedMessage<'_>, saga: &Saga) -> tradewind_kit::Result<()> {
    let kind = kafka::header(message, headers::EVENT_TYPE).unwrap_or_default();
    let Some((_, handler)) = consumer.handlers.iter().find(|(handled, _)| *handled == kind) else { return Ok(()) };
    let span = info_span!(
        "process",
        otel.name = format!("{} process", message.topic()),
        otel.kind = "consumer",
        messaging.system = "kafka",
        messaging.destination.name = message.topic(),
        messaging.consumer.group.name = consumer.name,
        messaging.message.id = kafka::header(message, headers::EVENT_ID),
        event = kind,
    );
    telemetry::continue_trace(&span, kafka::header(message, headers::TRACEPARENT));
    async {
        match serde_json::from_slice::<Envelope>(message.payload().unwrap_or_default()) {
            Ok(envelope) => match handler(saga, &envelope, consumer.name).await {
                Err(tradewind_kit::Error::Json(error)) => dead_letters::keep(saga, consumer.name, message, &error.to_string()).await,
                other => other,
            },
            Err(error) => dead_letters::keep(saga, consumer.name, message, &error.to_string()).await,
        }
    }
    .instrument(span.clone())
    .await
}
