//! The operator's account. The user service makes it and hashes its password; here it is made up, handed over and shown once.

use std::io::{IsTerminal, Read, Write};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::artifacts::Artifacts;
use crate::builds::services;
use crate::parts::{self, Part, Ready};
use crate::ports::Port;
use crate::ready;
use crate::secrets;
use crate::stack::Stack;
use crate::trouble::Trouble;

/// Look after the account of the operator, who runs the shop.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example:\n  ./tradewind operator password")]
pub struct OperatorArgs {
    #[command(subcommand)]
    task: Task,
}

#[derive(clap::Subcommand, Debug)]
enum Task {
    Password(PasswordArgs),
}

/// Give the operator another password, which ends the operator's sessions.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Without --stdin the password is made up and shown once; it is kept nowhere but as a hash.\n\nExamples:\n  ./tradewind operator password\n  ./tradewind operator password --stdin < password.txt"
)]
struct PasswordArgs {
    /// Read it from standard input: one line of 12 to 128 characters.
    #[arg(long)]
    stdin: bool,
}

/// # Errors
/// When the stack does not run, or the password is refused.
pub fn run(stack: &Stack, args: &OperatorArgs) -> Result<()> {
    let Task::Password(args) = &args.task;
    for ready in [Ready::Postgres(Port::PostgresPrimary), Ready::Redis(Port::Redis)] {
        if !ready::is_ready(stack, ready) {
            bail!("The shop is not running; ./tradewind up starts everything.");
        }
    }
    if !stack.binary("user").exists() {
        services::build(stack)?;
    }
    let password = if args.stdin { read_password()? } else { secrets::readable_password()? };
    let passwords = secrets::ensure(stack)?;
    let parts = parts::all(stack, &Artifacts::locate(stack), &passwords)?;
    let user = parts.iter().find(|part| part.name == "user-1").context("There is no part \"user-1\".")?;
    let answer = ask(stack, user, "password", &password)?;
    let email = answer.strip_prefix("set ").context("The user service answered something else.")?;
    if args.stdin {
        println!("{email} has the new password. Every session of the account has ended.");
    } else {
        println!("{email} has a new password: {password}");
        println!("It is shown this once. Every session of the account has ended.");
    }
    Ok(())
}

fn read_password() -> Result<String> {
    let mut stdin = std::io::stdin().lock();
    if stdin.is_terminal() {
        eprintln!("The new password, and then Ctrl-D:");
    }
    let mut password = String::new();
    stdin.read_to_string(&mut password).context("The password on standard input is not text.")?;
    Ok(password)
}

/// Whether an account was made, or was there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seeded {
    Made(Account),
    Exists,
    /// The address belongs to a shopper.
    Taken(String),
}

/// An account that was just made. Nothing else knows the password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub email: String,
    pub password: String,
}

/// Makes the operator, unless there is one.
///
/// # Errors
/// When the user service's program fails.
pub fn seed(stack: &Stack, user: &Part) -> Result<Seeded> {
    let password = secrets::readable_password()?;
    let answer = ask(stack, user, "seed", &password)?;
    understand(&answer, password)
}

fn understand(answer: &str, password: String) -> Result<Seeded> {
    match answer.split_once(' ') {
        Some(("made", email)) => Ok(Seeded::Made(Account { email: email.to_owned(), password })),
        Some(("exists", _)) => Ok(Seeded::Exists),
        Some(("taken", email)) => Ok(Seeded::Taken(email.to_owned())),
        _ => bail!("The user service answered {answer:?}."),
    }
}

/// Runs `user operator <task>`. The password goes through a pipe: no argument, no variable and no file holds it.
fn ask(stack: &Stack, user: &Part, task: &str, password: &str) -> Result<String> {
    let mut child = Command::new(stack.binary("user"))
        .args(["operator", task])
        .current_dir(&stack.root)
        .envs(user.environment.iter().cloned())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("The user service's program cannot be started.")?;
    let mut pipe = child.stdin.take().context("no standard input")?;
    pipe.write_all(password.as_bytes())?;
    drop(pipe);
    let output = child.wait_with_output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Trouble::new(said.trim().trim_start_matches("Error: ").to_owned()).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use clap::{Parser, error::ErrorKind};

    use super::*;
    use crate::Cli;

    fn parse(arguments: &[&str]) -> clap::error::Result<Cli> {
        Cli::try_parse_from(["tradewind", "operator"].iter().chain(arguments))
    }

    #[test]
    fn help_says_what_it_does_and_shows_an_example() {
        for arguments in [&["--help"][..], &["password", "--help"]] {
            let help = parse(arguments).expect_err("help");
            assert_eq!(help.kind(), ErrorKind::DisplayHelp);
            assert!(help.to_string().contains("\n  ./tradewind operator password"), "{help}");
        }
        assert!(parse(&["password", "--stdin"]).is_ok() && parse(&["password"]).is_ok());
        for wrong in [&[][..], &["password", "a secret in the list of processes"], &["password", "--sdtin"]] {
            assert_eq!(parse(wrong).expect_err("refused").exit_code(), 2, "{wrong:?}");
        }
    }

    #[test]
    fn only_a_new_account_has_a_password_to_show() -> Result<()> {
        let understood = |answer| understand(answer, "secret".to_owned());
        let account = Account { email: "o@example.com".to_owned(), password: "secret".to_owned() };
        assert_eq!(understood("made o@example.com")?, Seeded::Made(account));
        assert_eq!(understood("exists o@example.com")?, Seeded::Exists);
        assert_eq!(understood("taken o@example.com")?, Seeded::Taken("o@example.com".to_owned()));
        assert!(understood("").is_err());
        Ok(())
    }
}
