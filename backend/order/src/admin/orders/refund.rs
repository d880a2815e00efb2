use std::time::Duration;

use axum::{Json, extract::State};
use sqlx::PgConnection;
use tradewind_contract::{
    OrderId, Problem,
    operators::{OrderAction, OrderFile, Refund},
    orders::{RequestReturn, Return, ReturnLine, ReturnState},
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
    orders::{
        queries::{LockedOrder, select_anybodys_order},
        step::{self, Happened},
        timers::{TimerKind, set_timer},
    },
    returns::{
        model,
        queries::{decide_return, insert_return, lock_open_return, restock_return},
    },
    state::AppState,
};

/// Accepts the return that was asked for; of a delivered order, takes everything back. The worker pays it back, so the answer says
/// `return_requested`.
///
/// # Errors
/// 409 `order_not_refundable` otherwise.
#[utoipa::path(
    post, path = path::ORDER_REFUND, tag = "operators", security(("bearer" = [])), request_body = Refund, params(("id" = String, Path)),
    responses(
        (status = 200, body = OrderFile), (status = 401, body = Problem),
        (status = 403, description = "operator_required", body = Problem), (status = 404, body = Problem),
        (status = 409, description = "order_not_refundable", body = Problem), (status = 422, body = Problem),
    ),
)]
pub async fn refund(
    State(state): State<AppState>,
    Operator(caller): Operator,
    Path(id): Path<OrderId>,
    _: NoQuery,
    extract::Json(body): extract::Json<Refund>,
) -> Result<Written<Json<OrderFile>>> {
    act(&state, &caller, id, OrderAction::Refund, &body.reason, async |db, order| {
        let back = match lock_open_return(db, id).await? {
            Some(requested) => requested,
            None => take_all_back(db, id, order, &body.reason).await?,
        };
        decide_return(db, back.id, ReturnState::Accepted, caller.user, Some(body.restock)).await?;
        set_timer(db, id, TimerKind::Refund, Duration::ZERO).await?;
        // Stock comes last: hot rows are held briefly. The new levels are told when `order.refunded` is handled.
        if body.restock { restock_return(db, back.id).await } else { Ok(()) }
    })
    .await
}

/// The return that nobody has asked for. A refund ends an order, so nothing of it has gone back before.
async fn take_all_back(db: &mut PgConnection, id: OrderId, locked: &LockedOrder, reason: &str) -> Result<Return> {
    let order = select_anybodys_order(db, id).await?.ok_or_else(|| Error::Corrupt(format!("order {id} is gone while locked")))?;
    let lines: Vec<_> = order.lines.iter().map(|line| ReturnLine { sku: line.sku.clone(), quantity: line.quantity }).collect();
    let amount = model::amount(&order, &lines)?;
    let back = insert_return(db, id, &RequestReturn { lines: lines.clone(), reason: reason.to_owned() }, amount).await?;
    step::take(db, id, locked, &Happened::ReturnAsked { id: back.id, amount, lines }).await?;
    Ok(back)
}
