use axum::extract::State;
use http::StatusCode;
use tradewind_kit::{Result, auth::Caller, database::transact, extract::NoQuery, http::Written};

use super::queries;
use crate::state::AppState;

/// Empties the cart.
#[utoipa::path(delete, path = "/cart", tag = "cart", security(("bearer" = [])), responses((status = 204), (status = 401, body = tradewind_contract::Problem)))]
pub async fn delete_cart(State(state): State<AppState>, caller: Caller, _: NoQuery) -> Result<Written<()>> {
    state.count_write(&caller).await?;
    let ((), token) = transact(&state.database, async |db| {
        queries::touch_cart(db, caller.user).await?;
        queries::delete_lines(db, caller.user).await
    })
    .await?;
    Ok(Written { status: StatusCode::NO_CONTENT, body: (), token })
}
