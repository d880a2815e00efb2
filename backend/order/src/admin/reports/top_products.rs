use axum::{extract::State, response::Response};
use http::HeaderMap;
use time::OffsetDateTime;
use tradewind_contract::{
    Problem, Timestamp,
    reports::{Step, TopProducts},
    routes::admin as path,
};
use tradewind_kit::{
    Refusal, Result,
    auth::Operator,
    consistency::ReadAfter,
    extract::{Query, QueryParameters},
};

use super::{
    csv::{Table, answer, decimal, file_name},
    model::take_hours,
    queries,
};
use crate::state::AppState;

/// Which time, and how many.
#[derive(Debug)]
pub struct Wish {
    from: OffsetDateTime,
    until: OffsetDateTime,
    limit: u32,
}

impl TryFrom<QueryParameters> for Wish {
    type Error = Refusal;

    fn try_from(mut parameters: QueryParameters) -> Result<Self, Refusal> {
        let (from, until) = take_hours(&mut parameters, OffsetDateTime::now_utc())?;
        let wish = Self { from, until, limit: parameters.take_limit()? };
        parameters.finish()?;
        Ok(wish)
    }
}

impl Table for TopProducts {
    fn name(&self) -> String {
        file_name("top-products", Step::Hour.as_str(), self.from)
    }

    fn columns(&self) -> Vec<&'static str> {
        vec!["handle", "title", "currency", "views", "pieces", "revenue"]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let rows = self.rows.iter().map(|row| {
            vec![
                row.handle.clone(),
                row.title.clone(),
                row.revenue.currency.to_string(),
                row.views.to_string(),
                row.pieces.to_string(),
                decimal(row.revenue),
            ]
        });
        rows.collect()
    }
}

/// What brought most. JSON, or CSV for `Accept: text/csv`.
#[utoipa::path(
    get, path = path::TOP_PRODUCTS, tag = "operators", security(("bearer" = [])),
    params(("from" = Option<String>, Query), ("until" = Option<String>, Query), ("limit" = Option<u32>, Query)),
    responses(
        (status = 200, content((TopProducts = "application/json"), (String = "text/csv"))), (status = 401, body = Problem),
        (status = 403, description = "operator_required", body = Problem), (status = 422, body = Problem),
    ),
)]
pub async fn top_products(
    State(state): State<AppState>,
    _: Operator,
    Query(wish): Query<Wish>,
    ReadAfter(after): ReadAfter,
    headers: HeaderMap,
) -> Result<Response> {
    let mut db = state.database.reader(after.as_ref()).await?;
    let rows = queries::select_top_products(&mut db, wish.from, wish.until, i64::from(wish.limit)).await?;
    answer(TopProducts { from: Timestamp(wish.from), until: Timestamp(wish.until), rows }, &headers)
}
