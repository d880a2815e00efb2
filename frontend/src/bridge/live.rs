//! What is asked for again and again while somebody looks: the newest answer, and why there is no newer one.

use std::future::Future;

use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};

use super::parts::{FailedNote, is_hidden};
use crate::{api::ApiError, components::fields::Warning, i18n::t};

/// Between two looks whether it is time to ask.
pub const LOOK_MS: u32 = 2_000;

/// Copy.
pub struct Live<T: Send + Sync + 'static> {
    pub data: RwSignal<Option<T>>,
    /// Of the newest try.
    error: RwSignal<Option<ApiError>>,
}

impl<T: Send + Sync + 'static> Clone for Live<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Live<T> {}

impl<T: Send + Sync + 'static> Live<T> {
    pub fn new() -> Self {
        Self { data: RwSignal::new(None), error: RwSignal::new(None) }
    }

    /// Keeps an answer, unless the screen is gone; a failure leaves the last one where it is.
    pub fn settle(self, answer: Result<T, ApiError>) {
        match answer {
            Ok(data) => {
                let _ = self.data.try_set(Some(data));
                let _ = self.error.try_set(None);
            }
            Err(error) => {
                let _ = self.error.try_set(Some(error));
            }
        }
    }

    /// Another thing is asked for from now on.
    pub fn forget(self) {
        self.data.set(None);
        self.error.set(None);
    }

    /// A part of it, told apart by value, so that what has not changed is not drawn again.
    pub fn part<P: PartialEq + Send + Sync + 'static>(self, of: impl Fn(&T) -> P + Send + Sync + 'static) -> Memo<Option<P>> {
        Memo::new(move |_| self.data.with(|data| data.as_ref().map(&of)))
    }

    /// The same failure, once more, is no news: it would be read out every time, and the focus would leave its button.
    pub fn failure(self) -> Memo<Option<ApiError>> {
        fn code(error: Option<&Option<ApiError>>) -> Option<&str> {
            error.and_then(Option::as_ref).map(ApiError::code)
        }
        Memo::new_with_compare(move |_| self.error.get(), |old, new| code(old) != code(new))
    }

    /// Runs `ask` every two seconds for as long as the screen is there and seen.
    pub fn follow<F: Future<Output = ()>>(self, ask: impl Fn() -> F + 'static) {
        spawn_local(async move {
            while !self.error.is_disposed() {
                if !is_hidden() {
                    ask().await;
                }
                TimeoutFuture::new(LOOK_MS).await;
            }
        });
    }
}

/// Above numbers that are no longer those of this moment.
#[component]
pub fn NotLive(at: String, again_s: u32, error: ApiError) -> impl IntoView {
    view! {
        <div class="stack" style="--flow:var(--space-2)">
            <div class="note warn">
                <Warning />
                <p>
                    <b style="font-weight:500">{t::NOT_LIVE}</b>
                    ". "
                    {t::not_live_detail(&at, again_s)}
                </p>
            </div>
            <FailedNote error />
        </div>
    }
}
