//! What the shop says when something is not as usual: what happened, what is safe, what to do next.

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
pub const TRACE: &str = "Trace";

pub const OFFLINE_STRIP: &str = "You are offline. You can go on reading what you have seen before.";
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
