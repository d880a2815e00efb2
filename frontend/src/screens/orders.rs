use leptos::prelude::*;

#[component]
pub fn OrdersScreen() -> impl IntoView {
    view! { <main id="main" class="page" tabindex="-1"></main> }
}
