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
    ReadAfter(after): ReadAfter,
) -> Result<CachedJson> {
    let body = state
        .catalog
        .json(&format!("related:{handle}"), async || {
            let mut db = state.database.reader(after.as_ref()).await?;
            Ok(queries::select_related(&mut db, &handle).await?.map(|items| RelatedProducts { items }))
        })
        .await?;
    if body.as_slice() == b"null" { Err(Refusal::not_found().into()) } else { Ok(CachedJson(body)) }
}
