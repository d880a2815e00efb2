//! Tells operators what only a worker sees, in tables that the order service reads (`GET /admin/pipeline`): how both outboxes are
//! doing, and how far each consumer is behind.

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio_util::sync::CancellationToken;
use tradewind_kit::{Result, database::Database, error::chain, outbox, relay};

use crate::{
    metrics,
    queries::{self, OutboxReport},
};

const PAUSE: Duration = Duration::from_secs(2);
/// The rate of publishing is the mean over so many pauses.
const WINDOW: usize = 5;
/// A worker that has been silent for so long is not coming back under its name; readers ignore it much sooner.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(60);

/// A database with an outbox, and what this process' relays have published of it.
pub struct Source {
    database: Database,
    published: Arc<AtomicU64>,
    rate: Rate,
}

impl Source {
    pub fn new(database: Database, published: Arc<AtomicU64>) -> Self {
        Self { database, published, rate: Rate::default() }
    }
}

pub struct Reporter {
    /// Where it is reported.
    pub orders: Database,
    pub instance: String,
    pub sources: Vec<Source>,
    pub consumers: Vec<&'static str>,
}

impl Reporter {
    /// Reports every 2 s until `stop`.
    pub async fn run(mut self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            for source in &mut self.sources {
                if let Err(error) = report_outbox(&self.orders, &self.instance, source).await {
                    tracing::debug!(error = chain(&error), database = source.database.name(), "an outbox is not reported");
                }
            }
            if let Err(error) = self.report_lags().await {
                tracing::debug!(error = chain(&error), "no lag is reported");
            }
            tokio::select! { () = tokio::time::sleep(PAUSE) => {}, () = stop.cancelled() => {} }
        }
    }

    async fn report_lags(&self) -> Result<()> {
        let lags: Vec<_> = self.consumers.iter().map(|consumer| (*consumer, metrics::lag_of(consumer))).collect();
        let mut db = self.orders.writer().await?;
        queries::report_lags(&mut db, &self.instance, &lags).await?;
        queries::forget_reports(&mut db, FORGOTTEN_AFTER).await
    }
}

async fn report_outbox(orders: &Database, instance: &str, source: &mut Source) -> Result<()> {
    let mut db = source.database.writer().await?;
    let backlog = outbox::backlog(&mut db).await?;
    metrics::outbox(source.database.name(), backlog.events, backlog.age_s);
    let slices_owned = relay::owned_slices(&mut db).await?;
    drop(db);
    let report = OutboxReport {
        waiting: backlog.events,
        oldest_ms: i64::try_from(backlog.age_ms()).unwrap_or(i64::MAX),
        slices_owned: i32::try_from(slices_owned).unwrap_or(i32::MAX),
        published_per_second: source.rate.per_second(Instant::now(), source.published.load(Ordering::Relaxed)),
    };
    queries::report_outbox(&mut *orders.writer().await?, instance, source.database.name(), report).await
}

/// How fast a counter grew lately.
#[derive(Debug, Default)]
struct Rate(VecDeque<(Instant, u64)>);

impl Rate {
    /// Notes where the counter is `now`, and answers with its mean growth over the window.
    fn per_second(&mut self, now: Instant, count: u64) -> f64 {
        self.0.push_back((now, count));
        if self.0.len() > WINDOW + 1 {
            self.0.pop_front();
        }
        let Some((since, before)) = self.0.front().filter(|(since, _)| *since < now) else { return 0.0 };
        let grown = u32::try_from(count.saturating_sub(*before)).unwrap_or(u32::MAX);
        f64::from(grown) / (now - *since).as_secs_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_window() {
        let begun = Instant::now();
        let mut rate = Rate::default();
        let mut at = |second: u64, count| rate.per_second(begun + Duration::from_secs(second), count);
        assert!(at(0, 100).abs() < f64::EPSILON, "nothing is known yet");
        assert!((at(2, 140) - 20.0).abs() < 0.001);
        for second in [4, 6, 8, 10] {
            at(second, 140);
        }
        assert!(at(12, 140).abs() < 0.001, "what happened longer ago counts no more");
    }
}
