//! The head of every page: tidings, families, search, theme, account, basket.

use leptos::{html, prelude::*};
use leptos_router::hooks::use_location;

use super::{
    icon::{Glyph, Icon, Mark},
    search::SearchPanel,
    theme::ThemeSwitch,
};
use crate::{
    app::use_shop,
    i18n::t,
    navigation::opens_elsewhere,
    route::{FAMILIES, Page},
};

#[component]
pub fn Header() -> impl IntoView {
    let location = use_location();
    let menu_open = RwSignal::new(false);
    let search_open = RwSignal::new(false);
    let burger: NodeRef<html::Button> = NodeRef::new();
    let magnifier: NodeRef<html::Button> = NodeRef::new();
    Effect::new(move |_| {
        location.pathname.track();
        location.search.track();
        menu_open.set(false);
        search_open.set(false);
    });
    view! {
        <aside class="tidings" aria-label=t::TIDINGS>
            <p>{t::TIDINGS_TEXT}</p>
        </aside>
        <header
            class="head"
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    let opener = if menu_open.get_untracked() { burger } else { magnifier };
                    let was_open = menu_open.get_untracked() || search_open.get_untracked();
                    menu_open.set(false);
                    search_open.set(false);
                    if let Some(button) = opener.get_untracked().filter(|_| was_open) {
                        let _ = button.focus();
                    }
                }
            }
        >
            <div class="page">
                <div class="head-in">
                    <div class="row">
                        <button
                            node_ref=burger
                            type="button"
                            class="tap burger"
                            aria-label=move || if menu_open.get() { t::CLOSE_MENU } else { t::MENU }
                            aria-expanded=move || menu_open.get().to_string()
                            aria-controls="menu"
                            on:click=move |_| {
                                search_open.set(false);
                                menu_open.update(|open| *open = !*open);
                            }
                        >
                            {move || view! { <Glyph icon=if menu_open.get() { Icon::Close } else { Icon::Menu } /> }}
                        </button>
                        <nav aria-label=t::FAMILIES_NAV>
                            <ul role="list">
                                <FamilyLinks />
                            </ul>
                        </nav>
                    </div>
                    <Mark />
                    <Tools menu_open=menu_open search_open=search_open magnifier=magnifier />
                </div>
            </div>
            <div class="neatline" aria-hidden="true"></div>
            <Show when=move || search_open.get()>
                <SearchPanel open=search_open />
            </Show>
            <Show when=move || menu_open.get()>
                <Menu />
            </Show>
        </header>
    }
}

/// The six families; the one in sight is marked.
#[component]
fn FamilyLinks() -> impl IntoView {
    let location = use_location();
    FAMILIES
        .into_iter()
        .map(|handle| {
            let path = Page::family(handle).path();
            let href = path.clone();
            let current = move || (location.pathname.get() == path).then_some("page");
            view! {
                <li>
                    <a href=href aria-current=current>
                        {t::family(handle)}
                    </a>
                </li>
            }
        })
        .collect_view()
}

#[component]
fn Tools(menu_open: RwSignal<bool>, search_open: RwSignal<bool>, magnifier: NodeRef<html::Button>) -> impl IntoView {
    let shop = use_shop();
    let location = use_location();
    let account = move || if shop.session.account().is_some() { Page::Account.path() } else { Page::LogIn.path() };
    let count = Memo::new(move |_| shop.basket.count());
    let open_basket = move |event: leptos::ev::MouseEvent| {
        let there_already = matches!(location.pathname.get_untracked().as_str(), "/basket" | "/checkout");
        if !opens_elsewhere(&event) && !there_already {
            event.prevent_default();
            shop.basket.drawer.set(true);
        }
    };
    view! {
        <div class="head-tools">
            <button
                node_ref=magnifier
                type="button"
                class="tap"
                aria-label=t::SEARCH
                aria-expanded=move || search_open.get().to_string()
                on:click=move |_| {
                    menu_open.set(false);
                    search_open.update(|open| *open = !*open);
                }
            >
                <Glyph icon=Icon::Search />
            </button>
            <ThemeSwitch class="roomy" />
            <a class="tap roomy" href=account aria-label=move || if shop.session.account().is_some() { t::ACCOUNT } else { t::LOG_IN }>
                <Glyph icon=Icon::Person />
            </a>
            <a class="tap" href=Page::Basket.path() aria-label=move || t::basket_items(count.get()) on:click=open_basket>
                <Glyph icon=Icon::Basket />
                {move || {
                    (count.get() > 0)
                        .then(|| {
                            view! {
                                <span class="count" aria-hidden="true">
                                    {count.get()}
                                </span>
                            }
                        })
                }}
            </a>
        </div>
    }
}

/// What the wide header shows at once, for narrow ones.
#[component]
fn Menu() -> impl IntoView {
    let shop = use_shop();
    let families = FAMILIES
        .into_iter()
        .map(|handle| {
            view! {
                <li>
                    <a class="display" style=MENU_LINK href=Page::family(handle).path()>
                        {t::family(handle)}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <div id="menu" class="page" style="background:var(--paper);padding-block:var(--space-4) var(--space-5);box-shadow:var(--shadow-float)">
            <ul role="list" aria-label=t::FAMILIES_NAV>
                {families}
            </ul>
            <div class="row between" style="margin-block-start:var(--space-3)">
                <div class="row" style="gap:var(--space-5)">
                    {move || {
                        if shop.session.account().is_some() {
                            view! {
                                <a class="link" href=Page::Account.path()>
                                    {t::ACCOUNT}
                                </a>
                            }
                        } else {
                            view! {
                                <a class="link" href=Page::LogIn.path()>
                                    {t::LOG_IN}
                                </a>
                            }
                        }
                    }} <a class="link" href=Page::Orders.path()>
                        {t::YOUR_ORDERS}
                    </a>
                    <Show when=move || shop.session.is_operator()>
                        <a class="link" href=Page::Bridge.path()>
                            {t::BRIDGE}
                        </a>
                    </Show>
                </div>
                <ThemeSwitch />
            </div>
        </div>
    }
}

const MENU_LINK: &str = "display:flex;align-items:center;min-block-size:var(--tap);font-size:var(--text-xl);text-decoration:none";
