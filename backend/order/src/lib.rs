//! The order service: catalogue, carts and orders. `routes.rs` lists every method and path; each feature's
//! `queries.rs` holds every statement of that feature.

pub mod admin;
pub mod app;
pub mod cart;
pub mod catalog;
pub mod config;
mod keyed;
pub mod media;
pub mod openapi;
pub mod orders;
pub mod payments;
pub mod returns;
pub mod routes;
pub mod state;

/// The database's schema, for `order migrate` and for the tests.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations/order");
