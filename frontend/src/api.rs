//! The one way to the services: a client that carries identity, trace, consistency tokens and deadlines, and one
//! file of calls a resource. Every call answers with its type or with an [`ApiError`], never with nothing.

pub mod admin;
pub mod attempt;
pub mod cart;
pub mod catalog;
mod client;
mod consistency;
mod error;
pub mod events;
pub mod orders;
pub mod query;
pub mod users;

pub(crate) use client::send_once;
pub use client::{Api, Auth, Call, Get, Method, consistency_header};
pub use error::ApiError;
#[cfg(test)]
pub use error::answered;
