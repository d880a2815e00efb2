//! Removes what nobody needs any more, a little at a time. Every instance does it; locked rows are skipped.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tradewind_kit::{Result, database::Database, error::chain};

use super::queries;
use crate::config::Limits;

const EVERY: Duration = Duration::from_secs(10 * 60);
/// Rows per statement, so that none holds locks for long.
const BATCH: i64 = 1_000;
/// An ended session stays this long, so that reuse of its tokens can still be told from nonsense in the logs.
const SESSIONS_KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Runs until `stop`.
pub fn start(database: Database, limits: Limits, stop: CancellationToken) {
    tokio::spawn(async move {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(EVERY) => {}
            }
            if let Err(error) = tidy(&database, &limits).await {
                tracing::warn!(error = chain(&error), "tidying waits for the next round");
            }
        }
    });
}

/// One round.
///
/// # Errors
/// When the database does not answer.
pub async fn tidy(database: &Database, limits: &Limits) -> Result<()> {
    let mut db = database.writer().await?;
    let forget_after = limits.account_throttle.forget_after.max(limits.address_throttle.forget_after);
    while queries::delete_old_failures(&mut db, forget_after, BATCH).await? == BATCH.unsigned_abs() {}
    while queries::delete_old_sessions(&mut db, SESSIONS_KEPT, BATCH).await? == BATCH.unsigned_abs() {}
    Ok(())
}
