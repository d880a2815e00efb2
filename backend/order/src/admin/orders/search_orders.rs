use axum::{Json, extract::State};
use tradewind_contract::{Page, Problem, operators::OrderSummary, orders::OrderStatus, routes::admin as path};
use tradewind_kit::{Result, auth::Operator, consistency::ReadAfter, extract::Query};

use super::{model::Search, queries};
use crate::state::AppState;

/// Orders, the newest first: by their number however it is written, by the address that was given or its beginning in any case, by
/// where they are and when they were placed (`placed_until` a day includes it, a time does not).
#[utoipa::path(
    get, path = path::ORDERS, tag = "operators", security(("bearer" = [])),
    params(
        ("query" = Option<String>, Query), ("status" = Option<OrderStatus>, Query), ("placed_from" = Option<String>, Query),
        ("placed_until" = Option<String>, Query), ("cursor" = Option<String>, Query), ("limit" = Option<u32>, Query),
    ),
    responses(
        (status = 200, body = Page<OrderSummary>), (status = 401, body = Problem),
        (status = 403, description = "operator_required", body = Problem), (status = 422, body = Problem),
    ),
)]
pub async fn search_orders(
    State(state): State<AppState>,
    _: Operator,
    Query(search): Query<Search>,
    ReadAfter(after): ReadAfter,
) -> Result<Json<Page<OrderSummary>>> {
    let mut db = state.database.reader(after.as_ref()).await?;
    let (items, next_cursor) = queries::search_orders(&mut db, &search).await?;
    Ok(Json(Page { items, next_cursor }))
}
