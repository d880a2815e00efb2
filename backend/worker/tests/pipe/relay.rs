use std::time::{Duration, Instant};

use rdkafka::Message;
use tradewind_kit::relay;
use uuid::Uuid;

use crate::harness::Shop;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn relays_share_the_slices_and_take_over_from_one_that_is_gone() {
    let Some(shop) = Shop::open().await else { return };
    let (mut one, mut other) = (relay::connect(shop.pool()).await.unwrap(), None);
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    relay::share(&mut one, &mut ones).await.unwrap();
    assert_eq!(ones.len(), 16, "alone");
    let second = other.insert(relay::connect(shop.pool()).await.unwrap());
    relay::share(second, &mut others).await.unwrap();
    assert_eq!(others.len(), 0, "no slice has two owners");
    relay::share(&mut one, &mut ones).await.unwrap();
    relay::share(second, &mut others).await.unwrap();
    assert_eq!((ones.len(), others.len()), (8, 8));
    drop(other.take());
    shop.until("the dead one's slices", async || {
        let mut all = relay::connect(shop.pool()).await.unwrap();
        let mut slices = Vec::new();
        relay::share(&mut all, &mut slices).await.unwrap();
        slices.len() == 8
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_takes_over_within_five_seconds_from_one_that_stands_still() {
    let Some(shop) = Shop::open().await else { return };
    // As a process does that was stopped, or whose machine is gone: the connection stays, and nothing comes from it.
    let mut still = relay::connect(shop.pool()).await.unwrap();
    let mut slices = Vec::new();
    relay::share(&mut still, &mut slices).await.unwrap();
    let stopped = Instant::now();
    let running = shop.relay();
    for _ in 0..16 {
        shop.append(Uuid::now_v7(), 1, 1).await;
    }
    shop.until_count("outbox WHERE published_at IS NULL", 0).await;
    let took = stopped.elapsed();
    assert!(took > Duration::from_secs(2), "it did own them");
    assert!(took < Duration::from_secs(5), "{took:?}");
    running.stop().await;
    drop(still);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_overtakes_an_event_that_kafka_refuses() {
    let Some(shop) = Shop::open().await else { return };
    let (large, small) = (Uuid::now_v7(), Uuid::now_v7());
    let ids = shop.append(large, 1, 3).await;
    shop.append(small, 1, 3).await;
    // More than a message may have.
    sqlx::query("UPDATE outbox SET payload = payload || jsonb_build_object('more', repeat('x', 2000000)) WHERE event_id = $1")
        .bind(ids[0].as_uuid())
        .execute(shop.pool())
        .await
        .unwrap();
    let running = shop.relay();
    shop.until_count("outbox WHERE published_at IS NULL", 3).await;
    shop.append(small, 4, 1).await;
    shop.until_count("outbox WHERE published_at IS NULL", 3).await;
    let keys: Vec<_> = shop.messages("").await.iter().map(|message| message.key().unwrap().to_vec()).collect();
    assert_eq!(keys, vec![small.to_string().into_bytes(); 4], "others go on, and nothing overtakes");
    sqlx::query("UPDATE outbox SET payload = payload - 'more'").execute(shop.pool()).await.unwrap();
    shop.until_count("outbox WHERE published_at IS NULL", 0).await;
    let messages = shop.messages("").await;
    let sequences: Vec<i64> = messages
        .iter()
        .filter(|message| message.key() == Some(large.to_string().as_bytes()))
        .map(|message| serde_json::from_slice::<tradewind_events::Envelope>(message.payload().unwrap()).unwrap().sequence)
        .collect();
    assert_eq!(sequences, [1, 2, 3]);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_relays_publish_everything_once() {
    let Some(shop) = Shop::open().await else { return };
    let aggregates: Vec<Uuid> = (0..50).map(|_| Uuid::now_v7()).collect();
    let running = [shop.relay(), shop.relay()];
    for sequence in 1..=4 {
        for aggregate in &aggregates {
            shop.append(*aggregate, sequence, 1).await;
        }
    }
    shop.until_count("outbox WHERE published_at IS NULL", 0).await;
    assert_eq!(shop.messages("").await.len(), 200);
    for running in running {
        running.stop().await;
    }
}
