use axum::{extract::State, response::Response};
use http::StatusCode;
use sqlx::PgConnection;
use tradewind_contract::{
    Money, OrderId, OrderNumber, UserId,
    orders::{Order, PlaceOrder},
    routes::order::ORDERS,
};
use tradewind_events::{OrderPlaced, order_placed::PlacedLine};
use tradewind_kit::{
    Error, Refusal, Result,
    auth::Caller,
    database::wal_position,
    extract::{self, NoQuery},
    idempotency::{IdempotencyKey, Stored},
    outbox,
};
use uuid::Uuid;

use super::{
    model::{self, PricedLine},
    queries,
};
use crate::{keyed, state::AppState};

/// Makes an order of the cart: price and stock checked on the primary, stock held, order, event and stored answer
/// in one transaction, and no network call inside it.
#[utoipa::path(
    post, path = "/orders", tag = "orders", security(("bearer" = [])), request_body = PlaceOrder, params(("Idempotency-Key" = String, Header)),
    responses(
        (status = 201, body = Order), (status = 401, body = tradewind_contract::Problem), (status = 400, body = tradewind_contract::Problem),
        (status = 409, body = tradewind_contract::Problem, description = "out_of_stock, price_changed, cart_empty or idempotency_key_in_use"),
        (status = 422, body = tradewind_contract::Problem),
    ),
)]
pub async fn place_order(
    State(state): State<AppState>,
    caller: Caller,
    key: IdempotencyKey,
    _: NoQuery,
    extract::Json(place): extract::Json<PlaceOrder>,
) -> Result<Response> {
    if place.payment_token().is_none() {
        return Err(payment_token_invalid().into());
    }
    state.count_write(&caller).await?;
    let route = format!("POST {ORDERS}");
    let placed = keyed::once(&state.database, caller.user, &route, &key, &place, StatusCode::CREATED, async |db| {
        place_in(db, caller.user, &key, &place).await
    });
    match placed.await {
        Err(error) if error.constraint() == Some("orders_one_per_key") => replay_pruned(&state, caller.user, &key).await,
        // The cart may be empty because of the very order that this key has made. Stock is looked at after the order is written, which
        // its key allows only once: sold out means that there is none, and in a rush nobody queues for a connection twice to be told.
        Err(Error::Refused(refusal)) if !refusal.code.starts_with("idempotency_key_") && refusal.code != "out_of_stock" => {
            find_pruned(&state, caller.user, &key).await?.ok_or(Error::Refused(refusal))
        }
        answered => answered,
    }
}

pub fn payment_token_invalid() -> Refusal {
    let mut refusal = Refusal::invalid_field("/payment_token", "payment_token_invalid", "This is not one of the test cards.");
    refusal.code = "payment_token_invalid";
    refusal.title = "This card cannot be used";
    refusal
}

async fn place_in(db: &mut PgConnection, owner: UserId, key: &IdempotencyKey, place: &PlaceOrder) -> Result<Order> {
    queries::lock_cart(db, owner).await?;
    let lines = queries::select_cart_lines(db, owner).await?;
    let shipping = queries::select_shipping_price(db, &place.shipping_method, &place.shipping_address.country).await?;
    let priced: Vec<PricedLine> = lines.iter().map(PricedLine::from).collect();
    let totals = model::totals(&priced, shipping);
    if place.expected_total.is_some_and(|expected| expected != totals.total) {
        let mut refusal =
            Refusal::conflict("price_changed", "The price has changed", "The total is not what you saw. See totals for what it is now.");
        refusal.totals = Some(totals);
        return Err(refusal.into());
    }
    let id = OrderId::from_uuid(Uuid::now_v7());
    let number = OrderNumber::from_random(rand::random());
    queries::insert_order(db, id, &number, owner, key, place, &totals).await?;
    queries::insert_order_lines(db, id, owner, &lines).await?;
    let event = OrderPlaced {
        order_id: id,
        number,
        placed_by: owner,
        total: totals.total,
        lines: priced
            .iter()
            .map(|line| PlacedLine { sku: line.sku.clone(), quantity: line.quantity, unit_price: Money::eur(line.unit_price_minor) })
            .collect(),
    };
    outbox::append(db, &event, 1).await?;
    queries::hold_stock(db, id, &priced).await?;
    queries::select_order(db, id, owner).await?.ok_or_else(|| Error::Corrupt(format!("order {id} is gone in its own transaction")))
}

/// The stored answer was pruned, but the key still names its order.
async fn replay_pruned(state: &AppState, owner: UserId, key: &IdempotencyKey) -> Result<Response> {
    find_pruned(state, owner, key).await?.ok_or_else(|| Refusal::not_found().into())
}

async fn find_pruned(state: &AppState, owner: UserId, key: &IdempotencyKey) -> Result<Option<Response>> {
    let mut db = state.database.writer().await?;
    let Some(order) = queries::select_order_by_key(&mut db, owner, key).await? else { return Ok(None) };
    let token = wal_position(&mut db, &state.database).await?;
    Ok(Some(keyed::replay(Stored { status: StatusCode::CREATED, body: serde_json::to_vec(&order)? }, token)))
}
