//! Reports: what the events tell of trade, for operators. They are counted by the worker as events come in (a projection), so they
//! are a moment behind, and they never touch the orders' tables.
//!
//! `GET /admin/reports/{sales,funnel,top-products}?step&from&until` answer with JSON, or with CSV when `Accept` wants `text/csv`.
//! `from` belongs to the report, `until` does not; where nothing else is said, both are rounded down to the step. All times are UTC.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Money, OrderNumber, Timestamp};

/// How long a row of a report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Minute,
    Hour,
    Day,
    Month,
}

impl Step {
    pub const ALL: [Self; 4] = [Self::Minute, Self::Hour, Self::Day, Self::Month];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == text)
    }
}

/// `GET /admin/reports/sales?step&from&until`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SalesReport {
    pub step: Step,
    pub from: Timestamp,
    pub until: Timestamp,
    /// One of every step, the oldest first, those without trade too.
    pub rows: Vec<SalesRow>,
    pub total: Sales,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SalesRow {
    pub start: Timestamp,
    #[serde(flatten)]
    pub sales: Sales,
}

/// Each order counts when it happened: one that is paid today and refunded tomorrow is in today's revenue and in tomorrow's refunds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sales {
    /// Orders placed.
    pub placed: u64,
    /// Orders paid.
    pub paid: u64,
    /// Of those, shipping and tax included.
    pub revenue: Money,
    /// Orders cancelled, paid or not.
    pub cancelled: u64,
    /// What the paid ones among them were to bring.
    pub cancelled_revenue: Money,
    pub refunds: u64,
    pub refunded: Money,
}

/// `GET /admin/reports/funnel?step&from&until`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FunnelReport {
    pub step: Step,
    pub from: Timestamp,
    pub until: Timestamp,
    /// One of every step, the oldest first, the empty ones too.
    pub rows: Vec<FunnelRow>,
    pub total: Funnel,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FunnelRow {
    pub start: Timestamp,
    #[serde(flatten)]
    pub funnel: Funnel,
}

/// From looking to paying. Not the same people in each: each counts when it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Funnel {
    /// Pages of products that were asked for.
    pub views: u64,
    /// Baskets that something was put into.
    pub carts: u64,
    /// Of those, the ones whose price with shipping was asked for.
    pub checkouts: u64,
    /// Orders paid.
    pub paid: u64,
}

/// `GET /admin/reports/top-products?from&until&limit`: by what they brought, the most first. Of whole hours: `from` is rounded
/// down, `until` up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TopProducts {
    pub from: Timestamp,
    pub until: Timestamp,
    pub rows: Vec<TopProduct>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TopProduct {
    pub handle: String,
    pub title: String,
    /// Pages of it that were asked for.
    pub views: u64,
    /// Pieces in paid orders.
    pub pieces: u64,
    /// Of those, without shipping.
    pub revenue: Money,
}

/// `GET /admin/reports/events?after&limit`: what happened last, the newest first; with `after`, only what came in after that position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LatestEvents {
    pub items: Vec<LatestEvent>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LatestEvent {
    /// Grows with each event that comes in.
    pub position: i64,
    pub event_id: Uuid,
    /// Such as `order.paid`.
    pub event_type: String,
    pub aggregate_id: Uuid,
    pub sequence: i64,
    /// When the aggregate is an order; its id is `aggregate_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_number: Option<OrderNumber>,
    /// What it was about, when it was about money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    pub occurred_at: Timestamp,
}
