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
use crate::{
    orders::{
        step::{self, Happened},
        timers::{TimerKind, delete_timer},
    },
    state::AppState,
};

/// Says that a shipped order has arrived.
///
/// # Errors
/// 409 `order_not_deliverable` otherwise.
#[utoipa::path(
    post, path = path::ORDER_DELIVER, tag = "operators", security(("bearer" = [])), request_body = WithReason, params(("id" = String, Path)),
    responses(
        (status = 200, body = OrderFile), (status = 401, body = Problem),
        (status = 403, description = "operator_required", body = Problem), (status = 404, body = Problem),
        (status = 409, description = "order_not_deliverable", body = Problem), (status = 422, body = Problem),
    ),
)]
pub async fn deliver(
    State(state): State<AppState>,
    Operator(caller): Operator,
    Path(id): Path<OrderId>,
    _: NoQuery,
    extract::Json(body): extract::Json<WithReason>,
) -> Result<Written<Json<OrderFile>>> {
    act(&state, &caller, id, OrderAction::Deliver, &body.reason, async |db, order| {
        step::take(db, id, order, &Happened::Arrived).await?;
        delete_timer(db, id, TimerKind::Deliver).await
    })
    .await
}
