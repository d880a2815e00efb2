use serde_json::json;
use tradewind_contract::orders::{Order, OrderStatus};
use tradewind_order::{
    orders::step::Happened,
    payments::queries::{AttemptState, record_attempt},
};
use uuid::Uuid;

use crate::harness::{App, nobody};

#[tokio::test]
async fn a_cancelled_order_gives_its_pieces_back_and_stays_cancelled() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    let order = app.order(&guest, "SENCHA-100", 2).await;
    let path = format!("/orders/{}/cancel", order.id);
    let answer = app.post(&path, &guest, &json!(null)).await;
    answer.token();
    let cancelled: Order = answer.read(200);
    assert_eq!((cancelled.status, cancelled.version), (OrderStatus::Cancelled, 2));
    assert_eq!(cancelled.history[1].reason.as_deref(), Some("cancelled_by_shopper"));
    assert_eq!(app.stock("SENCHA-100").await, (200, 0, 0));
    assert_eq!(app.told(order.id).await, ["order.placed", "order.cancelled"]);
    assert_eq!(app.count("order_timers").await, 0, "nothing is to happen to it any more");
    let again: Order = app.post(&path, &guest, &json!(null)).await.read(200);
    assert_eq!(again, cancelled, "repeating it is harmless");
    assert_eq!(app.told(order.id).await.len(), 2);
}

#[tokio::test]
async fn sold_pieces_come_back_too() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    let order = app.paid_order(&guest, "SENCHA-100", 2, &[]).await;
    assert_eq!(app.stock("SENCHA-100").await, (198, 0, 2));
    let cancelled: Order = app.post(&format!("/orders/{}/cancel", order.id), &guest, &json!(null)).await.read(200);
    assert_eq!(cancelled.status, OrderStatus::Cancelled);
    assert_eq!(app.stock("SENCHA-100").await, (200, 0, 0));
}

#[tokio::test]
async fn what_cannot_be_stopped_any_more_is_a_409() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    let pending = app.order(&guest, "SENCHA-100", 1).await;
    app.take(pending.id, Happened::OutcomeUnknown { attempt: 1 }).await;
    let leaving = app.paid_order(&guest, "SENCHA-100", 1, &[]).await;
    record_attempt(&mut app.state.database.writer().await.unwrap(), leaving.id, 1, AttemptState::Capturing, None).await.unwrap();
    let shipped = app.paid_order(&guest, "SENCHA-100", 1, &[Happened::Captured]).await;
    let delivered = app.paid_order(&guest, "SENCHA-100", 1, &[Happened::Captured, Happened::Arrived]).await;
    let before = app.rows().await;
    for order in [pending, leaving, shipped, delivered] {
        app.post(&format!("/orders/{}/cancel", order.id), &guest, &json!(null)).await.assert_refused(409, "order_not_cancellable");
    }
    assert_eq!(app.rows().await, before, "a refusal changes nothing");
}

#[tokio::test]
async fn only_its_owner_cancels() {
    let Some(app) = App::start().await else { return };
    let order = app.order(&app.guest(), "SENCHA-100", 1).await;
    app.post(&format!("/orders/{}/cancel", order.id), &app.guest(), &json!(null)).await.assert_refused(404, "not_found");
    app.post(&format!("/orders/{}/cancel", Uuid::now_v7()), &app.guest(), &json!(null)).await.assert_refused(404, "not_found");
    assert_eq!(app.post(&format!("/orders/{}/cancel", order.id), &nobody(), &json!(null)).await.status, 401);
    assert_eq!(app.told(order.id).await, ["order.placed"]);
}
