//! The OpenTelemetry collector with the parts that we use, built by its own builder.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use super::{go, into_cache, scratch, short_hash};
use crate::command;
use crate::progress;
use crate::stack::Stack;

const VERSION: &str = "0.139.0";

/// Its name holds a hash of the builder file: another list of components is another collector.
pub fn binary(stack: &Stack) -> PathBuf {
    let recipe = fs::read_to_string(recipe(stack)).unwrap_or_default();
    stack.cache.join(format!("otel-collector-{VERSION}-{}", short_hash(&recipe)))
}

fn recipe(stack: &Stack) -> PathBuf {
    stack.root.join("infra/otel/builder.yaml")
}

/// # Errors
/// When Go is missing or too old, or a module cannot be fetched.
pub fn build(stack: &Stack) -> Result<()> {
    into_cache(&binary(stack), |partial| {
        progress::begin("building the OpenTelemetry collector (once, 2 to 5 min)");
        let log = stack.log("build-collector");
        let directory = scratch(partial);
        fs::create_dir_all(&directory)?;
        let mut install = go::command(stack)?;
        install.arg("install").arg(format!("go.opentelemetry.io/collector/cmd/builder@v{VERSION}")).env("GOBIN", &directory);
        command::logged(&mut command::yielding(&install, 10), "Building the collector's builder", &log)?;

        let mut builder = Command::new(directory.join("builder"));
        // It calls `go` by itself: the same one.
        builder.envs(install.get_envs().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))));
        builder.arg(format!("--config={}", recipe(stack).display())).current_dir(&directory).env("CGO_ENABLED", "0");
        command::logged(&mut command::yielding(&builder, 10), "Building the collector", &log)
            .and_then(|()| fs::rename(directory.join("build/tradewind-collector"), partial).context("the builder made no binary"))
    })
}
