//! `./tradewind`: one command for everything that a developer does with the shop.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool talks to its user")]

mod artifacts;
mod builds;
mod check;
mod class_data;
mod command;
mod configs;
mod disk;
mod down;
mod fingerprints;
mod interrupt;
mod kafka;
mod load;
mod logs;
mod loopback;
mod operator;
mod packages;
mod parallel;
mod parts;
mod pending;
mod ports;
mod postgres;
mod process;
mod progress;
mod publish;
mod ready;
mod reports;
mod restart;
mod secrets;
mod seed;
mod sql;
mod stack;
mod status;
mod supervisor;
mod template;
mod test;
mod trouble;
mod up;
mod web;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::stack::Stack;

/// Tradewind: a complete online shop, natively on this machine.
#[derive(Debug, Parser)]
#[command(
    name = "tradewind",
    bin_name = "./tradewind",
    after_help = "TRADEWIND_HOME says where data lives (default .tradewind), TRADEWIND_BASE_PORT where ports begin\n(default 8080): with both, several stacks run side by side.\n\nExample:\n  ./tradewind up"
)]
struct Cli {
    #[command(subcommand)]
    command: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    Up(up::UpArgs),
    Down(down::DownArgs),
    Status(status::StatusArgs),
    Logs(logs::LogsArgs),
    Restart(restart::RestartArgs),
    Seed(seed::SeedArgs),
    Operator(operator::OperatorArgs),
    Reports(reports::ReportsArgs),
    Sql(sql::SqlArgs),
    Check(check::CheckArgs),
    Test(test::TestArgs),
    Load(load::LoadArgs),
    Web(web::WebArgs),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli.command) {
        Ok(code) => code,
        Err(error) => {
            tell(&error);
            ExitCode::FAILURE
        }
    }
}

fn tell(error: &anyhow::Error) {
    eprintln!("\nerror: {}", chain(error));
}

fn run(task: &Task) -> Result<ExitCode> {
    let stack = Stack::from_environment()?;
    // Ctrl-C is how one leaves the logs.
    if !matches!(task, Task::Logs(_)) {
        interrupt::install()?;
    }
    match task {
        Task::Up(args) => up::run(&stack, args),
        Task::Down(args) => down::run(&stack, args),
        Task::Status(args) => status::run(&stack, args),
        Task::Logs(args) => logs::run(&stack, args),
        Task::Restart(args) => restart::run(&stack, args),
        Task::Seed(args) => seed::run(&stack, args),
        Task::Operator(args) => operator::run(&stack, args),
        Task::Reports(args) => reports::run(&stack, args),
        Task::Sql(args) => sql::run(&stack, args),
        // Its codes say more than success and failure.
        Task::Check(args) => return Ok(check::run(&stack, args)),
        Task::Test(args) => test::run(args),
        Task::Load(args) => load::run(&stack, args),
        Task::Web(args) => publish::publish(&stack, &web::run(&stack, args)?),
    }?;
    Ok(ExitCode::SUCCESS)
}

/// The whole chain of causes in one sentence.
fn chain(error: &anyhow::Error) -> String {
    let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
    causes.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nearly_right_is_named() {
        for (wrong, right) in [
            ("lod smoke", "load"),
            ("load smok", "smoke"),
            ("load limit", "limits"),
            ("restart oder-1", "order-1"),
            ("logs kafak", "kafka"),
            ("operater password", "operator"),
            ("operator pasword", "password"),
        ] {
            let error = Cli::try_parse_from(["tradewind"].into_iter().chain(wrong.split(' '))).expect_err(wrong).to_string();
            let tip = error.lines().find(|line| line.contains("similar"));
            assert!(tip.is_some_and(|tip| tip.contains(&format!("'{right}'"))), "{error}");
        }
        for right in ["load smoke", "load limits", "restart order-1", "logs", "operator password"] {
            assert!(Cli::try_parse_from(["tradewind"].into_iter().chain(right.split(' '))).is_ok(), "{right}");
        }
    }
}
