//! `PUT /users/me/password`

use axum::extract::State;
use http::StatusCode;
use tradewind_contract::{Problem, routes::user as path, users::ChangePassword};
use tradewind_kit::{
    Refusal, Result,
    auth::{Account, Caller},
    database::transact,
    extract::{self, NoQuery},
    http::Written,
};

use super::{
    model::{CurrentPassword, password_wrong},
    queries,
};
use crate::{
    sessions::{
        self,
        throttle::{self, Subjects},
        visitor::Visitor,
    },
    state::AppState,
};

/// Another password for one's account. Every other session of it ends, with its access tokens; this one stays.
///
/// # Errors
/// 422 `password_wrong` at `/current`, which counts as a wrong log-in; 429 after too many of them; 401 when the
/// account was erased since the token was made; 503 `log_in_busy` when too many passwords are hashed at once.
#[utoipa::path(
    put, path = path::PASSWORD, tag = "users", request_body = ChangePassword, security(("bearer" = [])),
    responses(
        (status = 204), (status = 401, body = Problem), (status = 403, description = "account_required", body = Problem),
        (status = 422, description = "password_wrong, or validation_failed", body = Problem), (status = 429, body = Problem)
    )
)]
pub async fn change_password(
    State(state): State<AppState>,
    Account(caller): Account,
    visitor: Visitor,
    _: NoQuery,
    extract::Json(body): extract::Json<ChangePassword>,
) -> Result<Written<()>> {
    state.count_write(&caller).await?;
    let (verified, subjects) = verify(&state, &caller, &visitor, body.current).await?;
    let new_hash = state.hasher.hash(body.new).await?;
    let (ended, token) = transact(&state.database, async |db| {
        // The account before its sessions: a log-in with the old password holds this row until its own session is there to be ended.
        if !queries::update_password(db, caller.user, &verified.hash, &new_hash).await? {
            return Err(password_wrong().into());
        }
        sessions::queries::forget_failures(db, &subjects).await?;
        sessions::queries::end_other_sessions(db, caller.user, caller.session).await
    })
    .await?;
    for ended in ended {
        sessions::revoke(&state, ended).await;
    }
    Ok(Written { status: StatusCode::NO_CONTENT, body: (), token })
}

/// As a log-in does it: throttled, and with no connection held while the password is hashed.
async fn verify(state: &AppState, caller: &Caller, visitor: &Visitor, password: String) -> Result<(CurrentPassword, Subjects)> {
    let place = state.hasher.place()?;
    let mut db = state.database.writer().await?;
    let current = queries::select_password(&mut db, caller.user).await?;
    let current = current.ok_or_else(|| Refusal::unauthorized("This account is gone."))?;
    let subjects = Subjects::new(&current.email, visitor);
    throttle::check(&mut db, &subjects, &state.limits).await?;
    drop(db);
    if state.hasher.verify(place, password, Some(current.hash.clone())).await? {
        return Ok((current, subjects));
    }
    let mut db = state.database.writer().await?;
    throttle::count(&mut db, &subjects, &state.limits).await?;
    Err(password_wrong().into())
}
