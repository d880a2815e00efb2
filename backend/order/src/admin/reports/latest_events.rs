use axum::{Json, extract::State};
use tradewind_contract::{Problem, reports::LatestEvents, routes::admin as path};
use tradewind_kit::{
    Refusal, Result,
    auth::Operator,
    consistency::ReadAfter,
    extract::{Query, QueryParameters},
};

use super::queries;
use crate::state::AppState;

/// After which event, and how many.
#[derive(Debug)]
pub struct Wish {
    after: i64,
    limit: u32,
}

impl TryFrom<QueryParameters> for Wish {
    type Error = Refusal;

    fn try_from(mut parameters: QueryParameters) -> Result<Self, Refusal> {
        let position = |text: &str| text.parse().ok().filter(|position: &i64| *position >= 0);
        let after = parameters.take_parsed("after", "The position of an event that was answered.", position)?.unwrap_or(0);
        let wish = Self { after, limit: parameters.take_limit()? };
        parameters.finish()?;
        Ok(wish)
    }
}

/// What happened last, the newest first; about a thousand events are kept for it.
#[utoipa::path(
    get, path = path::LATEST_EVENTS, tag = "operators", security(("bearer" = [])),
    params(("after" = Option<i64>, Query), ("limit" = Option<u32>, Query)),
    responses(
        (status = 200, body = LatestEvents), (status = 401, body = Problem),
        (status = 403, description = "operator_required", body = Problem), (status = 422, body = Problem),
    ),
)]
pub async fn latest_events(
    State(state): State<AppState>,
    _: Operator,
    Query(wish): Query<Wish>,
    ReadAfter(after): ReadAfter,
) -> Result<Json<LatestEvents>> {
    let mut db = state.database.reader(after.as_ref()).await?;
    let items = queries::select_latest_events(&mut db, wish.after, i64::from(wish.limit)).await?;
    Ok(Json(LatestEvents { items }))
}
