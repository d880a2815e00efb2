//! `GET /users/me`

use axum::{Json, extract::State};
use tradewind_contract::{Problem, routes::user as path, users::User};
use tradewind_kit::{Refusal, Result, auth::Account, extract::NoQuery};

use super::queries;
use crate::state::AppState;

/// One's own account, always from the primary.
///
/// # Errors
/// 401 when the account was erased since the token was made.
#[utoipa::path(
    get, path = path::ME, tag = "users", security(("bearer" = [])),
    responses((status = 200, body = User), (status = 401, body = Problem), (status = 403, description = "account_required", body = Problem))
)]
pub async fn get_me(State(state): State<AppState>, Account(caller): Account, _: NoQuery) -> Result<Json<User>> {
    let mut db = state.database.writer().await?;
    let row = queries::find_user(&mut db, caller.user).await?;
    let row = row.ok_or_else(|| Refusal::unauthorized("This account is gone."))?;
    Ok(Json(row.try_into()?))
}
