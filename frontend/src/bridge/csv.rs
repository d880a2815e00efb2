//! A report as a file.

use std::time::Duration;

use js_sys::Array;
use leptos::{
    prelude::{Get as _, *},
    task::spawn_local,
};
use wasm_bindgen::{JsCast as _, JsValue};

use super::parts::FailedNote;
use crate::{
    api::{ApiError, Get},
    app::use_shop,
    i18n::t,
    telemetry,
};

/// Long after the browser has begun to save it.
const FORGET_AFTER: Duration = Duration::from_secs(60);

/// A button that saves what `report` answers with; when it could not be had, that stands beside it.
#[component]
pub fn CsvButton<T: 'static>(
    /// Of the report, for those who do not see where the button stands.
    of: &'static str,
    /// What to ask for, and the name of the file, at the time of the click.
    report: impl Fn() -> Option<(Get<T>, String)> + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let shop = use_shop();
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let save = move |_| {
        let Some((get, name)) = report().filter(|_| !busy.get_untracked()) else { return };
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            let answer = telemetry::action("download_report", move |trace| shop.api.csv(trace, get)).await;
            if busy.try_set(false).is_some() {
                return; // The page was left.
            }
            match answer {
                Ok(text) => save_as(&name, &text),
                Err(failed) => error.set(Some(failed)),
            }
        });
    };
    view! {
        <button
            type="button"
            class=move || if busy.get() { "button short busy" } else { "button short" }
            aria-busy=move || busy.get().to_string()
            aria-label=t::csv_of(of)
            on:click=save
        >
            {t::CSV}
        </button>
        {move || error.get().map(|error| view! { <FailedNote error /> })}
    }
}

/// Saves text as a file, as a link to a download does. A browser that refuses says so itself.
fn save_as(name: &str, text: &str) {
    let Ok(blob) = web_sys::Blob::new_with_str_sequence(&Array::of1(&JsValue::from_str(text))) else { return };
    let Ok(address) = web_sys::Url::create_object_url_with_blob(&blob) else { return };
    let link = document().create_element("a").ok().and_then(|link| link.dyn_into::<web_sys::HtmlAnchorElement>().ok());
    if let Some(link) = link {
        link.set_href(&address);
        link.set_download(name);
        link.click();
    }
    set_timeout(
        move || {
            let _ = web_sys::Url::revoke_object_url(&address);
        },
        FORGET_AFTER,
    );
}
