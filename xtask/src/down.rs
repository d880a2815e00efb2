//! Stops everything, also what a killed supervisor left behind.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::progress;
use crate::stack::Stack;
use crate::supervisor;

/// Longer than the supervisor waits for a part before it kills it.
const STOP_TIMEOUT: Duration = Duration::from_secs(60);
const ORPHAN_GRACE: Duration = Duration::from_secs(10);

/// Stop everything; the data stays unless --wipe is given.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  ./tradewind down\n  ./tradewind down --wipe")]
pub struct DownArgs {
    /// Forget everything: databases, events, keys and logs.
    #[arg(long)]
    pub wipe: bool,
}

/// # Errors
/// When processes cannot be ended or data cannot be removed.
pub fn run(stack: &Stack, args: &DownArgs) -> Result<()> {
    let nothing = supervisor::pid(stack).is_none() && orphans(stack).is_empty();
    if nothing {
        progress::note("nothing is running");
    } else {
        progress::step("everything is stopped", || stop_all(stack))?;
    }
    if args.wipe {
        progress::step("all data is forgotten", || wipe(stack))?;
    }
    Ok(())
}

/// Ends the supervisor, its parts, and the parts of supervisors that were killed.
///
/// # Errors
/// When a process outlives even that.
pub fn stop_all(stack: &Stack) -> Result<()> {
    let left = stop_supervised(stack);
    end_orphans(stack)?;
    let left: Vec<i32> = left.into_iter().filter(|pid| process::alive(*pid)).collect();
    if !left.is_empty() {
        bail!("These processes do not end: {left:?}");
    }
    Ok(())
}

/// Returns the processes that ran.
fn stop_supervised(stack: &Stack) -> Vec<i32> {
    let Some(pid) = supervisor::pid(stack) else {
        return Vec::new();
    };
    let processes = process::tree(pid);
    supervisor::shut_down(stack, STOP_TIMEOUT);
    processes
}

/// # Errors
/// When one cannot be ended.
pub fn end_orphans(stack: &Stack) -> Result<()> {
    let mut found = orphans(stack);
    if found.is_empty() {
        return Ok(());
    }
    // Postgres children end with their parent; asked first, the parent puts everything in order.
    process::end(&found, ORPHAN_GRACE);
    found = orphans(stack);
    if !found.is_empty() {
        bail!("These processes of an earlier start do not end: {found:?}");
    }
    Ok(())
}

/// Processes of this home that no living supervisor looks after. They are known by their working
/// directory, which is a part's own, together with the session of the supervisor that started them
/// or the mark in their environment: never by a name that others have, too.
pub fn orphans(stack: &Stack) -> Vec<i32> {
    let session = supervisor::recorded_pid(stack);
    let supervised = supervisor::pid(stack).map(process::tree).unwrap_or_default();
    let directories: Vec<PathBuf> = crate::parts::NAMES.iter().map(|name| stack.run(name)).collect();
    let databases = stack.postgres_root();
    process::all()
        .into_iter()
        .filter(|pid| !supervised.contains(pid) && process::alive(*pid))
        .filter(|pid| {
            let Some(directory) = process::directory(*pid) else { return false };
            if process::inside(&directory, &databases) {
                return process::program(*pid).is_some_and(|name| name == "postgres");
            }
            directories.iter().any(|part| process::inside(&directory, part))
                && (session.is_some() && process::stat(*pid).map(|stat| stat.session) == session || is_marked(*pid))
        })
        .collect()
}

fn is_marked(pid: i32) -> bool {
    let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
    environment.split(|byte| *byte == 0).any(|entry| entry.starts_with(b"TRADEWIND_PART="))
}

fn wipe(stack: &Stack) -> Result<()> {
    let ours = ["config", "gateway-cache", "kafka", "logs", "payments", "postgres", "run", "secrets", "stamps", "web"];
    // Only what we made: somebody may have pointed TRADEWIND_HOME at a directory with more in it.
    for name in ours {
        remove(&stack.home.join(name))?;
    }
    remove(&stack.postgres_root())?;
    // Stays when it holds something else, and that is right.
    let _ = fs::remove_dir(&stack.home);
    Ok(())
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} cannot be removed", path.display()))
        }
        _ => Ok(()),
    }
}
