//! An order that goes no further: what happened, what is safe, what to do next.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use tradewind_contract::{
    cart::CartLine,
    catalog::Availability,
    orders::{Order, OrderLine, OrderStatus},
};

use super::progress;
use crate::{
    app::{Shop, use_shop},
    components::{
        fields::Warning,
        icon::{Glyph, Icon},
    },
    i18n::t,
    route::Page,
    telemetry,
};

/// Cancelled, or refused and no longer set aside.
#[component]
pub fn Ended(order: Signal<Option<Order>>) -> impl IntoView {
    let told = Memo::new(move |_| {
        order.with(|order| {
            let order = order.as_ref()?;
            let reason = progress::reason(order);
            Some(match order.status {
                OrderStatus::PaymentFailed => (false, t::REFUSED_TITLE, t::HOLD_OVER),
                _ => (progress::is_own_doing(reason), t::CANCELLED_TITLE, t::why_cancelled(reason)),
            })
        })
    });
    move || {
        told.get().map(|(own_doing, title, why)| {
            view! {
                <div class=if own_doing { "note" } else { "note bad-news" }>
                    {if own_doing { view! { <Glyph icon=Icon::Info /> }.into_any() } else { view! { <Warning /> }.into_any() }}
                    <p>
                        <b style="font-weight:500">{title}</b>
                        " "
                        {why}
                    </p>
                </div>
                <OrderAgain order main=!own_doing />
            }
        })
    }
}

/// The same goods in a new order.
#[component]
fn OrderAgain(
    order: Signal<Option<Order>>,
    /// The filled button of the screen.
    main: bool,
) -> impl IntoView {
    let shop = use_shop();
    let busy = RwSignal::new(false);
    let navigate = StoredValue::new(std::sync::Arc::new(use_navigate()) as std::sync::Arc<dyn Fn(&str, NavigateOptions) + Send + Sync>);
    let again = move |_| {
        let Some(order) = order.get_untracked().filter(|_| !busy.get_untracked()) else { return };
        busy.set(true);
        let leave = navigate.get_value();
        spawn_local(async move {
            if !order_again(shop, &order).await {
                shop.toasts.say(t::NOT_ALL_AGAIN);
            }
            if busy.try_set(false).is_none() {
                leave(&Page::Basket.path(), NavigateOptions::default());
            }
        });
    };
    view! {
        <button
            type="button"
            class=if main { "button main" } else { "button" }
            aria-disabled=move || busy.get().then_some("true")
            on:click=again
        >
            {move || if busy.get() { t::ORDERING_AGAIN } else { t::ORDER_AGAIN }}
        </button>
    }
}

/// Puts the order's lines into the basket, on top of what is in it; false when some could not be had.
async fn order_again(shop: Shop, order: &Order) -> bool {
    let mut all = true;
    for line in &order.lines {
        let (wanted, quantity) = (basket_line(line), line.quantity);
        let outcome = telemetry::action("order_again", move |trace| async move { shop.basket.add(trace, wanted, quantity).await }).await;
        all &= outcome.is_ok();
    }
    all
}

/// The line as it will stand in the basket, shown until the services have said what is left of it.
fn basket_line(line: &OrderLine) -> CartLine {
    CartLine {
        sku: line.sku.clone(),
        handle: line.handle.clone(),
        title: line.title.clone(),
        image: line.image.clone(),
        options: line.options.clone(),
        unit_price: line.unit_price,
        quantity: 0,
        availability: Availability::InStock,
        available: None,
    }
}
