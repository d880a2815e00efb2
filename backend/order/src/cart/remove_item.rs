use axum::{Json, extract::State};
use http::StatusCode;
use tradewind_contract::cart::Cart;
use tradewind_kit::{
    Result,
    auth::Caller,
    database::transact,
    extract::{NoQuery, Path},
    http::Written,
};

use super::{model::parse_sku, queries};
use crate::state::AppState;

/// Takes a SKU out of the cart; repeating it changes nothing.
#[utoipa::path(
    delete, path = "/cart/items/{sku}", tag = "cart", security(("bearer" = [])), params(("sku" = String, Path)),
    responses((status = 200, body = Cart), (status = 401, body = tradewind_contract::Problem)),
)]
pub async fn remove_item(
    State(state): State<AppState>,
    caller: Caller,
    Path(sku): Path<String>,
    _: NoQuery,
) -> Result<Written<Json<Cart>>> {
    let sku = parse_sku(sku)?;
    state.count_write(&caller).await?;
    let (cart, token) = transact(&state.database, async |db| {
        queries::touch_cart(db, caller.user).await?;
        queries::delete_line(db, caller.user, &sku).await?;
        queries::select_cart(db, caller.user).await
    })
    .await?;
    Ok(Written { status: StatusCode::OK, body: Json(cart), token })
}
