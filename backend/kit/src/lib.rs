//! What every service needs and none owns: configuration, telemetry, HTTP conventions, identity,
//! the database with its replicas, the cache, idempotency, outbox and inbox.

pub mod auth;
pub mod cache;
pub mod config;
mod connections;
pub mod consistency;
pub mod database;
pub mod ed25519;
pub mod error;
pub mod extract;
pub mod failpoints;
pub mod failures;
pub mod http;
pub mod idempotency;
pub mod inbox;
pub mod kafka;
pub mod limit;
pub mod outbox;
pub mod relay;
pub mod server;
pub mod telemetry;

pub use error::{Error, Refusal, Result};
