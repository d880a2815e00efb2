//! A picture in its 4:5 frame, which holds the room before the bytes are there.

use leptos::prelude::*;
use tradewind_contract::catalog::Image;

/// The natural size of every product picture.
const WIDTH: &str = "400";
const HEIGHT: &str = "500";

/// The image alone, for frames of a class of their own.
#[component]
pub fn Drawn(
    url: String,
    #[prop(into)] alt: String,
    /// Above the fold: fetched at once and before the others.
    #[prop(optional)]
    eager: bool,
) -> impl IntoView {
    let (loading, priority) = if eager { ("eager", "high") } else { ("lazy", "auto") };
    view! { <img src=url alt=alt width=WIDTH height=HEIGHT loading=loading fetchpriority=priority decoding="async" /> }
}

/// A product's picture.
#[component]
pub fn Picture(
    image: Image,
    /// Said elsewhere already, as the name in a card.
    #[prop(optional)]
    decorative: bool,
    #[prop(optional)] eager: bool,
) -> impl IntoView {
    let alt = if decorative { String::new() } else { image.alt };
    view! {
        <span class="picture">
            <Drawn url=image.url alt=alt eager=eager />
        </span>
    }
}
