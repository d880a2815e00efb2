//! `worker` relays both outboxes to Kafka, handles the events, and sweeps what is due; `worker measure-relay` measures the first,
//! `worker rebuild-reports` counts all events anew.

use std::{
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use rdkafka::producer::FutureProducer;
use tokio::task::JoinSet;
use tradewind_events::topics;
use tradewind_kit::{
    cache::Redis,
    database::{Database, PoolConfig},
    failpoints, kafka, relay,
    server::{self, Readiness},
    telemetry,
};
use tradewind_worker::{
    config::Config, consume, deliver::Pipe, dispatch::CONSUMERS, housekeeping, measure, payments, rebuild, reconcile, report, saga::Saga,
    timers,
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Less than the second that a question for readiness may take.
const PING_LIMIT: Duration = Duration::from_millis(800);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("measure-relay") => return measure::run().await,
        Some("rebuild-reports") => return rebuild::main().await,
        _ => {}
    }
    let config = Config::from_env()?;
    let telemetry = telemetry::start("worker", &config.common)?;
    failpoints::arm()?;
    let stop = server::shutdown_signal()?;
    let pool = PoolConfig { max_connections: config.pool_max, ..PoolConfig::default() };
    let orders = Database::connect("orders", &config.order_primary_url, &[], &pool)?;
    let users = Database::connect("users", &config.user_primary_url, &[], &PoolConfig { max_connections: 2, ..pool.clone() })?;
    let redis = Redis::connect(&config.redis_url)?;
    kafka::create_topics(&config.kafka_brokers, &config.kafka_prefix, &topics::ALL).await?;
    let producer = kafka::producer(&config.kafka_brokers)?;

    let saga = Saga {
        orders: orders.clone(),
        redis,
        payments: payments::Provider::new(&config.payments_url)?,
        ship_after: config.ship_after,
        deliver_after: config.deliver_after,
    };
    let consumers: Vec<&'static str> = CONSUMERS.iter().map(|consumer| consumer.name).collect();
    let mut tasks = JoinSet::new();
    let mut sources = Vec::new();
    for (database, consumers, relays) in [(&orders, consumers.clone(), relay::SIDE_BY_SIDE), (&users, Vec::new(), 1)] {
        let published = Arc::<AtomicU64>::default();
        sources.push(report::Source::new(database.clone(), published.clone()));
        tasks.spawn(housekeeping::run(database.clone(), consumers, config.retention, stop.clone()));
        for _ in 0..relays {
            let producer = kafka::producer(&config.kafka_brokers)?;
            let target = relay::Target { producer, prefix: config.kafka_prefix.clone(), published: published.clone() };
            tasks.spawn(relay::run(database.primary().clone(), target, stop.clone()));
        }
    }
    tasks.spawn(housekeeping::look(orders.clone(), consumers.clone(), stop.clone()));
    let reporter = report::Reporter { orders: orders.clone(), instance: config.common.instance.clone(), sources, consumers };
    tasks.spawn(reporter.run(stop.clone()));
    let pipe = Pipe {
        database: orders.clone(),
        producer: producer.clone(),
        brokers: config.kafka_brokers.clone(),
        prefix: config.kafka_prefix.clone(),
        instance: config.common.instance.clone(),
        member: config.kafka_member.clone(),
        delays: config.retry_delays,
        context: saga.clone(),
    };
    for consumer in CONSUMERS {
        let (pipe, stop) = (pipe.clone(), stop.clone());
        tasks.spawn(async move {
            if let Err(error) = consume::run(consumer, pipe, stop).await {
                tracing::error!(error = format!("{error:#}"), consumer = consumer.name, "cannot go on");
            }
        });
    }
    tasks.spawn(reconcile::run(saga.clone(), config.reconcile_every, stop.clone()));
    tasks.spawn(timers::run(saga, stop.clone()));

    let readiness = readiness(orders.clone(), users.clone(), producer);
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

/// Ready when everything answers that the worker cannot do without.
fn readiness(orders: Database, users: Database, producer: FutureProducer) -> Readiness {
    Readiness::new(move || {
        let (orders, users, producer) = (orders.clone(), users.clone(), producer.clone());
        async move {
            let (orders, users, kafka) = tokio::join!(orders.ping(), users.ping(), kafka::ping(&producer, PING_LIMIT));
            orders.map_err(|_| "the database of the orders does not answer".to_owned())?;
            users.map_err(|_| "the database of the users does not answer".to_owned())?;
            kafka.map_err(|_| "Kafka does not answer".to_owned())
        }
    })
}
