//! What runs, where, since when and with how much memory.

use std::time::SystemTime;

use anyhow::Result;
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::artifacts::Artifacts;
use crate::parts::{self, Part};
use crate::ports::Port;
use crate::process;
use crate::ready;
use crate::secrets;
use crate::stack::Stack;
use crate::supervisor::{self, Info, State};

/// Show every part: state, address, uptime and memory.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  ./tradewind status\n  ./tradewind status --json | jq .gateway")]
pub struct StatusArgs {
    /// For programs: {"gateway", "parts": [{"name", "state", "pid", "address", "rss_bytes", "started_at"}]}.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Serialize)]
pub struct Report {
    pub gateway: String,
    pub parts: Vec<PartReport>,
}

#[derive(Debug, Serialize)]
pub struct PartReport {
    pub name: &'static str,
    /// `running`, `starting` (alive, not ready yet), `failing` (keeps ending), `stopped`.
    pub state: &'static str,
    pub pid: Option<i32>,
    pub address: String,
    /// The part's processes together; shared memory counts once.
    pub rss_bytes: Option<u64>,
    /// RFC 3339, UTC.
    pub started_at: Option<String>,
    #[serde(skip)]
    uptime_s: u64,
    /// The shop sells without it.
    #[serde(skip)]
    pub optional: bool,
}

/// # Errors
/// When the table of parts cannot be made.
pub fn run(stack: &Stack, args: &StatusArgs) -> Result<()> {
    let report = report(stack)?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
        return Ok(());
    }
    print_table(stack, &report);
    Ok(())
}

/// # Errors
/// When the table of parts cannot be made.
pub fn report(stack: &Stack) -> Result<Report> {
    // Nothing is made here: a home that was never started has no secrets, and needs none for this.
    let passwords = secrets::placeholder();
    let parts = parts::all(stack, &Artifacts::locate(stack), &passwords)?;
    let infos = supervisor::pid(stack).and_then(|_| supervisor::infos(stack).ok()).unwrap_or_default();
    // Each answer can take its time-out, so they are asked side by side.
    let parts = std::thread::scope(|scope| {
        let asked: Vec<_> = parts
            .iter()
            .map(|part| {
                let info = infos.iter().find(|info| info.name == part.name);
                scope.spawn(move || describe(stack, part, info))
            })
            .collect();
        asked.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });
    Ok(Report { gateway: stack.ports.url(Port::Gateway), parts })
}

fn describe(stack: &Stack, part: &Part, info: Option<&Info>) -> PartReport {
    let state = info.map_or(State::Stopped, |info| info.state);
    let pid = info.and_then(|info| info.pid);
    let started = pid.and_then(process::started_at);
    PartReport {
        name: part.name,
        optional: part.optional,
        state: match state {
            State::Running | State::Starting if ready::is_ready(stack, part.ready) => "running",
            State::Running | State::Starting => "starting",
            State::Backoff | State::Fatal => "failing",
            State::Stopped | State::Stopping => "stopped",
        },
        pid,
        address: part.address.clone(),
        rss_bytes: pid.map(process::memory_of_tree),
        started_at: started.and_then(rfc3339),
        uptime_s: started.and_then(|started| SystemTime::now().duration_since(started).ok()).map_or(0, |uptime| uptime.as_secs()),
    }
}

fn rfc3339(time: SystemTime) -> Option<String> {
    let time = OffsetDateTime::from(time);
    time.replace_millisecond(time.millisecond()).ok()?.format(&Rfc3339).ok()
}

/// Prints the parts and their sum.
pub fn print_table(stack: &Stack, report: &Report) {
    println!("{:<18} {:<9} {:>8} {:>9} {:>9}  address", "part", "state", "pid", "uptime", "memory");
    for part in &report.parts {
        let pid = part.pid.map_or_else(|| "-".to_owned(), |pid| pid.to_string());
        let uptime = part.pid.map_or_else(|| "-".to_owned(), |_| duration(part.uptime_s));
        let memory = part.rss_bytes.map_or_else(|| "-".to_owned(), mebibytes);
        println!("{:<18} {:<9} {pid:>8} {uptime:>9} {memory:>9}  {}", part.name, part.state, part.address);
    }
    let running = report.parts.iter().filter(|part| part.state == "running").count();
    let memory: u64 = report.parts.iter().filter_map(|part| part.rss_bytes).sum();
    println!("{running} of {} parts running, {} in all", report.parts.len(), mebibytes(memory));
    if supervisor::pid(stack).is_none() && !crate::down::orphans(stack).is_empty() {
        println!("The supervisor is gone while its parts still run: ./tradewind up puts that right.");
    }
}

fn mebibytes(bytes: u64) -> String {
    format!("{} MiB", bytes / (1024 * 1024))
}

fn duration(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..86_400 => format!("{} h {:02}", seconds / 3600, seconds / 60 % 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds / 3600 % 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rfc_3339_in_utc() {
        let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_millis(1_500);
        assert_eq!(rfc3339(time).as_deref(), Some("1970-01-01T00:00:01.5Z"));
    }

    #[test]
    fn uptimes_are_short() {
        assert_eq!(duration(59), "59 s");
        assert_eq!(duration(3_720), "1 h 02");
        assert_eq!(duration(90_000), "1 d 1 h");
    }

    #[test]
    fn the_json_has_the_promised_fields() {
        let part = PartReport {
            name: "redis",
            state: "running",
            pid: Some(1),
            address: "127.0.0.1:1".into(),
            rss_bytes: Some(1),
            started_at: None,
            uptime_s: 0,
            optional: false,
        };
        let json = serde_json::to_value(Report { gateway: "http://x".into(), parts: vec![part] });
        let keys: Vec<String> = json.expect("json")["parts"][0].as_object().expect("object").keys().cloned().collect();
        assert_eq!(keys, ["address", "name", "pid", "rss_bytes", "started_at", "state"]);
    }
}
