//! A compiler that can build for the browser.
//!
//! rustup's has the target ready made, or fetches it. Where rustup is not, or reaches nobody, Debian's
//! compiler builds the standard library from the source that Debian packs beside it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::Result;
use clap::ValueEnum;

use crate::command;
use crate::interrupt;
use crate::packages::{self, Purpose};
use crate::progress;
use crate::stack::Stack;
use crate::trouble::Trouble;

const TARGET: &str = "wasm32-unknown-unknown";
pub const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
/// Of the same LLVM as that compiler. Debian's default, of LLVM 14, leaves segments of zeros out of a module although symbols lie in
/// them, and such a module cannot be split.
pub const LINKER: &str = "wasm-ld-22";
/// Fetching the target takes seconds; a machine without a network should not wait for it.
const FETCH_TIMEOUT: Duration = Duration::from_secs(60);

/// Which compiler to take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Choice {
    /// rustup's when it has the target or can fetch it, else Debian's
    #[default]
    Auto,
    Rustup,
    Debian,
}

/// A compiler that was found to be complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Toolchain {
    /// Has the target's standard library.
    Ready { version: String },
    /// Builds the standard library itself.
    FromSource { version: String, linker: PathBuf },
}

impl Toolchain {
    /// Changes when the compiler does.
    pub fn identity(&self) -> String {
        match self {
            Self::Ready { version } => format!("ready {version}"),
            Self::FromSource { version, .. } => format!("from source {version}"),
        }
    }

    pub fn describe(&self) -> String {
        match self {
            Self::Ready { version } => format!("{version}, whose target is installed"),
            Self::FromSource { version, .. } => format!("{version} of Debian, with the standard library from its source"),
        }
    }

    pub fn arguments(&self) -> &'static [&'static str] {
        match self {
            Self::Ready { .. } => &[],
            // Without what reads debug information for a backtrace: a browser has none to give.
            Self::FromSource { .. } => &["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"],
        }
    }

    pub fn environment(&self) -> Vec<(&'static str, PathBuf)> {
        match self {
            Self::Ready { .. } => Vec::new(),
            Self::FromSource { linker, .. } => vec![
                ("RUSTC", PathBuf::from(DEBIAN_RUSTC)),
                // A released compiler builds its own standard library only when told that it may.
                ("RUSTC_BOOTSTRAP", PathBuf::from("1")),
                ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker.clone()),
            ],
        }
    }
}

/// The compiler to take.
///
/// # Errors
/// When none is complete: the sentence says what each one lacks and what to run.
pub fn choose(stack: &Stack, choice: Choice) -> Result<Toolchain> {
    let debian = || from_source().or_else(|| packages::ensure(stack, &[Purpose::Wasm]).ok().and_then(|()| from_source()));
    let found = match choice {
        Choice::Auto => ready().or_else(fetched).or_else(debian),
        Choice::Rustup => ready().or_else(fetched),
        Choice::Debian => debian(),
    };
    interrupt::check()?;
    found.ok_or_else(|| {
        Trouble::new(format!("No Rust compiler here can build for the browser ({TARGET})."))
            .advice(format!(
                "Either run: rustup target add {TARGET}\n  or, where rustup reaches nobody: apt-get install -y --no-install-recommends {}",
                packages::missing(&[Purpose::Wasm]).join(" ")
            ))
            .into()
    })
}

/// The compiler that cargo takes by itself, when it has the target.
fn ready() -> Option<Toolchain> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let sysroot = said(Command::new(&rustc).args(["--print", "sysroot"]))?;
    let libraries = Path::new(&sysroot).join("lib/rustlib").join(TARGET).join("lib");
    if !libraries.is_dir() {
        return None;
    }
    Some(Toolchain::Ready { version: said(Command::new(&rustc).arg("--version"))? })
}

/// As [`ready`], after rustup has fetched the target.
fn fetched() -> Option<Toolchain> {
    command::find("rustup")?;
    progress::begin(&format!("rustup fetches {TARGET}"));
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", TARGET]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = rustup.env("RUSTUP_MAX_RETRIES", "1").spawn().ok()?;
    let started = std::time::Instant::now();
    let fetched = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status.success(),
            Ok(None) if started.elapsed() < FETCH_TIMEOUT && !interrupt::interrupted() => std::thread::sleep(Duration::from_millis(100)),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                break false;
            }
        }
    };
    if !fetched && !interrupt::interrupted() {
        progress::note("rustup could not fetch the target; trying Debian's compiler");
        return None;
    }
    ready()
}

/// Where Debian keeps the source of the standard library, if it is installed.
pub fn debian_source() -> Option<PathBuf> {
    let sysroot = said(Command::new(DEBIAN_RUSTC).args(["--print", "sysroot"]))?;
    Some(Path::new(&sysroot).join("lib/rustlib/src/rust/library/std/Cargo.toml")).filter(|source| source.is_file())
}

fn from_source() -> Option<Toolchain> {
    debian_source()?;
    Some(Toolchain::FromSource { version: said(Command::new(DEBIAN_RUSTC).arg("--version"))?, linker: command::find(LINKER)? })
}

/// What a command prints, when it works.
fn said(command: &mut Command) -> Option<String> {
    let text = command::output(command).ok()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compiler_from_source_is_told_what_cargo_must_do() {
        let toolchain = Toolchain::FromSource { version: "rustc 1".to_owned(), linker: PathBuf::from("/usr/bin/wasm-ld-22") };
        assert_eq!(toolchain.arguments(), ["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"]);
        let names: Vec<&str> = toolchain.environment().iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["RUSTC", "RUSTC_BOOTSTRAP", "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER"]);
    }

    #[test]
    fn two_compilers_never_share_a_stamp() {
        let ready = Toolchain::Ready { version: "rustc 1".to_owned() };
        let from_source = Toolchain::FromSource { version: "rustc 1".to_owned(), linker: PathBuf::new() };
        assert_ne!(ready.identity(), from_source.identity());
    }
}
