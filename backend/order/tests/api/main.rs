//! The order service from outside: HTTP in, a real Postgres database per test, a real Redis.
//!
//! `TRADEWIND_TEST_PRIMARY_URL` is a superuser's URL of a cluster that may be thrown away, and
//! `TRADEWIND_TEST_REDIS_URL` a Redis of the same kind. Without them the tests are skipped, except in CI.

#![expect(clippy::unwrap_used, reason = "in a test an unwrap is an assertion")]

mod cancelling;
mod cart;
mod catalog;
mod consistency;
mod funnel;
mod guest_claims;
mod harness;
mod idempotency;
mod operators_audit;
mod operators_dead_letters;
mod operators_orders;
mod operators_pipeline;
mod operators_reports;
mod orders;
mod paying_again;
mod problems;
mod quotes;
mod returns;
mod shipping;
mod tokens;
