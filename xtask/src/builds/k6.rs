//! k6, which runs the load tests: the one on the PATH, else built once.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::{go, into_cache, scratch};
use crate::command;
use crate::progress;
use crate::stack::Stack;

const VERSION: &str = "1.8.1";

/// # Errors
/// When there is no k6 and it cannot be built.
pub fn ensure(stack: &Stack) -> Result<PathBuf> {
    if let Some(installed) = command::find("k6") {
        return Ok(installed);
    }
    let target = stack.cache.join(format!("k6-{VERSION}"));
    into_cache(&target, |partial| {
        progress::begin("building k6 (once, about 3 min)");
        let directory = scratch(partial);
        let mut install = go::command(stack)?;
        install.arg("install").arg(format!("go.k6.io/k6@v{VERSION}")).env("GOBIN", &directory).env("CGO_ENABLED", "0");
        command::logged(&mut install, "Building k6", &stack.log("build-k6"))
            .and_then(|()| fs::rename(directory.join("k6"), partial).context("go installed no k6"))
    })?;
    Ok(target)
}
