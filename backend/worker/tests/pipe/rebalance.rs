use std::time::Duration;

use uuid::Uuid;

use crate::harness::Shop;

const AGGREGATES: usize = 40;
const EVENTS: i64 = 12;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebalance_in_the_middle_applies_nothing_twice_and_loses_nothing() {
    let Some(shop) = Shop::open().await else { return };
    let aggregates: Vec<Uuid> = (0..AGGREGATES).map(|_| Uuid::now_v7()).collect();
    for sequence in 1..=EVENTS {
        for aggregate in &aggregates {
            shop.append(*aggregate, sequence, 1).await;
        }
    }
    let relay = shop.relay();
    let work = Duration::from_millis(80);
    let first = shop.slow_consumer(work);
    shop.until("a few effects", async || shop.count("effects").await >= 30).await;
    let second = shop.slow_consumer(work);
    shop.until("some more", async || shop.count("effects").await >= 150).await;
    first.stop().await;
    shop.until("more again", async || shop.count("effects").await >= 300).await;
    let third = shop.slow_consumer(work);
    let wanted: Vec<i64> = (1..=EVENTS).collect();
    let total = i64::try_from(AGGREGATES).unwrap() * EVENTS;
    shop.until("all effects", async || shop.count("effects").await >= total).await;
    for aggregate in aggregates {
        assert_eq!(shop.effects(aggregate).await, wanted);
    }
    assert_eq!(shop.count("effects").await, total);
    for running in [relay, second, third] {
        running.stop().await;
    }
}
