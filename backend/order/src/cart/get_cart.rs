use axum::{Json, extract::State};
use tradewind_contract::cart::Cart;
use tradewind_kit::{Result, auth::Caller, extract::NoQuery};

use super::queries;
use crate::state::AppState;

/// The caller's cart. Its prices come from the primary, as every price does.
#[utoipa::path(get, path = "/cart", tag = "cart", security(("bearer" = [])), responses((status = 200, body = Cart), (status = 401, body = tradewind_contract::Problem)))]
pub async fn get_cart(State(state): State<AppState>, caller: Caller, _: NoQuery) -> Result<Json<Cart>> {
    let mut db = state.database.writer().await?;
    Ok(Json(queries::select_cart(&mut db, caller.user).await?))
}
