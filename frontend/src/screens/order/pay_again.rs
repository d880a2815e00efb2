//! After a refusal: another card, while the goods are set aside.

use leptos::{ev, prelude::*, task::spawn_local};
use tradewind_contract::{
    orders::{Order, OrderStatus, PayAgain},
    payments::PaymentToken,
};

use super::{
    ended::Ended,
    land,
    live::Live,
    progress,
    wish::{Trouble, Wish},
};
use crate::{
    app::use_shop,
    components::{
        cards::TestCards,
        fields::{Warning, focus_soon},
        icon::{Glyph, Icon},
        state::ProblemNote,
        unanswered::Unanswered,
    },
    i18n::{format, t},
    route::Page,
    telemetry,
};

const TITLE_ID: &str = "another-card";
/// Where the focus goes when the bank has said no once more.
const NEWS_ID: &str = "refusal";
/// Where the focus goes when something has come in between.
const TROUBLE_ID: &str = "no-payment";

/// Seconds for which the goods are still set aside, never below 0; nothing while that is not known.
pub fn seconds_left(order: &Order, now_ms: f64) -> Option<u32> {
    let until = order.payable_until?;
    Some(((until.unix_ms() as f64 - now_ms) / 1_000.0).ceil().max(0.0) as u32)
}

/// How often the bank has said no to this order.
fn refusals(order: &Order) -> usize {
    order.history.iter().filter(|step| step.status == OrderStatus::PaymentFailed).count()
}

/// A refused payment: the other card, or the way to a new order once nothing is set aside any more.
#[component]
pub fn Refused(order: Signal<Option<Order>>, live: Live, payment: Wish<PayAgain>) -> impl IntoView {
    let left_s = Memo::new(move |_| order.with(|order| seconds_left(order.as_ref()?, live.now_ms())));
    // While the bank is asked the goods stay set aside, whatever the time.
    let over = Memo::new(move |_| left_s.get() == Some(0) && !payment.is_locked());
    move || {
        if over.get() { view! { <Ended order /> }.into_any() } else { view! { <AnotherCard order live payment left_s /> }.into_any() }
    }
}

/// After an answer: refused once more, the reason is read next. Else the page has become another one, and is read from its
/// top. Made with the page, for it outlives what is asked on it.
pub fn tell_what_came_of_it(order: Signal<Option<Order>>, payment: Wish<PayAgain>) {
    let told = Memo::new(move |_| order.with(|order| order.as_ref().map(|order| (order.status, order.version))));
    let asked = StoredValue::new(false);
    Effect::new(move |_| {
        if payment.is_locked() {
            asked.set_value(true);
        }
    });
    Effect::new(move |before: Option<Option<(OrderStatus, i64)>>| {
        let now = told.get();
        let moved = before.is_some_and(|before| before != now);
        if moved && asked.get_value() {
            asked.set_value(false);
            if now.is_some_and(|(status, _)| status == OrderStatus::PaymentFailed) {
                focus_soon(NEWS_ID);
            } else {
                land();
            }
        }
        now
    });
}

#[component]
fn AnotherCard(order: Signal<Option<Order>>, live: Live, payment: Wish<PayAgain>, left_s: Memo<Option<u32>>) -> impl IntoView {
    let shop = use_shop();
    let chosen = payment.request().and_then(|request| request.payment_token()).unwrap_or(PaymentToken::Ok);
    let card = RwSignal::new(chosen);
    let asking = Memo::new(move |_| payment.is_asking());
    let press = move || {
        if !shop.online.get_untracked() {
            focus_soon(TROUBLE_ID);
            return;
        }
        let Some(order) = order.get_untracked() else { return };
        let request = PayAgain { payment_token: card.get_untracked().as_str().to_owned() };
        let Some(sent) = payment.begin(order.version, request) else { return };
        spawn_local(async move {
            let (request, key) = (sent.attempt.request.clone(), sent.attempt.key.clone());
            let answer =
                telemetry::action("pay_again", move |trace| async move { shop.api.pay_again(trace, order.id, &request, &key).await }).await;
            match answer {
                Ok(order) => {
                    payment.taken(sent);
                    live.show(order);
                }
                Err(error) => {
                    if payment.failed(sent, error) {
                        focus_soon(TROUBLE_ID);
                        live.ask(shop).await;
                    }
                }
            }
        });
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        press();
    };
    let total = Memo::new(move |_| order.with(|order| order.as_ref().map(|order| format::money(order.totals.total)).unwrap_or_default()));
    view! {
        <section class="stack" style="--flow:var(--space-5)" aria-labelledby=TITLE_ID>
            {move || if asking.get() { view! { <Asking /> }.into_any() } else { view! { <News order /> }.into_any() }}
            <div class="stack" style="--flow:.3rem">
                <h2 id=TITLE_ID>{t::TRY_ANOTHER_CARD}</h2>
                <HeldUntil order left_s />
            </div>
            <form class="stack" style="--flow:var(--space-5)" novalidate on:submit=submit>
                <TestCards card locked=Signal::derive(move || payment.is_locked()) on_change=move || payment.trouble.set(None) />
                <Between order payment on_retry=press />
                <Show when=move || asking.get() || !payment.is_locked()>
                    <button
                        class=move || if asking.get() { "button main busy" } else { "button main" }
                        style="min-inline-size:min(100%,18rem)"
                        aria-disabled=move || (asking.get() || !shop.online.get()).then_some("true")
                        aria-busy=move || asking.get().to_string()
                    >
                        {move || if asking.get() { t::ASKING_BANK.to_owned() } else { t::pay(&total.get()) }}
                    </button>
                </Show>
            </form>
        </section>
    }
}

/// What the bank has said.
#[component]
fn News(order: Signal<Option<Order>>) -> impl IntoView {
    let news =
        Memo::new(move |_| order.with(|order| order.as_ref().map(|order| (refusals(order) > 1, t::why_refused(progress::reason(order))))));
    view! {
        <div id=NEWS_ID class="note bad-news" tabindex="-1">
            <Warning />
            <div class="stack" style="--flow:.25rem">
                {move || {
                    news.get()
                        .map(|(again, why)| {
                            view! {
                                <p>
                                    <b style="font-weight:500">{if again { t::REFUSED_AGAIN_TITLE } else { t::REFUSED_TITLE }}</b>
                                    " "
                                    {why}
                                </p>
                            }
                        })
                }}
                <p>{t::REFUSED_NEXT}</p>
            </div>
        </div>
    }
}

/// The calm while it is asked once more.
#[component]
fn Asking() -> impl IntoView {
    view! {
        <div class="note">
            <Glyph icon=Icon::Info />
            <p>
                <b style="font-weight:500">{t::ASKING_BANK_TITLE}</b>
                " "
                {t::ASKING_BANK_DETAIL}
            </p>
        </div>
    }
}

/// Until when, and for how long: it ticks, so that it is no live region.
#[component]
fn HeldUntil(order: Signal<Option<Order>>, left_s: Memo<Option<u32>>) -> impl IntoView {
    let until = Memo::new(move |_| order.with(|order| order.as_ref().and_then(|order| order.payable_until)));
    let left = move || left_s.get().filter(|left| *left > 0).map(format::minutes_seconds);
    move || {
        until.get().map(|until| {
            view! {
                <p class="small soft">
                    {t::HELD_UNTIL} " " <time datetime=until.to_string()>{format::clock(until.unix_ms() as f64)}</time>
                    {move || left().map(|left| view! { {t::FOR_ANOTHER} " " <span class="figures">{left}</span> })} "."
                </p>
            }
        })
    }
}

/// What has come in between the button and the bank.
#[component]
fn Between(order: Signal<Option<Order>>, payment: Wish<PayAgain>, on_retry: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let shop = use_shop();
    let trouble = Memo::new(move |_| payment.trouble.get());
    let back = move || order.with_untracked(|order| order.as_ref().map_or(Page::Orders, |order| Page::Order(order.id)));
    let nothing = move || trouble.with(Option::is_none) && shop.online.get();
    view! {
        <div id=TROUBLE_ID tabindex="-1" role="alert" class="stack" style=move || nothing().then_some("display:none")>
            {move || {
                (!shop.online.get())
                    .then(|| {
                        view! {
                            <div class="note warn">
                                <Glyph icon=Icon::Info />
                                <p>{t::NO_PAYMENT_OFFLINE}</p>
                            </div>
                        }
                    })
            }}
            {move || match trouble.get() {
                None => ().into_any(),
                Some(Trouble::Unanswered(error)) => {
                    view! { <Unanswered wish=t::Wish::Payment error back=back() on_retry /> }.into_any()
                }
                Some(Trouble::Refused(error)) => view! { <ProblemNote error /> }.into_any(),
            }}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;
    use tradewind_contract::{
        Timestamp,
        orders::OrderStatus::{PaymentFailed, Placed},
    };

    use super::*;
    use crate::screens::order::follow::tests::order;

    #[test]
    fn the_time_that_is_left_ends_at_nought() {
        let mut order = order(&[Placed, PaymentFailed]);
        assert_eq!(seconds_left(&order, 0.0), None, "not told yet is not over");
        let until = Timestamp(datetime!(2027-02-24 19:24 UTC));
        order.payable_until = Some(until);
        let at = until.unix_ms() as f64;
        for (now_ms, left_s) in [(at - 90_000.0, 90), (at - 1.0, 1), (at, 0), (at + 60_000.0, 0)] {
            assert_eq!(seconds_left(&order, now_ms), Some(left_s));
        }
    }

    #[test]
    fn each_refusal_counts() {
        assert_eq!(refusals(&order(&[Placed, PaymentFailed])), 1);
        assert_eq!(refusals(&order(&[Placed, PaymentFailed, PaymentFailed])), 2);
    }
}
