//! One short message at the foot of the page, read out by screen readers.

use std::time::Duration;

use leptos::prelude::*;

/// Long enough to be read twice.
const SHOWN_FOR: Duration = Duration::from_millis(6_000);

#[derive(Debug, Clone, PartialEq)]
struct Message {
    number: u32,
    text: String,
}

/// Copy; made once, in `App`.
#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Option<Message>>,
    count: StoredValue<u32>,
}

impl Toasts {
    pub fn new() -> Self {
        Self { shown: RwSignal::new(None), count: StoredValue::new(0) }
    }

    /// Shows `text` in place of what was there.
    pub fn say(self, text: impl Into<String>) {
        let number = self.count.get_value() + 1;
        self.count.set_value(number);
        self.shown.set(Some(Message { number, text: text.into() }));
        set_timeout(
            move || {
                if self.shown.with_untracked(|shown| shown.as_ref().is_some_and(|shown| shown.number == number)) {
                    self.shown.set(None);
                }
            },
            SHOWN_FOR,
        );
    }
}

impl Default for Toasts {
    fn default() -> Self {
        Self::new()
    }
}

/// The live region; it is always there, so that what appears in it is announced.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let toasts = crate::app::use_shop().toasts;
    view! {
        <div role="status" aria-live="polite">
            {move || toasts.shown.get().map(|message| view! { <p class="toast">{message.text}</p> })}
        </div>
    }
}
