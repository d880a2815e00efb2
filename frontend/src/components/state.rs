//! What is shown when there is nothing else to show: a failure, an empty place, the end of the chart.

use leptos::{prelude::*, task::spawn_local};

use crate::{api::ApiError, app::use_shop, i18n::t, platform};

/// The drawings of `states.html`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sketch {
    /// A boat under the sun: an empty basket.
    Boat,
    /// A telescope: nothing found.
    Telescope,
    /// A lighthouse in fog: offline.
    Lighthouse,
    /// A torn chart: no such page.
    Chart,
    /// A wreck: our fault.
    Wreck,
}

#[component]
pub fn Drawing(sketch: Sketch) -> impl IntoView {
    let lines = match sketch {
        Sketch::Boat => view! {
            <circle cx="168" cy="38" r="17" fill="var(--brass-wash)" stroke="var(--brass)" />
            <path d="M66 88h74l-10 17H78ZM100 84V20l34 62ZM94 84V34L68 82Z" fill="var(--paper)" />
            <path d="M8 106h52M150 106h62M24 116h120M168 116h30" opacity=".6" />
        }
        .into_any(),
        Sketch::Telescope => view! {
            <path d="M18 104c34-10 50 6 86-2s62-6 98 0" opacity=".6" />
            <path d="M40 70l86-32 9 22-86 30ZM126 38l44-15 8 26-43 11M49 90l-14 5-6-16 11-9" fill="var(--paper)" />
            <path d="M96 76l-16 40M104 74l18 42" />
            <path d="M186 32l22-7M188 42l24 0M184 22l16-13" stroke="var(--brass)" />
        }
        .into_any(),
        Sketch::Lighthouse => view! {
            <path d="M98 108l6-58h16l6 58ZM102 50v-12h20v12M99 38h26L112 26ZM102 72h20M100 90h24" fill="var(--paper)" />
            <path d="M10 60h62M150 58h58M26 78h46M144 80h66M6 96h76M140 100h40" opacity=".6" stroke-dasharray="26 9" />
            <path d="M128 43l40-9M128 46l40 6" stroke="var(--brass)" />
        }
        .into_any(),
        Sketch::Chart => view! {
            <path d="M30 22h130v92H30Z" fill="var(--paper)" />
            <path d="M30 52h130M30 84h130M74 22v92M116 22v92" opacity=".3" />
            <path d="M44 98c20-30 40-2 56-28s22-30 46-26" stroke-dasharray="3 6" />
            <path d="M140 38l12 12M152 38l-12 12" stroke="var(--signal)" stroke-width="2" />
            <path d="M174 22v92M174 22l14 10v92l-14-10" />
        }
        .into_any(),
        Sketch::Wreck => view! {
            <path d="M40 76h120l-16 30H58Z" fill="var(--paper)" />
            <path d="M96 72V22M96 26c20 0 30 10 34 34H96M96 30C82 30 72 42 68 60h28" fill="var(--paper)" />
            <path d="M86 88h24M98 76v24" stroke="var(--signal)" />
            <path d="M6 106h40M156 106h58M20 116h160" opacity=".6" />
        }
        .into_any(),
    };
    view! {
        <svg
            class="sketch"
            viewBox="0 0 220 130"
            aria-hidden="true"
            fill="none"
            stroke="currentColor"
            stroke-width="1.5"
            stroke-linecap="round"
            stroke-linejoin="round"
        >
            {lines}
        </svg>
    }
}

/// An empty place: what it is, why, and (as children) what to do next.
#[component]
pub fn EmptyState(
    sketch: Sketch,
    #[prop(into)] title: String,
    #[prop(into)] detail: String,
    /// The page's own heading, where there is no other.
    #[prop(optional)]
    first: bool,
    children: Children,
) -> impl IntoView {
    let heading =
        if first { view! { <h1 style="font-size:var(--text-2xl)">{title}</h1> }.into_any() } else { view! { <h2>{title}</h2> }.into_any() };
    view! {
        <section class="state">
            <Drawing sketch=sketch />
            {heading}
            <p class="soft">{detail}</p>
            {children()}
        </section>
    }
}

/// A failed call: title, detail, a retry and the trace id.
#[component]
pub fn ProblemState(error: ApiError, on_retry: impl Fn() + 'static, #[prop(optional)] first: bool) -> impl IntoView {
    let (title, detail) = t::explain(&error);
    let sketch = match &error {
        ApiError::Offline { .. } => Sketch::Lighthouse,
        _ if error.status() == Some(404) => Sketch::Chart,
        _ => Sketch::Wreck,
    };
    let heading =
        if first { view! { <h1 style="font-size:var(--text-2xl)">{title}</h1> }.into_any() } else { view! { <h2>{title}</h2> }.into_any() };
    view! {
        <section class="state" role="alert">
            <Drawing sketch=sketch />
            {heading}
            <p class="soft">{detail}</p>
            <div class="row">
                <button type="button" class="button main" on:click=move |_| on_retry()>
                    {t::TRY_AGAIN}
                </button>
                <CopyTrace trace_id=error.trace_id().to_owned() />
            </div>
            <TraceLine trace_id=error.trace_id().to_owned() />
        </section>
    }
}

/// The same in a few lines, inside a form or beside what failed.
#[component]
pub fn ProblemNote(error: ApiError) -> impl IntoView {
    use super::icon::{Glyph, Icon};
    let (title, detail) = t::explain(&error);
    view! {
        <div class="note bad-news" role="alert">
            <Glyph icon=Icon::Info />
            <div class="stack" style="--flow:.25rem">
                <p>
                    <b style="font-weight:500">{title}</b>
                </p>
                <p>{detail}</p>
                <TraceLine trace_id=error.trace_id().to_owned() />
            </div>
        </div>
    }
}

#[component]
fn TraceLine(trace_id: String) -> impl IntoView {
    (!trace_id.is_empty()).then(|| {
        view! {
            <p class="tiny faint">
                {t::TRACE} " " <span class="mono">{trace_id}</span>
            </p>
        }
    })
}

#[component]
fn CopyTrace(trace_id: String) -> impl IntoView {
    let shop = use_shop();
    (!trace_id.is_empty()).then(move || {
        let copy = move |_| {
            let trace_id = trace_id.clone();
            spawn_local(async move {
                let copied = platform::copy(&trace_id).await;
                shop.toasts.say(if copied { t::NUMBER_COPIED } else { t::NOT_COPIED });
            });
        };
        view! {
            <button type="button" class="link tap" style="inline-size:auto;text-decoration:underline" on:click=copy>
                {t::COPY_NUMBER}
            </button>
        }
    })
}
