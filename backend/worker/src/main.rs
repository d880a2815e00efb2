//! `worker`: relays both outboxes to Kafka, handles the events, and sweeps what is due.

mod config;
mod consume;
mod dead_letters;
mod dispatch;
mod handlers;
mod housekeeping;
mod payments;
mod queries;
mod reconcile;
mod saga;
mod timers;

use tokio::task::JoinSet;
use tradewind_kit::{
    cache::Redis,
    database::{Database, PoolConfig},
    kafka, relay,
    server::{self, Readiness},
    telemetry,
};

use crate::{config::Config, saga::Saga};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config = Config::from_env()?;
    let telemetry = telemetry::start("worker", &config.common)?;
    let stop = server::shutdown_signal()?;
    let pool = PoolConfig { max_connections: config.pool_max, ..PoolConfig::default() };
    let orders = Database::connect("orders", &config.order_primary_url, &[], &pool)?;
    let users = Database::connect("users", &config.user_primary_url, &[], &PoolConfig { max_connections: 2, ..pool.clone() })?;
    let redis = Redis::connect(&config.redis_url)?;
    kafka::create_topics(&config.kafka_brokers).await?;

    let saga = Saga {
        orders: orders.clone(),
        redis,
        payments: payments::Provider::new(&config.payments_url)?,
        ship_after: config.ship_after,
        deliver_after: config.deliver_after,
    };
    let mut tasks = JoinSet::new();
    for database in [&orders, &users] {
        tasks.spawn(housekeeping::run(database.clone(), stop.clone()));
        tasks.spawn(relay::run(database.primary().clone(), kafka::producer(&config.kafka_brokers)?, stop.clone()));
    }
    for consumer in dispatch::CONSUMERS {
        let messages = kafka::consumer(&config.kafka_brokers, consumer.name, &config.common.instance)?;
        tasks.spawn(consume::run(consumer, messages, saga.clone(), stop.clone()));
    }
    tasks.spawn(reconcile::run(saga.clone(), config.reconcile_every, stop.clone()));
    tasks.spawn(timers::run(saga, stop.clone()));

    let readiness = Readiness::new({
        let orders = orders.clone();
        move || {
            let orders = orders.clone();
            async move { orders.ping().await.map_err(|_| "the database does not answer".to_owned()) }
        }
    });
    server::serve_internal(&config.common, readiness, telemetry.registry.clone(), stop.clone()).await?;
    tracing::info!("working");
    // None of them ends before it is told to. One that does would be missed by nobody but the shoppers: better to start anew.
    let died = tokio::select! { () = stop.cancelled() => false, _ = tasks.join_next() => !stop.is_cancelled() };
    stop.cancel();
    let drained = tokio::time::timeout(config.common.shutdown_grace, async { while tasks.join_next().await.is_some() {} }).await;
    if drained.is_err() {
        tracing::warn!("some work did not finish within the grace time; it will be done again");
        // Closing a pool waits for the connections that they hold.
        tasks.shutdown().await;
    }
    orders.close().await;
    users.close().await;
    telemetry.shutdown();
    anyhow::ensure!(!died, "a task ended by itself");
    Ok(())
}
