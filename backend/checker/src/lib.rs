//! Looks whether what must always hold does: invariants 1 to 12 of the shop, asked of Postgres, Kafka, Redis and the payment
//! provider themselves, never through the services that are judged.
//!
//! - [`rules`]: what one statement can judge, as a table; `scratch.rs` puts what is in Kafka and in the history beside the tables
//!   that they ask.
//! - [`replicas`] (1), [`payments`] (5) and [`cache`] (12): what takes more than a statement.
//! - [`history`]: the file of what clients saw, for 1, 2, 10 and 11.
//! - [`quiet`]: waits until nothing is under way.

pub mod cache;
pub mod config;
pub mod consumers;
pub mod history;
pub mod messages;
pub mod payments;
pub mod quiet;
pub mod replicas;
pub mod report;
pub mod rules;
mod scratch;

use std::{path::PathBuf, time::Duration};

use anyhow::{Context, Result};
use sqlx::{AssertSqlSafe, PgConnection, PgPool};
use tradewind_events::topics;

pub use report::{Report, Verdict};

use crate::{
    cache::CacheAddress,
    messages::Messages,
    replicas::Replica,
    report::SHOWN_MAX,
    rules::{EXTENTS, On, RULES},
};

/// Outbox and inbox rows are kept at least so long after they have served.
pub const KEPT: Duration = Duration::from_secs(60 * 60);

/// Which outbox feeds which topics.
const FED_BY_ORDERS: [&str; 2] = [topics::ORDER_EVENTS, topics::CATALOG_EVENTS];
const FED_BY_USERS: [&str; 1] = [topics::USER_EVENTS];

/// Where to ask.
#[derive(Debug, Clone)]
pub struct Shop {
    /// The primary's databases.
    pub orders: PgPool,
    pub users: PgPool,
    /// Copies of `orders`.
    pub replicas: Vec<Replica>,
    pub messages: Messages,
    pub cache: CacheAddress,
    /// The provider's address, such as `http://127.0.0.1:8085`.
    pub payments_url: String,
    /// What clients saw; see [`history`].
    pub history: Option<PathBuf>,
    /// How long rows of outbox and inbox stay at least, see [`KEPT`].
    pub kept: Duration,
}

/// Judges every invariant. The shop should be at rest: see [`quiet::wait`].
///
/// # Errors
/// When something cannot be asked; the first sentence says what.
pub async fn check(shop: &Shop) -> Result<Report> {
    let mut report = Report::default();
    replicas::check(shop, &mut report).await?;
    // Consumers of all topics note in `orders`.
    ask(shop, &shop.orders, On::Orders, &FED_BY_ORDERS, &topics::ALL, &mut report).await.context("the database orders cannot be judged")?;
    ask(shop, &shop.users, On::Users, &FED_BY_USERS, &FED_BY_USERS, &mut report).await.context("the database users cannot be judged")?;
    payments::check(shop, &mut report).await.context("the payment provider cannot be asked")?;
    cache::check(shop, &mut report).await.context("Redis cannot be asked")?;
    Ok(report)
}

/// Applies the table of rules to one database, in one snapshot.
async fn ask(shop: &Shop, pool: &PgPool, database: On, feeds: &[&'static str], read: &[&'static str], report: &mut Report) -> Result<()> {
    // Rolled back at the end, and everything made here with it.
    let mut db = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ").await.context("Postgres does not answer")?;
    // A check sorts and joins whole tables, which is not what the server is set up for.
    sqlx::raw_sql("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL work_mem = '64MB'")
        .execute(&mut *db)
        .await?;
    scratch::create(&mut db).await?;
    scratch::fill(&mut db, shop, feeds, read).await?;
    if database == On::Orders {
        scratch::fill_history(&mut db, shop).await?;
    }
    for extent in EXTENTS.iter().filter(|extent| extent.on == database || extent.on == On::Both) {
        let count: i64 = sqlx::query_scalar(extent.count).fetch_one(&mut *db).await?;
        report.looked_at(extent.invariant, count.unsigned_abs());
    }
    for rule in RULES.iter().filter(|rule| rule.on == database || rule.on == On::Both) {
        let (count, rows) =
            violations(&mut db, rule.violations).await.with_context(|| format!("rule {} ({})", rule.invariant, rule.says))?;
        report.broken(rule.invariant, count, rows.into_iter().map(|row| format!("{}: {row}", rule.says)));
    }
    db.rollback().await?;
    Ok(())
}

/// How many rows a statement of the table has, and the first of them.
async fn violations(db: &mut PgConnection, statement: &'static str) -> Result<(u64, Vec<String>)> {
    let first = format!("SELECT count(*) OVER (), row FROM ({statement}) AS violations (row) ORDER BY row LIMIT {SHOWN_MAX}");
    let rows: Vec<(i64, String)> = sqlx::query_as(AssertSqlSafe(first)).fetch_all(db).await?;
    Ok((rows.first().map_or(0, |(count, _)| count.unsigned_abs()), rows.into_iter().map(|(_, row)| row).collect()))
}
