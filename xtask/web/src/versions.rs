//! The generator and the library must be one version: the module describes itself in a format that
//! changes with every release.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// # Errors
/// When the workspace resolves the two crates to different versions.
pub fn check(root: &Path) -> Result<()> {
    let lock = fs::read_to_string(root.join("Cargo.lock")).context("Cargo.lock cannot be read")?;
    compare(&lock)
}

fn compare(lock: &str) -> Result<()> {
    let library = locked(lock, "wasm-bindgen").context("Cargo.lock has no wasm-bindgen")?;
    let generator = locked(lock, "wasm-bindgen-cli-support").context("Cargo.lock has no wasm-bindgen-cli-support")?;
    if library != generator {
        bail!(
            "the frontend uses wasm-bindgen {library} and the bundler generates bindings for {generator}.\n  \
             Set wasm-bindgen-cli-support to \"={library}\" in xtask/web/Cargo.toml and build again."
        );
    }
    Ok(())
}

/// The version of a package in Cargo.lock.
fn locked<'a>(lock: &'a str, name: &str) -> Option<&'a str> {
    let wanted = format!("name = \"{name}\"");
    let mut lines = lock.lines().skip_while(|line| *line != wanted).skip(1);
    lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(library: &str, generator: &str) -> String {
        format!(
            "[[package]]\nname = \"wasm-bindgen\"\nversion = \"{library}\"\n\n\
             [[package]]\nname = \"wasm-bindgen-cli-support\"\nversion = \"{generator}\"\n"
        )
    }

    #[test]
    fn different_versions_are_named_with_what_to_do() {
        assert!(compare(&lock("0.2.130", "0.2.130")).is_ok());
        let error = compare(&lock("0.2.131", "0.2.130")).expect_err("refused").to_string();
        assert!(error.contains("\"=0.2.131\" in xtask/web/Cargo.toml"), "{error}");
    }

    #[test]
    fn this_workspace_has_one_version() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        check(&root).expect("the same version");
    }
}
