//! Ratings as five stars, the last one cut.

use leptos::prelude::*;

use crate::i18n::t;

const STAR: &str = "M8 1.2l2 4.5 4.9.5-3.7 3.3 1.1 4.8L8 11.8l-4.3 2.5 1.1-4.8L1.1 6.2 6 5.7Z";

/// 0.0 to 5.0.
#[component]
pub fn Stars(average: f32) -> impl IntoView {
    let stars = (0u8..5)
        .map(|index| {
            let filled = (average - f32::from(index)).clamp(0.0, 1.0);
            let cut = format!("clip-path:inset(0 {:.0}% 0 0)", (1.0 - filled) * 100.0);
            let at = format!("translate({})", u32::from(index) * 17);
            view! {
                <g transform=at>
                    <path d=STAR fill="none" stroke="currentColor" stroke-width="1" />
                    <path d=STAR fill="currentColor" style=cut />
                </g>
            }
        })
        .collect_view();
    view! {
        <svg class="stars" viewBox="0 0 84 16" role="img" aria-label=t::stars(average)>
            {stars}
        </svg>
    }
}
