//! What the operators' screens have in common.

use std::time::Duration;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    components::A,
    hooks::{use_location, use_navigate},
};
use tradewind_contract::{OrderId, Timestamp, orders::OrderStatus};

use crate::{
    api::{ApiError, query},
    cache::read::{Read, State},
    components::{
        fields::Warning,
        skeleton::Bone,
        state::{Drawing, Sketch},
        theme::ThemeSwitch,
    },
    i18n::t,
    route::Page,
};

/// More than a page's trace waits for company, so that it ends.
const FOLLOW_EVERY: Duration = Duration::from_secs(3);
/// Rows of a table to come.
const ROWS_ON_THE_WAY: usize = 6;

/// The main part of a screen: its heading, which is there from the first moment, and the rest.
#[component]
pub fn Screen(
    /// Of the tab, and the heading.
    #[prop(into)]
    title: Signal<String>,
    /// The line below the heading.
    #[prop(optional, into)]
    below: ViewFn,
    children: Children,
) -> impl IntoView {
    view! {
        <Title text=move || t::on_the_bridge(&title.get()) />
        <main id="main" class="bridge-main" tabindex="-1">
            <div class="row between" style="align-items:start;flex-wrap:nowrap">
                <div>
                    <h1>{move || title.get()}</h1>
                    {below.run()}
                </div>
                <ThemeSwitch />
            </div>
            {children()}
        </main>
    }
}

/// From one thing to the list that it is of.
#[component]
pub fn BackLink(page: Page, name: &'static str) -> impl IntoView {
    view! {
        <A href=page.path() attr:class="link">
            {name}
        </A>
    }
}

/// What a read has to show: bones, the failure with a retry, or what `ready` makes of it.
pub fn shown<T>(read: Read<T>, ready: impl Fn(T) -> AnyView + Send + 'static) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let state = read.memo();
    move || match state.get() {
        State::Loading => view! { <OnTheWay /> }.into_any(),
        State::Failed(error) => view! { <Failed error on_retry=move || read.retry() /> }.into_any(),
        State::Ready(data) => ready(data),
    }
}

/// Asks again every few seconds for as long as `changes` says that more is to come.
pub fn follow<T>(read: Read<T>, changes: impl Fn(&T) -> bool + Send + Sync + 'static)
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let timer = set_interval_with_handle(
        move || {
            if !is_hidden() && untrack(|| read.data()).is_some_and(|data| changes(&data)) {
                read.retry();
            }
        },
        FOLLOW_EVERY,
    );
    if let Ok(timer) = timer {
        on_cleanup(move || timer.clear());
    }
}

/// Nobody looks at a tab in the background.
pub fn is_hidden() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    document.is_some_and(|document| document.visibility_state() == web_sys::VisibilityState::Hidden)
}

/// What went wrong, as the services tell it, with a retry and the way to its trace.
#[component]
pub fn Failed(error: ApiError, on_retry: impl Fn() + 'static) -> impl IntoView {
    let (title, detail) = t::explain_to_operator(&error);
    view! {
        <section class="board" role="alert">
            <h2>{title}</h2>
            <p class="soft">{detail}</p>
            <div class="row">
                <button type="button" class="button main" on:click=move |_| on_retry()>
                    {t::TRY_AGAIN}
                </button>
            </div>
            <TraceLine error />
        </section>
    }
}

/// The same in a few lines, beside what failed.
#[component]
pub fn FailedNote(error: ApiError) -> impl IntoView {
    let (title, detail) = t::explain_to_operator(&error);
    view! {
        <div class="note bad-news" role="alert">
            <Warning />
            <div class="stack" style="--flow:.25rem">
                <p>
                    <b style="font-weight:500">{title}</b>
                </p>
                <p>{detail}</p>
                <TraceLine error />
            </div>
        </div>
    }
}

#[component]
fn TraceLine(error: ApiError) -> impl IntoView {
    let trace_id = error.trace_id().to_owned();
    (!trace_id.is_empty()).then(|| {
        let text = trace_id.clone();
        view! {
            <p class="tiny">
                {t::HEAD_TRACE} " " <TraceLink trace_id=Some(trace_id) /> " "
                <span class="mono faint" style="white-space:normal;overflow-wrap:anywhere">
                    {text}
                </span>
            </p>
        }
    })
}

#[component]
pub fn OnTheWay() -> impl IntoView {
    view! {
        <div class="board" aria-busy="true">
            <span class="unseen">{t::LOADING}</span>
            {(0..ROWS_ON_THE_WAY).map(|_| view! { <Bone /> }).collect_view()}
        </div>
    }
}

/// Nothing to show, and why.
#[component]
pub fn Nothing(sketch: Sketch, title: &'static str, #[prop(into)] detail: String) -> impl IntoView {
    view! {
        <section class="state">
            <Drawing sketch />
            <h2 style="font:400 var(--text-xl)/1.18 var(--font-display)">{title}</h2>
            <p class="soft">{detail}</p>
        </section>
    }
}

/// The head of a column.
#[derive(Debug, Clone, Copy)]
pub enum Head {
    Text(&'static str),
    Number(&'static str),
    /// Of a column that is read out only: marks and buttons.
    Unseen(&'static str),
}

fn heads(heads: &[Head]) -> impl IntoView + use<> {
    let head = |head: &Head| match *head {
        Head::Text(name) => view! { <th scope="col">{name}</th> }.into_any(),
        Head::Number(name) => view! {
            <th scope="col" class="num">
                {name}
            </th>
        }
        .into_any(),
        Head::Unseen(name) => view! {
            <th scope="col">
                <span class="unseen">{name}</span>
            </th>
        }
        .into_any(),
    };
    heads.iter().map(head).collect_view()
}

/// A table that scrolls in its own place, by keyboard too.
#[component]
pub fn Table(
    label: &'static str,
    columns: &'static [Head],
    /// Of the region, to keep it low.
    #[prop(optional)]
    style: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=label style=style>
            <table class="table">
                <thead>
                    <tr>{heads(columns)}</tr>
                </thead>
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
}

/// A section with a heading and a table, or the sentence that says why there is none.
#[component]
pub fn Board(
    id: &'static str,
    title: &'static str,
    #[prop(optional)] across: bool,
    #[prop(optional, into)] tools: ViewFn,
    children: Children,
) -> impl IntoView {
    view! {
        <section class=if across { "board across" } else { "board" } aria-labelledby=id>
            <div class="row between">
                <h2 id=id>{title}</h2>
                {tools.run()}
            </div>
            {children()}
        </section>
    }
}

/// A number with its name above and what it means below.
#[derive(Debug, Clone, PartialEq)]
pub struct DialText {
    pub name: &'static str,
    pub value: String,
    pub note: String,
    pub is_bad: bool,
}

#[component]
pub fn Dial(dial: DialText) -> impl IntoView {
    view! {
        <div class="dial">
            <span class="soft tiny">{dial.name}</span>
            <b style=dial.is_bad.then_some("color:var(--signal)")>{dial.value}</b>
            <span class="faint tiny">{dial.note}</span>
        </div>
    }
}

/// A moment, in UTC as the logs have it.
#[component]
pub fn Moment(at: Timestamp) -> impl IntoView {
    view! {
        <time datetime=at.to_string() style="white-space:nowrap">
            {moment(at)}
        </time>
    }
}

/// `2026-11-23 14:02:05`, in UTC.
pub fn moment(at: Timestamp) -> String {
    at.to_string().chars().take(19).map(|character| if character == 'T' { ' ' } else { character }).collect()
}

/// `14:02:05`, in UTC.
pub fn clock(at: Timestamp) -> String {
    at.to_string().chars().skip(11).take(8).collect()
}

/// `23,918`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `40 ms`, `2.5 s`, `3 min`, `4 h`.
pub fn lasting(ms: u64) -> String {
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..120_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        120_000..7_200_000 => format!("{} min", ms / 60_000),
        _ => format!("{} h", count(ms / 3_600_000)),
    }
}

/// A trace in Zipkin, by the gateway's way there.
#[component]
pub fn TraceLink(trace_id: Option<String>) -> impl IntoView {
    match trace_id {
        None => view! { <span class="faint">{t::NO_TRACE}</span> }.into_any(),
        Some(trace_id) => {
            let short: String = trace_id.chars().take(8).collect();
            view! {
                <a class="mono" href=format!("/traces/{trace_id}") target="_blank" rel="noopener external" aria-label=t::trace_link(&trace_id)>
                    {short}
                </a>
            }
            .into_any()
        }
    }
}

/// An order's number where nothing says which file it is: found by it.
#[component]
pub fn OrderNumberText(number: Option<String>) -> impl IntoView {
    match number {
        None => view! { <span class="faint">{t::NO_TRACE}</span> }.into_any(),
        Some(number) => {
            let href = format!("{}{}", Page::BridgeOrders.path(), query::write([("query", &number)]));
            view! {
                <A href attr:class="mono">
                    {number}
                </A>
            }
            .into_any()
        }
    }
}

/// An order's number, leading to its file.
#[component]
pub fn OrderLink(id: OrderId, number: String) -> impl IntoView {
    view! {
        <A href=Page::BridgeOrder(id).path() attr:class="mono">
            {number}
        </A>
    }
}

/// Where an order is, in a word, a dot and a colour.
#[component]
pub fn StatusWord(status: OrderStatus) -> impl IntoView {
    let (waits, colour) = match status {
        OrderStatus::Placed | OrderStatus::PaymentPending | OrderStatus::ReturnRequested => (true, "var(--brass)"),
        OrderStatus::PaymentFailed => (false, "var(--signal)"),
        OrderStatus::Paid | OrderStatus::Shipped => (false, "var(--sea)"),
        OrderStatus::Delivered => (false, "var(--kelp)"),
        OrderStatus::Refunded | OrderStatus::Cancelled => (false, "var(--ink-faint)"),
    };
    view! {
        <span class=if waits { "status wait" } else { "status" } style=format!("color:{colour}")>
            {t::status_word(status)}
        </span>
    }
}

type Go = Box<dyn Fn(&str, NavigateOptions)>;

/// What is asked for by the address of the page. Copy.
#[derive(Clone, Copy)]
pub struct Address {
    pairs: Memo<Vec<(String, String)>>,
    go: StoredValue<Go, LocalStorage>,
}

pub fn use_address() -> Address {
    let location = use_location();
    let navigate = use_navigate();
    let pairs = Memo::new(move |_| query::pairs(&location.search.get()));
    Address { pairs, go: StoredValue::new_local(Box::new(move |to, options| navigate(to, options))) }
}

impl Address {
    /// The value of `key`; empty when it is not there. Reactive.
    pub fn get(self, key: &str) -> String {
        self.pairs.with(|pairs| pairs.iter().find(|(known, _)| known == key).map(|(_, value)| value.clone()).unwrap_or_default())
    }

    /// The query string with those of `keys` that say something. Reactive.
    pub fn query(self, keys: &[&'static str]) -> String {
        let said = keys.iter().map(|key| (*key, self.get(key))).filter(|(_, value)| !value.is_empty());
        query::write(said.collect::<Vec<_>>())
    }

    /// The same page with other values, its first leaf.
    pub fn go(self, page: &Page, values: &[(&str, String)]) {
        let said = values.iter().filter(|(_, value)| !value.trim().is_empty()).map(|(key, value)| (*key, value.trim()));
        let address = format!("{}{}", page.path(), query::write(said));
        self.go.with_value(|go| go(&address, NavigateOptions { scroll: false, ..NavigateOptions::default() }));
    }
}

/// The way to what is older, and back to the newest.
#[component]
pub fn Leaves(address: Address, page: Page, keys: &'static [&'static str], next_cursor: Option<String>) -> impl IntoView {
    let base = page.path();
    let newest = {
        let base = base.clone();
        move || format!("{base}{}", address.query(keys))
    };
    let older = next_cursor.map(|cursor| {
        move || {
            let query = address.query(keys);
            let mark = if query.is_empty() { '?' } else { '&' };
            format!("{base}{query}{mark}cursor={}", query::encode(&cursor))
        }
    });
    // A leaf is drawn anew with its address.
    let newest = (!untrack(|| address.get("cursor")).is_empty()).then_some(newest);
    let any = newest.is_some() || older.is_some();
    let link = |href: Signal<String>, name: &'static str| {
        view! {
            <a href=href class="button short">
                {name}
            </a>
        }
    };
    any.then(|| {
        view! {
            <nav class="row" aria-label=t::LEAVES>
                {newest.map(|newest| link(Signal::derive(newest), t::NEWEST))} {older.map(|older| link(Signal::derive(older), t::OLDER))}
            </nav>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_times_are_told_shortly() {
        assert_eq!([0, 7, 999, 1_000, 1_234_567].map(count), ["0", "7", "999", "1,000", "1,234,567"]);
        assert_eq!([40, 2_549, 150_000, 9_000_000].map(lasting), ["40 ms", "2.5 s", "2 min", "2 h"]);
    }

    #[test]
    fn a_moment_is_told_in_utc() {
        let at: Timestamp = serde_json::from_str("\"2026-11-23T15:02:05.126+01:00\"").unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((moment(at).as_str(), clock(at).as_str()), ("2026-11-23 14:02:05", "14:02:05"));
    }
}
