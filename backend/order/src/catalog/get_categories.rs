use axum::extract::State;
use tradewind_contract::catalog::CategoryTree;
use tradewind_kit::{Result, consistency::ReadAfter, extract::NoQuery};

use super::queries;
use crate::{app::CachedJson, state::AppState};

/// The category tree.
#[utoipa::path(get, path = "/categories", tag = "catalogue", responses((status = 200, body = CategoryTree)))]
pub async fn get_categories(State(state): State<AppState>, _: NoQuery, after: ReadAfter) -> Result<CachedJson> {
    let body =
        state.catalog.json("categories", after.lsn(), async |db| Ok(CategoryTree { items: queries::select_categories(db).await? })).await?;
    Ok(CachedJson(body))
}
