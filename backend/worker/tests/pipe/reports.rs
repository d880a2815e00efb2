//! The reports' consumer, and counting anew.

use std::{collections::BTreeSet, time::Duration};

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use time::OffsetDateTime;
use tradewind_contract::{EventId, Money, OrderId, OrderNumber, ReturnId, Timestamp, UserId};
use tradewind_events::{
    CartStarted, CheckoutStarted, Envelope, Event, OrderCancelled, OrderDelivered, OrderPaid, OrderPaymentFailed, OrderPlaced,
    OrderRefunded, OrderReturned, OrderShipped, ProductsViewed, order_placed::PlacedLine, products_viewed::ProductViews, topics,
};
use tradewind_kit::{cache::Redis, outbox};
use tradewind_worker::{dispatch::CONSUMERS, payments::Provider, rebuild, saga::Saga};
use uuid::Uuid;

use crate::harness::{Running, Shop};

const RETENTION: Duration = Duration::from_secs(48 * 3600);
const TABLES: [&str; 4] = ["report_aggregates", "report_minutes", "report_products", "report_views"];

/// What the reports are to say of what was told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sums {
    events: i64,
    placed: i64,
    paid: i64,
    revenue: i64,
    cancelled: i64,
    cancelled_revenue: i64,
    refunds: i64,
    refunded: i64,
    carts: i64,
    checkouts: i64,
    views: i64,
    pieces: i64,
}

/// An aggregate's history on its way into the outbox.
struct Teller<'a> {
    db: &'a mut PgConnection,
    /// When its events happened.
    at: OffsetDateTime,
    sequence: i64,
}

impl Teller<'_> {
    async fn tell<E: Event>(&mut self, event: E) {
        self.sequence += 1;
        let id = outbox::append(self.db, &event, self.sequence).await.unwrap();
        let at = self.at + time::Duration::seconds(90 * (self.sequence - 1));
        sqlx::query("UPDATE outbox SET occurred_at = $2 WHERE event_id = $1")
            .bind(id.as_uuid())
            .bind(at)
            .execute(&mut *self.db)
            .await
            .unwrap();
    }
}

impl Shop {
    /// Some trade that began so long ago: orders that end in every way, carts, views. Each way has amounts of its own.
    async fn trade(&self, ago: time::Duration, rounds: i64) -> Sums {
        let mut sums = Sums::default();
        for round in 1..=rounds {
            let at = OffsetDateTime::now_utc() - ago;
            for way in 1..=5 {
                let mut db = self.database.writer().await.unwrap();
                let mut transaction = db.begin().await.unwrap();
                let mut teller = Teller { db: &mut transaction, at, sequence: 0 };
                let order_id = OrderId::from_uuid(Uuid::now_v7());
                let amount = Money::eur(1_000 * way + round);
                let lines = vec![
                    PlacedLine { sku: "TEA-1".into(), quantity: 2, unit_price: Money::eur(100 * way) },
                    PlacedLine { sku: format!("WAY-{way}"), quantity: 1, unit_price: Money::eur(round) },
                ];
                let number = OrderNumber::from_random(u64::try_from(way * 1_000 + round).unwrap());
                teller.tell(OrderPlaced { order_id, number, placed_by: UserId::from_uuid(Uuid::now_v7()), total: amount, lines }).await;
                sums.placed += 1;
                if way == 5 {
                    teller.tell(OrderPaymentFailed { order_id, attempt: 1, reason: "card_declined".into() }).await;
                    teller.tell(OrderCancelled { order_id, reason: "hold_ended".into() }).await;
                    sums.cancelled += 1;
                } else {
                    teller.tell(OrderPaid { order_id, amount, attempt: 1 }).await;
                    sums.paid += 1;
                    sums.revenue += amount.amount;
                    sums.pieces += 3;
                }
                if way == 4 {
                    teller.tell(OrderCancelled { order_id, reason: "shopper".into() }).await;
                    sums.cancelled += 1;
                    sums.cancelled_revenue += amount.amount;
                }
                if way <= 2 {
                    teller.tell(OrderShipped { order_id }).await;
                    teller.tell(OrderDelivered { order_id }).await;
                }
                if way == 1 {
                    let return_id = ReturnId::from_uuid(Uuid::now_v7());
                    teller.tell(OrderReturned { order_id, return_id, amount: Money::eur(200), lines: Vec::new() }).await;
                    teller.tell(OrderRefunded { order_id, return_id, amount: Money::eur(200) }).await;
                    sums.refunds += 1;
                    sums.refunded += 200;
                }
                sums.events += teller.sequence;
                transaction.commit().await.unwrap();
            }
            let mut db = self.database.writer().await.unwrap();
            let mut transaction = db.begin().await.unwrap();
            let mut cart = Teller { db: &mut transaction, at, sequence: 0 };
            let cart_id = Uuid::now_v7();
            cart.tell(CartStarted { cart_id }).await;
            cart.tell(CheckoutStarted { cart_id }).await;
            let run_id = Uuid::now_v7();
            let seen = |handle: &str, count| ProductViews { handle: handle.to_owned(), count };
            let mut run = Teller { db: &mut transaction, at, sequence: 0 };
            run.tell(ProductsViewed { run_id, views: vec![seen("cup", 3), seen("pot", 4)] }).await;
            transaction.commit().await.unwrap();
            sums.carts += 1;
            sums.checkouts += 1;
            sums.views += 7;
            sums.events += 3;
        }
        sums
    }

    fn reports(&self) -> Running {
        let saga = Saga {
            orders: self.database.clone(),
            // Neither is asked by reports.
            redis: Redis::connect("redis://127.0.0.1:9").unwrap(),
            payments: Provider::new("http://127.0.0.1:9").unwrap(),
            ship_after: Duration::ZERO,
            deliver_after: Duration::ZERO,
        };
        let consumer = CONSUMERS.iter().find(|consumer| consumer.name == "reports").unwrap();
        self.run(consumer, saga)
    }

    async fn sums(&self) -> Sums {
        let row: Vec<i64> = sqlx::query_scalar(
            "SELECT ARRAY[(SELECT coalesce(sum(sequence), 0) FROM report_aggregates), coalesce(sum(placed), 0), coalesce(sum(paid), 0),
                          coalesce(sum(revenue), 0), coalesce(sum(cancelled), 0), coalesce(sum(cancelled_revenue), 0),
                          coalesce(sum(refunds), 0), coalesce(sum(refunded), 0), coalesce(sum(carts), 0), coalesce(sum(checkouts), 0),
                          coalesce(sum(views), 0), (SELECT coalesce(sum(pieces), 0) FROM report_products)]::bigint[] FROM report_minutes",
        )
        .fetch_one(self.pool())
        .await
        .unwrap();
        let [events, placed, paid, revenue, cancelled, cancelled_revenue, refunds, refunded, carts, checkouts, views, pieces] = row[..]
        else {
            panic!("{row:?}")
        };
        Sums { events, placed, paid, revenue, cancelled, cancelled_revenue, refunds, refunded, carts, checkouts, views, pieces }
    }

    async fn until_sums(&self, wanted: Sums) {
        self.until(&format!("{wanted:?}"), async || self.sums().await.events >= wanted.events).await;
        assert_eq!(self.sums().await, wanted);
    }

    /// Every row of the reports, but for the list of the last events.
    async fn counted(&self) -> BTreeSet<String> {
        let mut rows = BTreeSet::new();
        for table in TABLES {
            let select = format!("SELECT '{table} ' || to_jsonb(t)::text FROM {table} t");
            rows.extend(sqlx::query_scalar::<_, String>(AssertSqlSafe(select)).fetch_all(self.pool()).await.unwrap());
        }
        rows
    }

    async fn assert_counted(&self, wanted: &BTreeSet<String>) {
        let counted = self.counted().await;
        let wrong: Vec<_> = counted.symmetric_difference(wanted).map(|row| (wanted.contains(row), row)).collect();
        assert!(wrong.is_empty(), "true is what should be there: {wrong:#?}");
    }

    async fn execute(&self, statement: &'static str) {
        sqlx::raw_sql(statement).execute(self.pool()).await.unwrap();
    }
}

impl std::ops::Add for Sums {
    type Output = Self;

    fn add(self, more: Self) -> Self {
        Self {
            events: self.events + more.events,
            placed: self.placed + more.placed,
            paid: self.paid + more.paid,
            revenue: self.revenue + more.revenue,
            cancelled: self.cancelled + more.cancelled,
            cancelled_revenue: self.cancelled_revenue + more.cancelled_revenue,
            refunds: self.refunds + more.refunds,
            refunded: self.refunded + more.refunded,
            carts: self.carts + more.carts,
            checkouts: self.checkouts + more.checkouts,
            views: self.views + more.views,
            pieces: self.pieces + more.pieces,
        }
    }
}

async fn open() -> Option<Shop> {
    let mut shop = Shop::open().await?;
    shop.make_topics(&[topics::USER_EVENTS, topics::CATALOG_EVENTS]).await;
    Some(shop)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_event_is_counted_once_however_often_it_comes() {
    let Some(shop) = open().await else { return };
    let sums = shop.trade(time::Duration::minutes(10), 3).await;
    let running = (shop.relay(), shop.reports());
    shop.until_sums(sums).await;
    let counted = shop.counted().await;
    let listed = shop.count("report_events").await;
    assert_eq!(listed, sums.events - 3, "all but the views");
    // As after a crash before anything was marked or told.
    shop.execute("UPDATE outbox SET published_at = NULL").await;
    shop.until_count("outbox WHERE published_at IS NULL", 0).await;
    let more = shop.trade(time::Duration::minutes(5), 1).await;
    shop.until_sums(sums + more).await;
    shop.until_count("report_events", listed + more.events - 1).await;
    assert_ne!(shop.counted().await, counted);
    running.0.stop().await;
    running.1.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_minute_is_the_one_in_which_it_happened() {
    let Some(shop) = open().await else { return };
    let running = shop.reports();
    let order_id = OrderId::from_uuid(Uuid::now_v7());
    let event = OrderPaid { order_id, amount: Money::eur(1_250), attempt: 1 };
    let at = OffsetDateTime::from_unix_timestamp(1_793_491_199).unwrap();
    shop.send(&Envelope {
        id: EventId::from_uuid(Uuid::now_v7()),
        kind: OrderPaid::TYPE.to_owned(),
        version: OrderPaid::VERSION,
        aggregate_id: order_id.into(),
        sequence: 2,
        occurred_at: Timestamp(at),
        payload: serde_json::to_value(event).unwrap(),
    })
    .await;
    shop.until_count("report_minutes", 1).await;
    let row: (OffsetDateTime, i64) = sqlx::query_as("SELECT minute, revenue FROM report_minutes").fetch_one(shop.pool()).await.unwrap();
    assert_eq!(row, (OffsetDateTime::from_unix_timestamp(1_793_491_140).unwrap(), 1_250));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reports_that_are_rebuilt_are_as_they_were_counted() {
    let Some(shop) = open().await else { return };
    let running = (shop.relay(), shop.reports());
    // Days ago, across the end of what the outbox keeps, and now.
    let mut sums = shop.trade(time::Duration::days(5), 2).await;
    sums = sums + shop.trade(time::Duration::hours(47) + time::Duration::minutes(3), 4).await;
    sums = sums + shop.trade(time::Duration::minutes(30), 4).await;
    shop.until_sums(sums).await;
    shop.until_count("outbox WHERE published_at IS NULL", 0).await;
    let counted = shop.counted().await;
    shop.execute("DELETE FROM outbox WHERE occurred_at < now() - interval '48 hours'").await;

    let rebuilt = rebuild::run(&shop.url(), RETENTION).await.unwrap();
    shop.assert_counted(&counted).await;
    assert!(rebuilt.events > 0 && rebuilt.events < sums.events.unsigned_abs(), "{rebuilt:?}");

    // What somebody has spoiled since then is as it was.
    shop.execute(
        "UPDATE report_minutes SET placed = placed + 7, revenue = 0 WHERE minute > now() - interval '40 hours';
         DELETE FROM report_products WHERE hour > now() - interval '40 hours'; UPDATE report_views SET views = 1
         WHERE hour > now() - interval '40 hours'; DELETE FROM report_aggregates WHERE random() < 0.3 AND paid_at > now() - interval '40 hours'",
    )
    .await;
    assert_ne!(shop.counted().await, counted);
    rebuild::run(&shop.url(), RETENTION).await.unwrap();
    shop.assert_counted(&counted).await;
    running.0.stop().await;
    running.1.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counting_goes_on_while_reports_are_rebuilt() {
    let Some(shop) = open().await else { return };
    let running = (shop.relay(), shop.reports());
    let mut sums = shop.trade(time::Duration::hours(3), 20).await;
    let (trade, rebuilds) = tokio::join!(
        async {
            let mut more = Sums::default();
            for _ in 0..20 {
                more = more + shop.trade(time::Duration::minutes(2), 1).await;
            }
            more
        },
        async {
            for _ in 0..5 {
                rebuild::run(&shop.url(), RETENTION).await.unwrap();
            }
        },
    );
    sums = sums + trade;
    let () = rebuilds;
    shop.until_sums(sums).await;
    let counted = shop.counted().await;
    rebuild::run(&shop.url(), RETENTION).await.unwrap();
    shop.assert_counted(&counted).await;
    assert_eq!(shop.count("dead_letters").await, 0);
    running.0.stop().await;
    running.1.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_do_not_rebuild_at_once() {
    let Some(shop) = open().await else { return };
    let mut other = PgConnection::connect(&shop.url()).await.unwrap();
    sqlx::query("SELECT pg_advisory_lock($1)").bind(rebuild::LOCK).execute(&mut other).await.unwrap();
    let error = rebuild::run(&shop.url(), RETENTION).await.unwrap_err().to_string();
    assert_eq!(error, "somebody else is rebuilding the reports");
    other.close().await.unwrap();
    rebuild::run(&shop.url(), RETENTION).await.unwrap();
}
