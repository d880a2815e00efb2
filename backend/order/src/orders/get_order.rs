use axum::{Json, extract::State};
use tradewind_contract::{OrderId, orders::Order};
use tradewind_kit::{
    Refusal, Result,
    auth::Caller,
    consistency::ReadAfter,
    extract::{NoQuery, Path},
};

use super::queries;
use crate::state::AppState;

/// One of the caller's orders; somebody else's answers like one that never was.
#[utoipa::path(
    get, path = "/orders/{id}", tag = "orders", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 200, body = Order), (status = 401, body = tradewind_contract::Problem), (status = 404, body = tradewind_contract::Problem)),
)]
pub async fn get_order(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<OrderId>,
    _: NoQuery,
    ReadAfter(after): ReadAfter,
) -> Result<Json<Order>> {
    let mut db = state.database.reader(after.as_ref()).await?;
    let order = queries::select_order(&mut db, id, caller.user).await?.ok_or_else(Refusal::not_found)?;
    Ok(Json(order))
}
