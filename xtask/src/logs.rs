//! Follows the log of one part, or of all.

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::parts;
use crate::stack::Stack;

/// Follow the log of one part, or of all.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  ./tradewind logs\n  ./tradewind logs order-1 | jq -R 'fromjson?'")]
pub struct LogsArgs {
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(parts::NAMES))]
    pub part: Option<String>,
    /// How many lines to begin with.
    #[arg(long, short = 'n', default_value_t = 40)]
    pub lines: u32,
}

/// # Errors
/// When there is no log yet.
pub fn run(stack: &Stack, args: &LogsArgs) -> Result<()> {
    let names: Vec<&str> = args.part.as_deref().map_or_else(|| parts::NAMES.to_vec(), |part| vec![part]);
    let files: Vec<PathBuf> = names.iter().map(|name| stack.log(name)).filter(|path| path.exists()).collect();
    if files.is_empty() {
        bail!("There is no log yet; ./tradewind up starts everything.");
    }
    // `tail -F` knows about rotation, and Ctrl-C ends it and nothing else.
    let error = Command::new("tail").arg("-F").arg("-n").arg(args.lines.to_string()).args(files).exec();
    Err(error.into())
}
