//! Whether what must always hold does: asked of Postgres, Kafka, Redis and the payment provider of the running stack.

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::builds::services;
use crate::command;
use crate::parts::Ready;
use crate::ports::Port;
use crate::postgres;
use crate::ready;
use crate::secrets::{self, Passwords};
use crate::stack::Stack;

/// What the checker ends with when it could not ask, and so do we.
const NOT_ASKED: u8 = 2;

/// Check the shop's invariants on the running stack, once it is at rest.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Ends with 0 when all hold, 1 when one does not (its rows are shown), 2 when something could not be asked.\nThe history's lines are described in backend/checker/src/history.rs.\n\nExamples:\n  ./tradewind check\n  ./tradewind check --history seen.jsonl --json | jq '.invariants[] | select(.holds | not)'"
)]
pub struct CheckArgs {
    /// What clients saw, as JSON lines: for the invariants about answers.
    #[arg(long, value_name = "FILE")]
    pub history: Option<PathBuf>,
    /// For programs: {"restless", "invariants": [{"number", "says", "holds", "looked_at", "violations", "rows"}]}.
    #[arg(long)]
    pub json: bool,
    /// How long to wait, at most, until nothing is under way.
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    pub wait_s: u64,
}

/// Runs the checker; its exit code is ours.
pub fn run(stack: &Stack, args: &CheckArgs) -> ExitCode {
    match ask(stack, args) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            crate::tell(&error);
            ExitCode::from(NOT_ASKED)
        }
    }
}

/// What the checker ends with; it prints its own table.
///
/// # Errors
/// When it cannot be started, or not even ask.
pub fn ask(stack: &Stack, args: &CheckArgs) -> Result<u8> {
    let parts = [
        ("postgres-primary", Ready::Postgres(Port::PostgresPrimary)),
        ("postgres-replica", Ready::Postgres(Port::PostgresReplica)),
        ("redis", Ready::Redis(Port::Redis)),
        ("kafka", Ready::Kafka(Port::Kafka)),
        ("payments", Ready::Http(Port::PaymentsInternal, "/health/ready")),
    ];
    if let Some((name, _)) = parts.into_iter().find(|(_, ready)| !ready::is_ready(stack, *ready)) {
        bail!("{name} is not running; ./tradewind up starts everything.");
    }
    services::build_checker(stack)?;
    let mut checker = command(stack, &secrets::ensure(stack)?, args)?;
    let mut child = checker.process_group(0).spawn().context("the checker cannot be started")?;
    let status = command::wait(&mut child, |_| {})?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    code.with_context(|| format!("The checker was ended ({status})."))
}

fn command(stack: &Stack, passwords: &Passwords, args: &CheckArgs) -> Result<Command> {
    let mut checker = Command::new(stack.binary("tradewind-checker"));
    // By the environment: arguments can be read by everybody on the machine.
    checker
        .env("ORDER_DATABASE_PRIMARY_URL", postgres::order_url(stack, passwords, Port::PostgresPrimary))
        .env("ORDER_DATABASE_REPLICA_URLS", postgres::order_url(stack, passwords, Port::PostgresReplica))
        .env("USER_DATABASE_PRIMARY_URL", postgres::user_url(stack, passwords, Port::PostgresPrimary))
        .env("REDIS_URL", format!("redis://{}/0", stack.ports.address(Port::Redis)))
        .env("KAFKA_BROKERS", stack.ports.address(Port::Kafka))
        .env("PAYMENTS_URL", stack.ports.url(Port::Payments))
        .arg("--wait-s")
        .arg(args.wait_s.to_string());
    if args.json {
        checker.arg("--json");
    }
    if let Some(history) = &args.history {
        // The launcher has changed the directory.
        let from = std::env::var_os("TRADEWIND_CALLED_FROM").map(PathBuf::from).unwrap_or_default();
        checker.arg("--history").arg(from.join(history));
    }
    Ok(checker)
}

#[cfg(test)]
mod tests {
    use clap::{Parser, error::ErrorKind};

    use crate::{Cli, Task};

    fn parse(arguments: &[&str]) -> Result<Task, clap::Error> {
        Cli::try_parse_from(["tradewind", "check"].iter().chain(arguments)).map(|cli| cli.command)
    }

    #[test]
    fn help_says_how_it_ends_and_shows_an_example() {
        let help = parse(&["--help"]).expect_err("help");
        assert_eq!(help.kind(), ErrorKind::DisplayHelp);
        let text = help.to_string();
        for wanted in ["--history <FILE>", "--json", "--wait-s <SECONDS>", "2 when something could not be asked", "\n  ./tradewind check\n"]
        {
            assert!(text.contains(wanted), "no {wanted:?} in {text}");
        }
    }

    #[test]
    fn options_are_read_and_wrong_ones_refused() {
        let Ok(Task::Check(args)) = parse(&["--history", "seen.jsonl", "--json"]) else { panic!("not understood") };
        assert_eq!((args.history, args.json, args.wait_s), (Some("seen.jsonl".into()), true, 120));
        for wrong in [&["--histroy", "x"][..], &["--history"], &["--wait-s", "soon"], &["now"]] {
            assert_eq!(parse(wrong).expect_err("refused").exit_code(), 2, "{wrong:?}");
        }
    }
}
