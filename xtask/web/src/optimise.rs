//! Binaryen's wasm-opt.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use walrus::{ExportItem, Module, RefType, Table};

/// What wasm-bindgen calls the table of the browser's objects.
const EXTERNREFS: &str = "__wbindgen_externrefs";

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
    export_externrefs(&bytes)
}

/// wasm-opt before version 110 writes the first table's index for every table that is exported, which is that of functions; and
/// wasm-bindgen exports the second, with the browser's objects.
fn export_externrefs(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut module = Module::from_buffer(wasm).context("what wasm-opt wrote cannot be read")?;
    let externrefs = module.tables.iter().find(|table| table.element_ty == RefType::EXTERNREF).map(Table::id);
    let export = module.exports.iter_mut().find(|export| export.name == EXTERNREFS);
    if let (Some(table), Some(export)) = (externrefs, export) {
        export.item = ExportItem::Table(table);
    }
    Ok(module.emit_wasm())
}
