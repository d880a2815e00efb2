use std::time::Duration;

use rdkafka::Message;
use sqlx::Connection;
use tradewind_contract::EventId;
use tradewind_events::topics::{DEAD_LETTER, RETRIES, headers};
use tradewind_kit::failures::{self, Counts, Filter};
use uuid::Uuid;

use crate::harness::{DELAYS, Running, Shop, header};

/// An aggregate whose first event is a dead letter, with two more behind it.
struct Stuck {
    shop: Shop,
    aggregate: Uuid,
    poison: EventId,
    letter: i64,
    running: [Running; 2],
}

impl Stuck {
    async fn open() -> Option<Self> {
        let shop = Shop::open().await?;
        let aggregate = Uuid::now_v7();
        let events = shop.append(aggregate, 1, 3).await;
        shop.poison(events[0], 1_000).await;
        let running = [shop.relay(), shop.consumer()];
        shop.until_count("dead_letters WHERE state = 'dead'", 1).await;
        shop.until_count("held_messages", 3).await;
        let letter = failures::list(&mut shop.database.writer().await.unwrap(), &Filter::default(), 10).await.unwrap()[0].id;
        Some(Self { poison: events[0], shop, aggregate, letter, running })
    }

    async fn close(self) {
        for running in self.running {
            running.stop().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn poison_goes_through_the_retries_in_order_while_its_aggregate_waits_and_others_go_on() {
    let Some(shop) = Shop::open().await else { return };
    let (sick, well) = (Uuid::now_v7(), Uuid::now_v7());
    let events = shop.append(sick, 1, 3).await;
    shop.append(well, 1, 3).await;
    shop.poison(events[0], 1_000).await;
    let running = [shop.relay(), shop.consumer()];
    shop.until_effects(well, &[1, 2, 3]).await;
    shop.until_count("dead_letters WHERE state = 'dead'", 1).await;
    assert_eq!(shop.effects(sick).await, Vec::<i64>::new(), "the later events wait");
    assert_eq!(shop.tries(events[1]).await, 0);
    assert_eq!(shop.tries(events[0]).await, 12, "three tries in each of four deliveries");

    for (stage, suffix) in RETRIES.into_iter().enumerate() {
        let messages = shop.messages(suffix).await;
        assert_eq!(messages.len(), 1, "{suffix}");
        assert_eq!(header(&messages[0], headers::ATTEMPT), (stage + 1).to_string());
        assert_eq!(header(&messages[0], headers::CAUSE), "poison");
        assert_eq!(header(&messages[0], headers::EVENT_ID), events[0].to_string());
    }
    shop.until("the dead letter's message", async || shop.messages(DEAD_LETTER).await.len() == 1).await;
    let dead = shop.messages(DEAD_LETTER).await;
    assert_eq!(header(&dead[0], headers::ATTEMPT), "4");
    assert!(dead[0].payload().is_some_and(|bytes| !bytes.is_empty()));

    // Between the last try of a delivery and the first of the next lies the retry's delay.
    let pauses_s: Vec<f64> = sqlx::query_scalar(
        "SELECT extract(epoch FROM tried_at - lag(tried_at) OVER (ORDER BY tried_at))::float8 FROM tries WHERE event_id = $1 ORDER BY tried_at OFFSET 1",
    )
    .bind(events[0].as_uuid())
    .fetch_all(shop.pool())
    .await
    .unwrap();
    for (delay, pause_s) in DELAYS.iter().zip([2, 5, 8].map(|at| pauses_s[at])) {
        assert!(pause_s >= delay.as_secs_f64() * 0.9, "{pause_s} s instead of {delay:?}");
    }

    let mut db = shop.database.writer().await.unwrap();
    let letter = failures::list(&mut db, &Filter { state: Some("dead"), ..Filter::default() }, 10).await.unwrap().remove(0);
    assert_eq!((letter.event_id, letter.attempt, letter.cause.as_str()), (Some(events[0].as_uuid()), 4, "poison"));
    shop.until_count("held_messages", 3).await;
    let counts = failures::counts(&mut db).await.unwrap();
    assert_eq!(counts, [Counts { consumer: "effects".to_owned(), retrying: 0, parked: 2, dead: 1 }]);
    drop(db);
    for running in running {
        running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_that_a_retry_outlives_lets_the_parked_follow() {
    let Some(shop) = Shop::open().await else { return };
    let aggregate = Uuid::now_v7();
    let events = shop.append(aggregate, 1, 3).await;
    shop.poison(events[0], 4).await;
    let running = [shop.relay(), shop.consumer()];
    shop.until_effects(aggregate, &[1, 2, 3]).await;
    shop.until_count("blocked_aggregates", 0).await;
    assert_eq!(shop.count("dead_letters").await, 0);
    shop.append(aggregate, 4, 1).await;
    shop.until_effects(aggregate, &[1, 2, 3, 4]).await;
    for running in running {
        running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redrive_replays_the_dead_and_the_parked_in_order_exactly_once() {
    let Some(stuck) = Stuck::open().await else { return };
    let shop = &stuck.shop;
    shop.poison(stuck.poison, 0).await;
    let mut db = shop.database.writer().await.unwrap();
    let mut transaction = db.begin().await.unwrap();
    failures::redrive(&mut transaction, stuck.letter, "ada", "the bank is back").await.unwrap();
    transaction.commit().await.unwrap();
    shop.until_effects(stuck.aggregate, &[1, 2, 3]).await;
    shop.until_count("blocked_aggregates", 0).await;
    shop.append(stuck.aggregate, 4, 1).await;
    shop.until_effects(stuck.aggregate, &[1, 2, 3, 4]).await;

    let letter = failures::find(&mut db, stuck.letter).await.unwrap();
    assert_eq!((letter.state.as_str(), letter.parked), ("redriven", 0));
    let decision = failures::decisions(&mut db, stuck.letter).await.unwrap().remove(0);
    assert_eq!([decision.action, decision.actor, decision.reason], ["redrive", "ada", "the bank is back"]);
    let again = failures::redrive(&mut db, stuck.letter, "ada", "again").await.unwrap_err();
    assert_eq!(again.refusal().code, "dead_letter_decided");
    assert_eq!(failures::discard(&mut db, i64::MAX, "ada", "nothing").await.unwrap_err().refusal().code, "not_found");
    drop(db);
    stuck.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redrive_in_vain_ends_with_the_dead_letters_again() {
    let Some(stuck) = Stuck::open().await else { return };
    let shop = &stuck.shop;
    let mut db = shop.database.writer().await.unwrap();
    let tries = shop.tries(stuck.poison).await;
    failures::redrive(&mut db, stuck.letter, "ada", "hope").await.unwrap();
    shop.until("twelve more tries", async || shop.tries(stuck.poison).await == tries + 12).await;
    shop.until_count("dead_letters WHERE state = 'dead'", 1).await;
    assert_eq!(shop.effects(stuck.aggregate).await, Vec::<i64>::new());
    assert_eq!(failures::find(&mut db, stuck.letter).await.unwrap().parked, 2);
    drop(db);
    stuck.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn discard_lets_the_parked_go_on_without_it() {
    let Some(stuck) = Stuck::open().await else { return };
    let shop = &stuck.shop;
    let mut db = shop.database.writer().await.unwrap();
    let mut transaction = db.begin().await.unwrap();
    failures::discard(&mut transaction, stuck.letter, "ada", "sent by mistake").await.unwrap();
    transaction.commit().await.unwrap();
    shop.until_effects(stuck.aggregate, &[2, 3]).await;
    shop.until_count("blocked_aggregates", 0).await;
    let letter = failures::find(&mut db, stuck.letter).await.unwrap();
    assert_eq!(letter.state, "discarded");
    drop(db);
    // Should it come once more, it has been dealt with.
    let tries = shop.tries(stuck.poison).await;
    shop.poison(stuck.poison, 0).await;
    sqlx::query("UPDATE outbox SET published_at = NULL WHERE sequence = 1").execute(shop.pool()).await.unwrap();
    shop.until("another delivery", async || shop.tries(stuck.poison).await > tries).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(shop.effects(stuck.aggregate).await, [2, 3]);
    stuck.close().await;
}
