//! Who did what.

pub mod list_audit;
pub mod queries;
