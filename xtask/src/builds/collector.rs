//! The OpenTelemetry collector with the parts that we use: a Go program of a few lines in `infra/otel/collector`.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use super::{go, into_cache, short_hash};
use crate::command;
use crate::progress;
use crate::stack::Stack;

const VERSION: &str = "0.139.0";
/// Of its directory, what decides what is built.
const SOURCES: [&str; 5] = ["components.go", "go.mod", "go.sum", "main.go", "main_others.go"];

/// Its name holds a hash of the sources: another list of components is another collector.
pub fn binary(stack: &Stack) -> PathBuf {
    let directory = directory(stack);
    let sources: String = SOURCES.map(|file| fs::read_to_string(directory.join(file)).unwrap_or_default()).concat();
    stack.cache.join(format!("otel-collector-{VERSION}-{}", short_hash(&sources)))
}

fn directory(stack: &Stack) -> PathBuf {
    stack.root.join("infra/otel/collector")
}

/// # Errors
/// When Go is missing or too old, or a module cannot be fetched.
pub fn build(stack: &Stack) -> Result<()> {
    into_cache(&binary(stack), |partial| {
        progress::begin("building the OpenTelemetry collector (once, 2 to 4 min)");
        let mut build = go::command(stack)?;
        build.args(["build", "-trimpath", "-ldflags=-s -w", "-o"]).arg(partial).current_dir(directory(stack)).env("CGO_ENABLED", "0");
        command::logged(&mut command::yielding(&build, 10), "Building the collector", &stack.log("build-collector")).map(drop)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_has_the_components_of_the_list() {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../infra/otel");
        let read = |file: &str| fs::read_to_string(root.join(file)).expect(file);
        let (list, module, components) =
            (read("builder.yaml"), read("collector/go.mod"), read("collector/components.go") + &read("collector/main.go"));
        let listed: Vec<&str> = list.lines().filter_map(|line| line.trim().strip_prefix("- gomod: ")).collect();
        assert!(listed.len() > 4, "{listed:?}");
        for component in listed {
            let (path, _) = component.split_once(' ').expect("a module and its version");
            assert!(module.contains(component), "{component} is not in go.mod: see builder.yaml");
            assert!(components.contains(&format!("\"{path}\"")), "{path} is not in the program: see builder.yaml");
        }
        assert!(list.contains(&format!("version: {VERSION}")));
    }
}
