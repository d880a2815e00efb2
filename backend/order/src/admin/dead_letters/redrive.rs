use axum::{Json, extract::State};
use http::StatusCode;
use tradewind_contract::{Problem, operators::DeadLetterDetail, routes::admin as path};
use tradewind_kit::{
    Result,
    auth::Operator,
    database::transact,
    extract::{NoQuery, Path},
    failures,
    http::Written,
};

use super::get_dead_letter;
use crate::{admin::audit::queries::insert_entry, state::AppState};

/// Lets the worker try a dead letter again, and what waits behind it after that, in order.
///
/// # Errors
/// 409 `dead_letter_decided` when it is not dead (any more).
#[utoipa::path(
    post, path = path::DEAD_LETTER_REDRIVE, tag = "operators", security(("bearer" = [])), params(("id" = i64, Path)),
    responses(
        (status = 200, body = DeadLetterDetail), (status = 401, body = Problem),
        (status = 403, description = "operator_required", body = Problem), (status = 404, body = Problem),
        (status = 409, description = "dead_letter_decided", body = Problem),
    ),
)]
pub async fn redrive(
    State(state): State<AppState>,
    Operator(caller): Operator,
    Path(id): Path<i64>,
    _: NoQuery,
) -> Result<Written<Json<DeadLetterDetail>>> {
    state.count_write(&caller).await?;
    let (letter, token) = transact(&state.database, async |db| {
        failures::redrive(db, id, &caller.user.to_string(), "").await?;
        insert_entry(db, caller.user, "dead_letter.redrive", &id.to_string(), "").await?;
        get_dead_letter::read(db, id).await
    })
    .await?;
    Ok(Written { status: StatusCode::OK, body: Json(letter), token })
}
