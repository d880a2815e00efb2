//! A line over the minutes.

use std::fmt::Write as _;

use leptos::prelude::*;

use super::parts::{Head, clock, count, heads};
use crate::i18n::t;
use tradewind_contract::Timestamp;

const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 150.0;
const LEFT: f64 = 44.0;
const TOP: f64 = 10.0;
/// Minutes between two labels of the axis.
const LABEL_EVERY: usize = 20;

/// `values` of the minutes before `at`, the oldest first, drawn and as a table.
#[component]
pub fn Minutes(at: Timestamp, values: Vec<u32>) -> impl IntoView {
    let most = values.iter().copied().max().unwrap_or(0);
    let top = ceiling(most);
    let line = path(&values, top);
    let area = format!("{line}V{HEIGHT}H0Z");
    let rules = [(top, 0.0), (top / 2, HEIGHT / 2.0), (0, HEIGHT)]
        .map(|(value, y)| {
            view! {
                <path d=format!("M{LEFT} {}h{WIDTH}", y + TOP) stroke="var(--line)" />
                <text x=LEFT - 8.0 y=y + TOP + 4.0 text-anchor="end">
                    {count(value.into())}
                </text>
            }
        })
        .into_iter()
        .collect_view();
    let last = values.len().saturating_sub(1);
    let labels = (0..=last)
        .filter(|index| (last - index).is_multiple_of(LABEL_EVERY) || *index == 0 && last > 0 && last % LABEL_EVERY > LABEL_EVERY / 2)
        .map(|index| {
            let x = LEFT + x(index, values.len());
            let anchor = if index == last {
                "end"
            } else if index < LABEL_EVERY / 2 {
                "start"
            } else {
                "middle"
            };
            view! {
                <text x=x y=TOP + HEIGHT + 20.0 text-anchor=anchor>
                    {minute(at, last - index)}
                </text>
            }
        })
        .collect_view();
    let least = values.iter().copied().min().unwrap_or(0);
    let rows = values
        .iter()
        .enumerate()
        .rev()
        .map(|(index, value)| {
            view! {
                <tr>
                    <td>{minute(at, last - index)}</td>
                    <td class="num">{count((*value).into())}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <svg viewBox="0 0 540 186" role="img" aria-label=t::orders_chart(values.len(), least, most) style="inline-size:100%;block-size:auto">
            {rules}
            {(most > 0)
                .then(|| {
                    view! {
                        <g transform=format!("translate({LEFT} {TOP})")>
                            <path d=area fill="var(--sea)" opacity=".12" />
                            <path d=line fill="none" stroke="var(--sea)" stroke-width="1.6" stroke-linejoin="round" />
                        </g>
                    }
                })} {labels}
        </svg>
        <details class="fold">
            <summary>{t::AS_A_TABLE}</summary>
            <div class="scroll" tabindex="0" role="region" aria-label=t::ORDERS_A_MINUTE style="max-block-size:16rem;overflow-y:auto">
                <table class="table">
                    <thead>
                        <tr>{heads(&[Head::Text(t::HEAD_MINUTE), Head::Number(t::HEAD_ORDERS)])}</tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
}

/// The next of 2, 4, 6, 8, 10, 20, 40, ...: round, and its half is whole.
fn ceiling(most: u32) -> u32 {
    let mut power = 1_u32;
    loop {
        for step in [2, 4, 6, 8, 10] {
            let top = power.saturating_mul(step);
            if top >= most {
                return top;
            }
        }
        power = power.saturating_mul(10);
    }
}

fn x(index: usize, count: usize) -> f64 {
    if count < 2 { 0.0 } else { WIDTH * index as f64 / (count - 1) as f64 }
}

fn path(values: &[u32], top: u32) -> String {
    values.iter().enumerate().fold(String::new(), |mut path, (index, value)| {
        let mark = if index == 0 { 'M' } else { 'L' };
        let y = HEIGHT * (1.0 - f64::from(*value) / f64::from(top));
        let _ = write!(path, "{mark}{:.1} {y:.1}", x(index, values.len()));
        path
    })
}

/// The clock so many whole minutes before the last whole one, `14:02`.
fn minute(at: Timestamp, before: usize) -> String {
    let ms = at.unix_ms() - 60_000 * (before as i64 + 1);
    let at = time::OffsetDateTime::from_unix_timestamp(ms.div_euclid(1_000)).map_or(at, Timestamp);
    clock(at).chars().take(5).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_is_round_and_never_too_low() {
        for (most, top) in [(0, 2), (1, 2), (2, 2), (3, 4), (5, 6), (11, 20), (39, 40), (412, 600), (u32::MAX, u32::MAX)] {
            assert_eq!(ceiling(most), top, "{most}");
        }
    }

    #[test]
    fn the_line_goes_from_edge_to_edge() {
        assert_eq!(path(&[0, 2, 1], 2), "M0.0 150.0L240.0 0.0L480.0 75.0");
        assert_eq!(path(&[1], 2), "M0.0 75.0");
    }

    #[test]
    fn the_last_minute_is_the_last_whole_one() {
        let at: Timestamp = serde_json::from_str("\"2026-11-23T14:02:05Z\"").unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((minute(at, 0).as_str(), minute(at, 2).as_str()), ("14:01", "13:59"));
    }
}
