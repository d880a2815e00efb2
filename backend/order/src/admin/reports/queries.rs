//! Every statement of the reports. Nothing is written here.

use sqlx::PgConnection;
use time::OffsetDateTime;
use tradewind_contract::{
    EventId, Money, OrderNumber, Timestamp,
    reports::{Funnel, FunnelRow, LatestEvent, Sales, SalesRow, TopProduct},
};
use tradewind_kit::{Error, Result};

use super::model::Span;

/// One row of every step, the oldest first.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql select_sales", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_sales(db: &mut PgConnection, span: Span) -> Result<Vec<SalesRow>> {
    let rows = sqlx::query!(
        r#"WITH counted AS (
               SELECT date_trunc($1, minute, 'UTC') AS start, sum(placed)::bigint AS placed, sum(paid)::bigint AS paid,
                      sum(revenue)::bigint AS revenue, sum(cancelled)::bigint AS cancelled,
                      sum(cancelled_revenue)::bigint AS cancelled_revenue, sum(refunds)::bigint AS refunds,
                      sum(refunded)::bigint AS refunded
               FROM report_minutes WHERE minute >= $2 AND minute < $3 GROUP BY 1
           )
           SELECT s.start AT TIME ZONE 'UTC' AS "start!", coalesce(placed, 0) AS "placed!", coalesce(paid, 0) AS "paid!",
                  coalesce(revenue, 0) AS "revenue!", coalesce(cancelled, 0) AS "cancelled!",
                  coalesce(cancelled_revenue, 0) AS "cancelled_revenue!", coalesce(refunds, 0) AS "refunds!",
                  coalesce(refunded, 0) AS "refunded!"
           FROM generate_series($2::timestamptz AT TIME ZONE 'UTC', ($3::timestamptz - interval '1 second') AT TIME ZONE 'UTC',
                                ('1 ' || $1)::interval) AS s (start)
           LEFT JOIN counted c ON c.start = s.start AT TIME ZONE 'UTC' ORDER BY s.start"#,
        span.step.as_str(),
        span.from,
        span.until,
    )
    .fetch_all(db)
    .await?;
    let rows = rows.into_iter().map(|row| SalesRow {
        start: Timestamp(row.start),
        sales: Sales {
            placed: row.placed.unsigned_abs(),
            paid: row.paid.unsigned_abs(),
            revenue: Money::eur(row.revenue),
            cancelled: row.cancelled.unsigned_abs(),
            cancelled_revenue: Money::eur(row.cancelled_revenue),
            refunds: row.refunds.unsigned_abs(),
            refunded: Money::eur(row.refunded),
        },
    });
    Ok(rows.collect())
}

/// One row of every step, the oldest first.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql select_funnel", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_funnel(db: &mut PgConnection, span: Span) -> Result<Vec<FunnelRow>> {
    let rows = sqlx::query!(
        r#"WITH counted AS (
               SELECT date_trunc($1, minute, 'UTC') AS start, sum(views)::bigint AS views, sum(carts)::bigint AS carts,
                      sum(checkouts)::bigint AS checkouts, sum(paid)::bigint AS paid
               FROM report_minutes WHERE minute >= $2 AND minute < $3 GROUP BY 1
           )
           SELECT s.start AT TIME ZONE 'UTC' AS "start!", coalesce(views, 0) AS "views!", coalesce(carts, 0) AS "carts!",
                  coalesce(checkouts, 0) AS "checkouts!", coalesce(paid, 0) AS "paid!"
           FROM generate_series($2::timestamptz AT TIME ZONE 'UTC', ($3::timestamptz - interval '1 second') AT TIME ZONE 'UTC',
                                ('1 ' || $1)::interval) AS s (start)
           LEFT JOIN counted c ON c.start = s.start AT TIME ZONE 'UTC' ORDER BY s.start"#,
        span.step.as_str(),
        span.from,
        span.until,
    )
    .fetch_all(db)
    .await?;
    let rows = rows.into_iter().map(|row| FunnelRow {
        start: Timestamp(row.start),
        funnel: Funnel {
            views: row.views.unsigned_abs(),
            carts: row.carts.unsigned_abs(),
            checkouts: row.checkouts.unsigned_abs(),
            paid: row.paid.unsigned_abs(),
        },
    });
    Ok(rows.collect())
}

/// Up to `limit` products that were sold or looked at, those that brought most first. `from` and `until` are whole hours.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql select_top_products", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_top_products(
    db: &mut PgConnection,
    from: OffsetDateTime,
    until: OffsetDateTime,
    limit: i64,
) -> Result<Vec<TopProduct>> {
    let rows = sqlx::query!(
        r#"WITH sold AS (
               SELECT v.product_id AS id, sum(s.pieces)::bigint AS pieces, sum(s.revenue)::bigint AS revenue
               FROM report_products s JOIN variants v USING (sku) WHERE s.hour >= $1 AND s.hour < $2 GROUP BY 1
           ), seen AS (
               SELECT p.id, sum(w.views)::bigint AS views
               FROM report_views w JOIN products p USING (handle) WHERE w.hour >= $1 AND w.hour < $2 GROUP BY 1
           )
           SELECT p.handle, p.title, coalesce(seen.views, 0) AS "views!", coalesce(sold.pieces, 0) AS "pieces!",
                  coalesce(sold.revenue, 0) AS "revenue!"
           FROM sold FULL JOIN seen USING (id) JOIN products p USING (id)
           ORDER BY sold.revenue DESC NULLS LAST, seen.views DESC NULLS LAST, p.handle LIMIT $3"#,
        from,
        until,
        limit,
    )
    .fetch_all(db)
    .await?;
    let rows = rows.into_iter().map(|row| TopProduct {
        handle: row.handle,
        title: row.title,
        views: row.views.unsigned_abs(),
        pieces: row.pieces.unsigned_abs(),
        revenue: Money::eur(row.revenue),
    });
    Ok(rows.collect())
}

/// Up to `limit` of the last events, after the position `after`, the newest first.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql select_latest_events", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_latest_events(db: &mut PgConnection, after: i64, limit: i64) -> Result<Vec<LatestEvent>> {
    let rows = sqlx::query!(
        "SELECT position, event_id, event_type, aggregate_id, sequence, number, amount, occurred_at FROM report_events
         WHERE position > $1 ORDER BY position DESC LIMIT $2",
        after,
        limit,
    )
    .fetch_all(db)
    .await?;
    let events = rows.into_iter().map(|row| {
        let number = row.number.map(|number| OrderNumber::parse(&number)).transpose();
        Ok(LatestEvent {
            position: row.position,
            event_id: EventId::from_uuid(row.event_id).into(),
            event_type: row.event_type,
            aggregate_id: row.aggregate_id,
            sequence: row.sequence,
            order_number: number.map_err(|_| Error::Corrupt("an order's number".to_owned()))?,
            amount: row.amount.map(Money::eur),
            occurred_at: Timestamp(row.occurred_at),
        })
    });
    events.collect()
}
