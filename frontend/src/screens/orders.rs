//! One's own orders, newest first.

use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::components::A;
use tradewind_contract::{
    Page as Leaf,
    orders::{Order, OrderStatus},
};

use crate::{
    api::{self, ApiError},
    app::use_shop,
    cache::read::{State, use_read},
    components::{
        picture::Picture,
        state::{EmptyState, ProblemNote, ProblemState, Sketch},
    },
    i18n::{format, t},
    route::Page,
    telemetry,
};

/// Pictures shown of one order; the rest is a number.
const THUMBS_MAX: usize = 3;
/// Rows of the skeleton.
const ROWS_ON_THE_WAY: usize = 3;

#[component]
pub fn OrdersScreen() -> impl IntoView {
    let shop = use_shop();
    // A visitor without a session has no orders, and none is made for them by asking.
    let visitor = Memo::new(move |_| shop.session.is_settled() && shop.session.user().is_none());
    let owner = Memo::new(move |_| shop.session.user().map(|user| user.id));
    let first = use_read(move || owner.get().map(|_| api::orders::orders(None)));
    let state = first.memo();
    view! {
        <Title text=t::ORDERS_TITLE />
        <main id="main" class="page section" style="padding-block-start:var(--space-6)">
            {move || match (visitor.get(), state.get()) {
                (true, _) => view! { <NoOrders visitor=true /> }.into_any(),
                (false, State::Loading) => view! { <OnTheWay /> }.into_any(),
                (false, State::Failed(error)) => {
                    view! {
                        <h1 style="margin-block-end:var(--space-6)">{t::ORDERS_TITLE}</h1>
                        <ProblemState error on_retry=move || first.retry() />
                    }
                        .into_any()
                }
                (false, State::Ready(leaf)) if leaf.items.is_empty() => {
                    let guest = shop.session.account().is_none();
                    view! { <NoOrders visitor=guest /> }.into_any()
                }
                (false, State::Ready(leaf)) => view! { <Past leaf /> }.into_any(),
            }}
        </main>
    }
}

#[component]
fn NoOrders(
    /// Not logged in: orders of an account would not be seen.
    visitor: bool,
) -> impl IntoView {
    let detail = if visitor { format!("{} {}", t::NO_ORDERS_DETAIL, t::NO_ORDERS_VISITOR) } else { t::NO_ORDERS_DETAIL.to_owned() };
    view! {
        <h1 style="margin-block-end:var(--space-6)">{t::ORDERS_TITLE}</h1>
        <EmptyState sketch=Sketch::Boat title=t::NO_ORDERS_TITLE detail=detail>
            <div class="row">
                <A href=Page::Goods.path() attr:class="button main">
                    {t::SEE_LANDED}
                </A>
                {visitor
                    .then(|| {
                        view! {
                            <A href=Page::log_in_then(&Page::Orders.path()) attr:class="link">
                                {t::LOG_IN}
                            </A>
                        }
                    })}
            </div>
        </EmptyState>
    }
}

#[component]
fn OnTheWay() -> impl IntoView {
    let row = || {
        view! {
            <li>
                <div>
                    <span class="bone" style="--w:9rem;block-size:1.575rem"></span>
                    <span class="bone" style="--w:7rem;block-size:.9rem;margin-block-start:.3rem"></span>
                </div>
                <span class="bone" style="--w:70%"></span>
                <div class="thumbs-row">
                    <span class="bone pic" style="inline-size:4.25rem"></span>
                    <span class="bone pic" style="inline-size:4.25rem"></span>
                </div>
                <span class="bone" style="--w:4rem"></span>
                <span class="bone" style="block-size:var(--tap)"></span>
            </li>
        }
    };
    view! {
        <div class="section-head">
            <h1>{t::ORDERS_TITLE}<span class="unseen">{t::LOADING}</span></h1>
        </div>
        <ul class="past" role="list" aria-busy="true">
            {(0..ROWS_ON_THE_WAY).map(|_| row()).collect_view()}
        </ul>
    }
}

/// The list, with the older ones that were asked for.
#[component]
fn Past(leaf: Leaf<Order>) -> impl IntoView {
    let shop = use_shop();
    let orders = RwSignal::new(leaf.items);
    let cursor = RwSignal::new(leaf.next_cursor);
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let more =
        move |_| {
            let Some(next) = cursor.get_untracked().filter(|_| !busy.get_untracked()) else { return };
            busy.set(true);
            error.set(None);
            spawn_local(async move {
                let answer = telemetry::action("show_older_orders", move |trace| async move {
                    shop.api.get(trace, api::orders::orders(Some(&next))).await
                })
                .await;
                if busy.try_set(false).is_some() {
                    return; // The page was left.
                }
                match answer {
                    Ok(leaf) => {
                        cursor.set(leaf.next_cursor);
                        orders.update(|orders| orders.extend(leaf.items));
                    }
                    Err(refused) => error.set(Some(refused)),
                }
            });
        };
    view! {
        <div class="section-head">
            <h1>{t::ORDERS_TITLE}</h1>
            <p role="status">{move || t::orders_so_far(orders.with(Vec::len), cursor.with(Option::is_some))}</p>
        </div>
        <ul class="past" role="list">
            <For each=move || orders.get() key=|order| (order.id, order.version) children=|order| view! { <Row order /> } />
        </ul>
        <Show when=move || cursor.with(Option::is_some)>
            <div class="stack" style="margin-block-start:var(--space-6)">
                {move || error.get().map(|error| view! { <ProblemNote error /> })}
                <button type="button" class="button" aria-disabled=move || busy.get().then_some("true") on:click=more>
                    {move || if busy.get() { t::LOADING_OLDER } else { t::SHOW_OLDER }}
                </button>
            </div>
        </Show>
    }
}

/// One order: date first, number second, state, pictures, total, one verb.
#[component]
fn Row(order: Order) -> impl IntoView {
    let (waits, colour) = mood(order.status);
    let since = order.history.last().map_or(order.placed_at, |step| step.at);
    let reason = order.history.last().and_then(|step| step.reason.clone());
    let number = order.number.to_string();
    let hidden = order.lines.len().saturating_sub(THUMBS_MAX);
    let thumbs = order.lines.into_iter().take(THUMBS_MAX).map(|line| view! { <Picture image=line.image /> }).collect_view();
    view! {
        <li>
            <div>
                <p class="display" style="font-size:1.3125rem;line-height:1.2">
                    <time datetime=order.placed_at.to_string()>{format::day(order.placed_at)}</time>
                </p>
                <p class="bearing figures">{number.clone()}</p>
            </div>
            <p class=if waits { "status wait" } else { "status" } style=format!("color:{colour};white-space:normal")>
                {t::order_state(order.status, reason.as_deref(), &format::day(since))}
            </p>
            <div class="thumbs-row">
                {thumbs} {(hidden > 0).then(|| view! { <p class="tiny soft" style="align-self:end">{t::more_goods(hidden)}</p> })}
            </div>
            <p class="price">{format::money(order.totals.total)}</p>
            <A href=Page::Order(order.id).path() attr:class="button short">
                {t::order_verb(order.status)}
                <span class="unseen">{t::order_verb_of(&number)}</span>
            </A>
        </li>
    }
}

/// A hollow dot for what waits, and the colour, which comes third.
const fn mood(status: OrderStatus) -> (bool, &'static str) {
    match status {
        OrderStatus::Placed | OrderStatus::PaymentPending | OrderStatus::ReturnRequested => (true, "var(--brass)"),
        OrderStatus::PaymentFailed => (false, "var(--signal)"),
        OrderStatus::Paid | OrderStatus::Shipped => (false, "var(--sea)"),
        OrderStatus::Delivered => (false, "var(--kelp)"),
        OrderStatus::Refunded | OrderStatus::Cancelled => (false, "var(--ink-faint)"),
    }
}
