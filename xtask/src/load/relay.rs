//! What the event relay can do on this machine: `worker measure-relay`, in a database and topics of its own.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;

use crate::command;
use crate::ports::Port;
use crate::postgres;
use crate::secrets;
use crate::stack::Stack;

/// A database of its own, so that nobody's data is touched.
const DATABASE: &str = "relay_load";

/// # Errors
/// When the parts do not answer, or events are missing.
pub fn run(stack: &Stack, results: &Path) -> Result<()> {
    let passwords = secrets::ensure(stack)?;
    let url = postgres::make_database(stack, &passwords, DATABASE, &stack.root.join("migrations/order"))?;
    // Topics cannot be emptied, and one that is deleted is not gone at once.
    let run = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let mut worker = Command::new(stack.binary("worker"));
    worker
        .arg("measure-relay")
        .env("DATABASE_URL", url)
        .env("KAFKA_BROKERS", stack.ports.address(Port::Kafka))
        .env("KAFKA_PREFIX", format!("load-{run}."))
        .env("LOG_LEVEL", "warn")
        .env("RESULTS", results);
    // What an earlier run left must not be taken for this one's.
    let _ = fs::remove_file(results);
    let measured = command::streamed(&mut worker, "Measuring the relay");
    postgres::drop_database(stack, &passwords, DATABASE)?;
    measured?;
    println!("Results: {}", results.display());
    Ok(())
}
