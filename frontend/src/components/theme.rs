//! Light, dark, or as the system says.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::{i18n::t, platform::storage};

/// Read by `assets/theme.js` before the first paint.
const STORAGE_KEY: &str = "theme";

/// The sun in the header.
#[component]
pub fn ThemeSwitch(#[prop(optional)] class: &'static str) -> impl IntoView {
    view! {
        <button type="button" class=format!("tap {class}") aria-label=t::THEME on:click=move |_| switch()>
            <Glyph icon=Icon::Sun />
        </button>
    }
}

fn switch() {
    let Some(window) = web_sys::window() else { return };
    let Some(root) = window.document().and_then(|document| document.document_element()) else { return };
    let dark = match root.get_attribute("data-theme") {
        Some(theme) => theme == "dark",
        None => window.match_media("(prefers-color-scheme: dark)").ok().flatten().is_some_and(|query| query.matches()),
    };
    let theme = if dark { "light" } else { "dark" };
    let _ = root.set_attribute("data-theme", theme);
    storage::set(STORAGE_KEY, &theme);
    colour_the_browser(theme);
}

/// The browser's own bars follow.
fn colour_the_browser(theme: &str) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let Ok(Some(chosen)) = document.query_selector(&format!("meta[name='theme-color'][data-theme='{theme}']")) else { return };
    let Ok(metas) = document.query_selector_all("meta[name='theme-color']") else { return };
    let colour = if theme == "dark" { "#0d171c" } else { "#f7f5ef" };
    let _ = chosen.set_attribute("content", colour);
    for index in 0..metas.length() {
        if let Some(meta) = metas.item(index).and_then(|node| wasm_bindgen::JsCast::dyn_into::<web_sys::Element>(node).ok()) {
            let _ = meta.set_attribute("content", colour);
        }
    }
}
