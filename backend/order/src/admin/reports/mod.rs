//! What the events tell of trade, from the tables that the worker counts them into (`backend/worker/src/projection.rs`).

pub mod csv;
pub mod funnel;
pub mod latest_events;
pub mod model;
pub mod queries;
pub mod sales;
pub mod top_products;
