//! The worker's own statements. Those of orders, their timers and their payments are the order crate's.

use sqlx::PgConnection;
use tradewind_contract::{OrderId, ProductId, catalog::Availability};
use tradewind_events::StockChanged;
use tradewind_kit::{Error, Result};

/// The levels that changed since they were told last, of everything that the order holds or held; they count as told now.
/// Rows are locked by SKU, as everywhere.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql announce_levels", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn announce_levels(db: &mut PgConnection, order: OrderId) -> Result<Vec<StockChanged>> {
    let rows = sqlx::query!(
        r#"WITH now_at AS (
               SELECT s.sku, CASE WHEN s.available <= 0 THEN 'out' WHEN s.available <= $2 THEN 'low' ELSE 'in_stock' END AS level
               FROM stock s JOIN holds h USING (sku) WHERE h.order_id = $1 ORDER BY s.sku FOR UPDATE OF s
           )
           UPDATE stock s SET announced = n.level FROM now_at n, variants v, products p
           WHERE s.sku = n.sku AND v.sku = s.sku AND p.id = v.product_id
             AND n.level <> coalesce(s.announced, CASE WHEN s.initial <= 0 THEN 'out' WHEN s.initial <= $2 THEN 'low' ELSE 'in_stock' END)
           RETURNING p.id, p.handle, s.sku, n.level AS "level!""#,
        order.as_uuid(),
        Availability::LOW_AT,
    )
    .fetch_all(db)
    .await?;
    let changes = rows.into_iter().map(|row| {
        let availability = Availability::parse(&row.level).ok_or_else(|| Error::Corrupt(format!("{:?} is no level", row.level)))?;
        Ok(StockChanged { product_id: ProductId::from_uuid(row.id), handle: row.handle, sku: row.sku, availability })
    });
    changes.collect()
}

/// The next sequence of an aggregate without a row to lock, which stays locked until the transaction ends.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql next_sequence", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn next_sequence(db: &mut PgConnection, aggregate: uuid::Uuid) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        "INSERT INTO aggregate_sequences (aggregate_id, sequence) VALUES ($1, 1)
         ON CONFLICT (aggregate_id) DO UPDATE SET sequence = aggregate_sequences.sequence + 1 RETURNING sequence",
        aggregate,
    )
    .fetch_one(db)
    .await?)
}
