//! A line of the basket: what it is, how many, what it costs, whether it can still be had.

use leptos::{prelude::*, task::spawn_local};
use tradewind_contract::{
    Money,
    cart::{Cart, CartLine},
    catalog::Availability,
};

use super::{drawer::DRAWER_TITLE_ID, fields::focus_soon, picture::Picture, stepper::Stepper};
use crate::{
    app::use_shop,
    cache::basket::{Basket, most},
    i18n::{format, t},
    navigation::focus_page,
    route::Page,
    telemetry,
};

/// `Moka, 250 g`: the values of the options, in the order of their names.
pub fn choice(line: &CartLine) -> String {
    line.options.values().cloned().collect::<Vec<_>>().join(", ")
}

/// Why the line keeps the basket from being checked out; nothing when it does not.
pub fn obstacle(line: &CartLine) -> Option<String> {
    match (line.availability, line.available) {
        (Availability::Out, _) => Some(t::LINE_SOLD_OUT.to_owned()),
        (_, Some(available)) if available < line.quantity => Some(t::line_too_many(available)),
        _ => None,
    }
}

/// Nothing in the basket keeps it from being checked out.
pub fn can_be_ordered(cart: &Cart) -> bool {
    cart.lines.iter().all(|line| obstacle(line).is_none())
}

/// The line, editable. `sku` names it; everything else follows the basket, so that the focus stays where it is while
/// quantities change.
#[component]
pub fn Line(sku: String, #[prop(into)] line: Signal<Option<CartLine>>) -> impl IntoView {
    let shop = use_shop();
    let Some(first) = line.get_untracked() else { return ().into_any() };
    let title = first.title.clone();
    let href = Page::product(&first.handle).path();
    let quantity = Signal::derive(move || line.get().map_or(0, |line| line.quantity));
    let max = Signal::derive(move || line.get().map_or(1, |line| most(line.available).max(1)));
    let total = move || {
        line.get().map(|line| format::money(Money { amount: line.unit_price.amount * i64::from(line.quantity), ..line.unit_price }))
    };

    let name = StoredValue::new(title.clone());
    let sku = StoredValue::new(sku);
    let set = move |quantity: u32, action: &'static str| {
        spawn_local(async move {
            let outcome = telemetry::action(action, |trace| shop.basket.set(trace, sku.get_value(), quantity)).await;
            if let Err(error) = outcome {
                shop.toasts.say(t::rolled_back(&name.get_value(), &t::explain_shortly(&error)));
            }
        });
    };
    let note = move || {
        let line = line.get()?;
        let (class, text) = match (obstacle(&line), line.available) {
            (Some(why), _) => ("tiny bad", why),
            (None, Some(left)) if line.availability == Availability::Low => ("tiny low", t::only_left(left)),
            _ => return None,
        };
        Some(view! { <p class=class>{text}</p> })
    };
    let out = first.availability == Availability::Out;
    view! {
        <li>
            <a href=href.clone() tabindex="-1" aria-hidden="true" style=if out { "opacity:.5" } else { "" }>
                <Picture image=first.image.clone() decorative=true />
            </a>
            <div class="stack" style="--flow:.35rem">
                <div class="row between" style="flex-wrap:nowrap;align-items:start">
                    <p class="name">
                        <a href=href>{title.clone()}</a>
                    </p>
                    <p class="price small" style="flex:none">{total}</p>
                </div>
                <p class="tiny soft">
                    <bdi>{choice(&first)}</bdi>
                </p>
                {note}
                <div class="row between">
                    <Stepper quantity=quantity max=max title=title.clone() on_change=move |quantity| set(quantity, "change_quantity") />
                    <button
                        type="button"
                        class="link tap"
                        style="font-weight:400;text-decoration:underline"
                        aria-label=t::remove(&title)
                        on:click=move |_| {
                            set(0, "remove_from_basket");
                            focus_heading(shop.basket);
                        }
                    >
                        {t::REMOVE}
                    </button>
                </div>
            </div>
        </li>
    }
    .into_any()
}

/// The line is gone, and the focus with it: reading goes on at the heading, of the drawer when it is open.
fn focus_heading(basket: Basket) {
    if basket.drawer.get_untracked() {
        focus_soon(DRAWER_TITLE_ID);
    } else {
        request_animation_frame(focus_page);
    }
}

/// All lines of the basket.
#[component]
pub fn Lines() -> impl IntoView {
    let shop = use_shop();
    let cart = Memo::new(move |_| shop.basket.cart());
    let skus = move || cart.get().map(|cart| cart.lines.into_iter().map(|line| line.sku).collect::<Vec<_>>()).unwrap_or_default();
    view! {
        <ul class="lines" role="list">
            <For each=skus key=Clone::clone let:sku>
                {
                    let wanted = sku.clone();
                    let line = Signal::derive(move || cart.get().and_then(|cart| cart.lines.into_iter().find(|line| line.sku == wanted)));
                    view! { <Line sku=sku line=line /> }
                }
            </For>
        </ul>
    }
}
