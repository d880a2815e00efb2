//! The way from the basket to checkout.

use leptos::prelude::*;

use super::{line::can_be_ordered, waiting::cut_off};
use crate::{app::use_shop, i18n::t, route::Page};

/// The way to checkout; closed, and saying so, while a line of the basket cannot be had or there is no line to the shop.
#[component]
pub fn CheckOut() -> impl IntoView {
    let shop = use_shop();
    let cut_off = Memo::new(move |_| cut_off(shop));
    let closed = Memo::new(move |_| {
        let ready = shop.basket.cart().is_some_and(|cart| can_be_ordered(&cart));
        cut_off.get().or((!ready).then_some(t::BASKET_NOT_READY))
    });
    let button = move || match closed.get() {
        None => view! {
            <a class="button main wide" href=Page::Checkout.path()>
                {t::CHECK_OUT}
            </a>
        }
        .into_any(),
        Some(why) => view! {
            <button type="button" class="button main wide" aria-disabled="true" on:click=move |_| shop.toasts.say(why)>
                {t::CHECK_OUT}
            </button>
        }
        .into_any(),
    };
    view! {
        {button}
        <p class="tiny soft" style="text-align:center;max-inline-size:none">
            {move || cut_off.get().unwrap_or(t::CHECK_OUT_NOTE)}
        </p>
    }
}
