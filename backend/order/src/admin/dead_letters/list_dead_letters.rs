use axum::{Json, extract::State};
use tradewind_contract::{
    Page, Problem,
    operators::{DeadLetter, DeadLetterState},
    routes::admin as path,
};
use tradewind_kit::{
    Refusal, Result,
    auth::Operator,
    extract::{Query, QueryParameters},
    failures,
};

use super::{model, queries};
use crate::{admin::cursor::List, state::AppState};

/// Which dead letters, and which page of them.
#[derive(Debug)]
pub struct Filter {
    state: DeadLetterState,
    consumer: Option<String>,
    cause: Option<String>,
    before: Option<i64>,
    limit: u32,
}

impl TryFrom<QueryParameters> for Filter {
    type Error = Refusal;

    fn try_from(mut parameters: QueryParameters) -> Result<Self, Refusal> {
        let expected = "One of dead, redriving, redriven and discarded.";
        let state = parameters.take_parsed("state", expected, DeadLetterState::parse)?;
        let filter = Self {
            state: state.unwrap_or(DeadLetterState::Dead),
            consumer: parameters.take("consumer"),
            cause: parameters.take("cause"),
            before: List::DeadLetters.take_cursor(&mut parameters)?,
            limit: parameters.take_limit()?,
        };
        parameters.finish()?;
        Ok(filter)
    }
}

/// Dead letters, the newest first: of one state (`dead` unless another is asked for), of a consumer, of causes that begin so.
#[utoipa::path(
    get, path = path::DEAD_LETTERS, tag = "operators", security(("bearer" = [])),
    params(
        ("state" = Option<DeadLetterState>, Query), ("consumer" = Option<String>, Query), ("cause" = Option<String>, Query),
        ("cursor" = Option<String>, Query), ("limit" = Option<u32>, Query),
    ),
    responses(
        (status = 200, body = Page<DeadLetter>), (status = 401, body = Problem),
        (status = 403, description = "operator_required", body = Problem), (status = 422, body = Problem),
    ),
)]
pub async fn list_dead_letters(State(state): State<AppState>, _: Operator, Query(filter): Query<Filter>) -> Result<Json<Page<DeadLetter>>> {
    // What is decided by it is asked of the primary.
    let mut db = state.database.writer().await?;
    let wanted = failures::Filter {
        state: Some(filter.state.as_str()),
        consumer: filter.consumer.as_deref(),
        cause: filter.cause.as_deref(),
        before: filter.before,
    };
    let mut rows = failures::list(&mut db, &wanted, i64::from(filter.limit) + 1).await?;
    let next_cursor = List::DeadLetters.cut(&mut rows, filter.limit, |row| row.id);
    let aggregates: Vec<_> = rows.iter().filter_map(|row| row.aggregate_id).collect();
    let numbers = queries::select_order_numbers(&mut db, &aggregates).await?;
    let letters = rows.iter().map(|row| model::letter(row, row.aggregate_id.and_then(|id| numbers.get(&id).cloned())));
    Ok(Json(Page { items: letters.collect::<Result<_>>()?, next_cursor }))
}
