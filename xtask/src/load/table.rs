//! The short table under a load test.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

/// # Errors
/// When there is no result, or not in k6's format.
pub fn print(results: &Path) -> Result<()> {
    let text = fs::read_to_string(results).context("k6 wrote no result")?;
    let summary: Value = serde_json::from_str(&text)?;
    for (label, value) in rows(&summary) {
        println!("{label:<26} {value:>14}");
    }
    Ok(())
}

/// What is there of it: a scenario without checks has none.
fn rows(summary: &Value) -> Vec<(&'static str, String)> {
    let mut rows = Vec::new();
    let mut add = |label: &'static str, metric: &str, field: &str, show: fn(f64) -> String| {
        if let Some(value) = number(summary, metric, field) {
            rows.push((label, show(value)));
        }
    };
    add("requests", "http_reqs", "count", whole);
    add("requests/s", "http_reqs", "rate", one_digit);
    add("journeys", "iterations", "count", whole);
    add("journeys/s", "iterations", "rate", one_digit);
    add("orders", "orders_placed", "count", whole);
    add("orders/s", "orders_placed", "rate", one_digit);
    add("failed requests", "http_req_failed", "value", percent);
    add("checks passed", "checks", "value", percent);
    add("median", "http_req_duration", "med", milliseconds);
    add("95th percentile", "http_req_duration", "p(95)", milliseconds);
    add("99th percentile", "http_req_duration", "p(99)", milliseconds);
    rows
}

/// The exported summary has the values in the metric, handleSummary's data below `values`.
fn number(summary: &Value, metric: &str, field: &str) -> Option<f64> {
    let metric = summary.get("metrics")?.get(metric)?;
    let values = metric.get("values").unwrap_or(metric);
    // A rate is called `value` in the one and `rate` in the other.
    let found = values.get(field).or_else(|| (field == "value").then(|| values.get("rate")).flatten());
    found?.as_f64()
}

fn whole(value: f64) -> String {
    format!("{value:.0}")
}

fn one_digit(value: f64) -> String {
    format!("{value:.1}")
}

fn percent(value: f64) -> String {
    format!("{:.2} %", value * 100.0)
}

fn milliseconds(value: f64) -> String {
    format!("{value:.1} ms")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_of_k6s_formats_are_read() {
        let exported = json!({"metrics": {"http_reqs": {"count": 10, "rate": 2.5}, "http_req_failed": {"value": 0.01}}});
        let handled =
            json!({"metrics": {"http_reqs": {"values": {"count": 10, "rate": 2.5}}, "http_req_failed": {"values": {"rate": 0.01}}}});
        let wanted = [("requests", "10".to_owned()), ("requests/s", "2.5".to_owned()), ("failed requests", "1.00 %".to_owned())];
        assert_eq!(rows(&exported), wanted);
        assert_eq!(rows(&handled), wanted);
    }
}
