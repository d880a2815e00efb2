//! `/api/v1/openapi.json`: generated from the handlers and the wire types, this service's half and the user service's.

use std::sync::LazyLock;

use utoipa::OpenApi;

use crate::{admin, cart, catalog, orders, payments, returns};

#[derive(OpenApi)]
#[openapi(
    info(title = "Tradewind", description = "The HTTP contract of the Tradewind shop.", license(name = "MIT OR Apache-2.0")),
    servers((url = "/api/v1")),
    paths(
        catalog::get_categories::get_categories,
        catalog::list_products::list_products,
        catalog::get_product::get_product,
        catalog::related_products::related_products,
        catalog::suggestions::suggestions,
        cart::get_cart::get_cart,
        cart::delete_cart::delete_cart,
        cart::set_item::set_item,
        cart::remove_item::remove_item,
        cart::claim_guest::claim_guest,
        orders::shipping_methods::shipping_methods,
        orders::quote::quote,
        orders::place_order::place_order,
        orders::list_orders::list_orders,
        orders::get_order::get_order,
        orders::order_events::order_events,
        payments::pay_again::pay_again,
        orders::cancel_order::cancel_order,
        returns::request_return::request_return,
        admin::pipeline::get_pipeline::get_pipeline,
        admin::dead_letters::list_dead_letters::list_dead_letters,
        admin::dead_letters::list_causes::list_causes,
        admin::dead_letters::redrive_cause::redrive_cause,
        admin::dead_letters::get_dead_letter::get_dead_letter,
        admin::dead_letters::redrive::redrive,
        admin::dead_letters::discard::discard,
        admin::orders::search_orders::search_orders,
        admin::orders::get_order::get_order,
        admin::orders::ship::ship,
        admin::orders::deliver::deliver,
        admin::orders::cancel::cancel,
        admin::orders::refund::refund,
        admin::orders::reject_return::reject_return,
        admin::audit::list_audit::list_audit,
        admin::reports::sales::sales,
        admin::reports::funnel::funnel,
        admin::reports::top_products::top_products,
        admin::reports::latest_events::latest_events,
    )
)]
struct Document;

/// The document of this service's routes.
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// Both services' document, as the contract test holds it current.
pub const MERGED: &str = include_str!("../../../docs/openapi.json");

/// The document as a page that needs no script: every route with its parameters and answers.
pub fn page() -> &'static str {
    static PAGE: LazyLock<String> = LazyLock::new(|| docs_page::render(&serde_json::from_str(MERGED).unwrap_or_default()));
    &PAGE
}

mod docs_page;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::routes::TABLE;

    #[test]
    fn the_document_has_exactly_the_routes_of_the_table() {
        let document = serde_json::to_value(super::document()).unwrap_or_default();
        let described: BTreeSet<(String, String)> = document["paths"]
            .as_object()
            .into_iter()
            .flatten()
            .flat_map(|(path, methods)| {
                methods.as_object().into_iter().flatten().map(move |(method, _)| (method.to_uppercase(), path.clone()))
            })
            .collect();
        let served: BTreeSet<(String, String)> = TABLE.iter().map(|(method, path)| ((*method).to_owned(), (*path).to_owned())).collect();
        assert_eq!(described, served);
    }
}
