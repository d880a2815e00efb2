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

/// For operators, served by the order service.
pub mod admin {
    pub const PIPELINE: &str = "/admin/pipeline";
    pub const DEAD_LETTERS: &str = "/admin/dead-letters";
    pub const DEAD_LETTER_CAUSES: &str = "/admin/dead-letters/causes";
    pub const DEAD_LETTERS_REDRIVE: &str = "/admin/dead-letters/redrive";
    pub const DEAD_LETTER: &str = "/admin/dead-letters/{id}";
    pub const DEAD_LETTER_REDRIVE: &str = "/admin/dead-letters/{id}/redrive";
    pub const DEAD_LETTER_DISCARD: &str = "/admin/dead-letters/{id}/discard";
    pub const ORDERS: &str = "/admin/orders";
    pub const ORDER: &str = "/admin/orders/{id}";
    pub const ORDER_SHIP: &str = "/admin/orders/{id}/ship";
    pub const ORDER_DELIVER: &str = "/admin/orders/{id}/deliver";
    pub const ORDER_CANCEL: &str = "/admin/orders/{id}/cancel";
    pub const ORDER_REFUND: &str = "/admin/orders/{id}/refund";
    pub const ORDER_REJECT_RETURN: &str = "/admin/orders/{id}/reject-return";
    pub const AUDIT: &str = "/admin/audit";
    pub const SALES: &str = "/admin/reports/sales";
    pub const FUNNEL: &str = "/admin/reports/funnel";
    pub const TOP_PRODUCTS: &str = "/admin/reports/top-products";
    pub const LATEST_EVENTS: &str = "/admin/reports/events";
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
