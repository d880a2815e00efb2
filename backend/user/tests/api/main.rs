//! The user service from outside: HTTP in, a real Postgres database per test, a real Redis.
//!
//! `TRADEWIND_TEST_PRIMARY_URL` is a superuser's URL of a cluster that may be thrown away, and
//! `TRADEWIND_TEST_REDIS_URL` a Redis of the same kind. Without them the tests are skipped, except in CI.

#![expect(clippy::unwrap_used, reason = "in a test an unwrap is an assertion")]

mod accounts;
mod devices;
mod guests;
mod harness;
mod hostile;
mod log_in;
mod operator;
mod password;
mod refresh;
mod routes;
mod tokens;
