use axum::{Json, extract::State};
use sqlx::PgConnection;
use tradewind_contract::{OrderId, Problem, operators::OrderFile, orders::ReturnState, routes::admin as path};
use tradewind_kit::{
    Refusal, Result,
    auth::Operator,
    extract::{NoQuery, Path},
};

use super::{model::Standing, queries};
use crate::{orders::queries::select_anybodys_order, payments::queries::AttemptState, returns::queries::select_returns, state::AppState};

/// An order with all that stands about it, and what can be done to it now.
#[utoipa::path(
    get, path = path::ORDER, tag = "operators", security(("bearer" = [])), params(("id" = String, Path)),
    responses(
        (status = 200, body = OrderFile), (status = 401, body = Problem),
        (status = 403, description = "operator_required", body = Problem), (status = 404, body = Problem),
    ),
)]
pub async fn get_order(State(state): State<AppState>, _: Operator, Path(id): Path<OrderId>, _: NoQuery) -> Result<Json<OrderFile>> {
    // What is decided by it is asked of the primary.
    Ok(Json(read(&mut *state.database.writer().await?, id).await?))
}

/// # Errors
/// 404 when there is none.
pub async fn read(db: &mut PgConnection, id: OrderId) -> Result<OrderFile> {
    let order = select_anybodys_order(db, id).await?.ok_or_else(Refusal::not_found)?;
    let events = queries::select_events(db, id).await?;
    let payments = queries::select_payments(db, id).await?;
    let ledger = queries::select_ledger(db, id).await?;
    let returns = select_returns(db, id).await?;
    let open = |state: &ReturnState| matches!(state, ReturnState::Requested | ReturnState::Accepted);
    let standing = Standing {
        status: order.status,
        is_leaving: payments.last().is_some_and(|payment| payment.state == AttemptState::Capturing.as_str()),
        open_return: returns.iter().map(|back| back.state).find(open),
    };
    Ok(OrderFile {
        trace_id: events.first().filter(|event| event.sequence == 1).and_then(|event| event.trace_id.clone()),
        order,
        events,
        payments,
        ledger,
        returns,
        actions: standing.actions(),
    })
}
