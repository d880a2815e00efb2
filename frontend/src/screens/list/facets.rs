//! What to narrow a list by.

use leptos::prelude::*;
use tradewind_contract::catalog::{Facet, FacetValue};

use super::{
    Address,
    filter::{Filter, euros, minor_units},
};
use crate::i18n::t;

/// Values of a facet that are shown before the rest is asked for.
const SHOWN: usize = 8;

/// The facets; there are two of them on a page, one for wide and one for narrow screens, told apart by `name`.
#[component]
pub fn Facets(facets: RwSignal<Vec<Facet>>, address: Address, name: &'static str) -> impl IntoView {
    // A facet keeps its element, and so whether it is open, while its counts change.
    let parameters = Memo::new(move |_| facets.read().iter().map(|facet| facet.parameter.clone()).collect::<Vec<_>>());
    let categories = move || parameters.get().into_iter().filter(|parameter| parameter == "category").collect::<Vec<_>>();
    let others = move || parameters.get().into_iter().filter(|parameter| parameter != "category").collect::<Vec<_>>();
    view! {
        <form on:submit=|event| event.prevent_default()>
            <For each=categories key=Clone::clone let:parameter>
                <Choices facets=facets parameter=parameter address=address />
            </For>
            <PriceRange address=address name=name />
            <StockOnly address=address />
            <For each=others key=Clone::clone let:parameter>
                <Choices facets=facets parameter=parameter address=address />
            </For>
        </form>
    }
}

#[component]
fn Choices(facets: RwSignal<Vec<Facet>>, parameter: String, address: Address) -> impl IntoView {
    let parameter = StoredValue::new(parameter);
    let facet =
        Memo::new(move |_| facets.with(|facets| parameter.with_value(|p| facets.iter().find(|facet| facet.parameter == *p).cloned())));
    let all = RwSignal::new(false);
    let title = move || facet.get().map(|facet| t::humanised(&facet.title));
    let count = move || facet.with(|facet| facet.as_ref().map_or(0, |facet| facet.values.len()));
    let is_long = Memo::new(move |_| count() > SHOWN);
    let values = move || {
        let shown = if all.get() { usize::MAX } else { SHOWN };
        let is_chosen = |value: &FacetValue| parameter.with_value(|p| address.filter.read().has(p, &value.value));
        let values = facet.get().map(|facet| facet.values).unwrap_or_default();
        // A chosen value stays in sight even when it is far down.
        values
            .into_iter()
            .enumerate()
            .filter(|(index, value)| *index < shown || is_chosen(value))
            .map(|(_, value)| value)
            .collect::<Vec<_>>()
    };
    view! {
        <details class="fold" open>
            <summary>{title}</summary>
            <div>
                <For each=values key=|value| value.value.clone() let:value>
                    <Choice value=value facet=facet parameter=parameter address=address />
                </For>
                <Show when=move || is_long.get()>
                    <button
                        type="button"
                        class="link tap"
                        style="inline-size:auto;text-decoration:underline"
                        on:click=move |_| all.update(|all| *all = !*all)
                    >
                        {move || if all.get() { t::FEWER_VALUES.to_owned() } else { t::more_values(count() - SHOWN) }}
                    </button>
                </Show>
            </div>
        </details>
    }
}

/// One value. Only its count follows the facet: the box keeps its element, and so the focus, while counts change.
#[component]
fn Choice(value: FacetValue, facet: Memo<Option<Facet>>, parameter: StoredValue<String>, address: Address) -> impl IntoView {
    let title = value.title.clone();
    let value = StoredValue::new(value.value);
    let count = move || {
        facet.with(|facet| {
            let values = facet.iter().flat_map(|facet| &facet.values);
            value.with_value(|value| values.into_iter().find(|known| known.value == *value).map(|known| known.count))
        })
    };
    let checked = move || parameter.with_value(|p| value.with_value(|value| address.filter.read().has(p, value)));
    let toggle = move |_| {
        let filter = address.filter.get_untracked();
        address.narrow(&parameter.with_value(|p| value.with_value(|value| filter.toggle(p, value))));
    };
    view! {
        <label class="check">
            <input type="checkbox" prop:checked=checked on:change=toggle />
            <bdi>{title}</bdi>
            <span class="n">{count}</span>
        </label>
    }
}

#[component]
fn StockOnly(address: Address) -> impl IntoView {
    let toggle = move |_| {
        let filter = address.filter.get_untracked();
        address.narrow(&Filter { in_stock: !filter.in_stock, ..filter });
    };
    view! {
        <details class="fold" open>
            <summary>{t::STOCK}</summary>
            <div>
                <label class="check">
                    <input type="checkbox" prop:checked=move || address.filter.read().in_stock on:change=toggle />
                    {t::IN_STOCK_ONLY}
                </label>
            </div>
        </details>
    }
}

#[component]
fn PriceRange(address: Address, name: &'static str) -> impl IntoView {
    let (min_id, max_id) = (format!("price-min-{name}"), format!("price-max-{name}"));
    let shown = |minor: Option<i64>| minor.map(euros).unwrap_or_default();
    let min = move || shown(address.filter.read().price_min);
    let max = move || shown(address.filter.read().price_max);
    let change = move |set: fn(&mut Filter, Option<i64>)| {
        move |event: leptos::ev::Event| {
            let mut filter = address.filter.get_untracked();
            set(&mut filter, minor_units(&event_target_value(&event)));
            // The wrong way round is meant the right way round.
            if let (Some(low), Some(high)) = (filter.price_min, filter.price_max) {
                (filter.price_min, filter.price_max) = (Some(low.min(high)), Some(low.max(high)));
            }
            address.narrow(&filter);
        }
    };
    view! {
        <details class="fold" open>
            <summary>{t::PRICE}</summary>
            <div class="row" style="flex-wrap:nowrap">
                <div class="field">
                    <label for=min_id.clone()>{t::PRICE_FROM}</label>
                    <input
                        class="input"
                        id=min_id
                        inputmode="decimal"
                        maxlength="8"
                        prop:value=min
                        on:change=change(|filter, minor| filter.price_min = minor)
                    />
                </div>
                <div class="field">
                    <label for=max_id.clone()>{t::PRICE_TO}</label>
                    <input
                        class="input"
                        id=max_id
                        inputmode="decimal"
                        maxlength="8"
                        prop:value=max
                        on:change=change(|filter, minor| filter.price_max = minor)
                    />
                </div>
            </div>
        </details>
    }
}
