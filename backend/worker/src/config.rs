//! What the worker is told, with its defaults.

use std::time::Duration;

use tradewind_events::topics;
use tradewind_kit::config::{Common, ConfigError, Env, HttpUrl, PostgresUrl, RedisUrl};

use crate::housekeeping::Retention;

/// Environment variables, with their defaults:
///
/// | variable | default | meaning |
/// |---|---|---|
/// | `INTERNAL_ADDRESS` | `127.0.0.1:8096` | health and metrics |
/// | `ORDER_DATABASE_PRIMARY_URL`, `USER_DATABASE_PRIMARY_URL` | none | whose outboxes are relayed |
/// | `DATABASE_POOL_MAX` | 8 | connections to `orders` |
/// | `REDIS_URL` | `redis://127.0.0.1:6379` | where steps are announced |
/// | `KAFKA_BROKERS` | `127.0.0.1:9092` | separated by commas |
/// | `KAFKA_PREFIX` | none | stands before every topic and group, so that several shops can share brokers |
/// | `KAFKA_MEMBER` | none | a name that only this process has in its groups; one that comes back under it goes on at once |
/// | `RETRY_5S_MS`, `RETRY_1M_MS`, `RETRY_10M_MS` | 5000, 60000, 600000 | how long messages stay in the retry topics, whose names stay; tests hurry |
/// | `OUTBOX_RETENTION_H` | 168 | how long published events stay in the outboxes: as long as Kafka keeps them |
/// | `INBOX_RETENTION_H` | 192 | how long handled events are known: a day longer than Kafka keeps them |
/// | `PAYMENTS_URL` | none | the payment provider |
/// | `SHIP_AFTER_S`, `DELIVER_AFTER_S` | 15, 15 | the simulated fulfilment |
/// | `RECONCILE_EVERY_S` | 10 | how often the ledger is compared with the provider |
/// | `SERVICE_INSTANCE`, `LOG_LEVEL`, `OTLP_ENDPOINT`, `SHUTDOWN_GRACE_S` | `worker`, `info`, none, 25 | see the kit |
#[derive(Debug, Clone)]
pub struct Config {
    pub common: Common,
    pub order_primary_url: String,
    pub user_primary_url: String,
    pub pool_max: u32,
    pub redis_url: String,
    pub kafka_brokers: String,
    pub kafka_prefix: String,
    pub kafka_member: Option<String>,
    pub retry_delays: [Duration; topics::RETRIES.len()],
    pub retention: Retention,
    pub payments_url: String,
    pub ship_after: Duration,
    pub deliver_after: Duration,
    pub reconcile_every: Duration,
}

impl Config {
    /// # Errors
    /// Every mistake at once.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(Env::new())
    }

    fn read(mut env: Env) -> Result<Self, ConfigError> {
        let config = Self {
            common: Common::read(&mut env, "worker", 8086, 8096),
            order_primary_url: env.required_for::<PostgresUrl>("ORDER_DATABASE_PRIMARY_URL"),
            user_primary_url: env.required_for::<PostgresUrl>("USER_DATABASE_PRIMARY_URL"),
            pool_max: env.at_least_one_or("DATABASE_POOL_MAX", 8),
            redis_url: env.text_for::<RedisUrl>("REDIS_URL", "redis://127.0.0.1:6379"),
            kafka_brokers: env.or("KAFKA_BROKERS", "127.0.0.1:9092".to_owned()),
            kafka_prefix: env.or("KAFKA_PREFIX", String::new()),
            kafka_member: Some(env.or("KAFKA_MEMBER", String::new())).filter(|name| !name.is_empty()),
            retry_delays: [
                env.milliseconds_or("RETRY_5S_MS", 5_000),
                env.milliseconds_or("RETRY_1M_MS", 60_000),
                env.milliseconds_or("RETRY_10M_MS", 600_000),
            ],
            retention: Retention { outbox: env.hours_or("OUTBOX_RETENTION_H", 168), inbox: env.hours_or("INBOX_RETENTION_H", 192) },
            payments_url: env.required_for::<HttpUrl>("PAYMENTS_URL"),
            ship_after: env.seconds_or("SHIP_AFTER_S", 15),
            deliver_after: env.seconds_or("DELIVER_AFTER_S", 15),
            reconcile_every: Duration::from_secs(u64::from(env.at_least_one_or("RECONCILE_EVERY_S", 10_u32))),
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
            ("ORDER_DATABASE_PRIMARY_URL", "nowhere"),
            ("PAYMENTS_URL", "https://payments.example"),
            ("SHIP_AFTER_S", "1.5"),
            ("SHUTDOWN_GRACE_S", "x"),
        ];
        let env = Env::of(variables.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let error = Config::read(env).expect_err("mistakes").to_string();
        for (name, _) in variables {
            assert!(error.contains(&format!("\n  {name}")), "{name} is not in {error}");
        }
        assert!(error.contains("USER_DATABASE_PRIMARY_URL is missing"), "{error}");
    }
}
