//! A shop that is not small any more: its rows and messages come in many statements and pieces.

use crate::harness::{Planted, assert_broken};

/// More than a statement takes (`LINES`), and far more than a question to the provider.
const ORDERS: u64 = 5_000;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_between_the_pieces() {
    let Some(mut planted) = Planted::start().await else { return };
    planted.plant(&include_str!("large.sql").replace("ORDERS", &ORDERS.to_string())).await;
    planted.follow().await;
    planted.shop.replicas[0].orders = planted.shop.orders.clone();
    let report = planted.check().await;
    assert_broken(&report, &[]);
    for number in [1, 2, 5, 6, 7, 8, 9] {
        let looked_at = report.verdict(number).looked_at;
        assert!(looked_at >= ORDERS, "{number} looked at {looked_at}");
    }
}
