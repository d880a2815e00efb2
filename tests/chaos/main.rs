//! Kills each process of the stack while shoppers order: nothing lost, nothing doubled, and all come back.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use futures::{StreamExt, stream};
use reqwest::{Method, StatusCode};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use tradewind_contract::orders::{Order, OrderStatus};
use tradewind_tests::{
    Shopper, Stack, invariants,
    shopper::{order_body, plentiful_sku},
};
use uuid::Uuid;

/// At least so many, and as many more as it takes to kill everybody.
const ORDERS: usize = 50;
const SHOPPERS: usize = 4;
/// Between two orders of one shopper: the machine is to restart processes, not to melt.
const PAUSE: Duration = Duration::from_secs(1);
const BACK_WITHIN: Duration = Duration::from_secs(5);
/// JVMs and databases do the same on a quiet machine (the test prints how long each took); on a busy one what counts is
/// that they come back at all.
const SLOW_BACK_WITHIN: Duration = Duration::from_secs(40);
const SLOW: [&str; 4] = ["kafka", "zipkin", "postgres-primary", "postgres-replica"];
/// From a new guest to a paid order.
const JOURNEY_WITHIN: Duration = Duration::from_secs(20);

const VICTIMS: [&str; 13] = [
    "order-1",
    "worker",
    "order-2",
    "user-1",
    "payments",
    "user-2",
    "redis",
    "gateway",
    "postgres-replica",
    "kafka",
    "collector",
    "postgres-primary",
    "zipkin",
];

#[tokio::test]
async fn killing_each_process_in_the_middle_of_orders_loses_and_doubles_nothing() -> Result<()> {
    let stack = Stack::under_test()?;
    let orders = stack.database("orders").await?;
    checkpoint(&stack, &orders).await?;
    let sku = plentiful_sku(&Shopper::guest(&stack.gateway).await?, &orders).await?;
    let answered: Mutex<Vec<(Order, String)>> = Mutex::default();
    let all_killed = CancellationToken::new();
    let begun = AtomicUsize::new(0);
    let buying = stream::iter(0..SHOPPERS).for_each_concurrent(SHOPPERS, |_| async {
        while begun.fetch_add(1, Ordering::Relaxed) < ORDERS || !all_killed.is_cancelled() {
            let key = Uuid::new_v4().to_string();
            match buy(&stack.gateway, &sku, &key).await {
                Ok((_, order)) => answered.lock().unwrap_or_else(PoisonError::into_inner).push((order, key)),
                Err(error) => panic!("a shopper who retries gets through: {error:#}"),
            }
            tokio::time::sleep(PAUSE).await;
        }
    });
    let killing = async {
        let _last = all_killed.clone().drop_guard();
        for victim in VICTIMS {
            let old = stack.kill(victim)?;
            let killed = Instant::now();
            stack.wait_back(victim, old, if SLOW.contains(&victim) { SLOW_BACK_WITHIN } else { BACK_WITHIN }).await?;
            let back = killed.elapsed();
            journey(&stack, &sku).await.with_context(|| format!("after {victim} was killed"))?;
            println!("{victim:<18} back after {back:.1?}, a purchase paid after {:.1?}", killed.elapsed());
        }
        anyhow::Ok(())
    };
    let ((), killed) = tokio::join!(buying, killing);
    killed?;

    invariants::wait_quiet(&stack, Duration::from_secs(120)).await?;
    let answered = answered.into_inner().unwrap_or_else(PoisonError::into_inner);
    assert!(answered.len() >= ORDERS, "{} orders", answered.len());
    for (order, key) in &answered {
        let ids: Vec<Uuid> = sqlx::query_scalar("SELECT id FROM orders WHERE idempotency_key = $1").bind(key).fetch_all(&orders).await?;
        assert_eq!(ids, [order.id.as_uuid()], "1 and 2: the answered order exists, once");
    }
    let broken = invariants::check(&stack).await?;
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    Ok(())
}

/// Other tests make and drop a hundred databases in a minute. A killed server would replay all of that, which says nothing
/// about a shop.
async fn checkpoint(stack: &Stack, primary: &PgPool) -> Result<()> {
    sqlx::query("CHECKPOINT").execute(primary).await?;
    let replica = stack.replica("orders").await?;
    invariants::wait_replayed(primary, &replica, Duration::from_secs(120)).await?;
    sqlx::query("CHECKPOINT").execute(&replica).await?;
    Ok(())
}

/// A whole purchase, up to the payment.
async fn journey(stack: &Stack, sku: &str) -> Result<()> {
    let (shopper, order) = buy(&stack.gateway, sku, &Uuid::new_v4().to_string()).await?;
    retry(|| shopper.wait_for(&order, OrderStatus::Paid, JOURNEY_WITHIN)).await?;
    Ok(())
}

/// As a patient browser: every step is repeated until it is answered; the order always with the same key.
async fn buy(gateway: &str, sku: &str, key: &str) -> Result<(Shopper, Order)> {
    let guest = retry(|| Shopper::guest(gateway)).await?;
    retry(|| guest.put_in_cart(sku, 1)).await?;
    let body = order_body("tok_ok");
    let order = retry(|| async {
        let response = guest.answer(Method::POST, "/orders", Some(&body), &[("Idempotency-Key", key)]).await?;
        let status = response.status();
        anyhow::ensure!(status == StatusCode::CREATED, "{status} {}", response.text().await?);
        Ok(response.json().await?)
    })
    .await?;
    Ok((guest, order))
}

async fn retry<T, Fut: Future<Output = Result<T>>>(mut step: impl FnMut() -> Fut) -> Result<T> {
    let mut tries = 0;
    loop {
        match step().await {
            Ok(value) => return Ok(value),
            Err(error) if tries >= 160 => return Err(error),
            Err(_) => tries += 1,
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}
