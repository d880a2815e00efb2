use std::time::Duration;

use axum::{extract::State, response::Response};
use http::StatusCode;
use tradewind_contract::{
    OrderId,
    orders::{Order, OrderStatus, PayAgain},
};
use tradewind_kit::{
    Error, Refusal, Result,
    auth::Caller,
    extract::{self, NoQuery, Path},
    idempotency::IdempotencyKey,
};

use super::queries::{self, AttemptState};
use crate::{
    keyed,
    orders::{
        place_order::payment_token_invalid,
        queries::{lock_own_order, select_order},
        timers::{TimerKind, set_timer},
    },
    state::AppState,
};

/// Pays with another card after a refusal, while the pieces are held. The answer is the order as it is; what the bank
/// says comes as its next step.
#[utoipa::path(
    post, path = "/orders/{id}/payments", tag = "orders", security(("bearer" = [])), request_body = PayAgain,
    params(("id" = String, Path), ("Idempotency-Key" = String, Header)),
    responses(
        (status = 200, body = Order), (status = 400, body = tradewind_contract::Problem), (status = 401, body = tradewind_contract::Problem),
        (status = 404, body = tradewind_contract::Problem),
        (status = 409, body = tradewind_contract::Problem, description = "order_not_payable or idempotency_key_in_use"),
        (status = 422, body = tradewind_contract::Problem),
    ),
)]
pub async fn pay_again(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<OrderId>,
    key: IdempotencyKey,
    _: NoQuery,
    extract::Json(pay): extract::Json<PayAgain>,
) -> Result<Response> {
    if pay.payment_token().is_none() {
        return Err(payment_token_invalid().into());
    }
    state.count_write(&caller).await?;
    let route = format!("POST /orders/{id}/payments");
    keyed::once(&state.database, caller.user, &route, &key, &pay, StatusCode::OK, async |db| {
        let order = lock_own_order(db, id, caller.user).await?.ok_or_else(Refusal::not_found)?;
        let asked = queries::latest_attempt(db, id).await?.is_some_and(|attempt| attempt.state == AttemptState::Requested);
        if order.status != OrderStatus::PaymentFailed {
            return Err(not_payable(match order.status {
                OrderStatus::Placed | OrderStatus::PaymentPending => "Its payment is being checked. Wait for the bank's answer.",
                OrderStatus::Cancelled => "It is cancelled.",
                _ => "It is paid for.",
            })
            .into());
        }
        if asked {
            return Err(not_payable("The card that you gave is being checked. Wait for the bank's answer.").into());
        }
        if queries::select_hold_end(db, id).await?.is_none() {
            return Err(not_payable("Its pieces are no longer set aside.").into());
        }
        queries::open_attempt(db, id, Some(&pay.payment_token)).await?;
        set_timer(db, id, TimerKind::Authorize, Duration::ZERO).await?;
        select_order(db, id, caller.user).await?.ok_or_else(|| Error::Corrupt(format!("order {id} is gone in its own transaction")))
    })
    .await
}

fn not_payable(detail: &'static str) -> Refusal {
    Refusal::conflict("order_not_payable", "This order cannot be paid for now", detail)
}
