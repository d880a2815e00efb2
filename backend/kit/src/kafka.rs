//! Producer, consumer and topics, with the settings that the promises need.

use std::time::Duration;

use rdkafka::{
    ClientConfig,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    consumer::StreamConsumer,
    message::{Headers, Message},
    producer::FutureProducer,
    types::RDKafkaErrorCode,
};
use tradewind_events::topics;

/// A producer that loses and doubles nothing: `acks=all`, idempotent.
///
/// # Errors
/// When the settings cannot be used.
pub fn producer(brokers: &str) -> anyhow::Result<FutureProducer> {
    Ok(ClientConfig::new()
        .set("bootstrap.servers", brokers)
        .set("acks", "all")
        .set("enable.idempotence", "true")
        .set("compression.type", "lz4")
        // Events leave at once; batches form by themselves under load.
        .set("linger.ms", "2")
        .set("message.timeout.ms", "10000")
        .set("queue.buffering.max.messages", "10000")
        .create()?)
}

/// A consumer of `group` that commits only what was handled.
///
/// # Errors
/// When the settings cannot be used.
pub fn consumer(brokers: &str, group: &str, instance: &str) -> anyhow::Result<StreamConsumer> {
    Ok(ClientConfig::new()
        .set("bootstrap.servers", brokers)
        .set("group.id", group)
        .set("client.id", instance)
        .set("enable.auto.commit", "false")
        // Stored once handled, not when delivered: the last commit of a stopping worker sends what is stored.
        .set("enable.auto.offset.store", "false")
        .set("auto.offset.reset", "earliest")
        .set("partition.assignment.strategy", "cooperative-sticky")
        .set("session.timeout.ms", "6000")
        .set("heartbeat.interval.ms", "1500")
        .set("max.poll.interval.ms", "120000")
        // Bounded memory: what is fetched ahead of the handler.
        .set("queued.max.messages.kbytes", "4096")
        .set("fetch.wait.max.ms", "50")
        .set("isolation.level", "read_committed")
        .create()?)
}

/// Makes the topics that are not there yet.
///
/// # Errors
/// When the broker does not answer or refuses.
pub async fn create_topics(brokers: &str) -> anyhow::Result<()> {
    let admin: AdminClient<DefaultClientContext> = ClientConfig::new().set("bootstrap.servers", brokers).create()?;
    let wanted: Vec<NewTopic<'_>> =
        topics::ALL.iter().map(|name| NewTopic::new(name, topics::PARTITIONS, TopicReplication::Fixed(1))).collect();
    let options = AdminOptions::new().operation_timeout(Some(Duration::from_secs(10)));
    for outcome in admin.create_topics(&wanted, &options).await? {
        match outcome {
            Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err((topic, code)) => anyhow::bail!("topic {topic}: {code}"),
        }
    }
    Ok(())
}

/// A header as text.
pub fn header<'a, M: Message>(message: &'a M, name: &str) -> Option<&'a str> {
    let headers = message.headers()?;
    let value = headers.iter().find(|header| header.key == name)?.value?;
    std::str::from_utf8(value).ok()
}
