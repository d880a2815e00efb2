//! Sweeps what is due by the database's clock; several workers share it through SKIP LOCKED.

use std::{sync::Arc, time::Duration};

use tokio::{sync::Semaphore, task::JoinSet};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, info_span};
use tradewind_kit::{Result, error::chain, failpoints, telemetry};
use tradewind_order::orders::timers::{DueTimer, TimerKind, take_due_timers};

use crate::saga::Saga;

/// Half of it is the mean delay before a payment is asked for.
const PAUSE: Duration = Duration::from_millis(50);
/// Steps at a time: most of them wait for the provider, and hold no connection while they do.
const CONCURRENCY: usize = 32;
/// Longer than any step takes; a timer whose worker died comes again after it.
const LEASE: Duration = Duration::from_secs(20);

/// Sweeps until `stop`, then lets finish what has begun.
pub async fn run(saga: Saga, stop: CancellationToken) {
    let free = Arc::new(Semaphore::new(CONCURRENCY));
    let mut steps = JoinSet::new();
    while !stop.is_cancelled() {
        while steps.try_join_next().is_some() {}
        if let Err(error) = sweep(&saga, &free, &mut steps).await {
            tracing::warn!(error = chain(&error), "the sweep is held up");
        }
        tokio::select! { () = tokio::time::sleep(PAUSE) => {}, () = stop.cancelled() => {} }
    }
    while steps.join_next().await.is_some() {}
}

/// Takes no more than there is room for, so that no lease runs while its step waits.
async fn sweep(saga: &Saga, free: &Arc<Semaphore>, steps: &mut JoinSet<()>) -> Result<()> {
    let room = i64::try_from(free.available_permits()).unwrap_or(0);
    if room == 0 {
        return Ok(());
    }
    let mut db = saga.orders.writer().await?;
    let due = take_due_timers(&mut db, room, LEASE).await?;
    if !due.is_empty() {
        failpoints::reach(failpoints::TIMER_AFTER_TAKE);
    }
    for timer in due {
        let (saga, free) = (saga.clone(), free.clone());
        // Only this task takes permits, so there is one for each.
        let Ok(permit) = free.try_acquire_owned() else { break };
        steps.spawn(async move {
            fire(&saga, timer).await;
            drop(permit);
        });
    }
    Ok(())
}

async fn fire(saga: &Saga, timer: DueTimer) {
    let span = info_span!("timer", otel.name = format!("timer {}", timer.kind.as_str()), order.id = %timer.order);
    telemetry::continue_trace(&span, timer.traceparent.as_deref());
    let outcome = match timer.kind {
        TimerKind::Authorize => saga.pay(timer.order).instrument(span).await,
        TimerKind::ResolvePayment => saga.resolve_payment(timer.order).instrument(span).await,
        TimerKind::Ship => saga.ship(timer.order).instrument(span).await,
        TimerKind::Deliver => saga.deliver(timer.order).instrument(span).await,
        TimerKind::EndHold => saga.end_hold(timer.order).instrument(span).await,
        TimerKind::Void => saga.void(timer.order).instrument(span).await,
        TimerKind::Refund => saga.refund(timer.order).instrument(span).await,
    };
    if let Err(error) = outcome {
        tracing::warn!(error = chain(&error), order = %timer.order, timer = timer.kind.as_str(), "comes again after its lease");
    }
}
