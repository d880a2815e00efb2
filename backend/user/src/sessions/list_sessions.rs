//! `GET /sessions`

use axum::{Json, extract::State};
use tradewind_contract::{Problem, routes::user as path, users::Devices};
use tradewind_kit::{Result, auth::Account, extract::NoQuery};

use super::queries;
use crate::state::AppState;

/// The devices that one is logged in on, newest first, at most a hundred; always from the primary.
///
/// # Errors
/// 403 `account_required` for guests.
#[utoipa::path(
    get, path = path::SESSIONS, tag = "sessions", security(("bearer" = [])),
    responses((status = 200, body = Devices), (status = 401, body = Problem), (status = 403, description = "account_required", body = Problem))
)]
pub async fn list_sessions(State(state): State<AppState>, Account(caller): Account, _: NoQuery) -> Result<Json<Devices>> {
    let mut db = state.database.writer().await?;
    let rows = queries::select_devices(&mut db, caller.user).await?;
    Ok(Json(Devices { items: rows.into_iter().map(|row| row.into_device(caller.session)).collect() }))
}
