use std::{collections::HashSet, time::Duration};

use futures::future::join_all;
use http::Method;
use serde_json::{Value, json};
use tradewind_contract::{
    Money, Page,
    orders::{Order, OrderStatus},
};
use tradewind_order::orders::step::Happened;
use uuid::Uuid;

use crate::harness::{Answer, App, Who, eur, nobody, wish};

#[tokio::test]
async fn an_order_is_made_of_the_cart() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    app.put_in_cart(&guest, "SENCHA-100", 2).await;
    app.put_in_cart(&guest, "ASSAM-250", 1).await;
    let answer = app.place(&guest, "k", &wish()).await;
    answer.token();
    assert_eq!((answer.header("content-type"), answer.header("idempotent-replayed")), (Some("application/json"), None));
    let order: Order = answer.read(201);
    let lines: Vec<_> = order.lines.iter().map(|l| (l.sku.as_str(), l.quantity, l.unit_price.amount, l.total.amount)).collect();
    assert_eq!(lines, [("ASSAM-250", 1, 2890, 2890), ("SENCHA-100", 2, 1200, 2400)]);
    assert_eq!(order.lines[0].options["weight"], "250 g");
    assert_eq!(answer.body["totals"], json!({"subtotal": eur(5290), "shipping": eur(490), "tax": eur(923), "total": eur(5780)}));
    assert_eq!((order.status, order.version, order.history.len()), (OrderStatus::Placed, 1, 1));
    assert_eq!((order.history[0].status, order.history[0].reason.as_deref()), (OrderStatus::Placed, None));
    assert_eq!((order.email.as_str(), order.shipping_method.as_str()), ("ada@example.com", "standard"));
    assert_eq!(answer.body["shipping_address"], wish()["shipping_address"]);
    assert!(answer.body.get("payment_token").is_none());
    assert_eq!(app.get(&format!("/orders/{}", order.id), &guest).await.read::<Order>(200), order);
    let cart = app.cart(&guest).await;
    assert_eq!((cart.lines.len(), cart.version), (0, 3), "the order empties the cart");
}

#[tokio::test]
async fn an_orders_stock_is_held_for_ten_minutes() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    app.put_in_cart(&guest, "SENCHA-100", 2).await;
    app.put_in_cart(&guest, "COMPASS-BRASS", 2).await;
    let order: Order = app.place(&guest, "k", &wish()).await.read(201);
    assert_eq!((app.stock("SENCHA-100").await, app.stock("COMPASS-BRASS").await), ((198, 2, 0), (0, 2, 0)));
    let holds: Vec<(Uuid, String, i32, String, i64)> = sqlx::query_as(
        "SELECT h.order_id, h.sku, h.quantity, h.state, extract(epoch FROM h.expires_at - o.placed_at)::bigint
         FROM holds h JOIN orders o ON o.id = h.order_id ORDER BY h.sku",
    )
    .fetch_all(&app.database)
    .await
    .unwrap();
    let held = |sku: &str| (order.id.as_uuid(), sku.to_owned(), 2, "held".to_owned(), 600);
    assert_eq!(holds, [held("COMPASS-BRASS"), held("SENCHA-100")]);
    let timers: Vec<(Uuid, String, i64)> = sqlx::query_as(
        "SELECT t.order_id, t.kind, extract(epoch FROM t.due_at - o.placed_at)::bigint FROM order_timers t JOIN orders o ON o.id = t.order_id",
    )
    .fetch_all(&app.database)
    .await
    .unwrap();
    assert_eq!(timers, [(order.id.as_uuid(), "end_hold".to_owned(), 600)]);
}

#[tokio::test]
async fn an_order_tells_of_itself_once_and_of_nobody() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    let order = app.order(&guest, "SENCHA-100", 2).await;
    let mut told: Vec<Value> = sqlx::query_scalar("SELECT to_jsonb(o) FROM outbox o WHERE aggregate_type <> 'cart' ORDER BY position")
        .fetch_all(&app.database)
        .await
        .unwrap();
    assert_eq!(told.len(), 1);
    for (column, value) in [
        ("topic", json!(tradewind_events::topics::ORDER_EVENTS)),
        ("event_type", json!("order.placed")),
        ("event_version", json!(1)),
        ("aggregate_type", json!("order")),
        ("aggregate_id", json!(order.id)),
        ("sequence", json!(1)),
        ("published_at", Value::Null),
    ] {
        assert_eq!(told[0][column], value, "{column}");
    }
    assert_eq!(
        told[0]["payload"].take(),
        json!({
            "order_id": order.id, "number": order.number, "placed_by": guest.user, "total": order.totals.total,
            "lines": [{"sku": "SENCHA-100", "quantity": 2, "unit_price": eur(1200)}],
        })
    );
}

#[tokio::test]
async fn what_was_bought_keeps_its_price_and_its_name() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    let order = app.order(&guest, "ASSAM-100", 1).await;
    app.execute(
        "UPDATE variants SET price = 9999 WHERE sku = 'ASSAM-100';
         UPDATE products SET title = 'Assam Silver', archived_at = now() WHERE handle = 'assam-gold'",
    )
    .await;
    assert_eq!(app.get(&format!("/orders/{}", order.id), &guest).await.read::<Order>(200), order);
}

#[tokio::test]
async fn an_order_that_moves_on_while_it_is_read_is_told_as_of_one_moment() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    let placed = app.order(&guest, "SENCHA-100", 1).await;
    for path in [format!("/orders/{}", placed.id), "/orders".to_owned()] {
        let mut lines = app.database.begin().await.unwrap();
        sqlx::query("LOCK TABLE order_lines IN ACCESS EXCLUSIVE MODE").execute(&mut *lines).await.unwrap();
        let (read, ()) = tokio::join!(app.get(&path, &guest), async {
            app.until_somebody_waits().await;
            app.execute(
                "INSERT INTO order_history (order_id, version, status) SELECT id, version + 1, 'paid' FROM orders;
                 UPDATE orders SET status = 'paid', version = version + 1",
            )
            .await;
            lines.commit().await.unwrap();
        });
        let read = read.body.get("items").map_or(&read.body, |orders| &orders[0]);
        let order: Order = serde_json::from_value(read.clone()).unwrap();
        let last = order.history.last().map(|step| step.status);
        assert_eq!((order.history.len() as i64, last), (order.version, Some(order.status)), "{path}: {read}");
    }
}

#[tokio::test]
async fn free_shipping_is_free_in_the_order_too() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    let order = app.order(&guest, "ASSAM-100", 5).await;
    assert_eq!((order.totals.subtotal, order.totals.shipping, order.totals.total), (Money::eur(6000), Money::eur(0), Money::eur(6000)));
}

#[tokio::test]
async fn an_empty_cart_is_409() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    app.place(&guest, "k", &wish()).await.assert_refused(409, "cart_empty");
    app.put_in_cart(&guest, "ASSAM-100", 1).await;
    app.delete("/cart", &guest).await;
    app.place(&guest, "k", &wish()).await.assert_refused(409, "cart_empty");
    assert_eq!(app.count("orders").await, 0);
}

#[tokio::test]
async fn a_changed_price_is_409_with_what_it_costs_now() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    app.put_in_cart(&guest, "ASSAM-100", 2).await;
    let mut body = wish();
    body["expected_total"] = eur(2890);
    app.execute("UPDATE variants SET price = 1300 WHERE sku = 'ASSAM-100'").await;
    let before = app.rows().await;
    let refused = app.place(&guest, "k", &body).await;
    refused.assert_refused(409, "price_changed");
    assert_eq!(refused.body["totals"]["total"], eur(3090));
    assert_eq!(app.rows().await, before, "a refusal changes nothing");
    body["expected_total"] = refused.body["totals"]["total"].clone();
    let order: Order = app.place(&guest, "k", &body).await.read(201);
    assert_eq!(order.totals.total, Money::eur(3090));
}

#[tokio::test]
async fn sold_out_is_409_and_names_each_line_that_cannot_be_had() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    for (sku, quantity) in [("ASSAM-100", 3), ("DARJEELING-100", 1), ("GYOKURO-50", 1), ("LAPSANG-100", 9), ("SENCHA-100", 1)] {
        app.put_in_cart(&guest, sku, quantity).await;
    }
    let before = app.rows().await;
    let refused = app.place(&guest, "k", &wish()).await;
    refused.assert_refused(409, "out_of_stock");
    assert_eq!(
        refused.body["lines"],
        json!([{"sku": "GYOKURO-50", "requested": 1, "available": 0}, {"sku": "LAPSANG-100", "requested": 9, "available": 5}]),
        "what this order had already taken is not missing"
    );
    assert_eq!(app.rows().await, before, "a refusal changes nothing");
    app.delete("/cart/items/GYOKURO-50", &guest).await;
    app.put_in_cart(&guest, "LAPSANG-100", 5).await;
    let order: Order = app.place(&guest, "k", &wish()).await.read(201);
    assert_eq!((order.lines.len(), app.stock("LAPSANG-100").await, app.stock("DARJEELING-100").await), (4, (0, 5, 0), (0, 1, 0)));
}

#[tokio::test]
async fn ten_who_want_the_last_piece_make_one_order() {
    let Some(app) = App::start().await else { return };
    let guests: Vec<Who> = (0..10).map(|_| app.guest()).collect();
    join_all(guests.iter().map(|guest| app.put_in_cart(guest, "SHIPS-COMPASS", 1))).await;
    let answers: Vec<Answer> = join_all(guests.iter().map(async |guest| app.place(guest, "k", &wish()).await)).await;
    let (bought, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!((bought.len(), app.count("orders").await, app.stock("SHIPS-COMPASS").await), (1, 1, (0, 1, 0)));
    for answer in refused {
        answer.assert_refused(409, "out_of_stock");
        assert_eq!(answer.body["lines"], json!([{"sku": "SHIPS-COMPASS", "requested": 1, "available": 0}]));
    }
}

#[tokio::test]
async fn carts_that_overlap_never_wait_in_a_circle() {
    let Some(app) = App::start().await else { return };
    let guests: Vec<Who> = (0..8).map(|_| app.guest()).collect();
    for (index, guest) in guests.iter().enumerate() {
        let mut skus = ["ASSAM-100", "ASSAM-250", "SENCHA-100", "COMPASS-STEEL"];
        skus.rotate_left(index % 4);
        for sku in skus {
            app.put_in_cart(guest, sku, 1).await;
        }
    }
    let answers: Vec<Answer> = join_all(guests.iter().map(async |guest| app.place(guest, "k", &wish()).await)).await;
    assert!(answers.iter().all(|answer| answer.status == 201), "{:?}", answers.iter().map(|answer| &answer.text).collect::<Vec<_>>());
    assert_eq!(app.stock("ASSAM-100").await, (992, 8, 0));
}

#[tokio::test]
async fn wrong_fields_of_an_order_are_named() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    app.put_in_cart(&guest, "ASSAM-100", 1).await;
    for (pointer, value, field) in [
        ("/email", json!("nobody"), "/email"),
        ("/email", json!("a@b.de\r\nBcc: x@y.z"), "/email"),
        ("/shipping_address/country", json!("US"), "/shipping_address/country"),
        ("/shipping_address/postal_code", json!("2045"), "/shipping_address/postal_code"),
        ("/shipping_address/name", json!(" "), "/shipping_address/name"),
        ("/shipping_address/name", json!("a\u{0}b"), "/shipping_address/name"),
        ("/shipping_address/city", json!(7), "/shipping_address/city"),
        ("/shipping_method", json!("express-abroad"), "/shipping_method"),
        ("/shipping_method", json!("standard-abroad"), "/shipping_method"),
    ] {
        let mut body = wish();
        *body.pointer_mut(pointer).unwrap() = value;
        app.place(&guest, "k", &body).await.assert_names(field);
    }
    for (change, field) in [
        (json!({"total": eur(1)}), "/total"),
        (json!({"user_id": Uuid::nil()}), "/user_id"),
        (json!({"expected_total": {"amount": 1, "currency": "USD"}}), "/expected_total/currency"),
        (json!({"expected_total": {"amount": 1.5, "currency": "EUR"}}), "/expected_total/amount"),
    ] {
        let mut body = wish();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        app.place(&guest, "k", &body).await.assert_names(field);
    }
    let mut body = wish();
    body["payment_token"] = json!("tok_free");
    app.place(&guest, "k", &body).await.assert_refused(422, "payment_token_invalid");
    assert_eq!(app.count("orders").await, 0);
}

/// Without what differs between any two requests: the path that was asked for.
fn anonymous(answer: &Answer, id: &str) -> (u16, Vec<String>, String) {
    let mut names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
    names.sort();
    (answer.status.as_u16(), names, answer.text.replace(id, "ID"))
}

#[tokio::test]
async fn somebody_elses_order_answers_like_one_that_never_was() {
    let Some(app) = App::start().await else { return };
    let (owner, other) = (app.guest(), app.shopper());
    let theirs = app.order(&owner, "ASSAM-100", 1).await.id.to_string();
    let never = Uuid::now_v7().to_string();
    for tail in ["", "/events"] {
        let answer = app.get(&format!("/orders/{theirs}{tail}"), &other).await;
        answer.assert_refused(404, "not_found");
        let absent = app.get(&format!("/orders/{never}{tail}"), &other).await;
        assert_eq!(anonymous(&answer, &theirs), anonymous(&absent, &never), "{tail}");
        app.get(&format!("/orders/{theirs}{tail}"), &nobody()).await.assert_refused(401, "token_invalid");
        app.get(&format!("/orders/not-an-id{tail}"), &owner).await.assert_refused(404, "not_found");
    }
    assert!(app.get("/orders", &other).await.read::<Page<Order>>(200).items.is_empty());
}

#[tokio::test]
async fn orders_are_listed_newest_first_a_page_at_a_time() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    let mut placed = Vec::new();
    for _ in 0..7 {
        placed.push(app.order(&guest, "ASSAM-100", 1).await.id);
    }
    app.order(&app.guest(), "ASSAM-100", 1).await;
    placed.reverse();
    for same_time in [false, true] {
        if same_time {
            // Identifiers of version 7 grow, and break ties.
            app.execute("UPDATE orders SET placed_at = '2026-11-23T08:00:00.123456Z'").await;
        }
        for limit in [1, 3, 7] {
            let (mut seen, mut cursor) = (Vec::new(), String::new());
            loop {
                let page: Page<Order> = app.get(&format!("/orders?limit={limit}{cursor}"), &guest).await.read(200);
                assert!(page.items.len() <= limit);
                seen.extend(page.items.into_iter().map(|order| order.id));
                let Some(next) = page.next_cursor else { break };
                cursor = format!("&cursor={next}");
            }
            assert_eq!(seen, placed, "{limit} a page, same time: {same_time}");
        }
    }
    for limit in ["0", "101", "x"] {
        app.get(&format!("/orders?limit={limit}"), &guest).await.assert_names("limit");
    }
    app.get("/orders?cursor=abc", &guest).await.assert_refused(422, "cursor_invalid");
    app.get("/orders?status=paid", &guest).await.assert_names("status");
    app.get("/orders", &nobody()).await.assert_refused(401, "token_invalid");
}

#[tokio::test]
async fn numbers_are_for_people_and_never_twice() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    let mut numbers = HashSet::new();
    for _ in 0..5 {
        // Reading one checks its last character.
        numbers.insert(app.order(&guest, "ASSAM-100", 1).await.number);
    }
    assert_eq!(numbers.len(), 5);
}

/// The events of a stream that ends by itself: id and data of each.
fn events(text: &str) -> Vec<(i64, Value)> {
    let field = |event: &str, name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(|value| value.trim().to_owned());
    text.split("\n\n")
        .filter(|event| event.contains("data:"))
        .map(|event| {
            assert_eq!(field(event, "event:").as_deref(), Some("order"));
            (field(event, "id:").unwrap().parse().unwrap(), serde_json::from_str(&field(event, "data:").unwrap()).unwrap())
        })
        .collect()
}

#[tokio::test]
async fn the_event_stream_tells_what_was_and_ends_with_the_last_step() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    let order = app.order(&guest, "ASSAM-100", 1).await;
    app.take(order.id, Happened::Declined { attempt: 1, reason: "because".into() }).await;
    app.take(order.id, Happened::CancelAsked { reason: "because" }).await;
    let path = format!("/orders/{}/events", order.id);
    let ask = |seen: &'static str| {
        let request = app.request(Method::GET, &path, &guest).header("accept", "text/event-stream").header("last-event-id", seen);
        tokio::time::timeout(Duration::from_secs(10), app.send(request))
    };
    let whole = ask("0").await.unwrap();
    assert_eq!(whole.header("content-type"), Some("text/event-stream"));
    let told: Vec<_> = events(&whole.text).into_iter().map(|(id, data)| (id, data["version"].clone(), data["status"].clone())).collect();
    assert_eq!(told, [(1, json!(1), json!("placed")), (2, json!(2), json!("payment_failed")), (3, json!(3), json!("cancelled"))]);
    let over = ask("3").await.unwrap();
    assert_eq!((over.status.as_u16(), over.text.as_str()), (204, ""), "an EventSource that saw the last step need not come again");
    let rest = events(&ask("2").await.unwrap().text);
    assert_eq!((rest.len(), rest[0].0, &rest[0].1["reason"]), (1, 3, &json!("because")), "what was seen is not told again");
    for seen in ["x", "-1", "1.5"] {
        ask(seen).await.unwrap().assert_refused(400, "last_event_id_invalid");
    }
}

#[tokio::test]
async fn the_event_stream_tells_each_new_step() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    let order = app.order(&guest, "ASSAM-100", 1).await;
    let request = app.request(Method::GET, &format!("/orders/{}/events", order.id), &guest).header("accept", "text/event-stream");
    let mut stream = request.send().await.unwrap();
    let mut next = async || tokio::time::timeout(Duration::from_secs(10), stream.chunk()).await.unwrap().unwrap();
    assert!(String::from_utf8_lossy(&next().await.unwrap()).contains("\"placed\""));
    app.take(order.id, Happened::Authorized { attempt: 1 }).await;
    assert!(String::from_utf8_lossy(&next().await.unwrap()).contains("\"paid\""));
    app.take(order.id, Happened::CancelAsked { reason: "because" }).await;
    assert!(String::from_utf8_lossy(&next().await.unwrap()).contains("\"cancelled\""));
    assert_eq!(next().await, None, "nothing can follow");
}
