//! The test cards and what each of them leads to.

use leptos::prelude::*;
use tradewind_contract::payments::PaymentToken;

use crate::i18n::t;

/// One of the test cards; `on_change` when another one was chosen.
#[component]
pub fn TestCards(
    card: RwSignal<PaymentToken>,
    /// Nothing may be changed while an answer is awaited.
    #[prop(into)]
    locked: Signal<bool>,
    on_change: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let cards = PaymentToken::ALL
        .into_iter()
        .map(|offered| {
            view! {
                <label class="check">
                    <input
                        type="radio"
                        name="payment_token"
                        value=offered.as_str()
                        prop:checked=move || card.get() == offered
                        on:change=move |_| {
                            on_change();
                            card.set(offered);
                        }
                    />
                    <span>
                        {t::card_title(offered)} <br /> <span class="tiny soft">{t::card_detail(offered)}</span>
                    </span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset id="field-payment_token" tabindex="-1" disabled=locked>
            <legend class="small" style="font-weight:500;margin-block-end:.5rem">
                {t::FIELD_CARD}
            </legend>
            <div class="ways">{cards}</div>
        </fieldset>
    }
}
