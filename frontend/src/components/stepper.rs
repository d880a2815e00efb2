//! A quantity with its two buttons.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::i18n::t;

/// A quantity between `min` and `max`; `on_change` gets the new one.
#[component]
pub fn Stepper(
    #[prop(into)] quantity: Signal<u32>,
    #[prop(default = 1)] min: u32,
    #[prop(into)] max: Signal<u32>,
    /// What is being counted, for the labels; empty where it is plain.
    #[prop(optional, into)]
    title: String,
    on_change: impl Fn(u32) + Copy + 'static,
) -> impl IntoView {
    let (fewer, more, label) = match title.as_str() {
        "" => (t::ONE_FEWER.to_owned(), t::ONE_MORE.to_owned(), t::QUANTITY.to_owned()),
        title => (t::one_fewer(title), t::one_more(title), t::quantity_of(title)),
    };
    let at_least = move || quantity.get() <= min;
    let at_most = move || quantity.get() >= max.get();
    view! {
        <div class="stepper">
            <button
                type="button"
                class="tap"
                aria-label=fewer
                aria-disabled=move || at_least().then_some("true")
                on:click=move |_| {
                    if quantity.get_untracked() > min {
                        on_change(quantity.get_untracked() - 1);
                    }
                }
            >
                <Glyph icon=Icon::Minus />
            </button>
            <output aria-label=label aria-live="polite">
                {quantity}
            </output>
            <button
                type="button"
                class="tap"
                aria-label=more
                aria-disabled=move || at_most().then_some("true")
                on:click=move |_| {
                    if quantity.get_untracked() < max.get_untracked() {
                        on_change(quantity.get_untracked() + 1);
                    }
                }
            >
                <Glyph icon=Icon::Plus />
            </button>
        </div>
    }
}
