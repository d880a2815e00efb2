//! `tradewind-checker [--history FILE] [--json] [--wait-s N]`: `./tradewind check` builds it and says by the environment where to ask.
//!
//! Ends with 0 when all invariants hold, with 1 when one does not, with 2 when something could not be asked or the shop did not come
//! to rest.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool talks to its user")]

use std::{path::PathBuf, process::ExitCode, time::Duration};

use anyhow::{Result, bail, ensure};
use tradewind_checker::{Report, check, config, quiet};

/// Two deliveries' time: the default steps take 15 s each.
const WAIT_S: u64 = 120;

struct Arguments {
    history: Option<PathBuf>,
    json: bool,
    wait: Duration,
}

impl Arguments {
    fn parse(mut given: pico_args::Arguments) -> Result<Self> {
        let parsed = Self {
            history: given.opt_value_from_str("--history")?,
            json: given.contains("--json"),
            wait: Duration::from_secs(given.opt_value_from_str("--wait-s")?.unwrap_or(WAIT_S)),
        };
        if let Some(unknown) = given.finish().first() {
            bail!("{} is no argument of this; there are --history FILE, --json and --wait-s N", unknown.display());
        }
        Ok(parsed)
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(report) if !report.holds() => ExitCode::from(1),
        Ok(report) if report.restless.is_none() => ExitCode::SUCCESS,
        Ok(_) => {
            eprintln!("error: nothing is wrong so far, but the shop did not come to rest");
            ExitCode::from(2)
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

async fn run() -> Result<Report> {
    let arguments = Arguments::parse(pico_args::Arguments::from_env())?;
    if let Some(history) = &arguments.history {
        ensure!(history.is_file(), "there is no history {}", history.display());
    }
    let shop = config::from_env(arguments.history)?;
    let restless = quiet::wait(&shop, arguments.wait).await?;
    let report = Report { restless, ..check(&shop).await? };
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{report}");
    }
    Ok(report)
}
