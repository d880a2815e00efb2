use std::time::Duration;

use tradewind_kit::{inbox, outbox};
use uuid::Uuid;

use crate::harness::Shop;

const WEEK: Duration = Duration::from_secs(7 * 24 * 3_600);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pruning_keeps_what_is_unpublished_and_what_is_young() {
    let Some(shop) = Shop::open().await else { return };
    let aggregate = Uuid::now_v7();
    shop.append(aggregate, 1, 6).await;
    let ages = "UPDATE outbox SET occurred_at = now() - interval '8 days',
                published_at = CASE sequence WHEN 2 THEN NULL WHEN 5 THEN now() ELSE now() - interval '8 days' END";
    sqlx::query(ages).execute(shop.pool()).await.unwrap();
    let mut db = shop.database.writer().await.unwrap();
    assert_eq!(outbox::prune(&mut db, WEEK, 3).await.unwrap(), 3, "a batch at a time");
    assert_eq!(outbox::prune(&mut db, WEEK, 3).await.unwrap(), 1);
    let left: Vec<i64> = sqlx::query_scalar("SELECT sequence FROM outbox ORDER BY 1").fetch_all(&mut *db).await.unwrap();
    assert_eq!(left, [2, 5]);
    let backlog = outbox::backlog(&mut db).await.unwrap();
    assert_eq!(backlog.events, 1);
    assert!((backlog.age_s - 8.0 * 86_400.0).abs() < 60.0, "{backlog:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pruning_an_inbox_keeps_what_was_handled_lately() {
    let Some(shop) = Shop::open().await else { return };
    let then = time::OffsetDateTime::now_utc() - time::Duration::days(9);
    let old = || Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, then.unix_timestamp().unsigned_abs(), 0));
    let insert = "INSERT INTO inbox (consumer, event_id, handled_at) VALUES ($1, $2, $3)";
    let (redriven, young) = (old(), Uuid::now_v7());
    for (consumer, event, at) in [
        ("effects", old(), then),
        ("effects", redriven, time::OffsetDateTime::now_utc()),
        ("effects", young, then),
        ("another", old(), then),
    ] {
        sqlx::query(insert).bind(consumer).bind(event).bind(at).execute(shop.pool()).await.unwrap();
    }
    let mut db = shop.database.writer().await.unwrap();
    assert_eq!(inbox::prune(&mut db, "effects", WEEK, 100).await.unwrap(), 1);
    let mut left: Vec<Uuid> =
        sqlx::query_scalar("SELECT event_id FROM inbox WHERE consumer = 'effects'").fetch_all(&mut *db).await.unwrap();
    left.sort_unstable();
    assert_eq!(left, [redriven, young]);
    assert_eq!(shop.count("inbox").await, 3);
}
