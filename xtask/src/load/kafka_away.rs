//! A minute without Kafka, under load: orders go on being taken, the outbox keeps the events and lets them go again, in order, and
//! nobody's memory grows meanwhile.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
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

const KAFKA: &str = "kafka";
/// Until k6 runs, and as long again with everything in place, so that there is something to compare with.
const BEFORE_MS: u64 = 40_000;
const AWAY: Duration = Duration::from_secs(60);
const AFTER_S: u64 = 45;
/// Whose memory could hold what Kafka does not take.
const WATCHED: [&str; 3] = ["worker", "order-1", "order-2"];
/// What a shop under load takes more than one at rest, and an allocator keeps; a process that collects a minute's events would
/// take more with every minute.
const FLAT: f64 = 1.5;
const DRAINED_WITHIN: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(500);

/// # Errors
/// When it cannot be run, or with everything that was not as it must be.
pub fn run(stack: &Stack, script: &Script<'_>) -> Result<()> {
    services::build_checker(stack)?;
    let passwords = secrets::ensure(stack)?;
    let away_at = now_ms()? + BEFORE_MS;
    progress::note(&format!("Kafka goes in {} s, for {} s", BEFORE_MS / 1000, AWAY.as_secs()));
    let environment = [("AWAY_AT", away_at.to_string()), ("AWAY_S", AWAY.as_secs().to_string()), ("AFTER_S", AFTER_S.to_string())];
    let console = stack.run("kafka-away-console.txt");
    let over = AtomicBool::new(false);
    let (held, observed) = thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            let observed = take_away(stack, &passwords, away_at, &over);
            // Also when something went wrong in between.
            supervisor::start_part(stack, KAFKA).and(observed)
        });
        let held = script.run(stack, &console, &environment);
        over.store(true, Ordering::SeqCst);
        (held, watcher.join())
    });
    let (held, mut observed) = (held?, observed.map_err(|_| anyhow::anyhow!("the watcher died"))??);
    let drained = progress::step("drained", || aftermath::drain(stack, &passwords, DRAINED_WITHIN))?;
    must_run(stack, &[])?;
    observed.after = memory(stack)?;
    let history = History::take(&console, stack.run("kafka-away-history.jsonl"))?;
    let clean = aftermath::check(stack, &history.path)?;
    let problems = problems(held, &observed, &drained, clean, &history.said);
    let ours = json!({
        "passed": problems.is_empty(),
        "problems": problems,
        "outbox_most": observed.outbox_most,
        "outbox_drained_in_s": observed.outbox_drained.map(|took| took.as_secs_f64()),
        "drained_in_s": drained.as_ref().ok().map(Duration::as_secs_f64),
        "memory_bytes": { "before": observed.before, "most": observed.most, "after": observed.after },
        "history_lines": history.lines,
        "checker_clean": clean,
    });
    let figures = aftermath::complete(&script.results, ours)?;
    println!();
    status::print_table(stack, &status::report(stack)?);
    println!("\n{}", table(&figures, &observed));
    println!("Results: {}", script.results.display());
    aftermath::conclude(&problems)
}

/// Bytes by part.
type Memory = BTreeMap<&'static str, u64>;

#[derive(Debug, Default)]
struct Observed {
    /// Events that waited at most.
    outbox_most: u64,
    /// From Kafka's start until all events of the time without it were published; `None` when that did not happen while k6 ran.
    outbox_drained: Option<Duration>,
    before: Memory,
    most: Memory,
    after: Memory,
}

fn take_away(stack: &Stack, passwords: &Passwords, away_at: u64, over: &AtomicBool) -> Result<Observed> {
    while now_ms()? < away_at {
        if over.load(Ordering::SeqCst) {
            return Ok(Observed::default());
        }
        thread::sleep(Duration::from_millis(100));
    }
    let before = memory(stack)?;
    let mut observed = Observed { most: before.clone(), before, ..Observed::default() };
    supervisor::stop_part(stack, KAFKA)?;
    progress::note("Kafka is gone");
    let gone = Instant::now();
    while gone.elapsed() < AWAY && !over.load(Ordering::SeqCst) {
        observe(stack, passwords, &mut observed)?;
        thread::sleep(POLL);
    }
    let back = Instant::now();
    let until = postgres::query_database(stack, passwords, "orders", "SELECT now()")?;
    supervisor::start_part(stack, KAFKA)?;
    progress::note("Kafka is started again");
    while !over.load(Ordering::SeqCst) {
        observe(stack, passwords, &mut observed)?;
        // Events of every moment come and go; those of the time without Kafka are what is waited for.
        let left = format!("SELECT count(*) FROM outbox WHERE published_at IS NULL AND occurred_at < '{until}'");
        if observed.outbox_drained.is_none() && aftermath::counts(&postgres::query_database(stack, passwords, "orders", &left)?)? == [0] {
            observed.outbox_drained = Some(back.elapsed());
        }
        thread::sleep(POLL);
    }
    Ok(observed)
}

fn observe(stack: &Stack, passwords: &Passwords, observed: &mut Observed) -> Result<()> {
    let waiting = postgres::query_database(stack, passwords, "orders", "SELECT count(*) FROM outbox WHERE published_at IS NULL")?;
    let [waiting] = aftermath::counts(&waiting)?;
    observed.outbox_most = observed.outbox_most.max(waiting);
    for (part, bytes) in memory(stack)? {
        let most = observed.most.entry(part).or_default();
        *most = bytes.max(*most);
    }
    Ok(())
}

fn memory(stack: &Stack) -> Result<Memory> {
    let infos = supervisor::infos(stack)?;
    let pid = |part: &str| infos.iter().find(|info| info.name == part).and_then(|info| info.pid);
    Ok(WATCHED.into_iter().filter_map(|part| Some((part, process::memory_of_tree(pid(part)?)))).collect())
}

fn growth(before: &Memory, later: &Memory, part: &str) -> f64 {
    let bytes = |memory: &Memory| memory.get(part).copied().unwrap_or_default() as f64;
    if bytes(before) > 0.0 { bytes(later) / bytes(before) } else { f64::INFINITY }
}

/// What was not as it must be, each in a few words.
fn problems(held: bool, observed: &Observed, drained: &Result<Duration, String>, clean: bool, said: &[String]) -> Vec<String> {
    let mut problems = Vec::new();
    if !held {
        let first = said.first().map(|line| format!(" (first: {line})")).unwrap_or_default();
        problems.push(format!("shoppers met errors, or too few orders were taken{first}"));
    }
    if observed.outbox_most == 0 {
        problems.push("nothing waited in the outbox: Kafka was not away".to_owned());
    }
    match observed.outbox_drained {
        None => problems.push("the outbox did not drain while orders went on".to_owned()),
        Some(took) if took > DRAINED_WITHIN => problems.push(format!("the outbox took {} s to drain", took.as_secs())),
        Some(_) => {}
    }
    if let Err(left) = drained {
        problems.push(format!("not drained within {} s: {left}", DRAINED_WITHIN.as_secs()));
    }
    for part in WATCHED {
        let most = growth(&observed.before, &observed.most, part);
        if most > FLAT {
            problems.push(format!("{part} took {most:.2} times its memory, and {FLAT} is allowed"));
        }
    }
    if !clean {
        problems.push("the checker found what must not be, as above".to_owned());
    }
    problems
}

fn table(figures: &Value, observed: &Observed) -> String {
    let seconds = |name: &str| figures[name].as_f64().map_or_else(|| "not".to_owned(), |seconds| format!("{seconds:.1} s"));
    let count = |name: &str| figures[name].as_f64().unwrap_or_default();
    let mut rows = vec![
        ("orders taken, while Kafka was away".to_owned(), format!("{:.0}, {:.0}", count("orders"), count("orders_while_away"))),
        ("failed requests".to_owned(), format!("{:.3} %", count("failed_share") * 100.0)),
        ("events waiting at most".to_owned(), format!("{:.0}", count("outbox_most"))),
        ("outbox drained after Kafka's start in".to_owned(), seconds("outbox_drained_in_s")),
        ("all at rest after the last order in".to_owned(), seconds("drained_in_s")),
    ];
    for part in WATCHED {
        let most = growth(&observed.before, &observed.most, part);
        let after = growth(&observed.before, &observed.after, part);
        rows.push((format!("memory of {part}, most and after"), format!("x {most:.2}, x {after:.2}")));
    }
    rows.push(("checker".to_owned(), if figures["checker_clean"] == json!(true) { "clean" } else { "NOT CLEAN" }.to_owned()));
    rows.iter().map(|(name, value)| format!("{name:<40} {value}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn observed(most: u64) -> Observed {
        let memory = |bytes| Memory::from(WATCHED.map(|part| (part, bytes)));
        Observed {
            outbox_most: 700,
            outbox_drained: Some(Duration::from_secs(9)),
            before: memory(100),
            most: memory(most),
            after: memory(110),
        }
    }

    #[test]
    fn whatever_is_wrong_is_told() {
        let drained = Ok(Duration::from_secs(3));
        assert_eq!(problems(true, &observed(150), &drained, true, &[]), Vec::<String>::new());
        let grown = problems(true, &observed(160), &drained, true, &[]);
        assert_eq!((grown.len(), grown[0].as_str()), (3, "worker took 1.60 times its memory, and 1.5 is allowed"));
        let nothing = problems(false, &Observed::default(), &Err("1 timer(s) overdue".into()), false, &["GET /x: 500".into()]);
        assert_eq!(nothing.len(), 8, "{nothing:?}");
        assert_eq!(nothing[0], "shoppers met errors, or too few orders were taken (first: GET /x: 500)");
        let slow = Observed { outbox_drained: Some(Duration::from_secs(61)), ..observed(100) };
        assert_eq!(problems(true, &slow, &drained, true, &[]), ["the outbox took 61 s to drain"]);
    }

    #[test]
    fn the_table_has_every_figure() {
        let figures = json!({
            "orders": 500, "orders_while_away": 301, "failed_share": 0, "outbox_most": 700, "outbox_drained_in_s": 9.04,
            "drained_in_s": 12.5, "checker_clean": true,
        });
        let text = table(&figures, &observed(125));
        for wanted in ["500, 301", "0.000 %", "700", "9.0 s", "12.5 s", "x 1.25, x 1.10", "clean"] {
            assert!(text.contains(wanted), "no {wanted} in {text}");
        }
    }
}
