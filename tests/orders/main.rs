//! Orders through the front door, against the whole running shop.

use std::{collections::HashSet, time::Duration};

use anyhow::{Context, Result};
use futures::{StreamExt, future::join_all, stream};
use reqwest::{Method, StatusCode};
use serde_json::json;
use tradewind_contract::{
    Page,
    cart::Cart,
    orders::{Order, OrderStatus, Quote},
};
use tradewind_tests::{
    Shopper, Stack,
    shopper::{order_body, plentiful_sku},
};
use uuid::Uuid;

#[tokio::test]
async fn a_guest_buys_and_the_order_is_paid_shipped_and_delivered() -> Result<()> {
    let stack = Stack::under_test()?;
    let guest = Shopper::guest(&stack.gateway).await?;
    let sku = plentiful_sku(&guest, &stack.database("orders").await?).await?;
    let cart = guest.put_in_cart(&sku, 2).await?;
    let quote: Quote = guest.send(Method::POST, "/quotes", Some(&json!({"country": "DE", "shipping_method": "standard"})), &[]).await?;
    assert_eq!(quote.totals.subtotal, cart.subtotal);
    let mut body = order_body("tok_ok");
    body["expected_total"] = serde_json::to_value(quote.totals.total)?;
    let key = Uuid::new_v4().to_string();
    let order: Order = guest.send(Method::POST, "/orders", Some(&body), &[("Idempotency-Key", &key)]).await?;
    assert_eq!((order.status, order.version, order.totals), (OrderStatus::Placed, 1, quote.totals));
    let emptied: Cart = guest.send(Method::GET, "/cart", None, &[]).await?;
    assert!(emptied.lines.is_empty(), "the cart is emptied by the order");
    guest.wait_for(&order, OrderStatus::Paid, Duration::from_secs(10)).await?;
    let done = guest.wait_for(&order, OrderStatus::Delivered, Duration::from_secs(60)).await?;
    let way: Vec<OrderStatus> = done.history.iter().map(|step| step.status).collect();
    assert_eq!(way, [OrderStatus::Placed, OrderStatus::Paid, OrderStatus::Shipped, OrderStatus::Delivered]);
    let orders: Page<Order> = guest.send(Method::GET, "/orders", None, &[]).await?;
    assert_eq!(orders.items.len(), 1);
    Ok(())
}

#[tokio::test]
async fn the_event_stream_tells_what_was_and_then_each_new_step() -> Result<()> {
    let stack = Stack::under_test()?;
    let guest = Shopper::guest(&stack.gateway).await?;
    let sku = plentiful_sku(&guest, &stack.database("orders").await?).await?;
    guest.put_in_cart(&sku, 1).await?;
    let order = guest.order("tok_ok", &Uuid::new_v4().to_string()).await?;
    let mut response =
        guest.request(Method::GET, &format!("/orders/{}/events", order.id)).header("accept", "text/event-stream").send().await?;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut seen = String::new();
    let read = async {
        while !seen.contains("\"paid\"") {
            let Some(chunk) = response.chunk().await? else { break };
            seen.push_str(&String::from_utf8_lossy(&chunk));
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(Duration::from_secs(10), read).await.context("no paid event within 10 s")??;
    let ids: Vec<&str> = seen.lines().filter_map(|line| line.strip_prefix("id:")).map(str::trim).collect();
    assert_eq!(ids, ["1", "2"], "{seen}");
    assert!(seen.lines().any(|line| line.trim_end() == "event: order" || line.trim_end() == "event:order"), "{seen}");
    let mut resumed = guest
        .request(Method::GET, &format!("/orders/{}/events", order.id))
        .header("last-event-id", "1")
        .header("accept", "text/event-stream")
        .send()
        .await?;
    let first = tokio::time::timeout(Duration::from_secs(5), resumed.chunk()).await??.context("nothing came")?;
    assert!(!String::from_utf8_lossy(&first).contains("\"placed\""), "what was seen is not told again");
    Ok(())
}

#[tokio::test]
async fn each_test_card_does_what_it_says() -> Result<()> {
    let stack = Stack::under_test()?;
    let database = stack.database("orders").await?;
    let cases = [
        ("tok_declined", OrderStatus::PaymentFailed, 5),
        ("tok_insufficient_funds", OrderStatus::PaymentFailed, 5),
        ("tok_slow", OrderStatus::Paid, 12),
        ("tok_unavailable", OrderStatus::Paid, 12),
        ("tok_lost_reply", OrderStatus::Paid, 32),
        ("tok_capture_fails", OrderStatus::Cancelled, 40),
    ];
    let tries = cases.into_iter().map(|(token, status, limit_s)| {
        let (gateway, database) = (stack.gateway.clone(), database.clone());
        async move {
            let guest = Shopper::guest(&gateway).await?;
            let sku = plentiful_sku(&guest, &database).await?;
            guest.put_in_cart(&sku, 1).await?;
            let order = guest.order(token, &Uuid::new_v4().to_string()).await?;
            guest.wait_for(&order, status, Duration::from_secs(limit_s)).await.with_context(|| token.to_owned())
        }
    });
    let orders: Vec<Order> = join_all(tries).await.into_iter().collect::<Result<_>>()?;
    assert!(orders[4].history.iter().any(|step| step.status == OrderStatus::PaymentPending), "a lost reply is unknown first");
    assert_eq!(orders[5].history.last().and_then(|step| step.reason.clone()).as_deref(), Some("capture_refused"));
    Ok(())
}

#[tokio::test]
async fn fifty_parallel_orders_with_one_key_make_one_order() -> Result<()> {
    let stack = Stack::under_test()?;
    let guest = Shopper::guest(&stack.gateway).await?;
    let sku = plentiful_sku(&guest, &stack.database("orders").await?).await?;
    guest.put_in_cart(&sku, 1).await?;
    let key = Uuid::new_v4().to_string();
    let body = order_body("tok_ok");
    let answers = join_all((0..50).map(|_| async {
        let response = guest.answer(Method::POST, "/orders", Some(&body), &[("Idempotency-Key", &key)]).await?;
        let replayed = response.headers().contains_key("idempotent-replayed");
        let has_token = response.headers().contains_key("consistency-token");
        anyhow::Ok((response.status(), replayed, has_token, response.text().await?))
    }))
    .await
    .into_iter()
    .collect::<Result<Vec<_>>>()?;
    let fresh = answers.iter().filter(|(status, replayed, ..)| *status == StatusCode::CREATED && !replayed).count();
    assert_eq!(fresh, 1, "{answers:?}");
    for (status, replayed, has_token, text) in &answers {
        assert!(
            *status == StatusCode::CONFLICT || *status == StatusCode::CREATED || *status == StatusCode::TOO_MANY_REQUESTS,
            "{status} {replayed} {text}"
        );
        assert_eq!(*has_token, *status == StatusCode::CREATED, "every 2xx to a write carries a token, replays too");
    }
    let bodies: HashSet<&String> = answers.iter().filter(|(status, ..)| *status == StatusCode::CREATED).map(|(.., text)| text).collect();
    assert_eq!(bodies.len(), 1, "a replay is the same bytes");
    let orders: Page<Order> = guest.send(Method::GET, "/orders", None, &[]).await?;
    assert_eq!(orders.items.len(), 1);
    let mut other = order_body("tok_ok");
    other["email"] = json!("other@example.com");
    let (status, problem) = guest.refused(Method::POST, "/orders", Some(&other), &[("Idempotency-Key", &key)]).await?;
    assert_eq!((status, problem.code.as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused"));
    Ok(())
}

#[tokio::test]
async fn two_hundred_guests_racing_for_twenty_pieces_buy_exactly_twenty() -> Result<()> {
    let stack = Stack::under_test()?;
    let database = stack.database("orders").await?;
    // A SKU that no other test touches, brought to twenty pieces.
    let sku: String = sqlx::query_scalar(
        "UPDATE stock SET restocked = restocked + 20 - available, available = 20
         WHERE sku = (SELECT sku FROM stock WHERE available BETWEEN 1 AND 19 AND sold = 0 AND reserved = 0 ORDER BY sku LIMIT 1) RETURNING sku",
    )
    .fetch_one(&database)
    .await?;
    let results: Vec<Result<StatusCode>> = stream::iter(0..200)
        .map(|_| async {
            let guest = Shopper::guest(&stack.gateway).await?;
            guest.put_in_cart(&sku, 1).await?;
            let key = Uuid::new_v4().to_string();
            let response = guest.answer(Method::POST, "/orders", Some(&order_body("tok_ok")), &[("Idempotency-Key", &key)]).await?;
            let status = response.status();
            let text = response.text().await?;
            if status == StatusCode::CONFLICT {
                assert!(text.contains("out_of_stock") && text.contains(&sku), "{text}");
            }
            Ok(status)
        })
        .buffer_unordered(40)
        .collect()
        .await;
    let statuses = results.into_iter().collect::<Result<Vec<_>>>()?;
    assert_eq!(statuses.iter().filter(|status| **status == StatusCode::CREATED).count(), 20, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == StatusCode::CONFLICT).count(), 180, "{statuses:?}");
    let left: i64 = sqlx::query_scalar("SELECT available FROM stock WHERE sku = $1").bind(&sku).fetch_one(&database).await?;
    assert_eq!(left, 0);
    Ok(())
}

#[tokio::test]
async fn logging_in_brings_the_guests_basket_along() -> Result<()> {
    let stack = Stack::under_test()?;
    let guest = Shopper::guest(&stack.gateway).await?;
    let sku = plentiful_sku(&guest, &stack.database("orders").await?).await?;
    guest.put_in_cart(&sku, 60).await?;
    let user = Shopper::registered(&stack.gateway).await?;
    user.put_in_cart(&sku, 50).await?;
    let claim = json!({"guest_access_token": guest.access_token});
    for _ in 0..2 {
        let cart: Cart = user.send(Method::POST, "/guest-claims", Some(&claim), &[]).await?;
        assert_eq!(cart.lines.iter().map(|line| line.quantity).collect::<Vec<_>>(), [99], "quantities add, at most 99, and once");
    }
    let (status, _) = guest.refused(Method::GET, "/cart", None, &[]).await?;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "the guest's token ends");
    let other = Shopper::registered(&stack.gateway).await?;
    let (status, problem) = other.refused(Method::POST, "/guest-claims", Some(&claim), &[]).await?;
    assert_eq!((status, problem.code.as_str()), (StatusCode::CONFLICT, "guest_already_claimed"));
    Ok(())
}
