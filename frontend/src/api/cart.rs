//! The cart on the server. Screens use [`crate::cache::basket::Basket`], which shows changes before they are confirmed.

use tradewind_contract::{
    cart::{Cart, GuestClaim, SetCartItem},
    routes::order as routes,
};

use super::{Api, ApiError, Auth, Call, Get, Method, query};
use crate::telemetry::Trace;

impl Api {
    /// # Errors
    /// As [`Api::send`].
    pub async fn cart(self, trace: Trace) -> Result<Cart, ApiError> {
        self.get(trace, Get::own(routes::CART, routes::CART)).await
    }

    /// Sets a quantity, 1 to 99; a visitor becomes a guest by it.
    ///
    /// # Errors
    /// As [`Api::send`].
    pub async fn set_cart_item(self, trace: Trace, sku: &str, quantity: u32) -> Result<Cart, ApiError> {
        let path = query::fill(routes::CART_ITEM, &[sku]);
        let call = Call::new(Method::Put, routes::CART_ITEM, path).json(&SetCartItem { quantity }).auth(Auth::GuestAtLeast);
        self.fetch(trace, call).await
    }

    /// # Errors
    /// As [`Api::send`].
    pub async fn remove_cart_item(self, trace: Trace, sku: &str) -> Result<Cart, ApiError> {
        let path = query::fill(routes::CART_ITEM, &[sku]);
        self.fetch(trace, Call::new(Method::Delete, routes::CART_ITEM, path).auth(Auth::GuestAtLeast)).await
    }

    /// Takes over what the guest had before logging in.
    ///
    /// # Errors
    /// `guest_already_claimed` when somebody else did, else as [`Api::send`].
    pub async fn claim_guest(self, trace: Trace, guest_access_token: String) -> Result<Cart, ApiError> {
        let call =
            Call::new(Method::Post, routes::GUEST_CLAIMS, routes::GUEST_CLAIMS).json(&GuestClaim { guest_access_token }).harmless_twice();
        self.fetch(trace, call).await
    }
}
