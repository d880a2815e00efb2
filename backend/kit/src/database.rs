//! A primary for writes and replicas for reads, chosen by what they have replayed.

use std::{
    ops::{Deref, DerefMut},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use sqlx::{
    Acquire, PgConnection, PgExecutor, PgPool, Postgres,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tracing::{Instrument, info_span, warn};

use crate::{Error, Result, consistency::ConsistencyToken, failpoints};

/// How long a read waits for a replica to replay its token before it goes to the primary.
const REPLAY_WAIT: Duration = Duration::from_millis(100);
/// How often each replica is asked how far it is.
const REPLICA_POLL: Duration = Duration::from_millis(100);
/// A replica that takes longer to answer that is out until it answers again.
const REPLICA_TIMEOUT: Duration = Duration::from_millis(500);

/// Sizes and limits of the pools.
#[derive(Debug, Clone)]
pub struct PoolConfig {
    /// Two instances of two services share Postgres' 200 connections, each of which costs it up to 10 MB for what it caches.
    pub max_connections: u32,
    /// Kept open, so that the first request after a quiet time does not pay for a handshake.
    pub min_connections: u32,
    /// How long a request may wait for a connection.
    pub acquire_timeout: Duration,
    /// `statement_timeout`; longer than any read's deadline of 2 s and a checkout's of 5 s.
    pub statement_timeout: Duration,
}

impl Default for PoolConfig {
    fn default() -> Self {
        Self { max_connections: 16, min_connections: 2, acquire_timeout: Duration::from_secs(2), statement_timeout: Duration::from_secs(5) }
    }
}

/// One database of one service.
#[derive(Debug, Clone)]
pub struct Database(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    name: &'static str,
    primary: PgPool,
    replicas: Vec<Replica>,
}

#[derive(Debug)]
struct Replica {
    pool: PgPool,
    replayed_lsn: AtomicU64,
    serving: AtomicBool,
}

impl Database {
    /// Opens lazily, so that a service starts (and reports itself unready) while its database is away.
    ///
    /// `name` is what its consistency tokens are called by: `orders` or `users`.
    ///
    /// # Errors
    /// When a URL cannot be read.
    pub fn connect(name: &'static str, primary_url: &str, replica_urls: &[String], config: &PoolConfig) -> Result<Self> {
        let primary = pool(primary_url, config)?;
        let replicas = replica_urls
            .iter()
            .map(|url| Ok(Replica { pool: pool(url, config)?, replayed_lsn: AtomicU64::new(0), serving: AtomicBool::new(false) }))
            .collect::<Result<Vec<_>>>()?;
        let database = Self(Arc::new(Inner { name, primary, replicas }));
        for index in 0..database.0.replicas.len() {
            tokio::spawn(watch_replica(Arc::downgrade(&database.0), index));
        }
        Ok(database)
    }

    pub fn name(&self) -> &'static str {
        self.0.name
    }

    pub fn primary(&self) -> &PgPool {
        &self.0.primary
    }

    /// A connection to the primary: for writes, prices, stock, checkout and authentication.
    ///
    /// # Errors
    /// When none is to be had in time.
    pub async fn writer(&self) -> Result<PoolConnection<Postgres>> {
        let span = info_span!("pool.acquire", db.system.name = "postgresql", db.namespace = self.0.name, pool = "primary");
        Ok(self.0.primary.acquire().instrument(span).await?)
    }

    /// A connection that has seen `after`: a replica that has replayed that far, waited for at most
    /// 100 ms, else the primary.
    ///
    /// # Errors
    /// When no connection is to be had in time.
    pub async fn reader(&self, after: Option<&ConsistencyToken>) -> Result<Reader> {
        self.reader_from(after.map_or(0, |token| token.lsn)).await
    }

    /// The same for a WAL position.
    pub(crate) async fn reader_from(&self, wanted: u64) -> Result<Reader> {
        let span = info_span!("pool.acquire", db.system.name = "postgresql", db.namespace = self.0.name, pool = tracing::field::Empty);
        async {
            if let Some(replica) = self.caught_up(wanted).await
                && let Ok(connection) = replica.pool.acquire().await
            {
                tracing::Span::current().record("pool", "replica");
                return Ok(Reader { connection, lsn: Some(replica.replayed_lsn.load(Ordering::Acquire)) });
            }
            tracing::Span::current().record("pool", "primary");
            Ok(Reader { connection: self.0.primary.acquire().await?, lsn: None })
        }
        .instrument(span)
        .await
    }

    async fn caught_up(&self, wanted: u64) -> Option<&Replica> {
        let serving = || self.0.replicas.iter().filter(|replica| replica.serving.load(Ordering::Acquire));
        let least_busy = |replica: &&Replica| replica.pool.size() as usize - replica.pool.num_idle();
        if let Some(replica) = serving().filter(|r| r.replayed_lsn.load(Ordering::Acquire) >= wanted).min_by_key(least_busy) {
            return Some(replica);
        }
        // Ask instead of waiting for the next poll: on a quiet machine a replica is behind by less than 1 ms.
        let replica = serving().max_by_key(|r| r.replayed_lsn.load(Ordering::Acquire))?;
        let caught_up = tokio::time::timeout(REPLAY_WAIT, async {
            loop {
                match replayed_lsn(&replica.pool).await {
                    Ok(lsn) if lsn >= wanted => {
                        replica.replayed_lsn.fetch_max(lsn, Ordering::AcqRel);
                        return true;
                    }
                    Ok(_) => tokio::time::sleep(Duration::from_millis(5)).await,
                    Err(_) => return false,
                }
            }
        });
        caught_up.await.unwrap_or(false).then_some(replica)
    }

    /// Ready when the primary answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<()> {
        sqlx::query_scalar!("SELECT 1").fetch_one(&self.0.primary).await?;
        Ok(())
    }

    pub async fn close(&self) {
        self.0.primary.close().await;
        for replica in &self.0.replicas {
            replica.pool.close().await;
        }
    }
}

/// A connection for reads.
#[derive(Debug)]
pub struct Reader {
    connection: PoolConnection<Postgres>,
    /// What the replica had replayed; the primary is asked when somebody wants to know.
    lsn: Option<u64>,
}

impl Reader {
    /// What is read from now on is not older than this WAL position; it is usually newer. Never taken from the caller's token, which
    /// may be made up.
    ///
    /// # Errors
    /// When the primary does not answer.
    pub async fn lsn(&mut self) -> Result<u64> {
        match self.lsn {
            Some(lsn) => Ok(lsn),
            None => Ok(replayed_lsn(&mut *self.connection).await?),
        }
    }
}

impl Deref for Reader {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.connection
    }
}

impl DerefMut for Reader {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.connection
    }
}

/// Where the primary's WAL stands; ask on the connection that has just committed.
///
/// # Errors
/// When the primary does not answer.
#[tracing::instrument(skip_all, name = "sql wal_position", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn wal_position(connection: &mut PgConnection, database: &Database) -> Result<ConsistencyToken> {
    let position = sqlx::query!(
        r#"SELECT (pg_current_wal_flush_lsn() - '0/0'::pg_lsn)::bigint AS "lsn!", timeline_id AS "timeline!" FROM pg_control_checkpoint()"#,
    )
    .fetch_one(connection)
    .await?;
    Ok(ConsistencyToken {
        database: database.name().to_owned(),
        timeline: position.timeline.unsigned_abs(),
        lsn: position.lsn.unsigned_abs(),
    })
}

/// Runs `work` in one transaction on the primary and answers with its result and the consistency token.
///
/// # Errors
/// What `work` fails with; a COMMIT without an answer is `CommitUnknown`.
pub async fn transact<T, F>(database: &Database, work: F) -> Result<(T, ConsistencyToken)>
where
    F: AsyncFnOnce(&mut PgConnection) -> Result<T>,
{
    let mut connection = database.writer().await?;
    let mut transaction = connection.begin().await?;
    let value = match work(&mut transaction).await {
        Ok(value) => value,
        Err(error) => {
            // Not left to the drop, which undoes it later: who asks again at once must not meet this one's locks.
            if let Err(lost) = transaction.rollback().await {
                tracing::debug!(error = %lost, "the connection of a failed transaction is gone");
            }
            return Err(error);
        }
    };
    failpoints::reach(failpoints::TRANSACTION_BEFORE_COMMIT);
    let commit = info_span!("sql commit", otel.kind = "client", db.system.name = "postgresql");
    transaction.commit().instrument(commit).await.map_err(Error::CommitUnknown)?;
    // Committed: a connection that dies only now must not be told as "nothing was changed".
    let token = wal_position(&mut connection, database).await.map_err(|error| match error {
        Error::Database(error) => Error::CommitUnknown(error),
        other => other,
    })?;
    Ok((value, token))
}

fn pool(url: &str, config: &PoolConfig) -> Result<PgPool> {
    let timeout_ms = config.statement_timeout.as_millis().to_string();
    let options: PgConnectOptions = url.parse()?;
    let options = options.options([("statement_timeout", timeout_ms.as_str()), ("lock_timeout", "4000")]);
    Ok(PgPoolOptions::new()
        .max_connections(config.max_connections)
        .min_connections(config.min_connections)
        .acquire_timeout(config.acquire_timeout)
        .max_lifetime(Duration::from_secs(30 * 60))
        .idle_timeout(Duration::from_secs(5 * 60))
        .connect_lazy_with(options))
}

async fn replayed_lsn(server: impl PgExecutor<'_>) -> Result<u64, sqlx::Error> {
    // A replica that has been promoted answers with its own WAL position.
    let lsn = sqlx::query_scalar!(
        r#"SELECT (coalesce(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END, '0/0')
                   - '0/0'::pg_lsn)::bigint AS "lsn!""#,
    )
    .fetch_one(server)
    .await?;
    Ok(lsn.unsigned_abs())
}

/// Takes a dead replica out and brings it back by itself.
async fn watch_replica(inner: std::sync::Weak<Inner>, index: usize) {
    while let Some(inner) = inner.upgrade() {
        let replica = &inner.replicas[index];
        let answer = tokio::time::timeout(REPLICA_TIMEOUT, replayed_lsn(&replica.pool)).await;
        let serving = match answer {
            Ok(Ok(lsn)) => {
                replica.replayed_lsn.store(lsn, Ordering::Release);
                true
            }
            Ok(Err(_)) | Err(_) => false,
        };
        if replica.serving.swap(serving, Ordering::AcqRel) != serving {
            if serving {
                tracing::info!(database = inner.name, replica = index, "replica serves reads");
            } else {
                warn!(database = inner.name, replica = index, "replica is out; reads go elsewhere");
            }
        }
        drop(inner);
        tokio::time::sleep(REPLICA_POLL).await;
    }
}

#[cfg(test)]
mod tests {
    use sqlx::{Connection, postgres::PgSslMode};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    /// TLS is turned on in `sqlx-core`, past sqlx's own features; an update could lose it without a word.
    #[tokio::test]
    async fn a_url_may_ask_for_tls() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let server = tokio::spawn(async move {
            let (mut client, _) = listener.accept().await.expect("a client");
            let mut request = [0; 8];
            client.read_exact(&mut request).await.expect("a request for TLS");
            client.write_all(b"N").await.expect("an answer");
            request
        });
        let options = PgConnectOptions::new_without_pgpass().host("127.0.0.1").port(port).ssl_mode(PgSslMode::Require);
        let refused = PgConnection::connect_with(&options).await.expect_err("this server has no TLS");
        assert_eq!(refused.to_string(), "error occurred while attempting to establish a TLS connection: server does not support TLS");
        assert_eq!(server.await.expect("the server"), [0, 0, 0, 8, 4, 210, 22, 47], "SSLRequest");
    }
}
