use axum::{Json, extract::State};
use tradewind_contract::{
    OrderId, Problem,
    operators::{OrderAction, OrderFile, WithReason},
    routes::admin as path,
};
use tradewind_kit::{
    Result,
    auth::Operator,
    extract::{self, NoQuery, Path},
    http::Written,
};

use super::act::act;
use crate::{orders::cancel_order::give_up, state::AppState};

/// Gives an order up before it leaves, as its shopper can: its pieces can be bought again, and what the bank keeps aside is let go.
///
/// # Errors
/// 409 `order_not_cancellable` otherwise.
#[utoipa::path(
    post, path = path::ORDER_CANCEL, tag = "operators", security(("bearer" = [])), request_body = WithReason, params(("id" = String, Path)),
    responses(
        (status = 200, body = OrderFile), (status = 401, body = Problem),
        (status = 403, description = "operator_required", body = Problem), (status = 404, body = Problem),
        (status = 409, description = "order_not_cancellable", body = Problem), (status = 422, body = Problem),
    ),
)]
pub async fn cancel(
    State(state): State<AppState>,
    Operator(caller): Operator,
    Path(id): Path<OrderId>,
    _: NoQuery,
    extract::Json(body): extract::Json<WithReason>,
) -> Result<Written<Json<OrderFile>>> {
    act(&state, &caller, id, OrderAction::Cancel, &body.reason, async |db, order| give_up(db, id, order, "cancelled_by_operator").await)
        .await
}
