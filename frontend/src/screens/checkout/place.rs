//! The last button: what it says, what it sends, and what is said when the order is not there afterwards.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, components::A, hooks::use_navigate};
use tradewind_contract::{
    Money,
    orders::{PlaceOrder, Totals},
    problem::UnavailableLine,
};

use super::{
    Desk, Quoted,
    hitch::{Hitch, hitch},
    memory,
};
use crate::{
    api::{
        ApiError,
        attempt::{Attempt, Verdict, after, attempt_for},
    },
    components::{
        fields::{FieldErrors, focus_soon},
        icon::{Glyph, Icon},
        state::ProblemNote,
        unanswered::Unanswered,
        waiting::cut_off,
    },
    i18n::{format, t},
    platform,
    route::Page,
    telemetry,
};

/// Where the focus goes when there is no line.
const NO_LINE_ID: &str = "no-line";
/// Where the focus goes when something has come in between.
const HITCH_ID: &str = "hitch";

/// The button was pressed, or Enter in the last step.
pub fn press(desk: Desk) {
    if desk.sending.get_untracked() {
        return; // A double click.
    }
    if untrack(|| cut_off(desk.shop)).is_some() {
        focus_soon(NO_LINE_ID);
        return;
    }
    let Some(attempt) = desk.attempt.get_untracked().or_else(|| prepare(desk)) else { return };
    send(desk, attempt);
}

/// The attempt for what is on the screen; nothing while the total is not known or a field is wrong.
fn prepare(desk: Desk) -> Option<Attempt<PlaceOrder>> {
    let Some(total) = untrack(|| desk.total()) else {
        if desk.quote.with_untracked(|quote| matches!(quote, Quoted::Failed(_))) {
            desk.quote_again.update(|count| *count += 1);
        }
        return None;
    };
    let request = desk.draft.with_untracked(|draft| draft.request(desk.card.get_untracked().as_str(), Some(total)));
    let errors = FieldErrors::check(&request);
    if !errors.is_empty() {
        desk.refuse(errors);
        return None;
    }
    Some(attempt_for(None, request, platform::idempotency_key))
}

/// Sends the attempt, kept before it leaves so that neither a reload nor a second click makes another.
fn send(desk: Desk, attempt: Attempt<PlaceOrder>) {
    memory::keep_attempt(Some(&attempt));
    desk.attempt.set(Some(attempt.clone()));
    desk.form.clear();
    desk.hitch.set(None);
    desk.sending.set(true);
    let leave = desk.navigate.get_value();
    spawn_local(async move {
        let request = attempt.request.clone();
        let key = attempt.key.clone();
        let answer =
            telemetry::action("place_order", move |trace| async move { desk.shop.api.place_order(trace, &request, &key).await }).await;
        match answer {
            Ok(order) => {
                memory::placed(order.id);
                match desk.sending.try_get_untracked() {
                    Some(_) => leave(Page::Order(order.id)),
                    None => desk.shop.toasts.say(t::ORDER_IS_PLACED), // The page was left.
                }
                desk.shop.basket.ordered();
            }
            Err(error) => settle(desk, attempt, error),
        }
    });
}

/// How the screen leaves for the order's page: in place of this one, to which there is no way back. Made with the
/// screen, for an event handler has no router.
pub fn navigator() -> StoredValue<Navigator> {
    let navigate = use_navigate();
    StoredValue::new(std::sync::Arc::new(move |page: Page| {
        navigate(&page.path(), NavigateOptions { replace: true, ..NavigateOptions::default() });
    }))
}

pub type Navigator = std::sync::Arc<dyn Fn(Page) + Send + Sync>;

/// An answer without an order.
fn settle(desk: Desk, attempt: Attempt<PlaceOrder>, error: ApiError) {
    let expected = attempt.request.expected_total;
    let open = after(attempt, Verdict::of(&error));
    memory::keep_attempt(open.as_ref());
    if desk.sending.try_set(false).is_some() {
        return; // The page was left; what is open stays kept for when one comes back.
    }
    desk.attempt.set(open);
    let fields = refused_fields(&error);
    if !fields.is_empty() {
        desk.refuse(fields);
        return;
    }
    let hitch = hitch(error, expected);
    match &hitch {
        Hitch::PriceChanged { totals, .. } => {
            desk.quote.set(Quoted::Ready(*totals));
            desk.shop.basket.reload(telemetry::page());
        }
        Hitch::OutOfStock(_) | Hitch::CartEmpty => desk.shop.basket.reload(telemetry::page()),
        Hitch::Unknown(_) | Hitch::Refused(_) => {}
    }
    desk.hitch.set(Some(hitch));
    focus_soon(HITCH_ID);
}

/// The fields that a 422 names and the page has.
fn refused_fields(error: &ApiError) -> FieldErrors {
    let Some(problem) = error.problem() else { return FieldErrors::default() };
    let fields = FieldErrors::of_problem(problem).only(|pointer| super::Step::of_field(pointer).is_some());
    if fields.is_empty() && error.is("payment_token_invalid") {
        return FieldErrors::new([("/payment_token".to_owned(), problem.detail.clone())]);
    }
    fields
}

/// What came in between, and the button that repeats the total.
#[component]
pub fn PayButton(desk: Desk) -> impl IntoView {
    let settled = move || desk.attempt.with(Option::is_none);
    let no_line = Memo::new(move |_| cut_off(desk.shop));
    let closed = move || desk.total().is_none() || desk.sending.get() || no_line.get().is_some();
    view! {
        <HitchNote desk />
        <div role="status">
            {move || {
                no_line
                    .get()
                    .map(|why| {
                        view! {
                            <div id=NO_LINE_ID class="note warn" tabindex="-1">
                                <Glyph icon=Icon::Info />
                                <p>{why}</p>
                            </div>
                        }
                    })
            }}
        </div>
        <Show when=move || settled() || desk.sending.get()>
            <button
                class=move || if desk.sending.get() { "button main busy" } else { "button main" }
                style="min-inline-size:min(100%,18rem)"
                aria-disabled=move || closed().then_some("true")
                aria-busy=move || desk.sending.get().to_string()
            >
                {move || caption(desk)}
            </button>
        </Show>
        <p class="unseen" role="status">
            {move || desk.sending.get().then_some(t::PAYING)}
        </p>
    }
}

fn caption(desk: Desk) -> String {
    if desk.sending.get() {
        return t::PAYING.to_owned();
    }
    match desk.quote.get() {
        Quoted::Ready(totals) => t::pay(&format::money(totals.total)),
        Quoted::Adding => t::ADDING_UP.to_owned(),
        Quoted::Unknown | Quoted::Failed(_) => t::PAY_UNKNOWN_TOTAL.to_owned(),
    }
}

#[component]
fn HitchNote(desk: Desk) -> impl IntoView {
    let note = Memo::new(move |_| desk.hitch.get());
    view! {
        <div id=HITCH_ID tabindex="-1" role="alert" class="stack" style=move || note.with(Option::is_none).then_some("display:none")>
            {move || match note.get() {
                None | Some(Hitch::CartEmpty) => ().into_any(),
                Some(Hitch::OutOfStock(lines)) => view! { <OutOfStock desk lines /> }.into_any(),
                Some(Hitch::PriceChanged { old, totals }) => view! { <PriceChanged old totals /> }.into_any(),
                Some(Hitch::Unknown(error)) => {
                    view! {
                        <Unanswered wish=t::Wish::Order error back=Page::Checkout on_retry=move || press(desk)>
                            <A href=Page::Orders.path() attr:class="link">
                                {t::LOOK_AT_ORDERS}
                            </A>
                        </Unanswered>
                    }
                        .into_any()
                }
                Some(Hitch::Refused(error)) => view! { <ProblemNote error /> }.into_any(),
            }}
        </div>
    }
}

/// Somebody was quicker: the lines with how many are left, and one click to take those.
#[component]
fn OutOfStock(desk: Desk, lines: Vec<UnavailableLine>) -> impl IntoView {
    let title_of = |sku: &str| {
        let cart = untrack(|| desk.shop.basket.cart());
        cart.and_then(|cart| cart.lines.into_iter().find(|line| line.sku == sku)).map_or_else(|| sku.to_owned(), |line| line.title)
    };
    let sentences =
        lines.iter().map(|line| view! { <p>{t::left_of_line(&title_of(&line.sku), line.requested, line.available)}</p> }).collect_view();
    let left = lines.iter().map(|line| line.available).sum();
    let count = lines.len();
    let fewer: Vec<_> = lines.iter().map(|line| (line.sku.clone(), line.available)).collect();
    let none: Vec<_> = lines.iter().map(|line| (line.sku.clone(), 0)).collect();
    view! {
        <div class="note warn">
            <Glyph icon=Icon::Info />
            <div class="stack" style="--flow:.25rem">
                <p>
                    <b style="font-weight:500">{t::SOMEBODY_WAS_QUICKER}</b>
                </p>
                {sentences}
                <p>{t::NOTHING_CHARGED}</p>
            </div>
        </div>
        <div class="row">
            <button type="button" class="button" on:click=move |_| put_right(desk, fewer.clone())>
                {t::take_what_is_left(count, left)}
            </button>
            {(left > 0)
                .then(|| {
                    view! {
                        <button type="button" class="button" on:click=move |_| put_right(desk, none.clone())>
                            {if count == 1 { t::LEAVE_IT_OUT } else { t::LEAVE_THEM_OUT }}
                        </button>
                    }
                })}
        </div>
    }
}

/// Sets the quantities that can be had. Nothing is ordered by it: the button then says the new total.
fn put_right(desk: Desk, quantities: Vec<(String, u32)>) {
    desk.hitch.set(None);
    spawn_local(async move {
        let outcome = telemetry::action("put_basket_right", move |trace| async move {
            for (sku, quantity) in quantities {
                desk.shop.basket.set(trace, sku, quantity).await?;
            }
            Ok(())
        })
        .await;
        if let Err(error) = outcome {
            let _ = desk.hitch.try_set(Some(Hitch::Refused(error)));
        }
    });
}

/// The old total and the new one; the button below it already says the new one.
#[component]
fn PriceChanged(old: Option<Money>, totals: Totals) -> impl IntoView {
    let new = format::money(totals.total);
    let sentence = old.map_or_else(|| t::total_is(&new), |old| t::total_was_is(&format::money(old), &new));
    view! {
        <div class="note warn">
            <Glyph icon=Icon::Info />
            <p>
                <b style="font-weight:500">{t::PRICE_HAS_CHANGED}</b>
                " "
                {sentence}
            </p>
        </div>
        <p class="small">
            <A href=Page::Basket.path()>{t::BACK_TO_BASKET}</A>
        </p>
    }
}
