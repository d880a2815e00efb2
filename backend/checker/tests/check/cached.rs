//! 12: entries as the order service writes them, and what becomes of them.

use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;
use tradewind_contract::catalog::{ProductList, RelatedProducts};
use tradewind_kit::{
    cache::{Cached, Redis},
    database::{Database, PoolConfig},
};
use tradewind_order::catalog::{model::ProductFilter, queries};

use crate::harness::{Planted, assert_broken};

/// Fills the cache through the services' own code.
async fn fill(planted: &Planted, life: Duration) {
    let options: &PgConnectOptions = &planted.shop.orders.connect_options();
    let url = sqlx::ConnectOptions::to_url_lossy(options);
    let database = Database::connect("orders", url.as_ref(), &[], &PoolConfig { min_connections: 0, ..PoolConfig::default() }).unwrap();
    // A busy machine's Redis may be slower than a service waits for it: then there is no entry, and it is tried again.
    let cached =
        || Cached::new(Redis::connect(&planted.shop.cache.url).unwrap(), database.clone(), life).with_prefix(&planted.shop.cache.prefix);
    let filter = ProductFilter { limit: 24, ..ProductFilter::default() };
    for _ in 0..20 {
        let cache = cached();
        for handle in ["assam-gold", "no-such-tea"] {
            cache.json(&format!("product:{handle}"), 0, async |db| queries::select_product(db, handle).await).await.unwrap();
        }
        let page = async |db: &mut sqlx::PgConnection| {
            let (items, next_cursor) = queries::select_products(db, &filter).await?;
            Ok(ProductList { items, next_cursor, facets: Vec::new(), total: 8 })
        };
        cache.json(&filter.cache_key(), 0, page).await.unwrap();
        let related =
            async |db: &mut sqlx::PgConnection| Ok(queries::select_related(db, "gyokuro").await?.map(|items| RelatedProducts { items }));
        cache.json("related:gyokuro", 0, related).await.unwrap();
        let keys: Vec<String> = redis(planted, redis::cmd("KEYS").arg(format!("{}*", planted.shop.cache.prefix))).await;
        if keys.len() == 4 {
            return;
        }
    }
    panic!("Redis does not answer");
}

async fn redis<T: redis::FromRedisValue>(planted: &Planted, command: &redis::Cmd) -> T {
    let client = redis::Client::open(planted.shop.cache.url.as_str()).unwrap();
    command.query_async(&mut client.get_multiplexed_async_connection().await.unwrap()).await.unwrap()
}

#[tokio::test]
async fn invariant_12_an_entry_that_outlives_its_truth() {
    let Some(mut planted) = Planted::start().await else { return };
    fill(&planted, Duration::from_secs(30)).await;
    let report = planted.check().await;
    assert_broken(&report, &[]);
    assert_eq!(report.verdict(12).looked_at, 4);

    // Two are to live on: one with an end that is too far away, one without any.
    let prefix = planted.shop.cache.prefix.clone();
    let _: bool = redis(&planted, redis::cmd("PERSIST").arg(format!("{prefix}product:assam-gold"))).await;
    let _: bool = redis(&planted, redis::cmd("PEXPIRE").arg(format!("{prefix}related:gyokuro")).arg(3_600_900)).await;
    planted.shop.cache.bound = Duration::from_secs(60);
    let report = planted.check().await;
    let mut rows = report.verdict(12).rows.clone();
    rows.sort();
    let wanted = [
        format!("lives longer than 60s: {prefix}product:assam-gold, without an end"),
        format!("lives longer than 60s: {prefix}related:gyokuro, 3600 s from now"),
    ];
    assert_eq!(rows, wanted, "{report}");
    let lasting = [format!("{prefix}product:assam-gold"), format!("{prefix}related:gyokuro")];
    let _: i64 = redis(&planted, redis::cmd("DEL").arg(&lasting)).await;
}

#[tokio::test]
async fn invariant_12_an_entry_that_differs_for_longer_than_its_bound() {
    let Some(mut planted) = Planted::start().await else { return };
    fill(&planted, Duration::from_secs(3)).await;
    planted
        .plant(
            "UPDATE variants SET price = 1300 WHERE sku = 'ASSAM-100'; UPDATE products SET price_from = 1300 WHERE handle = 'assam-gold'",
        )
        .await;
    // While it may still be old, it is looked at again, until it has ended by itself.
    planted.shop.cache.bound = Duration::from_secs(20);
    let started = Instant::now();
    assert_broken(&planted.check().await, &[]);
    assert!(started.elapsed() >= Duration::from_millis(1_500), "{:?}", started.elapsed());

    // Somebody who keeps on filling in what is no longer true.
    planted.plant("UPDATE products SET title = 'Assam' WHERE handle = 'assam-gold'").await;
    fill(&planted, Duration::from_secs(3)).await;
    planted.plant("UPDATE products SET title = 'Assam Gold' WHERE handle = 'assam-gold'").await;
    planted.shop.cache.bound = Duration::from_secs(4);
    let key = format!("{}product:assam-gold", planted.shop.cache.prefix);
    let refill = async {
        loop {
            let _: bool = redis(&planted, redis::cmd("PEXPIRE").arg(&key).arg(3_500)).await;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let report = tokio::select! { report = planted.check() => report, () = refill => unreachable!() };
    assert_broken(&report, &[(12, &[format!("differs from the database for 4s: {key}")])]);
}
