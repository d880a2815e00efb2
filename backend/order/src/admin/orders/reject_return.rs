use axum::{Json, extract::State};
use tradewind_contract::{
    OrderId, Problem,
    operators::{OrderAction, OrderFile, WithReason},
    orders::ReturnState,
    routes::admin as path,
};
use tradewind_kit::{
    Error, Result,
    auth::Operator,
    extract::{self, NoQuery, Path},
    http::Written,
};

use super::act::act;
use crate::{
    orders::step::{self, Happened},
    returns::queries::{decide_return, lock_open_return},
    state::AppState,
};

/// Leaves the goods with the shopper, and the money with us: the order is `delivered` again.
///
/// # Errors
/// 409 `return_not_open` otherwise.
#[utoipa::path(
    post, path = path::ORDER_REJECT_RETURN, tag = "operators", security(("bearer" = [])), request_body = WithReason, params(("id" = String, Path)),
    responses(
        (status = 200, body = OrderFile), (status = 401, body = Problem),
        (status = 403, description = "operator_required", body = Problem), (status = 404, body = Problem),
        (status = 409, description = "return_not_open", body = Problem), (status = 422, body = Problem),
    ),
)]
pub async fn reject_return(
    State(state): State<AppState>,
    Operator(caller): Operator,
    Path(id): Path<OrderId>,
    _: NoQuery,
    extract::Json(body): extract::Json<WithReason>,
) -> Result<Written<Json<OrderFile>>> {
    act(&state, &caller, id, OrderAction::RejectReturn, &body.reason, async |db, order| {
        let open = lock_open_return(db, id).await?.ok_or_else(|| Error::Corrupt(format!("order {id} has no open return")))?;
        decide_return(db, open.id, ReturnState::Rejected, caller.user, None).await?;
        step::take(db, id, order, &Happened::ReturnRejected { id: open.id }).await?;
        Ok(())
    })
    .await
}
