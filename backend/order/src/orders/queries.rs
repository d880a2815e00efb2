//! Every statement of shipping, quotes and orders. The caller owns the transaction.

use std::collections::BTreeMap;

use sqlx::{PgConnection, types::Json};
use time::OffsetDateTime;
use tradewind_contract::{
    Money, OrderId, OrderNumber, Timestamp, UserId,
    limits::HOLD_MINUTES,
    orders::{Address, DeliveryTime, Order, OrderEvent, OrderLine, OrderStatus, OrderTransition, PlaceOrder, ShippingMethod, Totals},
    problem::UnavailableLine,
};
use tradewind_kit::{Error, Refusal, Result, idempotency::IdempotencyKey, telemetry};
use tradewind_pictures::View;
use uuid::Uuid;

use super::model::{OrderCursor, PricedLine, ShippingPrice};
use crate::catalog::model::image;

/// Ways to ship to a country, cheapest class first.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql select_shipping_methods", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_shipping_methods(db: &mut PgConnection, country: &str) -> Result<Vec<ShippingMethod>> {
    let rows = sqlx::query!(
        "SELECT id, title, price, free_from, min_days, max_days FROM shipping_methods WHERE $1 = ANY(countries) ORDER BY position, id",
        country,
    )
    .fetch_all(db)
    .await?;
    let methods = rows.into_iter().map(|row| ShippingMethod {
        id: row.id,
        title: row.title,
        price: Money::eur(row.price),
        free_from: row.free_from.map(Money::eur),
        delivery: DeliveryTime { min_days: row.min_days.unsigned_abs(), max_days: row.max_days.unsigned_abs() },
    });
    Ok(methods.collect())
}

/// What `method` costs to `country`.
///
/// # Errors
/// 422 at `/shipping_method` when it does not go there.
#[tracing::instrument(skip_all, name = "sql select_shipping_price", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_shipping_price(db: &mut PgConnection, method: &str, country: &str) -> Result<ShippingPrice> {
    let price = sqlx::query_as!(
        ShippingPrice,
        "SELECT price, free_from FROM shipping_methods WHERE id = $1 AND $2 = ANY(countries)",
        method,
        country,
    )
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
    sqlx::query_scalar!("SELECT 1 FROM carts WHERE owner = $1 FOR UPDATE", owner.as_uuid()).fetch_optional(db).await?;
    Ok(())
}

/// Whether something was put into the cart, and nobody has asked yet what it comes to.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql is_cart_started", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn is_cart_started(db: &mut PgConnection, owner: UserId) -> Result<bool> {
    let started =
        sqlx::query_scalar!("SELECT 1 FROM carts WHERE owner = $1 AND stage = 'started'", owner.as_uuid()).fetch_optional(db).await?;
    Ok(started.is_some())
}

/// A cart's line as an order takes it over.
#[derive(Debug)]
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
    let lines = sqlx::query_as!(
        CartLineToOrder,
        r#"SELECT l.sku, l.quantity, v.price, p.handle, p.title, p.family, v.options AS "options: _"
           FROM cart_lines l JOIN variants v USING (sku) JOIN products p ON p.id = v.product_id
           WHERE l.owner = $1 ORDER BY l.sku"#,
        owner.as_uuid(),
    )
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
    sqlx::query!(
        "WITH placed AS (
             INSERT INTO orders (id, number, owner, placed_by, idempotency_key, status, version, email, shipping_address, shipping_method,
                                 payment_token, currency, subtotal, shipping, tax, total)
             VALUES ($1, $2, $3, $3, $4, 'placed', 1, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ), first_step AS (
             INSERT INTO order_history (order_id, version, status) VALUES ($1, 1, 'placed')
         )
         INSERT INTO order_timers (order_id, kind, due_at, traceparent) VALUES ($1, 'end_hold', now() + make_interval(mins => $14), $15)",
        id.as_uuid(),
        number.as_str(),
        owner.as_uuid(),
        key.as_str(),
        place.email.trim(),
        Json(&place.shipping_address) as _,
        place.shipping_method,
        place.payment_token,
        totals.total.currency.as_str(),
        totals.subtotal.amount,
        totals.shipping.amount,
        totals.tax.amount,
        totals.total.amount,
        HOLD_MINUTES,
        telemetry::traceparent(),
    )
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
    let skus: Vec<String> = lines.iter().map(|line| line.sku.clone()).collect();
    let quantities: Vec<i32> = lines.iter().map(|line| line.quantity).collect();
    let prices: Vec<i64> = lines.iter().map(|line| line.price).collect();
    let handles: Vec<String> = lines.iter().map(|line| line.handle.clone()).collect();
    let titles: Vec<String> = lines.iter().map(|line| line.title.clone()).collect();
    let families: Vec<String> = lines.iter().map(|line| line.family.clone()).collect();
    let options: Vec<serde_json::Value> = lines.iter().map(|line| serde_json::to_value(&line.options.0)).collect::<Result<_, _>>()?;
    sqlx::query!(
        "WITH emptied AS (DELETE FROM cart_lines WHERE owner = $10), counted AS (UPDATE carts SET version = version + 1, updated_at = now(), stage = 'empty' WHERE owner = $10)
         INSERT INTO order_lines (order_id, position, sku, quantity, unit_price, handle, title, family, options)
         SELECT $1, * FROM unnest($2::integer[], $3::text[], $4::integer[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::jsonb[])",
        id.as_uuid(),
        &positions,
        &skus,
        &quantities,
        &prices,
        &handles,
        &titles,
        &families,
        &options,
        owner.as_uuid(),
    )
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
        let updated = sqlx::query!(
            "WITH taken AS (
                 UPDATE stock SET available = available - $2, reserved = reserved + $2 WHERE sku = $1 AND available >= $2 RETURNING sku
             )
             INSERT INTO holds (order_id, sku, quantity, expires_at)
             SELECT $3, sku, $4, now() + make_interval(mins => $5) FROM taken",
            line.sku,
            i64::from(line.quantity),
            id.as_uuid(),
            i32::try_from(line.quantity).map_err(|_| Error::Corrupt("quantity".into()))?,
            HOLD_MINUTES,
        )
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
    let stock = sqlx::query!(
        r#"SELECT s.sku AS "sku!", s.available + coalesce(h.quantity, 0) AS "available!"
           FROM stock s LEFT JOIN holds h ON h.sku = s.sku AND h.order_id = $2 WHERE s.sku = ANY($1) ORDER BY s.sku"#,
        &skus,
        id.as_uuid(),
    )
    .fetch_all(db)
    .await?;
    let mut refusal = Refusal::conflict("out_of_stock", "Some of it is sold out", "Somebody was faster. See lines for what is left.");
    for line in lines {
        let left = stock.iter().find(|row| row.sku == line.sku).map_or(0, |row| row.available);
        if left < i64::from(line.quantity) {
            let available = u32::try_from(left).unwrap_or(0);
            refusal.lines.push(UnavailableLine { sku: line.sku.clone(), requested: line.quantity, available });
        }
    }
    Ok(refusal)
}

#[derive(Debug)]
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
    payable_until: Option<OffsetDateTime>,
}

/// The owner's order, whole; somebody else's is none.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql select_order", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_order(db: &mut PgConnection, id: OrderId, owner: UserId) -> Result<Option<Order>> {
    let row = sqlx::query_as!(
        OrderRow,
        r#"SELECT id, number, status, version, email, shipping_address AS "shipping_address: _", shipping_method, subtotal, shipping, tax,
              total, placed_at, CASE status WHEN 'payment_failed' THEN (SELECT min(expires_at) FROM holds WHERE order_id = id) END AS payable_until
           FROM orders WHERE id = $1 AND owner = $2"#,
        id.as_uuid(),
        owner.as_uuid(),
    )
    .fetch_optional(&mut *db)
    .await?;
    Ok(complete(db, row.into_iter().collect()).await?.pop())
}

/// Anybody's order, whole: for operators.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql select_anybodys_order", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_anybodys_order(db: &mut PgConnection, id: OrderId) -> Result<Option<Order>> {
    let row = sqlx::query_as!(
        OrderRow,
        r#"SELECT id, number, status, version, email, shipping_address AS "shipping_address: _", shipping_method, subtotal, shipping, tax,
              total, placed_at, CASE status WHEN 'payment_failed' THEN (SELECT min(expires_at) FROM holds WHERE order_id = id) END AS payable_until
           FROM orders WHERE id = $1"#,
        id.as_uuid(),
    )
    .fetch_optional(&mut *db)
    .await?;
    Ok(complete(db, row.into_iter().collect()).await?.pop())
}

/// The order that an identity's key has made, when it has.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql select_order_by_key", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_order_by_key(db: &mut PgConnection, placed_by: UserId, key: &IdempotencyKey) -> Result<Option<Order>> {
    let row = sqlx::query_as!(
        OrderRow,
        r#"SELECT id, number, status, version, email, shipping_address AS "shipping_address: _", shipping_method, subtotal, shipping, tax,
              total, placed_at, CASE status WHEN 'payment_failed' THEN (SELECT min(expires_at) FROM holds WHERE order_id = id) END AS payable_until
           FROM orders WHERE placed_by = $1 AND idempotency_key = $2"#,
        placed_by.as_uuid(),
        key.as_str(),
    )
    .fetch_optional(&mut *db)
    .await?;
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
    let mut rows = sqlx::query_as!(
        OrderRow,
        r#"SELECT id, number, status, version, email, shipping_address AS "shipping_address: _", shipping_method, subtotal, shipping, tax,
              total, placed_at, CASE status WHEN 'payment_failed' THEN (SELECT min(expires_at) FROM holds WHERE order_id = id) END AS payable_until
           FROM orders WHERE owner = $1 AND ($2::timestamptz IS NULL OR (placed_at, id) < ($2, $3))
           ORDER BY placed_at DESC, id DESC LIMIT $4"#,
        owner.as_uuid(),
        after.map(|cursor| cursor.placed_at),
        after.map(|cursor| cursor.id),
        i64::from(limit) + 1,
    )
    .fetch_all(&mut *db)
    .await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(|row| OrderCursor { placed_at: row.placed_at, id: row.id }.encode());
    Ok((complete(db, rows).await?, next))
}

#[derive(Debug)]
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

/// Adds lines and history: two statements, however many orders. One that takes a step meanwhile has more history by then
/// than its row told: the rest is left out, and all of it is of the row's moment.
async fn complete(db: &mut PgConnection, rows: Vec<OrderRow>) -> Result<Vec<Order>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let lines = sqlx::query_as!(
        OrderLineRow,
        r#"SELECT order_id, sku, quantity, unit_price, handle, title, family, options AS "options: _"
           FROM order_lines WHERE order_id = ANY($1) ORDER BY order_id, position"#,
        &ids,
    )
    .fetch_all(&mut *db)
    .await?;
    let history = sqlx::query!(
        "SELECT order_id, version, status, reason, at FROM order_history WHERE order_id = ANY($1) ORDER BY order_id, version",
        &ids
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let lines = lines.iter().filter(|line| line.order_id == row.id).map(order_line).collect();
            let history = history
                .iter()
                .filter(|step| step.order_id == row.id && step.version <= row.version)
                .map(|step| {
                    Ok(OrderTransition { status: parse_status(&step.status)?, at: Timestamp(step.at), reason: step.reason.clone() })
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
        payable_until: row.payable_until.map(Timestamp),
    })
}

pub(crate) fn parse_status(text: &str) -> Result<OrderStatus> {
    OrderStatus::parse(text).ok_or_else(|| Error::Corrupt(format!("{text:?} is no status of an order")))
}

/// The steps of the owner's order after version `after`; `None` when there is no such order.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql select_steps", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_steps(db: &mut PgConnection, id: OrderId, owner: UserId, after: i64) -> Result<Option<Vec<OrderEvent>>> {
    // All absent for an order without a new step.
    let rows = sqlx::query!(
        r#"SELECT h.version AS "version?", h.status AS "status?", h.reason AS "reason?", h.at AS "at?"
           FROM orders o LEFT JOIN order_history h ON h.order_id = o.id AND h.version > $3
           WHERE o.id = $1 AND o.owner = $2 ORDER BY h.version"#,
        id.as_uuid(),
        owner.as_uuid(),
        after,
    )
    .fetch_all(db)
    .await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let steps = rows.into_iter().filter_map(|row| Some((row.version?, row.status?, row.reason, row.at?)));
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
}

/// Locks an order for a step.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql lock_order", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn lock_order(db: &mut PgConnection, id: OrderId) -> Result<Option<LockedOrder>> {
    let row = sqlx::query!("SELECT status, version, total FROM orders WHERE id = $1 FOR UPDATE", id.as_uuid()).fetch_optional(db).await?;
    row.map(|row| Ok(LockedOrder { status: parse_status(&row.status)?, version: row.version, total: Money::eur(row.total) })).transpose()
}

/// The same for its owner; somebody else's is none.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql lock_own_order", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn lock_own_order(db: &mut PgConnection, id: OrderId, owner: UserId) -> Result<Option<LockedOrder>> {
    let own = sqlx::query_scalar!("SELECT 1 FROM orders WHERE id = $1 AND owner = $2 FOR UPDATE", id.as_uuid(), owner.as_uuid())
        .fetch_optional(&mut *db)
        .await?;
    if own.is_some() { lock_order(db, id).await } else { Ok(None) }
}

/// Writes a locked order's next step; [`super::step`] knows which ones there are.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql advance_order", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn advance_order(db: &mut PgConnection, id: OrderId, version: i64, to: OrderStatus, reason: Option<&str>) -> Result<()> {
    sqlx::query!(
        "WITH step AS (INSERT INTO order_history (order_id, version, status, reason) VALUES ($1, $2, $3, $4))
         UPDATE orders SET status = $3, version = $2 WHERE id = $1",
        id.as_uuid(),
        version,
        to.as_str(),
        reason,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The order's held pieces become the buyer's. Stock is locked by SKU, here and wherever several rows are.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql claim_holds", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn claim_holds(db: &mut PgConnection, id: OrderId) -> Result<()> {
    sqlx::query!(
        "WITH claimed AS (UPDATE holds SET state = 'claimed' WHERE order_id = $1 AND state = 'held' RETURNING sku, quantity),
              in_order AS (SELECT s.sku, c.quantity FROM stock s JOIN claimed c USING (sku) ORDER BY s.sku FOR UPDATE OF s)
         UPDATE stock s SET reserved = s.reserved - c.quantity, sold = s.sold + c.quantity FROM in_order c WHERE s.sku = c.sku",
        id.as_uuid(),
    )
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
    sqlx::query!(
        "WITH held AS (SELECT sku, quantity, state FROM holds WHERE order_id = $1 AND state <> 'released' FOR UPDATE),
              released AS (UPDATE holds SET state = 'released' WHERE order_id = $1 AND state <> 'released'),
              in_order AS (SELECT s.sku, h.quantity, h.state FROM stock s JOIN held h USING (sku) ORDER BY s.sku FOR UPDATE OF s)
         UPDATE stock s SET available = s.available + h.quantity,
             reserved = s.reserved - CASE WHEN h.state = 'held' THEN h.quantity ELSE 0 END,
             sold = s.sold - CASE WHEN h.state = 'claimed' THEN h.quantity ELSE 0 END
         FROM in_order h WHERE s.sku = h.sku",
        id.as_uuid(),
    )
    .execute(db)
    .await?;
    Ok(())
}
