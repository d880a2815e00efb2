//! The foot of every page.

use leptos::prelude::*;

use super::icon::Mark;
use crate::{
    i18n::t,
    route::{FAMILIES, Page},
};

#[component]
pub fn Footer() -> impl IntoView {
    let families = FAMILIES
        .into_iter()
        .map(|handle| {
            view! {
                <li>
                    <a href=Page::family(handle).path()>{t::family(handle)}</a>
                </li>
            }
        })
        .collect_view();
    view! {
        <footer class="foot">
            <div class="page stack" style="--flow:var(--space-7)">
                <div class="foot-in">
                    <div class="wide stack" style="--flow:.6rem">
                        <Mark />
                        <p class="soft">{t::FOOT_LINE}</p>
                    </div>
                    <div>
                        <h2>{t::FOOT_GOODS}</h2>
                        <ul role="list">{families}</ul>
                    </div>
                    <div>
                        <h2>{t::FOOT_HELP}</h2>
                        <ul role="list">
                            <li>
                                <a href=Page::Orders.path()>{t::YOUR_ORDERS}</a>
                            </li>
                            <li>
                                <a href=Page::Basket.path()>{t::FOOT_BASKET}</a>
                            </li>
                            <li>
                                <a href=Page::Account.path()>{t::FOOT_ACCOUNT}</a>
                            </li>
                        </ul>
                    </div>
                    <div>
                        <h2>{t::FOOT_HOUSE}</h2>
                        <ul role="list">
                            <li>
                                <a href="/#story">{t::FOOT_STORY}</a>
                            </li>
                            <li>
                                <a href="/#promises">{t::FOOT_PROMISES}</a>
                            </li>
                            <li>
                                <a href="/docs" rel="external">
                                    {t::FOOT_API}
                                </a>
                            </li>
                        </ul>
                    </div>
                </div>
                <p class="tiny soft">{t::FOOT_LEGAL}</p>
            </div>
        </footer>
    }
}
