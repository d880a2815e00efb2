use axum::extract::State;
use tradewind_contract::catalog::ProductList;
use tradewind_kit::{Result, consistency::ReadAfter, extract::Query};

use super::{model::ProductFilter, queries};
use crate::{app::CachedJson, state::AppState};

/// Products that fit a filter, a page at a time.
#[utoipa::path(
    get, path = "/products", tag = "catalogue",
    params(
        ("q" = Option<String>, Query, description = "Words to look for; small typing errors are forgiven"),
        ("family" = Option<String>, Query, description = "A family's handle; the facets count within it"),
        ("category" = Option<String>, Query, description = "A category's or a family's handle; its own facet counts all others too"),
        ("price_min" = Option<i64>, Query, description = "Minor units"),
        ("price_max" = Option<i64>, Query, description = "Minor units"),
        ("option.<name>" = Option<String>, Query, description = "One or more values of an option, separated by commas"),
        ("in_stock" = Option<bool>, Query), ("rating_min" = Option<f32>, Query),
        ("sort" = Option<String>, Query, description = "popular, newest, price_asc, price_desc, rating or title"),
        ("cursor" = Option<String>, Query), ("limit" = Option<u32>, Query, description = "1 to 100, else 24"),
    ),
    responses((status = 200, body = ProductList), (status = 422, body = tradewind_contract::Problem)),
)]
pub async fn list_products(State(state): State<AppState>, Query(filter): Query<ProductFilter>, after: ReadAfter) -> Result<CachedJson> {
    let wanted = state.catalog.last_change().await.max(after.lsn());
    let body = state
        .catalog
        .json(&filter.cache_key(), wanted, async |db| {
            let (items, next_cursor) = queries::select_products(db, &filter).await?;
            let total = queries::count_products(db, &filter).await?;
            let facets = queries::select_facets(db, &filter).await?;
            Ok(ProductList { items, next_cursor, facets, total })
        })
        .await?;
    Ok(CachedJson(body))
}
