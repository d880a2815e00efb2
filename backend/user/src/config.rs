//! What the user service is told, with its defaults.

use std::{path::PathBuf, time::Duration};

use tradewind_contract::limits::WRITES_PER_IDENTITY;
use tradewind_kit::{
    config::{Common, ConfigError, Env, PostgresUrl, RedisUrl},
    database::PoolConfig,
};

/// Environment variables, with their defaults:
///
/// | variable | default | meaning |
/// |---|---|---|
/// | `LISTEN_ADDRESS`, `INTERNAL_ADDRESS` | `127.0.0.1:8083`, `127.0.0.1:8093` | the API; health and metrics |
/// | `DATABASE_PRIMARY_URL` | none | the primary of the database `users` |
/// | `DATABASE_REPLICA_URLS` | empty | replicas, separated by commas |
/// | `DATABASE_POOL_MAX` | 10 | connections per pool |
/// | `REDIS_URL` | `redis://127.0.0.1:6379` | quotas, and which sessions have ended |
/// | `SIGNING_KEY_FILE` | none | Ed25519 private key, PKCS#8 in PEM |
/// | `SIGNING_KEY_PREVIOUS_FILES` | empty | keys that are published but do not sign, separated by commas |
/// | `COOKIE_SECURE` | `false` | `true` behind TLS: the cookie is `__Host-refresh` and Secure |
/// | `SESSION_LIFE_DAYS` | 30 | see [`Limits`] |
/// | `HASH_SLOTS`, `HASH_QUEUE` | 2, 32 | see [`Limits`] |
/// | `LOGIN_FREE_PER_ACCOUNT`, `LOGIN_FREE_PER_ADDRESS` | 5, 50 | see [`Limits`] |
/// | `WRITES_PER_SECOND`, `WRITES_BURST` | 20, 60 | writes per identity |
/// | `SERVICE_INSTANCE`, `LOG_LEVEL`, `OTLP_ENDPOINT`, `SHUTDOWN_GRACE_S` | `user`, `info`, none, 25 | see the kit |
///
/// Keys rotate without a failed request in three steps, each on every instance before the next begins:
/// publish the new key as a previous one, sign with it and publish the old one, and after ten minutes
/// (the life of an access token) drop the old one.
#[derive(Debug, Clone)]
pub struct Config {
    pub common: Common,
    pub primary_url: String,
    pub replica_urls: Vec<String>,
    pub pool: PoolConfig,
    pub redis_url: String,
    pub signing_key: PathBuf,
    pub published_keys: Vec<PathBuf>,
    pub cookie_secure: bool,
    pub limits: Limits,
    pub writes_per_second: u32,
    pub writes_burst: u32,
}

/// The numbers that decide how hard it is to guess a password and how long one stays logged in.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// A session ends this long after it was opened, however often it is refreshed (ASVS 5.0, 7.3.2).
    pub session_life: Duration,
    /// Within this time a used refresh token is taken for a lost reply; later it is a stolen one.
    pub refresh_grace: Duration,
    /// Argon2id runs at once: each takes a core for about 30 ms and 19 MiB.
    pub hash_slots: usize,
    /// Log-ins that may wait for a slot: two slots work off 32 in about half a second. Others get 503.
    pub hash_queue: usize,
    pub account_throttle: Throttle,
    pub address_throttle: Throttle,
}

/// When wrong log-ins begin to cost time. The delay doubles with each from 1 s and never exceeds
/// `delay_max`, so that nobody can lock an account for good.
#[derive(Debug, Clone, Copy)]
pub struct Throttle {
    /// Wrong log-ins in a row that cost nothing.
    pub free: u32,
    pub delay_max: Duration,
    /// After this long without a wrong log-in the count begins again.
    pub forget_after: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            session_life: Duration::from_secs(30 * 24 * 60 * 60),
            refresh_grace: Duration::from_secs(10),
            hash_slots: 2,
            hash_queue: 32,
            // A person mistypes a few times; at one guess a minute a list of 10,000 takes a week.
            account_throttle: Throttle { free: 5, delay_max: Duration::from_secs(60), forget_after: Duration::from_secs(15 * 60) },
            // Many people share an address (offices, mobile networks), so it may be wrong more often.
            address_throttle: Throttle { free: 50, delay_max: Duration::from_secs(60), forget_after: Duration::from_secs(15 * 60) },
        }
    }
}

impl Config {
    /// # Errors
    /// Every mistake at once.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(Env::new())
    }

    fn read(mut env: Env) -> Result<Self, ConfigError> {
        let config = Self {
            common: Common::read(&mut env, "user", 8083, 8093),
            primary_url: env.required_for::<PostgresUrl>("DATABASE_PRIMARY_URL"),
            replica_urls: env.list_for::<PostgresUrl>("DATABASE_REPLICA_URLS"),
            pool: PoolConfig { max_connections: env.at_least_one_or("DATABASE_POOL_MAX", 10), ..PoolConfig::default() },
            redis_url: env.text_for::<RedisUrl>("REDIS_URL", "redis://127.0.0.1:6379"),
            signing_key: env.required_file("SIGNING_KEY_FILE"),
            published_keys: env.files("SIGNING_KEY_PREVIOUS_FILES"),
            cookie_secure: env.or("COOKIE_SECURE", false),
            limits: Limits::read(&mut env),
            writes_per_second: env.at_least_one_or("WRITES_PER_SECOND", WRITES_PER_IDENTITY.per_second),
            writes_burst: env.at_least_one_or("WRITES_BURST", WRITES_PER_IDENTITY.burst),
        };
        env.finish(config)
    }
}

impl Limits {
    fn read(env: &mut Env) -> Self {
        let default = Self::default();
        let days: u32 = env.or("SESSION_LIFE_DAYS", 30);
        Self {
            session_life: Duration::from_secs(u64::from(days) * 24 * 60 * 60),
            refresh_grace: default.refresh_grace,
            hash_slots: env.at_least_one_or("HASH_SLOTS", default.hash_slots),
            hash_queue: env.or("HASH_QUEUE", default.hash_queue),
            account_throttle: Throttle {
                free: env.or("LOGIN_FREE_PER_ACCOUNT", default.account_throttle.free),
                ..default.account_throttle
            },
            address_throttle: Throttle {
                free: env.or("LOGIN_FREE_PER_ADDRESS", default.address_throttle.free),
                ..default.address_throttle
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_is_told_at_once() {
        let variables = [
            ("DATABASE_PRIMARY_URL", "postgres://h:port/"),
            ("HASH_SLOTS", "0"),
            ("COOKIE_SECURE", "yes"),
            ("SIGNING_KEY_PREVIOUS_FILES", "/no/such/file"),
            ("WRITES_PER_SECOND", "-1"),
        ];
        let env = Env::of(variables.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let error = Config::read(env).expect_err("mistakes").to_string();
        for (name, _) in variables {
            assert!(error.contains(&format!("\n  {name}")), "{name} is not in {error}");
        }
        assert!(error.contains("SIGNING_KEY_FILE is missing"), "{error}");
    }
}
