//! The cart: lines with today's prices, one cart an identity.

pub mod claim_guest;
pub mod delete_cart;
pub mod funnel;
pub mod get_cart;
pub mod model;
pub mod queries;
pub mod remove_item;
pub mod set_item;
