use axum::{extract::State, response::Response};
use http::HeaderMap;
use time::OffsetDateTime;
use tradewind_contract::{
    Money, Problem, Timestamp,
    reports::{Sales, SalesReport, Step},
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
    model::Span,
    queries,
};
use crate::state::AppState;

impl TryFrom<QueryParameters> for Span {
    type Error = Refusal;

    fn try_from(mut parameters: QueryParameters) -> Result<Self, Refusal> {
        let span = Self::take(&mut parameters, OffsetDateTime::now_utc())?;
        parameters.finish()?;
        Ok(span)
    }
}

impl Table for SalesReport {
    fn name(&self) -> String {
        file_name("sales", self.step.as_str(), self.from)
    }

    fn columns(&self) -> Vec<&'static str> {
        vec!["start", "currency", "placed", "paid", "revenue", "cancelled", "cancelled_revenue", "refunds", "refunded"]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let row = |start: Timestamp, sales: &Sales| {
            vec![
                start.to_string(),
                sales.revenue.currency.to_string(),
                sales.placed.to_string(),
                sales.paid.to_string(),
                decimal(sales.revenue),
                sales.cancelled.to_string(),
                decimal(sales.cancelled_revenue),
                sales.refunds.to_string(),
                decimal(sales.refunded),
            ]
        };
        self.rows.iter().map(|line| row(line.start, &line.sales)).collect()
    }
}

/// Orders and money by minute, hour, day or month. JSON, or CSV for `Accept: text/csv`, its amounts with two decimal places.
#[utoipa::path(
    get, path = path::SALES, tag = "operators", security(("bearer" = [])),
    params(("step" = Option<Step>, Query), ("from" = Option<String>, Query), ("until" = Option<String>, Query)),
    responses(
        (status = 200, content((SalesReport = "application/json"), (String = "text/csv"))), (status = 401, body = Problem),
        (status = 403, description = "operator_required", body = Problem), (status = 422, body = Problem),
    ),
)]
pub async fn sales(
    State(state): State<AppState>,
    _: Operator,
    Query(span): Query<Span>,
    ReadAfter(after): ReadAfter,
    headers: HeaderMap,
) -> Result<Response> {
    let mut db = state.database.reader(after.as_ref()).await?;
    let rows = queries::select_sales(&mut db, span).await?;
    let nothing = Money::eur(0);
    let mut total = Sales { placed: 0, paid: 0, revenue: nothing, cancelled: 0, cancelled_revenue: nothing, refunds: 0, refunded: nothing };
    for row in &rows {
        total.placed += row.sales.placed;
        total.paid += row.sales.paid;
        total.revenue.amount += row.sales.revenue.amount;
        total.cancelled += row.sales.cancelled;
        total.cancelled_revenue.amount += row.sales.cancelled_revenue.amount;
        total.refunds += row.sales.refunds;
        total.refunded.amount += row.sales.refunded.amount;
    }
    answer(SalesReport { step: span.step, from: Timestamp(span.from), until: Timestamp(span.until), rows, total }, &headers)
}
