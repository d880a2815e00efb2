use std::collections::HashSet;

use futures::future::join_all;
use http::Method;
use serde_json::json;
use tradewind_contract::{
    Page,
    orders::{Order, OrderStatus},
};
use tradewind_kit::{Refusal, database::transact};

use crate::harness::{Answer, App, wish};

#[tokio::test]
async fn an_order_without_a_key_or_with_a_bad_one_is_400() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    app.put_in_cart(&guest, "ASSAM-100", 1).await;
    app.post("/orders", &guest, &wish()).await.assert_refused(400, "idempotency_key_missing");
    for key in ["", "with space", "tab\there", &"k".repeat(256)] {
        app.place(&guest, key, &wish()).await.assert_refused(400, "idempotency_key_invalid");
    }
    let twice = app.request(Method::POST, "/orders", &guest).header("idempotency-key", "a").header("idempotency-key", "a").json(&wish());
    app.send(twice).await.assert_refused(400, "idempotency_key_invalid");
    assert_eq!(app.count("orders").await, 0);
    app.place(&guest, &"k".repeat(255), &wish()).await.read::<Order>(201);
}

#[tokio::test]
async fn the_same_request_again_is_answered_with_the_first_answer() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    app.put_in_cart(&guest, "ASSAM-100", 1).await;
    let first = app.place(&guest, "k", &wish()).await;
    first.read::<Order>(201);
    // In the meantime the order goes on and the cart is filled again: the answer stays what it was.
    app.execute("UPDATE orders SET status = 'paid', version = 2; UPDATE variants SET price = price + 100").await;
    app.put_in_cart(&guest, "SENCHA-100", 1).await;
    let before = app.rows().await;
    // Neither white space nor the order of the keys makes another request of it.
    let body = serde_json::to_string_pretty(&wish()).unwrap();
    let retyped =
        app.request(Method::POST, "/orders", &guest).header("idempotency-key", "k").header("content-type", "application/json").body(body);
    for again in [app.place(&guest, "k", &wish()).await, app.send(retyped).await] {
        assert_eq!((again.status.as_u16(), &again.text), (201, &first.text));
        assert_eq!((again.header("idempotent-replayed"), again.header("content-type")), (Some("true"), Some("application/json")));
        again.token();
    }
    assert_eq!(app.rows().await, before);
}

#[tokio::test]
async fn the_same_key_for_something_else_is_422() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    app.put_in_cart(&guest, "ASSAM-100", 1).await;
    app.place(&guest, "k", &wish()).await.read::<Order>(201);
    app.put_in_cart(&guest, "ASSAM-100", 1).await;
    let before = app.rows().await;
    for (pointer, value) in [("/email", "eve@example.com"), ("/shipping_address/line1", "Am Kai 2"), ("/payment_token", "tok_slow")] {
        let mut body = wish();
        *body.pointer_mut(pointer).unwrap() = json!(value);
        app.place(&guest, "k", &body).await.assert_refused(422, "idempotency_key_reused");
    }
    assert_eq!(app.rows().await, before);
}

#[tokio::test]
async fn a_key_is_its_owners_alone() {
    let Some(app) = App::start().await else { return };
    let (one, other) = (app.guest(), app.shopper());
    let mut orders = HashSet::new();
    for who in [&one, &other] {
        app.put_in_cart(who, "ASSAM-100", 1).await;
        let answer = app.place(who, "k", &wish()).await;
        assert_eq!(answer.header("idempotent-replayed"), None);
        orders.insert(answer.read::<Order>(201).id);
    }
    assert_eq!(orders.len(), 2);
}

#[tokio::test]
async fn twenty_at_once_with_one_key_make_one_order() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    app.put_in_cart(&guest, "SENCHA-100", 2).await;
    let answers: Vec<Answer> = join_all((0..20).map(async |_| app.place(&guest, "k", &wish()).await)).await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!(made.iter().filter(|answer| answer.header("idempotent-replayed").is_none()).count(), 1, "one is the first");
    assert_eq!(made.iter().map(|answer| &answer.text).collect::<HashSet<_>>().len(), 1, "the others are the same bytes");
    for answer in refused {
        answer.assert_refused(409, "idempotency_key_in_use");
        assert!(answer.headers.contains_key("retry-after"));
    }
    assert_eq!(
        (app.count("orders").await, app.count("outbox WHERE aggregate_type = 'order'").await, app.stock("SENCHA-100").await),
        (1, 1, (198, 2, 0))
    );
}

#[tokio::test]
async fn a_key_that_is_being_worked_on_is_409() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    app.put_in_cart(&guest, "SENCHA-100", 1).await;
    // The first request waits for its stock, so the second one finds its key locked.
    let mut blocker = app.database.begin().await.unwrap();
    sqlx::query("SELECT 1 FROM stock WHERE sku = 'SENCHA-100' FOR UPDATE").execute(&mut *blocker).await.unwrap();
    let body = wish();
    let (first, second) = tokio::join!(app.place(&guest, "k", &body), async {
        app.until_somebody_waits().await;
        let second = app.place(&guest, "k", &body).await;
        blocker.rollback().await.unwrap();
        second
    });
    second.assert_refused(409, "idempotency_key_in_use");
    assert!(second.headers.contains_key("retry-after"));
    first.read::<Order>(201);
}

#[tokio::test]
async fn a_refusal_leaves_the_key_free() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    app.place(&guest, "k", &wish()).await.assert_refused(409, "cart_empty");
    app.put_in_cart(&guest, "LAPSANG-100", 6).await;
    app.place(&guest, "k", &wish()).await.assert_refused(409, "out_of_stock");
    let mut elsewhere = wish();
    elsewhere["shipping_method"] = json!("standard-abroad");
    app.place(&guest, "k", &elsewhere).await.assert_names("/shipping_method");
    assert_eq!(app.count("idempotency_keys").await, 0);
    app.put_in_cart(&guest, "LAPSANG-100", 5).await;
    let answer = app.place(&guest, "k", &wish()).await;
    assert_eq!(answer.header("idempotent-replayed"), None);
    answer.read::<Order>(201);
}

/// Whoever asks again at once does not meet the locks of the refusal that they have just read.
#[tokio::test]
async fn what_was_refused_is_undone_before_it_is_answered() {
    let Some(app) = App::start().await else { return };
    let mut observer = app.database.acquire().await.unwrap();
    for _ in 0..100 {
        let refused = transact(&app.state.database, async |db| {
            sqlx::query("SELECT pg_advisory_xact_lock(7)").execute(&mut *db).await?;
            Err::<(), _>(Refusal::not_found().into())
        });
        assert!(refused.await.is_err());
        let free: bool = sqlx::query_scalar("SELECT pg_try_advisory_xact_lock(7)").fetch_one(&mut *observer).await.unwrap();
        assert!(free);
    }
}

#[tokio::test]
async fn a_key_names_its_order_also_when_the_answer_was_pruned() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    app.put_in_cart(&guest, "ASSAM-100", 1).await;
    let mut body = wish();
    body["expected_total"] = json!({"amount": 1690, "currency": "EUR"});
    let placed: Order = app.place(&guest, "k", &body).await.read(201);
    app.execute("DELETE FROM idempotency_keys").await;
    // The cart is empty since, then full again, and prices have changed: it is still that order.
    for filled in [false, true] {
        if filled {
            app.put_in_cart(&guest, "SENCHA-100", 3).await;
            app.execute("UPDATE variants SET price = price + 100; UPDATE orders SET status = 'paid', version = 2").await;
        }
        let before = app.rows().await;
        let again = app.place(&guest, "k", &body).await;
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
        again.token();
        let order: Order = again.read(201);
        assert_eq!((order.id, order.totals, order.lines), (placed.id, placed.totals, placed.lines.clone()));
        assert_eq!(order.status, if filled { OrderStatus::Paid } else { OrderStatus::Placed }, "as it is today");
        assert_eq!(app.rows().await, before, "nothing happened again");
    }
    assert_eq!(app.get("/orders", &guest).await.read::<Page<Order>>(200).items.len(), 1);
}

#[tokio::test]
async fn the_database_itself_refuses_a_second_order_of_a_key() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    app.put_in_cart(&guest, "ASSAM-100", 1).await;
    app.place(&guest, "k", &wish()).await.read::<Order>(201);
    let copy =
        "INSERT INTO orders SELECT (jsonb_populate_record(o, jsonb_build_object('id', gen_random_uuid(), 'number', 'TW'))).* FROM orders o";
    let error = sqlx::query(copy).execute(&app.database).await.unwrap_err();
    assert_eq!(error.as_database_error().and_then(|error| error.constraint()), Some("orders_one_per_key"));
}
