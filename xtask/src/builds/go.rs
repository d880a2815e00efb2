//! A Go that is new enough for the collector and k6.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::command;
use crate::progress;
use crate::stack::Stack;

/// What is fetched where the machine's Go is older than the first that fetches newer ones by itself.
const TOOLCHAIN: &str = "1.25.4";
const FIRST_WITH_TOOLCHAINS: (u32, u32) = (1, 21);

/// A `go` command. Debian 12 has Go 1.19, which builds neither; the module proxy has every newer
/// toolchain as a module, where Go 1.21 and later find them too.
///
/// # Errors
/// When there is no Go, or the toolchain cannot be fetched.
pub fn command(stack: &Stack) -> Result<Command> {
    let said = command::output(Command::new("go").arg("version"))?;
    if release(&said).is_some_and(|release| release >= FIRST_WITH_TOOLCHAINS) {
        return Ok(Command::new("go"));
    }
    let root = progress::step(&format!("Go {TOOLCHAIN}, for the machine's is too old"), || fetch(stack))?;
    let mut go = Command::new(root.join("bin/go"));
    go.env("GOROOT", &root).env("GOTOOLCHAIN", "local").env("PATH", with_first(&root.join("bin"))?);
    Ok(go)
}

/// `go version go1.19.8 linux/amd64` is 1.19.
fn release(said: &str) -> Option<(u32, u32)> {
    let mut numbers = said.split_whitespace().nth(2)?.strip_prefix("go")?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

fn fetch(stack: &Stack) -> Result<PathBuf> {
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    let module = format!("golang.org/toolchain@v0.0.1-go{TOOLCHAIN}.{}-{architecture}", std::env::consts::OS);
    let mut download = Command::new("go");
    download.args(["mod", "download", "-json", &module]).current_dir(&stack.home);
    let answer: serde_json::Value = serde_json::from_str(&command::output(&mut download)?).context("go mod download gave no JSON")?;
    let root = PathBuf::from(answer["Dir"].as_str().with_context(|| format!("{module} has no directory"))?);
    // A module's files come without the right to run.
    make_executable(&root.join("bin"))?;
    make_executable(&root.join("pkg/tool"))?;
    Ok(root)
}

fn make_executable(directory: &Path) -> Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            make_executable(&path)?;
        } else {
            fs::set_permissions(&path, fs::Permissions::from_mode(0o555))?;
        }
    }
    Ok(())
}

fn with_first(directory: &Path) -> Result<std::ffi::OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    Ok(std::env::join_paths(std::iter::once(directory.to_owned()).chain(std::env::split_paths(&path)))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_read_from_what_go_says() {
        assert_eq!(release("go version go1.19.8 linux/amd64"), Some((1, 19)));
        assert_eq!(release("go version go1.26 linux/amd64"), Some((1, 26)));
        assert_eq!(release("gccgo"), None);
    }
}
