//! What the order service is told, with its defaults.

use std::time::Duration;

use tradewind_contract::limits::WRITES_PER_IDENTITY;
use tradewind_kit::{
    config::{Common, ConfigError, Env, HttpUrl, PostgresUrl, RedisUrl},
    database::PoolConfig,
};

/// Environment variables, with their defaults:
///
/// | variable | default | meaning |
/// |---|---|---|
/// | `LISTEN_ADDRESS`, `INTERNAL_ADDRESS` | `127.0.0.1:8081`, `127.0.0.1:8091` | the API; health and metrics |
/// | `DATABASE_PRIMARY_URL` | none | the primary of the database `orders` |
/// | `DATABASE_REPLICA_URLS` | empty | replicas, separated by commas |
/// | `DATABASE_POOL_MAX` | 16 | connections per pool |
/// | `REDIS_URL` | `redis://127.0.0.1:6379` | the cache |
/// | `USER_JWKS_URL` | none | where the user service publishes its keys |
/// | `CATALOG_CACHE_S` | 30 | how long catalogue reads may be cached |
/// | `WRITES_PER_SECOND`, `WRITES_BURST` | 20, 60 | writes per identity |
/// | `SERVICE_INSTANCE`, `LOG_LEVEL`, `OTLP_ENDPOINT`, `SHUTDOWN_GRACE_S` | `order`, `info`, none, 25 | see the kit |
#[derive(Debug, Clone)]
pub struct Config {
    pub common: Common,
    pub primary_url: String,
    pub replica_urls: Vec<String>,
    pub pool: PoolConfig,
    pub redis_url: String,
    pub jwks_url: String,
    pub catalog_cache: Duration,
    pub writes_per_second: u32,
    pub writes_burst: u32,
}

impl Config {
    /// # Errors
    /// Every mistake at once.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(Env::new())
    }

    fn read(mut env: Env) -> Result<Self, ConfigError> {
        let config = Self {
            common: Common::read(&mut env, "order", 8081, 8091),
            primary_url: env.required_for::<PostgresUrl>("DATABASE_PRIMARY_URL"),
            replica_urls: env.list_for::<PostgresUrl>("DATABASE_REPLICA_URLS"),
            pool: PoolConfig { max_connections: env.at_least_one_or("DATABASE_POOL_MAX", 16), ..PoolConfig::default() },
            redis_url: env.text_for::<RedisUrl>("REDIS_URL", "redis://127.0.0.1:6379"),
            jwks_url: env.required_for::<HttpUrl>("USER_JWKS_URL"),
            catalog_cache: env.seconds_or("CATALOG_CACHE_S", 30),
            writes_per_second: env.at_least_one_or("WRITES_PER_SECOND", WRITES_PER_IDENTITY.per_second),
            writes_burst: env.at_least_one_or("WRITES_BURST", WRITES_PER_IDENTITY.burst),
        };
        env.finish(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_is_told_at_once() {
        let variables = [
            ("DATABASE_PRIMARY_URL", "postgres://h:port/"),
            ("DATABASE_REPLICA_URLS", "nowhere"),
            ("DATABASE_POOL_MAX", "0"),
            ("REDIS_URL", "http://h"),
            ("CATALOG_CACHE_S", "soon"),
            ("LISTEN_ADDRESS", "8081"),
        ];
        let env = Env::of(variables.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let error = Config::read(env).expect_err("mistakes").to_string();
        for (name, _) in variables {
            assert!(error.contains(&format!("\n  {name}")), "{name} is not in {error}");
        }
        assert!(error.contains("USER_JWKS_URL is missing"), "{error}");
    }
}
