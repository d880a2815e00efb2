//! "Changed your mind?": cancelling until the parcel leaves, sending back after it came, and why not in between.

use leptos::{ev, prelude::*, task::spawn_local};
use tradewind_contract::orders::{Order, OrderStatus, RequestReturn};

use super::{
    land,
    live::Live,
    send_back::{Choice, SendBack},
    wish::Wish,
};
use crate::{
    api::ApiError,
    app::use_shop,
    components::{fields::focus_soon, state::ProblemNote},
    i18n::{format, t},
    telemetry,
};

const OPENER_ID: &str = "change-of-mind";
const PANEL_ID: &str = "change-of-mind-panel";
const CANCEL_TITLE_ID: &str = "cancel-question";
const REFUSED_ID: &str = "change-refused";

/// What can be done about the order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Way {
    Cancel,
    /// Told why not.
    NotNow,
    /// Until then, in milliseconds since 1970.
    SendBack {
        until_ms: f64,
    },
    TooLate {
        until_ms: f64,
    },
    GoingBack,
    Nothing,
}

pub fn way(order: &Order, now_ms: f64) -> Way {
    match order.status {
        OrderStatus::Placed | OrderStatus::PaymentFailed | OrderStatus::Paid => Way::Cancel,
        OrderStatus::PaymentPending | OrderStatus::Shipped => Way::NotNow,
        OrderStatus::Delivered => {
            let until_ms = order.returnable_until().unwrap_or(order.placed_at).unix_ms() as f64;
            if now_ms <= until_ms { Way::SendBack { until_ms } } else { Way::TooLate { until_ms } }
        }
        OrderStatus::ReturnRequested => Way::GoingBack,
        OrderStatus::Refunded | OrderStatus::Cancelled => Way::Nothing,
    }
}

/// What the question opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Panel {
    Cancel,
    SendBack,
}

impl Way {
    const fn panel(self) -> Option<Panel> {
        match self {
            Self::Cancel => Some(Panel::Cancel),
            Self::SendBack { .. } => Some(Panel::SendBack),
            Self::NotNow | Self::TooLate { .. } | Self::GoingBack | Self::Nothing => None,
        }
    }
}

/// What the two parts of it share, the question beside the address and what opens below it. Copy.
#[derive(Clone, Copy)]
pub struct Mind {
    order: Signal<Option<Order>>,
    live: Live,
    way: Memo<Option<Way>>,
    panel: Memo<Option<Panel>>,
    open: RwSignal<bool>,
    /// What the service had against it.
    refused: RwSignal<Option<ApiError>>,
    returning: Wish<RequestReturn>,
    choice: Choice,
}

impl Mind {
    pub fn new(order: Signal<Option<Order>>, live: Live) -> Self {
        let returning = Wish::new("return", order, OrderStatus::Delivered);
        let way = Memo::new(move |_| order.with(|order| order.as_ref().map(|order| way(order, live.now_ms()))));
        let open = RwSignal::new(returning.request().is_some());
        let panel = Memo::new(move |_| way.get().and_then(Way::panel));
        Effect::new(move |before: Option<Option<Panel>>| {
            let now = panel.get();
            if before.is_some_and(|before| before != now) && open.get_untracked() {
                open.set(false); // The order has gone on, and what was asked with it.
                land();
            }
            now
        });
        let choice = Choice::new(returning.request());
        Self { order, live, way, panel, open, refused: RwSignal::new(None), returning, choice }
    }

    fn close(self) {
        self.open.set(false);
        focus_soon(OPENER_ID);
    }

    /// The service said no: it is told below, and the order is looked at once more.
    fn refuse(self, error: ApiError) {
        self.open.set(false);
        self.refused.set(Some(error));
        focus_soon(REFUSED_ID);
    }
}

/// The question and its way, beside the address.
#[component]
pub fn ChangedYourMind(mind: Mind) -> impl IntoView {
    let status = Memo::new(move |_| mind.order.with(|order| order.as_ref().map(|order| order.status)));
    let opener = move |caption: &'static str| {
        view! {
            <button
                type="button"
                id=OPENER_ID
                class="link tap"
                style="inline-size:auto;padding-inline:0;justify-self:start;text-decoration:underline"
                aria-expanded=move || mind.open.get().to_string()
                aria-controls=PANEL_ID
                on:click=move |_| {
                    mind.refused.set(None);
                    mind.open.update(|open| *open = !*open);
                }
            >
                {caption}
            </button>
        }
    };
    // Told apart by its words, so that the button keeps the focus while the order goes on.
    let words = Memo::new(move |_| {
        Some(match (mind.way.get()?, status.get()?) {
            (Way::Nothing, _) => return None,
            (Way::Cancel, status) => (t::CHANGED_YOUR_MIND, t::may_cancel(status).to_owned(), Some(t::CANCEL_ORDER)),
            (Way::NotNow, status) => (t::CHANGED_YOUR_MIND, t::may_cancel(status).to_owned(), None),
            (Way::SendBack { until_ms }, _) => (t::CHANGED_YOUR_MIND, t::may_send_back(&format::weekday(until_ms)), Some(t::SEND_BACK)),
            (Way::TooLate { until_ms }, _) => (t::CHANGED_YOUR_MIND, t::too_late_to_send_back(&format::weekday(until_ms)), None),
            (Way::GoingBack, _) => (t::YOUR_RETURN, t::RETURN_UNDER_WAY.to_owned(), None),
        })
    });
    move || {
        words.get().map(|(title, text, caption)| {
            view! {
                <div class="stack small" style="--flow:.4rem">
                    <h3>{title}</h3>
                    <p class="soft">{text}</p>
                    {caption.map(opener)}
                </div>
            }
        })
    }
}

/// What the question opens: whether to cancel, or what goes back. And what the service had against it.
#[component]
pub fn ChangePanel(mind: Mind) -> impl IntoView {
    let escape = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            mind.close();
        }
    };
    let refused = Memo::new(move |_| mind.refused.get());
    view! {
        {move || {
            refused
                .get()
                .map(|error| {
                    view! {
                        <div id=REFUSED_ID tabindex="-1">
                            <ProblemNote error />
                        </div>
                    }
                })
        }}
        <Show when=move || mind.open.get() && mind.panel.get().is_some()>
            <div id=PANEL_ID on:keydown=escape>
                {move || match mind.panel.get() {
                    None => ().into_any(),
                    Some(Panel::Cancel) => view! { <Cancel mind on_close=move || mind.close() /> }.into_any(),
                    Some(Panel::SendBack) => {
                        view! {
                            <SendBack
                                order=mind.order
                                live=mind.live
                                returning=mind.returning
                                choice=mind.choice
                                on_close=move || mind.close()
                                on_refused=move |error| mind.refuse(error)
                            />
                        }
                            .into_any()
                    }
                }}
            </div>
        </Show>
    }
}

/// What cancelling does, and the one button that does it.
#[component]
fn Cancel(mind: Mind, on_close: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let shop = use_shop();
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let means = Memo::new(move |_| {
        let means = |order: &Order| t::cancel_means(order.status, &format::money(order.totals.total));
        mind.order.with(|order| order.as_ref().map(means))
    });
    let cancel = move |_| {
        let Some(order) = mind.order.get_untracked().filter(|_| !busy.get_untracked()) else { return };
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            let answer = telemetry::action("cancel_order", move |trace| async move { shop.api.cancel_order(trace, order.id).await }).await;
            let left = busy.try_set(false).is_some();
            match answer {
                Ok(order) => {
                    mind.live.show(order);
                    if !left {
                        land();
                    }
                }
                Err(_) if left => {}
                Err(refused) if refused.is("order_not_cancellable") => {
                    mind.refuse(refused);
                    mind.live.ask(shop).await;
                }
                Err(refused) => error.set(Some(refused)),
            }
        });
    };
    focus_soon(CANCEL_TITLE_ID);
    view! {
        <section class="panel stack" aria-labelledby=CANCEL_TITLE_ID>
            <h2 id=CANCEL_TITLE_ID tabindex="-1" style="font-size:var(--text-xl)">
                {t::CANCEL_QUESTION}
            </h2>
            <p class="small">{means}</p>
            {move || error.get().map(|error| view! { <ProblemNote error /> })}
            <div class="row">
                <button
                    type="button"
                    class=move || if busy.get() { "button busy" } else { "button" }
                    aria-disabled=move || busy.get().then_some("true")
                    aria-busy=move || busy.get().to_string()
                    on:click=cancel
                >
                    {move || if busy.get() { t::CANCELLING } else { t::CANCEL_YES }}
                </button>
                <button
                    type="button"
                    class="link tap"
                    style="inline-size:auto;padding-inline:.5rem;text-decoration:underline"
                    on:click=move |_| on_close()
                >
                    {t::CANCEL_NO}
                </button>
            </div>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use tradewind_contract::orders::OrderStatus::{
        Cancelled, Delivered, Paid, PaymentFailed, PaymentPending, Placed, Refunded, ReturnRequested, Shipped,
    };

    use super::*;
    use crate::screens::{checkout::DAY_MS, order::follow::tests::order};

    #[test]
    fn each_state_has_its_way() {
        let arrived_ms = order(&[Placed]).placed_at.unix_ms() as f64;
        let until_ms = arrived_ms + 30.0 * DAY_MS;
        for (history, expected) in [
            (vec![Placed], Way::Cancel),
            (vec![Placed, PaymentFailed], Way::Cancel),
            (vec![Placed, Paid], Way::Cancel),
            (vec![Placed, PaymentPending], Way::NotNow),
            (vec![Placed, Paid, Shipped], Way::NotNow),
            (vec![Placed, Paid, Shipped, Delivered], Way::SendBack { until_ms }),
            (vec![Placed, Paid, Shipped, Delivered, ReturnRequested], Way::GoingBack),
            (vec![Placed, Paid, Shipped, Delivered, ReturnRequested, Delivered], Way::SendBack { until_ms }),
            (vec![Placed, Paid, Shipped, Delivered, ReturnRequested, Refunded], Way::Nothing),
            (vec![Placed, Cancelled], Way::Nothing),
        ] {
            assert_eq!(way(&order(&history), arrived_ms), expected, "{history:?}");
        }
        let delivered = order(&[Placed, Paid, Shipped, Delivered]);
        assert_eq!(way(&delivered, until_ms + 1.0), Way::TooLate { until_ms });
    }
}
