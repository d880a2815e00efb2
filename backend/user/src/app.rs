//! The service as one router, for `main` and for the tests.

use axum::{Json, Router, routing::get};
use tradewind_contract::routes::{BASE, user as path};
use tradewind_kit::http::surround;

use crate::{openapi, routes, sessions::get_jwks::get_jwks, state::AppState};

/// Everything that the gateway routes here, and this half's description for the order service,
/// which serves the whole one. The gateway answers 404 for `/internal`.
pub fn app(state: AppState) -> Router {
    let routes = Router::new()
        .nest(BASE, routes::router())
        .route(path::JWKS, get(get_jwks))
        .route("/internal/openapi.json", get(|| async { Json(openapi::openapi()) }))
        .with_state(state);
    surround(routes)
}
