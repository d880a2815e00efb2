//! What the shop says when something is not as usual: what happened, what is safe, what to do next.

use super::checkout::{capitalised, in_letters};
use crate::api::ApiError;

/// Title and detail of a failed call.
pub fn explain(error: &ApiError) -> (String, String) {
    match error {
        ApiError::Offline { .. } => (
            "The line is down".to_owned(),
            "The shop cannot be reached. Your basket is safe. Look at your connection, then try again.".to_owned(),
        ),
        ApiError::TimedOut { .. } => (
            "No answer yet".to_owned(),
            "The shop took too long to answer. Your basket is safe. Try again; if it happens twice, send us this number.".to_owned(),
        ),
        ApiError::Unreadable { .. } => ("Something broke on our side".to_owned(), BROKEN_DETAIL.to_owned()),
        ApiError::Limited { problem, .. } => ("A little too fast".to_owned(), problem.detail.clone()),
        ApiError::Problem(problem) if problem.status >= 500 => ("Something broke on our side".to_owned(), BROKEN_DETAIL.to_owned()),
        ApiError::Problem(problem) if problem.status == 429 => ("A little too fast".to_owned(), problem.detail.clone()),
        ApiError::Problem(problem) => (problem.title.clone(), problem.detail.clone()),
    }
}

/// The same in one sentence, for a toast.
pub fn explain_shortly(error: &ApiError) -> String {
    let (title, detail) = explain(error);
    if detail.is_empty() { title } else { detail }
}

const BROKEN_DETAIL: &str = "Your basket is safe and nothing was charged. Try again; if it happens twice, send us this number.";

pub const TRY_AGAIN: &str = "Try again";
pub const COPY_NUMBER: &str = "Copy number";
pub const NUMBER_COPIED: &str = "Number copied.";
pub const NOT_COPIED: &str = "Your browser does not let us copy. Mark the number and copy it by hand.";
pub const TRACE: &str = "Trace";

pub fn offline_strip(waiting: usize) -> String {
    let known = "You are offline. What you have seen is still here, and your basket is kept on this device.";
    if waiting == 0 { known.to_owned() } else { format!("{known} {}", changes_waiting(waiting)) }
}
fn changes_waiting(count: usize) -> String {
    match count {
        1 => "One change waits.".to_owned(),
        n => format!("{} changes wait.", capitalised(&in_letters(n))),
    }
}
pub fn changes_wait(count: usize) -> String {
    match count {
        1 => "One change waits here and is sent, once, when the line is back.".to_owned(),
        n => format!("{} changes wait here and are sent, once, when the line is back.", capitalised(&in_letters(n))),
    }
}
pub fn changes_sent(count: usize) -> String {
    match count {
        1 => "The line is back. The change of your basket is sent.".to_owned(),
        n => format!("The line is back. {} changes of your basket are sent.", capitalised(&in_letters(n))),
    }
}
pub fn not_as_wanted(title: &str, obstacle: &str) -> String {
    format!("{title}: {obstacle}")
}
pub const TRY_NOW: &str = "Try now";
pub const NO_CHECK_OUT_OFFLINE: &str =
    "You are offline, and an order needs the line. Nothing is sent and nothing is charged; your basket is kept until you are back.";
pub const NO_CHECK_OUT_WAITING: &str = "Changes of your basket are still waiting to be sent. You can order when they are.";
pub fn kept_since(time: &str) -> String {
    format!("This could not be refreshed. You see it as it was at {time}.")
}

pub const SESSION_ENDED: &str = "Your session has ended. Log in again to go on.";

pub const NOT_FOUND_TITLE: &str = "Off the chart";
pub const NOT_FOUND_DETAIL: &str = "There is no page at this address. The goods may have been renamed, or the link has a slip in it.";
pub const GO_HOME: &str = "Go home";
pub const ALL_GOODS: &str = "All goods";

pub const LOADING: &str = ", loading";
pub const GOODS_ON_THE_WAY: &str = "Goods on the way";
