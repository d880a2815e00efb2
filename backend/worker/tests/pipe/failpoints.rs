//! Dies at each place that `FAILPOINTS` knows, and looks whether the next worker finishes the work.

use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use futures::{StreamExt, stream};
use sqlx::Connection;
use tokio::runtime::Handle;
use tradewind_kit::{failpoints, failures};
use uuid::Uuid;

use crate::harness::{PATIENCE, Shop};

/// Tells the child which shop is its.
const SHOP: &str = "TRADEWIND_TEST_SHOP";
const AT_ONCE: usize = 4;

/// Not a test: the worker that dies. The test below runs it as a process of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "runs only as a child of another test"]
async fn worker() {
    let Ok(shop) = std::env::var(SHOP) else { return };
    let (url, prefix) = shop.split_once(' ').unwrap();
    failpoints::arm().unwrap();
    let shop = Shop::visit(url.parse().unwrap(), std::env::var("TRADEWIND_TEST_KAFKA").unwrap(), prefix.to_owned());
    let _running = [shop.relay(), shop.consumer()];
    std::future::pending::<()>().await;
}

struct Worker(Child);

impl Worker {
    fn start(shop: &Shop, failpoints: &str) -> Self {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "failpoints::worker", "--ignored", "--nocapture"])
            .env(SHOP, format!("{} {}", shop.url(), shop.prefix))
            .env("FAILPOINTS", failpoints)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Self(child.unwrap())
    }

    async fn until_dead(mut self, point: &str) {
        use std::os::unix::process::ExitStatusExt;
        let started = Instant::now();
        loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                assert_eq!(status.signal(), Some(6), "{point}: {status}");
                return;
            }
            assert!(started.elapsed() < PATIENCE, "{point} is not reached");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dying_at_any_place_loses_and_doubles_nothing() {
    let only = std::env::var("TRADEWIND_TEST_FAILPOINT").ok();
    let points = failpoints::PIPE.iter().copied().filter(|point| only.as_deref().is_none_or(|only| only == *point));
    // Each on a thread of its own: one that cleans up does not hold up the others.
    let die = |point| {
        let runtime = Handle::current();
        tokio::task::spawn_blocking(move || runtime.block_on(die_at(point)))
    };
    stream::iter(points).map(die).buffer_unordered(AT_ONCE).for_each(async |died| died.unwrap()).await;
}

async fn die_at(point: &'static str) {
    let Some(shop) = Shop::open().await else { return };
    let [dead, late, well] = [(); 3].map(|()| Uuid::now_v7());
    shop.append(well, 1, 3).await;
    // Where the first message has to be one that has its effect, the others come only later.
    let first_alone = point.starts_with("consumer::") || point.starts_with("transaction::");
    if first_alone {
        Worker::start(&shop, &format!("{point}=return")).until_dead(point).await;
    }
    let poison = shop.append(dead, 1, 3).await[0];
    // Fails in its first delivery, and not in its first retry.
    let slow = shop.append(late, 1, 3).await[0];
    shop.poison(poison, 1_000).await;
    shop.poison(slow, 3).await;
    if !first_alone {
        Worker::start(&shop, &format!("{point}=return")).until_dead(point).await;
    }

    let worker = Worker::start(&shop, "");
    shop.until_effects(well, &[1, 2, 3]).await;
    shop.until_effects(late, &[1, 2, 3]).await;
    shop.until_count("dead_letters WHERE state = 'dead'", 1).await;
    assert_eq!(shop.effects(dead).await, Vec::<i64>::new(), "{point}");
    shop.poison(poison, 0).await;
    let mut db = shop.database.writer().await.unwrap();
    let letter = failures::list(&mut db, &failures::Filter::default(), 10).await.unwrap().remove(0);
    assert_eq!(letter.event_id, Some(poison.as_uuid()), "{point}");
    let mut transaction = db.begin().await.unwrap();
    failures::redrive(&mut transaction, letter.id, "ada", "mended").await.unwrap();
    transaction.commit().await.unwrap();
    drop(db);
    shop.until_effects(dead, &[1, 2, 3]).await;
    shop.until_count("blocked_aggregates", 0).await;

    assert_eq!(shop.count("effects").await, 9, "{point}: each effect once");
    assert_eq!(shop.count("inbox").await, 9, "{point}");
    assert_eq!(shop.count("outbox WHERE published_at IS NULL").await, 0, "{point}");
    assert_eq!(shop.count("dead_letters").await, 1, "{point}");
    drop(worker);
}
