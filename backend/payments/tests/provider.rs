//! The provider from outside: every token, keys, the state machine, the reply that never comes.

#![expect(clippy::unwrap_used, reason = "in a test an unwrap is an assertion")]

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_util::sync::CancellationToken;
use tradewind_payments::{app::app, config::Timing, routes::TABLE, state::AppState, store::Store};
use uuid::Uuid;

struct Provider {
    address: SocketAddr,
    http: reqwest::Client,
}

struct Answer {
    status: u16,
    replayed: bool,
    body: Value,
}

impl Provider {
    async fn start() -> Self {
        Self::with(Store::open(None).unwrap()).await
    }

    async fn with(store: Store) -> Self {
        let timing = Timing { slow: Duration::from_millis(300), lost: Duration::from_millis(300) };
        let state = AppState { store, timing, stop: CancellationToken::new() };
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(axum::serve(listener, app(state)).into_future());
        Self { address, http: reqwest::Client::new() }
    }

    async fn post(&self, path: &str, key: Option<&str>, body: Value) -> Answer {
        let mut request = self.http.post(format!("http://{}{path}", self.address));
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let response = request.json(&body).send().await.unwrap();
        let (status, replayed) = (response.status().as_u16(), response.headers().contains_key("idempotent-replayed"));
        Answer { status, replayed, body: response.json().await.unwrap() }
    }

    async fn authorize(&self, token: &str, key: &str) -> Answer {
        self.post("/authorizations", Some(key), order(token, key)).await
    }

    async fn step(&self, id: &str, step: &str) -> Answer {
        let response = self.http.post(format!("http://{}/authorizations/{id}/{step}", self.address)).send().await.unwrap();
        Answer { status: response.status().as_u16(), replayed: false, body: response.json().await.unwrap() }
    }

    async fn find(&self, reference: &str) -> Value {
        let url = format!("http://{}/authorizations?reference={reference}", self.address);
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }

    async fn refund(&self, id: &str, key: &str, amount: i64) -> Answer {
        self.post("/refunds", Some(key), json!({"authorization_id": id, "amount": {"amount": amount, "currency": "EUR"}})).await
    }
}

fn order(token: &str, reference: &str) -> Value {
    json!({"amount": {"amount": 1299, "currency": "EUR"}, "payment_token": token, "reference": reference})
}

fn id(answer: &Answer) -> String {
    answer.body["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn each_token_gets_its_answer() {
    let provider = Provider::start().await;
    for (token, status, state, reason) in [
        ("tok_ok", 201, "authorized", Value::Null),
        ("tok_slow", 201, "authorized", Value::Null),
        ("tok_capture_fails", 201, "authorized", Value::Null),
        ("tok_declined", 200, "declined", json!("card_declined")),
        ("tok_insufficient_funds", 200, "declined", json!("insufficient_funds")),
    ] {
        let started = Instant::now();
        let answer = provider.authorize(token, token).await;
        assert_eq!((answer.status, &answer.body["status"], &answer.body["reason"]), (status, &json!(state), &reason), "{token}");
        assert_eq!(started.elapsed() >= Duration::from_millis(300), token == "tok_slow");
        assert_eq!(provider.find(token).await["items"][0], answer.body);
    }
}

#[tokio::test]
async fn unavailable_twice_per_key_and_then_done() {
    let provider = Provider::start().await;
    for key in ["a", "b"] {
        for _ in 0..2 {
            let answer = provider.authorize("tok_unavailable", key).await;
            assert_eq!((answer.status, answer.body["code"].as_str()), (503, Some("provider_unavailable")));
            assert_eq!(provider.find(key).await["items"], json!([]));
        }
        assert_eq!(provider.authorize("tok_unavailable", key).await.status, 201);
        assert!(provider.authorize("tok_unavailable", key).await.replayed);
    }
}

#[tokio::test]
async fn a_lost_reply_is_done_and_the_connection_closes_without_a_byte() {
    let provider = Provider::start().await;
    for _ in 0..2 {
        let body = order("tok_lost_reply", "lost").to_string();
        let request = format!(
            "POST /authorizations HTTP/1.1\r\nhost: x\r\nidempotency-key: lost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut connection = tokio::net::TcpStream::connect(provider.address).await.unwrap();
        connection.write_all(request.as_bytes()).await.unwrap();
        let started = Instant::now();
        let mut received = Vec::new();
        // An abrupt end is as good as an orderly one.
        let _ = connection.read_to_end(&mut received).await;
        assert!(received.is_empty(), "{}", String::from_utf8_lossy(&received));
        assert!(started.elapsed() >= Duration::from_millis(290));
    }
    let found = provider.find("lost").await;
    assert_eq!((found["items"].as_array().map(Vec::len), found["items"][0]["status"].as_str()), (Some(1), Some("authorized")));
}

#[tokio::test]
async fn a_key_is_one_request_for_ever() {
    let provider = Provider::start().await;
    let first = provider.authorize("tok_ok", "k").await;
    provider.step(&id(&first), "capture").await;
    let again = provider.authorize("tok_ok", "k").await;
    assert_eq!((again.status, again.replayed, &again.body), (201, true, &first.body), "the first answer, whatever came since");
    let other = provider.post("/authorizations", Some("k"), order("tok_ok", "other")).await;
    assert_eq!((other.status, other.body["code"].as_str()), (422, Some("idempotency_key_reused")));
    let second_key = provider.post("/authorizations", Some("k2"), order("tok_ok", "k")).await;
    assert_eq!((second_key.status, second_key.body["code"].as_str()), (409, Some("reference_taken")));
    let none = provider.post("/authorizations", None, order("tok_ok", "z")).await;
    assert_eq!((none.status, none.body["code"].as_str()), (400, Some("idempotency_key_missing")));
    let bad = provider.post("/authorizations", Some("a b"), order("tok_ok", "z")).await;
    assert_eq!((bad.status, bad.body["code"].as_str()), (400, Some("idempotency_key_invalid")));
}

#[tokio::test]
async fn fifty_parallel_requests_with_one_key_authorise_once() {
    let provider = std::sync::Arc::new(Provider::start().await);
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let provider = provider.clone();
        asking.spawn(async move { id(&provider.authorize("tok_ok", "one").await) });
    }
    let mut ids = asking.join_all().await;
    ids.dedup();
    assert_eq!(ids.len(), 1);
}

#[tokio::test]
async fn wrong_fields_are_named() {
    let provider = Provider::start().await;
    for (body, field) in [
        (order("tok_anything", "r"), "/payment_token"),
        (order("tok_ok", ""), "/reference"),
        (json!({"amount": {"amount": 0, "currency": "EUR"}, "payment_token": "tok_ok", "reference": "r"}), "/amount/amount"),
        (json!({"amount": {"amount": 1, "currency": "EUR"}, "payment_token": "tok_ok", "reference": "r", "x": 1}), "/x"),
        (json!({"amount": {"amount": 1, "currency": "EUR"}, "payment_token": "tok_ok"}), "/reference"),
    ] {
        let answer = provider.post("/authorizations", Some("k"), body).await;
        assert_eq!((answer.status, answer.body["errors"][0]["field"].as_str()), (422, Some(field)), "{}", answer.body);
    }
    let answer = provider.find("x&limit=1").await;
    assert_eq!((answer["status"].as_u64(), answer["errors"][0]["field"].as_str()), (Some(422), Some("limit")));
}

#[tokio::test]
async fn only_legal_steps_happen() {
    let provider = Provider::start().await;
    let conflict = |answer: Answer| assert_eq!((answer.status, answer.body["code"].as_str()), (409, Some("authorization_status")));
    let captured = id(&provider.authorize("tok_ok", "captured").await);
    conflict(provider.refund(&captured, "early", 1).await);
    for _ in 0..2 {
        let answer = provider.step(&captured, "capture").await;
        assert_eq!((answer.status, answer.body["status"].as_str()), (200, Some("captured")));
    }
    conflict(provider.step(&captured, "void").await);
    let voided = id(&provider.authorize("tok_ok", "voided").await);
    for _ in 0..2 {
        assert_eq!(provider.step(&voided, "void").await.body["status"], "voided");
    }
    conflict(provider.step(&voided, "capture").await);
    let declined = id(&provider.authorize("tok_declined", "declined").await);
    conflict(provider.step(&declined, "capture").await);
    conflict(provider.step(&declined, "void").await);
    assert_eq!(provider.step(&Uuid::now_v7().to_string(), "capture").await.status, 404);
    assert_eq!(provider.step("nonsense", "void").await.status, 404);
}

#[tokio::test]
async fn a_refused_capture_leaves_it_authorised() {
    let provider = Provider::start().await;
    let id = id(&provider.authorize("tok_capture_fails", "r").await);
    for _ in 0..2 {
        let answer = provider.step(&id, "capture").await;
        assert_eq!((answer.status, answer.body["code"].as_str()), (402, Some("capture_refused")));
    }
    assert_eq!(provider.find("r").await["items"][0]["status"], "authorized");
    assert_eq!(provider.step(&id, "void").await.status, 200);
}

#[tokio::test]
async fn refunds_never_exceed_what_was_captured() {
    let provider = Provider::start().await;
    let id = id(&provider.authorize("tok_ok", "r").await);
    provider.step(&id, "capture").await;
    let part = provider.refund(&id, "part", 1_000).await;
    assert_eq!(part.status, 201);
    let again = provider.refund(&id, "part", 1_000).await;
    assert_eq!((again.status, again.replayed, &again.body), (201, true, &part.body));
    assert_eq!(provider.refund(&id, "part", 999).await.body["code"], "idempotency_key_reused");
    assert_eq!(provider.refund(&id, "r", 1).await.body["code"], "idempotency_key_reused", "that key authorised");
    assert_eq!(provider.refund(&id, "more", 300).await.body["code"], "refund_too_large");
    assert_eq!(provider.refund(&id, "none", 0).await.status, 422);
    assert_eq!(provider.find("r").await["items"][0]["status"], "captured");
    assert_eq!(provider.refund(&id, "rest", 299).await.status, 201);
    assert_eq!(provider.find("r").await["items"][0]["status"], "refunded");
}

#[tokio::test]
async fn everything_survives_a_restart() {
    let path = std::env::temp_dir().join(format!("tradewind-payments-{}", Uuid::now_v7())).join("state.json");
    let before = Provider::with(Store::open(Some(&path)).unwrap()).await;
    let first = before.authorize("tok_ok", "a").await;
    before.step(&id(&first), "capture").await;
    before.refund(&id(&first), "refund", 299).await;
    before.authorize("tok_unavailable", "u").await;
    // Nothing is flushed or closed: the old one is simply left behind, as kill -9 would.
    let after = Provider::with(Store::open(Some(&path)).unwrap()).await;
    let again = after.authorize("tok_ok", "a").await;
    assert_eq!((again.replayed, &again.body), (true, &first.body));
    assert_eq!(after.find("a").await["items"][0]["status"], "captured");
    assert!(after.refund(&id(&first), "refund", 299).await.replayed);
    assert_eq!(after.refund(&id(&first), "rest", 1_001).await.body["code"], "refund_too_large");
    assert_eq!(after.authorize("tok_unavailable", "u").await.status, 503);
    assert_eq!(after.authorize("tok_unavailable", "u").await.status, 201);
    std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
}

#[tokio::test]
async fn every_route_is_covered_here() {
    let known = ["/authorizations", "/authorizations", "/authorizations/{id}/capture", "/authorizations/{id}/void", "/refunds"];
    assert_eq!(TABLE.iter().map(|(_, path)| *path).collect::<Vec<_>>(), known);
}

#[tokio::test]
async fn several_payments_may_be_asked_for_at_once() {
    let provider = Provider::start().await;
    for key in ["a:1", "b:1"] {
        provider.authorize("tok_ok", key).await;
    }
    let found = provider.find("b:1,unheard-of,a:1").await;
    let references: Vec<&str> = found["items"].as_array().unwrap().iter().filter_map(|item| item["reference"].as_str()).collect();
    assert_eq!(references, ["b:1", "a:1"]);
    assert_eq!(provider.find(&["a:1"; 101].join(",")).await["errors"][0]["code"], "too_many");
    assert_eq!(provider.authorize("tok_ok", "a,b").await.status, 422, "it could not be asked for");
}
