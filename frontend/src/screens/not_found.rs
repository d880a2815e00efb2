//! No such page.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    components::state::{EmptyState, Sketch},
    i18n::t,
    route::Page,
};

#[component]
pub fn NotFoundScreen() -> impl IntoView {
    view! {
        <Title text=t::NOT_FOUND_TITLE />
        <main id="main" class="page section" tabindex="-1">
            <EmptyState sketch=Sketch::Chart title=t::NOT_FOUND_TITLE detail=t::NOT_FOUND_DETAIL first=true>
                <div class="row">
                    <a class="button" href=Page::Home.path()>
                        {t::GO_HOME}
                    </a>
                    <a class="link" href=Page::Goods.path()>
                        {t::ALL_GOODS}
                    </a>
                </div>
            </EmptyState>
        </main>
    }
}
