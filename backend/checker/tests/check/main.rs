//! Each invariant, broken on purpose: what was planted must be found, and nothing else.
#![expect(clippy::unwrap_used, reason = "in a test an unwrap is an assertion")]

mod cached;
mod harness;
mod kafka;
mod large;
mod planted;
mod pruned;
mod unasked;
