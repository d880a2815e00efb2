//! More guests than pieces, all at once, while processes are killed: exactly the pieces that there are get sold, whatever dies.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use nix::sys::signal::Signal;
use serde_json::{Value, json};

use super::aftermath::{self, History, now_ms};
use super::{Script, must_run};
use crate::builds::services;
use crate::postgres;
use crate::process;
use crate::progress;
use crate::secrets::{self, Passwords};
use crate::stack::Stack;
use crate::status;
use crate::supervisor;

const PIECES: u64 = 100;
const GUESTS: u64 = 2_000;
/// Guests a second who fill their basket before the race.
const COMING: u64 = 25;
/// Until k6 has its virtual users and knows what can be bought.
const START_UP_MS: u64 = 15_000;
/// Into the middle of the sale.
const FIRST_KILL_MS: u64 = 700;
const BETWEEN_KILLS_MS: u64 = 10_000;
/// Killed each time, and with it one of the instances in turn.
const WORKER: &str = "worker";
const INSTANCES: [&str; 2] = ["order-1", "order-2"];
/// From the last answer of the last guest on.
const DRAINED_WITHIN: Duration = Duration::from_secs(60);

/// # Errors
/// When the race cannot be run, or with everything in which it did not end as it must.
pub fn run(stack: &Stack, script: &Script<'_>) -> Result<()> {
    services::build_checker(stack)?;
    let passwords = secrets::ensure(stack)?;
    let sku = fill_shelf(stack, &passwords)?;
    progress::note(&format!("{PIECES} pieces of {sku}, {GUESTS} guests; the race begins in {} s", (START_UP_MS / 1000) + GUESTS / COMING));
    let begun = now_ms()?;
    let race_at = begun + START_UP_MS + GUESTS * 1000 / COMING;
    let environment = [
        ("SCARCE_SKU", sku.clone()),
        ("PIECES", PIECES.to_string()),
        ("GUESTS", GUESTS.to_string()),
        ("COMING", COMING.to_string()),
        ("RACE_AT", race_at.to_string()),
    ];
    let console = stack.run("rush-console.txt");
    let over = AtomicBool::new(false);
    let (held, killed) = thread::scope(|scope| {
        let killer = scope.spawn(|| kill_in_turn(stack, begun + START_UP_MS, race_at, &over));
        let held = script.run(stack, &console, &environment);
        over.store(true, Ordering::SeqCst);
        (held, killer.join())
    });
    let (held, killed) = (held?, killed.map_err(|_| anyhow::anyhow!("the killer died"))??);

    let drained = progress::step("drained", || aftermath::drain(stack, &passwords, DRAINED_WITHIN))?;
    must_run(stack, &[]).context("not everything that was killed came back")?;
    let shelf = shelf(stack, &passwords, &sku)?;
    let history = History::take(&console, stack.run("rush-history.jsonl"))?;
    let clean = aftermath::check(stack, &history.path)?;
    let problems = problems(held, &drained, shelf, clean, &history.said);
    let ours = json!({
        "passed": problems.is_empty(),
        "problems": problems,
        "kills": killed,
        "drained_in_s": drained.as_ref().ok().map(Duration::as_secs_f64),
        "shelf": { "sku": sku, "available": shelf.available, "reserved": shelf.reserved, "sold": shelf.sold },
        "history_lines": history.lines,
        "checker_clean": clean,
    });
    let figures = aftermath::complete(&script.results, ours)?;
    println!();
    status::print_table(stack, &status::report(stack)?);
    println!("\n{}", table(&figures));
    println!("Results: {}", script.results.display());
    aftermath::conclude(&problems)
}

/// What has become of the pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shelf {
    available: u64,
    reserved: u64,
    /// Since the race began.
    sold: u64,
}

/// Leaves exactly [`PIECES`] of an article on its shelf, and answers with its SKU. The difference was never delivered, so the
/// books stay right; where pieces were sold before, they stay sold. An article that nobody has in an order, so that nothing but the
/// race moves it.
fn fill_shelf(stack: &Stack, passwords: &Passwords) -> Result<String> {
    let sku = postgres::query_database(
        stack,
        passwords,
        "orders",
        &format!(
            "UPDATE stock SET available = {PIECES}, initial = {PIECES} WHERE sku = (
                 SELECT sku FROM stock s WHERE available > {PIECES} AND reserved = 0 AND sold = 0 AND restocked = 0
                     AND EXISTS (SELECT FROM variants v JOIN products p ON p.id = v.product_id WHERE v.sku = s.sku AND p.archived_at IS NULL)
                 ORDER BY available DESC, sku LIMIT 1)
             RETURNING sku"
        ),
    )?;
    if sku.is_empty() {
        bail!("No article has more than {PIECES} pieces and was never sold; ./tradewind seed --products with a larger number makes some.");
    }
    Ok(sku)
}

fn shelf(stack: &Stack, passwords: &Passwords, sku: &str) -> Result<Shelf> {
    let sql = format!("SELECT available, reserved, sold FROM stock WHERE sku = '{sku}'");
    let [available, reserved, sold] = aftermath::counts(&postgres::query_database(stack, passwords, "orders", &sql)?)?;
    Ok(Shelf { available, reserved, sold })
}

/// Kills until it is over, and answers with who died when, in seconds from the beginning of the race.
fn kill_in_turn(stack: &Stack, from: u64, race_at: u64, over: &AtomicBool) -> Result<Vec<Value>> {
    let mut killed = Vec::new();
    let mut turn = 0;
    let mut due = next_kill(from, race_at);
    while !over.load(Ordering::SeqCst) {
        if now_ms()? < due {
            thread::sleep(Duration::from_millis(20));
            continue;
        }
        let infos = supervisor::infos(stack)?;
        for victim in [WORKER, INSTANCES[turn % INSTANCES.len()]] {
            // One that is not back yet has no process; that it comes back is looked at in the end.
            let Some(pid) = infos.iter().find(|info| info.name == victim).and_then(|info| info.pid) else { continue };
            process::signal(pid, Signal::SIGKILL);
            let at_s = seconds_from(race_at, now_ms()?);
            progress::note(&format!("{victim} is killed, {at_s:.1} s into the race"));
            killed.push(json!({ "part": victim, "pid": pid, "at_s": at_s }));
        }
        turn += 1;
        due = next_kill(now_ms()?, race_at);
    }
    Ok(killed)
}

/// The first time after `now` of those that lie [`BETWEEN_KILLS_MS`] apart, one of which is [`FIRST_KILL_MS`] into the race.
fn next_kill(now: u64, race_at: u64) -> u64 {
    let phase = (race_at + FIRST_KILL_MS) % BETWEEN_KILLS_MS;
    let mut next = now - now % BETWEEN_KILLS_MS + phase;
    if next <= now {
        next += BETWEEN_KILLS_MS;
    }
    next
}

fn seconds_from(start: u64, now: u64) -> f64 {
    (now.cast_signed() - start.cast_signed()) as f64 / 1000.0
}

/// In what it did not end as it must, each in a few words.
fn problems(held: bool, drained: &Result<Duration, String>, shelf: Shelf, clean: bool, said: &[String]) -> Vec<String> {
    let mut problems = Vec::new();
    if !held {
        let last = said.last().map(|line| format!(" (k6 said last: {line})")).unwrap_or_default();
        problems.push(format!("k6 did not see exactly {PIECES} orders and {} refusals{last}", GUESTS - PIECES));
    }
    if shelf != (Shelf { available: 0, reserved: 0, sold: PIECES }) {
        problems.push(format!("{} of {PIECES} pieces are sold, {} reserved, {} still there", shelf.sold, shelf.reserved, shelf.available));
    }
    if let Err(left) = drained {
        problems.push(format!("not drained within {} s: {left}", DRAINED_WITHIN.as_secs()));
    }
    if !clean {
        problems.push("the checker found what must not be, as above".to_owned());
    }
    problems
}

fn table(figures: &Value) -> String {
    let number = |pointer: &str| figures.pointer(pointer).and_then(Value::as_f64).unwrap_or(0.0);
    let post = |percentile: &str| figures["latency_by_route_ms"]["POST /orders"][percentile].as_f64().unwrap_or(0.0);
    let kills = figures["kills"].as_array().map_or(0, Vec::len);
    let drained = figures["drained_in_s"].as_f64().map_or_else(|| "not".to_owned(), |seconds| format!("{seconds:.1} s"));
    let rows = [
        ("guests", format!("{:.0}", number("/race/guests"))),
        ("sold", format!("{:.0}", number("/shelf/sold"))),
        ("refused as sold out", format!("{:.0}", number("/race/refused"))),
        ("last guest decided after", format!("{:.1} s", number("/race/decided_after_ms/max") / 1000.0)),
        ("other orders, all test tokens", format!("{:.0}", number("/orders"))),
        ("requests repeated", format!("{:.0}", number("/orders_repeated"))),
        ("processes killed", kills.to_string()),
        ("POST /orders p50, p99", format!("{:.0} ms, {:.0} ms", post("p50"), post("p99"))),
        ("drained in", drained),
        ("checker", if figures["checker_clean"] == json!(true) { "clean" } else { "NOT CLEAN" }.to_owned()),
    ];
    rows.iter().map(|(name, value)| format!("{name:<32} {value}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kills_fall_into_the_sale_and_are_ten_seconds_apart() {
        let race_at = 1_700_000_055_123;
        let first = next_kill(1_700_000_015_000, race_at);
        assert_eq!(first, 1_700_000_015_823);
        let mut at = first;
        let mut all = vec![first];
        while at < race_at + 20_000 {
            let next = next_kill(at, race_at);
            assert_eq!(next - at, BETWEEN_KILLS_MS);
            at = next;
            all.push(next);
        }
        assert!(all.contains(&(race_at + FIRST_KILL_MS)), "{all:?}");
        assert!((seconds_from(race_at, first) - -39.3).abs() < 0.001);
    }

    #[test]
    fn whatever_is_wrong_is_told() {
        let right = Shelf { available: 0, reserved: 0, sold: PIECES };
        let drained = Ok(Duration::from_secs(3));
        assert_eq!(problems(true, &drained, right, true, &[]), Vec::<String>::new());
        let said = ["POST /orders: 503 overloaded".to_owned()];
        let all = problems(false, &Err("1 timer(s) overdue".into()), Shelf { available: 1, reserved: 2, sold: 97 }, false, &said);
        assert_eq!(
            all,
            [
                "k6 did not see exactly 100 orders and 1900 refusals (k6 said last: POST /orders: 503 overloaded)",
                "97 of 100 pieces are sold, 2 reserved, 1 still there",
                "not drained within 60 s: 1 timer(s) overdue",
                "the checker found what must not be, as above",
            ]
        );
        assert_eq!(problems(true, &drained, Shelf { sold: 101, ..right }, true, &[]).len(), 1, "one piece too many");
    }

    #[test]
    fn the_table_has_every_figure() {
        let figures = json!({
            "race": {"guests": 2000, "sold": 100, "refused": 1900, "decided_after_ms": {"max": 12_345.0}},
            "shelf": {"sold": 100}, "orders": 380, "orders_repeated": 55, "kills": [1, 2, 3], "drained_in_s": 7.25,
            "latency_by_route_ms": {"POST /orders": {"p50": 12.0, "p99": 900.4}}, "checker_clean": true,
        });
        let text = table(&figures);
        for wanted in ["2000", "1900", "12.3 s", "380", "55", "3\n", "12 ms, 900 ms", "7.2 s", "clean"] {
            assert!(text.contains(wanted), "no {wanted} in {text}");
        }
        assert!(table(&json!({})).contains("NOT CLEAN"));
    }
}
