//! A full disk is told before anything breaks half-way.

use std::path::Path;

use anyhow::Result;
use nix::sys::statvfs::statvfs;

use crate::stack::Stack;
use crate::trouble::Trouble;

const GIB: u64 = 1024 * 1024 * 1024;
/// Databases, events, logs.
const TO_RUN: u64 = GIB;
/// The services with their dependencies, the browser's part, the collector.
const TO_BUILD: u64 = 8 * GIB;

/// # Errors
/// When too little is free, with how much and where.
pub fn check(stack: &Stack) -> Result<()> {
    let built = stack.binary("order").exists();
    room(&stack.root, if built { TO_RUN } else { TO_BUILD })?;
    room(&stack.home, TO_RUN)?;
    room(&stack.postgres_root(), TO_RUN)
}

fn room(path: &Path, wanted: u64) -> Result<()> {
    let Some(existing) = path.ancestors().find(|ancestor| ancestor.exists()) else {
        return Ok(());
    };
    let system = statvfs(existing)?;
    let free = system.blocks_available() as u64 * system.fragment_size() as u64;
    if free >= wanted {
        return Ok(());
    }
    Err(Trouble::new(format!(
        "The disk of {} has {:.1} GiB left, and {:.0} GiB are needed.",
        existing.display(),
        free as f64 / GIB as f64,
        wanted as f64 / GIB as f64
    ))
    .advice("Make room and start again; TRADEWIND_HOME=/another/disk/tradewind puts the data elsewhere.")
    .into())
}
