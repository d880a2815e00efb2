use std::time::Duration;

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
    orders::timers::{TimerKind, set_timer},
    state::AppState,
};

/// Has a paid order leave at once, and not when its delay is over: the worker takes the money, so the answer may still say `paid`.
///
/// # Errors
/// 409 `order_not_shippable` otherwise.
#[utoipa::path(
    post, path = path::ORDER_SHIP, tag = "operators", security(("bearer" = [])), request_body = WithReason, params(("id" = String, Path)),
    responses(
        (status = 200, body = OrderFile), (status = 401, body = Problem),
        (status = 403, description = "operator_required", body = Problem), (status = 404, body = Problem),
        (status = 409, description = "order_not_shippable", body = Problem), (status = 422, body = Problem),
    ),
)]
pub async fn ship(
    State(state): State<AppState>,
    Operator(caller): Operator,
    Path(id): Path<OrderId>,
    _: NoQuery,
    extract::Json(body): extract::Json<WithReason>,
) -> Result<Written<Json<OrderFile>>> {
    act(&state, &caller, id, OrderAction::Ship, &body.reason, async |db, _| set_timer(db, id, TimerKind::Ship, Duration::ZERO).await).await
}
