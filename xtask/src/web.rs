//! Builds the browser's part: the frontend compiled to WebAssembly, bound, made small, named by
//! content, compressed, and put where the gateway serves it.
//!
//! The result of each set of inputs is kept under `target/web-dist/bundles/<stamp>`, so that a second stack,
//! or going back to what was built before, costs a copy.

mod inputs;
mod publish;
pub mod toolchain;

use std::fs::{self, File, TryLockError};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::builds::services::cargo;
use crate::command;
use crate::interrupt;
use crate::progress;
use crate::stack::Stack;
use crate::trouble::Trouble;

pub use self::toolchain::Choice;
use self::toolchain::Toolchain;

/// Rebuild the browser's part only.
#[derive(clap::Args, Clone, Debug, Default)]
#[command(after_help = "Example:\n  ./tradewind web\n  ./tradewind web --dev     # quicker to build, larger to load")]
pub struct WebArgs {
    /// Builds in less time: unoptimised, lightly compressed
    #[arg(long)]
    pub dev: bool,
    /// Builds even though nothing has changed
    #[arg(long)]
    pub force: bool,
    /// The compiler to take
    #[arg(long, value_enum, default_value_t)]
    pub toolchain: Choice,
    /// Where the result goes [default: target/web-dist/current, and from there to the running stack]
    #[arg(long, value_name = "DIRECTORY")]
    pub out: Option<PathBuf>,
}

/// Builds the browser's part, unless it is there already, and returns the directory that holds it.
///
/// # Errors
/// When no compiler can build for the browser, when one of the steps fails, or on Ctrl-C.
pub fn run(stack: &Stack, args: &WebArgs) -> Result<PathBuf> {
    let home = stack.root.join("target/web-dist");
    let out = args.out.clone().unwrap_or_else(|| home.join("current"));
    let _lock = lock(&home)?;
    let toolchain = toolchain::choose(stack, args.toolchain)?;
    let wasm_opt = command::find("wasm-opt").filter(|_| !args.dev);
    if wasm_opt.is_none() && !args.dev {
        progress::note("without wasm-opt, which is in Debian's package binaryen, the module stays larger");
    }
    let flavour = [toolchain.identity(), format!("dev: {}, wasm-opt: {}", args.dev, wasm_opt.is_some())];
    let stamp = inputs::stamp(&stack.root, &flavour)?;
    let bundles = home.join("bundles");
    let bundle = bundles.join(&stamp);
    let stale = args.force || !bundle.join(publish::MANIFEST).is_file();
    if stale {
        progress::note(&format!("WebAssembly by {}", toolchain.describe()));
        build(stack, args.dev, &toolchain, wasm_opt.as_deref(), &bundle)?;
        forget_old_bundles(&bundles, &stamp)?;
    }
    let published = publish::publish(&bundle, &stamp, &out)?;
    if !stale && !published {
        progress::note("the browser's part is up to date");
    }
    if stale && inputs::stamp(&stack.root, &flavour)? != stamp {
        // Nobody knows which of the two states was compiled; the next build must not take it for either.
        fs::remove_dir_all(&bundle)?;
        progress::note("the sources changed during the build; run it once more");
    }
    Ok(out)
}

fn logs(stack: &Stack) -> PathBuf {
    stack.root.join("target/web-dist/logs")
}

/// One build at a time: the second one waits, and finds that its work is done.
fn lock(home: &Path) -> Result<File> {
    fs::create_dir_all(home).with_context(|| format!("{} cannot be made", home.display()))?;
    let lock = File::create(home.join("lock"))?;
    if lock.try_lock().is_err() {
        progress::note("another build of the browser's part is running; waiting for it");
        while let Err(error) = lock.try_lock() {
            if let TryLockError::Error(error) = error {
                return Err(error).context("target/web-dist/lock cannot be locked");
            }
            interrupt::pause(Duration::from_millis(100))?;
        }
    }
    Ok(lock)
}

fn build(stack: &Stack, dev: bool, toolchain: &Toolchain, wasm_opt: Option<&Path>, bundle: &Path) -> Result<()> {
    let wasm = progress::step("the frontend, compiled to WebAssembly", || compile(stack, dev, toolchain))?;
    let bundler = progress::step("the bundler", || bundler(stack))?;

    interrupt::check()?;
    let stamp = bundle.file_name().context("a bundle has a name")?;
    let unfinished = bundle.with_extension("unfinished");
    let mut command = Command::new(bundler);
    command.arg("--root").arg(&stack.root).arg("--wasm").arg(&wasm).arg("--out").arg(&unfinished).arg("--stamp").arg(stamp);
    if let Some(wasm_opt) = wasm_opt {
        command.arg("--wasm-opt").arg(wasm_opt);
    }
    if dev {
        command.arg("--dev");
    }
    // Its lines are ours: they name the steps and the sizes.
    let mut child = command.process_group(0).spawn().context("the bundler cannot be started")?;
    let status = command::wait(&mut child, |_| {})?;
    if !status.success() {
        return Err(Trouble::new(format!("The browser's part could not be bundled ({status}); the reason stands above.")).into());
    }
    if bundle.exists() {
        fs::remove_dir_all(bundle)?;
    }
    fs::rename(&unfinished, bundle).with_context(|| format!("{} cannot be moved into place", unfinished.display()))
}

/// The frontend's module. It has a target directory of its own, for another compiler or another
/// profile must never throw away what the services' builds have.
fn compile(stack: &Stack, dev: bool, toolchain: &Toolchain) -> Result<PathBuf> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let target_directory = stack.root.join(if dev { "target/web-dev" } else { "target/web" });
    let mut command = cargo(stack);
    command
        .args(["rustc", "--package", "tradewind-frontend", "--profile", "web", "--target", TARGET, "--target-dir"])
        .arg(&target_directory)
        .args(toolchain.arguments())
        // The bundler moves parts of the module into files of their own; that needs the linker's notes of who uses what.
        .args(["--", "-C", "link-arg=--emit-relocs"])
        .envs(toolchain.environment());
    if dev {
        command.envs([
            ("CARGO_PROFILE_WEB_OPT_LEVEL", "1"),
            ("CARGO_PROFILE_WEB_LTO", "off"),
            ("CARGO_PROFILE_WEB_CODEGEN_UNITS", "16"),
            ("CARGO_PROFILE_WEB_INCREMENTAL", "true"),
        ]);
    }
    command::logged(&mut command, "Compiling the frontend", &logs(stack).join("frontend.log"))?;
    Ok(target_directory.join(TARGET).join("web/tradewind-frontend.wasm"))
}

/// The bundler is a crate of its own: it brings a WebAssembly toolbox, which `help` must not wait for.
fn bundler(stack: &Stack) -> Result<PathBuf> {
    let target_directory = stack.root.join("target/xtask");
    let mut command = cargo(stack);
    command.args(["build", "--package", "xtask-web", "--target-dir"]).arg(&target_directory);
    command::logged(&mut command, "Compiling the bundler", &logs(stack).join("bundler.log"))?;
    Ok(target_directory.join("debug/xtask-web"))
}

/// How many bundles are kept: this one, the last one, and what a change of branch goes back to.
const BUNDLES_KEPT: usize = 4;

fn forget_old_bundles(directory: &Path, current: &str) -> Result<()> {
    let mut bundles = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name != current)
            && let Ok(manifest) = fs::metadata(path.join(publish::MANIFEST))
        {
            bundles.push((manifest.modified()?, path));
        }
    }
    bundles.sort();
    bundles.reverse();
    for (_, path) in bundles.into_iter().skip(BUNDLES_KEPT - 1) {
        fs::remove_dir_all(path)?;
    }
    Ok(())
}
