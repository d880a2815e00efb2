//! `POST /users`

use axum::{Json, extract::State, response::IntoResponse};
use http::StatusCode;
use tradewind_contract::{
    Problem,
    routes::user as path,
    users::{Register, Role, Session, User},
};
use tradewind_events::UserRegistered;
use tradewind_kit::{
    Error, Result,
    auth::Caller,
    database::transact,
    extract::{self, NoQuery},
    http::Written,
    outbox,
};

use super::{
    model::{NewAccount, email_taken},
    queries,
};
use crate::{
    sessions::{self, model::NewSession, visitor::Visitor},
    state::AppState,
};

/// An account, and a session in it. From a guest's token it is the guest's identity that gets the
/// account, so its cart and orders stay; the guest's own sessions end, whoever else held them.
///
/// # Errors
/// 409 `email_taken`; 401 for a guest's token that is not valid any more; 503 `log_in_busy`.
#[utoipa::path(
    post, path = path::USERS, tag = "users", request_body = Register, security((), ("bearer" = [])),
    responses((status = 201, body = Session), (status = 409, description = "email_taken", body = Problem), (status = 422, body = Problem))
)]
pub async fn register(
    State(state): State<AppState>,
    caller: Option<Caller>,
    visitor: Visitor,
    _: NoQuery,
    extract::Json(body): extract::Json<Register>,
) -> Result<impl IntoResponse> {
    let guest = caller.filter(|caller| caller.role == Role::Guest);
    let account = NewAccount {
        password_hash: state.hasher.hash(body.password).await?,
        email: body.email,
        display_name: body.display_name.trim().to_owned(),
    };
    let session = NewSession::new(visitor.user_agent, &state.limits);
    let ((user, ended), token) = transact(&state.database, async |db| {
        let promoted = match guest {
            Some(guest) => queries::promote_guest(db, guest.user, &account).await.map_err(taken)?,
            None => None,
        };
        let was_guest = promoted.is_some();
        let (row, sequence) = match promoted {
            Some(promoted) => promoted,
            None => queries::insert_shopper(db, &account).await.map_err(taken)?,
        };
        let user = User::try_from(row)?;
        let ended = if was_guest { sessions::queries::end_all_sessions(db, user.id).await? } else { Vec::new() };
        sessions::queries::insert_session(db, user.id, &session).await?;
        outbox::append(db, &UserRegistered { user_id: user.id, was_guest }, sequence).await?;
        Ok((user, ended))
    })
    .await?;
    for ended in ended {
        sessions::revoke(&state, ended).await;
    }
    let body = Json(state.session(user, session.id)?);
    Ok((state.cookie.set(&session), Written { status: StatusCode::CREATED, body, token }))
}

fn taken(error: Error) -> Error {
    if error.constraint() == Some("users_email_key") { email_taken().into() } else { error }
}
