//! `POST /sessions`

use axum::{Json, extract::State, response::IntoResponse};
use http::StatusCode;
use tradewind_contract::{
    Problem,
    routes::user as path,
    users::{LogIn, Session, User},
};
use tradewind_events::UserLoggedIn;
use tradewind_kit::{
    Result,
    consistency::ConsistencyToken,
    database::transact,
    extract::{self, NoQuery},
    http::Written,
    outbox,
};

use super::{
    model::{Credentials, NewSession},
    queries,
    throttle::{self, Subjects, credentials_invalid},
    visitor::Visitor,
};
use crate::state::AppState;

/// A session in an account that exists.
///
/// # Errors
/// 401 `credentials_invalid`, with the same answer and after the same time for an unknown user and a
/// wrong password; 429 after too many of them; 503 `log_in_busy` when too many log in at once.
#[utoipa::path(
    post, path = path::SESSIONS, tag = "sessions", request_body = LogIn,
    responses((status = 201, body = Session), (status = 401, description = "credentials_invalid", body = Problem), (status = 429, body = Problem))
)]
pub async fn log_in(
    State(state): State<AppState>,
    visitor: Visitor,
    _: NoQuery,
    extract::Json(body): extract::Json<LogIn>,
) -> Result<impl IntoResponse> {
    let subjects = Subjects::new(&body.email, &visitor);
    let credentials = verify(&state, &subjects, body).await?;
    let session = NewSession::new(visitor.user_agent, &state.limits);
    let (user, token) = open(&state, &subjects, &credentials, &session).await?;
    let body = Json(state.session(user, session.id)?);
    Ok((state.cookie.set(&session), Written { status: StatusCode::CREATED, body, token }))
}

/// No connection is held while the password is hashed.
async fn verify(state: &AppState, subjects: &Subjects, body: LogIn) -> Result<Credentials> {
    let place = state.hasher.place()?;
    let mut db = state.database.writer().await?;
    throttle::check(&mut db, subjects, &state.limits).await?;
    let found = queries::find_credentials(&mut db, &body.email).await?;
    drop(db);
    let hash = found.as_ref().map(|credentials| credentials.password_hash.clone());
    let right = state.hasher.verify(place, body.password, hash).await?;
    match found {
        Some(credentials) if right => Ok(credentials),
        _ => {
            let mut db = state.database.writer().await?;
            throttle::count(&mut db, subjects, &state.limits).await?;
            Err(credentials_invalid().into())
        }
    }
}

async fn open(state: &AppState, subjects: &Subjects, credentials: &Credentials, session: &NewSession) -> Result<(User, ConsistencyToken)> {
    transact(&state.database, async |db| {
        // The password may have changed, or the account gone, while it was being verified.
        let (row, sequence) = queries::begin_login(db, credentials).await?.ok_or_else(credentials_invalid)?;
        let user = User::try_from(row)?;
        queries::insert_session(db, user.id, session).await?;
        queries::forget_failures(db, subjects).await?;
        outbox::append(db, &UserLoggedIn { user_id: user.id, session_id: session.id }, sequence).await?;
        Ok(user)
    })
    .await
}
