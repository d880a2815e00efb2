//! Restarts one part and waits until it works again.

use anyhow::{Result, bail};

use crate::artifacts::Artifacts;
use crate::parts;
use crate::progress;
use crate::ready;
use crate::secrets;
use crate::stack::Stack;
use crate::supervisor;

/// Restart one part and wait until it is ready.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example:\n  ./tradewind restart order-1")]
pub struct RestartArgs {
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(parts::NAMES))]
    pub part: String,
}

/// # Errors
/// When nothing runs, or the part does not come back.
pub fn run(stack: &Stack, args: &RestartArgs) -> Result<()> {
    if supervisor::pid(stack).is_none() {
        bail!("Nothing is running; ./tradewind up starts everything.");
    }
    let parts = parts::all(stack, &Artifacts::locate(stack), &secrets::ensure(stack)?)?;
    let part = parts.iter().find(|part| part.name == args.part);
    let Some(part) = part else { bail!("There is no part \"{}\".", args.part) };
    progress::step(&format!("{} restarted", part.name), || {
        supervisor::stop_part(stack, part.name)?;
        supervisor::start_part(stack, part.name)?;
        ready::wait(stack, part)
    })
}
