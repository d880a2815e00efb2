//! The neatline as a measure.

use leptos::prelude::*;

/// How far something has come, `now` of `max`.
#[component]
pub fn Gauge(
    #[prop(into)] label: String,
    #[prop(into)] now: Signal<u32>,
    #[prop(into)] max: Signal<u32>,
    /// In the sea's colour, inside a note.
    #[prop(optional)]
    sea: bool,
    #[prop(optional)] style: &'static str,
) -> impl IntoView {
    let at = move || {
        let share = f64::from(now.get()) / f64::from(max.get().max(1));
        format!("--at:{:.1}%", (share * 100.0).clamp(0.0, 100.0))
    };
    view! {
        <div
            class="gauge"
            style=style
            role="progressbar"
            aria-label=label
            aria-valuenow=move || now.get().to_string()
            aria-valuemin="0"
            aria-valuemax=move || max.get().to_string()
        >
            <span class=if sea { "sea" } else { "" } style=at></span>
        </div>
    }
}
