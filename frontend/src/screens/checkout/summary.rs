//! What is being bought: beside the steps on wide pages, folded above them on narrow ones.

use leptos::prelude::*;
use leptos_router::components::A;
use tradewind_contract::{Money, cart::CartLine, orders::Totals};

use super::{Desk, Quoted, draft::country_name};
use crate::{
    components::{picture::Picture, state::ProblemNote},
    i18n::{format, t},
    route::Page,
};

/// The fold above the steps, on narrow pages.
#[component]
pub fn Brief(desk: Desk) -> impl IntoView {
    let goods = move || desk.shop.basket.count();
    let total = move || desk.total().or_else(|| desk.shop.basket.cart().map(|cart| cart.subtotal)).map(format::money);
    view! {
        <details class="fold brief">
            <summary>
                {move || t::your_order_brief(goods())} <span class="push figures">{total}</span>
            </summary>
            <div class="stack">
                <Lines desk />
                <Sums desk />
            </div>
        </details>
    }
}

/// The panel beside the steps. On narrow pages it follows them, without repeating the goods.
#[component]
pub fn Summary(desk: Desk) -> impl IntoView {
    view! {
        <aside class="summary panel stack" aria-labelledby="summary">
            <h2 id="summary" style="font-size:var(--text-xl)">
                {t::YOUR_ORDER}
            </h2>
            <Lines desk />
            <Sums desk />
            <p class="tiny soft">{t::CHECKED_ONCE_MORE}</p>
        </aside>
    }
}

#[component]
fn Lines(desk: Desk) -> impl IntoView {
    let lines = Memo::new(move |_| desk.shop.basket.cart().map(|cart| cart.lines));
    move || match lines.get() {
        Some(lines) => {
            let items = lines.into_iter().map(|line| view! { <Line line /> }).collect_view();
            view! {
                <ul class="lines" role="list">
                    {items}
                </ul>
            }
            .into_any()
        }
        None => view! { <LinesOnTheWay /> }.into_any(),
    }
}

#[component]
fn Line(line: CartLine) -> impl IntoView {
    let options: Vec<_> = line.options.values().cloned().collect();
    let total = Money { amount: line.unit_price.amount * i64::from(line.quantity), ..line.unit_price };
    view! {
        <li>
            <Picture image=line.image decorative=true />
            <div class="stack" style="--flow:.35rem">
                <div class="row between" style="flex-wrap:nowrap;align-items:start">
                    <p class="name">
                        <A href=Page::product(&line.handle).path()>{line.title}</A>
                    </p>
                    <p class="price small" style="flex:none">{format::money(total)}</p>
                </div>
                <p class="tiny soft">{t::line_facts(&options.join(", "), line.quantity, &format::money(line.unit_price))}</p>
            </div>
        </li>
    }
}

/// Two lines, as tall as they will be.
#[component]
pub fn LinesOnTheWay() -> impl IntoView {
    let line = || {
        view! {
            <li>
                <span class="bone pic"></span>
                <div class="stack" style="--flow:.5rem">
                    <span class="bone" style="--w:80%"></span>
                    <span class="bone" style="--w:50%;block-size:.8em"></span>
                </div>
            </li>
        }
    };
    view! {
        <ul class="lines" role="list" aria-busy="true">
            {line()}
            {line()}
        </ul>
    }
}

/// The sum, added up by the service; until then what is known.
#[component]
fn Sums(desk: Desk) -> impl IntoView {
    let shipping_name = move || {
        let country = desk.draft.with(|draft| country_name(&draft.country).to_owned());
        desk.method().map_or_else(|| t::SHIPPING_UNKNOWN.to_owned(), |method| t::shipping_to(&method.title, &country))
    };
    let subtotal = move || desk.shop.basket.cart().map(|cart| format::money(cart.subtotal));
    move || match desk.quote.get() {
        Quoted::Ready(totals) => view! { <TotalsList totals shipping=shipping_name() /> }.into_any(),
        Quoted::Failed(error) => view! {
            <ProblemNote error />
            <button type="button" class="button short" on:click=move |_| desk.quote_again.update(|count| *count += 1)>
                {t::TRY_AGAIN}
            </button>
        }
        .into_any(),
        quoted => {
            let adding = quoted == Quoted::Adding;
            let pending = move || if adding { view! { <span class="bone" style="--w:4rem"></span> }.into_any() } else { ().into_any() };
            view! {
                <dl class="totals" aria-busy=adding.to_string()>
                    <div>
                        <dt>{t::TOTAL_GOODS}</dt>
                        <dd>{subtotal}</dd>
                    </div>
                    <div>
                        <dt>{shipping_name()}</dt>
                        <dd>{if adding { pending() } else { t::SHIPPING_UNKNOWN_VALUE.into_any() }}</dd>
                    </div>
                    <div class="soft">
                        <dt>{t::OF_WHICH_VAT}</dt>
                        <dd>{pending()}</dd>
                    </div>
                    <div class="sum">
                        <dt>{t::SUM}</dt>
                        <dd>{pending()}</dd>
                    </div>
                </dl>
            }
            .into_any()
        }
    }
}

/// Goods, delivery, tax, total; the same on the order's page.
#[component]
pub fn TotalsList(totals: Totals, shipping: String) -> impl IntoView {
    let price = |money: Money| if money.amount == 0 { t::FREE.to_owned() } else { format::money(money) };
    view! {
        <dl class="totals">
            <div>
                <dt>{t::TOTAL_GOODS}</dt>
                <dd>{format::money(totals.subtotal)}</dd>
            </div>
            <div>
                <dt>{shipping}</dt>
                <dd>{price(totals.shipping)}</dd>
            </div>
            <div class="soft">
                <dt>{t::OF_WHICH_VAT}</dt>
                <dd>{format::money(totals.tax)}</dd>
            </div>
            <div class="sum">
                <dt>{t::SUM}</dt>
                <dd>{format::money(totals.total)}</dd>
            </div>
        </dl>
    }
}
