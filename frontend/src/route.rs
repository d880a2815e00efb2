//! Every page and its address, once.

use tradewind_contract::OrderId;

use crate::api::query;

/// The six families, in the order of the navigation; their handles are the catalogue's.
pub const FAMILIES: [&str; 6] = ["tea", "coffee", "spices", "ceramics", "textiles", "instruments"];

const BRIDGE: &str = "/bridge";

/// Whether an address is one of the operators' screens.
pub fn is_bridge(path: &str) -> bool {
    path.strip_prefix(BRIDGE).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    Home,
    /// All goods, and the search.
    Goods,
    Family(String),
    Product(String),
    Basket,
    Checkout,
    Orders,
    Order(OrderId),
    LogIn,
    Register,
    Account,
    /// The operators' screens; the pipeline is the first of them.
    Bridge,
    DeadLetters,
    DeadLetter(i64),
    /// Everybody's orders.
    BridgeOrders,
    BridgeOrder(OrderId),
    Reports,
    Audit,
}

impl Page {
    /// The address, for links and for `navigate`.
    pub fn path(&self) -> String {
        match self {
            Self::Home => "/".to_owned(),
            Self::Goods => "/goods".to_owned(),
            Self::Family(handle) => query::fill("/goods/{family}", &[handle]),
            Self::Product(handle) => query::fill("/p/{handle}", &[handle]),
            Self::Basket => "/basket".to_owned(),
            Self::Checkout => "/checkout".to_owned(),
            Self::Orders => "/orders".to_owned(),
            Self::Order(id) => format!("/orders/{id}"),
            Self::LogIn => "/login".to_owned(),
            Self::Register => "/register".to_owned(),
            Self::Account => "/account".to_owned(),
            Self::Bridge => BRIDGE.to_owned(),
            Self::DeadLetters => format!("{BRIDGE}/dead-letters"),
            Self::DeadLetter(id) => format!("{BRIDGE}/dead-letters/{id}"),
            Self::BridgeOrders => format!("{BRIDGE}/orders"),
            Self::BridgeOrder(id) => format!("{BRIDGE}/orders/{id}"),
            Self::Reports => format!("{BRIDGE}/reports"),
            Self::Audit => format!("{BRIDGE}/audit"),
        }
    }

    pub fn family(handle: &str) -> Self {
        Self::Family(handle.to_owned())
    }

    pub fn product(handle: &str) -> Self {
        Self::Product(handle.to_owned())
    }

    /// All goods that match `text`.
    pub fn search(text: &str) -> String {
        format!("{}{}", Self::Goods.path(), query::write([("q", text)]))
    }

    /// The log-in that comes back to `path` afterwards.
    pub fn log_in_then(path: &str) -> String {
        format!("{}{}", Self::LogIn.path(), query::write([("then", path)]))
    }
}

/// Where a log-in goes on to: only to an address of the shop itself.
pub fn safe_return(then: Option<&str>) -> String {
    match then {
        Some(path) if path.starts_with('/') && !path.starts_with("//") && !path.contains('\\') => path.to_owned(),
        _ => Page::Home.path(),
    }
}

/// The pattern that an address belongs to: what telemetry may know of it.
pub fn template(path: &str) -> &'static str {
    let mut segments = path.split('/').filter(|segment| !segment.is_empty());
    match (segments.next(), segments.next(), segments.next()) {
        (None, ..) => "/",
        (Some("goods"), None, _) => "/goods",
        (Some("goods"), Some(_), None) => "/goods/:family",
        (Some("p"), Some(_), None) => "/p/:handle",
        (Some("basket"), None, _) => "/basket",
        (Some("checkout"), None, _) => "/checkout",
        (Some("orders"), None, _) => "/orders",
        (Some("orders"), Some(_), None) => "/orders/:id",
        (Some("login"), None, _) => "/login",
        (Some("register"), None, _) => "/register",
        (Some("account"), None, _) => "/account",
        (Some("bridge"), None, _) => "/bridge",
        (Some("bridge"), Some("dead-letters"), None) => "/bridge/dead-letters",
        (Some("bridge"), Some("dead-letters"), Some(_)) => "/bridge/dead-letters/:id",
        (Some("bridge"), Some("orders"), None) => "/bridge/orders",
        (Some("bridge"), Some("orders"), Some(_)) => "/bridge/orders/:id",
        (Some("bridge"), Some("reports"), None) => "/bridge/reports",
        (Some("bridge"), Some("audit"), None) => "/bridge/audit",
        _ => "(not found)",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_without_what_is_in_them() {
        assert_eq!(template("/"), "/");
        assert_eq!(template("/p/night-jasmine"), "/p/:handle");
        assert_eq!(template("/goods/tea/"), "/goods/:family");
        assert_eq!(template("/orders/0190-x"), "/orders/:id");
        assert_eq!(template("/bridge/dead-letters/7"), "/bridge/dead-letters/:id");
        assert_eq!(template("/who/knows"), "(not found)");
    }

    #[test]
    fn only_what_is_below_the_bridge_is_the_bridge() {
        assert!(is_bridge("/bridge") && is_bridge("/bridge/orders"));
        assert!(!is_bridge("/bridgehead") && !is_bridge("/") && !is_bridge("/orders"));
    }

    #[test]
    fn a_return_stays_in_the_shop() {
        assert_eq!(safe_return(Some("/checkout")), "/checkout");
        for outside in ["//evil.example", "https://evil.example", "/\\evil.example", ""] {
            assert_eq!(safe_return(Some(outside)), "/", "{outside}");
        }
    }

    #[test]
    fn handles_are_encoded_in_addresses() {
        assert_eq!(Page::product("a b/c").path(), "/p/a%20b%2Fc");
        assert_eq!(Page::search("thé"), "/goods?q=th%C3%A9");
    }
}
