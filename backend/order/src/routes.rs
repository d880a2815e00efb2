//! Every method and path of the order service, below `/api/v1`.

use tradewind_contract::routes::{admin, order as path};

use crate::{
    admin::{audit, dead_letters, orders as admin_orders, pipeline},
    cart, catalog, orders, payments, returns,
    state::AppState,
};

tradewind_kit::route_table! { AppState;
    GET path::CATEGORIES => catalog::get_categories::get_categories,
    GET path::PRODUCTS => catalog::list_products::list_products,
    GET path::PRODUCT => catalog::get_product::get_product,
    GET path::RELATED => catalog::related_products::related_products,
    GET path::SUGGESTIONS => catalog::suggestions::suggestions,
    GET path::CART => cart::get_cart::get_cart,
    DELETE path::CART => cart::delete_cart::delete_cart,
    PUT path::CART_ITEM => cart::set_item::set_item,
    DELETE path::CART_ITEM => cart::remove_item::remove_item,
    POST path::GUEST_CLAIMS => cart::claim_guest::claim_guest,
    GET path::SHIPPING_METHODS => orders::shipping_methods::shipping_methods,
    POST path::QUOTES => orders::quote::quote,
    POST path::ORDERS => orders::place_order::place_order,
    GET path::ORDERS => orders::list_orders::list_orders,
    GET path::ORDER => orders::get_order::get_order,
    GET path::ORDER_EVENTS => orders::order_events::order_events,
    POST path::ORDER_PAYMENTS => payments::pay_again::pay_again,
    POST path::ORDER_CANCEL => orders::cancel_order::cancel_order,
    POST path::ORDER_RETURNS => returns::request_return::request_return,
    GET admin::PIPELINE => pipeline::get_pipeline::get_pipeline,
    GET admin::DEAD_LETTERS => dead_letters::list_dead_letters::list_dead_letters,
    GET admin::DEAD_LETTER_CAUSES => dead_letters::list_causes::list_causes,
    POST admin::DEAD_LETTERS_REDRIVE => dead_letters::redrive_cause::redrive_cause,
    GET admin::DEAD_LETTER => dead_letters::get_dead_letter::get_dead_letter,
    POST admin::DEAD_LETTER_REDRIVE => dead_letters::redrive::redrive,
    POST admin::DEAD_LETTER_DISCARD => dead_letters::discard::discard,
    GET admin::ORDERS => admin_orders::search_orders::search_orders,
    GET admin::ORDER => admin_orders::get_order::get_order,
    POST admin::ORDER_SHIP => admin_orders::ship::ship,
    POST admin::ORDER_DELIVER => admin_orders::deliver::deliver,
    POST admin::ORDER_CANCEL => admin_orders::cancel::cancel,
    POST admin::ORDER_REFUND => admin_orders::refund::refund,
    POST admin::ORDER_REJECT_RETURN => admin_orders::reject_return::reject_return,
    GET admin::AUDIT => audit::list_audit::list_audit,
}
