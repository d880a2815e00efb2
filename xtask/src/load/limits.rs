//! What this machine's Postgres and nginx can do at all: the figures that ours are to be read next to.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::run_k6;
use crate::command;
use crate::ports::Port;
use crate::postgres::{self, PRIMARY};
use crate::progress;
use crate::secrets::{self, Passwords};
use crate::stack::Stack;

/// A database of its own, so that nobody's data is touched.
const DATABASE: &str = "limits";
const SECONDS: u32 = 15;
/// As many as the services' pools hold together.
const CLIENTS: u32 = 16;
/// 32 callers, each asking again as soon as it is answered.
const HELLO: &str = "import http from 'k6/http';
export const options = { vus: 32, duration: '15s' };
export default function () { http.get(`${__ENV.GATEWAY}/baseline`); }
";

/// # Errors
/// When pgbench or k6 fails.
pub fn run(stack: &Stack, k6: &Path, results: &Path) -> Result<()> {
    let passwords = secrets::ensure(stack)?;
    let (write, read) = database(stack, &passwords)?;
    let hello = hello(stack, k6)?;
    let figures = json!({
        "pgbench_tpcb_per_s": write,
        "pgbench_select_per_s": read,
        "nginx_to_axum_per_s": hello,
        "seconds_each": SECONDS,
        "clients": CLIENTS,
    });
    fs::write(results, serde_json::to_string_pretty(&figures)?)?;
    println!();
    println!("{:<40} {write:>10.0}/s", "pgbench, TPC-B-like (5 statements)");
    println!("{:<40} {read:>10.0}/s", "pgbench, one select");
    println!("{:<40} {hello:>10.0}/s", "nginx to axum, a hello");
    println!("Results: {}", results.display());
    Ok(())
}

fn database(stack: &Stack, passwords: &Passwords) -> Result<(f64, f64)> {
    let sql = |sql: &str| postgres::query(stack, passwords, PRIMARY, sql);
    sql(&format!("DROP DATABASE IF EXISTS {DATABASE}"))?;
    sql(&format!("CREATE DATABASE {DATABASE}"))?;
    let measured = measure(stack, passwords);
    sql(&format!("DROP DATABASE {DATABASE}"))?;
    measured
}

fn measure(stack: &Stack, passwords: &Passwords) -> Result<(f64, f64)> {
    progress::step("pgbench filled", || pgbench(stack, passwords, &["--initialize", "--quiet", "--scale=10"]).map(drop))?;
    let (clients, seconds) = (format!("--client={CLIENTS}"), format!("--time={SECONDS}"));
    let common = ["--no-vacuum", "--protocol=prepared", "--jobs=2", &clients, &seconds];
    let write = progress::step("pgbench writes", || pgbench(stack, passwords, &common))?;
    let select_only: Vec<&str> = common.iter().copied().chain(["--select-only"]).collect();
    let read = progress::step("pgbench reads", || pgbench(stack, passwords, &select_only))?;
    Ok((per_second(&write)?, per_second(&read)?))
}

fn pgbench(stack: &Stack, passwords: &Passwords, arguments: &[&str]) -> Result<String> {
    let mut pgbench = Command::new(postgres::program(stack, "pgbench")?);
    pgbench
        .args(arguments)
        .args(["--host=127.0.0.1", "--username=postgres"])
        .arg(format!("--port={}", stack.ports.get(Port::PostgresPrimary)))
        .arg(DATABASE)
        .env("PGPASSWORD", &passwords.superuser);
    command::output(&mut pgbench)
}

/// `tps = 1234.5 (without initial connection time)`
fn per_second(output: &str) -> Result<f64> {
    output
        .lines()
        .find_map(|line| line.strip_prefix("tps = ")?.split_whitespace().next()?.parse().ok())
        .context("pgbench printed no figure")
}

fn hello(stack: &Stack, k6: &Path) -> Result<f64> {
    let script = stack.run("hello.js");
    let result = stack.run("hello.json");
    fs::write(&script, HELLO)?;
    let more = ["--quiet".to_owned(), format!("--summary-export={}", result.display())];
    run_k6(k6, &script, &result, &stack.ports.url(Port::GatewayInternal), &more)?;
    let summary: Value = serde_json::from_str(&fs::read_to_string(&result)?)?;
    summary["metrics"]["http_reqs"]["rate"].as_f64().context("k6 counted nothing")
}

#[cfg(test)]
mod tests {
    #[test]
    fn pgbenchs_figure_is_found() {
        let output = "latency average = 1 ms\ntps = 1234.5 (without initial connection time)\n";
        assert!((super::per_second(output).expect("a figure") - 1234.5).abs() < f64::EPSILON);
        assert!(super::per_second("nothing").is_err());
    }
}
