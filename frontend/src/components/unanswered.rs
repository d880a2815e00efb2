//! What is said when nobody knows whether something was done.

use leptos::prelude::*;
use leptos_router::components::A;

use super::fields::Warning;
use crate::{api::ApiError, i18n::t, route::Page};

/// Nobody knows yet. The one thing to do is to ask again, with the same key.
#[component]
pub fn Unanswered(
    /// What was asked for.
    wish: t::Wish,
    /// Absent: the page was left before the answer.
    error: Option<ApiError>,
    /// Where logging in leads back to, when the session is over.
    back: Page,
    on_retry: impl Fn() + 'static,
    /// Another way out, while there is a session.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let status = error.as_ref().and_then(ApiError::status);
    let silence = match (&error, status) {
        (None, _) => t::Silence::Left,
        (_, Some(401)) => t::Silence::SessionOver,
        (_, Some(429)) => t::Silence::TooFast,
        _ => t::Silence::Lost,
    };
    let title = if silence == t::Silence::TooFast { t::TOO_FAST } else { t::UNKNOWN_TITLE };
    let trace_id = error.map(|error| error.trace_id().to_owned()).unwrap_or_default();
    view! {
        <div class="note warn">
            <Warning />
            <div class="stack" style="--flow:.25rem">
                <p>
                    <b style="font-weight:500">{title}</b>
                </p>
                <p>{t::unanswered(wish, silence)}</p>
                {(!trace_id.is_empty())
                    .then(|| {
                        view! {
                            <p class="tiny faint">
                                {t::TRACE} " " <span class="mono" style="white-space:normal;overflow-wrap:anywhere">{trace_id}</span>
                            </p>
                        }
                    })}
            </div>
        </div>
        <div class="row">
            <button type="button" class="button main" on:click=move |_| on_retry()>
                {t::TRY_AGAIN}
            </button>
            {if silence == t::Silence::SessionOver {
                view! {
                    <A href=Page::log_in_then(&back.path()) attr:class="link">
                        {t::LOG_IN}
                    </A>
                }
                    .into_any()
            } else {
                children.map(|children| children()).into_any()
            }}
        </div>
    }
}
