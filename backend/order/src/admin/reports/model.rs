//! Which time a report is of; no IO.

use time::{Date, Duration, Month, OffsetDateTime, Time, format_description::well_known::Rfc3339};
use tradewind_contract::{limits::REPORT_ROWS_MAX, reports::Step};
use tradewind_kit::{Refusal, extract::QueryParameters};

/// From one whole step to another, which does not belong to it; never empty, never too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub step: Step,
    pub from: OffsetDateTime,
    pub until: OffsetDateTime,
}

/// How many steps a report has when nobody says since when.
const fn usual_rows(step: Step) -> i64 {
    match step {
        Step::Minute => 60,
        Step::Hour => 48,
        Step::Day => 30,
        Step::Month => 12,
    }
}

impl Span {
    /// Of the parameters `step`, `from` and `until`. Without them: hours, until and with the one that runs, and as many as are usual.
    ///
    /// # Errors
    /// 422 that names the parameter.
    pub fn take(parameters: &mut QueryParameters, now: OffsetDateTime) -> Result<Self, Refusal> {
        let step = parameters.take_parsed("step", "minute, hour, day or month.", Step::parse)?.unwrap_or(Step::Hour);
        let (from, until) = take_times(parameters)?;
        let until = until.map_or_else(|| later(floor(now, step), step, 1), |until| floor(until, step));
        let from = from.map_or_else(|| later(until, step, -usual_rows(step)), |from| floor(from, step));
        if from >= until {
            return Err(Refusal::invalid_field("until", "invalid", "It is not after `from` by a whole step."));
        }
        if rows(from, until, step) > REPORT_ROWS_MAX as i64 {
            let detail = format!("A report has at most {REPORT_ROWS_MAX} rows; take a longer step or a shorter time.");
            return Err(Refusal::invalid_field("from", "too_many_rows", detail));
        }
        Ok(Self { step, from, until })
    }
}

/// All hours that `from` and `until` touch; of the last two days, without them.
///
/// # Errors
/// 422 that names the parameter.
pub fn take_hours(parameters: &mut QueryParameters, now: OffsetDateTime) -> Result<(OffsetDateTime, OffsetDateTime), Refusal> {
    let (from, until) = take_times(parameters)?;
    let until = until.unwrap_or(now);
    let whole = floor(until, Step::Hour);
    let until = if whole < until { later(whole, Step::Hour, 1) } else { whole };
    let from = from.map_or_else(|| later(until, Step::Hour, -usual_rows(Step::Hour)), |from| floor(from, Step::Hour));
    if from >= until {
        return Err(Refusal::invalid_field("until", "invalid", "It is not after `from`."));
    }
    Ok((from, until))
}

fn take_times(parameters: &mut QueryParameters) -> Result<(Option<OffsetDateTime>, Option<OffsetDateTime>), Refusal> {
    const EXPECTED: &str = "A time such as 2026-11-23T08:15:00Z.";
    Ok((parameters.take_parsed("from", EXPECTED, moment)?, parameters.take_parsed("until", EXPECTED, moment)?))
}

/// Far from where arithmetic or Postgres end.
fn moment(text: &str) -> Option<OffsetDateTime> {
    let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?.to_offset(time::UtcOffset::UTC);
    (1970..=9_000).contains(&moment.year()).then_some(moment)
}

/// The beginning of the step that `at` is in, UTC.
fn floor(at: OffsetDateTime, step: Step) -> OffsetDateTime {
    let at = at.to_offset(time::UtcOffset::UTC);
    let day = at.date();
    let time = |hour, minute| Time::from_hms(hour, minute, 0).unwrap_or(Time::MIDNIGHT);
    match step {
        Step::Minute => day.with_time(time(at.hour(), at.minute())).assume_utc(),
        Step::Hour => day.with_time(time(at.hour(), 0)).assume_utc(),
        Step::Day => day.midnight().assume_utc(),
        Step::Month => first_of(day.year(), day.month()),
    }
}

/// `steps` after a whole step; before it, when negative.
fn later(at: OffsetDateTime, step: Step, steps: i64) -> OffsetDateTime {
    match step {
        Step::Minute => at + Duration::minutes(steps),
        Step::Hour => at + Duration::hours(steps),
        Step::Day => at + Duration::days(steps),
        Step::Month => {
            let months = months(at) + steps;
            let year = i32::try_from(months.div_euclid(12)).unwrap_or(at.year());
            let month = u8::try_from(months.rem_euclid(12) + 1).ok().and_then(|month| Month::try_from(month).ok());
            first_of(year, month.unwrap_or(Month::January))
        }
    }
}

fn rows(from: OffsetDateTime, until: OffsetDateTime, step: Step) -> i64 {
    let between = until - from;
    match step {
        Step::Minute => between.whole_minutes(),
        Step::Hour => between.whole_hours(),
        Step::Day => between.whole_days(),
        Step::Month => months(until) - months(from),
    }
}

/// Months since the year 0.
fn months(at: OffsetDateTime) -> i64 {
    i64::from(at.year()) * 12 + i64::from(u8::from(at.month())) - 1
}

fn first_of(year: i32, month: Month) -> OffsetDateTime {
    Date::from_calendar_date(year, month, 1).unwrap_or(Date::MIN).midnight().assume_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> OffsetDateTime {
        OffsetDateTime::parse(text, &Rfc3339).expect(text)
    }

    fn span(query: &str) -> Result<Span, String> {
        let mut parameters = QueryParameters::parse(query).expect("a query");
        let taken = Span::take(&mut parameters, at("2026-11-23T18:27:09.125Z"));
        taken.map_err(|refusal| refusal.errors.first().map_or_else(String::new, |error| format!("{}: {}", error.field, error.code)))
    }

    #[test]
    fn without_a_time_it_ends_with_the_step_that_runs() {
        for (query, from, until) in [
            ("", "2026-11-21T19:00:00Z", "2026-11-23T19:00:00Z"),
            ("step=minute", "2026-11-23T17:28:00Z", "2026-11-23T18:28:00Z"),
            ("step=day", "2026-10-25T00:00:00Z", "2026-11-24T00:00:00Z"),
            ("step=month", "2025-12-01T00:00:00Z", "2026-12-01T00:00:00Z"),
            ("step=month&from=2026-01-31T23:59:59Z&until=2026-12-31T00:00:00Z", "2026-01-01T00:00:00Z", "2026-12-01T00:00:00Z"),
            ("from=2026-11-23T09:30:00%2B01:00&until=2026-11-23T10:00:00Z", "2026-11-23T08:00:00Z", "2026-11-23T10:00:00Z"),
        ] {
            let span = span(query).expect(query);
            assert_eq!((span.from, span.until), (at(from), at(until)), "{query}");
        }
    }

    #[test]
    fn hours_are_those_that_are_touched() {
        for (query, from, until) in [
            ("", "2026-11-21T19:00:00Z", "2026-11-23T19:00:00Z"),
            ("from=2026-11-23T17:28:00Z&until=2026-11-23T18:00:00Z", "2026-11-23T17:00:00Z", "2026-11-23T18:00:00Z"),
            ("from=2026-11-23T17:28:00Z&until=2026-11-23T18:00:01Z", "2026-11-23T17:00:00Z", "2026-11-23T19:00:00Z"),
        ] {
            let mut parameters = QueryParameters::parse(query).expect("a query");
            let hours = take_hours(&mut parameters, at("2026-11-23T18:27:09.125Z")).expect(query);
            assert_eq!(hours, (at(from), at(until)), "{query}");
        }
    }

    #[test]
    fn a_time_that_makes_no_report_is_refused_by_name() {
        for (query, refused) in [
            ("step=week", "step: invalid"),
            ("from=yesterday", "from: invalid"),
            ("until=9999-01-01T00:00:00Z", "until: invalid"),
            ("from=2026-11-23T18:00:00Z&until=2026-11-23T18:59:59Z", "until: invalid"),
            ("from=2026-11-23T18:00:00Z&until=2026-11-23T17:00:00Z", "until: invalid"),
            ("step=minute&from=2026-11-22T00:00:00Z&until=2026-11-23T00:00:00Z", "from: too_many_rows"),
            ("from=1970-01-01T00:00:00Z", "from: too_many_rows"),
        ] {
            assert_eq!(span(query).expect_err(query), refused, "{query}");
        }
    }
}
