//! Producer, consumer and topics, with the settings that the promises need.

use std::time::Duration;

use rdkafka::{
    ClientConfig,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    consumer::{ConsumerContext, StreamConsumer},
    message::{Headers, Message},
    producer::{FutureProducer, Producer},
    types::RDKafkaErrorCode,
};
use tradewind_events::topics;

/// A producer that loses and doubles nothing: `acks=all`, idempotent.
///
/// # Errors
/// When the settings cannot be used.
pub fn producer(brokers: &str) -> anyhow::Result<FutureProducer> {
    Ok(client(brokers)
        .set("acks", "all")
        .set("enable.idempotence", "true")
        .set("compression.type", "lz4")
        // Events leave at once; batches form by themselves under load.
        .set("linger.ms", "2")
        .set("message.timeout.ms", "10000")
        .set("queue.buffering.max.messages", "10000")
        .create()?)
}

/// A consumer of `group` that tells only what was handled.
///
/// A `member` is a name that this process alone has in the group: one that comes back under it, even after it was killed, goes on at
/// once with the partitions that it had, and nobody else stands still for that. Without one the group waits for its session to end.
///
/// # Errors
/// When the settings cannot be used.
pub fn consumer<C: ConsumerContext + 'static>(
    brokers: &str,
    group: &str,
    instance: &str,
    member: Option<&str>,
    context: C,
) -> anyhow::Result<StreamConsumer<C>> {
    let mut config = client(brokers);
    if let Some(member) = member {
        config.set("group.instance.id", member);
    }
    Ok(config
        .set("group.id", group)
        .set("client.id", instance)
        // An offset is stored once its message is handled, not when it is delivered; what is stored is sent every second, when
        // partitions are taken away and when the consumer closes.
        .set("enable.auto.offset.store", "false")
        .set("enable.auto.commit", "true")
        .set("auto.commit.interval.ms", "1000")
        .set("auto.offset.reset", "earliest")
        // A topic that a broker did not know yet when it was subscribed to is found soon, and not after five minutes.
        .set("topic.metadata.refresh.interval.ms", "5000")
        // Only what moves stands still in a rebalance.
        .set("partition.assignment.strategy", "cooperative-sticky")
        .set("session.timeout.ms", "6000")
        .set("heartbeat.interval.ms", "1500")
        .set("max.poll.interval.ms", "120000")
        // Bounded memory: what is fetched ahead.
        .set("queued.max.messages.kbytes", "4096")
        .set("fetch.wait.max.ms", "50")
        .set("isolation.level", "read_committed")
        // For the lag.
        .set("statistics.interval.ms", "5000")
        .create_with_context(context)?)
}

fn client(brokers: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    // A broker that comes back is found within a second.
    config.set("bootstrap.servers", brokers).set("reconnect.backoff.max.ms", "1000");
    config
}

/// Makes the topics that are not there yet, each with those for its retries and its dead letters; `prefix` stands before every name.
/// Answers with all their names.
///
/// # Errors
/// When the broker does not answer or refuses.
pub async fn create_topics(brokers: &str, prefix: &str, topics: &[&str]) -> anyhow::Result<Vec<String>> {
    let admin: AdminClient<DefaultClientContext> = client(brokers).create()?;
    let names: Vec<(String, i32)> = topics
        .iter()
        .flat_map(|topic| {
            let retries = topics::RETRIES.map(|suffix| (format!("{prefix}{topic}{suffix}"), topics::RETRY_PARTITIONS));
            let ends = [(format!("{prefix}{topic}"), topics::PARTITIONS), (format!("{prefix}{topic}{}", topics::DEAD_LETTER), 1)];
            ends.into_iter().chain(retries)
        })
        .collect();
    let wanted: Vec<NewTopic<'_>> = names
        .iter()
        .map(|(name, partitions)| {
            let topic = NewTopic::new(name, *partitions, TopicReplication::Fixed(1));
            // Dead letters stay until somebody has looked.
            if name.ends_with(topics::DEAD_LETTER) { topic.set("retention.ms", "-1") } else { topic }
        })
        .collect();
    let options = AdminOptions::new().operation_timeout(Some(Duration::from_secs(10)));
    for outcome in admin.create_topics(&wanted, &options).await? {
        match outcome {
            Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err((topic, code)) => anyhow::bail!("topic {topic}: {code}"),
        }
    }
    Ok(names.into_iter().map(|(name, _)| name).collect())
}

/// Deletes topics by their whole names; one that is not there is no error.
///
/// # Errors
/// When the broker does not answer or refuses.
pub async fn delete_topics(brokers: &str, names: &[String]) -> anyhow::Result<()> {
    let admin: AdminClient<DefaultClientContext> = client(brokers).create()?;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for outcome in admin.delete_topics(&names, &AdminOptions::new().operation_timeout(Some(Duration::from_secs(10)))).await? {
        match outcome {
            Ok(_) | Err((_, RDKafkaErrorCode::UnknownTopicOrPartition)) => {}
            Err((topic, code)) => anyhow::bail!("topic {topic}: {code}"),
        }
    }
    Ok(())
}

/// Ready when a broker answers.
///
/// # Errors
/// When none does within `limit`.
pub async fn ping(producer: &FutureProducer, limit: Duration) -> anyhow::Result<()> {
    let producer = producer.clone();
    tokio::task::spawn_blocking(move || producer.client().fetch_metadata(Some(topics::ORDER_EVENTS), limit)).await??;
    Ok(())
}

/// A header as text.
pub fn header<'a, M: Message>(message: &'a M, name: &str) -> Option<&'a str> {
    let headers = message.headers()?;
    let value = headers.iter().find(|header| header.key == name)?.value?;
    std::str::from_utf8(value).ok()
}
