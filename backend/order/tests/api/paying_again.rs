use serde_json::{Value, json};
use tradewind_contract::orders::{Order, OrderStatus};
use tradewind_order::orders::step::Happened;

use crate::harness::{App, Who, nobody};

fn card(token: &str) -> Value {
    json!({ "payment_token": token })
}

async fn attempts(app: &App) -> Vec<(i32, String, String, Option<String>)> {
    sqlx::query_as("SELECT attempt, reference, state, payment_token FROM payments ORDER BY attempt").fetch_all(&app.database).await.unwrap()
}

async fn refused(app: &App) -> (Who, Order) {
    let guest = app.guest();
    let order = app.refused_order(&guest, "SENCHA-100", 2).await;
    (guest, order)
}

#[tokio::test]
async fn another_card_is_a_new_attempt_that_the_worker_asks_for() {
    let Some(app) = App::start().await else { return };
    let (guest, order) = refused(&app).await;
    let path = format!("/orders/{}", order.id);
    let failed: Order = app.get(&path, &guest).await.read(200);
    assert!(failed.payable_until.is_some_and(|until| until.0 > order.placed_at.0), "it says how long the pieces are held");
    let answer = app.post_keyed(&format!("{path}/payments"), &guest, "k", &card("tok_slow")).await;
    answer.token();
    let same: Order = answer.read(200);
    assert_eq!((same.status, same.version), (OrderStatus::PaymentFailed, 2), "what the bank says comes as the next step");
    let expected = [
        (1, format!("{}:1", order.id), "declined".to_owned(), None),
        (2, format!("{}:2", order.id), "requested".to_owned(), Some("tok_slow".to_owned())),
    ];
    assert_eq!(attempts(&app).await, expected);
    let due: bool =
        sqlx::query_scalar("SELECT due_at <= now() FROM order_timers WHERE kind = 'authorize'").fetch_one(&app.database).await.unwrap();
    assert!(due);

    let replayed = app.post_keyed(&format!("{path}/payments"), &guest, "k", &card("tok_slow")).await;
    assert_eq!(replayed.header("idempotent-replayed"), Some("true"));
    app.post_keyed(&format!("{path}/payments"), &guest, "k", &card("tok_ok")).await.assert_refused(422, "idempotency_key_reused");
    app.post_keyed(&format!("{path}/payments"), &guest, "l", &card("tok_ok")).await.assert_refused(409, "order_not_payable");
    assert_eq!(attempts(&app).await.len(), 2, "one at a time");
}

#[tokio::test]
async fn only_a_refused_order_with_its_pieces_held_can_be_paid_again() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    let placed = app.order(&guest, "SENCHA-100", 1).await;
    let pending = app.order(&guest, "SENCHA-100", 1).await;
    app.take(pending.id, Happened::OutcomeUnknown { attempt: 1 }).await;
    let paid = app.paid_order(&guest, "SENCHA-100", 1, &[]).await;
    let cancelled = app.order(&guest, "SENCHA-100", 1).await;
    app.take(cancelled.id, Happened::HoldEnded).await;
    let late = app.refused_order(&guest, "GENMAICHA-100", 1).await;
    app.execute("UPDATE holds SET expires_at = now() - interval '1 second' WHERE sku = 'GENMAICHA-100'").await;
    let before = app.rows().await;
    for order in [placed, pending, paid, cancelled, late] {
        app.post_keyed(&format!("/orders/{}/payments", order.id), &guest, "k", &card("tok_ok"))
            .await
            .assert_refused(409, "order_not_payable");
    }
    assert_eq!(app.rows().await, before, "a refusal changes nothing and leaves the key free");
}

#[tokio::test]
async fn bad_wishes_are_refused() {
    let Some(app) = App::start().await else { return };
    let (guest, order) = refused(&app).await;
    let path = format!("/orders/{}/payments", order.id);
    app.post(&path, &guest, &card("tok_ok")).await.assert_refused(400, "idempotency_key_missing");
    app.post_keyed(&path, &guest, "k", &card("tok_free")).await.assert_refused(422, "payment_token_invalid");
    app.post_keyed(&path, &guest, "k", &json!({"payment_token": "tok_ok", "amount": 1})).await.assert_names("/amount");
    app.post_keyed(&path, &guest, "k", &json!({})).await.assert_names("/payment_token");
    app.post_keyed(&path, &app.guest(), "k", &card("tok_ok")).await.assert_refused(404, "not_found");
    assert_eq!(app.post_keyed(&path, &nobody(), "k", &card("tok_ok")).await.status, 401);
    assert_eq!(attempts(&app).await.len(), 1);
}

#[tokio::test]
async fn twenty_parallel_cards_are_one_attempt() {
    let Some(app) = App::start().await else { return };
    let (guest, order) = refused(&app).await;
    let path = format!("/orders/{}/payments", order.id);
    let keys: Vec<String> = (0..20).map(|n| format!("k{n}")).collect();
    let body = card("tok_ok");
    let answers = futures::future::join_all(keys.iter().map(|key| app.post_keyed(&path, &guest, key, &body))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(attempts(&app).await.len(), 2);
}
