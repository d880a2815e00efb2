//! The worker: relays both outboxes to Kafka, handles the events, and sweeps what is due.

pub mod config;
pub mod consume;
pub mod deliver;
pub mod dispatch;
pub mod handlers;
pub mod housekeeping;
pub mod measure;
mod metrics;
pub mod payments;
pub mod projection;
pub mod queries;
pub mod rebuild;
pub mod reconcile;
mod release;
pub mod report;
pub mod saga;
pub mod timers;
