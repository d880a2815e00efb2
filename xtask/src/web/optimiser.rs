//! wasm-opt, from the npm package `binaryen`: the same program on every machine that has node.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::command;
use crate::progress;
use crate::stack::Stack;

/// wasm-opt, installed first when need be. `None` where there is no node or the registry cannot be
/// reached: the module is larger then, and works.
///
/// # Errors
/// When the lock file cannot be read, the cache cannot be written, or on Ctrl-C.
pub fn find_or_install(stack: &Stack, logs: &Path) -> Result<Option<PathBuf>> {
    if command::find("node").is_none() || command::find("npm").is_none() {
        progress::note("without node and npm there is no wasm-opt: the module stays larger");
        return Ok(None);
    }
    let sources = stack.root.join("xtask/web");
    let version = locked_version(&fs::read_to_string(sources.join("package-lock.json"))?)?;
    let directory = stack.cache.join(format!("binaryen-{version}"));
    let program = directory.join("node_modules/binaryen/bin/wasm-opt");
    if program.is_file() {
        return Ok(Some(program));
    }
    let installed = progress::step(&format!("binaryen {version}, from npm"), || install(&sources, &directory, logs));
    if let Err(error) = installed {
        crate::interrupt::check()?;
        progress::note(&format!("without binaryen the module stays larger: {error}"));
        return Ok(None);
    }
    Ok(Some(program))
}

fn install(sources: &Path, directory: &Path, logs: &Path) -> Result<()> {
    // Whole or not at all: the next build takes what has the final name.
    let unfinished = directory.with_extension(format!("unfinished-{}", std::process::id()));
    fs::create_dir_all(&unfinished).with_context(|| format!("{} cannot be made", unfinished.display()))?;
    for name in ["package.json", "package-lock.json"] {
        fs::copy(sources.join(name), unfinished.join(name))?;
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&unfinished);
    let outcome = command::logged(&mut npm, "npm ci for binaryen", &logs.join("binaryen.log"));
    if outcome.is_err() || directory.exists() {
        fs::remove_dir_all(&unfinished)?;
        return outcome;
    }
    fs::rename(&unfinished, directory)?;
    Ok(())
}

fn locked_version(lock: &str) -> Result<String> {
    let lock: serde_json::Value = serde_json::from_str(lock).context("xtask/web/package-lock.json is no JSON")?;
    let version = lock["packages"]["node_modules/binaryen"]["version"].as_str();
    version.map(str::to_owned).context("xtask/web/package-lock.json has no binaryen")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_names_a_version_and_no_registry() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/package-lock.json");
        let lock = fs::read_to_string(path).expect("the lock file");
        assert!(!locked_version(&lock).expect("a version").is_empty());
        assert!(!lock.contains("\"resolved\""), "a lock file that names a registry works with no other");
    }
}
