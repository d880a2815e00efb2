//! Paths below the gateway, once, for the services' route tables and for the browser.

/// The prefix of every versioned route.
pub const BASE: &str = "/api/v1";

pub mod order {
    pub const CATEGORIES: &str = "/categories";
    pub const PRODUCTS: &str = "/products";
    pub const PRODUCT: &str = "/products/{handle}";
    pub const RELATED: &str = "/products/{handle}/related";
    pub const SUGGESTIONS: &str = "/search/suggestions";
    pub const CART: &str = "/cart";
    pub const CART_ITEM: &str = "/cart/items/{sku}";
    pub const GUEST_CLAIMS: &str = "/guest-claims";
    pub const SHIPPING_METHODS: &str = "/shipping-methods";
    pub const QUOTES: &str = "/quotes";
    pub const ORDERS: &str = "/orders";
    pub const ORDER: &str = "/orders/{id}";
    pub const ORDER_EVENTS: &str = "/orders/{id}/events";
    pub const ORDER_PAYMENTS: &str = "/orders/{id}/payments";
    pub const ORDER_CANCEL: &str = "/orders/{id}/cancel";
    pub const ORDER_RETURNS: &str = "/orders/{id}/returns";
}

pub mod user {
    pub const GUEST_SESSIONS: &str = "/sessions/guest";
    pub const USERS: &str = "/users";
    pub const ME: &str = "/users/me";
    pub const PASSWORD: &str = "/users/me/password";
    pub const SESSIONS: &str = "/sessions";
    pub const SESSIONS_REFRESH: &str = "/sessions/refresh";
    pub const SESSION_CURRENT: &str = "/sessions/current";
    pub const SESSION: &str = "/sessions/{id}";
    /// Without the base.
    pub const JWKS: &str = "/.well-known/jwks.json";
}
