//! What the basket comes to, before checkout: goods, delivery, and how far it is to free delivery.

use leptos::prelude::*;
use tradewind_contract::{
    Money,
    orders::{ShippingMethod, ShippingMethods},
    validation::COUNTRIES,
};

use super::{
    gauge::Gauge,
    icon::{Glyph, Icon},
};
use crate::{
    api::orders,
    app::use_shop,
    cache::read::{Read, use_read},
    i18n::{format, t},
    platform::storage,
};

/// The country of the last checkout, set by it, so that the basket can name a price before.
pub const COUNTRY_KEY: &str = "tradewind.country";
/// Where most parcels go; the shop is in Hamburg.
pub const COUNTRY_DEFAULT: &str = "DE";

/// Where the parcel will most likely go: ISO code and name.
pub fn likely_country() -> (&'static str, &'static str) {
    let stored: Option<String> = storage::get(COUNTRY_KEY);
    let code = stored.as_deref().unwrap_or(COUNTRY_DEFAULT);
    COUNTRIES.into_iter().find(|(known, _)| *known == code).unwrap_or((COUNTRY_DEFAULT, "Germany"))
}

/// What a method costs for goods worth `subtotal`.
pub fn delivery_price(method: &ShippingMethod, subtotal: Money) -> Money {
    let free = method.free_from.is_some_and(|from| subtotal.amount >= from.amount);
    if free { Money::new(0, method.price.currency) } else { method.price }
}

fn cheapest(methods: &[ShippingMethod], subtotal: Money) -> Option<Money> {
    methods.iter().map(|method| delivery_price(method, subtotal)).min_by_key(|price| price.amount)
}

/// What is still missing to free delivery, and the sum it needs; nothing where no method becomes free.
fn missing(methods: &[ShippingMethod], subtotal: Money) -> Option<(i64, i64)> {
    let from = methods.iter().filter_map(|method| method.free_from).map(|from| from.amount).min()?;
    Some(((from - subtotal.amount).max(0), from))
}

/// The ways to send the basket where it will most likely go.
pub fn use_methods() -> Read<ShippingMethods> {
    let shop = use_shop();
    let known = Memo::new(move |_| shop.session.user().is_some());
    use_read(move || known.get().then(|| orders::shipping_methods(likely_country().0)))
}

/// The list of sums.
#[component]
pub fn BasketTotals(methods: Read<ShippingMethods>) -> impl IntoView {
    let shop = use_shop();
    let (_, country) = likely_country();
    let subtotal = Memo::new(move |_| shop.basket.cart().map_or(Money::eur(0), |cart| cart.subtotal));
    let delivery = Memo::new(move |_| methods.data().and_then(|methods| cheapest(&methods.items, subtotal.get())));
    view! {
        <dl class="totals" aria-busy=move || shop.basket.is_sending().to_string()>
            <div>
                <dt>{t::TOTAL_GOODS}</dt>
                <dd>{move || format::money(subtotal.get())}</dd>
            </div>
            {move || {
                let delivery = delivery.get()?;
                let price = if delivery.amount == 0 { t::FREE.to_owned() } else { format::money(delivery) };
                Some(
                    view! {
                        <div>
                            <dt>{t::delivery_to(country)}</dt>
                            <dd>{price}</dd>
                        </div>
                    },
                )
            }}
            <div class="sum">
                <dt>{t::TOTAL}</dt>
                <dd>
                    {move || {
                        let subtotal = subtotal.get();
                        let delivery = delivery.get().map_or(0, |delivery| delivery.amount);
                        format::money(Money { amount: subtotal.amount + delivery, ..subtotal })
                    }}
                </dd>
            </div>
        </dl>
    }
}

/// The gauge towards free delivery.
#[component]
pub fn TowardsFreeDelivery(methods: Read<ShippingMethods>) -> impl IntoView {
    let shop = use_shop();
    let subtotal = Memo::new(move |_| shop.basket.cart().map_or(Money::eur(0), |cart| cart.subtotal));
    let missing = Memo::new(move |_| methods.data().and_then(|methods| missing(&methods.items, subtotal.get())));
    let is_known = Memo::new(move |_| missing.get().is_some());
    let now = Signal::derive(move || missing.get().map_or(0, |(missing, from)| u32::try_from(from - missing).unwrap_or(0)));
    let max = Signal::derive(move || missing.get().map_or(1, |(_, from)| u32::try_from(from).unwrap_or(1)));
    let sentence = move || match missing.get() {
        Some((0, _)) => t::DELIVERY_IS_FREE.to_owned(),
        Some((missing, _)) => t::more_for_free(&format::money(Money { amount: missing, ..subtotal.get() })),
        None => String::new(),
    };
    view! {
        <Show when=move || is_known.get()>
            <div class="note" style="margin-block-start:var(--space-3)">
                <Glyph icon=Icon::Boat />
                <p>{sentence}</p>
                <Gauge label=t::TOWARDS_FREE now=now max=max sea=true style="grid-column:2;margin-block:.4rem .2rem" />
            </div>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use tradewind_contract::orders::DeliveryTime;

    use super::*;

    fn method(price: i64, free_from: Option<i64>) -> ShippingMethod {
        ShippingMethod {
            id: String::new(),
            title: String::new(),
            price: Money::eur(price),
            free_from: free_from.map(Money::eur),
            delivery: DeliveryTime { min_days: 1, max_days: 2 },
        }
    }

    #[test]
    fn delivery_is_free_from_its_threshold_on() {
        let methods = [method(490, Some(6_000)), method(990, None)];
        assert_eq!(cheapest(&methods, Money::eur(5_999)), Some(Money::eur(490)));
        assert_eq!(cheapest(&methods, Money::eur(6_000)), Some(Money::eur(0)));
        assert_eq!(missing(&methods, Money::eur(5_590)), Some((410, 6_000)));
        assert_eq!(missing(&methods, Money::eur(9_000)), Some((0, 6_000)));
        assert_eq!(missing(&methods[1..], Money::eur(0)), None);
    }
}
