use serde_json::{Value, json};
use tradewind_contract::{
    Money,
    orders::{Order, OrderStatus, Return, ReturnState},
};
use tradewind_order::orders::step::Happened;

use crate::harness::{App, Who, nobody};

async fn delivered(app: &App) -> (Who, Order) {
    let guest = app.guest();
    app.put_in_cart(&guest, "ASSAM-100", 1).await;
    let order = app.paid_order(&guest, "SENCHA-100", 2, &[Happened::Captured, Happened::Arrived]).await;
    (guest, order)
}

fn back(lines: &Value) -> Value {
    json!({"lines": lines, "reason": "Too smoky for me."})
}

#[tokio::test]
async fn goods_that_go_back_wait_for_an_operator() {
    let Some(app) = App::start().await else { return };
    let (guest, order) = delivered(&app).await;
    let path = format!("/orders/{}/returns", order.id);
    let wish = back(&json!([{"sku": "SENCHA-100", "quantity": 1}]));
    let answer = app.post_keyed(&path, &guest, "k", &wish).await;
    answer.token();
    let requested: Return = answer.read(201);
    assert_eq!((requested.order_id, requested.state, requested.amount), (order.id, ReturnState::Requested, Money::eur(1200)));
    assert_eq!((requested.reason.as_str(), requested.lines.len()), ("Too smoky for me.", 1));
    let now: Order = app.get(&format!("/orders/{}", order.id), &guest).await.read(200);
    assert_eq!(now.status, OrderStatus::ReturnRequested);
    assert_eq!(app.told(order.id).await.last().map(String::as_str), Some("order.returned"));
    assert_eq!(app.stock("SENCHA-100").await, (198, 0, 2), "nothing is back yet");
    assert_eq!(app.post_keyed(&path, &guest, "k", &wish).await.header("idempotent-replayed"), Some("true"));
    app.post_keyed(&path, &guest, "l", &wish).await.assert_refused(409, "order_not_returnable");
}

#[tokio::test]
async fn who_sends_everything_back_gets_the_shipping_too() {
    let Some(app) = App::start().await else { return };
    let (guest, order) = delivered(&app).await;
    let wish = back(&json!([{"sku": "SENCHA-100", "quantity": 2}, {"sku": "ASSAM-100", "quantity": 1}]));
    let requested: Return = app.post_keyed(&format!("/orders/{}/returns", order.id), &guest, "k", &wish).await.read(201);
    assert_eq!(requested.amount, order.totals.total);
}

#[tokio::test]
async fn what_was_not_delivered_cannot_go_back() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    let placed = app.order(&guest, "SENCHA-100", 1).await;
    let shipped = app.paid_order(&guest, "SENCHA-100", 1, &[Happened::Captured]).await;
    let cancelled = app.order(&guest, "SENCHA-100", 1).await;
    app.take(cancelled.id, Happened::HoldEnded).await;
    let wish = back(&json!([{"sku": "SENCHA-100", "quantity": 1}]));
    for order in [placed, shipped, cancelled] {
        app.post_keyed(&format!("/orders/{}/returns", order.id), &guest, "k", &wish).await.assert_refused(409, "order_not_returnable");
    }
    assert_eq!(app.count("returns").await, 0);
}

#[tokio::test]
async fn after_thirty_days_it_is_kept() {
    let Some(app) = App::start().await else { return };
    let (guest, order) = delivered(&app).await;
    let path = format!("/orders/{}/returns", order.id);
    let wish = back(&json!([{"sku": "SENCHA-100", "quantity": 1}]));
    app.execute("UPDATE order_history SET at = now() - interval '30 days 1 minute' WHERE status = 'delivered'").await;
    app.post_keyed(&path, &guest, "k", &wish).await.assert_refused(409, "order_not_returnable");
    assert_eq!(app.count("returns").await, 0);
    app.execute("UPDATE order_history SET at = at + interval '2 minutes' WHERE status = 'delivered'").await;
    app.post_keyed(&path, &guest, "k", &wish).await.read::<Return>(201);
}

#[tokio::test]
async fn bad_wishes_are_refused() {
    let Some(app) = App::start().await else { return };
    let (guest, order) = delivered(&app).await;
    let path = format!("/orders/{}/returns", order.id);
    for (lines, field) in [
        (json!([]), "/lines"),
        (json!([{"sku": "SENCHA-100", "quantity": 0}]), "/lines/0/quantity"),
        (json!([{"sku": "SENCHA-100", "quantity": 3}]), "/lines/0/quantity"),
        (json!([{"sku": "SENCHA-100", "quantity": 1}, {"sku": "GYOKURO-50", "quantity": 1}]), "/lines/1/sku"),
        (json!([{"sku": "SENCHA-100", "quantity": 1}, {"sku": "SENCHA-100", "quantity": 1}]), "/lines/1/sku"),
    ] {
        app.post_keyed(&path, &guest, "k", &back(&lines)).await.assert_names(field);
    }
    let mut wish = back(&json!([{"sku": "SENCHA-100", "quantity": 1}]));
    app.post(&path, &guest, &wish).await.assert_refused(400, "idempotency_key_missing");
    app.post_keyed(&path, &app.guest(), "k", &wish).await.assert_refused(404, "not_found");
    assert_eq!(app.post_keyed(&path, &nobody(), "k", &wish).await.status, 401);
    wish["reason"] = json!("  ");
    app.post_keyed(&path, &guest, "k", &wish).await.assert_names("/reason");
    wish["amount"] = json!(1);
    app.post_keyed(&path, &guest, "k", &wish).await.assert_names("/amount");
    assert_eq!(app.count("returns").await, 0);
}
