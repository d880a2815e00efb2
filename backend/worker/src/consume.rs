//! The one consumer loop: each partition's messages one after another, the partitions side by side.
//!
//! What is fetched waits in a lane of its partition; a lane that is full pauses its partition, so that memory stays bounded and a
//! retry topic whose first message is not due holds up nobody else. What happens to a message stands in `deliver.rs`.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use rdkafka::{
    ClientContext, Message, Statistics, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer as _, ConsumerContext, Rebalance, StreamConsumer},
    error::KafkaError,
    message::OwnedMessage,
};
use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::sync::CancellationToken;
use tradewind_events::topics;
use tradewind_kit::{failpoints, kafka};

use crate::{
    deliver::{Delivery, Pipe},
    dispatch::Consumer,
    metrics, release,
};

/// A lane with so many messages pauses its partition, and resumes it when only a few are left.
const FULL: usize = 64;
const NEARLY_EMPTY: usize = 16;
/// Keeps an error that comes again and again from taking the processor.
const TROUBLE_PAUSE: Duration = Duration::from_millis(10);
const TROUBLE_TOLD_EVERY: Duration = Duration::from_secs(5);

/// Consumes until `stop`.
///
/// # Errors
/// When the consumer cannot be made or cannot subscribe, when a lane has died, or when Kafka wants no more of this member.
pub async fn run<C>(consumer: &'static Consumer<C>, pipe: Pipe<C>, stop: CancellationToken) -> anyhow::Result<()>
where
    C: Clone + Send + Sync + 'static,
{
    let watch = Watch { consumer: consumer.name, prefix: pipe.prefix.clone(), lanes: Lanes::default() };
    let group = format!("{}{}", pipe.prefix, consumer.name);
    let messages = Arc::new(kafka::consumer(&pipe.brokers, &group, &pipe.instance, pipe.member.as_deref(), watch)?);
    let subscribed: Vec<String> = consumer
        .topics
        .iter()
        .flat_map(|topic| std::iter::once("").chain(topics::RETRIES).map(move |suffix| format!("{topic}{suffix}")))
        .map(|topic| format!("{}{topic}", pipe.prefix))
        .collect();
    messages.subscribe(&subscribed.iter().map(String::as_str).collect::<Vec<_>>())?;
    let delivery = Arc::new(Delivery { consumer, pipe, stop: stop.clone() });
    let mut tasks = JoinSet::new();
    tasks.spawn(release::run(delivery.clone(), stop.clone()));
    let mut told_at: Option<Instant> = None;
    loop {
        while let Some(ended) = tasks.try_join_next() {
            // A lane that died would be missed by its partition only.
            ended?;
        }
        let message = tokio::select! {
            () = stop.cancelled() => break,
            message = messages.recv() => message,
        };
        match message {
            Ok(message) => put(&messages, message.detach(), &delivery, &mut tasks),
            // For instance: somebody else took this member's name.
            Err(error @ KafkaError::MessageConsumptionFatal(_)) => return Err(error.into()),
            // Taken as fast as they come: behind them in the same queue waits the way back into the group, and while Kafka is away
            // there are several a second.
            Err(error) => {
                if told_at.is_none_or(|at| at.elapsed() >= TROUBLE_TOLD_EVERY) {
                    tracing::warn!(%error, consumer = consumer.name, "no messages right now");
                    told_at = Some(Instant::now());
                }
                tokio::select! { () = tokio::time::sleep(TROUBLE_PAUSE) => {}, () = stop.cancelled() => {} }
            }
        }
    }
    // Each lane finishes the message that it is at.
    messages.context().lanes.lock().clear();
    while tasks.join_next().await.is_some() {}
    // What was handled, and only that, is told before the group is left.
    if let Err(error) = messages.commit_consumer_state(CommitMode::Sync) {
        tracing::debug!(%error, consumer = consumer.name, "nothing was left to tell");
    }
    Ok(())
}

type Messages = Arc<StreamConsumer<Watch>>;
/// Topic and partition.
type Place = (String, i32);

/// The lanes of the partitions that this instance has.
#[derive(Clone, Default)]
struct Lanes(Arc<Mutex<HashMap<Place, Lane>>>);

impl Lanes {
    fn lock(&self) -> MutexGuard<'_, HashMap<Place, Lane>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Lane {
    sender: mpsc::UnboundedSender<OwnedMessage>,
    flow: Arc<Mutex<Flow>>,
    /// Ends the lane after the message that it is at, when the partition goes to somebody else.
    _revoked: tokio_util::sync::DropGuard,
}

#[derive(Default)]
struct Flow {
    waiting: usize,
    paused: bool,
}

fn put<C>(messages: &Messages, message: OwnedMessage, delivery: &Arc<Delivery<C>>, tasks: &mut JoinSet<()>)
where
    C: Clone + Send + Sync + 'static,
{
    let place = (message.topic().to_owned(), message.partition());
    let mut lanes = messages.context().lanes.lock();
    let lane = lanes.entry(place.clone()).or_insert_with(|| {
        let (sender, receiver) = mpsc::unbounded_channel();
        let flow = Arc::<Mutex<Flow>>::default();
        let revoked = CancellationToken::new();
        tasks.spawn(work(messages.clone(), place.clone(), receiver, flow.clone(), delivery.clone(), revoked.clone()));
        Lane { sender, flow, _revoked: revoked.drop_guard() }
    });
    let mut flow = lane.flow.lock().unwrap_or_else(PoisonError::into_inner);
    flow.waiting += 1;
    if flow.waiting >= FULL && !flow.paused {
        flow.paused = true;
        set_flow(messages, &place, true);
    }
    // Its task ends only after it was taken out of the lanes.
    let _ = lane.sender.send(message);
}

/// One partition's messages, one after another.
async fn work<C>(
    messages: Messages,
    place: Place,
    mut receiver: mpsc::UnboundedReceiver<OwnedMessage>,
    flow: Arc<Mutex<Flow>>,
    delivery: Arc<Delivery<C>>,
    revoked: CancellationToken,
) where
    C: Clone + Send + Sync + 'static,
{
    loop {
        let message = tokio::select! {
            biased;
            () = revoked.cancelled() => return,
            message = receiver.recv() => message,
        };
        let Some(message) = message else { return };
        // What is not done comes again, here or elsewhere.
        if !delivery.deliver(&message, &revoked).await {
            return;
        }
        failpoints::reach(failpoints::CONSUMER_AFTER_COMMIT_BEFORE_OFFSET);
        if let Err(error) = messages.store_offset(&place.0, place.1, message.offset()) {
            // The partition is somebody else's by now. The message comes again there; the inbox knows it.
            tracing::debug!(%error, consumer = delivery.consumer.name, "an offset was not stored");
        }
        let mut flow = flow.lock().unwrap_or_else(PoisonError::into_inner);
        flow.waiting = flow.waiting.saturating_sub(1);
        if flow.paused && flow.waiting <= NEARLY_EMPTY {
            flow.paused = false;
            set_flow(&messages, &place, false);
        }
    }
}

/// Called with the lane's flow locked, so that a pause and a resume never pass each other.
fn set_flow(messages: &Messages, (topic, partition): &Place, paused: bool) {
    let mut list = TopicPartitionList::new();
    list.add_partition(topic, *partition);
    let outcome = if paused { messages.pause(&list) } else { messages.resume(&list) };
    if let Err(error) = outcome {
        tracing::debug!(%error, topic, partition, paused, "the partition is somebody else's by now");
    }
}

/// Hears of rebalances and statistics.
struct Watch {
    consumer: &'static str,
    prefix: String,
    lanes: Lanes,
}

impl ClientContext for Watch {
    fn stats(&self, statistics: Statistics) {
        for (name, topic) in statistics.topics {
            // One that was ours keeps the lag that it had then; a negative one is not known.
            let ours = topic.partitions.values().filter(|partition| partition.desired);
            let lag = ours.map(|partition| partition.consumer_lag.max(0)).sum();
            metrics::lag(self.consumer, name.trim_start_matches(self.prefix.as_str()).to_owned(), lag);
        }
    }
}

impl ConsumerContext for Watch {
    fn pre_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Revoke(partitions) = rebalance {
            let mut lanes = self.lanes.lock();
            for partition in partitions.elements() {
                lanes.remove(&(partition.topic().to_owned(), partition.partition()));
            }
        }
    }
}
