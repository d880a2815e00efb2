//! An order's way while its worker dies at each place of `failpoints::SAGA`: the real `worker`, a payment provider that remembers
//! what it did, and a real order service with a database of its own, against a real Postgres, Redis and Kafka.
//!
//! `TRADEWIND_TEST_PRIMARY_URL`, `TRADEWIND_TEST_REDIS_URL` and `TRADEWIND_TEST_KAFKA` say where. Without them the tests are skipped,
//! except in CI.

#![expect(clippy::unwrap_used, reason = "in a test an unwrap is an assertion")]

#[expect(dead_code, reason = "the order service's tests need more of it")]
#[path = "../../../order/tests/api/harness.rs"]
mod harness;
mod provider;
mod rows;
mod shop;
#[path = "../../../order/tests/api/tokens.rs"]
mod tokens;
mod worker;

use std::{collections::HashSet, time::Duration};

use futures::{StreamExt, stream};
use tokio::runtime::Handle;
use tradewind_kit::failpoints;

use crate::{
    rows::{ROWS, Row},
    shop::Shop,
};

/// Shops side by side; in each, one order at a time.
const SHOPS: usize = 3;
pub const PATIENCE: Duration = Duration::from_secs(90);

#[test]
fn every_place_has_its_row() {
    let listed: HashSet<&str> = failpoints::SAGA.iter().copied().collect();
    let covered: HashSet<&str> = ROWS.iter().map(|row| row.point).collect();
    assert_eq!(covered, listed, "rows.rs (left) and failpoints::SAGA (right)");
    assert_eq!(listed.len(), failpoints::SAGA.len(), "each is listed once");
}

/// `TRADEWIND_TEST_FAILPOINT` narrows it to one place.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dying_at_any_step_of_an_order_leaves_its_end_right_and_each_effect_once() {
    let only = std::env::var("TRADEWIND_TEST_FAILPOINT").ok();
    let rows: Vec<&Row> = ROWS.iter().filter(|row| only.as_deref().is_none_or(|only| only == row.point)).collect();
    let share = rows.len().div_ceil(SHOPS).max(1);
    let go_through = |rows: Vec<&'static Row>| {
        let runtime = Handle::current();
        // Each on a thread of its own: one that cleans up does not hold up the others.
        tokio::task::spawn_blocking(move || {
            runtime.block_on(async {
                let Some(shop) = Shop::open().await else { return };
                for row in rows {
                    shop.go_through(row).await;
                }
            });
        })
    };
    let shares = rows.chunks(share).map(<[&Row]>::to_vec);
    stream::iter(shares).map(go_through).buffer_unordered(SHOPS).for_each(async |done| done.unwrap()).await;
}
