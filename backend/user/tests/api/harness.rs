//! One service with its own database, and a client that keeps its cookie.

use std::net::SocketAddr;

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{Method, StatusCode};
use jsonwebtoken::EncodingKey;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, PgPool, postgres::PgConnectOptions};
use tradewind_kit::{
    cache::Redis,
    config::{Common, Env},
    database::{Database, PoolConfig},
};
use tradewind_user::{
    MIGRATIONS,
    app::app,
    config::{Config, Limits, Throttle},
    state::AppState,
};
use uuid::Uuid;

pub const PASSWORD: &str = "a short sentence will do";
pub const NOBODY: Option<&str> = None;

pub struct App {
    pub address: SocketAddr,
    pub database: PgPool,
    pub state: AppState,
    /// What the service signs with.
    pub key: EncodingKey,
    http: reqwest::Client,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: http::HeaderMap,
    pub body: Value,
}

/// A session that a test holds.
pub struct Held {
    pub token: String,
    pub cookie: String,
    pub user: String,
}

impl App {
    /// `None` when there is nothing to test with.
    pub async fn start() -> Option<Self> {
        Self::start_with(Limits::default()).await
    }

    pub async fn start_with(limits: Limits) -> Option<Self> {
        let (Ok(primary), Ok(redis_url)) = (std::env::var("TRADEWIND_TEST_PRIMARY_URL"), std::env::var("TRADEWIND_TEST_REDIS_URL")) else {
            assert!(std::env::var_os("CI").is_none(), "TRADEWIND_TEST_PRIMARY_URL and TRADEWIND_TEST_REDIS_URL are needed in CI");
            eprintln!("skipped: TRADEWIND_TEST_PRIMARY_URL and TRADEWIND_TEST_REDIS_URL are not set");
            return None;
        };
        let primary_url = fresh_database(&primary).await;
        let database = PgPool::connect(&primary_url).await.unwrap();
        MIGRATIONS.run(&database).await.unwrap();
        let ((signing_key, key), (previous_key, _)) = (key_file(), key_file());
        let config = Config {
            common: Common::read(&mut Env::new(), "user", 0, 0),
            primary_url,
            replica_urls: Vec::new(),
            pool: PoolConfig { max_connections: 4, min_connections: 0, ..PoolConfig::default() },
            redis_url,
            signing_key,
            published_keys: vec![previous_key],
            cookie_secure: false,
            limits,
            writes_per_second: 20,
            writes_burst: 60,
        };
        let kit_database = Database::connect("users", &config.primary_url, &[], &config.pool).unwrap();
        let state = AppState::new(&config, kit_database, Redis::connect(&config.redis_url).unwrap()).unwrap();
        // They are read once, at the start.
        for file in config.published_keys.iter().chain([&config.signing_key]) {
            std::fs::remove_file(file).unwrap();
        }
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(axum::serve(listener, app(state.clone())).into_future());
        Some(Self { address, database, state, key, http: reqwest::Client::new() })
    }

    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.request_from("203.0.113.9", method, path)
    }

    /// As if the gateway had seen this address.
    pub fn request_from(&self, address: &str, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("http://{}{path}", self.address)).header("x-forwarded-for", address)
    }

    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.unwrap();
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() };
        Answer { status, headers, body }
    }

    pub async fn call(&self, method: Method, path: &str, token: Option<&str>, body: Option<Value>) -> Answer {
        let mut request = self.request(method, &format!("/api/v1{path}"));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        self.send(request).await
    }

    pub async fn post(&self, path: &str, token: Option<&str>, body: Value) -> Answer {
        self.call(Method::POST, path, token, Some(body)).await
    }

    pub async fn get(&self, path: &str, token: &str) -> Answer {
        self.call(Method::GET, path, Some(token), None).await
    }

    pub async fn refresh(&self, cookie: &str) -> Answer {
        self.send(self.request(Method::POST, "/api/v1/sessions/refresh").header("cookie", format!("refresh={cookie}"))).await
    }

    pub async fn guest(&self) -> Held {
        self.call(Method::POST, "/sessions/guest", NOBODY, None).await.held()
    }

    pub async fn shopper(&self, email: &str) -> Held {
        self.post("/users", NOBODY, registration(email)).await.held()
    }

    pub async fn log_in(&self, email: &str, password: &str) -> Answer {
        self.post("/sessions", NOBODY, json!({"email": email, "password": password})).await
    }

    /// Type, sequence and payload of a user's events, in order.
    pub async fn events(&self, user: &str) -> Vec<(String, i64, Value)> {
        sqlx::query_as("SELECT event_type, sequence, payload FROM outbox WHERE aggregate_id = $1 ORDER BY position")
            .bind(user.parse::<Uuid>().unwrap())
            .fetch_all(&self.database)
            .await
            .unwrap()
    }
}

impl Answer {
    pub fn held(self) -> Held {
        assert_eq!(self.status, StatusCode::CREATED, "{}", self.body);
        self.assert_written();
        Held {
            token: self.body["access_token"].as_str().unwrap().to_owned(),
            cookie: self.cookie().unwrap(),
            user: self.body["user"]["id"].as_str().unwrap().to_owned(),
        }
    }

    /// The refresh token that was set; empty when it was cleared.
    pub fn cookie(&self) -> Option<String> {
        let text = self.headers.get("set-cookie")?.to_str().unwrap();
        for attribute in ["; HttpOnly", "; SameSite=Strict", "; Path=/", "; Max-Age="] {
            assert!(text.contains(attribute), "{attribute} is missing in {text}");
        }
        Some(text.strip_prefix("refresh=").unwrap().split(';').next().unwrap().to_owned())
    }

    pub fn assert_written(&self) {
        let token = self.headers.get("consistency-token").and_then(|value| value.to_str().ok());
        assert!(token.is_some_and(|token| token.starts_with("users-")), "no consistency token: {token:?}");
    }

    #[track_caller]
    pub fn assert_refused(&self, status: u16, code: &str) {
        assert_eq!((self.status.as_u16(), self.body["code"].as_str()), (status, Some(code)), "{}", self.body);
        assert_eq!(self.headers["content-type"], "application/problem+json");
    }
}

/// Wrong log-ins cost nothing, for tests of something else.
pub fn unthrottled() -> Limits {
    let throttle = Throttle { free: 1_000_000, ..Limits::default().account_throttle };
    Limits { account_throttle: throttle, address_throttle: throttle, ..Limits::default() }
}

pub fn registration(email: &str) -> Value {
    json!({"email": email, "password": PASSWORD, "display_name": "Ada"})
}

async fn fresh_database(primary: &str) -> String {
    let options: PgConnectOptions = primary.parse().unwrap();
    let name = format!("user_test_{}", Uuid::now_v7().simple());
    let mut admin = PgConnection::connect_with(&options).await.unwrap();
    drop_left_over(&mut admin).await;
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut admin).await.unwrap();
    options.database(&name).to_url_lossy().to_string()
}

/// Nobody drops a test's database while its services still use it; an hour later nobody does. The time is in the names.
async fn drop_left_over(admin: &mut PgConnection) {
    let hour_ago = uuid::Timestamp::now(uuid::NoContext).to_unix().0 - 3600;
    let oldest = Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, hour_ago, 0));
    let names: Vec<String> = sqlx::query_scalar(r"SELECT datname FROM pg_database WHERE datname LIKE 'user\_test\_%' AND datname < $1")
        .bind(format!("user_test_{}", oldest.simple()))
        .fetch_all(&mut *admin)
        .await
        .unwrap();
    for name in names {
        // Another test may be faster.
        let _ = sqlx::query(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))).execute(&mut *admin).await;
    }
}

/// A new Ed25519 key as `openssl genpkey` writes it: 16 bytes that say so, then 32 random ones.
fn key_file() -> (std::path::PathBuf, EncodingKey) {
    let mut der = vec![0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    der.extend(rand::random::<[u8; 32]>());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(&der));
    let path = std::env::temp_dir().join(format!("tradewind-user-{}.pem", Uuid::now_v7()));
    std::fs::write(&path, pem).unwrap();
    (path, EncodingKey::from_ed_der(&der))
}
