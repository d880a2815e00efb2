//! Sweeps what is due by the database's clock; several workers share it through SKIP LOCKED.

use std::time::Duration;

use futures::{StreamExt, stream};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, info_span};
use tradewind_kit::{Result, error::chain, telemetry};

use crate::{
    queries::{self, DueTimer, TimerKind},
    saga::Saga,
};

const PAUSE: Duration = Duration::from_millis(250);
const BATCH: i64 = 64;
/// Steps at a time; each holds a connection for a moment.
const CONCURRENCY: usize = 4;
/// Longer than any step takes; a timer whose worker died comes again after it.
const LEASE: Duration = Duration::from_secs(20);

/// Sweeps until `stop`.
pub async fn run(saga: Saga, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match sweep(&saga).await {
            Ok(0) => {}
            Ok(_) => continue,
            Err(error) => tracing::warn!(error = chain(&error), "the sweep is held up"),
        }
        tokio::select! { () = tokio::time::sleep(PAUSE) => {}, () = stop.cancelled() => {} }
    }
}

async fn sweep(saga: &Saga) -> Result<usize> {
    let mut db = saga.orders.writer().await?;
    let due = queries::take_due_timers(&mut db, BATCH, LEASE).await?;
    drop(db);
    let count = due.len();
    stream::iter(due).for_each_concurrent(CONCURRENCY, |timer| fire(saga, timer)).await;
    Ok(count)
}

async fn fire(saga: &Saga, timer: DueTimer) {
    let span = info_span!("timer", otel.name = format!("timer {}", timer.kind.as_str()), order.id = %timer.order);
    telemetry::continue_trace(&span, timer.traceparent.as_deref());
    let outcome = match timer.kind {
        TimerKind::ResolvePayment => saga.resolve_payment(timer.order).instrument(span).await,
        TimerKind::Ship => saga.ship(timer.order).instrument(span).await,
        TimerKind::Deliver => saga.deliver(timer.order).instrument(span).await,
        TimerKind::EndHold => saga.end_hold(timer.order).instrument(span).await,
    };
    if let Err(error) = outcome {
        tracing::warn!(error = chain(&error), order = %timer.order, timer = timer.kind.as_str(), "comes again after its lease");
    }
}
