//! A simulated payment provider: the outside world to the shop, so it shares no database with it and
//! remembers what it answered, whatever is killed. The payment token decides what happens.

pub mod app;
pub mod authorizations;
pub mod config;
pub mod ledger;
pub mod lost_reply;
pub mod refunds;
pub mod routes;
pub mod state;
pub mod store;
