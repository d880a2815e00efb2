//! Cards in a grid, or on a shelf that scrolls sideways on phones.

use leptos::prelude::*;
use tradewind_contract::catalog::ProductCard;

use super::{card::Card, skeleton::GoodsSkeleton, state::ProblemState};
use crate::cache::read::{Read, State};

/// Cards that are above the fold on most screens.
const EAGER: usize = 4;

#[component]
pub fn Goods(
    products: Vec<ProductCard>,
    #[prop(optional)] shelf: bool,
    #[prop(optional)] below_heading: bool,
    /// The first row is in sight at once.
    #[prop(optional)]
    in_sight: bool,
) -> impl IntoView {
    let cards = products
        .into_iter()
        .enumerate()
        .map(|(index, product)| view! { <Card product=product below_heading=below_heading eager=in_sight && index < EAGER /> })
        .collect_view();
    view! {
        <div class=if shelf { "goods shelf" } else { "goods" }>
            <ul role="list">{cards}</ul>
        </div>
    }
}

/// A shelf of four that reads itself.
#[component]
pub fn Shelf<T: Clone + PartialEq + Send + Sync + 'static>(read: Read<T>, products: fn(T) -> Vec<ProductCard>) -> impl IntoView {
    let state = read.memo();
    move || match state.get() {
        State::Loading => view! { <GoodsSkeleton count=4 shelf=true /> }.into_any(),
        State::Failed(error) => view! { <ProblemState error=error on_retry=move || read.retry() /> }.into_any(),
        State::Ready(data) => view! { <Goods products=products(data) shelf=true below_heading=true /> }.into_any(),
    }
}
