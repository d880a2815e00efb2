use rdkafka::{
    Message,
    message::{Header, OwnedHeaders},
};
use tradewind_events::topics::{DEAD_LETTER, RETRIES, headers};
use uuid::Uuid;

use crate::harness::{Shop, counted, envelope, header};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_is_delivered_twice_has_one_effect() {
    let Some(shop) = Shop::open().await else { return };
    let (aggregate, event) = (Uuid::now_v7(), envelope(Uuid::nil(), 1));
    let event = tradewind_events::Envelope { aggregate_id: aggregate, ..event };
    shop.send(&event).await;
    shop.send(&event).await;
    shop.send(&envelope(aggregate, 2)).await;
    let consumer = shop.consumer();
    shop.until_effects(aggregate, &[1, 2]).await;
    assert_eq!(shop.tries(event.id).await, 2, "it was delivered twice");
    consumer.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bytes_that_cannot_be_read_are_kept_and_the_next_message_goes_on() {
    let Some(shop) = Shop::open().await else { return };
    let aggregate = Uuid::now_v7();
    let bytes = b"\xffnot an event";
    let sent = OwnedHeaders::new().insert(Header { key: headers::EVENT_TYPE, value: Some("order.shipped") });
    shop.send_bytes(aggregate, bytes, sent).await;
    shop.send(&envelope(aggregate, 1)).await;
    let consumer = shop.consumer();
    shop.until_effects(aggregate, &[1]).await;
    let kept: Vec<u8> = sqlx::query_scalar("SELECT payload FROM dead_letters").fetch_one(shop.pool()).await.unwrap();
    assert_eq!(kept, bytes);
    let dead = shop.messages(DEAD_LETTER).await;
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0].payload(), Some(bytes.as_slice()));
    assert_eq!(header(&dead[0], headers::CONSUMER), "effects");
    assert!(!header(&dead[0], headers::CAUSE).is_empty());
    consumer.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unknown_types_and_newer_versions_are_skipped_and_counted() {
    let Some(shop) = Shop::open().await else { return };
    let aggregate = Uuid::now_v7();
    let skipped = |reason| counted("events_skipped_total", "reason", reason);
    let before = ["newer_version", "unknown_type", "not_handled"].map(skipped);
    let newer = tradewind_events::Envelope { version: 99, ..envelope(aggregate, 1) };
    shop.send(&newer).await;
    for (sequence, kind) in [(2, "order.teleported"), (3, "order.paid")] {
        shop.send(&tradewind_events::Envelope { kind: kind.to_owned(), ..envelope(aggregate, sequence) }).await;
    }
    shop.send(&envelope(aggregate, 4)).await;
    let consumer = shop.consumer();
    shop.until_effects(aggregate, &[4]).await;
    let after = ["newer_version", "unknown_type", "not_handled"].map(skipped);
    assert_eq!(after, before.map(|count| count + 1.0));
    assert_eq!(shop.count("dead_letters").await, 0);
    consumer.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transient_failure_is_retried_in_place() {
    let Some(shop) = Shop::open().await else { return };
    let aggregate = Uuid::now_v7();
    let event = envelope(aggregate, 1);
    shop.poison(event.id, 2).await;
    shop.send(&event).await;
    let consumer = shop.consumer();
    shop.until_effects(aggregate, &[1]).await;
    assert_eq!(shop.tries(event.id).await, 3);
    assert_eq!(shop.messages(RETRIES[0]).await.len(), 0, "no detour");
    assert_eq!(shop.count("blocked_aggregates").await, 0);
    consumer.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lane_that_is_full_pauses_and_resumes() {
    let Some(shop) = Shop::open().await else { return };
    let aggregate = Uuid::now_v7();
    for sequence in 1..=300 {
        shop.send(&envelope(aggregate, sequence)).await;
    }
    let consumer = shop.slow_consumer(std::time::Duration::from_millis(2));
    shop.until_effects(aggregate, &(1..=300).collect::<Vec<_>>()).await;
    consumer.stop().await;
}
