//! What one tab remembers of a purchase over a reload, and forgets when it is closed.

use tradewind_contract::{OrderId, orders::PlaceOrder};

use super::draft::Draft;
use crate::{api::attempt::Attempt, components::totals::likely_country, platform::tab};

const DRAFT_KEY: &str = "tradewind.checkout";
/// Also the beginning of the keys of what is asked for on the pages of orders.
pub const ATTEMPT_KEY: &str = "tradewind.attempt";
const PLACED_KEY: &str = "tradewind.placed";

pub fn draft() -> Draft {
    tab::get(DRAFT_KEY).unwrap_or_else(|| Draft { country: likely_country().0.to_owned(), ..Draft::default() })
}

pub fn keep_draft(draft: &Draft) {
    tab::set(DRAFT_KEY, Some(draft));
}

/// The order that was sent and not answered before the page was left.
pub fn attempt() -> Option<Attempt<PlaceOrder>> {
    tab::get(ATTEMPT_KEY)
}

/// Keeps the attempt before it is sent; an answer that settles it forgets it.
pub fn keep_attempt(attempt: Option<&Attempt<PlaceOrder>>) {
    tab::set(ATTEMPT_KEY, attempt);
}

/// The order is placed: what was typed has done its work, and the order's page says so once.
pub fn placed(id: OrderId) {
    keep_attempt(None);
    tab::set(DRAFT_KEY, None::<&Draft>);
    tab::set(PLACED_KEY, Some(&id));
}

/// Logged out: the next person at this device is not shown what the last one typed.
pub fn forget() {
    for key in [DRAFT_KEY, ATTEMPT_KEY, PLACED_KEY] {
        tab::forget(key);
    }
}

/// Whether this order was placed a moment ago, in this tab; true once.
pub fn take_placed(id: OrderId) -> bool {
    let just_now = tab::get::<OrderId>(PLACED_KEY) == Some(id);
    if just_now {
        tab::set(PLACED_KEY, None::<&OrderId>);
    }
    just_now
}
