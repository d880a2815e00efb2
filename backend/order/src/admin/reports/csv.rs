//! A report as JSON or as CSV (RFC 4180), as the caller wants it.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, header};
use serde::Serialize;
use tradewind_contract::{Money, Timestamp};
use tradewind_kit::{Error, Result};

/// What a report looks like in a spreadsheet.
pub trait Table {
    /// Of the file, without its ending.
    fn name(&self) -> String;
    fn columns(&self) -> Vec<&'static str>;
    /// Without the sums, which a spreadsheet makes itself.
    fn rows(&self) -> Vec<Vec<String>>;
}

/// CSV when `Accept` names it, JSON otherwise.
///
/// # Errors
/// None that a row of ours could cause.
pub fn answer<T: Table + Serialize>(report: T, headers: &HeaderMap) -> Result<Response> {
    if !wants_csv(headers) {
        return Ok((vary(), Json(report)).into_response());
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    let unwritten = |_| Error::Corrupt("a report cannot be written as CSV".to_owned());
    writer.write_record(report.columns()).map_err(unwritten)?;
    for row in report.rows() {
        writer.write_record(row).map_err(unwritten)?;
    }
    let body = writer.into_inner().map_err(|_| Error::Corrupt("a report cannot be written as CSV".to_owned()))?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}.csv\"", report.name())),
    ];
    Ok((vary(), headers, body).into_response())
}

fn vary() -> [(http::HeaderName, &'static str); 1] {
    [(header::VARY, "accept")]
}

fn wants_csv(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    let mut types = accepted.map(|range| range.split(';').next().unwrap_or_default().trim());
    types.any(|range| range.eq_ignore_ascii_case("text/csv"))
}

/// In the currency's major unit, as spreadsheets count: `12.30`.
pub fn decimal(money: Money) -> String {
    let cents = money.amount.unsigned_abs();
    let sign = if money.amount < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents / 100, cents % 100)
}

/// `sales-hour-20261123T1800Z`
pub fn file_name(report: &str, step: &str, from: Timestamp) -> String {
    let from: String = from.to_string().chars().filter(|character| !matches!(character, '-' | ':')).take(13).collect();
    format!("{report}-{step}-{from}Z")
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn csv_is_for_who_asks_for_it() {
        for (accept, wants) in [
            ("text/csv", true),
            ("Text/CSV; charset=utf-8, application/json;q=0.5", true),
            ("application/json", false),
            ("*/*", false),
            ("text/*", false),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]);
            assert_eq!(wants_csv(&headers), wants, "{accept}");
        }
        assert!(!wants_csv(&HeaderMap::new()));
    }

    #[test]
    fn money_has_two_places() {
        assert_eq!([0, 7, 1_230, -1_205].map(|cents| decimal(Money::eur(cents))), ["0.00", "0.07", "12.30", "-12.05"]);
    }

    #[test]
    fn a_file_is_named_by_what_is_in_it() {
        let from: Timestamp = serde_json::from_str("\"2026-11-23T18:00:00Z\"").expect("a time");
        assert_eq!(file_name("sales", "hour", from), "sales-hour-20261123T1800Z");
    }
}
