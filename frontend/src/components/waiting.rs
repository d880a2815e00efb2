//! What the basket says while changes of it wait for a line.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::{
    app::{Shop, use_shop},
    i18n::t,
};

/// Why nothing can be ordered now; nothing when the line holds and has brought everything over. Reactive.
pub fn cut_off(shop: Shop) -> Option<&'static str> {
    match (shop.online.get(), shop.basket.waiting()) {
        (false, _) => Some(t::NO_CHECK_OUT_OFFLINE),
        (true, 0) => None,
        (true, _) => Some(t::NO_CHECK_OUT_WAITING),
    }
}

/// How many changes wait. The live region is always there, so that what appears in it is announced.
#[component]
pub fn WaitingNote() -> impl IntoView {
    let shop = use_shop();
    let count = Memo::new(move |_| shop.basket.waiting());
    let waits = Memo::new(move |_| count.get() > 0);
    view! {
        <div role="status">
            <Show when=move || waits.get()>
                <div class="note warn" style="margin-block-end:var(--space-4)">
                    <Glyph icon=Icon::Info />
                    <p>{move || t::changes_wait(count.get())}</p>
                    <Show when=move || shop.online.get()>
                        <button type="button" class="link tap" style="grid-column:2;inline-size:auto;justify-self:start" on:click=move |_| shop.basket.try_now()>
                            {t::TRY_NOW}
                        </button>
                    </Show>
                </div>
            </Show>
        </div>
    }
}
