//! Waits until nothing is under way: the next step of an order would be unpublished, unnoted and half paid for a moment.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use sqlx::AssertSqlSafe;
use tradewind_events::topics;

use crate::{Shop, consumers::CONSUMERS, scratch};

const POLL: Duration = Duration::from_millis(500);

/// An order that waits for its shopper or for an operator is at rest, and so is the end of its hold.
const UNDER_WAY: &str = "SELECT count(*) FROM orders o WHERE (status IN ('placed', 'payment_pending', 'paid', 'shipped')
    OR EXISTS (SELECT FROM order_timers t WHERE t.order_id = o.id AND t.kind <> 'end_hold'))";
/// One whose event is a dead letter goes on when an operator decides.
const BUT_FOR_DEAD: &str = " AND NOT EXISTS (SELECT FROM blocked_aggregates b WHERE b.aggregate_id = o.id AND b.state = 'dead')";
const UNPUBLISHED: &str = "SELECT count(*) FROM outbox WHERE published_at IS NULL";

/// Waits at most `limit`. Answers with what is still under way then, if anything is.
///
/// # Errors
/// When something cannot be asked.
pub async fn wait(shop: &Shop, limit: Duration) -> Result<Option<String>> {
    let started = Instant::now();
    loop {
        let restless = under_way(shop).await?;
        if restless.is_none() || started.elapsed() >= limit {
            return Ok(restless);
        }
        tokio::time::sleep(POLL.min(limit.saturating_sub(started.elapsed()))).await;
    }
}

async fn under_way(shop: &Shop) -> Result<Option<String>> {
    let orders = orders_under_way(shop).await.context("the database orders cannot be asked")?;
    let mut unpublished: i64 =
        sqlx::query_scalar(UNPUBLISHED).fetch_one(&shop.orders).await.context("the database orders cannot be asked")?;
    unpublished += sqlx::query_scalar::<_, i64>(UNPUBLISHED).fetch_one(&shop.users).await.context("the database users cannot be asked")?;
    // Kafka last and only then: nobody has dealt with what is not published.
    let lag = if orders + unpublished == 0 { shop.messages.lag(CONSUMERS, &topics::ALL).await? } else { 0 };
    let parts = [(orders, "order(s) under way"), (unpublished, "event(s) not published"), (lag, "message(s) not handled")];
    let told: Vec<String> = parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    Ok((!told.is_empty()).then(|| told.join(", ")))
}

async fn orders_under_way(shop: &Shop) -> Result<i64> {
    let mut db = shop.orders.acquire().await?;
    let but_for = if scratch::exists(&mut db, "blocked_aggregates").await? { BUT_FOR_DEAD } else { "" };
    Ok(sqlx::query_scalar(AssertSqlSafe(format!("{UNDER_WAY}{but_for}"))).fetch_one(&mut *db).await?)
}
