use axum::{extract::State, response::Response};
use http::StatusCode;
use time::OffsetDateTime;
use tradewind_contract::{
    OrderId,
    orders::{OrderStatus, RequestReturn, Return},
};
use tradewind_kit::{
    Error, Refusal, Result,
    auth::Caller,
    extract::{self, NoQuery, Path},
    idempotency::IdempotencyKey,
};

use super::{model, queries};
use crate::{
    keyed,
    orders::{
        queries::{lock_own_order, select_order},
        step::{self, Happened},
    },
    state::AppState,
};

/// Asks to send goods back after they arrived; an operator decides.
#[utoipa::path(
    post, path = "/orders/{id}/returns", tag = "orders", security(("bearer" = [])), request_body = RequestReturn,
    params(("id" = String, Path), ("Idempotency-Key" = String, Header)),
    responses(
        (status = 201, body = Return), (status = 400, body = tradewind_contract::Problem), (status = 401, body = tradewind_contract::Problem),
        (status = 404, body = tradewind_contract::Problem),
        (status = 409, body = tradewind_contract::Problem, description = "order_not_returnable or idempotency_key_in_use"),
        (status = 422, body = tradewind_contract::Problem),
    ),
)]
pub async fn request_return(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<OrderId>,
    key: IdempotencyKey,
    _: NoQuery,
    extract::Json(request): extract::Json<RequestReturn>,
) -> Result<Response> {
    state.count_write(&caller).await?;
    let route = format!("POST /orders/{id}/returns");
    keyed::once(&state.database, caller.user, &route, &key, &request, StatusCode::CREATED, async |db| {
        let locked = lock_own_order(db, id, caller.user).await?.ok_or_else(Refusal::not_found)?;
        if locked.status != OrderStatus::Delivered {
            return Err(not_returnable(reason(locked.status)).into());
        }
        let order = select_order(db, id, caller.user).await?.ok_or_else(|| Error::Corrupt(format!("order {id} is gone while locked")))?;
        if order.returnable_until().is_some_and(|until| until.0 < OffsetDateTime::now_utc()) {
            return Err(not_returnable("The 30 days for sending it back have ended.").into());
        }
        let amount = model::amount(&order, &request.lines)?;
        let requested = queries::insert_return(db, id, &request, amount).await?;
        let happened = Happened::ReturnAsked { id: requested.id, amount, lines: request.lines.clone() };
        step::take(db, id, &locked, &happened).await?;
        Ok(requested)
    })
    .await
}

const fn reason(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::ReturnRequested => "A return of it is being looked at already.",
        OrderStatus::Refunded => "It has been returned.",
        OrderStatus::Cancelled => "It was cancelled.",
        _ => "It has not arrived yet.",
    }
}

fn not_returnable(detail: &'static str) -> Refusal {
    Refusal::conflict("order_not_returnable", "This order cannot be returned", detail)
}
