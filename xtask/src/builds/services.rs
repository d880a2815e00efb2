//! Our own binaries, by cargo.

use std::process::Command;

use anyhow::Result;

use crate::command;
use crate::stack::Stack;

/// The packages whose binaries a stack runs.
const PACKAGES: [&str; 5] = ["tradewind-order", "tradewind-user", "tradewind-worker", "tradewind-payments", "tradewind-catalogue"];

/// # Errors
/// When the code does not compile.
pub fn build(stack: &Stack) -> Result<()> {
    let mut cargo = cargo(stack);
    // Where the supervisor looks for them, whatever CARGO_TARGET_DIR says.
    cargo.args(["build", "--bins", "--target-dir", "target"]);
    for package in PACKAGES {
        cargo.args(["--package", package]);
    }
    // The browser's part takes longer, and half of it keeps only one core busy: it goes first, and we take the rest.
    command::logged(&mut command::yielding(&cargo, 5), "Building the services", &stack.log("build-services"))
}

/// Only the program that fills the catalogue.
///
/// # Errors
/// When the code does not compile.
pub fn build_seed(stack: &Stack) -> Result<()> {
    let mut cargo = cargo(stack);
    cargo.args(["build", "--bin", "seed", "--package", "tradewind-catalogue", "--target-dir", "target"]);
    command::logged(&mut cargo, "Building the seed program", &stack.log("build-seed"))
}

/// Only the program that checks the invariants.
///
/// # Errors
/// When the code does not compile.
pub fn build_checker(stack: &Stack) -> Result<()> {
    let mut cargo = cargo(stack);
    cargo.args(["build", "--bin", "tradewind-checker", "--package", "tradewind-checker", "--target-dir", "target"]);
    command::logged(&mut cargo, "Building the checker", &stack.log("build-checker"))
}

/// The cargo that runs us. What it told us about ourselves must not reach the build: some build
/// scripts look at it, and everything would be compiled again.
pub fn cargo(stack: &Stack) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(&stack.root);
    for (name, _) in std::env::vars_os() {
        if let Some(name) = name.to_str()
            && name.starts_with("CARGO_")
            && !matches!(name, "CARGO_HOME" | "CARGO_BUILD_JOBS" | "CARGO_NET_OFFLINE")
        {
            cargo.env_remove(name);
        }
    }
    cargo
}
