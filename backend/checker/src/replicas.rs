//! 1: what the primary has, each replica has once it has replayed it.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{Shop, report::Report};

/// A replica that takes longer than this to replay what is there is not caught up, and cannot be judged.
const REPLAY_WITHIN: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(100);

/// A copy of `orders`.
#[derive(Debug, Clone)]
pub struct Replica {
    /// How it is told from others, such as its address.
    pub name: String,
    pub orders: PgPool,
}

/// Orders by the last byte of their ids, which is random: how many, and a sum over all that a step changes. So two servers are compared
/// without sending every order.
const DIGESTS: &str =
    "SELECT get_byte(uuid_send(id), 15), count(*), sum(hashtextextended(id || status || version || total, 0)::numeric)::text
     FROM orders GROUP BY 1";
const ORDERS_OF: &str =
    "SELECT id, status || ' at version ' || version || ', total ' || total FROM orders WHERE get_byte(uuid_send(id), 15) = $1";

/// # Errors
/// When a server does not answer, or a replica does not catch up.
pub async fn check(shop: &Shop, report: &mut Report) -> Result<()> {
    for replica in &shop.replicas {
        compare(&shop.orders, replica, report).await.with_context(|| format!("the replica {} cannot be asked", replica.name))?;
    }
    Ok(())
}

async fn compare(primary: &PgPool, replica: &Replica, report: &mut Report) -> Result<()> {
    wait_replayed(primary, &replica.orders, REPLAY_WITHIN).await?;
    let wanted = digests(primary).await?;
    let found = digests(&replica.orders).await?;
    report.looked_at(1, wanted.values().map(|(count, _)| count.unsigned_abs()).sum());
    for byte in 0..=255 {
        if wanted.get(&byte) != found.get(&byte) {
            let rows = differences(primary, replica, byte).await?;
            report.broken(1, rows.len() as u64, rows);
        }
    }
    Ok(())
}

async fn digests(server: &PgPool) -> Result<BTreeMap<i32, (i64, String)>> {
    let rows: Vec<(i32, i64, String)> = sqlx::query_as(DIGESTS).fetch_all(server).await?;
    Ok(rows.into_iter().map(|(byte, count, sum)| (byte, (count, sum))).collect())
}

async fn differences(primary: &PgPool, replica: &Replica, byte: i32) -> Result<Vec<String>> {
    let orders = async |server: &PgPool| -> Result<BTreeMap<Uuid, String>> {
        Ok(sqlx::query_as(ORDERS_OF).bind(byte).fetch_all(server).await?.into_iter().collect())
    };
    let (wanted, mut found) = (orders(primary).await?, orders(&replica.orders).await?);
    let mut rows = Vec::new();
    for (id, order) in wanted {
        match found.remove(&id) {
            None => rows.push(format!("not on the replica {}: order {id}, {order}", replica.name)),
            Some(other) if other != order => {
                rows.push(format!("another on the replica {}: order {id}, {other}; on the primary {order}", replica.name));
            }
            Some(_) => {}
        }
    }
    rows.extend(found.into_iter().map(|(id, order)| format!("only on the replica {}: order {id}, {order}", replica.name)));
    Ok(rows)
}

/// Waits until a replica has replayed what the primary has written by now.
///
/// # Errors
/// When it has not within `limit`, or a server does not answer.
pub async fn wait_replayed(primary: &PgPool, replica: &PgPool, limit: Duration) -> Result<()> {
    let written: String = sqlx::query_scalar("SELECT pg_current_wal_flush_lsn()::text").fetch_one(primary).await?;
    let started = Instant::now();
    // One that has been promoted has a position of its own.
    const REPLAYED: &str =
        "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END >= $1::pg_lsn";
    while !sqlx::query_scalar::<_, bool>(REPLAYED).bind(&written).fetch_one(replica).await? {
        ensure!(started.elapsed() < limit, "it has not replayed {written} after {limit:?}");
        tokio::time::sleep(POLL).await;
    }
    Ok(())
}
