//! One file a screen.

pub mod account;
pub mod bridge;
pub mod cart;
pub mod checkout;
mod door;
pub mod home;
pub mod list;
pub mod login;
pub mod not_found;
pub mod order;
pub mod orders;
pub mod product;
pub mod register;
