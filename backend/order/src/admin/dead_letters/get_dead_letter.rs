use axum::{Json, extract::State};
use sqlx::PgConnection;
use tradewind_contract::{Problem, operators::DeadLetterDetail, routes::admin as path};
use tradewind_kit::{
    Result,
    auth::Operator,
    extract::{NoQuery, Path},
    failures,
};

use super::{model, queries};
use crate::state::AppState;

/// As many of the events that wait behind it as a screen can show; `parked` counts them all.
const PARKED_MAX: i64 = 100;

/// A dead letter with its bytes, what waits behind it, and what was decided about it.
#[utoipa::path(
    get, path = path::DEAD_LETTER, tag = "operators", security(("bearer" = [])), params(("id" = i64, Path)),
    responses(
        (status = 200, body = DeadLetterDetail), (status = 401, body = Problem),
        (status = 403, description = "operator_required", body = Problem), (status = 404, body = Problem),
    ),
)]
pub async fn get_dead_letter(
    State(state): State<AppState>,
    _: Operator,
    Path(id): Path<i64>,
    _: NoQuery,
) -> Result<Json<DeadLetterDetail>> {
    Ok(Json(read(&mut *state.database.writer().await?, id).await?))
}

/// # Errors
/// 404 when there is none.
pub async fn read(db: &mut PgConnection, id: i64) -> Result<DeadLetterDetail> {
    let row = failures::find(db, id).await?;
    let number = queries::select_order_numbers(db, row.aggregate_id.as_slice()).await?.into_values().next();
    let parked = failures::parked(db, &row, PARKED_MAX).await?;
    let decisions = failures::decisions(db, id).await?;
    model::detail(&row, number, parked, decisions)
}
