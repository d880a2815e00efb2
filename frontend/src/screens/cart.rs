//! The basket as a page: the same lines as the drawer, with room.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    app::use_shop,
    components::{
        checkout_button::CheckOut,
        line::{Lines, can_be_ordered},
        skeleton::Bone,
        state::{EmptyState, ProblemState, Sketch},
        totals::{BasketTotals, TowardsFreeDelivery, use_methods},
        waiting::WaitingNote,
    },
    i18n::t,
    route::Page,
    telemetry,
};

#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Loading,
    Failed,
    Empty,
    Full,
}

#[component]
pub fn BasketScreen() -> impl IntoView {
    let shop = use_shop();
    shop.basket.reload(telemetry::page());
    let phase = Memo::new(move |_| match (shop.basket.cart(), shop.basket.error()) {
        (Some(cart), _) if cart.lines.is_empty() => Phase::Empty,
        (Some(_), _) => Phase::Full,
        (None, Some(_)) => Phase::Failed,
        (None, None) => Phase::Loading,
    });
    view! {
        <Title text=t::BASKET />
        <main id="main" class="page section" tabindex="-1" style="padding-block-start:var(--space-6)">
            {move || match phase.get() {
                Phase::Loading => view! { <BasketSkeleton /> }.into_any(),
                Phase::Failed => {
                    shop.basket
                        .error()
                        .map(|error| {
                            view! { <ProblemState error=error on_retry=move || shop.basket.reload(telemetry::page()) first=true /> }
                        })
                        .into_any()
                }
                Phase::Empty => {
                    view! {
                        <WaitingNote />
                        <EmptyState sketch=Sketch::Boat title=t::BASKET_EMPTY detail=t::BASKET_EMPTY_DETAIL first=true>
                            <a class="button main" href=Page::Goods.path()>
                                {t::SEE_LANDED}
                            </a>
                        </EmptyState>
                    }
                        .into_any()
                }
                Phase::Full => view! { <Full /> }.into_any(),
            }}
        </main>
    }
}

#[component]
fn Full() -> impl IntoView {
    let shop = use_shop();
    let methods = use_methods();
    let ready = Memo::new(move |_| shop.basket.cart().is_some_and(|cart| can_be_ordered(&cart)));
    view! {
        <h1 tabindex="-1" style="margin-block-end:var(--space-6)">
            {move || t::basket_title(shop.basket.count())}
        </h1>
        <div class="checkout">
            <section aria-label=t::GOODS_IN_BASKET>
                <WaitingNote />
                <Lines />
            </section>
            <aside class="panel summary stack" aria-label=t::TOTAL>
                <Show when=move || !ready.get()>
                    <p class="note warn" role="status" style="display:block">
                        {t::BASKET_NOT_READY}
                    </p>
                </Show>
                <BasketTotals methods=methods />
                <TowardsFreeDelivery methods=methods />
                <CheckOut />
            </aside>
        </div>
    }
}

#[component]
fn BasketSkeleton() -> impl IntoView {
    view! {
        <div class="stack" aria-busy="true">
            <p class="unseen" role="status">
                {t::BASKET}
                {t::LOADING}
            </p>
            <span class="bone" style="--w:18rem;block-size:3rem"></span>
            <Bone width="60%" />
            <Bone width="50%" />
            <Bone width="55%" />
        </div>
    }
}
