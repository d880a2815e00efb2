use axum::{Json, extract::State};
use http::StatusCode;
use tradewind_contract::{
    Problem,
    operators::{RedriveAll, Redriven},
    routes::admin as path,
};
use tradewind_kit::{
    Result,
    auth::Operator,
    database::transact,
    extract::{self, NoQuery},
    failures,
    http::Written,
};

use crate::{admin::audit::queries::insert_entry, state::AppState};

/// To a statement, each of which ends long before its time-out.
const BATCH: u64 = 1_000;
/// What one request redrives at most; the next takes those that are left.
const REDRIVEN_MAX: u64 = 10_000;

/// Lets the worker try all dead letters of a consumer again that died of one cause: up to 10,000 at a time, the oldest first, all of
/// them or none. When there is none, nothing is changed.
#[utoipa::path(
    post, path = path::DEAD_LETTERS_REDRIVE, tag = "operators", security(("bearer" = [])), request_body = RedriveAll,
    responses(
        (status = 200, body = Redriven), (status = 401, body = Problem),
        (status = 403, description = "operator_required", body = Problem), (status = 422, body = Problem),
    ),
)]
pub async fn redrive_cause(
    State(state): State<AppState>,
    Operator(caller): Operator,
    _: NoQuery,
    extract::Json(body): extract::Json<RedriveAll>,
) -> Result<Written<Json<Redriven>>> {
    state.count_write(&caller).await?;
    let (count, token) = transact(&state.database, async |db| {
        let (actor, limit) = (caller.user.to_string(), i64::try_from(BATCH).unwrap_or(i64::MAX));
        let mut count = 0;
        while count < REDRIVEN_MAX {
            let batch = failures::redrive_cause(db, &body.consumer, &body.cause, limit, &actor, body.reason.trim()).await?;
            count += batch;
            if batch < BATCH {
                break;
            }
        }
        if count > 0 {
            // The cause may quote what the message said; each letter's own decisions tell which they were.
            insert_entry(db, caller.user, "dead_letter.redrive_all", &format!("{} ({count})", body.consumer), &body.reason).await?;
        }
        Ok(count)
    })
    .await?;
    Ok(Written { status: StatusCode::OK, body: Json(Redriven { count }), token })
}
