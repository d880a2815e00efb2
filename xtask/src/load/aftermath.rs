//! After something was done to the shop under load: what clients saw, how long it took to come to rest, and whether the books are right.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

use crate::check::{self, CheckArgs};
use crate::interrupt;
use crate::postgres;
use crate::progress;
use crate::secrets::Passwords;
use crate::stack::Stack;

const POLL: Duration = Duration::from_millis(500);
/// So often it is told what is still left.
const TOLD_EVERY: u64 = 10;
/// Until the last parcel has arrived: what the checker waits for, at most.
const CHECK_WAIT_S: u64 = 120;

/// What there is to do, told apart: events that are not published, orders whose payment is not decided, timers that nobody has
/// taken, and events that a consumer has not noted which notes others of their type. What consumers say about their lag themselves
/// is up to date only a while later.
const TO_DO: &str = "SELECT (SELECT count(*) FROM outbox WHERE published_at IS NULL),
    (SELECT count(*) FROM orders WHERE status IN ('placed', 'payment_pending')),
    (SELECT count(*) FROM order_timers WHERE due_at < now() - interval '1 second'),
    (SELECT count(*) FROM outbox x
     JOIN (SELECT DISTINCT i.consumer, t.event_type FROM inbox i JOIN outbox t USING (event_id)) notes USING (event_type)
     WHERE x.occurred_at > now() - interval '1 hour'
       AND NOT EXISTS (SELECT FROM inbox i WHERE i.consumer = notes.consumer AND i.event_id = x.event_id))";
const TO_DO_NAMES: [&str; 4] = ["event(s) not published", "order(s) not decided", "timer(s) overdue", "event(s) not handled"];

/// Waits until nothing is left to do, and answers with how long that took; with what is left when `limit` has passed.
///
/// # Errors
/// When the database does not answer, or Ctrl-C comes.
pub fn drain(stack: &Stack, passwords: &Passwords, limit: Duration) -> Result<Result<Duration, String>> {
    let started = Instant::now();
    let mut next_told = TOLD_EVERY;
    loop {
        let mut left = counts(&postgres::query_database(stack, passwords, "orders", TO_DO)?)?;
        let users = "SELECT count(*) FROM outbox WHERE published_at IS NULL";
        left[0] += counts::<1>(&postgres::query_database(stack, passwords, "users", users)?)?[0];
        if left == [0; 4] {
            return Ok(Ok(started.elapsed()));
        }
        if started.elapsed() > limit {
            return Ok(Err(told(left)));
        }
        if started.elapsed().as_secs() >= next_told {
            progress::note(&format!("after {next_told} s there are still {}", told(left)));
            next_told += TOLD_EVERY;
        }
        interrupt::pause(POLL)?;
    }
}

/// The columns of psql's only row.
pub fn counts<const N: usize>(row: &str) -> Result<[u64; N]> {
    let numbers: Vec<u64> = row.split('|').map(|column| column.trim().parse().context("no number")).collect::<Result<_>>()?;
    numbers.try_into().map_err(|numbers: Vec<u64>| anyhow::anyhow!("{} columns, and not {N}: {row:?}", numbers.len()))
}

fn told(left: [u64; 4]) -> String {
    let parts = left.iter().zip(TO_DO_NAMES).filter(|(count, _)| **count > 0);
    parts.map(|(count, what)| format!("{count} {what}")).collect::<Vec<_>>().join(", ")
}

/// Whether the checker finds everything in order; it prints its own table.
///
/// # Errors
/// When it cannot ask, or the shop does not come to rest.
pub fn check(stack: &Stack, history: &Path) -> Result<bool> {
    println!();
    match check::ask(stack, &CheckArgs { history: Some(history.to_owned()), json: false, wait_s: CHECK_WAIT_S })? {
        0 => Ok(true),
        1 => Ok(false),
        _ => bail!("the checker could not ask, or the shop did not come to rest within {CHECK_WAIT_S} s"),
    }
}

/// What k6 printed on its console, taken apart: what clients saw, for the checker, and what it said besides.
pub struct History {
    pub path: PathBuf,
    pub lines: usize,
    /// Warnings of the script, for whoever looks into a failure.
    pub said: Vec<String>,
}

impl History {
    /// # Errors
    /// When the file cannot be read or written.
    pub fn take(console: &Path, path: PathBuf) -> Result<Self> {
        let text = fs::read_to_string(console).with_context(|| format!("{} cannot be read", console.display()))?;
        let (seen, said): (Vec<&str>, Vec<&str>) =
            text.lines().filter(|line| !line.trim().is_empty()).partition(|line| line.starts_with("{\"request\""));
        fs::write(&path, seen.iter().map(|line| format!("{line}\n")).collect::<String>())?;
        Ok(Self { path, lines: seen.len(), said: said.into_iter().map(ToOwned::to_owned).collect() })
    }
}

/// Milliseconds since 1970, as k6's scripts count.
///
/// # Errors
/// When the clock stands before that.
pub fn now_ms() -> Result<u64> {
    Ok(u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?)
}

/// Adds to k6's figures what only we know, and answers with all of them.
///
/// # Errors
/// When the file is not k6's summary.
pub fn complete(results: &Path, ours: Value) -> Result<Value> {
    let text = fs::read_to_string(results)?;
    let mut all: Map<String, Value> = serde_json::from_str(&text).with_context(|| format!("{} is damaged", results.display()))?;
    if let Value::Object(ours) = ours {
        all.extend(ours);
    }
    let all = Value::Object(all);
    fs::write(results, format!("{all:#}\n"))?;
    Ok(all)
}

/// Ends well only when nothing is wrong.
///
/// # Errors
/// With every problem in one sentence.
pub fn conclude(problems: &[String]) -> Result<()> {
    if problems.is_empty() {
        return Ok(());
    }
    bail!("{}.", problems.join("; "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let directory = std::env::temp_dir().join(format!("tradewind-aftermath-{name}-{}", std::process::id()));
        fs::create_dir_all(&directory).expect("a directory");
        directory
    }

    #[test]
    fn what_is_left_is_told_by_its_kind() {
        assert_eq!(counts::<4>("0|2|0|1\n").expect("counts"), [0, 2, 0, 1]);
        assert!(counts::<4>("0|2").is_err() && counts::<1>("").is_err() && counts::<1>("-1").is_err());
        assert_eq!(told([0, 2, 0, 1]), "2 order(s) not decided, 1 event(s) not handled");
    }

    #[test]
    fn the_console_is_taken_apart() {
        let directory = scratch("console");
        let console = directory.join("console");
        fs::write(&console, "{\"request\":\"POST /orders\"}\nPOST /orders: 503\n\n{\"request\":\"GET\"}\n").expect("written");
        let history = History::take(&console, directory.join("history")).expect("taken");
        assert_eq!((history.lines, history.said), (2, vec!["POST /orders: 503".to_owned()]));
        assert_eq!(fs::read_to_string(&history.path).expect("read"), "{\"request\":\"POST /orders\"}\n{\"request\":\"GET\"}\n");
        fs::remove_dir_all(directory).expect("removed");
    }

    #[test]
    fn our_figures_stand_beside_k6s() {
        let directory = scratch("results");
        let results = directory.join("rush.json");
        fs::write(&results, "{\"passed\": true, \"metrics\": {}, \"orders\": 3}").expect("written");
        let all = complete(&results, json!({"passed": false, "kills": 4})).expect("completed");
        assert_eq!(all, json!({"passed": false, "orders": 3, "kills": 4, "metrics": {}}));
        assert_eq!(serde_json::from_str::<Value>(&fs::read_to_string(&results).expect("read")).expect("json"), all);
        fs::remove_dir_all(directory).expect("removed");
    }

    #[test]
    fn every_problem_is_named_at_the_end() {
        assert!(conclude(&[]).is_ok());
        assert_eq!(conclude(&["one".into(), "two".into()]).expect_err("two").to_string(), "one; two.");
    }
}
