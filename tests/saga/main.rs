//! The way of an order where it bends: other cards, second thoughts, money that goes back. Against the whole running shop.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::PgPool;
use tradewind_contract::{
    Page,
    catalog::{Availability, Product, ProductList},
    operators::{AuditEntry, OrderAction, OrderFile, Pipeline},
    orders::{Order, OrderStatus, Return, ReturnState},
    payments::AuthorizationStatus,
};
use tradewind_tests::{Shopper, Stack, shopper::plentiful_sku};
use tradewind_worker::dispatch::CONSUMERS;
use uuid::Uuid;

const SOON: Duration = Duration::from_secs(10);
/// Longer than the provider's lost answer takes to be found out, on a busy machine.
const LATE: Duration = Duration::from_secs(60);

struct World {
    stack: Stack,
    orders: PgPool,
    guest: Shopper,
}

impl World {
    async fn new() -> Result<Self> {
        let stack = Stack::under_test()?;
        let orders = stack.database("orders").await?;
        let guest = Shopper::guest(&stack.gateway).await?;
        Ok(Self { stack, orders, guest })
    }

    async fn order(&self, card: &str, quantity: u32) -> Result<Order> {
        let sku = plentiful_sku(&self.guest, &self.orders).await?;
        self.guest.put_in_cart(&sku, quantity).await?;
        self.guest.order(card, &Uuid::new_v4().to_string()).await
    }

    async fn pay_again(&self, order: &Order, card: &str) -> Result<Order> {
        let key = Uuid::new_v4().to_string();
        let path = format!("/orders/{}/payments", order.id);
        self.guest.send(Method::POST, &path, Some(&json!({ "payment_token": card })), &[("Idempotency-Key", &key)]).await
    }

    async fn cancel(&self, order: &Order) -> Result<Order> {
        self.guest.send(Method::POST, &format!("/orders/{}/cancel", order.id), None, &[]).await
    }

    /// Each attempt's state, in their order.
    async fn attempts(&self, order: &Order) -> Result<Vec<String>> {
        let select = "SELECT state FROM payments WHERE order_id = $1 ORDER BY attempt";
        Ok(sqlx::query_scalar(select).bind(order.id.as_uuid()).fetch_all(&self.orders).await?)
    }

    /// The balances of the accounts `authorized`, `captured` and `shopper`.
    async fn balances(&self, order: &Order) -> Result<(i64, i64, i64)> {
        let select = "SELECT coalesce(sum(amount) FILTER (WHERE account = 'authorized'), 0)::bigint,
                             coalesce(sum(amount) FILTER (WHERE account = 'captured'), 0)::bigint,
                             coalesce(sum(amount) FILTER (WHERE account = 'shopper'), 0)::bigint
                      FROM ledger_entries WHERE order_id = $1";
        Ok(sqlx::query_as(select).bind(order.id.as_uuid()).fetch_one(&self.orders).await?)
    }

    async fn status_at_the_bank(&self, order: &Order, attempt: i32) -> Result<Option<AuthorizationStatus>> {
        Ok(self.stack.authorization(&format!("{}:{attempt}", order.id)).await?.map(|authorization| authorization.status))
    }

    /// Waits until the latest attempt is in `state`.
    async fn wait_for_attempt(&self, order: &Order, state: &str, limit: Duration) -> Result<()> {
        let started = Instant::now();
        loop {
            let attempts = self.attempts(order).await?;
            if attempts.last().map(String::as_str) == Some(state) {
                return Ok(());
            }
            if started.elapsed() > limit {
                bail!("the attempts are {attempts:?} after {limit:?}, not {state}");
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

fn way(order: &Order) -> Vec<OrderStatus> {
    order.history.iter().map(|step| step.status).collect()
}

#[tokio::test]
async fn another_card_pays_after_a_refusal_and_is_charged_once() -> Result<()> {
    use OrderStatus::{Paid, PaymentFailed, PaymentPending, Placed};
    let world = World::new().await?;
    let order = world.order("tok_declined", 1).await?;
    let failed = world.guest.wait_for(&order, PaymentFailed, SOON).await?;
    assert!(failed.payable_until.is_some());
    world.pay_again(&order, "tok_insufficient_funds").await?;
    world.wait_for_attempt(&order, "declined", SOON).await?;
    let started = Instant::now();
    while world.guest.send::<Order>(Method::GET, &format!("/orders/{}", order.id), None, &[]).await?.version < 3 {
        assert!(started.elapsed() < SOON, "the second refusal is a step of its own");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    world.pay_again(&order, "tok_lost_reply").await?;
    let paid = world.guest.wait_for(&order, Paid, LATE).await?;
    assert_eq!(way(&paid)[..5], [Placed, PaymentFailed, PaymentFailed, PaymentPending, Paid]);
    assert_eq!(world.attempts(&order).await?, ["declined", "declined", "authorized"]);
    let total = order.totals.total.amount;
    assert_eq!(world.balances(&order).await?, (total, 0, -total), "charged once, whatever was lost");
    assert_eq!(world.status_at_the_bank(&order, 3).await?, Some(AuthorizationStatus::Authorized));
    Ok(())
}

#[tokio::test]
async fn a_cancelled_order_is_paid_by_nobody() -> Result<()> {
    let world = World::new().await?;
    // Paid; not answered yet; the answer lost.
    for (card, wait_for_paid) in [("tok_ok", true), ("tok_slow", false)] {
        let order = world.order(card, 2).await?;
        if wait_for_paid {
            world.guest.wait_for(&order, OrderStatus::Paid, SOON).await?;
        } else {
            let started = Instant::now();
            while world.attempts(&order).await?.is_empty() {
                assert!(started.elapsed() < SOON, "the bank is asked");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        let cancelled = world.cancel(&order).await.with_context(|| card.to_owned())?;
        assert_eq!(cancelled.status, OrderStatus::Cancelled, "{card}");
        world.wait_for_attempt(&order, "voided", LATE).await.with_context(|| card.to_owned())?;
        assert_eq!(world.status_at_the_bank(&order, 1).await?, Some(AuthorizationStatus::Voided), "{card}");
        assert_eq!(world.balances(&order).await?, (0, 0, 0), "{card}");
        let held: i64 = sqlx::query_scalar("SELECT count(*) FROM holds WHERE order_id = $1 AND state <> 'released'")
            .bind(order.id.as_uuid())
            .fetch_one(&world.orders)
            .await?;
        assert_eq!(held, 0, "{card}");
        let now: Order = world.guest.send(Method::GET, &format!("/orders/{}", order.id), None, &[]).await?;
        assert_eq!(now.status, OrderStatus::Cancelled, "{card}");
    }
    Ok(())
}

#[tokio::test]
async fn a_refused_capture_cancels_and_lets_the_money_go() -> Result<()> {
    let world = World::new().await?;
    let order = world.order("tok_capture_fails", 1).await?;
    let cancelled = world.guest.wait_for(&order, OrderStatus::Cancelled, LATE).await?;
    assert_eq!(cancelled.history.last().and_then(|step| step.reason.as_deref()), Some("capture_refused"));
    world.wait_for_attempt(&order, "voided", SOON).await?;
    assert_eq!(world.balances(&order).await?, (0, 0, 0));
    assert_eq!(world.status_at_the_bank(&order, 1).await?, Some(AuthorizationStatus::Voided));
    Ok(())
}

#[tokio::test]
async fn what_is_shipped_is_captured_and_what_comes_back_is_paid_back() -> Result<()> {
    let world = World::new().await?;
    let order = world.order("tok_ok", 2).await?;
    world.guest.wait_for(&order, OrderStatus::Shipped, LATE).await?;
    let total = order.totals.total.amount;
    assert_eq!(world.balances(&order).await?, (0, total, -total));
    world.guest.wait_for(&order, OrderStatus::Delivered, LATE).await?;
    let path = format!("/orders/{}/returns", order.id);
    let wish = json!({"lines": [{"sku": order.lines[0].sku, "quantity": 1}], "reason": "One was enough."});
    let requested: Return = world.guest.send(Method::POST, &path, Some(&wish), &[("Idempotency-Key", "k")]).await?;
    // The piece is back on the shelf, and the money is to go back.
    let operator = Shopper::operator(&world.stack).await?;
    let decision = json!({"reason": "It came back as new.", "restock": true});
    let file: OrderFile = operator.send(Method::POST, &format!("/admin/orders/{}/refund", order.id), Some(&decision), &[]).await?;
    assert_eq!((file.returns[0].id, file.returns[0].state), (requested.id, ReturnState::Accepted));
    world.guest.wait_for(&order, OrderStatus::Refunded, SOON).await?;
    let back = requested.amount.amount;
    assert_eq!(back, order.lines[0].unit_price.amount);
    assert_eq!(world.balances(&order).await?, (0, total - back, back - total));
    let authorization = world.stack.authorization(&format!("{}:1", order.id)).await?.context("the bank knows it")?;
    assert_eq!((authorization.status, authorization.refunded_minor), (AuthorizationStatus::Captured, back));
    Ok(())
}

/// As the operators' screens show them.
async fn file(operator: &Shopper, order: &Order) -> Result<OrderFile> {
    operator.send(Method::GET, &format!("/admin/orders/{}", order.id), None, &[]).await
}

#[tokio::test]
async fn an_operator_hurries_an_order_and_takes_it_back_whole() -> Result<()> {
    let world = World::new().await?;
    let operator = Shopper::operator(&world.stack).await?;
    let order = world.order("tok_ok", 2).await?;
    let why = json!({"reason": "She is waiting for it."});
    world.guest.wait_for(&order, OrderStatus::Paid, SOON).await?;
    // It would leave by itself one day.
    sqlx::query("UPDATE order_timers SET due_at = now() + interval '1 hour' WHERE order_id = $1 AND kind = 'ship'")
        .bind(order.id.as_uuid())
        .execute(&world.orders)
        .await?;
    let path = |action: OrderAction| format!("/admin/orders/{}/{}", order.id, action.as_str());
    operator.send::<OrderFile>(Method::POST, &path(OrderAction::Ship), Some(&why), &[]).await?;
    world.guest.wait_for(&order, OrderStatus::Shipped, SOON).await?;
    let total = order.totals.total.amount;
    assert_eq!(world.balances(&order).await?, (0, total, -total), "no parcel leaves without its money");
    if file(&operator, &order).await?.order.status == OrderStatus::Shipped {
        // The simulated parcel may be there first.
        let answer = operator.answer(Method::POST, &path(OrderAction::Deliver), Some(&why), &[]).await?;
        assert!([200, 409].contains(&answer.status().as_u16()), "{answer:?}");
    }
    world.guest.wait_for(&order, OrderStatus::Delivered, LATE).await?;
    let refund = json!({"reason": "It was broken.", "restock": false});
    operator.send::<OrderFile>(Method::POST, &path(OrderAction::Refund), Some(&refund), &[]).await?;
    world.guest.wait_for(&order, OrderStatus::Refunded, SOON).await?;
    assert_eq!(world.balances(&order).await?, (0, 0, 0));
    assert_eq!(world.status_at_the_bank(&order, 1).await?, Some(AuthorizationStatus::Refunded));
    let file = file(&operator, &order).await?;
    assert_eq!((file.returns[0].state, file.returns[0].amount.amount), (ReturnState::Refunded, total));
    assert_eq!((file.payments[0].state.as_str(), file.actions.len(), file.ledger.len()), ("refunded", 0, 6));
    // One trace from the click to the file, and what was done to it stands in the audit with a trace of its own.
    let trace_id = file.trace_id.context("the click has a trace")?;
    assert!(file.events.iter().any(|event| event.event_type == "order.paid" && event.trace_id.as_ref() == Some(&trace_id)));
    let audit: Page<AuditEntry> = operator.send(Method::GET, "/admin/audit?limit=100", None, &[]).await?;
    let mut done = audit.items.iter().filter(|entry| entry.subject == order.number.to_string());
    let last = done.next().context("the refund is told")?;
    assert_eq!((last.action.as_str(), last.reason.as_str(), Some(last.actor)), ("order.refund", "It was broken.", operator.identity));
    assert!(last.trace_id.as_ref().is_some_and(|id| id.len() == 32 && *id != trace_id), "{last:?}");
    Ok(())
}

#[tokio::test]
async fn an_operator_and_the_worker_never_both_have_their_way() -> Result<()> {
    let world = World::new().await?;
    let operator = Shopper::operator(&world.stack).await?;
    let why = json!({"reason": "It is not to be sold."});
    // Some are cancelled just before the worker takes their money, some just after.
    for delay_ms in [0, 20, 40, 60, 80, 120, 160, 240] {
        let order = world.order("tok_ok", 1).await?;
        world.guest.wait_for(&order, OrderStatus::Paid, SOON).await?;
        let path = |action: OrderAction| format!("/admin/orders/{}/{}", order.id, action.as_str());
        operator.send::<OrderFile>(Method::POST, &path(OrderAction::Ship), Some(&why), &[]).await?;
        tokio::time::sleep(Duration::from_millis(delay_ms)).await;
        let answer = operator.answer(Method::POST, &path(OrderAction::Cancel), Some(&why), &[]).await?;
        let total = order.totals.total.amount;
        if answer.status().is_success() {
            world.wait_for_attempt(&order, "voided", SOON).await?;
            assert_eq!(world.balances(&order).await?, (0, 0, 0));
            assert_eq!(world.status_at_the_bank(&order, 1).await?, Some(AuthorizationStatus::Voided));
        } else {
            assert_eq!(answer.status().as_u16(), 409);
            world.guest.wait_for(&order, OrderStatus::Shipped, SOON).await?;
            assert_eq!(world.balances(&order).await?, (0, total, -total));
        }
    }
    Ok(())
}

#[tokio::test]
async fn the_pipeline_shows_what_the_workers_see() -> Result<()> {
    let world = World::new().await?;
    let operator = Shopper::operator(&world.stack).await?;
    let started = Instant::now();
    loop {
        let pipeline: Pipeline = operator.send(Method::GET, "/admin/pipeline", None, &[]).await?;
        let names: Vec<_> = pipeline.outboxes.iter().map(|outbox| outbox.database.as_str()).collect();
        let known = pipeline.consumers.iter().filter(|consumer| consumer.lag.is_some()).count();
        let owned = pipeline.outboxes.iter().all(|outbox| outbox.slices_owned == outbox.slices);
        let publishes = pipeline.outboxes.iter().any(|outbox| outbox.published_per_second > 0.0);
        if names == ["orders", "users"] && known == CONSUMERS.len() && owned && publishes && !pipeline.workers.is_empty() {
            return Ok(());
        }
        // A worker that has just been started knows its lag after 5 s.
        assert!(started.elapsed() < LATE, "{pipeline:?}");
        world.cancel(&world.order("tok_ok", 1).await?).await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

#[tokio::test]
async fn an_unpaid_order_ends_and_its_pieces_can_be_bought_again() -> Result<()> {
    let world = World::new().await?;
    let order = world.order("tok_declined", 1).await?;
    world.guest.wait_for(&order, OrderStatus::PaymentFailed, SOON).await?;
    sqlx::query("UPDATE order_timers SET due_at = now() WHERE order_id = $1 AND kind = 'end_hold'")
        .bind(order.id.as_uuid())
        .execute(&world.orders)
        .await?;
    let ended = world.guest.wait_for(&order, OrderStatus::Cancelled, SOON).await?;
    assert_eq!(ended.history.last().and_then(|step| step.reason.as_deref()), Some("hold_ended"));
    assert_eq!(world.attempts(&order).await?, ["declined"], "nothing was ever kept aside");
    let holds: Vec<String> =
        sqlx::query_scalar("SELECT state FROM holds WHERE order_id = $1").bind(order.id.as_uuid()).fetch_all(&world.orders).await?;
    assert_eq!(holds, ["released"], "its piece is on the shelf again");
    Ok(())
}

#[tokio::test]
async fn a_level_that_changes_reaches_the_page_and_the_lists_by_its_event() -> Result<()> {
    let world = World::new().await?;
    // An article of its own with one more piece than "low"; its product has no other in stock, so that the card says the same.
    let (sku, handle, family): (String, String, String) = sqlx::query_as(
        "SELECT s.sku, p.handle, p.family FROM stock s JOIN variants v USING (sku) JOIN products p ON p.id = v.product_id
         WHERE s.available > 20 AND s.reserved = 0 AND s.sold = 0 AND p.archived_at IS NULL ORDER BY random() LIMIT 1",
    )
    .fetch_one(&world.orders)
    .await?;
    sqlx::query(
        "UPDATE stock s SET initial = initial - available + wanted, available = wanted
         FROM (SELECT sku, CASE sku WHEN $1 THEN 6 ELSE 0 END AS wanted FROM variants
               WHERE product_id = (SELECT id FROM products WHERE handle = $2)) levels
         WHERE levels.sku = s.sku",
    )
    .bind(&sku)
    .bind(&handle)
    .execute(&world.orders)
    .await?;
    let visitor = Shopper::nobody(&world.stack.gateway)?;
    let list = format!("/products?family={family}&limit=100");
    // Both at once, so that the list is cached, too, whenever the level changes.
    let levels = async || {
        let page: Product = visitor.send(Method::GET, &format!("/products/{handle}"), None, &[]).await?;
        let variant = page.variants.into_iter().find(|variant| variant.sku == sku).context("the variant is on its page")?;
        let list: ProductList = visitor.send(Method::GET, &list, None, &[]).await?;
        let card = list.items.into_iter().find(|card| card.handle == handle).context("the product is in its list")?;
        anyhow::Ok([variant.availability, card.availability])
    };
    // Whatever was cached of it before is gone by then, and the page is cached anew.
    let started = Instant::now();
    while levels().await? != [Availability::InStock; 2] || started.elapsed() < Duration::from_secs(2) {
        assert!(started.elapsed() < Duration::from_secs(45));
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    world.guest.put_in_cart(&sku, 1).await?;
    let order = world.guest.order("tok_ok", &Uuid::new_v4().to_string()).await?;
    let placed = Instant::now();
    while levels().await? != [Availability::Low; 2] {
        assert!(placed.elapsed() < Duration::from_secs(5), "a visitor without a token still reads the old level: {:?}", levels().await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let told: Vec<Value> =
        sqlx::query_scalar("SELECT payload FROM outbox WHERE event_type = 'stock.changed' AND payload->>'sku' = $1 ORDER BY position")
            .bind(&sku)
            .fetch_all(&world.orders)
            .await?;
    assert_eq!(told.last().map(|event| event["availability"].clone()), Some(json!("low")));
    world.cancel(&order).await?;
    let cancelled = Instant::now();
    while levels().await? != [Availability::InStock; 2] {
        assert!(cancelled.elapsed() < Duration::from_secs(5), "it is in stock again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

#[tokio::test]
async fn a_ledger_that_differs_from_the_bank_is_told() -> Result<()> {
    let world = World::new().await?;
    let orders = join_all([world.order("tok_ok", 1)]).await.into_iter().collect::<Result<Vec<_>>>()?;
    let order = &orders[0];
    world.guest.wait_for(order, OrderStatus::Delivered, LATE).await?;
    let touch = async |amount: i64| -> Result<()> {
        sqlx::query(
            "UPDATE ledger_entries SET amount = amount + $2 WHERE order_id = $1 AND posting = '1:capture' AND account = 'captured'",
        )
        .bind(order.id.as_uuid())
        .bind(amount)
        .execute(&world.orders)
        .await?;
        // As if it had been quiet for long enough to be compared.
        sqlx::query("UPDATE payments SET updated_at = now() - interval '1 minute', compared_at = NULL WHERE order_id = $1")
            .bind(order.id.as_uuid())
            .execute(&world.orders)
            .await?;
        Ok(())
    };
    let told = async || -> Result<bool> {
        let select = "SELECT EXISTS (SELECT 1 FROM payment_differences WHERE order_id = $1)";
        Ok(sqlx::query_scalar(select).bind(order.id.as_uuid()).fetch_one(&world.orders).await?)
    };
    for (amount, expected) in [(1, true), (-1, false)] {
        touch(amount).await?;
        let started = Instant::now();
        while told().await? != expected {
            assert!(started.elapsed() < LATE, "differs: {expected}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
    Ok(())
}
