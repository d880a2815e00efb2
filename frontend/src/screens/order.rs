//! An order, followed live: the voyage, the log, what is in the parcel and where it goes.

mod ended;
mod follow;
mod live;
mod mind;
mod pay_again;
mod progress;
mod send_back;
mod wish;

use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::{components::A, hooks::use_params_map};
use tradewind_contract::{
    OrderId, Timestamp,
    orders::{Order, OrderLine, OrderStatus, OrderTransition, ShippingMethod},
};

use self::{
    ended::Ended,
    live::{Line, Live},
    mind::{ChangePanel, ChangedYourMind, Mind},
    pay_again::Refused,
    wish::Wish,
};
use super::checkout::{
    DAY_MS,
    draft::country_name,
    memory,
    summary::{LinesOnTheWay, TotalsList},
};
use crate::{
    api,
    app::use_shop,
    cache::read::{State, use_read},
    components::{
        icon::{Glyph, Icon},
        picture::Picture,
        state::{EmptyState, ProblemState, Sketch},
        voyage::{Course, Port, Voyage},
    },
    i18n::{format, t},
    navigation::focus_page,
    platform,
    route::Page,
};

#[component]
pub fn OrderScreen() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").and_then(|id| platform::parse_id::<OrderId>(&id))));
    move || match id.get() {
        Some(id) => view! { <Followed id /> }.into_any(),
        None => view! { <NoSuchOrder /> }.into_any(),
    }
}

/// One order, from the moment its page is opened until it is left.
#[component]
fn Followed(id: OrderId) -> impl IntoView {
    let read = use_read(move || Some(api::orders::order(id)));
    let state = Memo::new(move |_| match read.state() {
        State::Loading => Shown::Loading,
        State::Failed(error) if matches!(error.status(), Some(401 | 403 | 404)) => Shown::Unknown,
        State::Failed(error) => Shown::Failed(error),
        State::Ready(_) => Shown::Ready,
    });
    let order = Memo::new(move |_| read.data());
    let live = Live::follow(id, read);
    let just_placed = memory::take_placed(id);
    let title = move || order.get().map_or_else(|| t::ORDER_LOADING.to_owned(), |order| t::order_number(order.number.as_str()));
    view! {
        <Title text=title />
        {move || match state.get() {
            Shown::Loading => view! { <OnTheWay /> }.into_any(),
            Shown::Unknown => view! { <NoSuchOrder /> }.into_any(),
            Shown::Failed(error) => {
                view! {
                    <main id="main" class="page section" style="padding-block-start:var(--space-6)">
                        <ProblemState error on_retry=move || read.retry() first=true />
                    </main>
                }
                    .into_any()
            }
            Shown::Ready => {
                let order = Signal::derive(move || order.get());
                view! { <Shell order live just_placed /> }.into_any()
            }
        }}
    }
}

/// What the page shows, apart from the order itself, so that a new status redraws no more than it must.
#[derive(Debug, Clone, PartialEq)]
enum Shown {
    Loading,
    Unknown,
    Failed(api::ApiError),
    Ready,
}

#[component]
fn NoSuchOrder() -> impl IntoView {
    view! {
        <Title text=t::ORDER_UNKNOWN_TITLE />
        <main id="main" class="page section" style="padding-block-start:var(--space-6)">
            <EmptyState sketch=Sketch::Chart title=t::ORDER_UNKNOWN_TITLE detail=t::ORDER_UNKNOWN_DETAIL first=true>
                <div class="row">
                    <A href=Page::log_in_then(&platform::path()) attr:class="button">
                        {t::LOG_IN}
                    </A>
                    <A href=Page::Orders.path() attr:class="link">
                        {t::YOUR_ORDERS}
                    </A>
                </div>
            </EmptyState>
        </main>
    }
}

/// The page's measure before the order is there.
#[component]
fn OnTheWay() -> impl IntoView {
    let step = || {
        view! {
            <li>
                <span class="bone" style="--w:6rem"></span>
                <span class="bone" style="--w:70%"></span>
            </li>
        }
    };
    view! {
        <main id="main" aria-busy="true">
            <h1 class="unseen">{t::ORDER_LOADING} {t::LOADING}</h1>
            <div class="page" style="padding-block:var(--space-6) var(--space-5)">
                <span class="bone" style="--w:8rem;block-size:1.15rem"></span>
                <span class="bone" style="--w:min(24rem,80%);block-size:calc(var(--text-3xl) * 1.06);margin-block-start:.5rem"></span>
            </div>
            <section class="voyage">
                <div class="page" style="padding-inline:0">
                    <svg class="level" viewBox="0 0 1200 330" aria-hidden="true"></svg>
                    <svg class="upright" viewBox="0 0 340 560" aria-hidden="true"></svg>
                </div>
            </section>
            <div class="page section" style="padding-block-start:var(--space-7)">
                <div class="order">
                    <div>
                        <h2 style="margin-block-end:var(--space-4)">{t::LOG}</h2>
                        <ol class="log" role="list">
                            {step()}
                            {step()}
                        </ol>
                    </div>
                    <aside class="panel stack">
                        <h2 style="font-size:var(--text-xl)">{t::IN_THE_PARCEL}</h2>
                        <LinesOnTheWay />
                    </aside>
                </div>
            </div>
        </main>
    }
}

#[component]
fn Shell(
    /// Always there while this is shown; absent only between leaving and unmounting.
    order: Signal<Option<Order>>,
    live: Live,
    just_placed: bool,
) -> impl IntoView {
    let status = Memo::new(move |_| order.with(|order| order.as_ref().map(|order| order.status)));
    let payment = Wish::new("payment", order, OrderStatus::PaymentFailed);
    pay_again::tell_what_came_of_it(order, payment);
    let mind = Mind::new(order, live);
    let heading = Memo::new(move |_| order.with(|order| order.as_ref().map(|order| heading(order, payment.is_asking()))));
    let sails = move || !matches!(status.get(), Some(OrderStatus::PaymentPending | OrderStatus::PaymentFailed | OrderStatus::Cancelled));
    let expected = use_expected(order);
    let course = Memo::new(move |_| order.with(|order| order.as_ref().map(|order| chart(order, expected.get()))));
    let course = Signal::derive(move || course.get().unwrap_or_else(empty_chart));
    view! {
        <main id="main">
            <div class="page" style="padding-block:var(--space-6) var(--space-5)">
                {just_placed.then(|| view! { <JustPlaced order status /> })}
                <Number order />
                <div class="section-head" style="margin-block:.5rem 0">
                    <h1>{heading}</h1>
                    <LiveLine order live />
                </div>
                <p class="unseen" role="status">
                    {heading}
                </p>
            </div>
            <Show when=sails>
                <Voyage course />
            </Show>
            <div class="page section" style="padding-block-start:var(--space-7)">
                <div class="order">
                    <div class="stack" style="--flow:var(--space-6)">
                        {move || match status.get() {
                            Some(OrderStatus::PaymentPending) => view! { <Checking order live /> }.into_any(),
                            Some(OrderStatus::PaymentFailed) => view! { <Refused order live payment /> }.into_any(),
                            Some(OrderStatus::Cancelled) => view! { <Ended order /> }.into_any(),
                            _ => ().into_any(),
                        }}
                        <Log order />
                        <Destination order expected mind />
                        <ChangePanel mind />
                    </div>
                    <Parcel order />
                </div>
            </div>
        </main>
    }
}

/// Where the order is, in a few words.
fn heading(order: &Order, asking_bank: bool) -> String {
    match order.status {
        OrderStatus::PaymentFailed if asking_bank => t::ASKING_BANK.to_owned(),
        OrderStatus::Delivered if progress::is_return_declined(order) => t::RETURN_DECLINED.to_owned(),
        status => t::order_heading(status, &order.shipping_address.city),
    }
}

/// What was asked for is done, and the page has become another one: it is read from its top.
fn land() {
    request_animation_frame(|| {
        if let Some(window) = web_sys::window() {
            window.scroll_to_with_x_and_y(0.0, 0.0);
        }
        focus_page();
    });
}

/// What is said on the way from the checkout. It follows the order: nobody is thanked for what the bank has refused.
#[component]
fn JustPlaced(order: Signal<Option<Order>>, status: Memo<Option<OrderStatus>>) -> impl IntoView {
    let number = Memo::new(move |_| order.with(|order| order.as_ref().map(|order| order.number.to_string())));
    move || {
        let status = status.get()?;
        // What went wrong is told once, below, in red; this note only says where the order is.
        let went_well = !matches!(status, OrderStatus::PaymentFailed | OrderStatus::Cancelled);
        let (title, detail) = t::just_placed(status);
        Some(view! {
            <div class="note" style="margin-block-end:var(--space-5)">
                <Glyph icon=if went_well { Icon::Boat } else { Icon::Info } />
                <p>
                    <b style="font-weight:500">{title}</b>
                    " "
                    {detail}
                    " "
                    {t::STANDS_UNDER}
                    " "
                    <span style="white-space:nowrap">{number} "."</span>
                </p>
            </div>
        })
    }
}

/// The number, which can be copied.
#[component]
fn Number(order: Signal<Option<Order>>) -> impl IntoView {
    let shop = use_shop();
    let number = Memo::new(move |_| order.with(|order| order.as_ref().map(|order| order.number.to_string()).unwrap_or_default()));
    let copy = move |_| {
        let text = number.get_untracked();
        spawn_local(async move {
            let copied = platform::copy(&text).await;
            shop.toasts.say(if copied { t::ORDER_NUMBER_COPIED } else { t::NOT_COPIED });
        });
    };
    view! {
        <div class="row" style="gap:0 .5rem">
            <p class="bearing figures">{move || t::order_number(&number.get())}</p>
            <button type="button" class="tap" aria-label=t::COPY_ORDER_NUMBER on:click=copy>
                <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" style="inline-size:1.1rem;block-size:1.1rem">
                    <path d="M9 9h10.500v11H9ZM15 9V4H4.500v11H9" />
                </svg>
            </button>
        </div>
    }
}

/// How fresh the page is. What is read out is the heading; this one ticks, so that it is no live region.
#[component]
fn LiveLine(order: Signal<Option<Order>>, live: Live) -> impl IntoView {
    let line = live.line();
    let ago = move || {
        let since = order.with(|order| order.as_ref().map(|order| progress::since(order).unix_ms()))?;
        let seconds = (live.now_ms() - since as f64) / 1_000.0;
        Some(t::updated(&t::ago(seconds.max(0.0) as u64)))
    };
    let (class, style) = (
        move || if matches!(line.get(), Line::Live | Line::AtRest) { "status" } else { "status wait" },
        move || match line.get() {
            Line::Live => "white-space:normal;color:var(--sea)",
            Line::AtRest => "white-space:normal;color:var(--ink-faint)",
            Line::Connecting | Line::Asking | Line::Lost => "white-space:normal;color:var(--brass)",
        },
    );
    view! {
        <p class=class style=style>
            {move || match line.get() {
                Line::Connecting => t::CONNECTING,
                Line::Live => t::LIVE,
                Line::Asking => t::ASKING,
                Line::Lost => t::FOLLOW_LOST,
                Line::AtRest => t::AT_REST,
            }}
            {ago}
        </p>
    }
}

/// The calm of waiting for a bank.
#[component]
fn Checking(order: Signal<Option<Order>>, live: Live) -> impl IntoView {
    let since = move || order.with(|order| order.as_ref().map(progress::since));
    let clock = move || since().map(|since| t::waiting_for(&format::clock(since.unix_ms() as f64)));
    let waited = move || since().map(|since| t::for_so_long(((live.now_ms() - since.unix_ms() as f64) / 1_000.0).max(0.0) as u64));
    view! {
        <div class="note">
            <Glyph icon=Icon::Info />
            <p>
                <b style="font-weight:500">{t::CHECKING_TITLE}</b>
                " "
                {t::CHECKING_DETAIL}
            </p>
        </div>
        <div class="row" style="gap:var(--space-5);flex-wrap:nowrap">
            <Compass />
            <div class="stack" style="--flow:.3rem">
                <p>
                    <b style="font-weight:500">{clock} {waited}</b>
                </p>
                <p class="small soft">{t::YOU_MAY_CLOSE}</p>
            </div>
        </div>
    }
}

/// The only thing in the shop that loops.
#[component]
fn Compass() -> impl IntoView {
    view! {
        <svg viewBox="0 0 120 120" width="112" height="112" aria-hidden="true" style="flex:none;color:var(--sea)">
            <circle cx="60" cy="60" r="56" fill="none" stroke="currentColor" />
            <circle cx="60" cy="60" r="50" fill="none" stroke="currentColor" stroke-width="5" stroke-dasharray="1 7.727" />
            <g class="turning">
                <path d="M60 18l7 42H53Z" fill="var(--signal)" />
                <path d="M60 102l7-42H53Z" fill="currentColor" />
            </g>
            <circle cx="60" cy="60" r="4" fill="var(--paper)" />
        </svg>
    }
}

/// The log, newest first: the real list that the voyage decorates.
#[component]
fn Log(order: Signal<Option<Order>>) -> impl IntoView {
    let entries = Memo::new(move |_| {
        order.with(|order| {
            order.as_ref().map(|order| {
                let words = (format::money(order.totals.total), order.shipping_address.city.clone());
                (order.history.clone(), words)
            })
        })
    });
    let items = move || {
        entries.get().map(|(history, (total, city))| history.into_iter().rev().map(|step| entry(&step, &total, &city)).collect_view())
    };
    view! {
        <div>
            <h2 style="margin-block-end:var(--space-4)">{t::LOG}</h2>
            <ol class="log" role="list">
                {items}
            </ol>
        </div>
    }
}

/// `Mon 24 Feb, 20:14`.
fn when(at: Timestamp) -> String {
    let unix_ms = at.unix_ms() as f64;
    format!("{}, {}", format::weekday(unix_ms), format::clock(unix_ms))
}

fn entry(step: &OrderTransition, total: &str, city: &str) -> impl IntoView + use<> {
    view! {
        <li>
            <time datetime=step.at.to_string()>{when(step.at)}</time>
            <p>
                <b style="font-weight:500">{t::log_word(step.status, step.reason.as_deref())}</b>
                " "
                {t::log_detail(step.status, step.reason.as_deref(), total, city)}
            </p>
        </li>
    }
}

/// When the parcel should be there, by the way it travels: the way's title and the first and last day.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Expected {
    method: String,
    first: String,
    last: String,
}

/// Asks once what the order's way of delivery promises.
fn use_expected(order: Signal<Option<Order>>) -> Memo<Option<Expected>> {
    let country = Memo::new(move |_| order.with(|order| order.as_ref().map(|order| order.shipping_address.country.clone())));
    let methods = use_read(move || country.get().map(|country| api::orders::shipping_methods(&country)));
    Memo::new(move |_| {
        let order = order.get()?;
        let method = methods.data()?.items.into_iter().find(|method| method.id == order.shipping_method)?;
        Some(expect(&order, &method))
    })
}

fn expect(order: &Order, method: &ShippingMethod) -> Expected {
    let day = |days: u32| format::weekday(order.placed_at.unix_ms() as f64 + f64::from(days) * DAY_MS);
    Expected { method: method.title.clone(), first: day(method.delivery.min_days), last: day(method.delivery.max_days) }
}

/// The chart of the order: ports reached with their time, the last one with the day it is expected.
fn chart(order: &Order, expected: Option<Expected>) -> Course {
    let ports = progress::PORTS.map(|status| {
        let when = match order.reached_at(status) {
            Some(at) => when(at),
            None if status == OrderStatus::Delivered => expected.as_ref().map(|e| t::expected_days(&e.first, &e.last)).unwrap_or_default(),
            None => String::new(),
        };
        Port { title: t::port(status).to_owned(), when }
    });
    Course { ports, reached: progress::reached(order) }
}

fn empty_chart() -> Course {
    Course { ports: progress::PORTS.map(|status| Port { title: t::port(status).to_owned(), when: String::new() }), reached: 0 }
}

#[component]
fn Destination(order: Signal<Option<Order>>, expected: Memo<Option<Expected>>, mind: Mind) -> impl IntoView {
    let address = Memo::new(move |_| order.with(|order| order.as_ref().map(|order| order.shipping_address.clone())));
    let lines = move || {
        address.get().map(|address| {
            let place = format!("{} {}", address.postal_code, address.city);
            let country = country_name(&address.country).to_owned();
            let lines = [Some(address.name), Some(address.line1), address.line2, Some(place), address.region, Some(country)];
            lines.into_iter().flatten().map(|line| view! { {line} <br /> }).collect_view()
        })
    };
    let ahead = move || order.with(|order| order.as_ref().is_some_and(progress::is_ahead));
    let delivered = move || order.with(|order| order.as_ref().is_some_and(|order| progress::reached(order) == 3));
    let travels = move || {
        expected.get().map(|expected| {
            view! {
                <div class="stack small" style="--flow:.4rem">
                    <h3>{t::HOW_IT_TRAVELS}</h3>
                    <p>{expected.method.clone()}</p>
                    {ahead().then(|| view! { <p class="soft">{t::expected_between(&expected.first, &expected.last)}</p> })}
                </div>
            }
        })
    };
    view! {
        <div class="split" style="grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));gap:var(--space-5)">
            <div class="stack small" style="--flow:.4rem">
                <h3>{move || if delivered() { t::WENT_TO } else { t::GOING_TO }}</h3>
                <address style="font-style:normal;overflow-wrap:anywhere">{lines}</address>
            </div>
            {travels}
            <ChangedYourMind mind />
        </div>
    }
}

#[component]
fn Parcel(order: Signal<Option<Order>>) -> impl IntoView {
    let content = Memo::new(move |_| order.with(|order| order.as_ref().map(|order| (order.lines.clone(), order.totals))));
    view! {
        <aside class="panel stack" aria-label=t::THE_ORDER style="align-self:start">
            <h2 style="font-size:var(--text-xl)">{t::IN_THE_PARCEL}</h2>
            {move || {
                content
                    .get()
                    .map(|(lines, totals)| {
                        view! {
                            <ul class="lines" role="list">
                                {lines.into_iter().map(line).collect_view()}
                            </ul>
                            <TotalsList totals shipping=t::SHIPPING_UNKNOWN.to_owned() />
                        }
                    })
            }}
        </aside>
    }
}

fn line(line: OrderLine) -> impl IntoView {
    let options: Vec<_> = line.options.values().cloned().collect();
    view! {
        <li>
            <Picture image=line.image decorative=true />
            <div class="stack" style="--flow:.35rem">
                <div class="row between" style="flex-wrap:nowrap;align-items:start">
                    <p class="name">
                        <A href=Page::product(&line.handle).path()>{line.title}</A>
                    </p>
                    <p class="price small" style="flex:none">{format::money(line.total)}</p>
                </div>
                <p class="tiny soft">{t::line_facts(&options.join(", "), line.quantity, &format::money(line.unit_price))}</p>
            </div>
        </li>
    }
}
