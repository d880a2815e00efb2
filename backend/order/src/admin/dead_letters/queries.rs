//! What operators want to know of the orders that dead letters are about.

use std::collections::HashMap;

use sqlx::PgConnection;
use tradewind_contract::OrderNumber;
use tradewind_kit::{Error, Result};
use uuid::Uuid;

/// The numbers of those of `aggregates` that are orders.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql select_order_numbers", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_order_numbers(db: &mut PgConnection, aggregates: &[Uuid]) -> Result<HashMap<Uuid, OrderNumber>> {
    let rows = sqlx::query!("SELECT id, number FROM orders WHERE id = ANY ($1)", aggregates).fetch_all(db).await?;
    let numbers = rows
        .into_iter()
        .map(|row| Ok((row.id, OrderNumber::parse(&row.number).map_err(|error| Error::Corrupt(format!("order {}: {error}", row.id)))?)));
    numbers.collect()
}
