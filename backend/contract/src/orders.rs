//! Shipping, quotes and orders.

use std::{collections::BTreeMap, fmt};

use garde::Validate;
use serde::{Deserialize, Serialize};

use crate::{Money, OrderId, OrderNumber, ReturnId, Timestamp, catalog::Image, limits, payments::PaymentToken, validation};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeliveryTime {
    pub min_days: u32,
    pub max_days: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShippingMethod {
    pub id: String,
    pub title: String,
    pub price: Money,
    /// Goods worth this much or more travel for nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free_from: Option<Money>,
    pub delivery: DeliveryTime,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShippingMethods {
    pub items: Vec<ShippingMethod>,
}

/// `POST /quotes`: what the cart would cost; nothing is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct QuoteRequest {
    /// ISO 3166-1 alpha-2.
    #[garde(custom(validation::country))]
    pub country: String,
    #[garde(length(chars, min = 1, max = limits::SHIPPING_METHOD_MAX))]
    pub shipping_method: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuoteLine {
    pub sku: String,
    pub quantity: u32,
    pub unit_price: Money,
    pub total: Money,
}

/// Prices include tax: `total = subtotal + shipping`, and `tax` is the part contained in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Totals {
    pub subtotal: Money,
    pub shipping: Money,
    pub tax: Money,
    pub total: Money,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Quote {
    pub lines: Vec<QuoteLine>,
    pub totals: Totals,
}

/// A postal address; `country` is ISO 3166-1 alpha-2.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Address {
    #[garde(length(chars, max = limits::ADDRESS_LINE_MAX), custom(validation::not_blank))]
    pub name: String,
    #[garde(length(chars, max = limits::ADDRESS_LINE_MAX), custom(validation::not_blank))]
    pub line1: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(inner(length(chars, max = limits::ADDRESS_LINE_MAX), custom(validation::no_control)))]
    pub line2: Option<String>,
    #[garde(custom(validation::postal_code(&self.country)))]
    pub postal_code: String,
    #[garde(length(chars, max = limits::ADDRESS_LINE_MAX), custom(validation::not_blank))]
    pub city: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(inner(length(chars, max = limits::ADDRESS_LINE_MAX), custom(validation::no_control)))]
    pub region: Option<String>,
    #[garde(custom(validation::country))]
    pub country: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(custom(validation::phone))]
    pub phone: Option<String>,
}

/// `POST /orders`: makes an order of the cart's lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PlaceOrder {
    #[garde(custom(validation::email))]
    pub email: String,
    #[garde(dive)]
    pub shipping_address: Address,
    #[garde(length(chars, min = 1, max = limits::SHIPPING_METHOD_MAX))]
    pub shipping_method: String,
    /// One of the test tokens; checked after the rest, with a code of its own.
    #[garde(length(chars, min = 1, max = limits::PAYMENT_TOKEN_MAX))]
    pub payment_token: String,
    /// When given and no longer true, the answer is 409 `price_changed` with the new totals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub expected_total: Option<Money>,
}

impl PlaceOrder {
    /// The payment token, proven to be one of the known ones.
    pub fn payment_token(&self) -> Option<PaymentToken> {
        PaymentToken::parse(&self.payment_token)
    }
}

/// `POST /orders/{id}/payments`: pays again after a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PayAgain {
    /// One of the test tokens; checked after the rest, with a code of its own.
    #[garde(length(chars, min = 1, max = limits::PAYMENT_TOKEN_MAX))]
    pub payment_token: String,
}

impl PayAgain {
    /// The payment token, proven to be one of the known ones.
    pub fn payment_token(&self) -> Option<PaymentToken> {
        PaymentToken::parse(&self.payment_token)
    }
}

/// Pieces of a line that are to go back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReturnLine {
    #[garde(length(chars, min = 1, max = limits::SKU_MAX))]
    pub sku: String,
    #[garde(range(min = 1, max = limits::QUANTITY_MAX))]
    pub quantity: u32,
}

/// `POST /orders/{id}/returns`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RequestReturn {
    /// Each SKU once.
    #[garde(length(min = 1, max = limits::LINES_MAX), dive)]
    pub lines: Vec<ReturnLine>,
    #[garde(length(chars, max = limits::RETURN_REASON_MAX), custom(validation::not_blank))]
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReturnState {
    Requested,
    /// The goods are back and the money is on its way.
    Accepted,
    Rejected,
    Refunded,
}

impl ReturnState {
    pub const ALL: [Self; 4] = [Self::Requested, Self::Accepted, Self::Rejected, Self::Refunded];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Refunded => "refunded",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// Goods on their way back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Return {
    pub id: ReturnId,
    pub order_id: OrderId,
    pub state: ReturnState,
    pub lines: Vec<ReturnLine>,
    pub reason: String,
    /// What is paid back when it is accepted: the goods, and the shipping when everything goes back.
    pub amount: Money,
    pub requested_at: Timestamp,
}

/// Where an order is on its way. Which may follow which is one table, `backend/order/src/orders/way.rs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    Placed,
    /// The provider's answer is unknown; it is being asked.
    PaymentPending,
    PaymentFailed,
    Paid,
    Shipped,
    Delivered,
    ReturnRequested,
    Refunded,
    Cancelled,
}

impl OrderStatus {
    pub const ALL: [Self; 9] = [
        Self::Placed,
        Self::PaymentPending,
        Self::PaymentFailed,
        Self::Paid,
        Self::Shipped,
        Self::Delivered,
        Self::ReturnRequested,
        Self::Refunded,
        Self::Cancelled,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Placed => "placed",
            Self::PaymentPending => "payment_pending",
            Self::PaymentFailed => "payment_failed",
            Self::Paid => "paid",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
            Self::ReturnRequested => "return_requested",
            Self::Refunded => "refunded",
            Self::Cancelled => "cancelled",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// Nothing follows any more.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Cancelled | Self::Refunded)
    }
}

impl fmt::Display for OrderStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderLine {
    pub sku: String,
    pub handle: String,
    pub title: String,
    pub image: Image,
    pub options: BTreeMap<String, String>,
    pub quantity: u32,
    pub unit_price: Money,
    pub total: Money,
}

/// One step of an order's way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderTransition {
    pub status: OrderStatus,
    pub at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Order {
    pub id: OrderId,
    pub number: OrderNumber,
    pub status: OrderStatus,
    pub email: String,
    pub lines: Vec<OrderLine>,
    pub totals: Totals,
    pub shipping_address: Address,
    pub shipping_method: String,
    /// Oldest first; its length is `version`.
    pub history: Vec<OrderTransition>,
    pub version: i64,
    pub placed_at: Timestamp,
    /// Until then the pieces stay set aside, and another card may be tried; only of a `payment_failed` order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payable_until: Option<Timestamp>,
}

/// What sending goods back pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaidBack {
    pub goods: Money,
    /// Only when everything goes back.
    pub shipping: Option<Money>,
    pub total: Money,
}

impl Order {
    /// When the order first came to `status`, if it ever did.
    pub fn reached_at(&self, status: OrderStatus) -> Option<Timestamp> {
        self.history.iter().find(|step| step.status == status).map(|step| step.at)
    }

    /// Until when it can be sent back, however often; `None` before it has arrived.
    pub fn returnable_until(&self) -> Option<Timestamp> {
        self.reached_at(OrderStatus::Delivered).map(|arrived| Timestamp(arrived.0 + limits::RETURN_TIME))
    }

    /// What sending back `pieces` of each SKU pays; no more of them than the order has.
    pub fn paid_back(&self, pieces: impl Fn(&str) -> u32) -> PaidBack {
        let money = |amount| Money::new(amount, self.totals.total.currency);
        let goods = self.lines.iter().map(|line| line.unit_price.amount * i64::from(pieces(&line.sku))).sum();
        let shipping = (goods == self.totals.subtotal.amount).then_some(self.totals.total.amount - goods);
        PaidBack { goods: money(goods), shipping: shipping.map(money), total: money(goods + shipping.unwrap_or(0)) }
    }
}

/// `data` of an event of `GET /orders/{id}/events`; the event's `id` is `version`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderEvent {
    pub status: OrderStatus,
    pub at: Timestamp,
    pub version: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}
