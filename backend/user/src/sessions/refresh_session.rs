//! `POST /sessions/refresh`

use axum::{Json, extract::State, response::IntoResponse};
use http::{HeaderMap, StatusCode};
use sqlx::PgConnection;
use tradewind_contract::{
    Problem, SessionId,
    routes::user as path,
    users::{Session, User},
};
use tradewind_kit::{Result, database::transact, extract::NoQuery, http::Written};

use super::{
    model::{RefreshToken, session_ended},
    queries,
};
use crate::{config::Limits, state::AppState};

/// A fresh access token for the refresh token in the cookie, which is used up and replaced. Within ten
/// seconds a used one still works, for whoever lost the reply; after that it ends its whole family.
///
/// # Errors
/// 401 `session_ended`, and the cookie is cleared.
#[utoipa::path(
    post, path = path::SESSIONS_REFRESH, tag = "sessions",
    responses((status = 201, body = Session), (status = 401, description = "session_ended", body = Problem))
)]
pub async fn refresh_session(State(state): State<AppState>, headers: HeaderMap, _: NoQuery) -> Result<impl IntoResponse> {
    let ended = || state.cookie.clear_with(session_ended());
    let presented = state.cookie.read(&headers).ok_or_else(ended)?;
    let next = RefreshToken::random();
    let (outcome, token) = transact(&state.database, async |db| exchange(db, &presented, &next, &state.limits).await).await?;
    match outcome {
        Outcome::Fresh { user, session, left_s } => {
            let body = Json(state.session(user, session)?);
            Ok((state.cookie.set_token(&next, left_s), Written { status: StatusCode::CREATED, body, token }))
        }
        Outcome::Reused(session) => {
            tracing::warn!(%session, "a used refresh token came back; its family has ended");
            super::revoke(&state, session).await;
            Err(ended().into())
        }
        Outcome::Over => Err(ended().into()),
    }
}

/// Not an error in the database's sense: ending the family must be committed.
enum Outcome {
    Fresh { user: User, session: SessionId, left_s: i64 },
    Reused(SessionId),
    Over,
}

async fn exchange(db: &mut PgConnection, presented: &RefreshToken, next: &RefreshToken, limits: &Limits) -> Result<Outcome> {
    let Some(found) = queries::lock_refresh_token(db, presented, limits.refresh_grace).await? else {
        return Ok(Outcome::Over);
    };
    let session = SessionId::from_uuid(found.session_id);
    if found.over {
        return Ok(Outcome::Over);
    }
    if found.used && !found.in_grace {
        queries::end_family(db, found.session_id).await?;
        return Ok(Outcome::Reused(session));
    }
    queries::replace_refresh_token(db, found.session_id, presented, next).await?;
    Ok(Outcome::Fresh { user: found.user.try_into()?, session, left_s: found.left_s })
}
