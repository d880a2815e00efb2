//! `DELETE /sessions/{id}`

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use tradewind_contract::{Problem, SessionId, routes::user as path};
use tradewind_kit::{
    Refusal, Result,
    auth::Account,
    database::transact,
    extract::{NoQuery, Path},
    http::Written,
};

use super::queries;
use crate::state::AppState;

/// Logs one of one's own devices out; repeating it is harmless.
///
/// # Errors
/// 404 for a session that is somebody else's or never was.
#[utoipa::path(
    delete, path = path::SESSION, tag = "sessions", security(("bearer" = [])), params(("id" = SessionId, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, description = "account_required", body = Problem), (status = 404, body = Problem))
)]
pub async fn end_session(
    State(state): State<AppState>,
    Account(caller): Account,
    Path(session): Path<SessionId>,
    _: NoQuery,
) -> Result<Response> {
    state.count_write(&caller).await?;
    let (ended, token) = transact(&state.database, async |db| queries::end_own_session(db, caller.user, session).await).await?;
    if !ended {
        return Err(Refusal::not_found().into());
    }
    super::revoke(&state, session).await;
    let written = Written { status: StatusCode::NO_CONTENT, body: (), token };
    Ok(if session == caller.session { (state.cookie.clear(), written).into_response() } else { written.into_response() })
}
