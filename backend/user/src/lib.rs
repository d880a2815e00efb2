//! The user service: identities, their sessions and the keys that sign them. `routes.rs` lists every
//! method and path; each feature's `queries.rs` holds every statement of that feature.

pub mod accounts;
pub mod app;
pub mod config;
pub mod openapi;
pub mod routes;
pub mod sessions;
pub mod state;

/// The database's schema, for `user migrate` and for the tests.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations/user");
