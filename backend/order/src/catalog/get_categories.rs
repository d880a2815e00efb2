use std::sync::Arc;

use axum::extract::State;
use tradewind_contract::catalog::CategoryTree;
use tradewind_kit::{Result, consistency::ReadAfter, extract::NoQuery};

use super::queries;
use crate::{app::CachedJson, state::AppState};

/// The category tree.
#[utoipa::path(get, path = "/categories", tag = "catalogue", responses((status = 200, body = CategoryTree)))]
pub async fn get_categories(State(state): State<AppState>, _: NoQuery, ReadAfter(after): ReadAfter) -> Result<CachedJson> {
    let body: Arc<Vec<u8>> = state
        .catalog
        .json("categories", async || {
            let mut db = state.database.reader(after.as_ref()).await?;
            Ok(CategoryTree { items: queries::select_categories(&mut db).await? })
        })
        .await?;
    Ok(CachedJson(body))
}
