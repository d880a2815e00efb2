//! `POST /sessions/guest`

use axum::{Json, extract::State, response::IntoResponse};
use http::StatusCode;
use tradewind_contract::{
    UserId,
    routes::user as path,
    users::{Role, Session, User},
};
use tradewind_kit::{Result, database::wal_position, extract::NoQuery, http::Written};
use uuid::Uuid;

use super::{model::NewSession, queries, visitor::Visitor};
use crate::state::AppState;

/// An identity for somebody who puts something in a cart, with a session like any other.
///
/// # Errors
/// 503 when the database does not answer.
#[utoipa::path(post, path = path::GUEST_SESSIONS, tag = "sessions", responses((status = 201, body = Session)))]
pub async fn open_guest_session(State(state): State<AppState>, visitor: Visitor, _: NoQuery) -> Result<impl IntoResponse> {
    let session = NewSession::new(visitor.user_agent, &state.limits);
    let id = UserId::from_uuid(Uuid::now_v7());
    // One statement is a transaction by itself; a lost answer leaves a guest whom nobody knows.
    let mut db = state.database.writer().await?;
    let created_at = queries::insert_guest(&mut db, id, &session).await?;
    let token = wal_position(&mut db, &state.database).await?;
    drop(db);
    let guest = User { id, role: Role::Guest, email: None, display_name: None, locale: None, created_at: created_at.into() };
    let body = Json(state.session(guest, session.id)?);
    Ok((state.cookie.set(&session), Written { status: StatusCode::CREATED, body, token }))
}
