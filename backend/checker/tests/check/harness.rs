//! A small shop of one's own: a database, with a schema for each of the shop's and one for the replica, a payment provider, a corner of
//! Redis, and messages as the relay would have sent them.

use std::{path::PathBuf, time::Duration};

use serde_json::json;
use sqlx::{
    AssertSqlSafe, Connection, PgConnection, PgPool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;
use tradewind_checker::{
    KEPT, Report, Shop,
    cache::{CacheAddress, LIFE},
    check,
    messages::{Content, Event, Message, Messages},
    replicas::Replica,
};
use tradewind_contract::{
    Money, Timestamp,
    payments::{Authorization, AuthorizationStatus},
};
use tradewind_events::topics;
use tradewind_payments::{app::app, config::Timing, ledger::Record, state::AppState, store::Store};
use uuid::Uuid;

pub const SHOPPER: &str = "00000000-0000-7000-8000-00000000000f";

/// The order of `shop.sql` with this name, such as `a1`.
pub fn order(name: &str) -> Uuid {
    format!("00000000-0000-7000-8000-0000000000{name}").parse().unwrap()
}

/// The event of an order's step.
pub fn event(name: &str, version: u8) -> Uuid {
    format!("00000000-0000-7000-900{version}-0000000000{name}").parse().unwrap()
}

/// A consistency token.
pub fn token(lsn: u64) -> String {
    format!("orders-1.{lsn:016X}")
}

pub struct Planted {
    pub shop: Shop,
    pub replica: PgPool,
    /// What is in Kafka.
    pub messages: Vec<Message>,
    server: PgConnectOptions,
    database: String,
    files: Vec<PathBuf>,
}

impl Planted {
    /// A shop in which everything is as it should be; `None` where there is nothing to test with.
    pub async fn start() -> Option<Self> {
        let (Ok(primary), Ok(redis)) = (std::env::var("TRADEWIND_TEST_PRIMARY_URL"), std::env::var("TRADEWIND_TEST_REDIS_URL")) else {
            assert!(std::env::var_os("CI").is_none(), "TRADEWIND_TEST_PRIMARY_URL and TRADEWIND_TEST_REDIS_URL are needed in CI");
            eprintln!("skipped: TRADEWIND_TEST_PRIMARY_URL and TRADEWIND_TEST_REDIS_URL are not set");
            return None;
        };
        let server: PgConnectOptions = primary.parse().unwrap();
        let name = format!("check_test_{}", Uuid::now_v7().simple());
        let mut admin = PgConnection::connect_with(&server).await.unwrap();
        sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut admin).await.unwrap();
        admin.close().await.unwrap();
        // Making a database costs the server a checkpoint, a schema nothing. Extensions are in `public`, where the orders are.
        let orders = server.clone().database(&name);
        let [users, copy] = ["users,public", "copy,public"].map(|path| orders.clone().options([("search_path", path)]));
        let script = [include_str!("../../../order/tests/api/catalogue.sql"), include_str!("shop.sql")].concat();
        fill(&orders, &tradewind_order::MIGRATIONS, &script).await;
        fill(&users, &tradewind_user::MIGRATIONS, include_str!("users.sql")).await;
        fill(&copy, &tradewind_order::MIGRATIONS, &script).await;

        let pool = |options: PgConnectOptions| PgPoolOptions::new().max_connections(4).connect_lazy_with(options);
        let replica = pool(copy);
        let shop = Shop {
            orders: pool(orders),
            users: pool(users),
            replicas: vec![Replica { name: "copy".to_owned(), orders: replica.clone() }],
            messages: Messages::Given(Vec::new()),
            cache: CacheAddress { url: redis, prefix: format!("{name}:"), bound: CacheAddress::bound_of(LIFE) },
            payments_url: String::new(),
            history: None,
            kept: KEPT,
        };
        let mut planted = Self { shop, replica, messages: Vec::new(), server, database: name, files: Vec::new() };
        planted.follow().await;
        Some(planted)
    }

    /// Makes provider and Kafka what the database says by now.
    pub async fn follow(&mut self) {
        self.shop.payments_url = provider(&self.shop.orders).await;
        self.messages = published(&self.shop.orders).await;
        self.messages.extend(published(&self.shop.users).await);
    }

    pub async fn check(&self) -> Report {
        check(&Shop { messages: Messages::Given(self.messages.clone()), ..self.shop.clone() }).await.unwrap()
    }

    /// Does something to the orders' database that no program of the shop would.
    pub async fn plant(&self, statements: &str) {
        sqlx::raw_sql(AssertSqlSafe(statements.to_owned())).execute(&self.shop.orders).await.unwrap();
    }

    /// What clients saw.
    pub fn saw(&mut self, lines: &[serde_json::Value]) {
        let path = std::env::temp_dir().join(format!("tradewind-check-{}", Uuid::now_v7()));
        std::fs::write(&path, lines.iter().map(|line| format!("{line}\n")).collect::<String>()).unwrap();
        self.files.push(path.clone());
        self.shop.history = Some(path);
    }

    /// The message of an event.
    pub fn message(&mut self, id: Uuid) -> &mut Message {
        self.messages.iter_mut().find(|message| id_of(message) == Some(id)).unwrap()
    }

    pub fn forget_message(&mut self, id: Uuid) {
        self.messages.retain(|message| id_of(message) != Some(id));
    }
}

impl Drop for Planted {
    fn drop(&mut self) {
        for file in &self.files {
            let _ = std::fs::remove_file(file);
        }
        let (server, database) = (self.server.clone(), std::mem::take(&mut self.database));
        // A destructor cannot wait, and a test that fails has to clean up too: a thread with a runtime of its own does.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let mut admin = PgConnection::connect_with(&server).await.unwrap();
                sqlx::query(AssertSqlSafe(format!("DROP DATABASE {database} WITH (FORCE)"))).execute(&mut admin).await.unwrap();
            });
        });
        if dropped.join().is_err() {
            eprintln!("a database is left behind");
        }
    }
}

/// Exactly these invariants do not hold, each for exactly these rows.
#[track_caller]
pub fn assert_broken(report: &Report, wanted: &[(u8, &[String])]) {
    let found: Vec<(u8, &[String])> =
        report.invariants.iter().filter(|verdict| !verdict.holds).map(|verdict| (verdict.number, verdict.rows.as_slice())).collect();
    assert_eq!(found, wanted, "\n{report}");
}

fn id_of(message: &Message) -> Option<Uuid> {
    match &message.content {
        Content::Event(event) => Some(event.id),
        Content::Unreadable { .. } => None,
    }
}

async fn fill(options: &PgConnectOptions, migrations: &Migrator, script: &str) {
    // What a crash could lose here is nobody's.
    let mut db = PgConnection::connect_with(&options.clone().options([("synchronous_commit", "off")])).await.unwrap();
    sqlx::raw_sql("CREATE SCHEMA IF NOT EXISTS users; CREATE SCHEMA IF NOT EXISTS copy").execute(&mut db).await.unwrap();
    migrations.run(&mut db).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(script.to_owned())).execute(&mut db).await.unwrap();
    db.close().await.unwrap();
}

/// A provider that knows what the payments say.
async fn provider(orders: &PgPool) -> String {
    let store = Store::open(None).unwrap();
    let payments: Vec<(String, i64, String)> =
        sqlx::query_as("SELECT reference, amount, state FROM payments").fetch_all(orders).await.unwrap();
    for (reference, amount, state) in payments {
        let (status, reason) = match state.as_str() {
            "declined" => (AuthorizationStatus::Declined, Some("card_declined".to_owned())),
            "captured" => (AuthorizationStatus::Captured, None),
            _ => (AuthorizationStatus::Authorized, None),
        };
        let created_at = Timestamp(OffsetDateTime::now_utc());
        let authorization =
            Authorization { id: Uuid::now_v7(), reference, amount: Money::eur(amount), status, reason, refunded_minor: 0, created_at };
        let record = Record::Answered { key: authorization.reference.clone(), payment_token: "tok_ok".to_owned(), authorization };
        store.decide(|_| Ok(((), vec![record]))).unwrap();
    }
    let timing = Timing { slow: Duration::ZERO, lost: Duration::ZERO };
    let state = AppState { store, timing, stop: CancellationToken::new() };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, app(state)).into_future());
    url
}

/// The provider's id of a payment.
pub async fn find(url: &str, reference: &str) -> String {
    let answer: serde_json::Value =
        reqwest::get(format!("{url}/authorizations?reference={reference}")).await.unwrap().json().await.unwrap();
    answer["items"][0]["id"].as_str().unwrap().to_owned()
}

/// Asks the provider for money, past the shop.
pub async fn authorize(url: &str, reference: &str, amount: i64) -> String {
    let body = json!({"amount": {"amount": amount, "currency": "EUR"}, "payment_token": "tok_ok", "reference": reference});
    let request = reqwest::Client::new().post(format!("{url}/authorizations")).header("idempotency-key", reference).json(&body);
    let answer: serde_json::Value = request.send().await.unwrap().error_for_status().unwrap().json().await.unwrap();
    answer["id"].as_str().unwrap().to_owned()
}

/// `capture` or `void`.
pub async fn move_on(url: &str, id: &str, step: &str) {
    let request =
        reqwest::Client::new().post(format!("{url}/authorizations/{id}/{step}")).header("idempotency-key", format!("{id}:{step}"));
    request.send().await.unwrap().error_for_status().unwrap();
}

#[derive(sqlx::FromRow)]
struct Row {
    position: i64,
    event_id: Uuid,
    topic: String,
    event_type: String,
    aggregate_id: Uuid,
    sequence: i64,
    occurred_at: OffsetDateTime,
    published_at: OffsetDateTime,
}

/// An outbox as the relay sends it.
async fn published(database: &PgPool) -> Vec<Message> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT position, event_id, topic, event_type, aggregate_id, sequence, occurred_at, published_at FROM outbox ORDER BY position",
    )
    .fetch_all(database)
    .await
    .unwrap();
    rows.into_iter()
        .map(|row| Message {
            topic: topics::ALL.into_iter().find(|known| *known == row.topic).unwrap(),
            partition: i32::from(row.aggregate_id.as_bytes()[15]) % topics::PARTITIONS,
            offset: row.position,
            at: row.published_at,
            content: Content::Event(Event {
                id: row.event_id,
                kind: row.event_type,
                aggregate_id: row.aggregate_id,
                sequence: row.sequence,
                occurred_at: row.occurred_at,
            }),
        })
        .collect()
}
