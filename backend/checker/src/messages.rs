//! What is in Kafka, read to its end once and handed on in pieces, so that memory stays bounded however long the topics are.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use rdkafka::{
    ClientConfig, Message as _, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer as _},
    error::KafkaError,
    message::BorrowedMessage,
};
use serde::{Deserialize, de::IgnoredAny};
use time::OffsetDateTime;
use tokio::{sync::mpsc, task::JoinHandle};
use tradewind_contract::Timestamp;
use tradewind_events::topics::headers;
use tradewind_kit::kafka;
use uuid::Uuid;

use crate::consumers::Consumer;

/// Messages handed on at a time.
const PIECE: usize = 5_000;
/// Without any message for this long, the broker counts as silent.
const SILENCE: Duration = Duration::from_secs(30);
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// Where the messages come from.
#[derive(Debug, Clone)]
pub enum Messages {
    Kafka {
        brokers: String,
    },
    /// These, for tests.
    Given(Vec<Message>),
}

/// A message, without its payload.
#[derive(Debug, Clone)]
pub struct Message {
    pub topic: &'static str,
    pub partition: i32,
    pub offset: i64,
    /// When the broker was sent it.
    pub at: OffsetDateTime,
    pub content: Content,
}

#[derive(Debug, Clone)]
pub enum Content {
    Event(Event),
    /// No consumer can read it; what its header says it is.
    Unreadable {
        event_type: Option<String>,
    },
}

/// An envelope without its payload.
#[derive(Debug, Clone)]
pub struct Event {
    pub id: Uuid,
    pub kind: String,
    pub aggregate_id: Uuid,
    pub sequence: i64,
    pub occurred_at: OffsetDateTime,
}

/// What consumers read; the fields that are not kept must be there all the same.
#[derive(Deserialize)]
struct Envelope {
    id: Uuid,
    #[serde(rename = "type")]
    kind: String,
    #[serde(rename = "version")]
    _version: i32,
    aggregate_id: Uuid,
    sequence: i64,
    occurred_at: Timestamp,
    #[serde(rename = "payload")]
    _payload: IgnoredAny,
}

impl From<Envelope> for Event {
    fn from(Envelope { id, kind, aggregate_id, sequence, occurred_at, .. }: Envelope) -> Self {
        Self { id, kind, aggregate_id, sequence, occurred_at: occurred_at.0 }
    }
}

/// A partition whose oldest messages Kafka has forgotten, and when the first that is left was sent.
#[derive(Debug, Clone)]
pub struct Truncated {
    pub topic: &'static str,
    pub partition: i32,
    pub first_at: OffsetDateTime,
}

/// Messages as they come, and then which partitions do not begin at their beginning.
pub struct Reading {
    pub pieces: mpsc::Receiver<Vec<Message>>,
    pub truncated: JoinHandle<Result<Vec<Truncated>>>,
}

impl Messages {
    /// Reads `topics` up to where they end now.
    pub fn read(&self, topics: &[&'static str]) -> Reading {
        let (sender, pieces) = mpsc::channel(4);
        let topics = topics.to_vec();
        let truncated = match self.clone() {
            Self::Kafka { brokers } => tokio::task::spawn_blocking(move || {
                let mut truncated = Vec::new();
                for topic in topics {
                    read_topic(&brokers, topic, &sender, &mut truncated)
                        .with_context(|| format!("Kafka ({brokers}) cannot be asked for {topic}"))?;
                }
                Ok(truncated)
            }),
            Self::Given(mut messages) => tokio::spawn(async move {
                messages.retain(|message| topics.contains(&message.topic));
                sender.send(messages).await.ok();
                Ok(Vec::new())
            }),
        };
        Reading { pieces, truncated }
    }

    /// How many messages `consumers` have not dealt with yet, by what they committed.
    ///
    /// # Errors
    /// When Kafka does not answer.
    pub async fn lag(&self, consumers: &'static [Consumer], topics: &'static [&'static str]) -> Result<i64> {
        let Self::Kafka { brokers } = self.clone() else { return Ok(0) };
        let ask = move || consumers.iter().map(|consumer| lag(&brokers, consumer, topics)).sum::<Result<i64>>();
        tokio::task::spawn_blocking(ask).await?.context("Kafka cannot be asked how far the consumers are")
    }
}

fn consumer(brokers: &str, group: &str) -> Result<BaseConsumer> {
    Ok(ClientConfig::new()
        .set("bootstrap.servers", brokers)
        // Partitions are assigned by hand and nothing is committed, so no group is joined or made.
        .set("group.id", group)
        .set("enable.auto.commit", "false")
        .set("enable.partition.eof", "true")
        .set("queued.max.messages.kbytes", "8192")
        .create()?)
}

fn partitions(consumer: &BaseConsumer, topic: &str) -> Result<Vec<i32>> {
    let metadata = consumer.fetch_metadata(Some(topic), ANSWER_WITHIN)?;
    let found = metadata.topics().iter().flat_map(|topic| topic.partitions()).map(|partition| partition.id()).collect::<Vec<_>>();
    ensure!(!found.is_empty(), "there is no such topic");
    Ok(found)
}

fn read_topic(brokers: &str, topic: &'static str, pieces: &mpsc::Sender<Vec<Message>>, truncated: &mut Vec<Truncated>) -> Result<()> {
    let consumer = consumer(brokers, "tradewind-check")?;
    let mut ends = BTreeMap::new();
    let mut forgotten = BTreeMap::new();
    let mut assignment = TopicPartitionList::new();
    for partition in partitions(&consumer, topic)? {
        let (low, high) = consumer.fetch_watermarks(topic, partition, ANSWER_WITHIN)?;
        if high > low {
            ends.insert(partition, high);
            assignment.add_partition_offset(topic, partition, Offset::Offset(low))?;
        }
        if low > 0 {
            // All of it may be forgotten: then nothing up to now is known of the partition.
            forgotten.insert(partition, OffsetDateTime::now_utc());
        }
    }
    consumer.assign(&assignment)?;
    let mut piece = Vec::new();
    let mut heard = Instant::now();
    while !ends.is_empty() {
        ensure!(heard.elapsed() < SILENCE, "nothing came for {SILENCE:?}");
        match consumer.poll(Duration::from_millis(500)) {
            None => continue,
            Some(Err(KafkaError::PartitionEOF(partition))) => {
                ends.remove(&partition);
            }
            Some(Err(error)) => return Err(error.into()),
            Some(Ok(message)) => {
                let (partition, offset) = (message.partition(), message.offset());
                let Some(end) = ends.get(&partition).copied() else { continue };
                let message = message_of(topic, &message);
                if let Some(first_at) = forgotten.remove(&partition).map(|_| message.at) {
                    truncated.push(Truncated { topic, partition, first_at });
                }
                piece.push(message);
                if offset + 1 >= end {
                    ends.remove(&partition);
                }
            }
        }
        heard = Instant::now();
        if piece.len() == PIECE && pieces.blocking_send(std::mem::take(&mut piece)).is_err() {
            return Ok(());
        }
    }
    truncated.extend(forgotten.into_iter().map(|(partition, first_at)| Truncated { topic, partition, first_at }));
    // Nobody listens any more only when the receiver has failed, and says so itself.
    pieces.blocking_send(piece).ok();
    Ok(())
}

fn message_of(topic: &'static str, message: &BorrowedMessage<'_>) -> Message {
    let content = match serde_json::from_slice::<Envelope>(message.payload().unwrap_or_default()) {
        Ok(envelope) => Content::Event(envelope.into()),
        Err(_) => Content::Unreadable { event_type: kafka::header(message, headers::EVENT_TYPE).map(str::to_owned) },
    };
    let sent_ms = message.timestamp().to_millis().unwrap_or_default();
    let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(sent_ms) * 1_000_000).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    Message { topic, partition: message.partition(), offset: message.offset(), at, content }
}

fn lag(brokers: &str, group: &Consumer, topics: &[&'static str]) -> Result<i64> {
    let consumer = consumer(brokers, group.name)?;
    let mut lag = 0;
    for topic in topics {
        let mut wanted = TopicPartitionList::new();
        for partition in partitions(&consumer, topic)? {
            wanted.add_partition(topic, partition);
        }
        let committed = consumer.committed_offsets(wanted, ANSWER_WITHIN)?;
        for partition in committed.elements() {
            let (low, high) = consumer.fetch_watermarks(topic, partition.partition(), ANSWER_WITHIN)?;
            // A group that never read this topic has committed nothing there.
            if let Offset::Offset(done) = partition.offset() {
                lag += high - done.max(low);
            }
        }
    }
    Ok(lag)
}
