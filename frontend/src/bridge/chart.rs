//! Lines over time.

use std::fmt::Write as _;

use leptos::prelude::*;

use super::parts::{Head, Table, count};
use crate::i18n::{format, t};
use tradewind_contract::Money;

const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 150.0;
const LEFT: f64 = 44.0;
const TOP: f64 = 10.0;

/// Lines over the same steps, the oldest first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chart {
    /// Read out in place of the drawing.
    pub label: String,
    pub steps: Vec<String>,
    /// Steps between two that have their name below.
    pub name_every: usize,
    pub unit: Unit,
    /// The most important one first.
    pub lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub name: &'static str,
    pub stroke: Stroke,
    pub values: Vec<u64>,
}

/// Lines differ by dash as well as by colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stroke {
    /// With its area.
    Solid,
    Dashed(&'static str),
}

impl Stroke {
    const fn colour(self) -> &'static str {
        match self {
            Self::Solid => "var(--sea)",
            Self::Dashed(colour) => colour,
        }
    }

    const fn dashes(self) -> Option<&'static str> {
        match self {
            Self::Solid => None,
            Self::Dashed(_) => Some("5 4"),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unit {
    #[default]
    Count,
    Cents,
}

impl Unit {
    const fn one(self) -> u64 {
        match self {
            Self::Count => 1,
            Self::Cents => 100,
        }
    }

    fn text(self, value: u64) -> String {
        match self {
            Self::Count => count(value),
            Self::Cents => format::money(Money::eur(value.cast_signed())),
        }
    }
}

#[component]
pub fn Lines(chart: Memo<Chart>) -> impl IntoView {
    let legend = Memo::new(move |_| chart.with(|chart| chart.lines.iter().map(|line| (line.name, line.stroke)).collect::<Vec<_>>()));
    view! {
        {move || legend.with(|lines| (lines.len() > 1).then(|| view! { <Legend lines=lines.clone() /> }))}
        <svg
            viewBox="0 0 540 186"
            role="img"
            aria-label=move || chart.with(|chart| chart.label.clone())
            style="inline-size:100%;block-size:auto;overflow:visible"
        >
            {move || chart.with(draw)}
        </svg>
    }
}

#[component]
fn Legend(lines: Vec<(&'static str, Stroke)>) -> impl IntoView {
    let entry = |(name, stroke): (&'static str, Stroke)| {
        view! {
            <span style="display:inline-flex;align-items:center;gap:.5rem">
                <svg viewBox="0 0 24 8" width="24" height="8" aria-hidden="true">
                    <path d="M0 4h24" stroke=stroke.colour() stroke-width="2" stroke-dasharray=stroke.dashes() />
                </svg>
                {name}
            </span>
        }
    };
    view! {
        <p class="tiny soft row" style="gap:.25rem 1rem">
            {lines.into_iter().map(entry).collect_view()}
        </p>
    }
}

fn draw(chart: &Chart) -> impl IntoView + use<> {
    let steps = chart.steps.len();
    let last = steps.saturating_sub(1);
    let most = chart.lines.iter().flat_map(|line| &line.values).copied().max().unwrap_or(0);
    let one = chart.unit.one();
    let top = ceiling(most.div_ceil(one));
    let rules = [(top, 0.0), (top / 2, HEIGHT / 2.0), (0, HEIGHT)]
        .map(|(value, y)| {
            view! {
                <path d=format!("M{LEFT} {}h{WIDTH}", y + TOP) stroke="var(--line)" />
                <text x=LEFT - 8.0 y=y + TOP + 4.0 text-anchor="end">
                    {short(value)}
                </text>
            }
        })
        .into_iter()
        .collect_view();
    let every = chart.name_every;
    let names = (0..steps)
        .filter(|index| (last - index).is_multiple_of(every) || *index == 0 && last % every > every / 2)
        .map(|index| {
            let anchor = if index == last {
                "end"
            } else if index < every / 2 {
                "start"
            } else {
                "middle"
            };
            view! {
                <text x=LEFT + x(index, steps) y=TOP + HEIGHT + 20.0 text-anchor=anchor>
                    {chart.steps[index].clone()}
                </text>
            }
        })
        .collect_view();
    // The most important one is drawn last, above the others.
    let lines = chart
        .lines
        .iter()
        .rev()
        .filter(|line| line.values.iter().any(|value| *value > 0))
        .map(|line| {
            let path = path(&line.values, top * one);
            let area = format!("{path}V{HEIGHT}H0Z");
            view! {
                {(line.stroke == Stroke::Solid).then(|| view! { <path d=area fill="var(--sea)" opacity=".12" /> })}
                <path
                    d=path
                    fill="none"
                    stroke=line.stroke.colour()
                    stroke-width="1.6"
                    stroke-dasharray=line.stroke.dashes()
                    stroke-linejoin="round"
                />
            }
        })
        .collect_view();
    let wide = WIDTH / steps.max(1) as f64;
    let tips = chart
        .steps
        .iter()
        .enumerate()
        .map(|(index, step)| {
            let values = chart.lines.iter().filter_map(|line| Some((line.name, chart.unit.text(*line.values.get(index)?))));
            let tip = t::chart_tip(step, values);
            view! {
                <rect x=x(index, steps) - wide / 2.0 y="0" width=wide height=HEIGHT fill="transparent">
                    <title>{tip}</title>
                </rect>
            }
        })
        .collect_view();
    view! {
        {rules}
        <g transform=format!("translate({LEFT} {TOP})")>{lines} {tips}</g>
        {names}
    }
}

/// The numbers behind a chart, the newest first. It stays as it was opened while they change.
#[component]
pub fn AsTable(
    label: &'static str,
    columns: &'static [Head],
    /// Of each row the cells: the first is a name, the others are numbers.
    rows: Memo<Vec<Vec<String>>>,
) -> impl IntoView {
    let row = |cells: &Vec<String>| {
        let cells = cells.iter().enumerate().map(|(index, cell)| view! { <td class=(index > 0).then_some("num")>{cell.clone()}</td> });
        view! { <tr>{cells.collect_view()}</tr> }
    };
    view! {
        <details class="fold" style="min-inline-size:0">
            <summary>{t::AS_A_TABLE}</summary>
            <Table label columns style="max-block-size:16rem;overflow-y:auto">
                {move || rows.with(|rows| rows.iter().map(row).collect_view())}
            </Table>
        </details>
    }
}

/// The next of 2, 4, 6, 8, 10, 20, 40, ...: round, and its half is whole.
fn ceiling(most: u64) -> u64 {
    let mut power = 1_u64;
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

/// `500`, `20 k`, `3 m`: of round numbers, for which there is little room.
fn short(round: u64) -> String {
    match round {
        0..1_000 => round.to_string(),
        1_000..1_000_000 => format!("{} k", round / 1_000),
        _ => format!("{} m", count(round / 1_000_000)),
    }
}

fn x(index: usize, count: usize) -> f64 {
    if count < 2 { 0.0 } else { WIDTH * index as f64 / (count - 1) as f64 }
}

fn path(values: &[u64], top: u64) -> String {
    values.iter().enumerate().fold(String::new(), |mut path, (index, value)| {
        let mark = if index == 0 { 'M' } else { 'L' };
        let y = HEIGHT * (1.0 - *value as f64 / top as f64);
        let _ = write!(path, "{mark}{:.1} {y:.1}", x(index, values.len()));
        path
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_is_round_and_never_too_low() {
        for (most, top) in [(0, 2), (1, 2), (2, 2), (3, 4), (5, 6), (11, 20), (39, 40), (412, 600), (u64::MAX, u64::MAX)] {
            assert_eq!(ceiling(most), top, "{most}");
        }
        assert_eq!([0, 500, 1_000, 30_000, 4_000_000].map(short), ["0", "500", "1 k", "30 k", "4 m"]);
    }

    #[test]
    fn the_line_goes_from_edge_to_edge() {
        assert_eq!(path(&[0, 2, 1], 2), "M0.0 150.0L240.0 0.0L480.0 75.0");
        assert_eq!(path(&[1], 2), "M0.0 75.0");
    }
}
