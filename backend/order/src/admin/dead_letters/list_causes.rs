use axum::{Json, extract::State};
use tradewind_contract::{
    Problem,
    operators::{DeadLetterCause, DeadLetterCauses},
    routes::admin as path,
};
use tradewind_kit::{Result, auth::Operator, extract::NoQuery, failures};

use crate::state::AppState;

/// More would be no overview.
const CAUSES_MAX: i64 = 100;

/// What the dead letters that nobody has decided about died of, the most frequent first.
#[utoipa::path(
    get, path = path::DEAD_LETTER_CAUSES, tag = "operators", security(("bearer" = [])),
    responses(
        (status = 200, body = DeadLetterCauses), (status = 401, body = Problem),
        (status = 403, description = "operator_required", body = Problem),
    ),
)]
pub async fn list_causes(State(state): State<AppState>, _: Operator, _: NoQuery) -> Result<Json<DeadLetterCauses>> {
    let causes = failures::causes(&mut *state.database.writer().await?, CAUSES_MAX).await?;
    let items = causes.into_iter().map(|row| DeadLetterCause { consumer: row.consumer, cause: row.cause, count: row.count.unsigned_abs() });
    Ok(Json(DeadLetterCauses { items: items.collect() }))
}
