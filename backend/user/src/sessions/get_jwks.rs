//! `GET /.well-known/jwks.json`

use axum::{Json, extract::State, response::IntoResponse};
use http::header::CACHE_CONTROL;
use tradewind_contract::{routes::user as path, users::Jwks};

use crate::state::AppState;

/// The keys that tokens are verified with (RFC 7517): the one that signs and those that did or will.
#[utoipa::path(get, path = path::JWKS, tag = "sessions", responses((status = 200, body = Jwks)))]
pub async fn get_jwks(State(state): State<AppState>) -> impl IntoResponse {
    // A cached answer without a new key would fail the requests that the key signed.
    ([(CACHE_CONTROL, "no-cache")], Json(state.jwks().clone()))
}
