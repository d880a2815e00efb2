use axum::{Json, extract::State};
use http::StatusCode;
use tradewind_contract::cart::{Cart, SetCartItem};
use tradewind_kit::{
    Result,
    auth::Caller,
    database::transact,
    extract::{self, NoQuery, Path},
    http::Written,
};

use super::{funnel, model::parse_sku, queries};
use crate::state::AppState;

/// Sets how many of a SKU are in the cart.
#[utoipa::path(
    put, path = "/cart/items/{sku}", tag = "cart", security(("bearer" = [])), params(("sku" = String, Path)), request_body = SetCartItem,
    responses((status = 200, body = Cart), (status = 401, body = tradewind_contract::Problem), (status = 404, body = tradewind_contract::Problem), (status = 422, body = tradewind_contract::Problem)),
)]
pub async fn set_item(
    State(state): State<AppState>,
    caller: Caller,
    Path(sku): Path<String>,
    _: NoQuery,
    extract::Json(item): extract::Json<SetCartItem>,
) -> Result<Written<Json<Cart>>> {
    let sku = parse_sku(sku)?;
    state.count_write(&caller).await?;
    let (cart, token) = transact(&state.database, async |db| {
        let is_empty = queries::touch_cart(db, caller.user).await?;
        queries::upsert_line(db, caller.user, &sku, item.quantity).await?;
        if is_empty {
            funnel::start(db, caller.user).await?;
        }
        queries::select_cart(db, caller.user).await
    })
    .await?;
    Ok(Written { status: StatusCode::OK, body: Json(cart), token })
}
