//! What operators see and do: everything below `/admin`. What they change goes through the same steps as the rest.

pub mod audit;
pub mod cursor;
pub mod dead_letters;
pub mod orders;
pub mod pipeline;
pub mod reports;
