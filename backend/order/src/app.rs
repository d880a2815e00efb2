//! The service as one router, for `main` and for the tests.

use axum::{
    Router,
    body::Bytes,
    response::{Html, IntoResponse, Response},
    routing::get,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::header;
use sha2::{Digest, Sha256};
use tradewind_contract::routes::BASE;
use tradewind_kit::http::surround;

use crate::{media, openapi, routes, state::AppState};

/// Everything that the gateway routes here.
pub fn app(state: AppState) -> Router {
    let routes = Router::new()
        .nest(BASE, routes::router())
        .route("/media/{family}/{handle}/{file}", get(media::product_picture))
        .route("/media/scenes/{file}", get(media::scene_picture))
        .route("/api/v1/openapi.json", get(|| async { ([(header::CONTENT_TYPE, "application/json")], openapi::MERGED) }))
        .route("/docs", get(|| async { Html(openapi::page()) }))
        .with_state(state);
    surround(routes)
}

/// JSON that is cached as bytes and sent as they are. Browsers ask again each time, with the ETag where there is one.
#[derive(Debug)]
pub struct CachedJson(pub Bytes);

impl IntoResponse for CachedJson {
    fn into_response(self) -> Response {
        let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")];
        (headers, self.0).into_response()
    }
}

/// A strong validator of a body.
pub fn etag(body: &[u8]) -> String {
    format!("\"{}\"", URL_SAFE_NO_PAD.encode(&Sha256::digest(body)[..12]))
}
