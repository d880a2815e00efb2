//! Runs a load test against the running stack, with the gateway's limits out of the way.

mod aftermath;
mod kafka_away;
mod limits;
mod relay;
mod rush;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::builder::PossibleValuesParser;

use crate::builds::k6;
use crate::command;
use crate::configs;
use crate::ports::Port;
use crate::progress;
use crate::stack::{self, Limits, Stack};
use crate::status;
use crate::supervisor;

/// What is not a scenario of k6: the machine's own limits.
const LIMITS: &str = "limits";
/// Every script here is a scenario.
const SCENARIOS: &str = "loadtest/scenarios";
/// Nor is this: the event relay alone.
const RELAY: &str = "relay";
/// Scripts with something done to the shop meanwhile, and a look at its books afterwards.
const RUSH: &str = "rush";
const KAFKA_AWAY: &str = "kafka-away";

/// Run a load test against the running stack.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  ./tradewind load smoke\n  ./tradewind load limits     # what Postgres and nginx can do on this machine\n  ./tradewind load relay      # how many events a second leave the outbox\n  ./tradewind load rush       # 2,000 guests for 100 pieces while processes are killed\n  ./tradewind load kafka-away # a minute without Kafka, under load"
)]
pub struct LoadArgs {
    /// A file of loadtest/scenarios without its ending, or `limits`, or `relay`.
    #[arg(value_parser = PossibleValuesParser::new(scenarios()))]
    pub scenario: String,
    /// What follows goes to k6, e.g. `-- --duration 10s`.
    #[arg(last = true)]
    pub k6: Vec<String>,
}

/// # Errors
/// When the stack does not run or the scenario's thresholds are not met.
pub fn run(stack: &Stack, args: &LoadArgs) -> Result<()> {
    let script = stack.root.join(SCENARIOS).join(format!("{}.js", args.scenario));
    let wanted_parts: &[&str] = match args.scenario.as_str() {
        LIMITS => &["postgres-primary", "gateway", "order-1"],
        RELAY => &["postgres-primary", "kafka"],
        _ => &[],
    };
    must_run(stack, wanted_parts)?;
    if args.scenario == RELAY {
        return relay::run(stack, &results(stack, RELAY)?);
    }
    let k6 = k6::ensure(stack)?;
    let results = results(stack, &args.scenario)?;
    if args.scenario == LIMITS {
        return limits::run(stack, &k6, &results);
    }
    match args.scenario.as_str() {
        RUSH => return rush::run(stack, &Script { k6, path: script, results, more: &args.k6 }),
        KAFKA_AWAY => return kafka_away::run(stack, &Script { k6, path: script, results, more: &args.k6 }),
        _ => {}
    }
    let outcome = {
        let _raised = Raised::new(stack)?;
        // What an earlier run left must not be taken for this one's.
        let _ = fs::remove_file(&results);
        run_k6(&k6, &script, &results, &stack.ports.url(Port::Gateway), &args.k6)
    };
    println!();
    status::print_table(stack, &status::report(stack)?);
    outcome?;
    if !results.is_file() {
        bail!("The load test wrote no {}.", results.display());
    }
    println!("Results: {}", results.display());
    Ok(())
}

/// What can be asked for, so that the command line can name what was nearly right.
fn scenarios() -> Vec<String> {
    let scripts = stack::repository().and_then(|root| Ok(fs::read_dir(root.join(SCENARIOS))?));
    let mut names: Vec<String> = scripts
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(".js")?.to_owned()))
        .chain([LIMITS, RELAY].map(ToOwned::to_owned))
        .collect();
    names.sort();
    names
}

/// All parts, or those that are named.
fn must_run(stack: &Stack, names: &[&str]) -> Result<()> {
    let report = status::report(stack)?;
    let missing: Vec<&str> = report
        .parts
        .iter()
        .filter(|part| {
            let wanted = if names.is_empty() { !part.optional } else { names.contains(&part.name) };
            wanted && part.state != "running"
        })
        .map(|part| part.name)
        .collect();
    if !missing.is_empty() {
        bail!("A load test needs the running stack, and these parts do not run: {}. ./tradewind up starts them.", missing.join(", "));
    }
    Ok(())
}

fn results(stack: &Stack, scenario: &str) -> Result<PathBuf> {
    let directory = stack.root.join("loadtest/results");
    fs::create_dir_all(&directory)?;
    Ok(directory.join(format!("{scenario}.json")))
}

/// A scenario that k6 runs while something is done to the shop.
struct Script<'a> {
    k6: PathBuf,
    path: PathBuf,
    results: PathBuf,
    more: &'a [String],
}

impl Script<'_> {
    /// Runs it with the gateway's limits raised. What it prints on its console is kept in a file, in which clients write down
    /// what they saw; see [`aftermath::History`]. False when a threshold was not held.
    ///
    /// # Errors
    /// When it ended before there were any figures.
    fn run(&self, stack: &Stack, console: &Path, environment: &[(&str, String)]) -> Result<bool> {
        // Requests that fail are what these scenarios are about: k6 tells of each, and that goes into a log.
        let mut arguments = vec![
            "--quiet".to_owned(),
            "--log-format=raw".to_owned(),
            format!("--log-output=file={}", stack.log("k6").display()),
            format!("--console-output={}", console.display()),
        ];
        for (name, value) in environment {
            arguments.extend(["--env".to_owned(), format!("{name}={value}")]);
        }
        arguments.extend(["--env".to_owned(), "HISTORY=1".to_owned()]);
        arguments.extend_from_slice(self.more);
        for earlier in [&self.results, &console.to_owned()] {
            // What an earlier run left must not be taken for this one's.
            let _ = fs::remove_file(earlier);
        }
        let _raised = Raised::new(stack)?;
        let outcome = run_k6(&self.k6, &self.path, &self.results, &stack.ports.url(Port::Gateway), &arguments);
        if self.results.is_file() {
            crate::interrupt::check()?;
            return Ok(outcome.is_ok());
        }
        outcome.with_context(|| format!("k6 has no figures; what it said: {}", stack.log("k6").display()))?;
        bail!("The load test wrote no {}.", self.results.display())
    }
}

/// Runs a script, which prints its own table and writes its own `results`.
fn run_k6(k6: &Path, script: &Path, results: &Path, gateway: &str, more: &[String]) -> Result<()> {
    let mut command = Command::new(k6);
    command
        .args(["run", "--no-usage-report", "--address", "127.0.0.1:0"])
        .args(["--env".to_owned(), format!("GATEWAY={gateway}")])
        .args(["--env".to_owned(), format!("RESULTS={}", results.display())])
        .args(more)
        .arg(script);
    command::streamed(&mut command, "The load test")
}

/// The gateway's limits, raised for as long as this lives: also when the test fails or Ctrl-C ends it.
struct Raised<'a> {
    stack: &'a Stack,
}

impl<'a> Raised<'a> {
    fn new(stack: &'a Stack) -> Result<Self> {
        let raised = Self { stack };
        raised.apply(Limits::LOAD)?;
        progress::note("the gateway's limits are raised while the test runs");
        Ok(raised)
    }

    fn apply(&self, limits: Limits) -> Result<()> {
        let stack = Stack { limits, ..self.stack.clone() };
        configs::render_limits(&stack).context("the gateway's limits cannot be changed")?;
        supervisor::signal_part(self.stack, "gateway", "HUP")
    }
}

impl Drop for Raised<'_> {
    fn drop(&mut self) {
        match self.apply(self.stack.limits) {
            Ok(()) => progress::note("the gateway's limits are as before"),
            Err(error) => progress::note(&format!("the gateway's limits are still raised, ./tradewind up lowers them: {error:#}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::{Parser, error::ErrorKind};

    use super::{KAFKA_AWAY, RUSH, scenarios};
    use crate::{Cli, Task};

    #[test]
    fn scenarios_with_a_disturbance_are_scripts_and_stand_in_the_help() {
        let help = Cli::try_parse_from(["tradewind", "load", "--help"]).expect_err("help");
        assert_eq!(help.kind(), ErrorKind::DisplayHelp);
        for name in [RUSH, KAFKA_AWAY] {
            assert!(scenarios().iter().any(|scenario| scenario == name), "no script {name}");
            assert!(help.to_string().contains(&format!("./tradewind load {name} ")), "{help}");
            assert!(matches!(Cli::try_parse_from(["tradewind", "load", name]).map(|cli| cli.command), Ok(Task::Load(_))));
        }
    }
}
