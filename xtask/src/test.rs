//! Everything that must hold before a change is worth a look, against real parts of its own.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::builds::services::cargo;
use crate::command;
use crate::down;
use crate::interrupt;
use crate::packages::{self, Purpose};
use crate::ports::Port;
use crate::postgres;
use crate::progress;
use crate::secrets;
use crate::stack::Stack;
use crate::up;

/// Run all tests; they get a stack of their own, which is stopped again.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  ./tradewind test\n  ./tradewind test --only unit\n  ./tradewind test --keep     # leave the test stack running"
)]
pub struct TestArgs {
    /// Only these stages.
    #[arg(long, value_enum)]
    pub only: Vec<Name>,
    /// Leave the stack of the tests running, to look at it.
    #[arg(long)]
    pub keep: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Name {
    /// Formatting.
    Format,
    /// Clippy with the workspace's lints, warnings denied.
    Lint,
    /// Unit, property, HTTP, contract, tracing and crash tests.
    Unit,
    /// The browser's tests.
    Browser,
}

enum Outcome {
    Passed,
    Failed(anyhow::Error),
    Skipped(&'static str),
}

struct Stage {
    name: &'static str,
    outcome: Outcome,
    took: Duration,
}

/// # Errors
/// When a stage failed: after all others have run.
pub fn run(args: &TestArgs) -> Result<()> {
    let stack = Stack::for_tests()?;
    let wanted = |name: Name| args.only.is_empty() || args.only.contains(&name);
    let started = Instant::now();
    packages::ensure(&stack, &[Purpose::Infrastructure, Purpose::Build, Purpose::Test])?;
    let mut stages = Vec::new();
    if wanted(Name::Format) {
        stages.push(stage("formatting", || format(&stack)));
    }
    if wanted(Name::Lint) {
        stages.push(stage("lints", || lint(&stack)));
    }
    if wanted(Name::Unit) || wanted(Name::Browser) {
        against_real_parts(&stack, &wanted, &mut stages);
        if !args.keep {
            stages.push(stage("stopping the stack", || down::stop_all(&stack)));
        }
    }
    summarise(&stages, started.elapsed())
}

fn against_real_parts(stack: &Stack, wanted: &impl Fn(Name) -> bool, stages: &mut Vec<Stage>) {
    let up = stage("starting the stack", || up::bring_up(stack, None).map(drop));
    let runs = matches!(up.outcome, Outcome::Passed);
    stages.push(up);
    let mut add = |name: Name, title: &'static str, work: fn(&Stack) -> Result<()>| {
        if wanted(name) {
            stages.push(if runs { stage(title, || work(stack)) } else { skipped(title, "the stack did not start") });
        }
    };
    add(Name::Unit, "cargo test", unit);
    add(Name::Browser, "browser tests", browser);
}

fn stage(name: &'static str, work: impl FnOnce() -> Result<()>) -> Stage {
    println!("\n== {name}");
    let started = Instant::now();
    let outcome = work().map_or_else(Outcome::Failed, |()| Outcome::Passed);
    let stage = Stage { name, outcome, took: started.elapsed() };
    println!("== {name}: {} in {}", stage.word(), progress::seconds(stage.took));
    stage
}

fn skipped(name: &'static str, why: &'static str) -> Stage {
    println!("\n== {name}: skipped, because {why}");
    Stage { name, outcome: Outcome::Skipped(why), took: Duration::ZERO }
}

impl Stage {
    fn word(&self) -> &'static str {
        match self.outcome {
            Outcome::Passed => "passed",
            Outcome::Failed(_) => "FAILED",
            Outcome::Skipped(_) => "skipped",
        }
    }
}

fn format(stack: &Stack) -> Result<()> {
    command::streamed(cargo(stack).args(["fmt", "--all", "--check"]), "cargo fmt")
}

/// What is compiled in one go. The browser's part and our own tools turn on other features of shared
/// crates: together with them, all that the running services are built from would be built again.
const SELECTIONS: [&[&str]; 4] = [
    &["--workspace", "--exclude", "tradewind-frontend", "--exclude", "xtask", "--exclude", "xtask-web"],
    &["--package", "tradewind-frontend"],
    &["--package", "xtask", "--target-dir", "target/xtask"],
    &["--package", "xtask-web", "--target-dir", "target/xtask"],
];

fn lint(stack: &Stack) -> Result<()> {
    each_selection(|selection| {
        let mut clippy = cargo(stack);
        clippy.arg("clippy").args(selection).args(["--all-targets", "--quiet", "--", "-D", "warnings"]);
        command::streamed(&mut clippy, &format!("cargo clippy {}", selection.join(" ")))
    })
}

fn unit(stack: &Stack) -> Result<()> {
    each_selection(|selection| {
        let mut test = cargo(stack);
        test.arg("test").args(selection).arg("--no-fail-fast");
        with_addresses(stack, &mut test)?;
        command::streamed(&mut test, &format!("cargo test {}", selection.join(" ")))
    })
}

/// All of them, also when one fails; the first failure counts.
fn each_selection(work: impl Fn(&[&str]) -> Result<()>) -> Result<()> {
    let outcomes = SELECTIONS.map(work);
    interrupt::check()?;
    outcomes.into_iter().collect()
}

fn browser(stack: &Stack) -> Result<()> {
    let directory = stack.root.join("tests/e2e");
    let mut install = Command::new("npm");
    install.args(["ci", "--no-audit", "--no-fund"]).current_dir(&directory);
    command::streamed(&mut install, "npm ci")?;
    let mut run = Command::new("node");
    run.arg("run.mjs").current_dir(&directory);
    with_addresses(stack, &mut run)?;
    command::streamed(&mut run, "The browser's tests")
}

/// Where the tests find the real parts.
fn with_addresses(stack: &Stack, command: &mut Command) -> Result<()> {
    let passwords = secrets::ensure(stack)?;
    command
        .env("TRADEWIND_HOME", &stack.home)
        .env("TRADEWIND_BASE_PORT", stack.ports.base().to_string())
        .env("TRADEWIND_TEST_COMMAND", std::env::current_exe()?)
        .env("TRADEWIND_TEST_GATEWAY", stack.ports.url(Port::Gateway))
        .env("TRADEWIND_TEST_HOME", &stack.home)
        .env("TRADEWIND_TEST_PRIMARY_URL", postgres::superuser_url(stack, &passwords, Port::PostgresPrimary))
        .env("TRADEWIND_TEST_REPLICA_URL", postgres::superuser_url(stack, &passwords, Port::PostgresReplica))
        .env("TRADEWIND_TEST_REDIS_URL", format!("redis://{}/1", stack.ports.address(Port::Redis)))
        .env("TRADEWIND_TEST_KAFKA", stack.ports.address(Port::Kafka))
        .env("TRADEWIND_TEST_ZIPKIN", stack.ports.url(Port::Zipkin));
    Ok(())
}

fn summarise(stages: &[Stage], took: Duration) -> Result<()> {
    println!("\n== summary");
    for stage in stages {
        println!("{:<22} {:<8} {:>12}", stage.name, stage.word(), progress::seconds(stage.took));
    }
    println!("{:<31} {:>12}", "all", progress::seconds(took));
    let mut failed = 0;
    for stage in stages {
        match &stage.outcome {
            Outcome::Passed => {}
            Outcome::Failed(error) => {
                failed += 1;
                println!("\n{} failed: {error:#}", stage.name);
            }
            Outcome::Skipped(why) => {
                failed += 1;
                println!("\n{} was skipped, because {why}", stage.name);
            }
        }
    }
    interrupt::check()?;
    if failed > 0 {
        anyhow::bail!("{failed} of {} stages did not pass.", stages.len());
    }
    println!("all {} stages passed", stages.len());
    Ok(())
}
