use axum::{Json, extract::State};
use http::StatusCode;
use tradewind_contract::{
    Problem,
    operators::{DeadLetterDetail, WithReason},
    routes::admin as path,
};
use tradewind_kit::{
    Result,
    auth::Operator,
    database::transact,
    extract::{self, NoQuery, Path},
    failures,
    http::Written,
};

use super::get_dead_letter;
use crate::{admin::audit::queries::insert_entry, state::AppState};

/// Gives a dead letter up; what waits behind it goes on without it.
///
/// # Errors
/// 409 `dead_letter_decided` when it is not dead (any more).
#[utoipa::path(
    post, path = path::DEAD_LETTER_DISCARD, tag = "operators", security(("bearer" = [])), request_body = WithReason,
    params(("id" = i64, Path)),
    responses(
        (status = 200, body = DeadLetterDetail), (status = 401, body = Problem),
        (status = 403, description = "operator_required", body = Problem), (status = 404, body = Problem),
        (status = 409, description = "dead_letter_decided", body = Problem), (status = 422, body = Problem),
    ),
)]
pub async fn discard(
    State(state): State<AppState>,
    Operator(caller): Operator,
    Path(id): Path<i64>,
    _: NoQuery,
    extract::Json(body): extract::Json<WithReason>,
) -> Result<Written<Json<DeadLetterDetail>>> {
    state.count_write(&caller).await?;
    let (letter, token) = transact(&state.database, async |db| {
        failures::discard(db, id, &caller.user.to_string(), body.reason.trim()).await?;
        insert_entry(db, caller.user, "dead_letter.discard", &id.to_string(), &body.reason).await?;
        get_dead_letter::read(db, id).await
    })
    .await?;
    Ok(Written { status: StatusCode::OK, body: Json(letter), token })
}
