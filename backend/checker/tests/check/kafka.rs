//! A topic of one's own, read from a real broker.

use std::time::Duration;

use rdkafka::{
    ClientConfig,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    message::{Header, OwnedHeaders},
    producer::FutureRecord,
};
use serde_json::json;
use tradewind_checker::messages::{Content, Messages};
use tradewind_kit::kafka;
use uuid::Uuid;

#[tokio::test]
async fn a_topic_is_read_to_its_end_once() {
    let Ok(brokers) = std::env::var("TRADEWIND_TEST_KAFKA") else {
        assert!(std::env::var_os("CI").is_none(), "TRADEWIND_TEST_KAFKA is needed in CI");
        return;
    };
    // Names of topics are constants.
    let topic: &'static str = format!("check-test-{}", Uuid::now_v7()).leak();
    let admin: AdminClient<DefaultClientContext> = ClientConfig::new().set("bootstrap.servers", &brokers).create().unwrap();
    let options = AdminOptions::new().operation_timeout(Some(Duration::from_secs(10)));
    for made in admin.create_topics(&[NewTopic::new(topic, 3, TopicReplication::Fixed(1))], &options).await.unwrap() {
        made.unwrap();
    }
    let producer = kafka::producer(&brokers).unwrap();
    let ids: Vec<Uuid> = (0..20).map(|_| Uuid::now_v7()).collect();
    for id in &ids {
        let envelope = json!({"id": id, "type": "order.placed", "version": 1, "aggregate_id": id, "sequence": 1,
                              "occurred_at": "2026-11-23T10:15:30.123Z", "payload": {"a": [1]}});
        let (key, value) = (id.to_string(), envelope.to_string());
        producer.send(FutureRecord::to(topic).key(&key).payload(&value), Duration::from_secs(10)).await.unwrap();
    }
    let headers = OwnedHeaders::new().insert(Header { key: "event-type", value: Some("order.paid") });
    let poison = FutureRecord::to(topic).key("x").payload(r#"{"id": "no"}"#).headers(headers);
    producer.send(poison, Duration::from_secs(10)).await.unwrap();

    let mut reading = Messages::Kafka { brokers }.read(&[topic]);
    let (mut events, mut unreadable) = (Vec::new(), Vec::new());
    while let Some(piece) = reading.pieces.recv().await {
        for message in piece {
            assert!(message.topic == topic && message.partition < 3);
            match message.content {
                Content::Event(event) => events.push(event.id),
                Content::Unreadable { event_type } => unreadable.push(event_type),
            }
        }
    }
    assert!(reading.truncated.await.unwrap().unwrap().is_empty());
    events.sort();
    assert_eq!(events, ids);
    assert_eq!(unreadable, [Some("order.paid".to_owned())]);
    for gone in admin.delete_topics(&[topic], &options).await.unwrap() {
        gone.unwrap();
    }
}
