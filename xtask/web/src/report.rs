//! What the bundler says: a line per step with its time, and a table of sizes. The lines look like
//! those of xtask, between which they stand.

use std::io::Write;
use std::time::Instant;

use anyhow::Result;

use crate::manifest::Entry;

/// Runs a step and prints how long it took.
///
/// # Errors
/// Those of the step.
pub fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let started = Instant::now();
    let result = work();
    let mark = if result.is_ok() { "ok" } else { "FAILED" };
    line(&format!("{mark:>7}  {name:<62} {:>6.1} s", started.elapsed().as_secs_f64()));
    result
}

/// Sizes in bytes; the sum is what the first visit costs at most (both themes' needs, all fonts).
pub fn table(files: &[Entry]) {
    line(&format!("{:>9}{:<56} {:>12} {:>12}", "", "file", "raw", "brotli"));
    for entry in files {
        line(&format!("{:>9}{:<56} {:>12} {:>12}", "", entry.path, entry.bytes, entry.over_the_wire()));
    }
    let raw: u64 = files.iter().map(|entry| entry.bytes).sum();
    let wire: u64 = files.iter().map(Entry::over_the_wire).sum();
    line(&format!("{:>9}{:<56} {raw:>12} {wire:>12}", "", "all"));
}

fn line(text: &str) {
    // A closed pipe is no reason to leave half a bundle.
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}
