//! Binaryen's wasm-opt.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// What every browser of the last years runs and rustc emits. Never `--all-features`: it writes
/// encodings that browsers refuse.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// # Errors
/// When wasm-opt cannot be run or refuses the module.
pub fn run(wasm_opt: &Path, wasm: &[u8], scratch: &Path) -> Result<Vec<u8>> {
    let input = scratch.join("before.wasm");
    let output = scratch.join("after.wasm");
    fs::write(&input, wasm)?;
    let said = Command::new(wasm_opt)
        .args(FEATURES)
        .args(["-Oz", "--strip-debug", "--strip-producers", "-o"])
        .arg(&output)
        .arg(&input)
        .output()
        .with_context(|| format!("{} cannot be started", wasm_opt.display()))?;
    if !said.status.success() {
        bail!("wasm-opt refused the module: {}", String::from_utf8_lossy(&said.stderr).trim());
    }
    let bytes = fs::read(&output)?;
    fs::remove_file(input)?;
    fs::remove_file(output)?;
    Ok(bytes)
}
