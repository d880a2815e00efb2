//! Skeletons: the measure of what will come.

use leptos::prelude::*;

use crate::i18n::t;

/// A line of text to come; `width` is a CSS length.
#[component]
pub fn Bone(#[prop(default = "100%")] width: &'static str) -> impl IntoView {
    view! { <span class="bone" style=format!("--w:{width}")></span> }
}

/// The cards of a grid to come.
#[component]
pub fn GoodsSkeleton(#[prop(default = 12)] count: usize, #[prop(optional)] shelf: bool) -> impl IntoView {
    let cards = (0..count)
        .map(|_| {
            view! {
                <li class="card">
                    <span class="bone pic"></span>
                    <div class="facts" style="gap:.5rem">
                        <Bone width="80%" />
                        <Bone width="45%" />
                        <Bone width="30%" />
                    </div>
                </li>
            }
        })
        .collect_view();
    view! {
        <div class=if shelf { "goods shelf" } else { "goods" } aria-busy="true">
            <span class="unseen">{t::GOODS_ON_THE_WAY}{t::LOADING}</span>
            <ul role="list" aria-hidden="true">
                {cards}
            </ul>
        </div>
    }
}
