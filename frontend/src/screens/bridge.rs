//! The way to the operators' screens: who may pass, and the loading of their part of the program, which shoppers never pay for.

use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    components::A,
    hooks::{use_location, use_navigate},
};

use crate::{
    app::use_shop,
    bridge::{self, Screens},
    components::state::{EmptyState, Sketch},
    i18n::t,
    navigation,
    route::Page,
};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Who {
    Unknown,
    Visitor,
    Shopper,
    Operator,
}

#[component]
pub fn BridgeScreen() -> impl IntoView {
    let shop = use_shop();
    let location = use_location();
    let navigate = use_navigate();
    let who = Memo::new(move |_| match (shop.session.is_settled(), shop.session.account()) {
        (false, _) => Who::Unknown,
        (true, None) => Who::Visitor,
        (true, Some(_)) if shop.session.is_operator() => Who::Operator,
        (true, Some(_)) => Who::Shopper,
    });
    Effect::new(move |_| {
        if who.get() == Who::Visitor {
            let here = format!("{}{}", location.pathname.get_untracked(), query(&location.search.get_untracked()));
            navigate(&Page::log_in_then(&here), NavigateOptions { replace: true, ..NavigateOptions::default() });
        }
    });
    move || match who.get() {
        Who::Unknown | Who::Visitor => view! { <OnTheWay /> }.into_any(),
        Who::Shopper => view! { <NotForShoppers /> }.into_any(),
        Who::Operator => view! { <Loaded /> }.into_any(),
    }
}

/// As the address bar has it.
fn query(search: &str) -> String {
    let search = search.trim_start_matches('?');
    if search.is_empty() { String::new() } else { format!("?{search}") }
}

#[component]
fn NotForShoppers() -> impl IntoView {
    view! {
        <Title text=t::NOT_FOR_SHOPPERS_TITLE />
        <main id="main" class="page section" tabindex="-1">
            <EmptyState sketch=Sketch::Lighthouse title=t::NOT_FOR_SHOPPERS_TITLE detail=t::NOT_FOR_SHOPPERS_DETAIL first=true>
                <div class="row">
                    <A href=Page::Home.path() attr:class="button main">
                        {t::TO_THE_SHOP}
                    </A>
                    <A href=Page::Account.path() attr:class="link">
                        {t::ACCOUNT}
                    </A>
                </div>
            </EmptyState>
        </main>
    }
}

/// The screens, once they are here.
#[component]
fn Loaded() -> impl IntoView {
    let screens = RwSignal::new(None::<Result<Screens, ()>>);
    let load = move || {
        spawn_local(async move {
            let loaded = bridge::load().await.map_err(|_| ());
            // Who came here from another page has the focus on what is replaced now.
            let had_focus = focus_is_on_main();
            if screens.try_set(Some(loaded)).is_none() && had_focus {
                request_animation_frame(navigation::focus_page);
            }
        });
    };
    load();
    let again = move |_| {
        screens.set(None);
        load();
    };
    move || match screens.get() {
        None => view! { <OnTheWay /> }.into_any(),
        Some(Ok(screens)) => screens(),
        Some(Err(())) => view! {
            <Title text=t::BRIDGE />
            <main id="main" class="page section" tabindex="-1">
                <EmptyState sketch=Sketch::Wreck title=t::BRIDGE_NOT_LOADED_TITLE detail=t::BRIDGE_NOT_LOADED_DETAIL first=true>
                    <div class="row">
                        <button type="button" class="button main" on:click=again>
                            {t::TRY_AGAIN}
                        </button>
                        <A href=Page::Home.path() attr:class="link">
                            {t::TO_THE_SHOP}
                        </A>
                    </div>
                </EmptyState>
            </main>
        }
        .into_any(),
    }
}

fn focus_is_on_main() -> bool {
    let focused = web_sys::window().and_then(|window| window.document()).and_then(|document| document.active_element());
    focused.is_some_and(|element| element.id() == "main")
}

#[component]
fn OnTheWay() -> impl IntoView {
    view! {
        <Title text=t::BRIDGE />
        <main id="main" class="page section" aria-busy="true" tabindex="-1">
            <p class="unseen">{t::BRIDGE_ON_THE_WAY}</p>
            <span class="bone" style="--w:14rem;block-size:2.5rem"></span>
        </main>
    }
}
