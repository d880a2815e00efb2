use axum::extract::State;
use tradewind_contract::catalog::RelatedProducts;
use tradewind_kit::{
    Refusal, Result,
    consistency::ReadAfter,
    extract::{NoQuery, Path},
};

use super::queries;
use crate::{app::CachedJson, state::AppState};

/// What people who look at this may also want to see.
#[utoipa::path(
    get, path = "/products/{handle}/related", tag = "catalogue", params(("handle" = String, Path)),
    responses((status = 200, body = RelatedProducts), (status = 404, body = tradewind_contract::Problem)),
)]
pub async fn related_products(
    State(state): State<AppState>,
    Path(handle): Path<String>,
    _: NoQuery,
    after: ReadAfter,
) -> Result<CachedJson> {
    let wanted = state.catalog.last_change().await.max(after.lsn());
    let body = state
        .catalog
        .json(&format!("related:{handle}"), wanted, async |db| {
            Ok(queries::select_related(db, &handle).await?.map(|items| RelatedProducts { items }))
        })
        .await?;
    if body.as_ref() == b"null" { Err(Refusal::not_found().into()) } else { Ok(CachedJson(body)) }
}
