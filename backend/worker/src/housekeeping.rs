//! Forgets what has served its time, a batch at a time, so that no statement runs long.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tradewind_kit::{Result, database::Database, error::chain, idempotency};

const PAUSE: Duration = Duration::from_secs(10 * 60);
/// Rows to a statement.
const BATCH: i64 = 1_000;

/// Sweeps `database` at once and then every ten minutes until `stop`. Several workers do no harm.
pub async fn run(database: Database, stop: CancellationToken) {
    loop {
        match sweep(&database, &stop).await {
            Ok(0) => {}
            Ok(forgotten) => tracing::info!(database = database.name(), forgotten, "old answers forgotten"),
            Err(error) => tracing::warn!(error = chain(&error), database = database.name(), "old answers stay for now"),
        }
        tokio::select! { () = tokio::time::sleep(PAUSE) => {}, () = stop.cancelled() => return }
    }
}

async fn sweep(database: &Database, stop: &CancellationToken) -> Result<u64> {
    let mut forgotten = 0;
    while !stop.is_cancelled() {
        let batch = idempotency::prune(&mut *database.writer().await?, BATCH).await?;
        forgotten += batch;
        if batch < BATCH.unsigned_abs() {
            break;
        }
    }
    Ok(forgotten)
}
