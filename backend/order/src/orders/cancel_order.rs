use axum::{Json, extract::State};
use http::StatusCode;
use sqlx::PgConnection;
use tradewind_contract::{
    OrderId,
    orders::{Order, OrderStatus},
};
use tradewind_kit::{
    Error, Refusal, Result,
    auth::Caller,
    database::transact,
    extract::{NoQuery, Path},
    http::Written,
};

use super::{
    queries::{self, LockedOrder},
    step::{self, Happened},
    timers::{TimerKind, delete_timer},
    watch,
};
use crate::{
    payments::queries::{AttemptState, latest_attempt},
    state::AppState,
};

/// Gives the order up before it leaves: its pieces can be bought again, and what the bank keeps aside is let go.
/// Repeating it changes nothing.
#[utoipa::path(
    post, path = "/orders/{id}/cancel", tag = "orders", security(("bearer" = [])), params(("id" = String, Path)),
    responses(
        (status = 200, body = Order), (status = 401, body = tradewind_contract::Problem), (status = 404, body = tradewind_contract::Problem),
        (status = 409, body = tradewind_contract::Problem, description = "order_not_cancellable"),
    ),
)]
pub async fn cancel_order(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<OrderId>,
    _: NoQuery,
) -> Result<Written<Json<Order>>> {
    state.count_write(&caller).await?;
    let (order, token) = transact(&state.database, async |db| {
        let order = queries::lock_own_order(db, id, caller.user).await?.ok_or_else(Refusal::not_found)?;
        if order.status != OrderStatus::Cancelled {
            give_up(db, id, &order, "cancelled_by_shopper").await?;
        }
        queries::select_order(db, id, caller.user)
            .await?
            .ok_or_else(|| Error::Corrupt(format!("order {id} is gone in its own transaction")))
    })
    .await?;
    watch::announce(&state.redis, id, &token).await;
    Ok(Written { status: StatusCode::OK, body: Json(order), token })
}

/// Takes the step to `cancelled`, whoever asks for it; `reason` is a code.
///
/// # Errors
/// 409 `order_not_cancellable` when the table has no such step, or the order is leaving.
pub async fn give_up(db: &mut PgConnection, id: OrderId, order: &LockedOrder, reason: &'static str) -> Result<()> {
    // What happens next is that the money is taken: no longer ours to stop.
    let leaving = latest_attempt(db, id).await?.is_some_and(|attempt| attempt.state == AttemptState::Capturing);
    if leaving || !step::take(db, id, order, &Happened::CancelAsked { reason }).await? {
        return Err(not_cancellable(order.status).into());
    }
    for timer in [TimerKind::EndHold, TimerKind::Ship] {
        delete_timer(db, id, timer).await?;
    }
    Ok(())
}

pub fn not_cancellable(status: OrderStatus) -> Refusal {
    let detail = match status {
        OrderStatus::PaymentPending => "Its payment is being checked. Try again when the bank has answered.",
        OrderStatus::Paid => "It is leaving at this moment. You can return it once it is there.",
        OrderStatus::Shipped => "It is on its way. You can return it once it is there.",
        OrderStatus::Cancelled => "It is cancelled already.",
        _ => "It has arrived. You can return it instead.",
    };
    Refusal::conflict("order_not_cancellable", "This order cannot be cancelled", detail)
}
