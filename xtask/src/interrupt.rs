//! Ctrl-C and SIGTERM set a flag; whatever waits looks at it, so that everything is put away first.
//! A step that failed sets one, too: what runs beside it need not go on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static ABANDONED: AtomicBool = AtomicBool::new(false);

/// Held by tests that set the flag or must not see it: they share the process.
#[cfg(test)]
pub static ALONE: std::sync::Mutex<()> = std::sync::Mutex::new(());

#[derive(Debug, thiserror::Error)]
#[error("Interrupted; what this command had started is stopped again.")]
pub struct Interrupted;

/// # Errors
/// When the handler cannot be installed.
pub fn install() -> Result<()> {
    ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::SeqCst)).context("Ctrl-C cannot be handled")
}

/// Ends the steps that run beside one that failed.
pub fn abandon() {
    ABANDONED.store(true, Ordering::SeqCst);
}

/// After an abandoned attempt is cleaned up, waiting is possible again.
pub fn recover() {
    ABANDONED.store(false, Ordering::SeqCst);
}

pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst) || ABANDONED.load(Ordering::SeqCst)
}

/// # Errors
/// [`Interrupted`] once somebody pressed Ctrl-C.
pub fn check() -> Result<()> {
    if interrupted() {
        return Err(Interrupted.into());
    }
    Ok(())
}

/// Sleeps, unless Ctrl-C comes.
///
/// # Errors
/// [`Interrupted`] once somebody pressed Ctrl-C.
pub fn pause(duration: Duration) -> Result<()> {
    check()?;
    sleep(duration);
    check()
}
