//! `PATCH /users/me`

use axum::{Json, extract::State};
use http::StatusCode;
use tradewind_contract::{
    Problem,
    routes::user as path,
    users::{UpdateMe, User},
};
use tradewind_kit::{
    Refusal, Result,
    auth::Account,
    database::transact,
    extract::{self, NoQuery},
    http::Written,
};

use super::queries;
use crate::state::AppState;

/// Changes one's name or language; what is absent stays.
///
/// # Errors
/// 401 when the account was erased since the token was made; 422 for a language that the shop does not speak.
#[utoipa::path(
    patch, path = path::ME, tag = "users", request_body = UpdateMe, security(("bearer" = [])),
    responses((status = 200, body = User), (status = 401, body = Problem), (status = 403, description = "account_required", body = Problem), (status = 422, body = Problem))
)]
pub async fn update_me(
    State(state): State<AppState>,
    Account(caller): Account,
    _: NoQuery,
    extract::Json(change): extract::Json<UpdateMe>,
) -> Result<Written<Json<User>>> {
    state.count_write(&caller).await?;
    let (row, token) = transact(&state.database, async |db| queries::update_user(db, caller.user, &change).await).await?;
    let row = row.ok_or_else(|| Refusal::unauthorized("This account is gone."))?;
    Ok(Written { status: StatusCode::OK, body: Json(row.try_into()?), token })
}
