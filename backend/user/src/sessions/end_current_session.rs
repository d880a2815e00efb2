//! `DELETE /sessions/current`

use axum::{extract::State, response::IntoResponse};
use http::StatusCode;
use tradewind_contract::{Problem, routes::user as path};
use tradewind_kit::{Result, auth::Account, database::transact, extract::NoQuery, http::Written};

use super::queries;
use crate::state::AppState;

/// Logs out: the session ends, its access token with it, and the cookie is cleared.
///
/// # Errors
/// 403 `account_required` for guests.
#[utoipa::path(
    delete, path = path::SESSION_CURRENT, tag = "sessions", security(("bearer" = [])),
    responses((status = 204), (status = 401, body = Problem), (status = 403, description = "account_required", body = Problem))
)]
pub async fn end_current_session(State(state): State<AppState>, Account(caller): Account, _: NoQuery) -> Result<impl IntoResponse> {
    state.count_write(&caller).await?;
    let (_, token) = transact(&state.database, async |db| queries::end_own_session(db, caller.user, caller.session).await).await?;
    super::revoke(&state, caller.session).await;
    Ok((state.cookie.clear(), Written { status: StatusCode::NO_CONTENT, body: (), token }))
}
