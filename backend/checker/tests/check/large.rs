//! How long a check takes when the shop is not small any more.

use std::time::{Duration, Instant};

use crate::harness::{Planted, assert_broken};

const ORDERS: u32 = 100_000;
/// On two cores that others use, too; half a minute on a quiet machine.
const LIMIT: Duration = Duration::from_secs(120);

#[tokio::test(flavor = "multi_thread")]
#[ignore = "fills a database for a minute: cargo test -p tradewind-checker --test check -- --ignored --nocapture"]
async fn a_hundred_thousand_orders_take_two_minutes_at_most() {
    let Some(mut planted) = Planted::start().await else { return };
    planted.plant(&include_str!("large.sql").replace("ORDERS", &ORDERS.to_string())).await;
    planted.follow().await;
    planted.shop.replicas[0].orders = planted.shop.orders.clone();
    let started = Instant::now();
    let report = planted.check().await;
    let took = started.elapsed();
    println!("{took:.1?}\n{report}");
    assert_broken(&report, &[]);
    assert!(took < LIMIT, "{took:?}");
}
