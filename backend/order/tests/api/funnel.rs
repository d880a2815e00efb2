//! The events that tell how far shoppers come, beside those of orders.

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::harness::{App, Who, wish};

impl App {
    /// What the funnel was told, oldest first, with the sequence in each aggregate.
    async fn funnel(&self) -> Vec<(String, i64)> {
        let told = "SELECT event_type, sequence FROM outbox WHERE aggregate_type = 'cart' ORDER BY position";
        sqlx::query_as(told).fetch_all(&self.database).await.unwrap()
    }

    async fn quote(&self, who: &Who) {
        let answer = self.post("/quotes", who, &json!({ "country": "DE", "shipping_method": "standard" })).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
}

fn told(events: &[(&str, i64)]) -> Vec<(String, i64)> {
    events.iter().map(|(kind, sequence)| ((*kind).to_owned(), *sequence)).collect()
}

#[tokio::test]
async fn a_cart_and_its_checkout_are_told_once_until_it_is_ordered() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    app.put_in_cart(&guest, "SENCHA-100", 1).await;
    app.put_in_cart(&guest, "ASSAM-100", 1).await;
    assert_eq!(app.funnel().await, told(&[("cart.started", 1)]));
    app.quote(&guest).await;
    app.quote(&guest).await;
    app.put_in_cart(&guest, "SENCHA-100", 2).await;
    assert_eq!(app.funnel().await, told(&[("cart.started", 1), ("checkout.started", 2)]));
    app.place(&guest, "funnel-1", &wish()).await.read::<Value>(201);
    app.put_in_cart(&guest, "SENCHA-100", 1).await;
    app.quote(&guest).await;
    assert_eq!(app.funnel().await[2..], told(&[("cart.started", 3), ("checkout.started", 4)]));
}

#[tokio::test]
async fn a_cart_that_was_emptied_begins_again() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    app.put_in_cart(&guest, "SENCHA-100", 1).await;
    app.put_in_cart(&guest, "ASSAM-100", 1).await;
    assert_eq!(app.delete("/cart/items/SENCHA-100", &guest).await.status, 200);
    app.put_in_cart(&guest, "SENCHA-100", 1).await;
    assert_eq!(app.funnel().await.len(), 1, "something was left in it");
    assert_eq!(app.delete("/cart/items/SENCHA-100", &guest).await.status, 200);
    assert_eq!(app.delete("/cart/items/ASSAM-100", &guest).await.status, 200);
    app.put_in_cart(&guest, "SENCHA-100", 1).await;
    assert_eq!(app.funnel().await.len(), 2);
    assert_eq!(app.delete("/cart", &guest).await.status, 204);
    app.put_in_cart(&guest, "SENCHA-100", 1).await;
    assert_eq!(app.funnel().await, told(&[("cart.started", 1), ("cart.started", 2), ("cart.started", 3)]));
}

#[tokio::test]
async fn what_a_guest_brings_along_is_not_told_again() {
    let Some(app) = App::start().await else { return };
    let (guest, shopper) = (app.guest(), app.shopper());
    app.put_in_cart(&guest, "SENCHA-100", 1).await;
    app.quote(&guest).await;
    let claim = json!({ "guest_access_token": guest.token });
    app.post("/guest-claims", &shopper, &claim).await.read::<Value>(200);
    app.put_in_cart(&shopper, "ASSAM-100", 1).await;
    app.quote(&shopper).await;
    assert_eq!(app.funnel().await, told(&[("cart.started", 1), ("checkout.started", 2)]));
}

#[tokio::test]
async fn views_of_products_are_told_together() {
    let Some(app) = App::start().await else { return };
    let handle: String = sqlx::query_scalar("SELECT handle FROM products JOIN variants ON product_id = id WHERE sku = 'SENCHA-100'")
        .fetch_one(&app.database)
        .await
        .unwrap();
    let path = format!("/products/{handle}");
    for _ in 0..3 {
        app.get(&path, &app.guest()).await.read::<Value>(200);
    }
    assert_eq!(app.get("/products/no-such-thing", &app.guest()).await.status, 404);
    let stop = CancellationToken::new();
    stop.cancel();
    app.state.views.clone().run(app.state.database.clone(), stop.clone()).await;
    // Nothing is left to tell.
    app.state.views.clone().run(app.state.database.clone(), stop).await;
    let payloads: Vec<Value> = sqlx::query_scalar("SELECT payload -> 'views' FROM outbox WHERE event_type = 'products.viewed'")
        .fetch_all(&app.database)
        .await
        .unwrap();
    assert_eq!(payloads, [json!([{ "handle": handle, "count": 3 }])]);
}
