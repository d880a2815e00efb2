//! Makes the browser's part out of the compiled frontend: bindings, optimisation, names that carry
//! a hash of the content, the page, and compressed siblings. `./tradewind web` calls it.

mod assets;
mod bindings;
mod compress;
mod manifest;
mod optimise;
mod page;
mod report;
mod versions;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;

use crate::assets::Assets;
use crate::compress::Effort;
use crate::manifest::Manifest;

/// Bundles the browser's part into a directory that a web server can serve as it is.
#[derive(Debug, Parser)]
#[command(name = "xtask-web")]
struct Arguments {
    /// The repository
    #[arg(long)]
    root: PathBuf,
    /// The module that cargo built
    #[arg(long)]
    wasm: PathBuf,
    /// A directory to make; what is there already is replaced
    #[arg(long)]
    out: PathBuf,
    /// Identifies what this was built from
    #[arg(long)]
    stamp: String,
    /// Binaryen's wasm-opt; without it the module stays larger
    #[arg(long)]
    wasm_opt: Option<PathBuf>,
    /// Compresses lightly
    #[arg(long)]
    dev: bool,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    versions::check(&arguments.root)?;
    bundle(&arguments)
}

fn bundle(arguments: &Arguments) -> Result<()> {
    let out = &arguments.out;
    if out.exists() {
        fs::remove_dir_all(out).with_context(|| format!("{} cannot be removed", out.display()))?;
    }
    fs::create_dir_all(out).with_context(|| format!("{} cannot be made", out.display()))?;

    let mut app = report::step("bindings between WebAssembly and the browser", || bindings::generate(&arguments.wasm, out))?;
    if let Some(wasm_opt) = &arguments.wasm_opt {
        report::step("wasm-opt -Oz", || {
            app.wasm = optimise::run(wasm_opt, &app.wasm, out)?;
            for part in app.parts.values_mut() {
                *part = optimise::run(wasm_opt, part, out)?;
            }
            Ok(())
        })?;
    }
    let frontend = arguments.root.join("frontend");
    let mut assets = Assets::new(out)?;
    report::step("assets with hashed names, and the page", || {
        assets::place(&mut assets, &frontend, &app)?;
        page::write(&frontend.join("index.html"), &assets, out)
    })?;
    let effort = if arguments.dev { Effort::Light } else { Effort::Most };
    let files = report::step("brotli and gzip", || compress::directory(out, effort))?;
    report::table(&files);
    Manifest { stamp: arguments.stamp.clone(), files }.write(out)
}
