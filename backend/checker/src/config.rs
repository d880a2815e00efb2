//! Where the shop is, by the same variables that its services read.

use std::{path::PathBuf, time::Duration};

use anyhow::Result;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use tradewind_kit::config::{Env, HttpUrl, PostgresUrl, RedisUrl};

use crate::{
    KEPT, Shop,
    cache::{self, CacheAddress},
    messages::Messages,
    replicas::Replica,
};

const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// Environment variables, with their defaults:
///
/// | variable | default | meaning |
/// |---|---|---|
/// | `ORDER_DATABASE_PRIMARY_URL`, `USER_DATABASE_PRIMARY_URL` | none | by roles that may make temporary tables: the services' own |
/// | `ORDER_DATABASE_REPLICA_URLS` | none | separated by commas |
/// | `REDIS_URL` | `redis://127.0.0.1:6379` | the services' cache |
/// | `KAFKA_BROKERS` | `127.0.0.1:9092` | separated by commas |
/// | `PAYMENTS_URL` | none | the payment provider |
/// | `CATALOG_CACHE_S` | 30 | what the order service was told |
///
/// # Errors
/// Every mistake at once.
pub fn from_env(history: Option<PathBuf>) -> Result<Shop> {
    let mut env = Env::new();
    let orders = env.required_for::<PostgresUrl>("ORDER_DATABASE_PRIMARY_URL");
    let users = env.required_for::<PostgresUrl>("USER_DATABASE_PRIMARY_URL");
    let replicas = env.list_for::<PostgresUrl>("ORDER_DATABASE_REPLICA_URLS");
    let redis = env.text_for::<RedisUrl>("REDIS_URL", "redis://127.0.0.1:6379");
    let brokers = env.or("KAFKA_BROKERS", "127.0.0.1:9092".to_owned());
    let payments = env.required_for::<HttpUrl>("PAYMENTS_URL");
    let life = env.seconds_or("CATALOG_CACHE_S", cache::LIFE.as_secs());
    env.finish(())?;
    let pool = |url: &str| -> Result<_> {
        let options: PgConnectOptions = url.parse()?;
        let name = format!("{}:{}", options.get_host(), options.get_port());
        Ok((name, PgPoolOptions::new().max_connections(4).acquire_timeout(CONNECT_WITHIN).connect_lazy_with(options)))
    };
    Ok(Shop {
        orders: pool(&orders)?.1,
        users: pool(&users)?.1,
        replicas: replicas.iter().map(|url| pool(url).map(|(name, orders)| Replica { name, orders })).collect::<Result<_>>()?,
        messages: Messages::Kafka { brokers },
        cache: CacheAddress { url: redis, prefix: String::new(), bound: CacheAddress::bound_of(life) },
        payments_url: payments.trim_end_matches('/').to_owned(),
        history,
        kept: KEPT,
    })
}
