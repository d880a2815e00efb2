//! Where one is.

use leptos::prelude::*;

use crate::i18n::t;

#[component]
pub fn Crumbs(
    /// Address and name of each page above.
    trail: Vec<(String, String)>,
    #[prop(into)] here: String,
) -> impl IntoView {
    let above = trail
        .into_iter()
        .map(|(href, name)| {
            view! {
                <li>
                    <a href=href>{name}</a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav class="crumbs" aria-label=t::HERE style="padding-block:var(--space-4)">
            <ol role="list">{above} <li aria-current="page">{here}</li></ol>
        </nav>
    }
}
