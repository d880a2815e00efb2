use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header};
use tradewind_contract::catalog::Product;
use tradewind_kit::{
    Refusal, Result,
    consistency::ReadAfter,
    extract::{NoQuery, Path},
};

use super::queries;
use crate::{
    app::{CachedJson, etag},
    state::AppState,
};

/// Under which key a product's page is cached; `product.changed` and `stock.changed` outdate it.
pub fn cache_key(handle: &str) -> String {
    format!("product:{handle}")
}

/// A product's page.
#[utoipa::path(
    get, path = "/products/{handle}", tag = "catalogue", params(("handle" = String, Path)),
    responses((status = 200, body = Product), (status = 304), (status = 404, body = tradewind_contract::Problem)),
)]
pub async fn get_product(
    State(state): State<AppState>,
    Path(handle): Path<String>,
    _: NoQuery,
    after: ReadAfter,
    headers: HeaderMap,
) -> Result<Response> {
    let body = state.catalog.json(&cache_key(&handle), after.lsn(), async |db| queries::select_product(db, &handle).await).await?;
    // "null" is the cached knowledge that there is no such product.
    if body.as_ref() == b"null" {
        return Err(Refusal::not_found().into());
    }
    state.views.count(&handle);
    let tag = etag(&body);
    if headers.get_all(header::IF_NONE_MATCH).iter().any(|seen| seen.to_str().is_ok_and(|seen| has_seen(seen, &tag))) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    Ok(([(header::ETAG, tag)], CachedJson(body)).into_response())
}

/// RFC 9110, 13.1.2: compared weakly, because the gateway's compression makes a strong tag weak.
fn has_seen(if_none_match: &str, tag: &str) -> bool {
    let mut seen = if_none_match.split(',').map(str::trim);
    seen.any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}
