use axum::{Json, extract::State};
use tradewind_contract::{Page, Problem, operators::AuditEntry, routes::admin as path};
use tradewind_kit::{
    Refusal, Result,
    auth::Operator,
    consistency::ReadAfter,
    extract::{Query, QueryParameters},
};

use super::queries;
use crate::{admin::cursor::List, state::AppState};

/// Which page.
#[derive(Debug)]
pub struct Paging {
    before: Option<i64>,
    limit: u32,
}

impl TryFrom<QueryParameters> for Paging {
    type Error = Refusal;

    fn try_from(mut parameters: QueryParameters) -> Result<Self, Refusal> {
        let paging = Self { before: List::Audit.take_cursor(&mut parameters)?, limit: parameters.take_limit()? };
        parameters.finish()?;
        Ok(paging)
    }
}

/// What operators did, the newest first.
#[utoipa::path(
    get, path = path::AUDIT, tag = "operators", security(("bearer" = [])),
    params(("cursor" = Option<String>, Query), ("limit" = Option<u32>, Query)),
    responses(
        (status = 200, body = Page<AuditEntry>), (status = 401, body = Problem),
        (status = 403, description = "operator_required", body = Problem), (status = 422, body = Problem),
    ),
)]
pub async fn list_audit(
    State(state): State<AppState>,
    _: Operator,
    Query(paging): Query<Paging>,
    ReadAfter(after): ReadAfter,
) -> Result<Json<Page<AuditEntry>>> {
    let mut db = state.database.reader(after.as_ref()).await?;
    let mut items = queries::select_entries(&mut db, paging.before, i64::from(paging.limit) + 1).await?;
    let next_cursor = List::Audit.cut(&mut items, paging.limit, |entry| entry.id);
    Ok(Json(Page { items, next_cursor }))
}
