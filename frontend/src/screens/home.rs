use leptos::prelude::*;

#[component]
pub fn HomeScreen() -> impl IntoView {
    view! { <main id="main" class="page" tabindex="-1"></main> }
}
