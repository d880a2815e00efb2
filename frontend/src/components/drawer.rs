//! The basket over the page: the focus goes round inside, Escape closes, the page behind is inert.

use leptos::{ev, html, prelude::*};
use leptos_router::hooks::use_location;
use tradewind_contract::orders::ShippingMethods;
use wasm_bindgen::JsCast as _;

use super::checkout_button::CheckOut;
use super::{
    icon::{Glyph, Icon},
    line::Lines,
    skeleton::Bone,
    state::{EmptyState, ProblemState, Sketch},
    totals::{BasketTotals, TowardsFreeDelivery, use_methods},
    waiting::WaitingNote,
};
use crate::{app::use_shop, cache::read::Read, i18n::t, route::Page, telemetry};

/// Where the focus goes when what it was on has left the drawer.
pub const DRAWER_TITLE_ID: &str = "drawer-title";

#[component]
pub fn BasketDrawer() -> impl IntoView {
    let shop = use_shop();
    let open = shop.basket.drawer;
    let path = use_location().pathname;
    // What the focus was on, and the page it is of.
    let opener = StoredValue::new_local(None::<(web_sys::HtmlElement, String)>);
    Effect::new(move |was_open: Option<bool>| {
        let is_open = open.get();
        let Some(document) = web_sys::window().and_then(|window| window.document()) else { return is_open };
        if let Some(body) = document.body() {
            let _ = body.class_list().toggle_with_force("no-scroll", is_open);
        }
        if is_open {
            let element = document.active_element().and_then(|element| element.dyn_into().ok());
            opener.set_value(element.map(|element| (element, path.get_untracked())));
            shop.basket.reload(telemetry::page());
        } else if was_open == Some(true)
            && let Some((element, page)) = opener.try_update_value(Option::take).flatten()
        {
            // In the next frame the page is no longer inert. A new page has the focus on its own heading.
            request_animation_frame(move || {
                if path.get_untracked() == page {
                    let _ = element.focus();
                }
            });
        }
        is_open
    });
    view! {
        <Show when=move || open.get()>
            <div class="scrim" on:click=move |_| open.set(false)></div>
            <Drawer />
        </Show>
    }
}

#[component]
fn Drawer() -> impl IntoView {
    let shop = use_shop();
    let open = shop.basket.drawer;
    let (dialog, close): (NodeRef<html::Div>, NodeRef<html::Button>) = (NodeRef::new(), NodeRef::new());
    let methods = use_methods();
    let has_goods = Memo::new(move |_| shop.basket.count() > 0);
    close.on_load(|button| {
        let _ = button.focus();
    });
    // The whole window's: what had the focus may have left the drawer.
    let escape = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Escape" {
            open.set(false);
        }
    });
    on_cleanup(move || escape.remove());
    view! {
        <div
            node_ref=dialog
            class="drawer"
            role="dialog"
            aria-modal="true"
            aria-labelledby=DRAWER_TITLE_ID
            on:keydown=move |event| {
                if event.key() == "Tab" && let Some(dialog) = dialog.get_untracked() && go_round(&dialog, event.shift_key()) {
                    event.prevent_default();
                }
            }
        >
            <header>
                <h2 id=DRAWER_TITLE_ID tabindex="-1" style="font-size:var(--text-xl)">
                    {move || t::basket_title(shop.basket.count())}
                </h2>
                <button
                    node_ref=close
                    type="button"
                    class="tap"
                    aria-label=t::CLOSE_BASKET
                    style="margin-inline-end:-.7rem"
                    on:click=move |_| open.set(false)
                >
                    <Glyph icon=Icon::Close />
                </button>
            </header>
            <div class="body" tabindex="0" role="group" aria-label=t::GOODS_IN_BASKET>
                <WaitingNote />
                <DrawerBody methods=methods />
            </div>
            <Show when=move || has_goods.get()>
                <footer>
                    <BasketTotals methods=methods />
                    <CheckOut />
                </footer>
            </Show>
        </div>
    }
}

/// From the last stop of the Tab key to the first, or back; false where the browser's own next one is inside too.
fn go_round(dialog: &web_sys::Element, backwards: bool) -> bool {
    let stops = tab_stops(dialog);
    let (Some(first), Some(last)) = (stops.first(), stops.last()) else { return false };
    let focused = web_sys::window().and_then(|window| window.document()).and_then(|document| document.active_element());
    let is_on = |stop: &web_sys::HtmlElement| focused.as_ref().is_some_and(|focused| stop.is_same_node(Some(focused)));
    // The heading, which is no stop, is before all of them.
    let target = if backwards { (is_on(first) || !stops.iter().any(is_on)).then_some(last) } else { is_on(last).then_some(first) };
    target.is_some_and(|target| target.focus().is_ok())
}

fn tab_stops(dialog: &web_sys::Element) -> Vec<web_sys::HtmlElement> {
    let Ok(found) = dialog.query_selector_all("a[href], button, input, select, textarea, [tabindex]") else { return Vec::new() };
    let elements = (0..found.length()).filter_map(|index| found.get(index)?.dyn_into::<web_sys::HtmlElement>().ok());
    let is_stop = |element: &web_sys::HtmlElement| {
        element.tab_index() >= 0 && element.offset_width() > 0 && !element.matches(":disabled").unwrap_or(false)
    };
    elements.filter(is_stop).collect()
}

#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Unknown,
    Failed,
    Empty,
    Full,
}

#[component]
fn DrawerBody(methods: Read<ShippingMethods>) -> impl IntoView {
    let shop = use_shop();
    let phase = Memo::new(move |_| match (shop.basket.cart(), shop.basket.error()) {
        (Some(cart), _) if cart.lines.is_empty() => Phase::Empty,
        (Some(_), _) => Phase::Full,
        (None, Some(_)) => Phase::Failed,
        (None, None) => Phase::Unknown,
    });
    move || match phase.get() {
        Phase::Unknown => view! {
            <div class="stack" aria-busy="true">
                <Bone width="80%" />
                <Bone width="60%" />
                <Bone width="70%" />
            </div>
        }
        .into_any(),
        Phase::Failed => shop
            .basket
            .error()
            .map(|error| view! { <ProblemState error=error on_retry=move || shop.basket.reload(telemetry::page()) /> })
            .into_any(),
        Phase::Empty => view! {
            <EmptyState sketch=Sketch::Boat title=t::BASKET_EMPTY detail=t::BASKET_EMPTY_DETAIL>
                <a class="button main" href=Page::Goods.path() on:click=move |_| shop.basket.drawer.set(false)>
                    {t::SEE_LANDED}
                </a>
            </EmptyState>
        }
        .into_any(),
        Phase::Full => view! {
            <Lines />
            <TowardsFreeDelivery methods=methods />
        }
        .into_any(),
    }
}
