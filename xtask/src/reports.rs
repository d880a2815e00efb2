//! The operators' reports, which are counted from events.

use std::process::Command;

use anyhow::{Result, bail};

use crate::builds::services;
use crate::command;
use crate::parts::Ready;
use crate::ports::Port;
use crate::postgres;
use crate::ready;
use crate::secrets;
use crate::stack::Stack;

/// Look after what the operators' reports are made of.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example:\n  ./tradewind reports rebuild")]
pub struct ReportsArgs {
    #[command(subcommand)]
    task: Task,
}

#[derive(clap::Subcommand, Debug)]
enum Task {
    /// Count all events anew, while the shop runs and the reports are read.
    #[command(after_help = "Example:\n  ./tradewind reports rebuild")]
    Rebuild,
}

/// # Errors
/// When the database does not run, or somebody else is rebuilding.
pub fn run(stack: &Stack, args: &ReportsArgs) -> Result<()> {
    let Task::Rebuild = args.task;
    if !ready::is_ready(stack, Ready::Postgres(Port::PostgresPrimary)) {
        bail!("The database is not running; ./tradewind up starts everything.");
    }
    if !stack.binary("worker").exists() {
        services::build(stack)?;
    }
    let mut worker = Command::new(stack.binary("worker"));
    // By the environment: arguments can be read by everybody on the machine.
    let url = postgres::order_url(stack, &secrets::ensure(stack)?, Port::PostgresPrimary);
    worker.arg("rebuild-reports").env("ORDER_DATABASE_PRIMARY_URL", url);
    command::streamed(&mut worker, "Rebuilding the reports")
}

#[cfg(test)]
mod tests {
    use clap::{Parser, error::ErrorKind};

    use crate::Cli;

    #[test]
    fn help_shows_an_example_and_a_wrong_word_gets_the_right_one() {
        let error = |words: &[&str]| Cli::try_parse_from(["tradewind", "reports"].iter().chain(words)).expect_err("not a command");
        let help = error(&["rebuild", "--help"]);
        assert_eq!(help.kind(), ErrorKind::DisplayHelp);
        assert!(help.to_string().contains("\n  ./tradewind reports rebuild"), "{help}");
        assert!(error(&["rebuidl"]).to_string().contains("rebuild"));
    }
}
