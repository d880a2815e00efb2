//! What operators watch of the pipe.

use std::{
    collections::BTreeMap,
    sync::{LazyLock, Mutex, PoisonError},
};

use opentelemetry::{
    KeyValue,
    metrics::{Counter, Gauge, Meter},
};

static METER: LazyLock<Meter> = LazyLock::new(|| opentelemetry::global::meter("tradewind"));

fn counter(name: &'static str, description: &'static str) -> Counter<u64> {
    METER.u64_counter(name).with_description(description).build()
}

static HANDLED: LazyLock<Counter<u64>> =
    LazyLock::new(|| counter("events.handled", "Events that a consumer has handled, repetitions included"));
static RETRIED: LazyLock<Counter<u64>> = LazyLock::new(|| counter("events.retried", "Failures that were sent to a retry topic"));
static PARKED: LazyLock<Counter<u64>> = LazyLock::new(|| counter("events.parked", "Events that wait behind a failed one"));
static DEAD: LazyLock<Counter<u64>> = LazyLock::new(|| counter("events.dead_lettered", "Messages that no retry helped"));
static SKIPPED: LazyLock<Counter<u64>> = LazyLock::new(|| counter("events.skipped", "Messages that a consumer left alone, by reason"));
static LAG: LazyLock<Gauge<i64>> = LazyLock::new(|| {
    METER.i64_gauge("consumer.lag").with_description("Messages behind the end of a topic, of the partitions that this worker has").build()
});
static OUTBOX_EVENTS: LazyLock<Gauge<i64>> =
    LazyLock::new(|| METER.i64_gauge("outbox.unpublished").with_description("Events that are not published yet, by database").build());
static OUTBOX_AGE: LazyLock<Gauge<f64>> = LazyLock::new(|| {
    METER.f64_gauge("outbox.oldest.age").with_unit("s").with_description("Age of the oldest of them; 0 when there is none").build()
});
static HELD: LazyLock<Gauge<i64>> =
    LazyLock::new(|| METER.i64_gauge("events.held").with_description("Retrying, parked and dead right now, by consumer and state").build());

/// Why a message is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skip {
    /// A type that this consumer has nothing to do with.
    NotHandled,
    /// A type that this release has never heard of.
    UnknownType,
    /// Sent by a newer release than this.
    NewerVersion,
}

impl Skip {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotHandled => "not_handled",
            Self::UnknownType => "unknown_type",
            Self::NewerVersion => "newer_version",
        }
    }
}

fn of(consumer: &'static str) -> KeyValue {
    KeyValue::new("consumer", consumer)
}

pub fn handled(consumer: &'static str) {
    HANDLED.add(1, &[of(consumer)]);
}

pub fn retried(consumer: &'static str, topic: &'static str) {
    RETRIED.add(1, &[of(consumer), KeyValue::new("delay", topic.trim_start_matches(".retry."))]);
}

pub fn parked(consumer: &'static str) {
    PARKED.add(1, &[of(consumer)]);
}

pub fn dead_lettered(consumer: &'static str) {
    DEAD.add(1, &[of(consumer)]);
}

pub fn skipped(consumer: &'static str, reason: Skip) {
    SKIPPED.add(1, &[of(consumer), KeyValue::new("reason", reason.as_str())]);
}

/// What [`lag`] was told last, of each consumer and topic.
static LAGS: LazyLock<Mutex<BTreeMap<(&'static str, String), i64>>> = LazyLock::new(Mutex::default);

/// All topics of a consumer together; `None` before its first statistics.
pub fn lag_of(consumer: &str) -> Option<i64> {
    let lags = LAGS.lock().unwrap_or_else(PoisonError::into_inner);
    lags.iter().filter(|((name, _), _)| *name == consumer).map(|(_, messages)| *messages).reduce(|sum, more| sum + more)
}

pub fn lag(consumer: &'static str, topic: String, messages: i64) {
    LAGS.lock().unwrap_or_else(PoisonError::into_inner).insert((consumer, topic.clone()), messages);
    LAG.record(messages, &[of(consumer), KeyValue::new("topic", topic)]);
}

pub fn outbox(database: &'static str, events: i64, age_s: f64) {
    let database = [KeyValue::new("database", database)];
    OUTBOX_EVENTS.record(events, &database);
    OUTBOX_AGE.record(age_s, &database);
}

pub fn held(consumer: &'static str, state: &'static str, messages: i64) {
    HELD.record(messages, &[of(consumer), KeyValue::new("state", state)]);
}
