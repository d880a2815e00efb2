//! What the worker counts is the worker's; here it is planted as it leaves it.

use http::Method;
use tradewind_contract::{
    Money,
    reports::{FunnelReport, LatestEvents, SalesReport, TopProducts},
};

use crate::harness::{App, nobody};

const REPORTS: [&str; 4] = ["/admin/reports/sales", "/admin/reports/funnel", "/admin/reports/top-products", "/admin/reports/events"];
const DAY: &str = "from=2026-11-01T00:00:00Z&until=2026-11-02T00:00:00Z";

impl App {
    async fn plant_reports(&self) {
        self.execute(
            "INSERT INTO report_minutes (minute, shard, placed, paid, revenue, cancelled, cancelled_revenue, refunds, refunded, views,
                                         carts, checkouts) VALUES
                 ('2026-10-31 23:59Z', 0, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100),
                 ('2026-11-01 00:00Z', 0, 3, 2, 1001, 1, 0, 0, 0, 50, 6, 4),
                 ('2026-11-01 00:00Z', 3, 1, 1, 500, 0, 0, 0, 0, 7, 1, 1),
                 ('2026-11-01 00:59Z', 1, 0, 0, 0, 1, 500, 1, 250, 0, 0, 0),
                 ('2026-11-01 23:59Z', 2, 0, 1, 99, 0, 0, 0, 0, 1, 0, 0),
                 ('2026-11-02 00:00Z', 0, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100);
             INSERT INTO report_products (hour, sku, shard, pieces, revenue) VALUES
                 ('2026-10-31 23:00Z', 'SENCHA-100', 0, 50, 50000),
                 ('2026-11-01 00:00Z', 'SENCHA-100', 0, 2, 1000), ('2026-11-01 00:00Z', 'SENCHA-100', 1, 1, 500),
                 ('2026-11-01 07:00Z', 'ASSAM-100', 0, 1, 700), ('2026-11-01 08:00Z', 'ASSAM-250', 0, 1, 900);
             INSERT INTO report_views (hour, handle, shard, views)
                 SELECT '2026-11-01 07:00Z', handle, shard, 20 FROM products p JOIN variants v ON v.product_id = p.id,
                        generate_series(0, 1) AS shard WHERE v.sku IN ('SENCHA-100', 'GYOKURO-50');
             INSERT INTO report_views (hour, handle, shard, views) VALUES ('2026-11-01 07:00Z', 'no-longer-sold', 0, 9);",
        )
        .await;
    }

    async fn sales(&self, query: &str) -> SalesReport {
        self.get(&format!("/admin/reports/sales?{query}"), &self.operator()).await.read(200)
    }

    async fn csv(&self, path: &str) -> (String, String, Vec<String>) {
        let answer = self.send(self.request(Method::GET, path, &self.operator()).header("accept", "text/csv")).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let header = |name| answer.headers[name].to_str().unwrap().to_owned();
        (header("content-type"), header("content-disposition"), answer.text.lines().map(ToOwned::to_owned).collect())
    }
}

#[tokio::test]
async fn reports_are_for_operators() {
    let Some(app) = App::start().await else { return };
    for path in REPORTS {
        app.get(path, &nobody()).await.assert_refused(401, "token_invalid");
        for who in [app.guest(), app.shopper()] {
            app.get(path, &who).await.assert_refused(403, "operator_required");
        }
        assert_eq!(app.get(path, &app.operator()).await.status, 200, "{path}, while there is nothing to tell");
    }
}

#[tokio::test]
async fn a_question_that_has_no_answer_is_refused_by_name() {
    let Some(app) = App::start().await else { return };
    let operator = app.operator();
    for report in ["sales", "funnel"] {
        for (query, name) in [
            ("step=week", "step"),
            ("from=yesterday", "from"),
            ("until=2026-11-23", "until"),
            ("from=2026-11-02T00:00:00Z&until=2026-11-01T00:00:00Z", "until"),
            ("step=minute&from=2026-11-01T00:00:00Z&until=2026-11-02T00:00:00Z", "from"),
            ("limit=5", "limit"),
            ("step=day&step=day", "step"),
        ] {
            app.get(&format!("/admin/reports/{report}?{query}"), &operator).await.assert_names(name);
        }
    }
    for (query, name) in [("limit=0", "limit"), ("limit=101", "limit"), ("from=x", "from"), ("step=day", "step")] {
        app.get(&format!("/admin/reports/top-products?{query}"), &operator).await.assert_names(name);
    }
    for (query, name) in [("after=-1", "after"), ("after=x", "after"), ("limit=0", "limit"), ("cursor=x", "cursor")] {
        app.get(&format!("/admin/reports/events?{query}"), &operator).await.assert_names(name);
    }
}

#[tokio::test]
async fn sales_are_added_up_by_step_and_steps_without_any_are_told_too() {
    let Some(app) = App::start().await else { return };
    app.plant_reports().await;
    let hours = app.sales(&format!("step=hour&{DAY}")).await;
    assert_eq!(hours.rows.len(), 24);
    let first = &hours.rows[0];
    assert_eq!(first.start.to_string(), "2026-11-01T00:00:00.000Z");
    assert_eq!((first.sales.placed, first.sales.paid, first.sales.revenue), (4, 3, Money::eur(1_501)));
    assert_eq!((first.sales.cancelled, first.sales.cancelled_revenue), (2, Money::eur(500)));
    assert_eq!((first.sales.refunds, first.sales.refunded), (1, Money::eur(250)));
    assert!(hours.rows[1..23].iter().all(|row| row.sales.placed == 0 && row.sales.revenue.amount == 0));
    assert_eq!(hours.rows[23].sales.revenue, Money::eur(99));
    assert_eq!((hours.total.placed, hours.total.paid, hours.total.revenue), (4, 4, Money::eur(1_600)));

    let days = app.sales(&format!("step=day&{DAY}")).await;
    assert_eq!((days.rows.len(), days.rows[0].sales), (1, hours.total));
    let months = app.sales("step=month&from=2026-10-05T00:00:00Z&until=2026-12-05T00:00:00Z").await;
    let placed: Vec<_> = months.rows.iter().map(|row| (row.start.to_string(), row.sales.placed)).collect();
    assert_eq!(placed, [("2026-10-01T00:00:00.000Z".to_owned(), 100), ("2026-11-01T00:00:00.000Z".to_owned(), 104)]);
    let minutes = app.sales("step=minute&from=2026-11-01T00:00:00Z&until=2026-11-01T01:00:00Z").await;
    assert_eq!((minutes.rows.len(), minutes.rows[0].sales.placed, minutes.rows[59].sales.refunds), (60, 4, 1));
}

#[tokio::test]
async fn the_funnel_narrows_from_looking_to_paying() {
    let Some(app) = App::start().await else { return };
    app.plant_reports().await;
    let funnel: FunnelReport = app.get(&format!("/admin/reports/funnel?step=day&{DAY}"), &app.operator()).await.read(200);
    let total = funnel.total;
    assert_eq!((total.views, total.carts, total.checkouts, total.paid), (58, 7, 5, 4));
    assert_eq!((funnel.rows.len(), funnel.rows[0].funnel), (1, total));
}

#[tokio::test]
async fn top_products_are_those_that_brought_most() {
    let Some(app) = App::start().await else { return };
    app.plant_reports().await;
    let path = "/admin/reports/top-products?from=2026-11-01T00:30:00Z&until=2026-11-01T08:30:00Z";
    let top: TopProducts = app.get(path, &app.operator()).await.read(200);
    assert_eq!([top.from, top.until].map(|at| at.to_string()), ["2026-11-01T00:00:00.000Z", "2026-11-01T09:00:00.000Z"]);
    let rows: Vec<_> = top.rows.iter().map(|row| (row.views, row.pieces, row.revenue.amount)).collect();
    // Both sizes of one tea, then the other tea, then what was only looked at.
    assert_eq!(rows, [(0, 2, 1_600), (40, 3, 1_500), (40, 0, 0)]);
    let top: TopProducts = app.get(&format!("{path}&limit=1"), &app.operator()).await.read(200);
    assert_eq!(top.rows.len(), 1);
}

#[tokio::test]
async fn the_last_events_come_the_newest_first_and_only_what_is_new() {
    let Some(app) = App::start().await else { return };
    app.execute(
        "INSERT INTO report_events (event_id, event_type, aggregate_id, sequence, number, amount, occurred_at)
             SELECT gen_random_uuid(), 'order.paid', gen_random_uuid(), n, 'TW-JP0C-S410', n * 100, now() FROM generate_series(1, 3) n",
    )
    .await;
    let operator = app.operator();
    let latest: LatestEvents = app.get("/admin/reports/events?limit=2", &operator).await.read(200);
    let amounts = |events: &LatestEvents| events.items.iter().map(|event| event.amount.unwrap().amount).collect::<Vec<_>>();
    assert_eq!(amounts(&latest), [300, 200]);
    assert_eq!(latest.items[0].order_number.as_ref().unwrap().as_str(), "TW-JP0C-S410");
    let after = latest.items[1].position;
    let latest: LatestEvents = app.get(&format!("/admin/reports/events?after={after}"), &operator).await.read(200);
    assert_eq!(amounts(&latest), [300]);
}

#[tokio::test]
async fn spreadsheets_get_the_same_numbers() {
    let Some(app) = App::start().await else { return };
    app.plant_reports().await;
    let (kind, disposition, lines) = app.csv(&format!("/admin/reports/sales?step=day&{DAY}")).await;
    assert!(kind.starts_with("text/csv"), "{kind}");
    assert_eq!(disposition, "attachment; filename=\"sales-day-20261101T0000Z.csv\"");
    assert_eq!(
        lines,
        [
            "start,currency,placed,paid,revenue,cancelled,cancelled_revenue,refunds,refunded",
            "2026-11-01T00:00:00.000Z,EUR,4,4,16.00,2,5.00,1,2.50",
        ]
    );
    let (_, _, lines) = app.csv(&format!("/admin/reports/funnel?step=day&{DAY}")).await;
    assert_eq!(lines, ["start,views,carts,checkouts,paid", "2026-11-01T00:00:00.000Z,58,7,5,4"]);
    app.execute(
        "UPDATE products SET title = 'Sencha, \"first\" flush' WHERE id = (SELECT product_id FROM variants WHERE sku = 'SENCHA-100')",
    )
    .await;
    let (_, _, lines) = app.csv(&format!("/admin/reports/top-products?{DAY}")).await;
    assert_eq!(lines.len(), 4);
    assert!(lines[2].ends_with(",\"Sencha, \"\"first\"\" flush\",EUR,40,3,15.00"), "{}", lines[2]);
}
