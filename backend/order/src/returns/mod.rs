//! Goods that go back.

pub mod model;
pub mod queries;
pub mod request_return;
