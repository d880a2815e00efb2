use axum::{Json, extract::State};
use tradewind_contract::orders::{Quote, QuoteRequest};
use tradewind_kit::{
    Result,
    auth::Caller,
    extract::{self, NoQuery},
};

use super::{
    model::{self, PricedLine},
    queries,
};
use crate::{cart::funnel, state::AppState};

/// What the cart would cost. Nothing is held, and nothing that the caller could read is written, so there is no consistency token.
#[utoipa::path(
    post, path = "/quotes", tag = "orders", security(("bearer" = [])), request_body = QuoteRequest,
    responses((status = 200, body = Quote), (status = 401, body = tradewind_contract::Problem), (status = 409, body = tradewind_contract::Problem), (status = 422, body = tradewind_contract::Problem)),
)]
pub async fn quote(
    State(state): State<AppState>,
    caller: Caller,
    _: NoQuery,
    extract::Json(request): extract::Json<QuoteRequest>,
) -> Result<Json<Quote>> {
    let mut db = state.database.writer().await?;
    let shipping = queries::select_shipping_price(&mut db, &request.shipping_method, &request.country).await?;
    let lines: Vec<PricedLine> = queries::select_cart_lines(&mut db, caller.user).await?.iter().map(PricedLine::from).collect();
    if queries::is_cart_started(&mut db, caller.user).await? {
        // It would wait for the connection that we have, should there be no other.
        drop(db);
        funnel::check_out(&state.database, caller.user).await?;
    }
    Ok(Json(Quote { totals: model::totals(&lines, shipping), lines: lines.iter().map(Into::into).collect() }))
}
