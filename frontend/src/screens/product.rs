use leptos::prelude::*;

#[component]
pub fn ProductScreen() -> impl IntoView {
    view! { <main id="main" class="page" tabindex="-1"></main> }
}
