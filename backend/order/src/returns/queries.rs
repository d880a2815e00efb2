//! Every statement about returns. The caller owns the transaction.

use sqlx::PgConnection;
use tradewind_contract::{
    Money, OrderId, ReturnId, Timestamp, UserId,
    orders::{RequestReturn, Return, ReturnLine, ReturnState},
};
use tradewind_kit::{Error, Result};
use uuid::Uuid;

/// Inserts a return that waits for an operator.
///
/// # Errors
/// `returns_open` when there is one already; the order's lock keeps that from happening.
#[tracing::instrument(skip_all, name = "sql insert_return", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn insert_return(db: &mut PgConnection, order_id: OrderId, request: &RequestReturn, amount: Money) -> Result<Return> {
    let id = Uuid::now_v7();
    let skus: Vec<String> = request.lines.iter().map(|line| line.sku.clone()).collect();
    let quantities: Vec<i32> = request.lines.iter().map(|line| i32::try_from(line.quantity).unwrap_or(i32::MAX)).collect();
    let requested_at = sqlx::query_scalar!(
        "INSERT INTO returns (id, order_id, state, reason, amount) VALUES ($1, $2, 'requested', $3, $4) RETURNING requested_at",
        id,
        order_id.as_uuid(),
        request.reason.trim(),
        amount.amount,
    )
    .fetch_one(&mut *db)
    .await?;
    sqlx::query!(
        "INSERT INTO return_lines (return_id, sku, quantity) SELECT $1, * FROM unnest($2::text[], $3::integer[])",
        id,
        &skus,
        &quantities,
    )
    .execute(db)
    .await?;
    Ok(Return {
        id: id.into(),
        order_id,
        state: ReturnState::Requested,
        lines: request.lines.clone(),
        reason: request.reason.trim().to_owned(),
        amount,
        requested_at: Timestamp(requested_at),
    })
}

/// The return that waits for a decision or for its money, locked until the transaction ends.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql lock_open_return", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn lock_open_return(db: &mut PgConnection, order_id: OrderId) -> Result<Option<Return>> {
    let row = sqlx::query!(
        "SELECT id, state, reason, amount, requested_at FROM returns WHERE order_id = $1 AND state IN ('requested', 'accepted') FOR UPDATE",
        order_id.as_uuid(),
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let lines = sqlx::query!("SELECT sku, quantity FROM return_lines WHERE return_id = $1 ORDER BY sku", row.id).fetch_all(db).await?;
    Ok(Some(Return {
        id: row.id.into(),
        order_id,
        state: parse_state(&row.state)?,
        lines: lines.into_iter().map(|line| ReturnLine { sku: line.sku, quantity: line.quantity.unsigned_abs() }).collect(),
        reason: row.reason,
        amount: Money::eur(row.amount),
        requested_at: Timestamp(row.requested_at),
    }))
}

/// Every return of an order, the oldest first.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql select_returns", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_returns(db: &mut PgConnection, order_id: OrderId) -> Result<Vec<Return>> {
    let rows = sqlx::query!(
        r#"SELECT r.id, r.state, r.reason, r.amount, r.requested_at,
                  array_agg(l.sku ORDER BY l.sku) AS "skus!", array_agg(l.quantity ORDER BY l.sku) AS "quantities!"
           FROM returns r JOIN return_lines l ON l.return_id = r.id WHERE r.order_id = $1 GROUP BY r.id ORDER BY r.requested_at, r.id"#,
        order_id.as_uuid(),
    )
    .fetch_all(db)
    .await?;
    let returns = rows.into_iter().map(|row| {
        let lines = row.skus.into_iter().zip(row.quantities);
        Ok(Return {
            id: row.id.into(),
            order_id,
            state: parse_state(&row.state)?,
            lines: lines.map(|(sku, quantity)| ReturnLine { sku, quantity: quantity.unsigned_abs() }).collect(),
            reason: row.reason,
            amount: Money::eur(row.amount),
            requested_at: Timestamp(row.requested_at),
        })
    });
    returns.collect()
}

fn parse_state(text: &str) -> Result<ReturnState> {
    ReturnState::parse(text).ok_or_else(|| Error::Corrupt(format!("{text:?} is no state of a return")))
}

/// Notes an operator's decision; `restocked` says of an accepted one whether its goods can be sold again.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql decide_return", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn decide_return(db: &mut PgConnection, id: ReturnId, state: ReturnState, by: UserId, restocked: Option<bool>) -> Result<()> {
    sqlx::query!(
        "UPDATE returns SET state = $2, decided_at = now(), decided_by = $3, restocked = $4 WHERE id = $1",
        id.as_uuid(),
        state.as_str(),
        by.as_uuid(),
        restocked,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The money is back.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql finish_return", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn finish_return(db: &mut PgConnection, id: ReturnId) -> Result<()> {
    sqlx::query!("UPDATE returns SET state = 'refunded' WHERE id = $1", id.as_uuid()).execute(db).await?;
    Ok(())
}

/// What came back can be bought again. Stock is locked by SKU, here and wherever several rows are.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql restock_return", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn restock_return(db: &mut PgConnection, id: ReturnId) -> Result<()> {
    sqlx::query!(
        "WITH back AS (SELECT s.sku, l.quantity FROM stock s JOIN return_lines l USING (sku) WHERE l.return_id = $1 ORDER BY s.sku FOR UPDATE OF s)
         UPDATE stock s SET available = s.available + b.quantity, restocked = s.restocked + b.quantity FROM back b WHERE s.sku = b.sku",
        id.as_uuid(),
    )
    .execute(db)
    .await?;
    Ok(())
}
