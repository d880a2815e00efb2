//! The pipe from outbox to effect, against a real Postgres and a real Kafka: a database, topics and groups of its own per test.
//!
//! `TRADEWIND_TEST_PRIMARY_URL` is a superuser's URL of a cluster that may be thrown away, `TRADEWIND_TEST_KAFKA` a broker of the
//! same kind. Without them the tests are skipped, except in CI.

#![expect(clippy::unwrap_used, reason = "in a test an unwrap is an assertion")]

mod consumer;
mod dead_letters;
mod failpoints;
mod harness;
mod outbox;
mod rebalance;
mod relay;
mod reports;
