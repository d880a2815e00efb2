use axum::{Json, extract::State};
use tradewind_contract::{Page, orders::Order};
use tradewind_kit::{
    Refusal, Result,
    auth::Caller,
    consistency::ReadAfter,
    extract::{Query, QueryParameters},
};

use super::{model::OrderCursor, queries};
use crate::{catalog::model::cursor_invalid, state::AppState};

/// Which page.
#[derive(Debug)]
pub struct Paging {
    after: Option<OrderCursor>,
    limit: u32,
}

impl TryFrom<QueryParameters> for Paging {
    type Error = Refusal;

    fn try_from(mut parameters: QueryParameters) -> Result<Self, Refusal> {
        let after = parameters.take("cursor").map(|text| OrderCursor::decode(&text).ok_or_else(cursor_invalid)).transpose()?;
        let paging = Self { after, limit: parameters.take_limit()? };
        parameters.finish()?;
        Ok(paging)
    }
}

/// The caller's orders, newest first.
#[utoipa::path(
    get, path = "/orders", tag = "orders", security(("bearer" = [])), params(("cursor" = Option<String>, Query), ("limit" = Option<u32>, Query)),
    responses((status = 200, body = Page<Order>), (status = 401, body = tradewind_contract::Problem), (status = 422, body = tradewind_contract::Problem)),
)]
pub async fn list_orders(
    State(state): State<AppState>,
    caller: Caller,
    Query(paging): Query<Paging>,
    ReadAfter(after): ReadAfter,
) -> Result<Json<Page<Order>>> {
    let mut db = state.database.reader(after.as_ref()).await?;
    let (items, next_cursor) = queries::select_orders(&mut db, caller.user, paging.after, paging.limit).await?;
    Ok(Json(Page { items, next_cursor }))
}
