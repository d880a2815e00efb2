//! How often pages of products are asked for, which reports count. Every few seconds the counts leave as an event.
//!
//! They are a statistic: an instance that is killed takes a few seconds of them with it.

use std::{
    collections::HashMap,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio_util::sync::CancellationToken;
use tradewind_events::{ProductsViewed, products_viewed::ProductViews};
use tradewind_kit::{
    Result,
    database::{Database, transact},
    error::chain,
    outbox,
};
use uuid::Uuid;

const PAUSE: Duration = Duration::from_secs(5);
/// Products in one event.
const PRODUCTS_MAX: usize = 1_000;
/// Products that are counted while nothing can be sent; views of others are not.
const WAITING_MAX: usize = 100_000;

#[derive(Debug, Clone, Default)]
pub struct Views(Arc<Mutex<HashMap<String, u32>>>);

impl Views {
    /// `handle` is of a product that exists.
    pub fn count(&self, handle: &str) {
        let mut counts = self.lock();
        if let Some(count) = counts.get_mut(handle) {
            *count = count.saturating_add(1);
        } else if counts.len() < WAITING_MAX {
            counts.insert(handle.to_owned(), 1);
        }
    }

    /// Sends what was counted, every 5 s until `stop`, and then once more.
    pub async fn run(self, database: Database, stop: CancellationToken) {
        let mut sender = Sender { database, run_id: Uuid::now_v7(), sent: 0, waiting: Vec::new() };
        loop {
            let stopping = tokio::select! { () = tokio::time::sleep(PAUSE) => false, () = stop.cancelled() => true };
            // What could not be sent goes first, as it was: whether it arrived may not be known.
            if sender.waiting.is_empty() {
                sender.waiting = self.take();
            }
            if let Err(error) = sender.send().await {
                tracing::debug!(error = chain(&error), "views of products are sent later");
            }
            if stopping {
                return;
            }
        }
    }

    fn take(&self) -> Vec<ProductViews> {
        let counts = mem::take(&mut *self.lock());
        counts.into_iter().map(|(handle, count)| ProductViews { handle, count }).collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Sender {
    database: Database,
    run_id: Uuid,
    /// The sequence of the last event that is in the outbox.
    sent: i64,
    waiting: Vec<ProductViews>,
}

impl Sender {
    async fn send(&mut self) -> Result<()> {
        let events: Vec<ProductsViewed> =
            self.waiting.chunks(PRODUCTS_MAX).map(|views| ProductsViewed { run_id: self.run_id, views: views.to_vec() }).collect();
        if events.is_empty() {
            return Ok(());
        }
        let sent = self.sent;
        let appended = transact(&self.database, async |db| {
            for (event, sequence) in events.iter().zip(sent + 1..) {
                outbox::append(db, event, sequence).await?;
            }
            Ok(())
        })
        .await;
        match appended {
            Ok(_) => {}
            // An earlier try, whose answer was lost.
            Err(error) if error.constraint() == Some("outbox_sequence_key") => {}
            Err(error) => return Err(error),
        }
        self.sent += i64::try_from(events.len()).unwrap_or_default();
        self.waiting.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_of_a_product_add_up_until_they_are_taken() {
        let views = Views::default();
        for handle in ["cup", "pot", "cup"] {
            views.count(handle);
        }
        let mut taken: Vec<_> = views.take().into_iter().map(|views| (views.handle, views.count)).collect();
        taken.sort();
        assert_eq!(taken, [("cup".to_owned(), 2), ("pot".to_owned(), 1)]);
        assert_eq!(views.take(), []);
    }
}
