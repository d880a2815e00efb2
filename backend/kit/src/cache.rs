//! Redis as a cache that may be away at any time, and cache-aside with an in-process first level.

use std::{future::Future, sync::Arc, time::Duration};

use deadpool_redis::{Config, Pool, Runtime, redis::AsyncCommands};
use serde::{Serialize, de::DeserializeOwned};
use tracing::instrument;

use crate::{Error, Result};

/// A cache that is slower than this is no cache.
const REDIS_TIMEOUT: Duration = Duration::from_millis(50);

#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    #[error("no connection to Redis")]
    Pool(#[from] deadpool_redis::PoolError),
    #[error("Redis")]
    Redis(#[from] deadpool_redis::redis::RedisError),
    #[error("Redis took longer than 50 ms")]
    Timeout,
    #[error("the Redis URL cannot be used")]
    Url(#[from] deadpool_redis::CreatePoolError),
}

/// A pool of connections; each call has a time limit.
#[derive(Clone)]
pub struct Redis(Pool);

impl Redis {
    /// Opens lazily.
    ///
    /// # Errors
    /// When the URL cannot be read.
    pub fn connect(url: &str) -> Result<Self, CacheError> {
        Ok(Self(Config::from_url(url).create_pool(Some(Runtime::Tokio1))?))
    }

    async fn run<T, Fut>(&self, work: impl FnOnce(deadpool_redis::Connection) -> Fut) -> Result<T, CacheError>
    where
        Fut: Future<Output = Result<T, deadpool_redis::redis::RedisError>>,
    {
        let call = async { Ok(work(self.0.get().await?).await?) };
        tokio::time::timeout(REDIS_TIMEOUT, call).await.unwrap_or(Err(CacheError::Timeout))
    }

    /// # Errors
    /// When Redis is away or slow.
    #[instrument(skip_all, name = "redis GET", fields(otel.kind = "client", db.system.name = "redis"))]
    pub async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, CacheError> {
        self.run(async |mut redis| redis.get(key).await).await
    }

    /// # Errors
    /// When Redis is away or slow.
    #[instrument(skip_all, name = "redis EXISTS", fields(otel.kind = "client", db.system.name = "redis"))]
    pub async fn exists(&self, key: &str) -> Result<bool, CacheError> {
        self.run(async |mut redis| redis.exists(key).await).await
    }

    /// # Errors
    /// When Redis is away or slow.
    #[instrument(skip_all, name = "redis SET", fields(otel.kind = "client", db.system.name = "redis"))]
    pub async fn set(&self, key: &str, value: &[u8], life: Duration) -> Result<(), CacheError> {
        let life_ms = u64::try_from(life.as_millis()).unwrap_or(u64::MAX);
        self.run(async |mut redis| redis.pset_ex(key, value, life_ms).await).await
    }

    /// # Errors
    /// When Redis is away or slow.
    #[instrument(skip_all, name = "redis DEL", fields(otel.kind = "client", db.system.name = "redis"))]
    pub async fn delete(&self, keys: &[String]) -> Result<(), CacheError> {
        if keys.is_empty() {
            return Ok(());
        }
        self.run(async |mut redis| redis.del::<_, ()>(keys).await).await
    }

    /// # Errors
    /// When Redis is away or slow.
    #[instrument(skip_all, name = "redis PUBLISH", fields(otel.kind = "client", db.system.name = "redis"))]
    pub async fn publish(&self, channel: &str, message: &str) -> Result<(), CacheError> {
        self.run(async |mut redis| redis.publish::<_, _, ()>(channel, message).await).await
    }

    /// Runs a script with one key.
    ///
    /// # Errors
    /// When Redis is away or slow, or the script fails.
    #[instrument(skip_all, name = "redis EVALSHA", fields(otel.kind = "client", db.system.name = "redis"))]
    pub async fn script(&self, script: &deadpool_redis::redis::Script, key: &str, arguments: &[i64]) -> Result<Vec<i64>, CacheError> {
        self.run(async |mut redis| {
            let mut call = script.key(key);
            for argument in arguments {
                call.arg(*argument);
            }
            call.invoke_async(&mut redis).await
        })
        .await
    }
}

/// Values that everybody may see, by key: a small first level in the process, Redis behind it, the
/// database behind that. One load per key and process at a time.
#[derive(Clone)]
pub struct Cached {
    local: moka::future::Cache<String, Arc<Vec<u8>>>,
    redis: Redis,
    life: Duration,
}

/// Entries live a second in the process, so that an invalidation in Redis is seen by all within it.
const LOCAL_LIFE: Duration = Duration::from_millis(900);
const LOCAL_BYTES_MAX: u64 = 32 * 1024 * 1024;

impl Cached {
    pub fn new(redis: Redis, life: Duration) -> Self {
        let local = moka::future::Cache::builder()
            .max_capacity(LOCAL_BYTES_MAX)
            .weigher(|key: &String, value: &Arc<Vec<u8>>| u32::try_from(key.len() + value.len() + 64).unwrap_or(u32::MAX))
            .time_to_live(LOCAL_LIFE)
            .build();
        Self { local, redis, life }
    }

    /// The value under `key`, from the nearest level that has it, else from `load`, as serialised JSON.
    ///
    /// # Errors
    /// What `load` fails with; Redis being away is not an error.
    #[instrument(skip_all, name = "cache", fields(cache.level = tracing::field::Empty))]
    pub async fn json<T, Fut>(&self, key: &str, load: impl FnOnce() -> Fut) -> Result<Arc<Vec<u8>>>
    where
        T: Serialize,
        Fut: Future<Output = Result<T>>,
    {
        let span = tracing::Span::current();
        let fetch = async {
            match self.redis.get(key).await {
                Ok(Some(bytes)) => {
                    span.record("cache.level", "redis");
                    return Ok(Arc::new(bytes));
                }
                Ok(None) => {}
                Err(error) => tracing::debug!(%error, "the cache does not answer"),
            }
            span.record("cache.level", "database");
            let bytes = serde_json::to_vec(&load().await?)?;
            if let Err(error) = self.redis.set(key, &bytes, jittered(self.life)).await {
                tracing::debug!(%error, "the cache does not take the value");
            }
            Ok(Arc::new(bytes))
        };
        self.local.try_get_with_by_ref(key, fetch).await.map_err(|error: Arc<Error>| Error::from(error))
    }

    /// As [`Self::json`], read back into a value.
    ///
    /// # Errors
    /// As [`Self::json`], and when the cached bytes are of another shape.
    pub async fn value<T, Fut>(&self, key: &str, load: impl FnOnce() -> Fut) -> Result<T>
    where
        T: Serialize + DeserializeOwned,
        Fut: Future<Output = Result<T>>,
    {
        Ok(serde_json::from_slice(&self.json(key, load).await?)?)
    }

    /// Forgets keys here and in Redis; the other instances' first level follows within a second.
    pub async fn forget(&self, keys: &[String]) {
        for key in keys {
            self.local.invalidate(key).await;
        }
        if let Err(error) = self.redis.delete(keys).await {
            tracing::warn!(%error, "cached entries stay until they end by themselves");
        }
    }
}

/// Ten per cent of jitter, so that entries made together do not end together.
fn jittered(life: Duration) -> Duration {
    life.mul_f64(rand::random_range(0.9..1.1))
}
