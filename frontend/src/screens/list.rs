use leptos::prelude::*;

#[component]
pub fn ListScreen() -> impl IntoView {
    view! { <main id="main" class="page" tabindex="-1"></main> }
}
