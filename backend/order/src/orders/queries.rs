//! Every statement of shipping, quotes and orders. The caller owns the transaction.

use std::collections::BTreeMap;

use sqlx::{PgConnection, types::Json};
use time::OffsetDateTime;
use tradewind_contract::{
    Money, OrderId, OrderNumber, Timestamp, UserId,
    orders::{Address, DeliveryTime, Order, OrderEvent, OrderLine, OrderStatus, OrderTransition, PlaceOrder, ShippingMethod, Totals},
    problem::UnavailableLine,
};
use tradewind_kit::{Error, Refusal, Result, idempotency::IdempotencyKey, telemetry};
use tradewind_pictures::View;
use uuid::Uuid;

use super::model::{HOLD_MINUTES, OrderCursor, PricedLine, ShippingPrice, may_follow};
use crate::catalog::model::image;

/// Ways to ship to a country, cheapest class first.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql select_shipping_methods", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_shipping_methods(db: &mut PgConnection, country: &str) -> Result<Vec<ShippingMethod>> {
    let rows: Vec<(String, String, i64, Option<i64>, i32, i32)> = sqlx::query_as(
        "SELECT id, title, price, free_from, min_days, max_days FROM shipping_methods WHERE $1 = ANY(countries) ORDER BY position, id",
    )
    .bind(country)
    .fetch_all(db)
    .await?;
    let method = |(id, title, price, free_from, min_days, max_days): (String, String, i64, Option<i64>, i32, i32)| ShippingMethod {
        id,
        title,
        price: Money::eur(price),
        free_from: free_from.map(Money::eur),
        delivery: DeliveryTime { min_days: min_days.unsigned_abs(), max_days: max_days.unsigned_abs() },
    };
    Ok(rows.into_iter().map(method).collect())
}

/// What `method` costs to `country`.
///
/// # Errors
/// 422 at `/shipping_method` when it does not go there.
#[tracing::instrument(skip_all, name = "sql select_shipping_price", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_shipping_price(db: &mut PgConnection, method: &str, country: &str) -> Result<ShippingPrice> {
    let price: Option<ShippingPrice> =
        sqlx::query_as("SELECT price, free_from FROM shipping_methods WHERE id = $1 AND $2 = ANY(countries)")
            .bind(method)
            .bind(country)
            .fetch_optional(db)
            .await?;
    price.ok_or_else(|| Refusal::invalid_field("/shipping_method", "invalid", "This way of shipping does not go to that country.").into())
}

/// Locks the owner's cart until the transaction ends, so that two orders cannot be made of it.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql lock_cart", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn lock_cart(db: &mut PgConnection, owner: UserId) -> Result<()> {
    sqlx::query("SELECT 1 FROM carts WHERE owner = $1 FOR UPDATE").bind(owner.as_uuid()).execute(db).await?;
    Ok(())
}

/// A cart's line as an order takes it over.
#[derive(Debug, sqlx::FromRow)]
pub struct CartLineToOrder {
    pub sku: String,
    pub quantity: i32,
    pub price: i64,
    pub handle: String,
    pub title: String,
    pub family: String,
    pub options: Json<BTreeMap<String, String>>,
}

impl From<&CartLineToOrder> for PricedLine {
    fn from(line: &CartLineToOrder) -> Self {
        Self { sku: line.sku.clone(), quantity: line.quantity.unsigned_abs(), unit_price_minor: line.price }
    }
}

/// The cart's lines at today's prices, sorted by SKU: the order in which stock is locked.
///
/// # Errors
/// 409 `cart_empty` when there are none.
#[tracing::instrument(skip_all, name = "sql select_cart_lines", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_cart_lines(db: &mut PgConnection, owner: UserId) -> Result<Vec<CartLineToOrder>> {
    let lines: Vec<CartLineToOrder> = sqlx::query_as(
        "SELECT l.sku, l.quantity, v.price, p.handle, p.title, p.family, v.options
         FROM cart_lines l JOIN variants v USING (sku) JOIN products p ON p.id = v.product_id
         WHERE l.owner = $1 ORDER BY l.sku",
    )
    .bind(owner.as_uuid())
    .fetch_all(db)
    .await?;
    if lines.is_empty() {
        return Err(Refusal::conflict("cart_empty", "Your basket is empty", "There is nothing to order.").into());
    }
    Ok(lines)
}

/// Inserts the order with its first step.
///
/// # Errors
/// `orders_one_per_key` when this key has made an order already, `orders_number_key` for a number that is taken.
#[tracing::instrument(skip_all, name = "sql insert_order", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn insert_order(
    db: &mut PgConnection,
    id: OrderId,
    number: &OrderNumber,
    owner: UserId,
    key: &IdempotencyKey,
    place: &PlaceOrder,
    totals: &Totals,
) -> Result<()> {
    sqlx::query(
        "WITH placed AS (
             INSERT INTO orders (id, number, owner, placed_by, idempotency_key, status, version, email, shipping_address, shipping_method,
                                 payment_token, currency, subtotal, shipping, tax, total)
             VALUES ($1, $2, $3, $3, $4, 'placed', 1, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ), first_step AS (
             INSERT INTO order_history (order_id, version, status) VALUES ($1, 1, 'placed')
         )
         INSERT INTO order_timers (order_id, kind, due_at, traceparent) VALUES ($1, 'end_hold', now() + make_interval(mins => $14), $15)",
    )
    .bind(id.as_uuid())
    .bind(number.as_str())
    .bind(owner.as_uuid())
    .bind(key.as_str())
    .bind(place.email.trim())
    .bind(Json(&place.shipping_address))
    .bind(&place.shipping_method)
    .bind(&place.payment_token)
    .bind(totals.total.currency.as_str())
    .bind(totals.subtotal.amount)
    .bind(totals.shipping.amount)
    .bind(totals.tax.amount)
    .bind(totals.total.amount)
    .bind(HOLD_MINUTES)
    .bind(telemetry::traceparent())
    .execute(db)
    .await?;
    Ok(())
}

/// Inserts the order's lines and empties the cart.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql insert_order_lines", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn insert_order_lines(db: &mut PgConnection, id: OrderId, owner: UserId, lines: &[CartLineToOrder]) -> Result<()> {
    let positions: Vec<i32> = (1..).take(lines.len()).collect();
    let options: Vec<serde_json::Value> = lines.iter().map(|line| serde_json::to_value(&line.options.0)).collect::<Result<_, _>>()?;
    sqlx::query(
        "WITH emptied AS (DELETE FROM cart_lines WHERE owner = $10), counted AS (UPDATE carts SET version = version + 1, updated_at = now() WHERE owner = $10)
         INSERT INTO order_lines (order_id, position, sku, quantity, unit_price, handle, title, family, options)
         SELECT $1, * FROM unnest($2::integer[], $3::text[], $4::integer[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::jsonb[])",
    )
    .bind(id.as_uuid())
    .bind(positions)
    .bind(lines.iter().map(|line| line.sku.clone()).collect::<Vec<_>>())
    .bind(lines.iter().map(|line| line.quantity).collect::<Vec<_>>())
    .bind(lines.iter().map(|line| line.price).collect::<Vec<_>>())
    .bind(lines.iter().map(|line| line.handle.clone()).collect::<Vec<_>>())
    .bind(lines.iter().map(|line| line.title.clone()).collect::<Vec<_>>())
    .bind(lines.iter().map(|line| line.family.clone()).collect::<Vec<_>>())
    .bind(options)
    .bind(owner.as_uuid())
    .execute(db)
    .await?;
    Ok(())
}

/// Sets the lines' stock aside for the order, as late in the transaction as possible. Lines come sorted by SKU,
/// so that two orders never wait for each other in a circle.
///
/// # Errors
/// 409 `out_of_stock` that names every line that the stock does not cover.
#[tracing::instrument(skip_all, name = "sql hold_stock", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn hold_stock(db: &mut PgConnection, id: OrderId, lines: &[PricedLine]) -> Result<()> {
    for line in lines {
        let updated = sqlx::query(
            "WITH taken AS (
                 UPDATE stock SET available = available - $2, reserved = reserved + $2 WHERE sku = $1 AND available >= $2 RETURNING sku
             )
             INSERT INTO holds (order_id, sku, quantity, expires_at)
             SELECT $3, sku, $4, now() + make_interval(mins => $5) FROM taken",
        )
        .bind(&line.sku)
        .bind(i64::from(line.quantity))
        .bind(id.as_uuid())
        .bind(i32::try_from(line.quantity).map_err(|_| Error::Corrupt("quantity".into()))?)
        .bind(HOLD_MINUTES)
        .execute(&mut *db)
        .await?;
        if updated.rows_affected() == 0 {
            return Err(out_of_stock(db, id, lines).await?.into());
        }
    }
    Ok(())
}

async fn out_of_stock(db: &mut PgConnection, id: OrderId, lines: &[PricedLine]) -> Result<Refusal> {
    let skus: Vec<String> = lines.iter().map(|line| line.sku.clone()).collect();
    // What this transaction has already taken counts as available to it.
    let available: Vec<(String, i64)> = sqlx::query_as(
        "SELECT s.sku, s.available + coalesce(h.quantity, 0) FROM stock s LEFT JOIN holds h ON h.sku = s.sku AND h.order_id = $2
         WHERE s.sku = ANY($1) ORDER BY s.sku",
    )
    .bind(skus)
    .bind(id.as_uuid())
    .fetch_all(db)
    .await?;
    let mut refusal = Refusal::conflict("out_of_stock", "Some of it is sold out", "Somebody was faster. See lines for what is left.");
    for line in lines {
        let left = available.iter().find(|(sku, _)| *sku == line.sku).map_or(0, |(_, available)| *available);
        if left < i64::from(line.quantity) {
            let available = u32::try_from(left).unwrap_or(0);
            refusal.lines.push(UnavailableLine { sku: line.sku.clone(), requested: line.quantity, available });
        }
    }
    Ok(refusal)
}

#[derive(Debug, sqlx::FromRow)]
struct OrderRow {
    id: Uuid,
    number: String,
    status: String,
    version: i64,
    email: String,
    shipping_address: Json<Address>,
    shipping_method: String,
    subtotal: i64,
    shipping: i64,
    tax: i64,
    total: i64,
    placed_at: OffsetDateTime,
}

const ORDER: &str =
    "SELECT id, number, status, version, email, shipping_address, shipping_method, subtotal, shipping, tax, total, placed_at FROM orders";

/// The owner's order, whole; somebody else's is none.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql select_order", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_order(db: &mut PgConnection, id: OrderId, owner: UserId) -> Result<Option<Order>> {
    let statement = sqlx::AssertSqlSafe(format!("{ORDER} WHERE id = $1 AND owner = $2"));
    let row: Option<OrderRow> = sqlx::query_as(statement).bind(id.as_uuid()).bind(owner.as_uuid()).fetch_optional(&mut *db).await?;
    Ok(complete(db, row.into_iter().collect()).await?.pop())
}

/// The order that an identity's key has made, when it has.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql select_order_by_key", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_order_by_key(db: &mut PgConnection, placed_by: UserId, key: &IdempotencyKey) -> Result<Option<Order>> {
    let statement = sqlx::AssertSqlSafe(format!("{ORDER} WHERE placed_by = $1 AND idempotency_key = $2"));
    let row: Option<OrderRow> = sqlx::query_as(statement).bind(placed_by.as_uuid()).bind(key.as_str()).fetch_optional(&mut *db).await?;
    Ok(complete(db, row.into_iter().collect()).await?.pop())
}

/// A page of the owner's orders, newest first, and the cursor of the next.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql select_orders", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_orders(
    db: &mut PgConnection,
    owner: UserId,
    after: Option<OrderCursor>,
    limit: u32,
) -> Result<(Vec<Order>, Option<String>)> {
    let statement = sqlx::AssertSqlSafe(format!(
        "{ORDER} WHERE owner = $1 AND ($2::timestamptz IS NULL OR (placed_at, id) < ($2, $3)) ORDER BY placed_at DESC, id DESC LIMIT $4"
    ));
    let mut rows: Vec<OrderRow> = sqlx::query_as(statement)
        .bind(owner.as_uuid())
        .bind(after.map(|cursor| cursor.placed_at))
        .bind(after.map(|cursor| cursor.id))
        .bind(i64::from(limit) + 1)
        .fetch_all(&mut *db)
        .await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(|row| OrderCursor { placed_at: row.placed_at, id: row.id }.encode());
    Ok((complete(db, rows).await?, next))
}

#[derive(Debug, sqlx::FromRow)]
struct OrderLineRow {
    order_id: Uuid,
    sku: String,
    quantity: i32,
    unit_price: i64,
    handle: String,
    title: String,
    family: String,
    options: Json<BTreeMap<String, String>>,
}

/// Adds lines and history: two statements, however many orders.
async fn complete(db: &mut PgConnection, rows: Vec<OrderRow>) -> Result<Vec<Order>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let lines: Vec<OrderLineRow> = sqlx::query_as(
        "SELECT order_id, sku, quantity, unit_price, handle, title, family, options FROM order_lines WHERE order_id = ANY($1) ORDER BY order_id, position",
    )
    .bind(&ids)
    .fetch_all(&mut *db)
    .await?;
    let history: Vec<(Uuid, String, Option<String>, OffsetDateTime)> =
        sqlx::query_as("SELECT order_id, status, reason, at FROM order_history WHERE order_id = ANY($1) ORDER BY order_id, version")
            .bind(&ids)
            .fetch_all(db)
            .await?;
    rows.into_iter()
        .map(|row| {
            let lines = lines.iter().filter(|line| line.order_id == row.id).map(order_line).collect();
            let history = history
                .iter()
                .filter(|(order, ..)| *order == row.id)
                .map(|(_, status, reason, at)| {
                    Ok(OrderTransition { status: parse_status(status)?, at: Timestamp(*at), reason: reason.clone() })
                })
                .collect::<Result<_>>()?;
            order(row, lines, history)
        })
        .collect()
}

fn order_line(row: &OrderLineRow) -> OrderLine {
    OrderLine {
        sku: row.sku.clone(),
        handle: row.handle.clone(),
        title: row.title.clone(),
        image: image(&row.family, &row.handle, &row.title, View::Front),
        options: row.options.0.clone(),
        quantity: row.quantity.unsigned_abs(),
        unit_price: Money::eur(row.unit_price),
        total: Money::eur(row.unit_price * i64::from(row.quantity)),
    }
}

fn order(row: OrderRow, lines: Vec<OrderLine>, history: Vec<OrderTransition>) -> Result<Order> {
    Ok(Order {
        id: row.id.into(),
        number: OrderNumber::parse(&row.number).map_err(|e| Error::Corrupt(format!("order {}: {e}", row.id)))?,
        status: parse_status(&row.status)?,
        email: row.email,
        lines,
        totals: Totals {
            subtotal: Money::eur(row.subtotal),
            shipping: Money::eur(row.shipping),
            tax: Money::eur(row.tax),
            total: Money::eur(row.total),
        },
        shipping_address: row.shipping_address.0,
        shipping_method: row.shipping_method,
        history,
        version: row.version,
        placed_at: Timestamp(row.placed_at),
    })
}

fn parse_status(text: &str) -> Result<OrderStatus> {
    OrderStatus::parse(text).ok_or_else(|| Error::Corrupt(format!("{text:?} is no status of an order")))
}

/// Version, status, reason, time; all absent for an order without a new step.
type StepRow = (Option<i64>, Option<String>, Option<String>, Option<OffsetDateTime>);

/// The steps of the owner's order after version `after`; `None` when there is no such order.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql select_steps", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_steps(db: &mut PgConnection, id: OrderId, owner: UserId, after: i64) -> Result<Option<Vec<OrderEvent>>> {
    let rows: Vec<StepRow> = sqlx::query_as(
        "SELECT h.version, h.status, h.reason, h.at FROM orders o LEFT JOIN order_history h ON h.order_id = o.id AND h.version > $3
         WHERE o.id = $1 AND o.owner = $2 ORDER BY h.version",
    )
    .bind(id.as_uuid())
    .bind(owner.as_uuid())
    .bind(after)
    .fetch_all(db)
    .await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let steps = rows.into_iter().filter_map(|(version, status, reason, at)| Some((version?, status?, reason, at?)));
    steps
        .map(|(version, status, reason, at)| Ok(OrderEvent { status: parse_status(&status)?, at: Timestamp(at), version, reason }))
        .collect::<Result<_>>()
        .map(Some)
}

/// Where an order is, locked until the transaction ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedOrder {
    pub status: OrderStatus,
    pub version: i64,
    pub total: Money,
    pub payment_token: String,
}

/// Locks an order for a step.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql lock_order", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn lock_order(db: &mut PgConnection, id: OrderId) -> Result<Option<LockedOrder>> {
    let row: Option<(String, i64, i64, String)> =
        sqlx::query_as("SELECT status, version, total, payment_token FROM orders WHERE id = $1 FOR UPDATE")
            .bind(id.as_uuid())
            .fetch_optional(db)
            .await?;
    row.map(|(status, version, total, payment_token)| {
        Ok(LockedOrder { status: parse_status(&status)?, version, total: Money::eur(total), payment_token })
    })
    .transpose()
}

/// Takes a locked order one step further, when the table of steps allows it; answers with the new version, which is
/// also the sequence of the step's event.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql advance_order", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn advance_order(
    db: &mut PgConnection,
    id: OrderId,
    order: &LockedOrder,
    to: OrderStatus,
    reason: Option<&str>,
) -> Result<Option<i64>> {
    if !may_follow(order.status, to) {
        return Ok(None);
    }
    let version = order.version + 1;
    sqlx::query(
        "WITH step AS (INSERT INTO order_history (order_id, version, status, reason) VALUES ($1, $2, $3, $4))
         UPDATE orders SET status = $3, version = $2 WHERE id = $1",
    )
    .bind(id.as_uuid())
    .bind(version)
    .bind(to.as_str())
    .bind(reason)
    .execute(db)
    .await?;
    Ok(Some(version))
}

/// The order's held pieces become the buyer's.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql claim_holds", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn claim_holds(db: &mut PgConnection, id: OrderId) -> Result<()> {
    sqlx::query(
        "WITH claimed AS (UPDATE holds SET state = 'claimed' WHERE order_id = $1 AND state = 'held' RETURNING sku, quantity)
         UPDATE stock s SET reserved = s.reserved - c.quantity, sold = s.sold + c.quantity FROM claimed c WHERE s.sku = c.sku",
    )
    .bind(id.as_uuid())
    .execute(db)
    .await?;
    Ok(())
}

/// The order's pieces can be bought again: held ones, and claimed ones of an order that was paid but never left.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql release_holds", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn release_holds(db: &mut PgConnection, id: OrderId) -> Result<()> {
    sqlx::query(
        "WITH held AS (SELECT sku, quantity, state FROM holds WHERE order_id = $1 AND state <> 'released' FOR UPDATE),
              released AS (UPDATE holds SET state = 'released' WHERE order_id = $1 AND state <> 'released')
         UPDATE stock s SET available = s.available + h.quantity,
             reserved = s.reserved - CASE WHEN h.state = 'held' THEN h.quantity ELSE 0 END,
             sold = s.sold - CASE WHEN h.state = 'claimed' THEN h.quantity ELSE 0 END
         FROM held h WHERE s.sku = h.sku",
    )
    .bind(id.as_uuid())
    .execute(db)
    .await?;
    Ok(())
}
