//! Kills each process in the middle of fifty orders: nothing lost, nothing doubled.

use std::{sync::Mutex, time::Duration};

use anyhow::Result;
use futures::{StreamExt, stream};
use reqwest::{Method, StatusCode};
use tradewind_contract::orders::Order;
use tradewind_tests::{
    Shopper, Stack, invariants,
    shopper::{order_body, plentiful_sku},
};
use uuid::Uuid;

const ORDERS: usize = 50;
const VICTIMS: [&str; 6] = ["order-1", "worker", "order-2", "user-1", "payments", "user-2"];

#[tokio::test]
async fn killing_each_process_in_the_middle_of_fifty_orders_loses_and_doubles_nothing() -> Result<()> {
    let stack = Stack::under_test()?;
    let orders = stack.database("orders").await?;
    let sku = plentiful_sku(&Shopper::guest(&stack.gateway).await?, &orders).await?;
    let answered: Mutex<Vec<(Order, String)>> = Mutex::default();
    let buying = stream::iter(0..ORDERS).for_each_concurrent(4, |_| async {
        let key = Uuid::new_v4().to_string();
        match buy(&stack.gateway, &sku, &key).await {
            Ok(order) => answered.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((order, key)),
            Err(error) => panic!("a shopper who retries gets through: {error:#}"),
        }
        tokio::time::sleep(Duration::from_millis(400)).await;
    });
    let killing = async {
        for victim in VICTIMS {
            tokio::time::sleep(Duration::from_millis(600)).await;
            let old = stack.kill(victim)?;
            stack.wait_back(victim, old, Duration::from_secs(5)).await?;
        }
        anyhow::Ok(())
    };
    let ((), killed) = tokio::join!(buying, killing);
    killed?;

    invariants::wait_quiet(&stack, Duration::from_secs(120)).await?;
    let answered = answered.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    assert_eq!(answered.len(), ORDERS);
    for (order, key) in &answered {
        let ids: Vec<Uuid> = sqlx::query_scalar("SELECT id FROM orders WHERE idempotency_key = $1").bind(key).fetch_all(&orders).await?;
        assert_eq!(ids, [order.id.as_uuid()], "1 and 2: the answered order exists, once");
    }
    let broken = invariants::check(&stack).await?;
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    Ok(())
}

/// As a patient browser: every step is repeated until it is answered; the order always with the same key.
async fn buy(gateway: &str, sku: &str, key: &str) -> Result<Order> {
    let guest = retry(|| Shopper::guest(gateway)).await?;
    retry(|| guest.put_in_cart(sku, 1)).await?;
    let body = order_body("tok_ok");
    retry(|| async {
        let response = guest.answer(Method::POST, "/orders", Some(&body), &[("Idempotency-Key", key)]).await?;
        let status = response.status();
        anyhow::ensure!(status == StatusCode::CREATED, "{status} {}", response.text().await?);
        Ok(response.json().await?)
    })
    .await
}

async fn retry<T, Fut: Future<Output = Result<T>>>(mut step: impl FnMut() -> Fut) -> Result<T> {
    let mut tries = 0;
    loop {
        match step().await {
            Ok(value) => return Ok(value),
            Err(error) if tries >= 40 => return Err(error),
            Err(_) => tries += 1,
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}
