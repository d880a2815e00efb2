use serde_json::{Value, json};
use tradewind_contract::{
    Money, OrderId, Page,
    operators::{OrderAction, OrderFile, OrderSummary},
    orders::{Order, OrderStatus, Return, ReturnState},
};
use tradewind_order::{
    orders::step::Happened,
    payments::queries::{AttemptState, record_attempt},
};
use uuid::Uuid;

use crate::harness::{App, Who, wish};

impl App {
    async fn found(&self, operator: &Who, query: &str) -> Vec<String> {
        let page: Page<OrderSummary> = self.get(&format!("/admin/orders?{query}"), operator).await.read(200);
        page.items.iter().map(|order| order.number.to_string()).collect()
    }

    async fn file(&self, operator: &Who, id: OrderId) -> OrderFile {
        self.get(&format!("/admin/orders/{id}"), operator).await.read(200)
    }

    /// An order to an address, of one piece.
    async fn order_to(&self, email: &str) -> Order {
        let guest = self.guest();
        self.put_in_cart(&guest, "SENCHA-100", 1).await;
        let mut wish = wish();
        wish["email"] = json!(email);
        self.place(&guest, "k", &wish).await.read(201)
    }

    /// When a timer of the order is due, in seconds from now.
    async fn due_in(&self, id: OrderId, kind: &str) -> Option<f64> {
        sqlx::query_scalar("SELECT extract(epoch FROM due_at - now())::float8 FROM order_timers WHERE order_id = $1 AND kind = $2")
            .bind(id.as_uuid())
            .bind(kind)
            .fetch_optional(&self.database)
            .await
            .unwrap()
    }

    async fn restocked(&self, sku: &str) -> i64 {
        sqlx::query_scalar("SELECT restocked FROM stock WHERE sku = $1").bind(sku).fetch_one(&self.database).await.unwrap()
    }

    async fn attempt_is(&self, order: &Order, state: AttemptState) {
        record_attempt(&mut self.state.database.writer().await.unwrap(), order.id, 1, state, None).await.unwrap();
    }

    /// Delivered, with a return of one piece of two that waits for a decision.
    async fn returned(&self) -> (Order, Return) {
        let guest = self.guest();
        let order = self.paid_order(&guest, "SENCHA-100", 2, &[Happened::Captured, Happened::Arrived]).await;
        let wish = json!({"lines": [{"sku": "SENCHA-100", "quantity": 1}], "reason": "One was enough."});
        let back = self.post_keyed(&format!("/orders/{}/returns", order.id), &guest, "k", &wish).await.read(201);
        (order, back)
    }
}

fn because() -> Value {
    json!({"reason": "She called us."})
}

fn refund(restock: bool) -> Value {
    json!({"reason": "She called us.", "restock": restock})
}

#[tokio::test]
async fn an_order_is_found_by_its_number_however_it_is_written() {
    let Some(app) = App::start().await else { return };
    let operator = app.operator();
    let order = app.order(&app.guest(), "SENCHA-100", 1).await;
    app.order(&app.guest(), "SENCHA-100", 1).await;
    let number = order.number.to_string();
    let bare = number[3..].replace('-', "");
    for written in [&number, &number.to_lowercase(), &bare, &bare.to_lowercase(), &format!("%20TW{bare}%20"), &format!("tw+{bare}")] {
        assert_eq!(app.found(&operator, &format!("query={written}")).await, std::slice::from_ref(&number), "{written}");
    }
    assert!(app.found(&operator, "query=TW-0000-0001").await.is_empty());
}

#[tokio::test]
async fn an_order_is_found_by_the_address_or_its_beginning_in_any_case() {
    let Some(app) = App::start().await else { return };
    let operator = app.operator();
    let ada = app.order_to("Ada.Lovelace@example.com").await.number.to_string();
    let again = app.order_to("ada.lovelace@example.com").await.number.to_string();
    let under = app.order_to("ada_b@example.com").await.number.to_string();
    assert_eq!(app.found(&operator, "query=ADA.lovelace@Example.com").await, [again.clone(), ada.clone()]);
    assert_eq!(app.found(&operator, "query=ada.").await, [again.clone(), ada.clone()]);
    assert_eq!(app.found(&operator, "query=ada_").await, std::slice::from_ref(&under), "an underscore is itself");
    assert_eq!(app.found(&operator, "query=ada").await, [under, again, ada]);
    for nobody in ["lovelace", "%25", "ada%25", "ada%5C", "ada.lovelace@example.com.evil"] {
        assert!(app.found(&operator, &format!("query={nobody}")).await.is_empty(), "{nobody}");
    }
}

#[tokio::test]
async fn orders_are_found_by_where_they_are_and_when_they_were_placed() {
    let Some(app) = App::start().await else { return };
    let operator = app.operator();
    let guest = app.guest();
    let old = app.order(&guest, "SENCHA-100", 1).await;
    sqlx::query("UPDATE orders SET placed_at = '2026-01-31T23:59:59.999Z' WHERE id = $1")
        .bind(old.id.as_uuid())
        .execute(&app.database)
        .await
        .unwrap();
    let paid = app.paid_order(&guest, "SENCHA-100", 1, &[]).await;
    let summaries: Page<OrderSummary> = app.get("/admin/orders", &operator).await.read(200);
    let [first, second] = &summaries.items[..] else { panic!("two orders: {summaries:?}") };
    assert_eq!(
        (first.id, first.status, first.email.as_str(), first.total),
        (paid.id, OrderStatus::Paid, "ada@example.com", paid.totals.total)
    );
    assert!(first.updated_at > first.placed_at);
    assert_eq!(second.id, old.id);
    let old = old.number.to_string();
    assert_eq!(app.found(&operator, "status=placed").await, std::slice::from_ref(&old));
    assert_eq!(app.found(&operator, "placed_until=2026-01-31").await, std::slice::from_ref(&old), "the day is included");
    assert_eq!(app.found(&operator, "placed_from=2026-01-31&placed_until=2026-02-28T00:00:00%2B01:00").await, std::slice::from_ref(&old));
    assert!(app.found(&operator, "placed_until=2026-01-30").await.is_empty());
    assert!(app.found(&operator, "placed_until=2026-01-31T23:59:59Z").await.is_empty(), "a time is not");
    assert_eq!(app.found(&operator, "placed_from=2026-02-01").await, [paid.number.to_string()]);
    assert!(app.found(&operator, "placed_from=2026-02-01&status=placed").await.is_empty());
    for (query, named) in
        [("status=lost", "status"), ("placed_from=soon", "placed_from"), ("placed_until=2026-13-01", "placed_until"), ("email=a", "email")]
    {
        app.get(&format!("/admin/orders?{query}"), &operator).await.assert_names(named);
    }
}

#[tokio::test]
async fn pages_of_orders_follow_each_other_without_gap_or_repetition() {
    let Some(app) = App::start().await else { return };
    let operator = app.operator();
    for _ in 0..5 {
        app.order(&app.guest(), "SENCHA-100", 1).await;
    }
    // Two of the same moment.
    app.execute("UPDATE orders SET placed_at = now()").await;
    let all = app.found(&operator, "query=ada").await;
    let (mut seen, mut path) = (Vec::new(), "/admin/orders?query=ada&limit=2".to_owned());
    loop {
        let page: Page<OrderSummary> = app.get(&path, &operator).await.read(200);
        seen.extend(page.items.iter().map(|order| order.number.to_string()));
        let Some(next) = page.next_cursor else { break };
        path = format!("/admin/orders?query=ada&limit=2&cursor={next}");
    }
    assert_eq!((seen.len(), &seen), (5, &all));
    app.get("/admin/orders?cursor=abc", &operator).await.assert_refused(422, "cursor_invalid");
}

#[tokio::test]
async fn a_file_holds_all_that_stands_about_an_order() {
    let Some(app) = App::start().await else { return };
    let operator = app.operator();
    let (order, back) = app.returned().await;
    sqlx::query("INSERT INTO payment_differences (order_id, attempt, ours, theirs) VALUES ($1, 1, 'captured', 'voided')")
        .bind(order.id.as_uuid())
        .execute(&app.database)
        .await
        .unwrap();
    sqlx::query("INSERT INTO ledger_entries (order_id, posting, account, amount) VALUES ($1, '1:authorize', 'shopper', -5), ($1, '1:authorize', 'authorized', 5)")
        .bind(order.id.as_uuid())
        .execute(&app.database)
        .await
        .unwrap();
    let file = app.file(&operator, order.id).await;
    assert_eq!((file.order.id, file.order.status, file.order.history.len()), (order.id, OrderStatus::ReturnRequested, 5));
    assert_eq!(file.events.iter().map(|event| event.event_type.as_str()).collect::<Vec<_>>(), app.told(order.id).await);
    assert_eq!(file.events[0].published_at, None);
    let [payment] = &file.payments[..] else { panic!("one attempt: {file:?}") };
    assert_eq!((payment.attempt, payment.state.as_str(), payment.amount), (1, "authorized", order.totals.total));
    assert_eq!(payment.difference.as_deref(), Some("voided"));
    assert_eq!(
        file.ledger.iter().map(|entry| (entry.account.as_str(), entry.amount)).collect::<Vec<_>>(),
        [("shopper", Money::eur(-5)), ("authorized", Money::eur(5))]
    );
    assert_eq!(file.returns, [back]);
    assert_eq!(file.actions, [OrderAction::Refund, OrderAction::RejectReturn]);
    app.get(&format!("/admin/orders/{}", Uuid::now_v7()), &operator).await.assert_refused(404, "not_found");
    app.get(&format!("/admin/orders/{}", order.number), &operator).await.assert_refused(404, "not_found");
}

#[tokio::test]
async fn an_order_is_shipped_at_once_by_the_worker() {
    let Some(app) = App::start().await else { return };
    let operator = app.operator();
    let order = app.paid_order(&app.guest(), "SENCHA-100", 1, &[]).await;
    sqlx::query("INSERT INTO order_timers (order_id, kind, due_at) VALUES ($1, 'ship', now() + interval '1 hour')")
        .bind(order.id.as_uuid())
        .execute(&app.database)
        .await
        .unwrap();
    let answer = app.post(&format!("/admin/orders/{}/ship", order.id), &operator, &because()).await;
    answer.token();
    let file: OrderFile = answer.read(200);
    assert_eq!((file.order.status, &file.actions[..]), (OrderStatus::Paid, &[OrderAction::Ship, OrderAction::Cancel][..]));
    assert!(app.due_in(order.id, "ship").await.unwrap() <= 0.0);
    let [entry] = app.audit(&operator).await.try_into().unwrap();
    assert_eq!((entry.action.as_str(), entry.subject, entry.reason.as_str()), ("order.ship", order.number.to_string(), "She called us."));
    assert_eq!(entry.actor.as_uuid(), operator.user);
}

#[tokio::test]
async fn a_shipped_order_is_delivered() {
    let Some(app) = App::start().await else { return };
    let operator = app.operator();
    let order = app.paid_order(&app.guest(), "SENCHA-100", 1, &[Happened::Captured]).await;
    sqlx::query("INSERT INTO order_timers (order_id, kind, due_at) VALUES ($1, 'deliver', now() + interval '1 hour')")
        .bind(order.id.as_uuid())
        .execute(&app.database)
        .await
        .unwrap();
    let file: OrderFile = app.post(&format!("/admin/orders/{}/deliver", order.id), &operator, &because()).await.read(200);
    assert_eq!((file.order.status, &file.actions[..]), (OrderStatus::Delivered, &[OrderAction::Refund][..]));
    assert_eq!(app.told(order.id).await.last().map(String::as_str), Some("order.delivered"));
    assert_eq!(app.due_in(order.id, "deliver").await, None);
    app.post(&format!("/admin/orders/{}/deliver", order.id), &operator, &because()).await.assert_refused(409, "order_not_deliverable");
    assert_eq!(app.audit(&operator).await.len(), 1);
}

#[tokio::test]
async fn a_cancelled_order_lets_go_of_its_pieces_and_its_money() {
    let Some(app) = App::start().await else { return };
    let operator = app.operator();
    let order = app.paid_order(&app.guest(), "SENCHA-100", 2, &[]).await;
    let path = format!("/admin/orders/{}/cancel", order.id);
    let file: OrderFile = app.post(&path, &operator, &because()).await.read(200);
    assert_eq!((file.order.status, file.actions), (OrderStatus::Cancelled, vec![]));
    assert_eq!(file.order.history.last().and_then(|step| step.reason.as_deref()), Some("cancelled_by_operator"));
    assert_eq!(app.stock("SENCHA-100").await, (200, 0, 0));
    assert_eq!(app.told(order.id).await.last().map(String::as_str), Some("order.cancelled"), "which has the worker void");
    app.post(&path, &operator, &because()).await.assert_refused(409, "order_not_cancellable");
    assert_eq!(app.audit(&operator).await.len(), 1);
}

#[tokio::test]
async fn a_return_that_is_accepted_is_paid_back_by_the_worker_and_restocked_if_it_can_be_sold() {
    let Some(app) = App::start().await else { return };
    let operator = app.operator();
    for restock in [true, false] {
        let before = (app.stock("SENCHA-100").await, app.restocked("SENCHA-100").await);
        let (order, back) = app.returned().await;
        let path = format!("/admin/orders/{}/refund", order.id);
        let file: OrderFile = app.post(&path, &operator, &refund(restock)).await.read(200);
        assert_eq!(
            (file.order.status, file.returns[0].state, file.returns[0].id),
            (OrderStatus::ReturnRequested, ReturnState::Accepted, back.id)
        );
        assert_eq!((file.returns.len(), file.actions), (1, vec![]), "nothing can be done while the money is on its way");
        assert!(app.due_in(order.id, "refund").await.unwrap() <= 0.0);
        let fit = i64::from(restock);
        assert_eq!(app.stock("SENCHA-100").await, (before.0.0 - 2 + fit, 0, before.0.2 + 2));
        assert_eq!(app.restocked("SENCHA-100").await, before.1 + fit);
        let (decided_by, restocked): (Uuid, bool) =
            sqlx::query_as("SELECT decided_by, restocked FROM returns WHERE id = $1 AND decided_at IS NOT NULL")
                .bind(back.id.as_uuid())
                .fetch_one(&app.database)
                .await
                .unwrap();
        assert_eq!((decided_by, restocked), (operator.user, restock));
        app.post(&path, &operator, &refund(restock)).await.assert_refused(409, "order_not_refundable");
        app.post(&format!("/admin/orders/{}/reject-return", order.id), &operator, &because()).await.assert_refused(409, "return_not_open");
    }
}

#[tokio::test]
async fn a_delivered_order_is_taken_back_whole() {
    let Some(app) = App::start().await else { return };
    let operator = app.operator();
    let guest = app.guest();
    app.put_in_cart(&guest, "ASSAM-100", 1).await;
    let order = app.paid_order(&guest, "SENCHA-100", 2, &[Happened::Captured, Happened::Arrived]).await;
    let file: OrderFile = app.post(&format!("/admin/orders/{}/refund", order.id), &operator, &refund(true)).await.read(200);
    let [back] = &file.returns[..] else { panic!("one return: {file:?}") };
    assert_eq!((back.state, back.amount, back.lines.len()), (ReturnState::Accepted, order.totals.total, 2));
    assert_eq!(file.order.status, OrderStatus::ReturnRequested);
    assert_eq!(app.told(order.id).await.last().map(String::as_str), Some("order.returned"));
    assert_eq!((app.restocked("SENCHA-100").await, app.restocked("ASSAM-100").await), (2, 1));
    assert!(app.due_in(order.id, "refund").await.unwrap() <= 0.0);
}

#[tokio::test]
async fn a_rejected_return_leaves_the_order_delivered_and_another_may_follow() {
    let Some(app) = App::start().await else { return };
    let operator = app.operator();
    let (order, back) = app.returned().await;
    let path = format!("/admin/orders/{}/reject-return", order.id);
    let file: OrderFile = app.post(&path, &operator, &because()).await.read(200);
    assert_eq!((file.order.status, file.returns[0].state, file.returns[0].id), (OrderStatus::Delivered, ReturnState::Rejected, back.id));
    assert_eq!(app.told(order.id).await.last().map(String::as_str), Some("order.return_rejected"));
    assert_eq!(app.restocked("SENCHA-100").await, 0);
    app.post(&path, &operator, &because()).await.assert_refused(409, "return_not_open");
    let file: OrderFile = app.post(&format!("/admin/orders/{}/refund", order.id), &operator, &refund(false)).await.read(200);
    assert_eq!(file.returns.iter().map(|back| back.state).collect::<Vec<_>>(), [ReturnState::Rejected, ReturnState::Accepted]);
    assert_eq!(file.returns[1].amount, order.totals.total);
}

#[tokio::test]
async fn what_the_table_of_steps_does_not_have_is_a_409_and_changes_nothing() {
    let Some(app) = App::start().await else { return };
    let operator = app.operator();
    let guest = app.guest();
    let placed = app.order(&guest, "SENCHA-100", 1).await;
    let pending = app.order(&guest, "SENCHA-100", 1).await;
    app.take(pending.id, Happened::OutcomeUnknown { attempt: 1 }).await;
    let failed = app.refused_order(&guest, "SENCHA-100", 1).await;
    let paid = app.paid_order(&guest, "SENCHA-100", 1, &[]).await;
    let leaving = app.paid_order(&guest, "SENCHA-100", 1, &[]).await;
    app.attempt_is(&leaving, AttemptState::Capturing).await;
    let shipped = app.paid_order(&guest, "SENCHA-100", 1, &[Happened::Captured]).await;
    let delivered = app.paid_order(&guest, "SENCHA-100", 1, &[Happened::Captured, Happened::Arrived]).await;
    let (returned, _) = app.returned().await;
    let cancelled = app.order(&guest, "SENCHA-100", 1).await;
    app.take(cancelled.id, Happened::HoldEnded).await;
    let before = app.rows().await;
    let mut refused = 0;
    for order in [placed, pending, failed, paid, leaving, shipped, delivered, returned, cancelled] {
        let possible = app.file(&operator, order.id).await.actions;
        for (action, code) in [
            (OrderAction::Ship, "order_not_shippable"),
            (OrderAction::Deliver, "order_not_deliverable"),
            (OrderAction::Cancel, "order_not_cancellable"),
            (OrderAction::Refund, "order_not_refundable"),
            (OrderAction::RejectReturn, "return_not_open"),
        ] {
            if !possible.contains(&action) {
                let body = if action == OrderAction::Refund { refund(true) } else { because() };
                let answer = app.post(&format!("/admin/orders/{}/{}", order.id, action.as_str()), &operator, &body).await;
                answer.assert_refused(409, code);
                assert!(answer.body["detail"].as_str().is_some_and(|detail| detail.ends_with('.')), "{}", answer.text);
                refused += 1;
            }
        }
    }
    assert_eq!(refused, 37);
    assert_eq!(app.rows().await, before);
}

#[tokio::test]
async fn every_action_wants_a_reason_and_an_order() {
    let Some(app) = App::start().await else { return };
    let operator = app.operator();
    let order = app.order(&app.guest(), "SENCHA-100", 1).await;
    let before = app.rows().await;
    for action in OrderAction::ALL {
        let at = |id: &dyn std::fmt::Display| format!("/admin/orders/{id}/{}", action.as_str());
        app.post(&at(&Uuid::now_v7()), &operator, &if action == OrderAction::Refund { refund(true) } else { because() })
            .await
            .assert_refused(404, "not_found");
        let with = |reason: Value| {
            if action == OrderAction::Refund { json!({"reason": reason, "restock": true}) } else { json!({"reason": reason}) }
        };
        for reason in [json!(""), json!(" "), json!("a\nb"), json!("x".repeat(501)), json!(null), json!(1)] {
            app.post(&at(&order.id), &operator, &with(reason)).await.assert_names("/reason");
        }
        let mut unknown = with(json!("x"));
        unknown["amount"] = json!(1);
        app.post(&at(&order.id), &operator, &unknown).await.assert_names("/amount");
        app.post(&format!("{}?force=1", at(&order.id)), &operator, &with(json!("x"))).await.assert_names("force");
    }
    app.post(&format!("/admin/orders/{}/refund", order.id), &operator, &because()).await.assert_names("/restock");
    assert_eq!(app.rows().await, before);
}

#[tokio::test]
async fn of_two_operators_who_act_at_once_one_does() {
    let Some(app) = App::start().await else { return };
    let (one, other) = (app.operator(), app.operator());
    for _ in 0..8 {
        let (order, _) = app.returned().await;
        let (accept, reject) = (format!("/admin/orders/{}/refund", order.id), format!("/admin/orders/{}/reject-return", order.id));
        let (yes, no) = (refund(true), because());
        let (first, second, third) =
            tokio::join!(app.post(&accept, &one, &yes), app.post(&reject, &other, &no), app.post(&accept, &other, &yes));
        // A rejected return leaves the order delivered, and that can be taken back whole.
        let statuses = [first.status.as_u16(), second.status.as_u16(), third.status.as_u16()];
        assert!(statuses.iter().all(|status| [200, 409].contains(status)), "{statuses:?}");
        let accepted: i64 = sqlx::query_scalar("SELECT count(*) FROM returns WHERE order_id = $1 AND state = 'accepted'")
            .bind(order.id.as_uuid())
            .fetch_one(&app.database)
            .await
            .unwrap();
        assert!(accepted <= 1, "money goes back once at most: {statuses:?}");
        assert!(statuses.contains(&200), "{statuses:?}");
    }
    let order = app.paid_order(&app.guest(), "SENCHA-100", 1, &[]).await;
    let path = format!("/admin/orders/{}/cancel", order.id);
    let body = because();
    let (first, second) = tokio::join!(app.post(&path, &one, &body), app.post(&path, &other, &body));
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(app.told(order.id).await.iter().filter(|event| *event == "order.cancelled").count(), 1);
}

#[tokio::test]
async fn who_waits_for_the_worker_finds_what_it_has_done() {
    let Some(app) = App::start().await else { return };
    let operator = app.operator();
    let order = app.paid_order(&app.guest(), "SENCHA-100", 1, &[]).await;
    // The worker's first transaction of shipping: from here on the money is being taken.
    let mut worker = app.database.begin().await.unwrap();
    sqlx::query("SELECT 1 FROM orders WHERE id = $1 FOR UPDATE").bind(order.id.as_uuid()).execute(&mut *worker).await.unwrap();
    let cancel = async { app.post(&format!("/admin/orders/{}/cancel", order.id), &operator, &because()).await };
    let capture = async {
        app.until_somebody_waits().await;
        sqlx::query("UPDATE payments SET state = 'capturing' WHERE order_id = $1")
            .bind(order.id.as_uuid())
            .execute(&mut *worker)
            .await
            .unwrap();
        worker.commit().await.unwrap();
    };
    let (refused, ()) = tokio::join!(cancel, capture);
    refused.assert_refused(409, "order_not_cancellable");
    assert_eq!(app.file(&operator, order.id).await.order.status, OrderStatus::Paid);
    assert_eq!(app.count("audit_entries").await, 0);
}

#[tokio::test]
async fn an_operator_sees_what_another_instance_has_just_written() {
    let Some(app) = App::start().await else { return };
    let sibling = app.sibling().await;
    let operator = app.operator();
    let order = app.order(&app.guest(), "SENCHA-100", 1).await;
    let answer = app.post(&format!("/admin/orders/{}/cancel", order.id), &operator, &because()).await;
    let token = answer.token();
    let page: Page<OrderSummary> = sibling.get_after("/admin/orders?status=cancelled", &operator, &token).await.read(200);
    assert_eq!(page.items.len(), 1);
    assert_eq!(sibling.get_after("/admin/audit", &operator, &token).await.body["items"].as_array().map(Vec::len), Some(1));
}
