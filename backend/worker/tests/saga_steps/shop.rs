//! A shop in which one order at a time goes its way.

use std::time::{Duration, Instant};

use serde_json::json;
use tradewind_contract::{
    OrderId,
    catalog::Availability,
    orders::{Order, Return},
};
use tradewind_events::topics;
use tradewind_kit::kafka;
use tradewind_worker::dispatch::CONSUMERS;
use uuid::Uuid;

use crate::{
    PATIENCE,
    harness::{App, Who, wish},
    provider::Provider,
    rows::{Row, Way},
    worker::Worker,
};

/// One piece less, and people are told that few are left.
const SKU: &str = "GENMAICHA-100";

pub struct Shop {
    pub database_url: String,
    pub redis_url: String,
    pub brokers: String,
    pub prefix: String,
    pub provider: Provider,
    app: App,
    topics: Vec<String>,
}

impl Shop {
    /// `None` when there is nothing to test with.
    pub async fn open() -> Option<Self> {
        let Ok(brokers) = std::env::var("TRADEWIND_TEST_KAFKA") else {
            assert!(std::env::var_os("CI").is_none(), "TRADEWIND_TEST_KAFKA is needed in CI");
            eprintln!("skipped: TRADEWIND_TEST_KAFKA is not set");
            return None;
        };
        let app = App::start().await?;
        let name: String = sqlx::query_scalar("SELECT current_database()").fetch_one(&app.database).await.unwrap();
        let primary = std::env::var("TRADEWIND_TEST_PRIMARY_URL").unwrap();
        let (server, _) = primary.rsplit_once('/').unwrap();
        let prefix = format!("{name}.");
        Some(Self {
            database_url: format!("{server}/{name}"),
            redis_url: std::env::var("TRADEWIND_TEST_REDIS_URL").unwrap(),
            topics: kafka::create_topics(&brokers, &prefix, &topics::ALL).await.unwrap(),
            brokers,
            prefix,
            provider: Provider::start().await,
            app,
        })
    }

    /// An order goes its way, and its worker dies once on it.
    pub async fn go_through(&self, row: &Row) {
        let what = format!("{} on the way {:?}", row.point, row.way);
        self.app
            .execute(
                "UPDATE stock SET available = 6, initial = 6 + reserved + sold - restocked, announced = NULL WHERE sku = 'GENMAICHA-100'",
            )
            .await;
        let told_before: i64 =
            sqlx::query_scalar("SELECT coalesce(max(position), 0) FROM outbox").fetch_one(&self.app.database).await.unwrap();
        self.provider.set_away(row.way == Way::ProviderAway);
        let guest = self.app.guest();
        self.app.put_in_cart(&guest, SKU, 1).await;
        let mut body = wish();
        body["payment_token"] = json!(row.way.token());
        let order: Order = self.app.place(&guest, &Uuid::now_v7().to_string(), &body).await.read(201);

        let dying = async {
            Worker::start(self, row.way, &format!("{}=return", row.point)).until_dead(row.point).await;
            if row.way == Way::CancelledMeanwhile {
                self.cancel(&guest, order.id).await;
            }
            // What the dead one had taken comes again after its lease.
            self.app.execute("UPDATE order_timers SET due_at = due_at - interval '20 seconds' WHERE kind <> 'end_hold'").await;
            Worker::start(self, row.way, "")
        };
        let (worker, ()) = tokio::join!(dying, self.lead(&guest, &order, row.way, &what));
        self.until(&format!("{what}: at rest"), async || self.at_rest(order.id).await).await;
        drop(worker);
        self.look(&order, row, told_before, &what).await;
    }

    /// Does what is not the worker's part.
    async fn lead(&self, guest: &Who, order: &Order, way: Way, what: &str) {
        match way {
            Way::Delivered | Way::AnswerLost | Way::CaptureRefused | Way::CancelledMeanwhile => {}
            Way::Refused => {
                self.until_step(order.id, "payment_failed", what).await;
                self.app.execute("UPDATE order_timers SET due_at = now() WHERE kind = 'end_hold'").await;
            }
            Way::ProviderAway => {
                self.until_step(order.id, "payment_pending", what).await;
                self.provider.set_away(false);
            }
            Way::Cancelled => {
                self.until_step(order.id, "paid", what).await;
                self.cancel(guest, order.id).await;
            }
            Way::Refunded => {
                self.until_step(order.id, "delivered", what).await;
                let back = json!({"lines": [{"sku": SKU, "quantity": 1}], "reason": "Too toasted."});
                let _: Return = self.app.post_keyed(&format!("/orders/{}/returns", order.id), guest, "back", &back).await.read(201);
                let decision = json!({"reason": "It came back as new.", "restock": true});
                let path = format!("/admin/orders/{}/refund", order.id);
                assert_eq!(self.app.post(&path, &self.app.operator(), &decision).await.status, 200, "{what}");
            }
        }
        self.until_step(order.id, way.steps().last().unwrap(), what).await;
    }

    async fn cancel(&self, guest: &Who, order: OrderId) {
        let answer = self.app.send(self.app.request(http::Method::POST, &format!("/orders/{order}/cancel"), guest)).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    async fn steps(&self, order: OrderId) -> Vec<String> {
        sqlx::query_scalar("SELECT status FROM order_history WHERE order_id = $1 ORDER BY version")
            .bind(order.as_uuid())
            .fetch_all(&self.app.database)
            .await
            .unwrap()
    }

    async fn until_step(&self, order: OrderId, status: &str, what: &str) {
        self.until(&format!("{what}: {status}"), async || self.steps(order).await.iter().any(|step| step == status)).await;
    }

    /// Nothing is to be done for the order any more, and everybody has heard of all its events. The parcel of a cancelled order that
    /// would have left in an hour is nobody's work.
    async fn at_rest(&self, order: OrderId) -> bool {
        let (timers, unpublished, noted, counted): (i64, i64, i64, i64) = sqlx::query_as(
            "SELECT (SELECT count(*) FROM order_timers WHERE order_id = $1 AND due_at < now() + interval '10 minutes'),
                    (SELECT count(*) FROM outbox WHERE published_at IS NULL),
                    (SELECT count(*) FROM inbox JOIN outbox USING (event_id) WHERE aggregate_id = $1),
                    coalesce((SELECT sequence FROM report_aggregates WHERE aggregate_id = $1), 0)",
        )
        .bind(order.as_uuid())
        .fetch_one(&self.app.database)
        .await
        .unwrap();
        let events = self.app.told(order).await;
        // Reports note the last event that they have counted, and nothing in the inbox.
        let note = || CONSUMERS.iter().filter(|consumer| consumer.name != "reports");
        let handled: usize = events
            .iter()
            .map(|event| note().filter(|consumer| consumer.handlers.iter().any(|handles| handles.kind == event)).count())
            .sum();
        let (noted, counted) = (usize::try_from(noted).unwrap(), usize::try_from(counted).unwrap());
        (timers, unpublished, noted, counted) == (0, 0, handled, events.len())
    }

    async fn look(&self, order: &Order, row: &Row, told_before: i64, what: &str) {
        let db = &self.app.database;
        let id = order.id.as_uuid();
        assert_eq!(self.steps(order.id).await, row.way.steps(), "{what}");
        let sequences: Vec<i64> = sqlx::query_scalar("SELECT sequence FROM outbox WHERE aggregate_id = $1 ORDER BY position")
            .bind(id)
            .fetch_all(db)
            .await
            .unwrap();
        assert_eq!(sequences, (1..=i64::try_from(row.way.steps().len()).unwrap()).collect::<Vec<_>>(), "{what}: each event once, in order");
        assert_eq!(self.provider.done(order.id), row.done, "{what}: what the provider did");

        let postings: Vec<String> = sqlx::query_scalar(
            "SELECT DISTINCT CASE WHEN posting LIKE 'return:%' THEN 'return' ELSE posting END AS name FROM ledger_entries
             WHERE order_id = $1 ORDER BY name",
        )
        .bind(id)
        .fetch_all(db)
        .await
        .unwrap();
        assert_eq!(postings, row.posted, "{what}: what is in the ledger");
        let balances: (i64, i64, i64) = sqlx::query_as(
            "SELECT coalesce(sum(amount) FILTER (WHERE account = 'authorized'), 0)::bigint,
                    coalesce(sum(amount) FILTER (WHERE account = 'captured'), 0)::bigint, coalesce(sum(amount), 0)::bigint
             FROM ledger_entries WHERE order_id = $1",
        )
        .bind(id)
        .fetch_one(db)
        .await
        .unwrap();
        let kept = if row.way.steps().last() == Some(&"delivered") { order.totals.total.amount } else { 0 };
        assert_eq!(balances, (0, kept, 0), "{what}: authorized, captured, and the sum of all");

        // One piece, which is sold or back.
        let hold: String = sqlx::query_scalar("SELECT state FROM holds WHERE order_id = $1").bind(id).fetch_one(db).await.unwrap();
        let sold = row.way.steps().contains(&"shipped");
        assert_eq!(hold, if sold { "claimed" } else { "released" }, "{what}");
        let (available, reserved, _) = self.app.stock(SKU).await;
        let here = if sold && row.way != Way::Refunded { 5 } else { 6 };
        assert_eq!((available, reserved), (here, 0), "{what}");
        self.look_at_levels(available, told_before, what).await;
        assert_eq!(self.app.count("dead_letters").await, 0, "{what}");
        assert_eq!(self.app.count("blocked_aggregates").await, 0, "{what}");
    }

    /// No level was told twice, and the last one told is the one that is.
    async fn look_at_levels(&self, available: i64, told_before: i64, what: &str) {
        let told: Vec<String> = sqlx::query_scalar(
            "SELECT payload ->> 'availability' FROM outbox WHERE event_type = 'stock.changed' AND position > $1 ORDER BY position",
        )
        .bind(told_before)
        .fetch_all(&self.app.database)
        .await
        .unwrap();
        let mut known = vec!["in_stock".to_owned()];
        known.extend(told);
        assert!(known.windows(2).all(|two| two[0] != two[1]), "{what}: {known:?}");
        let now = if available <= Availability::LOW_AT { "low" } else { "in_stock" };
        assert_eq!(known.last().map(String::as_str), Some(now), "{what}: {known:?}");
    }

    async fn until(&self, what: &str, holds: impl AsyncFn() -> bool) {
        let started = Instant::now();
        while !holds().await {
            assert!(started.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        // A destructor cannot wait; the database is the order service's to drop.
        let (brokers, topics) = (self.brokers.clone(), std::mem::take(&mut self.topics));
        let cleaned = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                kafka::delete_topics(&brokers, &topics).await.unwrap();
            });
        });
        if cleaned.join().is_err() {
            eprintln!("the topics of {} are left behind", self.prefix);
        }
    }
}
