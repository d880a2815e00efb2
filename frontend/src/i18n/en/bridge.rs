//! The Bridge: what operators read. The same voice, and the words of the trade.

use tradewind_contract::{
    operators::{DeadLetterState, OrderAction},
    orders::{OrderStatus, ReturnState},
};

use super::checkout::capitalised;
use crate::api::ApiError;

// The frame.
pub const BRIDGE: &str = "Bridge";
pub const OPERATOR: &str = "Operator";
pub const OPERATOR_SECTIONS: &str = "Operator sections";
pub const PIPELINE: &str = "Pipeline";
pub const BRIDGE_ORDERS: &str = "Orders";
pub const DEAD_LETTERS: &str = "Dead letters";
pub const REPORTS: &str = "Reports";
pub const AUDIT: &str = "Audit";
pub const TO_THE_SHOP: &str = "To the shop";
pub const WAIT_FOR_YOU: &str = "wait for you";
pub fn on_the_bridge(title: &str) -> String {
    format!("{title} | {BRIDGE}")
}
pub const NOT_FOR_SHOPPERS_TITLE: &str = "This is for operators";
pub const NOT_FOR_SHOPPERS_DETAIL: &str =
    "The Bridge is where the people of the house work. Your account shops here, and everything it needs is in the shop.";
pub const BRIDGE_ON_THE_WAY: &str = "The Bridge is on its way";
pub const BRIDGE_NOT_LOADED_TITLE: &str = "The Bridge did not load";
pub const BRIDGE_NOT_LOADED_DETAIL: &str =
    "Its part of the program did not arrive. Try again; if a new version has just come out, load the page anew.";
pub const NO_TRACE: &str = "none";
pub fn trace_link(trace_id: &str) -> String {
    format!("Trace {trace_id} in Zipkin, in a new tab")
}
pub const LEAVES: &str = "Pages";
pub const NEWEST: &str = "Back to the newest";
pub const OLDER: &str = "Older";
pub const ALL_DEAD_LETTERS: &str = "All dead letters";
pub const ALL_ORDERS: &str = "All orders";
pub const SHOW: &str = "Show";
pub const ANY: &str = "Any";
pub const DO: &str = "Do";

/// As [`super::explain`], for those who look after the shop: what the service said, also when it is the service that broke.
pub fn explain_to_operator(error: &ApiError) -> (String, String) {
    match error.problem() {
        Some(problem) => (problem.title.clone(), problem.detail.clone()),
        None if matches!(error, ApiError::Offline { .. }) => {
            ("The line is down".to_owned(), "No service can be reached from this device.".to_owned())
        }
        None if matches!(error, ApiError::TimedOut { .. }) => {
            ("No answer in time".to_owned(), "The trace shows how far it came. Trying again does no harm.".to_owned())
        }
        None => ("An answer that nobody can read".to_owned(), "This screen may be older than the services. Load the page anew.".to_owned()),
    }
}

// Heads of columns.
pub const HEAD_ACCOUNT: &str = "Account";
pub const HEAD_ACTION: &str = "Action";
pub const HEAD_AMOUNT: &str = "Amount";
pub const HEAD_ATTEMPT: &str = "Attempt";
pub const HEAD_CAUSE: &str = "Cause";
pub const HEAD_CONSUMER: &str = "Consumer";
pub const HEAD_COUNT: &str = "Count";
pub const HEAD_DATABASE: &str = "Database";
pub const HEAD_DEAD: &str = "Dead";
pub const HEAD_DIFFERENCE: &str = "The provider says";
pub const HEAD_EMAIL: &str = "Email";
pub const HEAD_EVENT: &str = "Event";
pub const HEAD_GOODS: &str = "Goods";
pub const HEAD_HEADER: &str = "Header";
pub const HEAD_LAG: &str = "Behind";
pub const HEAD_MINUTE: &str = "Minute, UTC";
pub const HEAD_OLDEST: &str = "Oldest";
pub const HEAD_OPERATOR: &str = "Operator";
pub const HEAD_ORDER: &str = "Order";
pub const HEAD_ORDERS: &str = "Orders";
pub const HEAD_PARKED: &str = "Parked";
pub const HEAD_PIECES: &str = "Pieces";
pub const HEAD_POSTING: &str = "Posting";
pub const HEAD_PUBLISHED: &str = "Published, UTC";
pub const HEAD_RATE: &str = "A second";
pub const HEAD_REASON: &str = "Reason";
pub const HEAD_REFERENCE: &str = "Provider's reference";
pub const HEAD_RETRYING: &str = "Retrying";
pub const HEAD_SELECT: &str = "Select";
pub const HEAD_SEQUENCE: &str = "No.";
pub const HEAD_SINCE: &str = "Since, UTC";
pub const HEAD_STATE: &str = "State";
pub const HEAD_SUBJECT: &str = "Subject";
pub const HEAD_TOTAL: &str = "Total";
pub const HEAD_TRACE: &str = "Trace";
pub const HEAD_TRIES: &str = "Tries";
pub const HEAD_VALUE: &str = "Value";
pub const HEAD_WAITING: &str = "Waiting";
pub const HEAD_WAITS_BEHIND: &str = "Waits behind";
pub const HEAD_WHEN: &str = "When, UTC";

// Pipeline.
pub fn live_at(clock: &str) -> String {
    format!("{clock} UTC, live")
}
pub fn not_live_since(clock: &str) -> String {
    format!("{clock} UTC, not live since")
}
pub const ASKING_THE_PIPELINE: &str = "Asking";
pub const NOT_LIVE: &str = "These numbers are old";
pub fn not_live_detail(clock: &str, again_s: u32) -> String {
    format!("Nobody has answered since {clock} UTC. It is asked again every {again_s} seconds.")
}
pub const ORDERS_LAST_MINUTE: &str = "Orders, last minute";
pub const ORDERS_LAST_HOUR: &str = "Orders, last hour";
pub const OUTBOX_WAITING: &str = "Unpublished";
pub const OUTBOX_OLDEST: &str = "Oldest unpublished";
pub const GOAL_100_MS: &str = "goal 100 ms";
pub const PARKED_EVENTS: &str = "Parked";
pub const PARKED_NOTE: &str = "wait behind a failed one";
pub const PAYMENTS_THAT_DIFFER: &str = "Payments that differ";
pub const PAYMENTS_THAT_DIFFER_NOTE: &str = "ledger against provider";
pub const A_MINUTE_BEFORE_LAST: &str = "the minute before:";
pub const EVENTS_IN_OUTBOXES: &str = "events in the outboxes";
pub const WHOLE_MINUTES: &str = "sixty whole minutes";
pub const CLICK_TO_PARCEL: &str = "From click to parcel";
pub const STAGE_ORDERS: &str = "Orders";
pub const STAGE_OUTBOX: &str = "Outbox";
pub const STAGE_RELAY: &str = "Relay";
pub const STAGE_WORKERS: &str = "Workers";
pub fn a_minute(count: &str) -> String {
    format!("{count} / min")
}
pub fn rows_and_age(rows: &str, age: &str) -> String {
    format!("{rows} rows, {age}")
}
pub fn slices(owned: u32, all: u32) -> String {
    format!("{owned} of {all} slices")
}
pub fn at_work(count: usize) -> String {
    if count == 0 { "none at work".to_owned() } else { format!("{count} at work") }
}
pub fn behind(lag: Option<&str>) -> String {
    lag.map_or_else(|| "not reported".to_owned(), |lag| format!("{lag} behind"))
}
pub fn so_many_wait_for_you(count: u64) -> String {
    match count {
        0 => "none".to_owned(),
        1 => "1 waits for you".to_owned(),
        n => format!("{n} wait for you"),
    }
}
pub const HEALTHY: &str = ", healthy";
pub const SLOW: &str = ", slow";
pub const NEEDS_YOU: &str = ", needs you";
pub const NO_WORKERS_TITLE: &str = "No worker has reported for ten seconds.";
pub const NO_WORKERS_DETAIL: &str = "Orders are still taken and nothing is lost; nothing is paid or shipped until one is back.";
pub fn dead_title(count: u64) -> String {
    match count {
        1 => "1 event could not be handled.".to_owned(),
        n => format!("{n} events could not be handled."),
    }
}
pub const DEAD_DETAIL: &str = "What belongs to the same order waits behind it, everything else goes on.";
pub const SEE_DEAD_LETTERS: &str = "See the dead letters";
pub fn differ_title(count: u64) -> String {
    match count {
        1 => "1 payment differs from what the provider says.".to_owned(),
        n => format!("{n} payments differ from what the provider says."),
    }
}
pub const DIFFER_DETAIL: &str = "The order's file shows both. Settle it with the provider; nothing is corrected by itself.";
pub const ORDERS_A_MINUTE: &str = "Orders a minute";
pub fn orders_chart(minutes: usize, least: u32, most: u32) -> String {
    format!("Orders a minute over the last {minutes} minutes, between {least} and {most}")
}
pub const AS_A_TABLE: &str = "As a table";
pub const EVENTS_BEHIND: &str = "Events behind, by consumer";
pub const NO_CONSUMERS: &str = "No consumer has reported yet.";
pub const CONSUMERS: &str = "Consumers";
pub const OUTBOXES: &str = "Outboxes";
pub const NO_OUTBOXES: &str = "No outbox has reported yet.";
pub const NOT_REPORTED: &str = "not reported";
/// `catalogue-cache` is "Catalogue cache".
pub fn consumer(name: &str) -> String {
    capitalised(&name.replace('-', " "))
}

// Dead letters.
pub const DEAD_LETTERS_LEDE: &str = "Events that could not be handled after all tries. What belongs to the same order waits behind them.";
pub const CAUSES: &str = "What they died of";
pub const FILTER_STATE: &str = "State";
pub const FILTER_CONSUMER: &str = "Consumer";
pub const FILTER_CAUSE: &str = "Cause begins with";
pub fn letter_state(state: DeadLetterState) -> &'static str {
    match state {
        DeadLetterState::Dead => "Open",
        DeadLetterState::Redriving => "Being redriven",
        DeadLetterState::Redriven => "Redriven",
        DeadLetterState::Discarded => "Discarded",
    }
}
pub const REDRIVE: &str = "Redrive";
pub const DISCARD: &str = "Discard";
pub fn redrive_all(count: u64) -> String {
    if count == 1 { "Redrive it".to_owned() } else { format!("Redrive all {count}") }
}
pub fn redrive_selected(count: usize) -> String {
    if count == 0 { "Redrive selected".to_owned() } else { format!("Redrive selected, {count}") }
}
pub const SELECT_THE_PAGE: &str = "Select all on this page";
pub fn select_letter(what: &str) -> String {
    format!("Select {what}")
}
pub fn of_letter(what: &str) -> String {
    format!(" {what}")
}
/// What a letter is called where there is no room for all of it.
pub fn letter_name(event: Option<&str>, order: Option<&str>) -> String {
    match (event, order) {
        (Some(event), Some(order)) => format!("{event} of {order}"),
        (Some(event), None) => event.to_owned(),
        (None, _) => UNREADABLE.to_owned(),
    }
}
pub const UNREADABLE: &str = "unreadable message";
pub const NO_LETTERS_TITLE: &str = "No dead letters";
pub const NO_LETTERS_DETAIL: &str = "Everything that happened has reached whom it concerns, or is on its way.";
pub const NO_LETTERS_FILTERED: &str = "None answers to these filters. The other states keep what was decided before.";
pub const REDRIVE_QUESTION: &str = "Redrive all of this cause?";
pub fn redrive_means(consumer: &str, cause: &str, count: u64) -> String {
    let what = if count == 1 { "The event".to_owned() } else { format!("All {count} events") };
    format!(
        "{what} that {consumer} could not handle ({cause}) are tried again, each before what waits behind it. If the cause is still there, they come back here."
    )
}
pub const DISCARD_QUESTION: &str = "Discard this event?";
pub fn discard_means(consumer: &str, waiting: u64) -> String {
    let rest = match waiting {
        0 => "Nothing waits behind it.".to_owned(),
        1 => "The event that waits behind it is handled next.".to_owned(),
        n => format!("The {n} events that wait behind it are handled next, in order."),
    };
    format!("{consumer} will never handle it, and what it would have done stays undone. {rest} This cannot be taken back.")
}
pub const DISCARD_VERB: &str = "Discard it";
pub fn redriven(count: u64) -> String {
    match count {
        0 => "None is open any more.".to_owned(),
        1 => "1 event is being tried again.".to_owned(),
        n => format!("{n} events are being tried again."),
    }
}
pub const LETTER_DISCARDED: &str = "The event is discarded.";
pub fn dead_letter_title(event: Option<&str>) -> String {
    event.map_or_else(|| "Unreadable message".to_owned(), str::to_owned)
}
pub const LETTER_FACTS: &str = "Where it failed";
pub const FACT_PLACE: &str = "Topic, partition, offset";
pub const FACT_EVENT_ID: &str = "Event";
pub const FACT_AGGREGATE: &str = "Aggregate";
pub const FACT_SEQUENCE: &str = "Sequence";
pub const FACT_TRIES: &str = "Tries";
pub const FACT_SINCE: &str = "Since";
pub const MESSAGE: &str = "Message";
pub const MESSAGE_NOT_TEXT: &str = "The bytes are no text. As base64:";
pub const HEADERS: &str = "Headers";
pub const NO_HEADERS: &str = "It came without headers.";
pub const WAITING_BEHIND: &str = "Waits behind it";
pub const NOTHING_WAITS: &str = "Nothing waits behind it.";
pub fn first_of(shown: u64, all: &str) -> String {
    format!("The first {shown} of {all}.")
}
pub const DECISIONS: &str = "Decisions";
pub const NO_DECISIONS: &str = "Nobody has decided about it yet.";
pub fn decision(action: &str) -> String {
    capitalised(action)
}
pub const WITHOUT_REASON: &str = "no reason given";

// Orders.
pub const FIND_ORDERS: &str = "Find orders";
pub const SEARCH_ORDERS_FIELD: &str = "Number or email";
pub const SEARCH_ORDERS_HELP: &str = "A number in any spelling, or the beginning of an address.";
pub const FILTER_STATUS: &str = "Status";
pub const PLACED_FROM: &str = "Placed from";
pub const PLACED_UNTIL: &str = "Placed until";
pub const FIND: &str = "Find";
pub const NO_ORDERS_FOUND: &str = "No order answers to this";
pub const NO_ORDERS_FOUND_DETAIL: &str = "Numbers have eight characters, such as TW-3F9A-X0Q5. Days are counted in UTC.";
pub fn status_word(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Placed => "Placed",
        OrderStatus::PaymentPending => "Payment unknown",
        OrderStatus::PaymentFailed => "Payment refused",
        OrderStatus::Paid => "Paid",
        OrderStatus::Shipped => "Shipped",
        OrderStatus::Delivered => "Delivered",
        OrderStatus::ReturnRequested => "Return asked for",
        OrderStatus::Refunded => "Refunded",
        OrderStatus::Cancelled => "Cancelled",
    }
}

// An order's file.
pub fn order_file_title(number: &str) -> String {
    format!("Order {number}")
}
pub const ORDER_FILE: &str = "Order";
pub const WHAT_CAN_BE_DONE: &str = "What can be done";
pub const NOTHING_CAN_BE_DONE: &str = "Nothing can be done to it at this moment.";
pub const FACTS: &str = "Facts";
pub const FACT_EMAIL: &str = "Email";
pub const FACT_PLACED: &str = "Placed";
pub const FACT_ADDRESS: &str = "Goes to";
pub const FACT_METHOD: &str = "Travels by";
pub const FACT_TOTAL: &str = "Total";
pub const FACT_TRACE: &str = "The click that placed it";
pub const WAY: &str = "Way";
pub const EVENTS: &str = "Events";
pub const PAYMENTS: &str = "Payments";
pub const LEDGER: &str = "Ledger";
pub const RETURNS: &str = "Returns";
pub const NO_EVENTS: &str = "Its events have been pruned: all of them were published long ago.";
pub const NO_PAYMENTS: &str = "Nothing was tried yet.";
pub const NO_LEDGER: &str = "No money has moved.";
pub const NO_RETURNS: &str = "Nothing was sent back.";
pub const NOT_PUBLISHED: &str = "not yet";
pub const NO_DIFFERENCE: &str = "the same";
pub fn return_state(state: ReturnState) -> &'static str {
    match state {
        ReturnState::Requested => "Asked for",
        ReturnState::Accepted => "Accepted",
        ReturnState::Rejected => "Rejected",
        ReturnState::Refunded => "Paid back",
    }
}
/// On the button, in the question and in the toast afterwards.
pub fn action_verb(action: OrderAction) -> &'static str {
    match action {
        OrderAction::Ship => "Ship it now",
        OrderAction::Deliver => "Mark as delivered",
        OrderAction::Cancel => "Cancel the order",
        OrderAction::Refund => "Pay it back",
        OrderAction::RejectReturn => "Reject the return",
    }
}
pub fn action_question(action: OrderAction, number: &str) -> String {
    match action {
        OrderAction::Ship => format!("Ship {number} now?"),
        OrderAction::Deliver => format!("Has {number} arrived?"),
        OrderAction::Cancel => format!("Cancel {number}?"),
        OrderAction::Refund => format!("Pay {number} back?"),
        OrderAction::RejectReturn => format!("Reject the return of {number}?"),
    }
}
/// What an action does; `amount` is what would be paid back.
pub fn action_means(action: OrderAction, total: &str, amount: &str) -> String {
    match action {
        OrderAction::Ship => {
            format!(
                "The {total} are taken from the card and the parcel leaves, without waiting any longer. From then on it cannot be cancelled."
            )
        }
        OrderAction::Deliver => "It counts as arrived from now on, and the 30 days for sending it back begin.".to_owned(),
        OrderAction::Cancel => format!(
            "The goods go back on the shelf, and if the bank keeps the {total} aside, they are let go. A cancelled order cannot be taken up again."
        ),
        OrderAction::Refund => format!("{amount} go back to the card that paid. This cannot be taken back."),
        OrderAction::RejectReturn => {
            "The goods stay with the shopper and nothing is paid back. The order counts as delivered again.".to_owned()
        }
    }
}
pub fn action_done(action: OrderAction, number: &str) -> String {
    match action {
        OrderAction::Ship => format!("{number} is leaving."),
        OrderAction::Deliver => format!("{number} is delivered."),
        OrderAction::Cancel => format!("{number} is cancelled."),
        OrderAction::Refund => format!("{number} is being paid back."),
        OrderAction::RejectReturn => format!("The return of {number} is rejected."),
    }
}
pub const FIELD_REASON: &str = "Why?";
pub const FIELD_REASON_HELP: &str = "A sentence for whoever reads the audit later; 500 characters at most.";
pub const CAN_BE_SOLD_AGAIN: &str = "The goods can be sold again";
pub const LEAVE_IT: &str = "Leave it as it is";

// Audit.
pub const AUDIT_LEDE: &str = "Who did what, and why. Nothing here can be changed.";
pub const NO_AUDIT_TITLE: &str = "Nothing has been done yet";
pub const NO_AUDIT_DETAIL: &str = "What operators do to orders and dead letters is written here.";
/// `dead_letter.redrive` is "Dead letter: redrive".
pub fn audit_action(action: &str) -> String {
    match action.split_once('.') {
        Some((subject, verb)) => capitalised(&format!("{}: {}", subject.replace('_', " "), verb.replace(['_', '-'], " "))),
        None => capitalised(action),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_action_does_is_told_before_it_is_done() {
        for action in OrderAction::ALL {
            let means = action_means(action, "€ 60.80", "€ 12.00");
            assert!(means.ends_with('.'), "{means}");
            assert_eq!(means.contains("€ 12.00"), action == OrderAction::Refund, "{means}");
        }
    }

    #[test]
    fn names_of_the_machine_become_words() {
        assert_eq!(consumer("catalogue-cache"), "Catalogue cache");
        assert_eq!(audit_action("dead_letter.redrive"), "Dead letter: redrive");
        assert_eq!(audit_action("order.reject-return"), "Order: reject return");
    }

    #[test]
    fn an_unreadable_message_has_a_name_too() {
        assert_eq!(letter_name(Some("order.paid"), Some("TW-3F9A-X0QN")), "order.paid of TW-3F9A-X0QN");
        assert_eq!(letter_name(None, None), UNREADABLE);
    }
}
