//! Fills the catalogue, or grows it.

use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::builds::services;
use crate::command;
use crate::parts::Ready;
use crate::ports::Port;
use crate::postgres;
use crate::ready;
use crate::secrets::{self, Passwords};
use crate::stack::Stack;
use crate::trouble::Trouble;

/// Fill the catalogue; with --products, grow it.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  ./tradewind seed\n  ./tradewind seed --products 100000")]
pub struct SeedArgs {
    /// How many products there shall be, 240 to 1,000,000.
    #[arg(long, value_parser = clap::value_parser!(u32).range(240..=1_000_000))]
    pub products: Option<u32>,
}

/// # Errors
/// When the database does not run or the seed program fails.
pub fn run(stack: &Stack, args: &SeedArgs) -> Result<()> {
    if !ready::is_ready(stack, Ready::Postgres(Port::PostgresPrimary)) {
        bail!("The database is not running; ./tradewind up starts everything.");
    }
    services::build_seed(stack)?;
    // Its progress bar is for whoever waits, so it writes to the terminal itself.
    let mut child =
        command(stack, &secrets::ensure(stack)?, args.products).process_group(0).spawn().context("the seed program cannot be started")?;
    let status = command::wait(&mut child, |_| {})?;
    if !status.success() {
        return Err(Trouble::new(format!("Seeding the catalogue failed ({status}).")).into());
    }
    Ok(())
}

/// The program that fills the catalogue; what is there already stays.
pub fn command(stack: &Stack, passwords: &Passwords, products: Option<u32>) -> Command {
    let mut seed = Command::new(stack.binary("seed"));
    // By the environment: arguments can be read by everybody on the machine.
    let url = postgres::order_url(stack, passwords, Port::PostgresPrimary);
    seed.current_dir(&stack.root).env("ORDER_DATABASE_PRIMARY_URL", url);
    if let Some(products) = products {
        seed.arg("--products").arg(products.to_string());
    }
    seed
}
