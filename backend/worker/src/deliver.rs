//! What happens to one message: handled, skipped, tried again, parked behind a failed one, or put aside for good (ADR 0009).

use std::{
    panic::AssertUnwindSafe,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use futures::FutureExt;
use rdkafka::{
    Message,
    message::{Header, OwnedHeaders, OwnedMessage},
    producer::{FutureProducer, FutureRecord},
    util::Timeout,
};
use sqlx::Connection;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, info_span};
use tradewind_events::{
    Envelope, catalogue,
    topics::{self, headers},
};
use tradewind_kit::{
    Error,
    database::Database,
    error::chain,
    failpoints,
    failures::{self, Block, Next, Parked, State},
    kafka, telemetry,
};

use crate::{
    dispatch::{Consumer, Handles},
    metrics::{self, Skip},
    release,
};

/// What every consumer of a process shares.
#[derive(Clone)]
pub struct Pipe<C> {
    /// With the inbox, and with what is held back.
    pub database: Database,
    pub producer: FutureProducer,
    pub brokers: String,
    /// Before every topic and group.
    pub prefix: String,
    pub instance: String,
    /// See `kafka::consumer`.
    pub member: Option<String>,
    /// How long a message stays in each of `topics::RETRIES`.
    pub delays: [Duration; topics::RETRIES.len()],
    pub context: C,
}

pub(crate) struct Delivery<C: 'static> {
    pub consumer: &'static Consumer<C>,
    pub pipe: Pipe<C>,
    pub stop: CancellationToken,
}

/// A failure that may be over in a moment is tried again at once, after these pauses; only then does it cost a detour.
const TRIES: [Duration; 2] = [Duration::from_millis(50), Duration::from_millis(250)];
/// While the database or Kafka is away nothing can be noted or sent: the message is tried again where it is, the last pause for ever.
const OUTAGE_PAUSES: [Duration; 4] =
    [Duration::from_millis(100), Duration::from_millis(500), Duration::from_secs(2), Duration::from_secs(5)];
const SEND_TIMEOUT: Duration = Duration::from_secs(5);
/// Longer than a cause needs to be; a header and a table row hold it.
const CAUSE_MAX: usize = 1_000;

/// Why a message could not be dealt with at all, for now.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Held {
    #[error(transparent)]
    Database(#[from] Error),
    #[error("a message was not sent on")]
    Kafka(#[from] rdkafka::error::KafkaError),
}

impl From<sqlx::Error> for Held {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

/// How the handler failed.
pub(crate) struct Failure {
    pub cause: String,
    /// No retry can help: the payload is not what its type says.
    pub permanent: bool,
}

impl Failure {
    fn of(error: &Error) -> Self {
        let mut cause = chain(error);
        while cause.len() > CAUSE_MAX {
            cause.pop();
        }
        Self { cause, permanent: matches!(error, Error::Json(_)) }
    }

    /// What comes after the `attempt`-th failure.
    pub fn next(&self, attempt: i32, delays: &[Duration]) -> Next {
        match stage(attempt).and_then(|stage| delays.get(stage)) {
            Some(delay) if !self.permanent => Next::RetryAfter(*delay),
            _ => Next::DeadLetter,
        }
    }
}

/// Which of `topics::RETRIES` follows the `attempt`-th failure.
fn stage(attempt: i32) -> Option<usize> {
    usize::try_from(attempt).ok()?.checked_sub(1).filter(|stage| *stage < topics::RETRIES.len())
}

/// A topic's own name, and which retry it is.
fn origin<'a>(prefix: &str, topic: &'a str) -> (&'a str, Option<usize>) {
    let name = topic.strip_prefix(prefix).unwrap_or(topic);
    match topics::RETRIES.iter().enumerate().find_map(|(stage, suffix)| Some((name.strip_suffix(suffix)?, stage))) {
        Some((name, stage)) => (name, Some(stage)),
        None => (name, None),
    }
}

impl<C: Clone + Send + Sync + 'static> Delivery<C> {
    /// True when the message is dealt with; false when it was told to stop first.
    pub async fn deliver(&self, message: &OwnedMessage, revoked: &CancellationToken) -> bool {
        let (topic, retry) = origin(&self.pipe.prefix, message.topic());
        if retry.is_some() {
            if kafka::header(message, headers::CONSUMER) != Some(self.consumer.name) {
                return true;
            }
            tokio::select! {
                () = until_due(message) => {},
                () = revoked.cancelled() => return false,
                () = self.stop.cancelled() => return false,
            }
        }
        let kind = kafka::header(message, headers::EVENT_TYPE).unwrap_or_default();
        // Before anything is read, traced or asked for: most messages are somebody else's.
        let version = kafka::header(message, headers::EVENT_VERSION).and_then(|text| text.parse().ok());
        if !kind.is_empty()
            && let Err(reason) = self.handles(kind, version.unwrap_or_default())
        {
            metrics::skipped(self.consumer.name, reason);
            return true;
        }
        let span = info_span!(
            "process",
            otel.name = format!("{topic} process"),
            otel.kind = "consumer",
            messaging.system = "kafka",
            messaging.destination.name = message.topic(),
            messaging.consumer.group.name = self.consumer.name,
            messaging.message.id = kafka::header(message, headers::EVENT_ID),
            event = kind,
        );
        telemetry::continue_trace(&span, kafka::header(message, headers::TRACEPARENT));
        self.deliver_until_done(topic, message, revoked).instrument(span.clone()).await
    }

    async fn deliver_until_done(&self, topic: &str, message: &OwnedMessage, revoked: &CancellationToken) -> bool {
        let mut pauses = OUTAGE_PAUSES.iter().copied();
        let mut pause = OUTAGE_PAUSES[0];
        loop {
            let Err(error) = self.take(topic, message).await else { return true };
            pause = pauses.next().unwrap_or(pause);
            tracing::warn!(
                error = chain(&error),
                consumer = self.consumer.name,
                topic = message.topic(),
                offset = message.offset(),
                "will be tried again"
            );
            tokio::select! {
                () = tokio::time::sleep(pause) => {},
                () = revoked.cancelled() => return false,
                () = self.stop.cancelled() => return false,
            }
        }
    }

    /// What handles an event, or why nothing does.
    pub fn handles(&self, kind: &str, version: i32) -> Result<&'static Handles<C>, Skip> {
        match self.consumer.handlers.iter().find(|handles| handles.kind == kind) {
            Some(handles) if version > handles.version => Err(Skip::NewerVersion),
            Some(handles) => Ok(handles),
            None if catalogue::ALL.iter().any(|known| known.kind == kind) => Err(Skip::NotHandled),
            None => Err(Skip::UnknownType),
        }
    }

    /// Deals with a message of `topic`, or of a retry of it.
    pub async fn take(&self, topic: &str, message: &OwnedMessage) -> Result<(), Held> {
        let envelope = match serde_json::from_slice::<Envelope>(message.payload().unwrap_or_default()) {
            Ok(envelope) => envelope,
            Err(error) => return self.bury_unreadable(topic, message, &error.to_string()).await,
        };
        let handles = match self.handles(&envelope.kind, envelope.version) {
            Ok(handles) => handles,
            Err(reason) => {
                metrics::skipped(self.consumer.name, reason);
                return Ok(());
            }
        };
        match kafka::header(message, headers::ATTEMPT).and_then(|text| text.parse().ok()) {
            Some(attempt) => self.take_retry(topic, message, &envelope, handles, attempt).await,
            None => self.take_first(topic, message, &envelope, handles).await,
        }
    }

    async fn take_first(&self, topic: &str, message: &OwnedMessage, envelope: &Envelope, handles: &Handles<C>) -> Result<(), Held> {
        let name = self.consumer.name;
        loop {
            let mut db = self.pipe.database.writer().await?;
            if failures::find_block(&mut db, name, envelope.aggregate_id).await?.is_some() {
                let mut transaction = db.begin().await?;
                let parked = failures::park(&mut transaction, name, topic, message, envelope).await?;
                failpoints::reach(failpoints::PARK_BEFORE_COMMIT);
                transaction.commit().await?;
                match parked {
                    Parked::Waits => {
                        failpoints::reach(failpoints::PARK_AFTER_COMMIT);
                        metrics::parked(name);
                        return Ok(());
                    }
                    // It comes again because whoever noted the failure died before it told everybody.
                    Parked::IsTheFailed(block) if block.attempt == 1 => return self.send_on(topic, message, &block).await,
                    Parked::IsTheFailed(_) => return Ok(()),
                    Parked::NotBlocked => {}
                }
            }
            drop(db);
            failpoints::reach(failpoints::CONSUMER_BEFORE_HANDLE);
            let Err(failure) = self.handle(handles, envelope).await else { return Ok(()) };
            let next = failure.next(1, &self.pipe.delays);
            let mut db = self.pipe.database.writer().await?;
            let mut transaction = db.begin().await?;
            let blocked = failures::block(&mut transaction, name, topic, message, envelope, &failure.cause, next).await?;
            transaction.commit().await?;
            if !blocked {
                // Another instance, which had this partition or has it now, was quicker: look again.
                continue;
            }
            let block = failures::find_block(&mut db, name, envelope.aggregate_id).await?;
            drop(db);
            return match block {
                Some(block) if block.event == envelope.id => self.send_on(topic, message, &block).await,
                _ => Ok(()),
            };
        }
    }

    /// A message of a retry topic, which has failed `attempt` times. It counts only while the aggregate waits for it.
    async fn take_retry(
        &self,
        topic: &str,
        message: &OwnedMessage,
        envelope: &Envelope,
        handles: &Handles<C>,
        attempt: i32,
    ) -> Result<(), Held> {
        let name = self.consumer.name;
        let mut db = self.pipe.database.writer().await?;
        let block = failures::find_block(&mut db, name, envelope.aggregate_id).await?;
        drop(db);
        match block {
            Some(block) if block.event == envelope.id && block.state == State::Retrying && block.attempt == attempt => {
                match self.handle(handles, envelope).await {
                    Ok(()) => {
                        failpoints::reach(failpoints::RETRY_AFTER_SUCCESS);
                        release::settle_and_release(self, envelope).await
                    }
                    Err(failure) => self.fail_again(topic, message, envelope, attempt + 1, &failure).await,
                }
            }
            // Noted, and perhaps not sent: whoever did it died in between.
            Some(block) if block.event == envelope.id && block.state != State::Releasing && block.attempt == attempt + 1 => {
                self.send_on(topic, message, &block).await
            }
            _ => Ok(()),
        }
    }

    /// The `attempt`-th failure of the event that its aggregate waits for, or the first of one that is being released.
    pub async fn fail_again(
        &self,
        topic: &str,
        message: &OwnedMessage,
        envelope: &Envelope,
        attempt: i32,
        failure: &Failure,
    ) -> Result<(), Held> {
        let (name, next) = (self.consumer.name, failure.next(attempt, &self.pipe.delays));
        let mut db = self.pipe.database.writer().await?;
        let mut transaction = db.begin().await?;
        let failed =
            failures::fail_again(&mut transaction, name, envelope.aggregate_id, envelope.id, attempt, &failure.cause, next).await?;
        transaction.commit().await?;
        let block = failures::find_block(&mut db, name, envelope.aggregate_id).await?;
        drop(db);
        match block {
            Some(block) if failed && block.event == envelope.id => self.send_on(topic, message, &block).await,
            _ => Ok(()),
        }
    }

    /// The effect, tried a few times. A handler that panics has failed like any other.
    pub async fn handle(&self, handles: &Handles<C>, envelope: &Envelope) -> Result<(), Failure> {
        let name = self.consumer.name;
        let mut pauses = TRIES.iter();
        loop {
            let handled = AssertUnwindSafe((handles.handle)(&self.pipe.context, envelope, name)).catch_unwind().await;
            let error = match handled {
                Ok(Ok(())) => {
                    metrics::handled(name);
                    return Ok(());
                }
                Ok(Err(error)) => error,
                Err(_) => Error::Corrupt("the handler panicked".to_owned()),
            };
            let failure = Failure::of(&error);
            match pauses.next() {
                Some(pause) if !failure.permanent => tokio::time::sleep(*pause).await,
                _ => {
                    tracing::warn!(error = failure.cause, consumer = name, event_id = %envelope.id, event = envelope.kind, "an event failed");
                    return Err(failure);
                }
            }
        }
    }

    /// Sends a failed message where its block says that it is: to the next retry topic, or to the dead letters.
    async fn send_on(&self, topic: &str, message: &OwnedMessage, block: &Block) -> Result<(), Held> {
        match (block.state, stage(block.attempt)) {
            (State::Retrying, Some(stage)) => {
                failpoints::reach(failpoints::RETRY_BEFORE_SEND);
                let suffix = topics::RETRIES[stage];
                let due_ms = block.due_at.unix_timestamp_nanos() / 1_000_000;
                self.send(topic, suffix, message, block.attempt, &block.cause, Some(due_ms)).await?;
                metrics::retried(self.consumer.name, suffix);
                failpoints::reach(failpoints::RETRY_AFTER_SEND);
            }
            (State::Dead, _) => {
                failpoints::reach(failpoints::DEAD_LETTER_BEFORE_SEND);
                self.send(topic, topics::DEAD_LETTER, message, block.attempt, &block.cause, None).await?;
                metrics::dead_lettered(self.consumer.name);
                tracing::error!(consumer = self.consumer.name, topic, event_id = %block.event, cause = block.cause, "a dead letter");
                failpoints::reach(failpoints::DEAD_LETTER_AFTER_SEND);
            }
            (State::Releasing | State::Retrying, _) => {}
        }
        Ok(())
    }

    async fn bury_unreadable(&self, topic: &str, message: &OwnedMessage, cause: &str) -> Result<(), Held> {
        tracing::error!(
            consumer = self.consumer.name,
            topic,
            partition = message.partition(),
            offset = message.offset(),
            cause,
            "a message cannot be read"
        );
        let mut db = self.pipe.database.writer().await?;
        failures::bury_unreadable(&mut db, self.consumer.name, topic, message, cause).await?;
        drop(db);
        self.send(topic, topics::DEAD_LETTER, message, 1, cause, None).await?;
        metrics::dead_lettered(self.consumer.name);
        Ok(())
    }

    /// The same key, bytes and event headers, with who failed, how often and why.
    async fn send(
        &self,
        topic: &str,
        suffix: &str,
        message: &OwnedMessage,
        attempt: i32,
        cause: &str,
        due_ms: Option<i128>,
    ) -> Result<(), Held> {
        let attempt = attempt.to_string();
        let due_ms = due_ms.map(|due| due.to_string());
        let mut sent = OwnedHeaders::new();
        for name in [headers::EVENT_ID, headers::EVENT_TYPE, headers::EVENT_VERSION, headers::TRACEPARENT] {
            if let Some(value) = kafka::header(message, name) {
                sent = sent.insert(Header { key: name, value: Some(value) });
            }
        }
        sent = sent
            .insert(Header { key: headers::CONSUMER, value: Some(self.consumer.name) })
            .insert(Header { key: headers::ATTEMPT, value: Some(&attempt) })
            .insert(Header { key: headers::CAUSE, value: Some(cause) });
        if let Some(due_ms) = &due_ms {
            sent = sent.insert(Header { key: headers::NOT_BEFORE_MS, value: Some(due_ms) });
        }
        let to = format!("{}{topic}{suffix}", self.pipe.prefix);
        let mut record = FutureRecord::<[u8], [u8]>::to(&to).headers(sent);
        if let Some(key) = message.key() {
            record = record.key(key);
        }
        if let Some(payload) = message.payload() {
            record = record.payload(payload);
        }
        self.pipe.producer.send(record, Timeout::After(SEND_TIMEOUT)).await.map_err(|(error, _)| error)?;
        Ok(())
    }
}

/// All messages of a retry topic wait equally long, so the first is due first.
async fn until_due(message: &OwnedMessage) {
    let Some(due_ms) = kafka::header(message, headers::NOT_BEFORE_MS).and_then(|text| text.parse().ok()) else { return };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    tokio::time::sleep(Duration::from_millis(due_ms).saturating_sub(now)).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_goes_from_retry_to_retry_and_then_to_the_dead_letters() {
        let delays = [1, 2, 3].map(Duration::from_secs);
        let next = |permanent, attempt| Failure { cause: String::new(), permanent }.next(attempt, &delays);
        assert_eq!([1, 2, 3].map(|attempt| next(false, attempt)), delays.map(Next::RetryAfter));
        assert_eq!([next(false, 4), next(true, 1)], [Next::DeadLetter; 2]);
    }

    #[test]
    fn a_retry_topic_belongs_to_its_topic() {
        assert_eq!(origin("", "order-events"), ("order-events", None));
        assert_eq!(origin("test.", "test.order-events.retry.1m"), ("order-events", Some(1)));
        assert_eq!(origin("", "order-events.retry.10m"), ("order-events", Some(2)));
    }
}
