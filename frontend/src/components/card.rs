//! A product in a grid: the whole card is one link.

use leptos::prelude::*;
use tradewind_contract::catalog::{Availability, ProductCard};

use super::{picture::Drawn, price::Price};
use crate::{i18n::t, route::Page};

/// A card, as an item of a list. Its name is a heading one below that of its section.
#[component]
pub fn Card(
    product: ProductCard,
    /// The section has a heading of its own, so that the name is a third-level one.
    #[prop(optional)]
    below_heading: bool,
    #[prop(optional)] eager: bool,
) -> impl IntoView {
    let href = Page::product(&product.handle).path();
    let out = product.availability == Availability::Out;
    let link = view! { <a href=href>{product.title}</a> };
    let name =
        if below_heading { view! { <h3 class="name">{link}</h3> }.into_any() } else { view! { <h2 class="name">{link}</h2> }.into_any() };
    let stock = match product.availability {
        Availability::InStock => None,
        Availability::Low => Some(view! { <span class="low">{t::FEW_LEFT}</span> }),
        Availability::Out => Some(view! { <span class="faint">{t::SOLD_OUT}</span> }),
    };
    view! {
        <li>
            <article class="card" class:out=out>
                <div class="picture">
                    <Drawn url=product.image.url alt="" eager=eager />
                </div>
                <div class="facts">
                    {name} <p class="bearing">{product.origin}</p> <p class="line">
                        <Price money=product.price_from unit=product.unit from=product.price_varies />
                        {stock}
                    </p>
                </div>
            </article>
        </li>
    }
}
