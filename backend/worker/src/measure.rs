//! `worker measure-relay`: what the relay can do on this machine (`./tradewind load relay`), in a database and topics of its own.
#![expect(clippy::print_stdout, reason = "it is run by somebody who waits for the figures")]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use rdkafka::consumer::{Consumer as _, DefaultConsumerContext, StreamConsumer};
use serde::Serialize;
use sqlx::PgPool;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tradewind_contract::OrderId;
use tradewind_events::{
    OrderShipped,
    topics::{self, headers},
};
use tradewind_kit::{
    config::{Common, Env, PostgresUrl},
    database::{Database, PoolConfig},
    kafka, outbox, relay, telemetry,
};
use uuid::Uuid;

/// Of a real event's size.
const PAYLOAD: &str = include_str!("../../events/golden/order.placed.v1.json");
/// As many events as an order has on its way.
const EVENTS_PER_AGGREGATE: i64 = 4;
const QUIET_EVENTS: usize = 300;
const QUIET_PAUSE: Duration = Duration::from_millis(30);

/// Environment: `DATABASE_URL` (a database that nobody else uses), `KAFKA_BROKERS`, `KAFKA_PREFIX`, `EVENTS` (1,000,000 in all),
/// `ROUNDS` (10) and `RESULTS` (a file).
struct Wish {
    common: Common,
    database_url: String,
    brokers: String,
    prefix: String,
    events: i64,
    rounds: i64,
    results: String,
}

#[derive(Debug, Serialize)]
struct Figures {
    events: i64,
    rounds: i64,
    drain_events_per_s: f64,
    slowest_round_events_per_s: f64,
    /// From the answer to COMMIT to the consumer's hands, while nothing else happens.
    quiet_p50_ms: f64,
    quiet_p99_ms: f64,
    quiet_max_ms: f64,
    /// Table, indexes and all, while a round's backlog was largest.
    largest_bytes: i64,
    /// After each round was pruned and vacuumed.
    pruned_bytes: Vec<i64>,
    pruned_index_bytes: Vec<i64>,
    published: i64,
}

/// # Errors
/// When something of the stack does not answer, or events are missing.
pub async fn run() -> Result<()> {
    let mut env = Env::new();
    let wish = Wish {
        common: Common::read(&mut env, "measure-relay", 0, 0),
        database_url: env.required_for::<PostgresUrl>("DATABASE_URL"),
        brokers: env.required("KAFKA_BROKERS"),
        prefix: env.required("KAFKA_PREFIX"),
        events: env.at_least_one_or("EVENTS", 1_000_000),
        rounds: env.at_least_one_or("ROUNDS", 10),
        results: env.required("RESULTS"),
    };
    let wish = env.finish(wish)?;
    // With spans, as in the worker; they lead nowhere.
    let _telemetry = telemetry::start("measure-relay", &wish.common)?;
    let pool = PoolConfig { max_connections: 4, statement_timeout: Duration::from_secs(600), ..PoolConfig::default() };
    let database = Database::connect("orders", &wish.database_url, &[], &pool)?;
    let topics = kafka::create_topics(&wish.brokers, &wish.prefix, &[topics::ORDER_EVENTS]).await?;
    let measured = measure(&wish, &database).await;
    // A million events that nobody will read would be looked through when Kafka comes back from a kill.
    kafka::delete_topics(&wish.brokers, &topics).await?;
    let figures = measured?;
    std::fs::write(&wish.results, serde_json::to_string_pretty(&figures)? + "\n")?;
    println!("{:<44} {:>12.0}/s", "drain of a backlog, events", figures.drain_events_per_s);
    println!("{:<44} {:>12.0}/s", "the slowest round of it", figures.slowest_round_events_per_s);
    println!("{:<44} {:>12.1} ms", "commit to consumer when quiet, p50", figures.quiet_p50_ms);
    println!("{:<44} {:>12.1} ms", "p99", figures.quiet_p99_ms);
    for (what, bytes) in
        [("largest outbox with its indexes", Some(&figures.largest_bytes)), ("after the last prune", figures.pruned_bytes.last())]
    {
        println!("{what:<44} {:>12.1} MiB", *bytes.unwrap_or(&0) as f64 / 1_048_576.0);
    }
    Ok(())
}

async fn measure(wish: &Wish, database: &Database) -> Result<Figures> {
    let mut latencies = quiet(wish, database).await?;
    latencies.sort_unstable();
    let at = |share: f64| latencies[((latencies.len() - 1) as f64 * share) as usize].as_secs_f64() * 1_000.0;
    let mut figures = Figures {
        events: wish.events,
        rounds: wish.rounds,
        drain_events_per_s: 0.0,
        slowest_round_events_per_s: f64::MAX,
        quiet_p50_ms: at(0.5),
        quiet_p99_ms: at(0.99),
        quiet_max_ms: at(1.0),
        largest_bytes: 0,
        pruned_bytes: Vec::new(),
        pruned_index_bytes: Vec::new(),
        published: 0,
    };
    let pool = database.primary();
    forget(pool).await?;
    let (mut drained, mut took) = (0, Duration::ZERO);
    for round in 1..=wish.rounds {
        let filled = fill(pool, wish.events / wish.rounds).await?;
        let started = Instant::now();
        let relay = Relays::start(wish, database)?;
        while sqlx::query_scalar::<_, bool>("SELECT EXISTS (SELECT 1 FROM outbox WHERE published_at IS NULL)").fetch_one(pool).await? {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let elapsed = started.elapsed();
        relay.stop().await?;
        let per_s = filled as f64 / elapsed.as_secs_f64();
        println!("round {round}: {filled} events, {per_s:.0}/s");
        drained += filled;
        took += elapsed;
        figures.slowest_round_events_per_s = figures.slowest_round_events_per_s.min(per_s);
        figures.largest_bytes = figures.largest_bytes.max(size(pool).await?.0);
        let (all, indexes) = forget(pool).await?;
        figures.pruned_bytes.push(all);
        figures.pruned_index_bytes.push(indexes);
    }
    figures.drain_events_per_s = drained as f64 / took.as_secs_f64();
    figures.published = published(wish)?;
    let wanted = drained + i64::try_from(latencies.len())?;
    anyhow::ensure!(figures.published >= wanted, "{} of {wanted} events are in Kafka", figures.published);
    Ok(figures)
}

/// As many as in the worker.
struct Relays {
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

impl Relays {
    fn start(wish: &Wish, database: &Database) -> Result<Self> {
        let (stop, mut tasks) = (CancellationToken::new(), JoinSet::new());
        for _ in 0..relay::SIDE_BY_SIDE {
            let target =
                relay::Target { producer: kafka::producer(&wish.brokers)?, prefix: wish.prefix.clone(), published: Arc::default() };
            tasks.spawn(relay::run(database.primary().clone(), target, stop.clone()));
        }
        Ok(Self { stop, tasks })
    }

    async fn stop(mut self) -> Result<()> {
        self.stop.cancel();
        while let Some(ended) = self.tasks.join_next().await {
            ended?;
        }
        Ok(())
    }
}

/// How long single events take, one after another.
async fn quiet(wish: &Wish, database: &Database) -> Result<Vec<Duration>> {
    let relay = Relays::start(wish, database)?;
    let consumer: StreamConsumer =
        kafka::consumer(&wish.brokers, &format!("{}measure", wish.prefix), "measure", None, DefaultConsumerContext)?;
    let topic = format!("{}{}", wish.prefix, topics::ORDER_EVENTS);
    consumer.subscribe(&[&topic])?;
    let mut latencies = Vec::with_capacity(QUIET_EVENTS);
    // The first ones wait for the group to be formed.
    for number in 0..QUIET_EVENTS + 10 {
        let aggregate = Uuid::now_v7();
        let mut db = database.writer().await?;
        let id = outbox::append(&mut db, &OrderShipped { order_id: OrderId::from_uuid(aggregate) }, 1).await?;
        let committed = Instant::now();
        drop(db);
        let wanted = id.to_string();
        let arrived = async {
            loop {
                let message = consumer.recv().await?;
                if kafka::header(&message, headers::EVENT_ID) == Some(wanted.as_str()) {
                    return anyhow::Ok(committed.elapsed());
                }
            }
        };
        let latency = tokio::time::timeout(Duration::from_secs(30), arrived).await.context("an event did not arrive")??;
        if number >= 10 {
            latencies.push(latency);
        }
        // At no fixed phase of the relay's own pause.
        tokio::time::sleep(QUIET_PAUSE + Duration::from_micros(phase_us())).await;
    }
    relay.stop().await?;
    Ok(latencies)
}

/// Up to 20 ms.
fn phase_us() -> u64 {
    Uuid::now_v7().as_u64_pair().1 % 20_000
}

/// A backlog, as it is after Kafka was away.
async fn fill(pool: &PgPool, events: i64) -> Result<i64> {
    let inserted = sqlx::query(
        "INSERT INTO outbox (event_id, topic, event_type, event_version, aggregate_type, aggregate_id, sequence, payload, traceparent)
         SELECT gen_random_uuid(), $1, 'order.placed', 1, 'order', aggregate, sequence, $2::jsonb,
                '00-' || replace(gen_random_uuid()::text, '-', '') || '-00f067aa0ba902b7-01'
         FROM (SELECT n, gen_random_uuid() AS aggregate FROM generate_series(1, $3) AS n) AS aggregates
         CROSS JOIN generate_series(1, $4) AS sequence
         ORDER BY n / 1000, sequence, n",
    )
    .bind(topics::ORDER_EVENTS)
    .bind(PAYLOAD)
    .bind(events / EVENTS_PER_AGGREGATE)
    .bind(EVENTS_PER_AGGREGATE)
    .execute(pool)
    .await?;
    Ok(i64::try_from(inserted.rows_affected())?)
}

/// Prunes everything, as the worker does after the retention, and vacuums, as autovacuum does within a minute; answers with the size.
async fn forget(pool: &PgPool) -> Result<(i64, i64)> {
    let mut db = pool.acquire().await?;
    while outbox::prune(&mut db, Duration::ZERO, 1_000).await? > 0 {}
    sqlx::query("VACUUM outbox").execute(&mut *db).await?;
    drop(db);
    size(pool).await
}

/// Of everything, and of the indexes.
async fn size(pool: &PgPool) -> Result<(i64, i64)> {
    Ok(sqlx::query_as("SELECT pg_total_relation_size('outbox'), pg_indexes_size('outbox')").fetch_one(pool).await?)
}

/// What stands in the topic.
fn published(wish: &Wish) -> Result<i64> {
    let consumer: StreamConsumer =
        kafka::consumer(&wish.brokers, &format!("{}count", wish.prefix), "measure", None, DefaultConsumerContext)?;
    let topic = format!("{}{}", wish.prefix, topics::ORDER_EVENTS);
    let mut published = 0;
    for partition in 0..topics::PARTITIONS {
        // The end, not the difference: what Kafka has deleted by now was published too.
        published += consumer.fetch_watermarks(&topic, partition, Duration::from_secs(10))?.1;
    }
    Ok(published)
}
