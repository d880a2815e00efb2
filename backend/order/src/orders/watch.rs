//! Hears of orders' steps from the workers, by one subscription an instance, and wakes the streams that wait.

use std::time::Duration;

use deadpool_redis::redis::{Client, RedisError};
use futures::StreamExt;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use tradewind_contract::OrderId;
use tradewind_kit::{Result, cache::Redis, consistency::ConsistencyToken};

/// The channel on which a step is told: `<order id> <consistency token>`.
const CHANNEL: &str = "order-steps";

/// A step that happened, and what one must have read to see it.
#[derive(Debug, Clone)]
pub struct Step {
    pub order: OrderId,
    pub token: ConsistencyToken,
}

/// Tells every instance that an order took a step. Losing it costs a stream its fallback interval, no more.
pub async fn announce(redis: &Redis, order: OrderId, token: &ConsistencyToken) {
    if let Err(error) = redis.publish(CHANNEL, &format!("{order} {token}")).await {
        tracing::debug!(%error, "a step was not announced");
    }
}

#[derive(Clone, Debug)]
pub struct Watch {
    steps: broadcast::Sender<Step>,
    stop: CancellationToken,
}

impl Watch {
    /// Subscribes in the background, and again whenever Redis comes back.
    pub fn start(redis_url: &str, stop: CancellationToken) -> Self {
        let (steps, _) = broadcast::channel(1024);
        let watch = Self { steps: steps.clone(), stop: stop.clone() };
        let url = redis_url.to_owned();
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    () = stop.cancelled() => return,
                    outcome = listen(&url, &steps) => if let Err(error) = outcome { tracing::debug!(%error, "no subscription to steps") },
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
        watch
    }

    pub fn subscribe(&self) -> broadcast::Receiver<Step> {
        self.steps.subscribe()
    }

    /// Ends with the service, so that streams do not hold up its stop.
    pub async fn stopped(&self) {
        self.stop.cancelled().await;
    }
}

async fn listen(url: &str, steps: &broadcast::Sender<Step>) -> Result<(), RedisError> {
    let mut subscription = Client::open(url)?.get_async_pubsub().await?;
    subscription.subscribe(CHANNEL).await?;
    let mut messages = subscription.on_message();
    while let Some(message) = messages.next().await {
        let text: String = message.get_payload()?;
        if let Some((order, token)) = text.split_once(' ')
            && let (Ok(order), Ok(token)) = (order.parse(), token.parse())
        {
            // Nobody waiting is no error.
            let _ = steps.send(Step { order, token });
        }
    }
    Ok(())
}
