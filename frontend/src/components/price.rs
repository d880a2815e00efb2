//! Prices.

use leptos::prelude::*;
use tradewind_contract::Money;

use crate::i18n::{format, t};

/// A price, with what it is for (`/ 100 g`) and what it was before.
#[component]
pub fn Price(
    money: Money,
    /// What it is for; nothing for things sold by the piece.
    #[prop(optional, into)]
    unit: String,
    /// The cheapest of several.
    #[prop(optional)]
    from: bool,
    #[prop(optional_no_strip)] before: Option<Money>,
) -> impl IntoView {
    let text = format::money(money);
    let text = if from { t::from_price(&text) } else { text };
    let before = before.map(|before| {
        let before = format::money(before);
        view! {
            <span class="unseen">{t::compare_at(&before)}", "</span>
            <s aria-hidden="true">{before}</s>
        }
    });
    if unit.is_empty() {
        return view! { <span class="price">{before} {text}</span> }.into_any();
    }
    // On a narrow card the unit goes to a line of its own; amount and unit themselves are never broken.
    view! {
        <span class="price" style="white-space:normal">
            <span style="white-space:nowrap">{before} {text}</span>
            " "
            <span class="faint" style="white-space:nowrap">
                "/ "
                <bdi>{unit}</bdi>
            </span>
        </span>
    }
    .into_any()
}
