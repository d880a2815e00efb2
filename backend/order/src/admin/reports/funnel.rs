use axum::{extract::State, response::Response};
use http::HeaderMap;
use tradewind_contract::{
    Problem, Timestamp,
    reports::{Funnel, FunnelReport, Step},
    routes::admin as path,
};
use tradewind_kit::{Result, auth::Operator, consistency::ReadAfter, extract::Query};

use super::{
    csv::{Table, answer, file_name},
    model::Span,
    queries,
};
use crate::state::AppState;

impl Table for FunnelReport {
    fn name(&self) -> String {
        file_name("funnel", self.step.as_str(), self.from)
    }

    fn columns(&self) -> Vec<&'static str> {
        vec!["start", "views", "carts", "checkouts", "paid"]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let rows = self.rows.iter().map(|row| {
            let Funnel { views, carts, checkouts, paid } = row.funnel;
            let numbers = [views, carts, checkouts, paid].map(|number| number.to_string());
            std::iter::once(row.start.to_string()).chain(numbers).collect()
        });
        rows.collect()
    }
}

/// From looking to paying by minute, hour, day or month. JSON, or CSV for `Accept: text/csv`.
#[utoipa::path(
    get, path = path::FUNNEL, tag = "operators", security(("bearer" = [])),
    params(("step" = Option<Step>, Query), ("from" = Option<String>, Query), ("until" = Option<String>, Query)),
    responses(
        (status = 200, content((FunnelReport = "application/json"), (String = "text/csv"))), (status = 401, body = Problem),
        (status = 403, description = "operator_required", body = Problem), (status = 422, body = Problem),
    ),
)]
pub async fn funnel(
    State(state): State<AppState>,
    _: Operator,
    Query(span): Query<Span>,
    ReadAfter(after): ReadAfter,
    headers: HeaderMap,
) -> Result<Response> {
    let mut db = state.database.reader(after.as_ref()).await?;
    let rows = queries::select_funnel(&mut db, span).await?;
    let mut total = Funnel { views: 0, carts: 0, checkouts: 0, paid: 0 };
    for row in &rows {
        total.views += row.funnel.views;
        total.carts += row.funnel.carts;
        total.checkouts += row.funnel.checkouts;
        total.paid += row.funnel.paid;
    }
    answer(FunnelReport { step: span.step, from: Timestamp(span.from), until: Timestamp(span.until), rows, total }, &headers)
}
