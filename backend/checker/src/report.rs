//! What was found, and how it is told.

use std::fmt;

use serde::Serialize;

/// The sentences of SEMANTICS.md, in its numbering. 13 and 14 are about logs and processes and are not asked of stores.
const SENTENCES: [&str; 12] = [
    "Every 2xx order exists on the primary and on each caught-up replica.",
    "At most one order per (user, key); every unknown outcome turns out to be exactly 0 or 1.",
    "Per SKU: available + reserved + sold = initial + restocked; none negative; order lines sum to sold.",
    "Each hold is in exactly one of held, claimed, released; none is held 30 s past its end.",
    "Ledger entries sum to 0 per order; charged = total = sum of price x quantity + shipping.",
    "An order's history is a legal path whose length is its version.",
    "One outbox row per transition; none unpublished once quiet.",
    "Published ids = outbox ids; per aggregate no gap and no reordering after de-duplication.",
    "Per consumer: inbox + dead letters + parked = published; one effect per id.",
    "Dead letters hold exactly the poison that was injected.",
    "No read that carried a token was older than it.",
    "Every cached entry equals the database within its staleness bound.",
];

/// So many offending rows are shown of an invariant; all are counted.
pub const SHOWN_MAX: usize = 10;

/// What became of one invariant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    pub number: u8,
    pub says: &'static str,
    pub holds: bool,
    /// Orders, holds, messages, ...: whatever the invariant is about. 0 means that there was nothing to judge.
    pub looked_at: u64,
    pub violations: u64,
    /// The first offending rows, at most [`SHOWN_MAX`].
    pub rows: Vec<String>,
}

/// Every invariant's verdict, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What was still under way when the wait for quiet ended; some violations may be no more than that.
    pub restless: Option<String>,
    pub invariants: Vec<Verdict>,
}

impl Default for Report {
    fn default() -> Self {
        let verdict = |(number, says)| Verdict { number, says, holds: true, looked_at: 0, violations: 0, rows: Vec::new() };
        Self { restless: None, invariants: (1..).zip(SENTENCES).map(verdict).collect() }
    }
}

impl Report {
    /// The verdict about invariant `number`, 1 to 12.
    ///
    /// # Panics
    /// For any other number.
    pub fn verdict(&self, number: u8) -> &Verdict {
        &self.invariants[usize::from(number) - 1]
    }

    pub(crate) fn looked_at(&mut self, number: u8, more: u64) {
        self.invariants[usize::from(number) - 1].looked_at += more;
    }

    /// Notes `count` violations, of which `rows` are some.
    pub(crate) fn broken(&mut self, number: u8, count: u64, rows: impl IntoIterator<Item = String>) {
        let verdict = &mut self.invariants[usize::from(number) - 1];
        verdict.violations += count;
        verdict.holds = verdict.violations == 0;
        let room = SHOWN_MAX.saturating_sub(verdict.rows.len());
        verdict.rows.extend(rows.into_iter().take(room));
    }

    pub fn holds(&self) -> bool {
        self.invariants.iter().all(|verdict| verdict.holds)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(restless) = &self.restless {
            writeln!(f, "not at rest: {restless}")?;
        }
        for verdict in &self.invariants {
            let word = if verdict.holds { "ok" } else { "FAIL" };
            writeln!(f, "{word:<4}  {:>2}  {}  ({} looked at)", verdict.number, verdict.says, verdict.looked_at)?;
            for row in &verdict.rows {
                writeln!(f, "          {row}")?;
            }
            let hidden = verdict.violations.saturating_sub(verdict.rows.len() as u64);
            if hidden > 0 {
                writeln!(f, "          and {hidden} more, {} in all", verdict.violations)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_an_invariant_and_ten_rows_at_most() {
        let mut report = Report::default();
        report.looked_at(3, 40);
        report.broken(3, 12, (0..12).map(|n| format!("row {n}")));
        report.broken(3, 1, ["one of another rule".to_owned()]);
        let text = report.to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 12 + SHOWN_MAX + 1, "{text}");
        assert!(lines[0].starts_with("ok     1  Every 2xx order") && lines[0].ends_with("(0 looked at)"), "{text}");
        assert!(lines[2].starts_with("FAIL   3  Per SKU") && lines[2].ends_with("(40 looked at)"), "{text}");
        assert_eq!(lines[13], "          and 3 more, 13 in all");
        assert!(!report.holds() && report.verdict(2).holds && !report.verdict(3).holds);
    }
}
