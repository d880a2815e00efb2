//! Every statement of the cart.

use std::collections::BTreeMap;

use sqlx::{PgConnection, types::Json};
use time::OffsetDateTime;
use tradewind_contract::{
    Money, Timestamp, UserId,
    cart::{Cart, CartLine},
    catalog::Availability,
    limits::LINES_MAX,
};
use tradewind_kit::{Error, Refusal, Result};
use tradewind_pictures::View;
use uuid::Uuid;

use super::funnel::Stage;
use crate::catalog::model::image;

#[derive(Debug)]
struct LineRow {
    sku: String,
    handle: String,
    title: String,
    family: String,
    options: Json<BTreeMap<String, String>>,
    price: i64,
    quantity: i32,
    available: i64,
}

impl From<LineRow> for CartLine {
    fn from(row: LineRow) -> Self {
        let availability = Availability::of(row.available);
        let short = row.available < i64::from(row.quantity);
        Self {
            sku: row.sku,
            image: image(&row.family, &row.handle, &row.title, View::Front),
            handle: row.handle,
            title: row.title,
            options: row.options.0,
            unit_price: Money::eur(row.price),
            quantity: row.quantity.unsigned_abs(),
            availability,
            available: (short || availability == Availability::Low).then(|| u32::try_from(row.available).unwrap_or(0)),
        }
    }
}

/// The owner's cart with today's prices, in the order in which things were put in; empty when there is none.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql select_cart", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_cart(db: &mut PgConnection, owner: UserId) -> Result<Cart> {
    let head = sqlx::query!("SELECT version, updated_at FROM carts WHERE owner = $1", owner.as_uuid()).fetch_optional(&mut *db).await?;
    let rows = sqlx::query_as!(
        LineRow,
        r#"SELECT l.sku, p.handle, p.title, p.family, v.options AS "options: _", v.price, l.quantity, s.available
           FROM cart_lines l JOIN variants v USING (sku) JOIN products p ON p.id = v.product_id JOIN stock s USING (sku)
           WHERE l.owner = $1 ORDER BY l.added_at, l.sku"#,
        owner.as_uuid(),
    )
    .fetch_all(db)
    .await?;
    let lines: Vec<CartLine> = rows.into_iter().map(CartLine::from).collect();
    let subtotal = lines.iter().map(|line| line.unit_price.amount * i64::from(line.quantity)).sum();
    let (version, updated_at) = head.map_or((0, OffsetDateTime::UNIX_EPOCH), |head| (head.version, head.updated_at));
    Ok(Cart { lines, subtotal: Money::eur(subtotal), version, updated_at: Timestamp(updated_at) })
}

/// Counts a change of the cart, making it when it is not there, and locks it for the transaction. Answers with whether nothing was put
/// into it yet.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql touch_cart", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn touch_cart(db: &mut PgConnection, owner: UserId) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"INSERT INTO carts (owner, version) VALUES ($1, 1)
           ON CONFLICT (owner) DO UPDATE SET version = carts.version + 1, updated_at = now() RETURNING stage = 'empty' AS "is_empty!""#,
        owner.as_uuid(),
    )
    .fetch_one(db)
    .await?)
}

/// Moves the cart from one stage to another, when it is there; answers with the cart's id and the sequence of the event that tells it.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql advance_stage", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn advance_stage(db: &mut PgConnection, owner: UserId, from: Stage, to: Stage) -> Result<Option<(Uuid, i64)>> {
    let advanced = sqlx::query!(
        "WITH advanced AS (UPDATE carts SET stage = $3 WHERE owner = $1 AND stage = $2 RETURNING id)
         INSERT INTO aggregate_sequences AS s (aggregate_id, sequence) SELECT id, 1 FROM advanced
         ON CONFLICT (aggregate_id) DO UPDATE SET sequence = s.sequence + 1 RETURNING aggregate_id, sequence",
        owner.as_uuid(),
        from.as_str(),
        to.as_str(),
    )
    .fetch_optional(db)
    .await?;
    Ok(advanced.map(|row| (row.aggregate_id, row.sequence)))
}

/// Sets a line's quantity.
///
/// # Errors
/// 404 for a SKU that is not sold; 422 `cart_full` beyond a hundred lines.
#[tracing::instrument(skip_all, name = "sql upsert_line", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn upsert_line(db: &mut PgConnection, owner: UserId, sku: &str, quantity: u32) -> Result<()> {
    let inserted = sqlx::query!(
        "INSERT INTO cart_lines (owner, sku, quantity)
         SELECT $1, $2, $3 WHERE EXISTS (SELECT 1 FROM variants v JOIN products p ON p.id = v.product_id WHERE v.sku = $2 AND p.archived_at IS NULL)
         ON CONFLICT (owner, sku) DO UPDATE SET quantity = EXCLUDED.quantity",
        owner.as_uuid(),
        sku,
        i32::try_from(quantity).map_err(|_| Error::Corrupt("quantity".into()))?,
    )
    .execute(&mut *db)
    .await?;
    if inserted.rows_affected() == 0 {
        return Err(Refusal::not_found().into());
    }
    let lines =
        sqlx::query_scalar!(r#"SELECT count(*) AS "lines!" FROM cart_lines WHERE owner = $1"#, owner.as_uuid()).fetch_one(db).await?;
    if usize::try_from(lines).unwrap_or(usize::MAX) > LINES_MAX {
        let mut refusal = Refusal::invalid_field("sku", "cart_full", "A basket has at most 100 different goods.");
        refusal.code = "cart_full";
        return Err(refusal.into());
    }
    Ok(())
}

/// Takes a line out; nothing happens when it is not there.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql delete_line", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn delete_line(db: &mut PgConnection, owner: UserId, sku: &str) -> Result<()> {
    sqlx::query!(
        "WITH deleted AS (DELETE FROM cart_lines WHERE owner = $1 AND sku = $2)
         UPDATE carts SET stage = 'empty' WHERE owner = $1 AND NOT EXISTS (SELECT FROM cart_lines WHERE owner = $1 AND sku <> $2)",
        owner.as_uuid(),
        sku,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes everything out.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql delete_lines", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn delete_lines(db: &mut PgConnection, owner: UserId) -> Result<()> {
    sqlx::query!(
        "WITH deleted AS (DELETE FROM cart_lines WHERE owner = $1) UPDATE carts SET stage = 'empty' WHERE owner = $1",
        owner.as_uuid(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes who claims a guest; answers with whose the guest is then.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql insert_claim", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn insert_claim(db: &mut PgConnection, guest: UserId, user: UserId) -> Result<UserId> {
    // The update that changes nothing makes RETURNING answer with the row that was there already.
    let owner = sqlx::query_scalar!(
        "INSERT INTO guest_claims (guest, claimed_by) VALUES ($1, $2)
         ON CONFLICT (guest) DO UPDATE SET claimed_by = guest_claims.claimed_by RETURNING claimed_by",
        guest.as_uuid(),
        user.as_uuid(),
    )
    .fetch_one(db)
    .await?;
    Ok(owner.into())
}

/// Moves the guest's lines to the user's cart (same SKU: quantities add, at most 99) and the guest's orders too.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql move_guest", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn move_guest(db: &mut PgConnection, guest: UserId, user: UserId) -> Result<()> {
    sqlx::query!(
        "WITH moved AS (DELETE FROM cart_lines WHERE owner = $1 RETURNING sku, quantity, added_at)
         INSERT INTO cart_lines (owner, sku, quantity, added_at) SELECT $2, sku, quantity, added_at FROM moved
         ON CONFLICT (owner, sku) DO UPDATE SET quantity = least(99, cart_lines.quantity + EXCLUDED.quantity)",
        guest.as_uuid(),
        user.as_uuid(),
    )
    .execute(&mut *db)
    .await?;
    // What was put into it counts once, whoever's it is now.
    sqlx::query!(
        "WITH emptied AS (UPDATE carts SET stage = 'empty' WHERE owner = $1 AND stage <> 'empty')
         UPDATE carts SET stage = g.stage FROM carts g WHERE carts.owner = $2 AND carts.stage = 'empty' AND g.owner = $1 AND g.owner <> $2",
        guest.as_uuid(),
        user.as_uuid(),
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("UPDATE orders SET owner = $2 WHERE owner = $1", guest.as_uuid(), user.as_uuid()).execute(db).await?;
    Ok(())
}
