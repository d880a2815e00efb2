//! Everybody's orders: found by number, email, status and day.

use leptos::{ev, prelude::*};
use tradewind_contract::{Page as Leaf, operators::OrderSummary, orders::OrderStatus};

use super::parts::{Address, Board, Head, Leaves, Moment, Nothing, OrderLink, Screen, StatusWord, Table, shown, use_address};
use crate::{
    api,
    cache::read::use_read,
    components::state::Sketch,
    i18n::{format, t},
    route::Page,
};

const FILTERS: &[&str] = &["query", "status", "placed_from", "placed_until"];
const ASKED: &[&str] = &["query", "status", "placed_from", "placed_until", "cursor"];

const COLUMNS: &[Head] = &[
    Head::Text(t::HEAD_ORDER),
    Head::Text(t::FILTER_STATUS),
    Head::Text(t::HEAD_EMAIL),
    Head::Number(t::HEAD_TOTAL),
    Head::Text(t::HEAD_WHEN),
];

#[component]
pub fn OrdersScreen() -> impl IntoView {
    let address = use_address();
    let orders = use_read(move || Some(api::admin::orders(&address.query(ASKED))));
    view! {
        <Screen title=t::BRIDGE_ORDERS>
            <Search address />
            {shown(
                orders,
                move |leaf| {
                    if leaf.items.is_empty() {
                        view! { <Nothing sketch=Sketch::Telescope title=t::NO_ORDERS_FOUND detail=t::NO_ORDERS_FOUND_DETAIL /> }.into_any()
                    } else {
                        view! { <Found leaf address /> }.into_any()
                    }
                },
            )}
        </Screen>
    }
}

#[component]
fn Search(address: Address) -> impl IntoView {
    let [query, status, from, until] = [(); 4].map(|()| RwSignal::new(String::new()));
    // The address may be changed by going back.
    Effect::new(move |_| {
        for (field, key) in [query, status, from, until].into_iter().zip(FILTERS) {
            field.set(address.get(key));
        }
    });
    let find = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let values = [query, status, from, until].map(|field| field.get_untracked());
        let pairs: Vec<_> = FILTERS.iter().copied().zip(values).collect();
        address.go(&Page::BridgeOrders, &pairs);
    };
    let statuses = OrderStatus::ALL
        .map(|known| {
            view! {
                <option value=known.as_str() selected=move || status.with(|status| status == known.as_str())>
                    {t::status_word(known)}
                </option>
            }
        })
        .into_iter()
        .collect_view();
    let day = move |id: &'static str, label: &'static str, field: RwSignal<String>| {
        view! {
            <div class="field">
                <label for=id>{label}</label>
                <input
                    id=id
                    class="input"
                    type="date"
                    prop:value=move || field.get()
                    on:input:target=move |event| field.set(event.target().value())
                />
            </div>
        }
    };
    view! {
        <form class="sieve" role="search" aria-label=t::FIND_ORDERS on:submit=find>
            <div class="field wide">
                <label for="order-query">{t::SEARCH_ORDERS_FIELD}</label>
                <input
                    id="order-query"
                    class="input"
                    type="search"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    aria-describedby="order-query-help"
                    prop:value=move || query.get()
                    on:input:target=move |event| query.set(event.target().value())
                />
                <p class="help" id="order-query-help">
                    {t::SEARCH_ORDERS_HELP}
                </p>
            </div>
            <div class="field">
                <label for="order-status">{t::FILTER_STATUS}</label>
                <select id="order-status" class="select" prop:value=move || status.get() on:change:target=move |event| status.set(event.target().value())>
                    <option value="" selected=move || status.with(String::is_empty)>
                        {t::ANY}
                    </option>
                    {statuses}
                </select>
            </div>
            {day("order-from", t::PLACED_FROM, from)}
            {day("order-until", t::PLACED_UNTIL, until)}
            <button class="button main short">{t::FIND}</button>
        </form>
    }
}

#[component]
fn Found(leaf: Leaf<OrderSummary>, address: Address) -> impl IntoView {
    let rows = leaf
        .items
        .into_iter()
        .map(|order| {
            view! {
                <tr>
                    <td>
                        <OrderLink id=order.id number=order.number.to_string() />
                    </td>
                    <td>
                        <StatusWord status=order.status />
                    </td>
                    <td>{order.email}</td>
                    <td class="num">{format::money(order.total)}</td>
                    <td>
                        <Moment at=order.placed_at />
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <Board id="found" title=t::BRIDGE_ORDERS>
            <Table label=t::BRIDGE_ORDERS columns=COLUMNS>
                {rows}
            </Table>
            <Leaves address page=Page::BridgeOrders keys=FILTERS next_cursor=leaf.next_cursor />
        </Board>
    }
}
