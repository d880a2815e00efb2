//! Kills each process of the stack while shoppers order: nothing lost, nothing doubled, and all come back.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use futures::{StreamExt, stream};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use tradewind_checker::{check, quiet, replicas};
use tradewind_contract::orders::{Order, OrderStatus};
use tradewind_tests::{
    SeenFile, Shopper, Stack,
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
/// Until the last parcel has arrived.
const QUIET_WITHIN: Duration = Duration::from_secs(120);
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
    let seen = SeenFile::new()?;
    let answered = AtomicUsize::new(0);
    let all_killed = CancellationToken::new();
    let begun = AtomicUsize::new(0);
    let buying = stream::iter(0..SHOPPERS).for_each_concurrent(SHOPPERS, |_| async {
        while begun.fetch_add(1, Ordering::Relaxed) < ORDERS || !all_killed.is_cancelled() {
            let key = Uuid::new_v4().to_string();
            match buy(&seen, &stack.gateway, &sku, &key).await {
                Ok(_) => answered.fetch_add(1, Ordering::Relaxed),
                Err(error) => panic!("a shopper who retries gets through: {error:#}"),
            };
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
            journey(&seen, &stack, &sku).await.with_context(|| format!("after {victim} was killed"))?;
            println!("{victim:<18} back after {back:.1?}, a purchase paid after {:.1?}", killed.elapsed());
        }
        anyhow::Ok(())
    };
    let ((), killed) = tokio::join!(buying, killing);
    killed?;

    let answered = answered.into_inner();
    assert!(answered >= ORDERS, "{answered} orders");
    let shop = stack.shop(Some(seen.path.clone())).await?;
    assert_eq!(quiet::wait(&shop, QUIET_WITHIN).await?, None);
    let report = check(&shop).await?;
    println!("{report}");
    assert!(report.holds(), "{report}");
    assert!(report.verdict(11).looked_at >= answered as u64, "each shopper looked at the order");
    Ok(())
}

/// Other tests make and drop a hundred databases in a minute. A killed server would replay all of that, which says nothing
/// about a shop.
async fn checkpoint(stack: &Stack, primary: &PgPool) -> Result<()> {
    sqlx::query("CHECKPOINT").execute(primary).await?;
    let replica = stack.replica("orders").await?;
    replicas::wait_replayed(primary, &replica, Duration::from_secs(120)).await?;
    sqlx::query("CHECKPOINT").execute(&replica).await?;
    Ok(())
}

/// A whole purchase, up to the payment.
async fn journey(seen: &SeenFile, stack: &Stack, sku: &str) -> Result<()> {
    let (shopper, order) = buy(seen, &stack.gateway, sku, &Uuid::new_v4().to_string()).await?;
    retry(|| shopper.wait_for(&order, OrderStatus::Paid, JOURNEY_WITHIN)).await?;
    Ok(())
}

/// As a patient browser: every step is repeated until it is answered; the order always with the same key. Then it looks at the order.
async fn buy(seen: &SeenFile, gateway: &str, sku: &str, key: &str) -> Result<(Shopper, Order)> {
    let guest = retry(|| Shopper::guest(gateway)).await?;
    retry(|| guest.put_in_cart(sku, 1)).await?;
    let body = order_body("tok_ok");
    let order = retry(|| seen.order(&guest, &body, key)).await?;
    retry(|| seen.read(&guest, order.id)).await?;
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
