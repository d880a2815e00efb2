//! Shipping, quotes and orders.

use tradewind_contract::{
    OrderId, Page,
    orders::{Order, PayAgain, PlaceOrder, Quote, QuoteRequest, RequestReturn, Return, ShippingMethods},
    routes::order as routes,
};

use super::{Api, ApiError, Auth, Call, Get, Method, query};
use crate::telemetry::Trace;

/// The ways to send a parcel to `country` (ISO 3166-1 alpha-2), priced for the cart as it is.
pub fn shipping_methods(country: &str) -> Get<ShippingMethods> {
    Get::own(routes::SHIPPING_METHODS, format!("{}{}", routes::SHIPPING_METHODS, query::write([("country", country)])))
}

/// One's own orders, newest first.
pub fn orders(cursor: Option<&str>) -> Get<Page<Order>> {
    Get::own(routes::ORDERS, format!("{}{}", routes::ORDERS, query::write(cursor.map(|cursor| ("cursor", cursor)))))
}

pub fn order(id: OrderId) -> Get<Order> {
    Get::own(routes::ORDER, query::fill(routes::ORDER, &[&id.to_string()]))
}

impl Api {
    /// What the cart would cost; nothing is held.
    ///
    /// # Errors
    /// As [`Api::send`].
    pub async fn quote(self, trace: Trace, request: &QuoteRequest) -> Result<Quote, ApiError> {
        let call = Call::new(Method::Post, routes::QUOTES, routes::QUOTES).json(request).auth(Auth::GuestAtLeast).harmless_twice();
        self.fetch(trace, call).await
    }

    /// Makes an order of the cart. The same `idempotency_key` is sent for as long as it is the same wish, also when the
    /// person presses the button again after a failure whose outcome is unknown.
    ///
    /// # Errors
    /// `out_of_stock`, `price_changed`, `cart_empty`, `payment_token_invalid`, else as [`Api::send`].
    pub async fn place_order(self, trace: Trace, request: &PlaceOrder, idempotency_key: &str) -> Result<Order, ApiError> {
        let call = Call::new(Method::Post, routes::ORDERS, routes::ORDERS).json(request).auth(Auth::GuestAtLeast).key(idempotency_key);
        self.fetch(trace, call).await
    }

    /// Pays with another card after a refusal. The answer is the order as it is; what the bank says is its next step.
    ///
    /// # Errors
    /// `order_not_payable`, `payment_token_invalid`, else as [`Api::send`].
    pub async fn pay_again(self, trace: Trace, id: OrderId, request: &PayAgain, idempotency_key: &str) -> Result<Order, ApiError> {
        let path = query::fill(routes::ORDER_PAYMENTS, &[&id.to_string()]);
        self.fetch(trace, Call::new(Method::Post, routes::ORDER_PAYMENTS, path).json(request).key(idempotency_key)).await
    }

    /// Gives the order up before it leaves. Cancelling it again changes nothing.
    ///
    /// # Errors
    /// `order_not_cancellable`, else as [`Api::send`].
    pub async fn cancel_order(self, trace: Trace, id: OrderId) -> Result<Order, ApiError> {
        let path = query::fill(routes::ORDER_CANCEL, &[&id.to_string()]);
        self.fetch(trace, Call::new(Method::Post, routes::ORDER_CANCEL, path).harmless_twice()).await
    }

    /// Asks to send goods back after they arrived.
    ///
    /// # Errors
    /// `order_not_returnable`, `validation_failed`, else as [`Api::send`].
    pub async fn request_return(
        self,
        trace: Trace,
        id: OrderId,
        request: &RequestReturn,
        idempotency_key: &str,
    ) -> Result<Return, ApiError> {
        let path = query::fill(routes::ORDER_RETURNS, &[&id.to_string()]);
        self.fetch(trace, Call::new(Method::Post, routes::ORDER_RETURNS, path).json(request).key(idempotency_key)).await
    }
}
