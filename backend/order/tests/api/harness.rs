//! One order service with its own database and a small catalogue, and shoppers with tokens of their own.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use http::{HeaderMap, Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio_util::sync::CancellationToken;
use tradewind_contract::{OrderId, cart::Cart, orders::Order, users::Role};
use tradewind_kit::{
    auth::Verifier,
    cache::{Cached, Redis},
    database::{Database, PoolConfig, transact},
    limit::Quota,
};
use tradewind_order::{
    MIGRATIONS,
    app::app,
    catalog::views::Views,
    orders::{
        queries,
        step::{self, Happened},
        watch::{self, Watch},
    },
    payments::queries::{AttemptState, open_attempt, record_attempt},
    state::AppState,
};
use uuid::Uuid;

use crate::tokens::{Signer, claims};

/// Every table that a shopper or an operator can write to.
const WRITTEN: [&str; 21] = [
    "carts",
    "cart_lines",
    "guest_claims",
    "orders",
    "order_lines",
    "order_history",
    "order_timers",
    "holds",
    "payments",
    "ledger_entries",
    "returns",
    "return_lines",
    "stock",
    "outbox",
    "aggregate_sequences",
    "idempotency_keys",
    "dead_letters",
    "dead_letter_decisions",
    "blocked_aggregates",
    "held_messages",
    "audit_entries",
];

pub struct App {
    pub address: SocketAddr,
    pub database: PgPool,
    pub state: AppState,
    pub signer: Arc<Signer>,
    options: PgConnectOptions,
    redis_url: String,
    http: reqwest::Client,
    /// Nobody else serves from the database, so it goes with this.
    owns_database: bool,
}

/// How a service differs from the usual one.
#[derive(Default)]
pub struct Setup {
    pub redis_url: Option<String>,
    pub writes: Option<Quota>,
}

/// Somebody with an access token, or nobody.
#[derive(Clone)]
pub struct Who {
    pub token: Option<String>,
    pub user: Uuid,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    /// Null for what is not JSON.
    pub body: Value,
}

pub fn nobody() -> Who {
    Who { token: None, user: Uuid::nil() }
}

impl App {
    /// `None` when there is nothing to test with.
    pub async fn start() -> Option<Self> {
        Self::start_with(Setup::default()).await
    }

    pub async fn start_with(setup: Setup) -> Option<Self> {
        let (Ok(primary), Ok(redis_url)) = (std::env::var("TRADEWIND_TEST_PRIMARY_URL"), std::env::var("TRADEWIND_TEST_REDIS_URL")) else {
            assert!(std::env::var_os("CI").is_none(), "TRADEWIND_TEST_PRIMARY_URL and TRADEWIND_TEST_REDIS_URL are needed in CI");
            eprintln!("skipped: TRADEWIND_TEST_PRIMARY_URL and TRADEWIND_TEST_REDIS_URL are not set");
            return None;
        };
        let options = fresh_database(primary.parse().unwrap()).await;
        let app = Self::serve(options, setup.redis_url.unwrap_or(redis_url), setup.writes, Arc::new(Signer::new("test")), true).await;
        // What a crash could lose here is nobody's.
        let hasty = app.options.clone().options([("synchronous_commit", "off")]);
        let mut setup = PgConnection::connect_with(&hasty).await.unwrap();
        MIGRATIONS.run(&mut setup).await.unwrap();
        sqlx::raw_sql(include_str!("catalogue.sql")).execute(&mut setup).await.unwrap();
        setup.close().await.unwrap();
        Some(app)
    }

    /// A second instance of the same service.
    pub async fn sibling(&self) -> Self {
        Self::serve(self.options.clone(), self.redis_url.clone(), None, self.signer.clone(), false).await
    }

    async fn serve(options: PgConnectOptions, redis_url: String, writes: Option<Quota>, signer: Arc<Signer>, owns_database: bool) -> Self {
        let pool = PoolConfig { max_connections: 8, min_connections: 0, ..PoolConfig::default() };
        let database = Database::connect("orders", options.to_url_lossy().as_ref(), &[], &pool).unwrap();
        let redis = Redis::connect(&redis_url).unwrap();
        // The catalogue's keys are the same in every test; all others hold an identity or a session.
        let prefix = format!("{}:", options.get_database().unwrap());
        let state = AppState {
            catalog: Cached::new(redis.clone(), database.clone(), Duration::from_secs(30)).with_prefix(prefix),
            database,
            verifier: Verifier::local(&signer.jwks(), redis.clone()).unwrap(),
            redis,
            watch: Watch::start(&redis_url, CancellationToken::new()),
            views: Views::default(),
            writes: writes.unwrap_or(Quota { name: "writes", per_second: 1_000, burst: 1_000 }),
        };
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(axum::serve(listener, app(state.clone())).into_future());
        let database = PgPoolOptions::new().max_connections(4).connect_lazy_with(options.clone());
        Self { address, database, state, signer, options, redis_url, http: reqwest::Client::new(), owns_database }
    }

    fn somebody(&self, role: Role) -> Who {
        let user = Uuid::now_v7();
        Who { token: Some(self.signer.sign(&claims(user, role))), user }
    }

    pub fn guest(&self) -> Who {
        self.somebody(Role::Guest)
    }

    pub fn shopper(&self) -> Who {
        self.somebody(Role::Shopper)
    }

    pub fn operator(&self) -> Who {
        self.somebody(Role::Operator)
    }

    pub fn request(&self, method: Method, path: &str, who: &Who) -> reqwest::RequestBuilder {
        let request = self.http.request(method, format!("http://{}/api/v1{path}", self.address));
        match &who.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer { status, headers, text, body }
    }

    pub async fn get(&self, path: &str, who: &Who) -> Answer {
        self.send(self.request(Method::GET, path, who)).await
    }

    /// A read that must have seen the write which answered with `token`.
    pub async fn get_after(&self, path: &str, who: &Who, token: &str) -> Answer {
        self.send(self.request(Method::GET, path, who).header("consistency-token", token)).await
    }

    pub async fn post(&self, path: &str, who: &Who, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path, who).json(body)).await
    }

    pub async fn put_item(&self, who: &Who, sku: &str, body: &Value) -> Answer {
        self.send(self.request(Method::PUT, &format!("/cart/items/{sku}"), who).json(body)).await
    }

    pub async fn delete(&self, path: &str, who: &Who) -> Answer {
        self.send(self.request(Method::DELETE, path, who)).await
    }

    pub async fn put_in_cart(&self, who: &Who, sku: &str, quantity: u32) -> Cart {
        self.put_item(who, sku, &json!({ "quantity": quantity })).await.read(200)
    }

    pub async fn cart(&self, who: &Who) -> Cart {
        self.get("/cart", who).await.read(200)
    }

    pub async fn place(&self, who: &Who, key: &str, wish: &Value) -> Answer {
        self.send(self.request(Method::POST, "/orders", who).header("idempotency-key", key).json(wish)).await
    }

    /// An order of one line.
    pub async fn order(&self, who: &Who, sku: &str, quantity: u32) -> Order {
        self.put_in_cart(who, sku, quantity).await;
        self.place(who, &Uuid::now_v7().to_string(), &wish()).await.read(201)
    }

    /// What happens to an order, as the worker writes it down.
    pub async fn take(&self, id: OrderId, happened: Happened) {
        let (taken, token) = transact(&self.state.database, async |db| {
            let locked = queries::lock_order(db, id).await?.unwrap();
            step::take(db, id, &locked, &happened).await
        })
        .await
        .unwrap();
        assert!(taken, "{happened:?} is not a step of this order");
        watch::announce(&self.state.redis, id, &token).await;
    }

    /// An order whose first card was refused.
    pub async fn refused_order(&self, who: &Who, sku: &str, quantity: u32) -> Order {
        let order = self.order(who, sku, quantity).await;
        let mut db = self.state.database.writer().await.unwrap();
        open_attempt(&mut db, order.id, None).await.unwrap();
        record_attempt(&mut db, order.id, 1, AttemptState::Declined, None).await.unwrap();
        drop(db);
        self.take(order.id, Happened::Declined { attempt: 1, reason: "card_declined".into() }).await;
        order
    }

    /// An order of one line that is on its way or there.
    pub async fn paid_order(&self, who: &Who, sku: &str, quantity: u32, further: &[Happened]) -> Order {
        let order = self.order(who, sku, quantity).await;
        let mut db = self.state.database.writer().await.unwrap();
        open_attempt(&mut db, order.id, None).await.unwrap();
        record_attempt(&mut db, order.id, 1, AttemptState::Authorized, None).await.unwrap();
        drop(db);
        self.take(order.id, Happened::Authorized { attempt: 1 }).await;
        for happened in further {
            self.take(order.id, happened.clone()).await;
        }
        order
    }

    pub async fn post_keyed(&self, path: &str, who: &Who, key: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path, who).header("idempotency-key", key).json(body)).await
    }

    /// The types of an order's events, in the order in which they are sent.
    pub async fn told(&self, id: OrderId) -> Vec<String> {
        sqlx::query_scalar("SELECT event_type FROM outbox WHERE aggregate_id = $1 ORDER BY sequence")
            .bind(id.as_uuid())
            .fetch_all(&self.database)
            .await
            .unwrap()
    }

    /// Available, reserved, sold.
    pub async fn stock(&self, sku: &str) -> (i64, i64, i64) {
        sqlx::query_as("SELECT available, reserved, sold FROM stock WHERE sku = $1").bind(sku).fetch_one(&self.database).await.unwrap()
    }

    pub async fn count(&self, table: &'static str) -> i64 {
        sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM {table}"))).fetch_one(&self.database).await.unwrap()
    }

    pub async fn execute(&self, statement: &'static str) {
        sqlx::raw_sql(statement).execute(&self.database).await.unwrap();
    }

    /// Returns once a statement in this database waits for a lock.
    pub async fn until_somebody_waits(&self) {
        let waiting = "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')";
        while !sqlx::query_scalar::<_, bool>(waiting).fetch_one(&self.database).await.unwrap() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// The body that Redis keeps under a key of the catalogue's cache.
    pub async fn cached(&self, key: &str) -> Option<String> {
        let key = format!("{}:{key}", self.options.get_database().unwrap());
        for _ in 0..50 {
            // A busy machine's Redis may take longer than its 50 ms. The first nine bytes are not the body's.
            if let Ok(bytes) = self.state.redis.get(&key).await {
                return bytes.map(|bytes| String::from_utf8(bytes[9..].to_vec()).unwrap());
            }
        }
        panic!("Redis does not answer");
    }

    /// Every row that an order could have touched.
    pub async fn rows(&self) -> Value {
        let mut rows = serde_json::Map::new();
        for table in WRITTEN {
            let select = format!("SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY to_jsonb(t)::text), '[]') FROM {table} t");
            rows.insert(table.to_owned(), sqlx::query_scalar(AssertSqlSafe(select)).fetch_one(&self.database).await.unwrap());
        }
        Value::Object(rows)
    }
}

impl Drop for App {
    fn drop(&mut self) {
        if !self.owns_database {
            return;
        }
        // A destructor cannot wait, and a test that fails has to clean up too: a thread with a runtime of its own does.
        let options = self.options.clone();
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(drop_database(options)).unwrap();
        });
        if dropped.join().is_err() {
            eprintln!("the database {:?} is left behind", self.options.get_database());
        }
    }
}

impl Answer {
    /// The body, when the status is the one that was hoped for.
    #[track_caller]
    pub fn read<T: DeserializeOwned>(&self, status: u16) -> T {
        assert_eq!(self.status, status, "{}", self.text);
        serde_json::from_str(&self.text).unwrap()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// What every write answers with: `orders-<timeline>.<WAL position>`.
    #[track_caller]
    pub fn token(&self) -> String {
        let token = self.header("consistency-token").unwrap_or_else(|| panic!("no consistency token: {} {}", self.status, self.text));
        let position = token.strip_prefix("orders-").and_then(|rest| rest.split_once('.')).map(|(_, position)| position);
        assert!(position.is_some_and(|position| position.len() == 16 && u64::from_str_radix(position, 16).is_ok()), "{token}");
        token.to_owned()
    }

    #[track_caller]
    pub fn assert_refused(&self, status: u16, code: &str) {
        assert_eq!((self.status.as_u16(), self.body["code"].as_str()), (status, Some(code)), "{}", self.text);
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_eq!((&self.body["status"], &self.body["type"]), (&json!(status), &json!(format!("/problems/{code}"))));
        assert_eq!(self.body["trace_id"].as_str().map(str::len), Some(32), "{}", self.text);
        assert!(!self.headers.contains_key("consistency-token"), "a refusal wrote nothing");
    }

    /// A 422 that names this field first.
    #[track_caller]
    pub fn assert_names(&self, field: &str) {
        self.assert_refused(422, "validation_failed");
        assert_eq!(self.body["errors"][0]["field"], field, "{}", self.text);
    }
}

/// What `POST /orders` needs.
pub fn wish() -> Value {
    json!({
        "email": "ada@example.com",
        "shipping_address": {"name": "Ada", "line1": "Am Kai 1", "postal_code": "20457", "city": "Hamburg", "country": "DE"},
        "shipping_method": "standard",
        "payment_token": "tok_ok",
    })
}

pub fn eur(amount: i64) -> Value {
    json!({"amount": amount, "currency": "EUR"})
}

async fn fresh_database(options: PgConnectOptions) -> PgConnectOptions {
    let name = format!("order_test_{}", Uuid::now_v7().simple());
    let mut admin = PgConnection::connect_with(&options).await.unwrap();
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut admin).await.unwrap();
    options.database(&name)
}

async fn drop_database(options: PgConnectOptions) -> sqlx::Result<()> {
    let drop = format!("DROP DATABASE {} WITH (FORCE)", options.get_database().unwrap());
    let mut admin = PgConnection::connect_with(&options.database("postgres")).await?;
    sqlx::query(AssertSqlSafe(drop)).execute(&mut admin).await?;
    Ok(())
}
