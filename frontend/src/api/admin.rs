//! What operators see and do.

use tradewind_contract::{
    OrderId, Page,
    operators::{
        AuditEntry, DeadLetter, DeadLetterCauses, DeadLetterDetail, OrderAction, OrderFile, OrderSummary, Pipeline, RedriveAll, Redriven,
        Refund, WithReason,
    },
    reports::{FunnelReport, LatestEvents, SalesReport, TopProducts},
    routes::admin as routes,
};

use super::{Api, ApiError, Call, Get, Method, query};
use crate::telemetry::Trace;

pub fn pipeline() -> Get<Pipeline> {
    Get::own(routes::PIPELINE, routes::PIPELINE)
}

/// The newest first; `filter` is the query string.
pub fn dead_letters(filter: &str) -> Get<Page<DeadLetter>> {
    Get::own(routes::DEAD_LETTERS, format!("{}{filter}", routes::DEAD_LETTERS))
}

/// What the open ones died of, the most frequent first.
pub fn dead_letter_causes() -> Get<DeadLetterCauses> {
    Get::own(routes::DEAD_LETTER_CAUSES, routes::DEAD_LETTER_CAUSES)
}

pub fn dead_letter(id: i64) -> Get<DeadLetterDetail> {
    Get::own(routes::DEAD_LETTER, query::fill(routes::DEAD_LETTER, &[&id.to_string()]))
}

/// The newest first; `filter` is the query string.
pub fn orders(filter: &str) -> Get<Page<OrderSummary>> {
    Get::own(routes::ORDERS, format!("{}{filter}", routes::ORDERS))
}

pub fn order(id: OrderId) -> Get<OrderFile> {
    Get::own(routes::ORDER, query::fill(routes::ORDER, &[&id.to_string()]))
}

/// The newest first; `filter` is the query string.
pub fn audit(filter: &str) -> Get<Page<AuditEntry>> {
    Get::own(routes::AUDIT, format!("{}{filter}", routes::AUDIT))
}

/// `span` is the query string.
pub fn sales(span: &str) -> Get<SalesReport> {
    Get::own(routes::SALES, format!("{}{span}", routes::SALES))
}

/// `span` is the query string.
pub fn funnel(span: &str) -> Get<FunnelReport> {
    Get::own(routes::FUNNEL, format!("{}{span}", routes::FUNNEL))
}

/// `span` is the query string.
pub fn top_products(span: &str) -> Get<TopProducts> {
    Get::own(routes::TOP_PRODUCTS, format!("{}{span}", routes::TOP_PRODUCTS))
}

/// The newest `limit` of those that came in `after` that position.
pub fn latest_events(after: Option<i64>, limit: usize) -> Get<LatestEvents> {
    let after = after.map(|position| ("after", position.to_string()));
    let query = query::write(after.into_iter().chain([("limit", limit.to_string())]));
    Get::own(routes::LATEST_EVENTS, format!("{}{query}", routes::LATEST_EVENTS))
}

impl Api {
    /// A report as CSV.
    ///
    /// # Errors
    /// As [`Api::send`].
    pub async fn csv<T>(self, trace: Trace, report: Get<T>) -> Result<String, ApiError> {
        let mut call = Call::new(Method::Get, report.route, report.path).auth(report.auth);
        call.accept = "text/csv, application/problem+json";
        self.send(trace, call).await.map(|reply| reply.text)
    }

    /// Lets the worker try a dead letter again, and then what waits behind it.
    ///
    /// # Errors
    /// `dead_letter_decided` when somebody was quicker, else as [`Api::send`].
    pub async fn redrive(self, trace: Trace, id: i64) -> Result<DeadLetterDetail, ApiError> {
        let path = query::fill(routes::DEAD_LETTER_REDRIVE, &[&id.to_string()]);
        self.fetch(trace, Call::new(Method::Post, routes::DEAD_LETTER_REDRIVE, path)).await
    }

    /// The same for all that died of one cause.
    ///
    /// # Errors
    /// As [`Api::send`].
    pub async fn redrive_all(self, trace: Trace, wish: &RedriveAll) -> Result<Redriven, ApiError> {
        self.fetch(trace, Call::new(Method::Post, routes::DEAD_LETTERS_REDRIVE, routes::DEAD_LETTERS_REDRIVE).json(wish)).await
    }

    /// Gives a dead letter up for good; what waits behind it goes on.
    ///
    /// # Errors
    /// `dead_letter_decided` when somebody was quicker, else as [`Api::send`].
    pub async fn discard(self, trace: Trace, id: i64, reason: &WithReason) -> Result<DeadLetterDetail, ApiError> {
        let path = query::fill(routes::DEAD_LETTER_DISCARD, &[&id.to_string()]);
        self.fetch(trace, Call::new(Method::Post, routes::DEAD_LETTER_DISCARD, path).json(reason)).await
    }

    /// Takes an order a step further, with what the step wants to know.
    ///
    /// # Errors
    /// 409 when the step is not possible any more, else as [`Api::send`].
    pub async fn act(self, trace: Trace, id: OrderId, action: OrderAction, reason: String, restock: bool) -> Result<OrderFile, ApiError> {
        let route = match action {
            OrderAction::Ship => routes::ORDER_SHIP,
            OrderAction::Deliver => routes::ORDER_DELIVER,
            OrderAction::Cancel => routes::ORDER_CANCEL,
            OrderAction::Refund => routes::ORDER_REFUND,
            OrderAction::RejectReturn => routes::ORDER_REJECT_RETURN,
        };
        let call = Call::new(Method::Post, route, query::fill(route, &[&id.to_string()]));
        let call = match action {
            OrderAction::Refund => call.json(&Refund { reason, restock }),
            _ => call.json(&WithReason { reason }),
        };
        self.fetch(trace, call).await
    }
}
