//! Redis as a cache that may be away at any time, and cache-aside with an in-process first level.

use std::{
    future::Future,
    sync::{Arc, LazyLock},
    time::Duration,
};

use axum::body::Bytes;
use deadpool_redis::{
    Config, Pool, Runtime,
    redis::{AsyncCommands, Script},
};
use serde::Serialize;
use sqlx::PgConnection;
use tracing::instrument;

use crate::{Error, Result, database::Database};

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

    /// Sets an [`Entry`], unless there is one that has seen more of the database.
    #[instrument(skip_all, name = "redis EVALSHA", fields(otel.kind = "client", db.system.name = "redis"))]
    async fn set_unless_newer(&self, key: &str, entry: &Entry, life: Duration) -> Result<(), CacheError> {
        let life_ms = u64::try_from(life.as_millis()).unwrap_or(u64::MAX);
        self.run(async |mut redis| SET_UNLESS_NEWER.key(key).arg(entry.to_bytes()).arg(life_ms).invoke_async(&mut redis).await).await
    }

    /// Says that what is under `key` is not to be served from before the WAL position `lsn`. Unlike a key that is deleted, this also
    /// holds against a reader that is on its way with an older value, or that asks a replica which is behind.
    ///
    /// # Errors
    /// When Redis is away or slow.
    pub async fn outdate(&self, key: &str, lsn: u64) -> Result<(), CacheError> {
        self.set_unless_newer(key, &Entry { body: Bytes::new(), lsn }, OUTDATED_LIFE).await
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

/// Under this key stands, as [`Redis::outdate`] writes it, the last change of any value that others gather: a list of products
/// is not served from before it.
pub const LAST_CHANGE: &str = "catalogue:last-change";
/// Longer than any entry may live, and than any reader may take.
const OUTDATED_LIFE: Duration = Duration::from_secs(600);

/// Values that everybody may see, by key: a small first level in the process, Redis behind it, the
/// database behind that. One load per key and process at a time.
///
/// An entry knows up to where its reader had seen the database. Whoever has seen more, by a consistency
/// token, is served from the database, and so renews the entry for all.
#[derive(Clone)]
pub struct Cached {
    local: moka::future::Cache<String, Entry>,
    last_change: moka::future::Cache<(), u64>,
    redis: Redis,
    database: Database,
    life: Duration,
    prefix: String,
}

/// A slow reader must not put an older value over a newer one. The layout and the position stand first, see [`Entry::to_bytes`];
/// a WAL position is far below the 2^53 up to which Lua's numbers are exact.
static SET_UNLESS_NEWER: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local function position(entry) return struct.unpack('>I8', entry, 2) end
         local kept = redis.call('GETRANGE', KEYS[1], 0, 8)
         if #kept == 9 and string.byte(kept) == string.byte(ARGV[1]) and position(kept) > position(ARGV[1]) then return end
         redis.call('PSETEX', KEYS[1], ARGV[2], ARGV[1])",
    )
});

/// A serialised value and the WAL position that it is not older than. Without a value, it says which ones are too old.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    body: Bytes,
    lsn: u64,
}

impl Entry {
    /// No JSON text begins like this, and neither does an entry of another layout.
    const LAYOUT: u8 = 1;

    fn has_value(&self) -> bool {
        !self.body.is_empty()
    }

    /// As Redis keeps it: the layout in one byte, the position in eight, then the value.
    fn to_bytes(&self) -> Vec<u8> {
        [&[Self::LAYOUT], self.lsn.to_be_bytes().as_slice(), self.body.as_ref()].concat()
    }

    /// `None` for what is no entry of this layout, such as one that another release wrote.
    fn from_bytes(bytes: Vec<u8>) -> Option<Self> {
        let (layout, rest) = bytes.split_first()?;
        let lsn = u64::from_be_bytes(*rest.first_chunk()?);
        (*layout == Self::LAYOUT).then(|| Self { body: Bytes::from(bytes).slice(9..), lsn })
    }
}

/// What bytes in Redis say: the WAL position that the value is not older than, and the value; `None` for what has no value, or is no
/// entry of this layout.
pub fn read_entry(bytes: Vec<u8>) -> Option<(u64, Bytes)> {
    Entry::from_bytes(bytes).filter(Entry::has_value).map(|entry| (entry.lsn, entry.body))
}

/// Entries live less than a second in the process, so that within one second all see what is outdated.
const LOCAL_LIFE: Duration = Duration::from_millis(700);
/// How often a process asks for the last change at most.
const LAST_CHANGE_LIFE: Duration = Duration::from_millis(300);
const LOCAL_BYTES_MAX: u64 = 32 * 1024 * 1024;

impl Cached {
    pub fn new(redis: Redis, database: Database, life: Duration) -> Self {
        let local = moka::future::Cache::builder()
            .max_capacity(LOCAL_BYTES_MAX)
            .weigher(|key: &String, entry: &Entry| u32::try_from(key.len() + entry.body.len() + 64).unwrap_or(u32::MAX))
            .time_to_live(LOCAL_LIFE)
            .build();
        let last_change = moka::future::Cache::builder().max_capacity(1).time_to_live(LAST_CHANGE_LIFE).build();
        Self { local, last_change, redis, database, life, prefix: String::new() }
    }

    /// Begins its keys in Redis with `prefix`, apart from those of others that share the Redis but not the database.
    #[must_use]
    pub fn with_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    fn redis_key(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    /// Where the last change of any value stands that others gather: what gathers values is asked for from there on. 0 when nothing has
    /// changed for longer than an entry lives, or Redis is away.
    pub async fn last_change(&self) -> u64 {
        self.last_change.get_with((), async { self.remembered(LAST_CHANGE).await.map_or(0, |entry| entry.lsn) }).await
    }

    /// The value under `key` as serialised JSON, not older than the WAL position `wanted`: from the nearest level that has
    /// it, else by `load` from a database that has replayed that far.
    ///
    /// # Errors
    /// What `load` fails with; Redis being away is not an error.
    #[instrument(skip_all, name = "cache", fields(cache.level = tracing::field::Empty))]
    pub async fn json<T: Serialize>(
        &self,
        key: &str,
        wanted: u64,
        load: impl AsyncFnOnce(&mut PgConnection) -> Result<T>,
    ) -> Result<Bytes> {
        if self.local.get(key).await.is_some_and(|entry| entry.lsn < wanted) {
            self.local.invalidate(key).await;
        }
        let mut load = Some(load);
        let slot = &mut load;
        let fetch = async {
            let mut wanted = wanted;
            if let Some(entry) = self.remembered(key).await {
                if entry.has_value() && entry.lsn >= wanted {
                    return Ok(entry);
                }
                wanted = wanted.max(entry.lsn);
            }
            // Taken only here, and a future runs once.
            let load = slot.take().ok_or_else(|| Error::Corrupt("a cache entry was loaded twice".into()))?;
            self.load(key, wanted, load).await
        };
        let entry = self.local.try_get_with_by_ref(key, fetch).await.map_err(|error: Arc<Error>| Error::from(error))?;
        match load {
            // Somebody else's load, begun before what this caller has seen.
            Some(load) if entry.lsn < wanted => {
                let entry = self.load(key, wanted, load).await?;
                self.local.insert(key.to_owned(), entry.clone()).await;
                Ok(entry.body)
            }
            _ => Ok(entry.body),
        }
    }

    async fn remembered(&self, key: &str) -> Option<Entry> {
        match self.redis.get(&self.redis_key(key)).await {
            Ok(bytes) => {
                let entry = Entry::from_bytes(bytes?)?;
                tracing::Span::current().record("cache.level", "redis");
                Some(entry)
            }
            Err(error) => {
                tracing::debug!(%error, "the cache does not answer");
                None
            }
        }
    }

    async fn load<T: Serialize>(&self, key: &str, wanted: u64, load: impl AsyncFnOnce(&mut PgConnection) -> Result<T>) -> Result<Entry> {
        tracing::Span::current().record("cache.level", "database");
        let mut reader = self.database.reader_from(wanted).await?;
        let lsn = reader.lsn().await?;
        let body = serde_json::to_vec(&load(&mut reader).await?)?.into();
        let entry = Entry { body, lsn };
        if let Err(error) = self.redis.set_unless_newer(&self.redis_key(key), &entry, jittered(self.life)).await {
            tracing::debug!(%error, "the cache does not take the value");
        }
        Ok(entry)
    }
}

/// Ten per cent of jitter, so that entries made together do not end together.
fn jittered(life: Duration) -> Duration {
    life.mul_f64(rand::random_range(0.9..1.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_survives_redis() {
        let entry = Entry { body: Bytes::from_static(b"[1]"), lsn: u64::MAX - 1 };
        assert_eq!(Entry::from_bytes(entry.to_bytes()), Some(entry));
        for other in [b"{}".as_slice(), b"{\"items\":[]}", b"", &[Entry::LAYOUT, 0, 0]] {
            assert_eq!(Entry::from_bytes(other.to_vec()), None, "{other:?}");
        }
    }

    #[tokio::test]
    async fn an_older_value_never_replaces_a_newer_one() {
        let Ok(url) = std::env::var("TRADEWIND_TEST_REDIS_URL") else {
            assert!(std::env::var_os("CI").is_none(), "./tradewind test says where Redis is");
            return;
        };
        let redis = Redis::connect(&url).expect("a URL");
        let key = format!("test:{}", uuid::Uuid::now_v7());
        let entry = |lsn, text: &'static str| Entry { body: Bytes::from_static(text.as_bytes()), lsn };
        let life = Duration::from_secs(60);
        patiently(async || redis.set(&key, b"[\"of another layout\"]", life).await).await;
        for (written, kept) in
            [(entry(500, "b"), "b"), (entry(255, "a"), "b"), (entry(500, "c"), "c"), (entry(1 << 40, "d"), "d"), (entry(501, "e"), "d")]
        {
            patiently(async || redis.set_unless_newer(&key, &written, life).await).await;
            let found = patiently(async || redis.get(&key).await).await;
            assert_eq!(found.and_then(Entry::from_bytes).expect("an entry").body, kept, "after {written:?}");
        }
        patiently(async || redis.outdate(&key, (1 << 40) + 2).await).await;
        patiently(async || redis.set_unless_newer(&key, &entry((1 << 40) + 1, "read before the change"), life).await).await;
        let found = patiently(async || redis.get(&key).await).await.and_then(Entry::from_bytes).expect("what says it is outdated");
        assert!(!found.has_value(), "{found:?}");
        patiently(async || redis.delete(std::slice::from_ref(&key)).await).await;
    }

    /// A busy machine's Redis may be slower than a cache is waited for.
    async fn patiently<T>(call: impl AsyncFn() -> Result<T, CacheError>) -> T {
        for _ in 0..100 {
            match call().await {
                Ok(value) => return value,
                Err(error) => eprintln!("{error}"),
            }
        }
        panic!("Redis does not answer")
    }
}
