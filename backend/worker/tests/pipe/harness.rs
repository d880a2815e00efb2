//! An outbox, topics, and a consumer whose effects are rows that can be counted.

use std::{
    sync::{Arc, LazyLock, Once},
    time::{Duration, Instant},
};

use rdkafka::{
    ClientConfig, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer as _},
    message::{Header, OwnedHeaders, OwnedMessage},
    producer::{FutureProducer, FutureRecord},
    util::Timeout,
};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, PgPool, postgres::PgConnectOptions};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tradewind_contract::{EventId, OrderId, Timestamp};
use tradewind_events::{
    Envelope, Event, OrderShipped,
    topics::{ORDER_EVENTS, headers},
};
use tradewind_kit::{
    Error, Result,
    database::{Database, PoolConfig, transact},
    inbox, kafka, outbox, relay,
};
use tradewind_worker::{
    consume,
    deliver::Pipe,
    dispatch::{Consumer, Handles},
};
use uuid::Uuid;

/// Short enough to wait for, long enough to tell apart.
pub const DELAYS: [Duration; 3] = [Duration::from_millis(300), Duration::from_millis(600), Duration::from_millis(900)];
/// For a machine that is busy with other things; nothing here takes a tenth of it by itself.
pub const PATIENCE: Duration = Duration::from_secs(180);

/// Handles `order.shipped` by writing down that it did.
pub static CONSUMER: Consumer<Effects> = Consumer {
    name: "effects",
    topics: &[ORDER_EVENTS],
    handlers: &[Handles::event::<OrderShipped>(|effects, event, name| Box::pin(effects.apply(event, name)))],
};

const TABLES: &str = "
    CREATE TABLE effects (position bigserial, aggregate_id uuid NOT NULL, sequence bigint NOT NULL, event_id uuid NOT NULL);
    CREATE TABLE tries (event_id uuid NOT NULL, tried_at timestamptz NOT NULL DEFAULT clock_timestamp());
    CREATE TABLE poison (event_id uuid PRIMARY KEY, failures_left integer NOT NULL);
";

#[derive(Clone)]
pub struct Effects {
    database: Database,
    /// How long each takes.
    work: Duration,
}

impl Effects {
    async fn apply(&self, envelope: &Envelope, consumer: &'static str) -> Result<()> {
        let Some(_) = envelope.decode::<OrderShipped>()? else { return Ok(()) };
        let id = envelope.id.as_uuid();
        let mut db = self.database.writer().await?;
        sqlx::query("INSERT INTO tries (event_id) VALUES ($1)").bind(id).execute(&mut *db).await?;
        let poisoned = sqlx::query("UPDATE poison SET failures_left = failures_left - 1 WHERE event_id = $1 AND failures_left > 0");
        if poisoned.bind(id).execute(&mut *db).await?.rows_affected() == 1 {
            return Err(Error::Corrupt("poison".to_owned()));
        }
        drop(db);
        tokio::time::sleep(self.work).await;
        transact(&self.database, async |db| {
            if inbox::first_time(db, consumer, envelope.id).await? {
                sqlx::query("INSERT INTO effects (aggregate_id, sequence, event_id) VALUES ($1, $2, $3)")
                    .bind(envelope.aggregate_id)
                    .bind(envelope.sequence)
                    .bind(id)
                    .execute(db)
                    .await?;
            }
            Ok(())
        })
        .await?;
        Ok(())
    }
}

pub struct Shop {
    pub database: Database,
    pub producer: FutureProducer,
    pub brokers: String,
    pub prefix: String,
    options: PgConnectOptions,
    topics: Vec<String>,
}

/// Something that runs until it is stopped or dropped.
pub struct Running {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    pub async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

impl Shop {
    /// `None` when there is nothing to test with.
    pub async fn open() -> Option<Self> {
        let (Ok(primary), Ok(brokers)) = (std::env::var("TRADEWIND_TEST_PRIMARY_URL"), std::env::var("TRADEWIND_TEST_KAFKA")) else {
            assert!(std::env::var_os("CI").is_none(), "TRADEWIND_TEST_PRIMARY_URL and TRADEWIND_TEST_KAFKA are needed in CI");
            eprintln!("skipped: TRADEWIND_TEST_PRIMARY_URL and TRADEWIND_TEST_KAFKA are not set");
            return None;
        };
        count_metrics();
        let name = format!("pipe_test_{}", Uuid::now_v7().simple());
        let options: PgConnectOptions = primary.parse().unwrap();
        let mut admin = PgConnection::connect_with(&options).await.unwrap();
        sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut admin).await.unwrap();
        admin.close().await.unwrap();
        let options = options.database(&name);
        // What a crash could lose here is nobody's.
        let mut setup = PgConnection::connect_with(&options.clone().options([("synchronous_commit", "off")])).await.unwrap();
        tradewind_order::MIGRATIONS.run(&mut setup).await.unwrap();
        sqlx::raw_sql(TABLES).execute(&mut setup).await.unwrap();
        setup.close().await.unwrap();
        let prefix = format!("{name}.");
        let topics = kafka::create_topics(&brokers, &prefix, &[ORDER_EVENTS]).await.unwrap();
        let mut shop = Self::visit(options, brokers, prefix);
        shop.topics = topics;
        Some(shop)
    }

    /// A shop that another process has opened.
    pub fn visit(options: PgConnectOptions, brokers: String, prefix: String) -> Self {
        // A busy machine is no failure.
        let pool =
            PoolConfig { max_connections: 12, min_connections: 0, acquire_timeout: Duration::from_secs(30), ..PoolConfig::default() };
        let database = Database::connect("orders", options.to_url_lossy().as_ref(), &[], &pool).unwrap();
        Self { database, producer: kafka::producer(&brokers).unwrap(), brokers, prefix, options, topics: Vec::new() }
    }

    /// More topics than the one of orders, for consumers that read them.
    pub async fn make_topics(&mut self, topics: &[&str]) {
        self.topics.extend(kafka::create_topics(&self.brokers, &self.prefix, topics).await.unwrap());
    }

    pub fn url(&self) -> String {
        self.options.to_url_lossy().to_string()
    }

    pub fn pool(&self) -> &PgPool {
        self.database.primary()
    }

    pub fn relay(&self) -> Running {
        let target = relay::Target { producer: self.producer.clone(), prefix: self.prefix.clone(), published: Arc::default() };
        let (pool, stop) = (self.pool().clone(), CancellationToken::new());
        Running { task: tokio::spawn(relay::run(pool, target, stop.clone())), stop }
    }

    pub fn consumer(&self) -> Running {
        self.slow_consumer(Duration::ZERO)
    }

    pub fn slow_consumer(&self, work: Duration) -> Running {
        self.run(&CONSUMER, Effects { database: self.database.clone(), work })
    }

    /// Any consumer.
    pub fn run<C: Clone + Send + Sync>(&self, consumer: &'static Consumer<C>, context: C) -> Running {
        let pipe = Pipe {
            database: self.database.clone(),
            producer: self.producer.clone(),
            brokers: self.brokers.clone(),
            prefix: self.prefix.clone(),
            instance: "test".to_owned(),
            member: None,
            delays: DELAYS,
            context,
        };
        let stop = CancellationToken::new();
        let consuming = consume::run(consumer, pipe, stop.clone());
        Running { task: tokio::spawn(async move { consuming.await.unwrap() }), stop }
    }

    /// Writes `count` events of an aggregate to the outbox, from `first` on.
    pub async fn append(&self, aggregate: Uuid, first: i64, count: i64) -> Vec<EventId> {
        let mut ids = Vec::new();
        let mut db = self.database.writer().await.unwrap();
        for sequence in first..first + count {
            let event = OrderShipped { order_id: OrderId::from_uuid(aggregate) };
            ids.push(outbox::append(&mut db, &event, sequence).await.unwrap());
        }
        ids
    }

    /// Makes an event fail so many times.
    pub async fn poison(&self, event: EventId, failures: i32) {
        sqlx::query("INSERT INTO poison VALUES ($1, $2) ON CONFLICT (event_id) DO UPDATE SET failures_left = EXCLUDED.failures_left")
            .bind(event.as_uuid())
            .bind(failures)
            .execute(self.pool())
            .await
            .unwrap();
    }

    /// Past outbox and relay.
    pub async fn send(&self, envelope: &Envelope) {
        let sent = OwnedHeaders::new()
            .insert(Header { key: headers::EVENT_ID, value: Some(&envelope.id.to_string()) })
            .insert(Header { key: headers::EVENT_TYPE, value: Some(&envelope.kind) })
            .insert(Header { key: headers::EVENT_VERSION, value: Some(&envelope.version.to_string()) });
        self.send_bytes(envelope.aggregate_id, &serde_json::to_vec(envelope).unwrap(), sent).await;
    }

    pub async fn send_bytes(&self, key: Uuid, bytes: &[u8], sent: OwnedHeaders) {
        let (topic, key) = (self.topic(""), key.to_string());
        let record = FutureRecord::to(&topic).key(&key).payload(bytes).headers(sent);
        self.producer.send(record, Timeout::After(Duration::from_secs(10))).await.unwrap();
    }

    pub fn topic(&self, suffix: &str) -> String {
        format!("{}{ORDER_EVENTS}{suffix}", self.prefix)
    }

    /// Every message of the topic, in order per partition.
    pub async fn messages(&self, suffix: &str) -> Vec<OwnedMessage> {
        let (brokers, topic) = (self.brokers.clone(), self.topic(suffix));
        tokio::task::spawn_blocking(move || read_all(&brokers, &topic)).await.unwrap()
    }

    /// The sequences whose effects happened, in the order in which they did.
    pub async fn effects(&self, aggregate: Uuid) -> Vec<i64> {
        sqlx::query_scalar("SELECT sequence FROM effects WHERE aggregate_id = $1 ORDER BY position")
            .bind(aggregate)
            .fetch_all(self.pool())
            .await
            .unwrap()
    }

    pub async fn until_effects(&self, aggregate: Uuid, wanted: &[i64]) {
        self.until(&format!("the effects {wanted:?}"), async || self.effects(aggregate).await == wanted).await;
    }

    pub async fn tries(&self, event: EventId) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM tries WHERE event_id = $1").bind(event.as_uuid()).fetch_one(self.pool()).await.unwrap()
    }

    pub async fn count(&self, what: &'static str) -> i64 {
        sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM {what}"))).fetch_one(self.pool()).await.unwrap()
    }

    pub async fn until_count(&self, what: &'static str, wanted: i64) {
        self.until(&format!("{wanted} x {what}"), async || self.count(what).await == wanted).await;
    }

    pub async fn until(&self, what: &str, holds: impl AsyncFn() -> bool) {
        let started = Instant::now();
        while !holds().await {
            assert!(started.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        if self.topics.is_empty() {
            return;
        }
        // A destructor cannot wait, and a test that fails has to clean up too: a thread with a runtime of its own does. The tasks
        // go on meanwhile: Postgres drops no database while somebody stands still in the middle of a log-in.
        let (options, brokers, topics) = (self.options.clone(), self.brokers.clone(), std::mem::take(&mut self.topics));
        let cleaned = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                kafka::delete_topics(&brokers, &topics).await.unwrap();
                let drop = format!("DROP DATABASE {} WITH (FORCE)", options.get_database().unwrap());
                let mut admin = PgConnection::connect_with(&options.database("postgres")).await.unwrap();
                sqlx::query(AssertSqlSafe(drop)).execute(&mut admin).await.unwrap();
            });
        });
        if tokio::task::block_in_place(|| cleaned.join()).is_err() {
            eprintln!("{} is left behind", self.prefix);
        }
    }
}

/// An event that no outbox has.
pub fn envelope(aggregate: Uuid, sequence: i64) -> Envelope {
    Envelope {
        id: EventId::from_uuid(Uuid::now_v7()),
        kind: OrderShipped::TYPE.to_owned(),
        version: OrderShipped::VERSION,
        aggregate_id: aggregate,
        sequence,
        occurred_at: Timestamp(time::OffsetDateTime::UNIX_EPOCH),
        payload: serde_json::json!({ "order_id": aggregate }),
    }
}

fn read_all(brokers: &str, topic: &str) -> Vec<OwnedMessage> {
    let consumer: BaseConsumer =
        ClientConfig::new().set("bootstrap.servers", brokers).set("group.id", "looks").set("enable.auto.commit", "false").create().unwrap();
    let timeout = Duration::from_secs(10);
    let metadata = consumer.fetch_metadata(Some(topic), timeout).unwrap();
    let mut left = 0;
    let mut assignment = TopicPartitionList::new();
    for partition in metadata.topics()[0].partitions() {
        let (low, high) = consumer.fetch_watermarks(topic, partition.id(), timeout).unwrap();
        left += high - low;
        assignment.add_partition_offset(topic, partition.id(), Offset::Offset(low)).unwrap();
    }
    consumer.assign(&assignment).unwrap();
    let started = Instant::now();
    let mut messages = Vec::new();
    while left > 0 {
        assert!(started.elapsed() < PATIENCE, "{topic} could not be read to its end");
        if let Some(message) = consumer.poll(Duration::from_millis(200)) {
            messages.push(message.unwrap().detach());
            left -= 1;
        }
    }
    messages
}

pub fn header<'a>(message: &'a OwnedMessage, name: &str) -> &'a str {
    kafka::header(message, name).unwrap_or_else(|| panic!("no header {name}"))
}

static REGISTRY: LazyLock<prometheus::Registry> = LazyLock::new(prometheus::Registry::new);

/// Before anything is counted, by whichever test is first.
fn count_metrics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let exporter = opentelemetry_prometheus::exporter().with_registry(REGISTRY.clone()).build().unwrap();
        opentelemetry::global::set_meter_provider(opentelemetry_sdk::metrics::SdkMeterProvider::builder().with_reader(exporter).build());
    });
}

/// What a counter says for a value of one of its labels, all tests together.
pub fn counted(name: &str, label: &str, value: &str) -> f64 {
    let families = REGISTRY.gather();
    let metrics = families.iter().filter(|family| family.name() == name).flat_map(prometheus::proto::MetricFamily::get_metric);
    metrics
        .filter(|metric| metric.get_label().iter().any(|pair| pair.name() == label && pair.value() == value))
        .map(|metric| metric.get_counter().get_value())
        .sum()
}
