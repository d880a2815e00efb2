use serde_json::json;
use tradewind_contract::{Page, cart::Cart, orders::Order, users::Role};
use uuid::Uuid;

use crate::{
    harness::{Answer, App, Who, nobody, wish},
    tokens::{Signer, claims, now_s},
};

async fn claim(app: &App, who: &Who, guest: &Who) -> Answer {
    app.post("/guest-claims", who, &json!({"guest_access_token": guest.token.as_ref().unwrap()})).await
}

fn lines(cart: &Cart) -> Vec<(&str, u32)> {
    cart.lines.iter().map(|line| (line.sku.as_str(), line.quantity)).collect()
}

async fn orders(app: &App, who: &Who) -> Vec<Order> {
    app.get("/orders", who).await.read::<Page<Order>>(200).items
}

#[tokio::test]
async fn the_guests_cart_joins_the_shoppers() {
    let Some(app) = App::start().await else { return };
    let (guest, shopper) = (app.guest(), app.shopper());
    app.put_in_cart(&guest, "SENCHA-100", 60).await;
    app.put_in_cart(&guest, "GENMAICHA-100", 2).await;
    app.put_in_cart(&guest, "ASSAM-250", 1).await;
    app.put_in_cart(&shopper, "SENCHA-100", 50).await;
    app.put_in_cart(&shopper, "GENMAICHA-100", 3).await;
    app.put_in_cart(&shopper, "ASSAM-100", 4).await;
    let answer = claim(&app, &shopper, &guest).await;
    answer.token();
    let cart: Cart = answer.read(200);
    let mut merged = lines(&cart);
    merged.sort_unstable();
    assert_eq!(merged, [("ASSAM-100", 4), ("ASSAM-250", 1), ("GENMAICHA-100", 5), ("SENCHA-100", 99)], "quantities add, up to 99");
    assert_eq!(app.cart(&shopper).await, cart);
    let left: i64 =
        sqlx::query_scalar("SELECT count(*) FROM cart_lines WHERE owner = $1").bind(guest.user).fetch_one(&app.database).await.unwrap();
    assert_eq!(left, 0, "they are moved, not copied");
}

#[tokio::test]
async fn the_guests_orders_are_the_shoppers() {
    let Some(app) = App::start().await else { return };
    let (guest, shopper, other) = (app.guest(), app.shopper(), app.shopper());
    let order = app.order(&guest, "ASSAM-100", 1).await;
    let own = app.order(&shopper, "SENCHA-100", 1).await;
    app.get(&format!("/orders/{}", order.id), &shopper).await.assert_refused(404, "not_found");
    assert_eq!(claim(&app, &shopper, &guest).await.status, 200);
    assert_eq!(app.get(&format!("/orders/{}", order.id), &shopper).await.read::<Order>(200), order);
    assert_eq!(orders(&app, &shopper).await.iter().map(|order| order.id).collect::<Vec<_>>(), [own.id, order.id]);
    app.get(&format!("/orders/{}", order.id), &other).await.assert_refused(404, "not_found");
    let placed_by: Uuid =
        sqlx::query_scalar("SELECT placed_by FROM orders WHERE id = $1").bind(order.id.as_uuid()).fetch_one(&app.database).await.unwrap();
    assert_eq!(placed_by, guest.user, "the key still belongs to who placed it");
}

#[tokio::test]
async fn a_claim_ends_the_guests_token_and_may_be_repeated() {
    let Some(app) = App::start().await else { return };
    let (guest, shopper, other) = (app.guest(), app.shopper(), app.shopper());
    app.put_in_cart(&guest, "SENCHA-100", 2).await;
    for _ in 0..2 {
        assert_eq!(lines(&claim(&app, &shopper, &guest).await.read(200)), [("SENCHA-100", 2)], "nothing is added twice");
    }
    app.get("/cart", &guest).await.assert_refused(401, "token_invalid");
    app.put_in_cart(&other, "ASSAM-100", 1).await;
    claim(&app, &other, &guest).await.assert_refused(409, "guest_already_claimed");
    assert_eq!(lines(&app.cart(&other).await), [("ASSAM-100", 1)]);
    assert_eq!(lines(&app.cart(&shopper).await), [("SENCHA-100", 2)]);
}

#[tokio::test]
async fn two_who_claim_one_guest_at_once_do_not_both_get_it() {
    let Some(app) = App::start().await else { return };
    let (guest, one, other) = (app.guest(), app.shopper(), app.shopper());
    app.put_in_cart(&guest, "SENCHA-100", 2).await;
    let (a, b) = tokio::join!(claim(&app, &one, &guest), claim(&app, &other, &guest));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{} {}", a.text, b.text);
    let pieces: i64 = sqlx::query_scalar("SELECT sum(quantity) FROM cart_lines").fetch_one(&app.database).await.unwrap();
    assert_eq!(pieces, 2);
}

#[tokio::test]
async fn several_guests_may_come_to_one_shopper() {
    let Some(app) = App::start().await else { return };
    let shopper = app.shopper();
    for expected in [40, 80, 99] {
        let guest = app.guest();
        app.put_in_cart(&guest, "SENCHA-100", 40).await;
        assert_eq!(lines(&claim(&app, &shopper, &guest).await.read(200)), [("SENCHA-100", expected)]);
    }
}

#[tokio::test]
async fn who_registered_as_the_guest_that_they_were_loses_nothing() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    app.put_in_cart(&guest, "SENCHA-100", 2).await;
    let order = app.order(&guest, "ASSAM-100", 1).await;
    app.put_in_cart(&guest, "SENCHA-100", 2).await;
    let shopper = Who { token: Some(app.signer.sign(&claims(guest.user, Role::Shopper))), user: guest.user };
    assert_eq!(lines(&claim(&app, &shopper, &guest).await.read(200)), [("SENCHA-100", 2)]);
    assert_eq!(orders(&app, &shopper).await, [order]);
}

#[tokio::test]
async fn what_is_no_guests_token_is_422() {
    let Some(app) = App::start().await else { return };
    let (shopper, other) = (app.shopper(), app.shopper());
    let mut expired = claims(Uuid::now_v7(), Role::Guest);
    expired["exp"] = json!(now_s() - 10);
    let foreign = Signer::new("test").sign(&claims(Uuid::now_v7(), Role::Guest));
    let tokens = [other.token.unwrap(), app.signer.sign(&expired), foreign, "a.b.c".to_owned(), String::new(), "x".repeat(5_000)];
    for token in tokens {
        app.post("/guest-claims", &shopper, &json!({"guest_access_token": token})).await.assert_names("/guest_access_token");
    }
    assert_eq!(app.count("guest_claims").await, 0);
}

#[tokio::test]
async fn only_an_account_claims() {
    let Some(app) = App::start().await else { return };
    let (guest, other) = (app.guest(), app.guest());
    app.put_in_cart(&guest, "SENCHA-100", 2).await;
    claim(&app, &other, &guest).await.assert_refused(403, "account_required");
    claim(&app, &nobody(), &guest).await.assert_refused(401, "token_invalid");
    assert_eq!(lines(&app.cart(&guest).await), [("SENCHA-100", 2)]);
}

#[tokio::test]
async fn a_shopper_buys_what_the_guest_had_chosen() {
    let Some(app) = App::start().await else { return };
    let (guest, shopper) = (app.guest(), app.shopper());
    app.put_in_cart(&guest, "SENCHA-100", 2).await;
    claim(&app, &shopper, &guest).await;
    let quote = app.post("/quotes", &shopper, &json!({"country": "DE", "shipping_method": "standard"})).await;
    let order: Order = app.place(&shopper, "k", &wish()).await.read(201);
    assert_eq!(json!(order.totals), quote.body["totals"]);
}
