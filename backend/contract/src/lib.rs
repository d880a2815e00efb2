//! The HTTP contract as types. The services serialise them, the browser deserialises them, and
//! `/api/v1/openapi.json` is generated from them: a change that breaks one side does not compile.
//!
//! Nothing here does IO, reads a clock or draws a random number, so it also runs in WebAssembly.

pub mod cart;
pub mod catalog;
pub mod headers;
pub mod ids;
pub mod limits;
pub mod media;
pub mod money;
pub mod operators;
pub mod orders;
pub mod page;
pub mod payments;
pub mod problem;
pub mod reports;
pub mod routes;
pub mod timestamp;
pub mod users;
pub mod validation;

pub use ids::{AddressId, EventId, OrderId, OrderNumber, ProductId, ReturnId, SessionId, UserId};
pub use money::{Currency, Money};
pub use page::Page;
pub use problem::{FieldError, Problem};
pub use timestamp::Timestamp;
