//! The way from the basket to checkout.

use leptos::prelude::*;

use super::line::can_be_ordered;
use crate::{app::use_shop, i18n::t, route::Page};

/// The way to checkout; closed, and saying so, while a line cannot be had.
#[component]
pub fn CheckOut() -> impl IntoView {
    let shop = use_shop();
    let ready = Memo::new(move |_| shop.basket.cart().is_some_and(|cart| can_be_ordered(&cart)));
    move || {
        if ready.get() {
            view! {
                <a class="button main wide" href=Page::Checkout.path()>
                    {t::CHECK_OUT}
                </a>
            }
            .into_any()
        } else {
            view! {
                <button
                    type="button"
                    class="button main wide"
                    aria-disabled="true"
                    on:click=move |_| shop.toasts.say(t::BASKET_NOT_READY)
                >
                    {t::CHECK_OUT}
                </button>
            }
            .into_any()
        }
    }
}
