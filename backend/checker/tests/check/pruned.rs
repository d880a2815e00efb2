//! Retention takes rows that have served; nothing is missed then, and what is younger still is.

use std::time::Duration;

use tradewind_checker::quiet;

use crate::harness::{Planted, assert_broken, event, order};

#[tokio::test]
async fn what_retention_took_is_not_missed() {
    let Some(mut planted) = Planted::start().await else { return };
    // Everything that was published before the third steps, which are a second after the second.
    planted
        .plant(
            "DELETE FROM outbox WHERE published_at < (SELECT min(at) + interval '1.5 seconds' FROM order_history);
             DELETE FROM inbox WHERE handled_at < (SELECT min(at) + interval '1.5 seconds' FROM order_history)",
        )
        .await;
    assert!(!planted.check().await.holds(), "so young, nothing may be pruned");
    planted.shop.kept = Duration::ZERO;
    assert_broken(&planted.check().await, &[]);

    planted.plant(&format!("DELETE FROM outbox WHERE event_id = '{}'", event("a1", 4))).await;
    let report = planted.check().await;
    let row = format!("a step without its outbox row: order {}, version 4, delivered", order("a1"));
    assert_eq!(report.verdict(7).rows, [row], "{report}");
    assert!(!report.verdict(8).holds, "{report}");
}

#[tokio::test]
async fn a_restless_shop_says_what_is_under_way() {
    let Some(planted) = Planted::start().await else { return };
    planted.plant("UPDATE outbox SET published_at = NULL WHERE event_type IN ('order.paid', 'order.cancelled')").await;
    let restless = quiet::wait(&planted.shop, Duration::from_millis(10)).await.unwrap();
    assert_eq!(restless.as_deref(), Some("1 order(s) under way, 3 event(s) not published"));
    planted
        .plant(
            "UPDATE outbox SET published_at = now(); UPDATE orders SET status = 'delivered'; DELETE FROM order_timers WHERE kind = 'ship'",
        )
        .await;
    assert_eq!(quiet::wait(&planted.shop, Duration::from_secs(60)).await.unwrap(), None);
}
