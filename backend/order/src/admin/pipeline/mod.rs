//! How far what happened is on its way to whom it concerns.

pub mod get_pipeline;
pub mod queries;
