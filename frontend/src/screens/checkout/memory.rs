//! What one tab remembers over a reload, and forgets when it is closed: session storage.

use serde::{Serialize, de::DeserializeOwned};
use tradewind_contract::OrderId;

use super::{attempt::Attempt, draft::Draft};
use crate::components::totals::likely_country;

const DRAFT_KEY: &str = "tradewind.checkout";
const ATTEMPT_KEY: &str = "tradewind.attempt";
const PLACED_KEY: &str = "tradewind.placed";

pub fn draft() -> Draft {
    get(DRAFT_KEY).unwrap_or_else(|| Draft { country: likely_country().0.to_owned(), ..Draft::default() })
}

pub fn keep_draft(draft: &Draft) {
    set(DRAFT_KEY, draft);
}

/// The order that was sent and not answered before the page was left.
pub fn attempt() -> Option<Attempt> {
    get(ATTEMPT_KEY)
}

/// Keeps the attempt before it is sent; an answer that settles it forgets it.
pub fn keep_attempt(attempt: Option<&Attempt>) {
    match attempt {
        Some(attempt) => set(ATTEMPT_KEY, attempt),
        None => remove(ATTEMPT_KEY),
    }
}

/// The order is placed: what was typed has done its work, and the order's page says so once.
pub fn placed(id: OrderId) {
    remove(ATTEMPT_KEY);
    remove(DRAFT_KEY);
    set(PLACED_KEY, &id);
}

/// Logged out: the next person at this device is not shown what the last one typed.
pub fn forget() {
    for key in [DRAFT_KEY, ATTEMPT_KEY, PLACED_KEY] {
        remove(key);
    }
}

/// Whether this order was placed a moment ago, in this tab; true once.
pub fn take_placed(id: OrderId) -> bool {
    let just_now = get::<OrderId>(PLACED_KEY) == Some(id);
    if just_now {
        remove(PLACED_KEY);
    }
    just_now
}

fn session() -> Option<web_sys::Storage> {
    web_sys::window().and_then(|window| window.session_storage().ok().flatten())
}

fn get<T: DeserializeOwned>(key: &str) -> Option<T> {
    let text = session()?.get_item(key).ok().flatten()?;
    serde_json::from_str(&text).ok()
}

/// Without a place to remember, as in some private windows, the page still works; it only forgets on reload.
fn set<T: Serialize>(key: &str, value: &T) {
    if let (Some(storage), Ok(text)) = (session(), serde_json::to_string(value)) {
        let _ = storage.set_item(key, &text);
    }
}

fn remove(key: &str) {
    if let Some(storage) = session() {
        let _ = storage.remove_item(key);
    }
}
