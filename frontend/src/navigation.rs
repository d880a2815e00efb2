//! What happens between two pages: the trace begins, the focus moves, and going back finds the place one had scrolled to.

use std::{cell::RefCell, collections::HashMap};

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};

use crate::{app::use_shop, route, telemetry};

/// How long after going back the page may still be growing to its old height.
const RESTORE_TRIES: u32 = 60;

thread_local! {
    /// Where each address was scrolled to, by path and query.
    static PLACES: RefCell<HashMap<String, f64>> = RefCell::new(HashMap::new());
    /// The address whose scrolling is being noted.
    static SHOWN: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Inside the router, once.
pub fn install() {
    let shop = use_shop();
    let location = use_location();
    listen();

    Effect::new(move |previous: Option<String>| {
        let path = location.pathname.get();
        // The first page's trace has begun with the app.
        if previous.as_ref().is_some_and(|previous| *previous != path) {
            telemetry::navigated(route::template(&path));
            shop.basket.drawer.set(false);
            request_animation_frame(focus_page);
        }
        path
    });

    Effect::new(move |_| {
        let address = address(&location.pathname.get(), &location.search.get());
        SHOWN.set(address);
    });
}

fn listen() {
    let Some(window) = web_sys::window() else { return };
    if let Ok(history) = window.history() {
        let _ = history.set_scroll_restoration(web_sys::ScrollRestoration::Manual);
    }
    let back = Closure::<dyn FnMut(JsValue)>::new(|_| {
        let to_a_heading = web_sys::window().and_then(|window| window.location().hash().ok()).is_some_and(|hash| !hash.is_empty());
        if !to_a_heading {
            let place = PLACES.with_borrow(|places| places.get(&current_address()).copied()).unwrap_or(0.0);
            restore(place, RESTORE_TRIES);
        }
    });
    let _ = window.add_event_listener_with_callback("popstate", back.as_ref().unchecked_ref());
    back.forget();

    let scrolled = Closure::<dyn FnMut(JsValue)>::new(|_| {
        let Some(y) = web_sys::window().and_then(|window| window.scroll_y().ok()) else { return };
        let address = current_address();
        // While a navigation is under way the address is already the next page's; its scrolling is not ours to note.
        if SHOWN.with_borrow(|shown| *shown == address) {
            PLACES.with_borrow_mut(|places| places.insert(address, y));
        }
    });
    let _ = window.add_event_listener_with_callback("scroll", scrolled.as_ref().unchecked_ref());
    scrolled.forget();
}

fn current_address() -> String {
    let Some(location) = web_sys::window().map(|window| window.location()) else { return String::new() };
    address(&location.pathname().unwrap_or_default(), &location.search().unwrap_or_default())
}

/// One spelling for both: the router's query has no question mark, the browser's has.
fn address(path: &str, query: &str) -> String {
    format!("{path}?{}", query.trim_start_matches('?'))
}

/// Scrolls to `y` as soon as the page is tall enough, frame by frame.
fn restore(y: f64, tries: u32) {
    request_animation_frame(move || {
        let Some(window) = web_sys::window() else { return };
        let tall = window.document().and_then(|document| document.document_element()).map_or(0, |root| root.scroll_height());
        let view = window.inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(0.0);
        let reachable = f64::from(tall) - view >= y - 1.0;
        if reachable || tries == 0 {
            window.scroll_to_with_x_and_y(0.0, y);
        } else {
            restore(y, tries - 1);
        }
    });
}

/// Moves the focus to the heading of the new page, or to its main part, so that reading goes on there.
pub fn focus_page() {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let heading = document.query_selector("main h1").ok().flatten();
    let Some(target) = heading.or_else(|| document.get_element_by_id("main")) else { return };
    let _ = target.set_attribute("tabindex", "-1");
    if let Some(element) = target.dyn_ref::<web_sys::HtmlElement>() {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = element.focus_with_options(&options);
    }
}

/// The person asked for a new tab or window; a click handler leaves the link alone.
pub fn opens_elsewhere(event: &leptos::ev::MouseEvent) -> bool {
    event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key() || event.button() != 0
}
