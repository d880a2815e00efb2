//! What can go wrong between the shop and its services.

use tradewind_contract::Problem;

/// A failed call. Screens show its title and detail, offer a retry, and print the trace id.
#[derive(Debug, Clone, PartialEq)]
pub enum ApiError {
    /// The service refused, and said why.
    Problem(Box<Problem>),
    /// A quota is used up; the next try may go after so many seconds.
    Limited { problem: Box<Problem>, retry_after_s: u32 },
    /// The request never reached a service.
    Offline { trace_id: String },
    /// No answer within the deadline.
    TimedOut { trace_id: String },
    /// An answer that is neither the type asked for nor a problem.
    Unreadable { status: u16, trace_id: String },
}

impl ApiError {
    /// Stable and free of data, for telemetry and for decisions: the problem's `code`, or one of the browser's own.
    pub fn code(&self) -> &str {
        match self {
            Self::Problem(problem) | Self::Limited { problem, .. } => &problem.code,
            Self::Offline { .. } => "browser_offline",
            Self::TimedOut { .. } => "browser_timed_out",
            Self::Unreadable { .. } => "browser_unreadable",
        }
    }

    pub fn is(&self, code: &str) -> bool {
        self.code() == code
    }

    pub fn trace_id(&self) -> &str {
        match self {
            Self::Problem(problem) | Self::Limited { problem, .. } => &problem.trace_id,
            Self::Offline { trace_id } | Self::TimedOut { trace_id } | Self::Unreadable { trace_id, .. } => trace_id,
        }
    }

    /// With 429: how long to wait before the next try, in seconds.
    pub fn retry_after_s(&self) -> Option<u32> {
        match self {
            Self::Limited { retry_after_s, .. } => Some(*retry_after_s),
            _ => None,
        }
    }

    /// The HTTP status, when there was an answer.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Problem(problem) | Self::Limited { problem, .. } => Some(problem.status),
            Self::Unreadable { status, .. } => Some(*status),
            Self::Offline { .. } | Self::TimedOut { .. } => None,
        }
    }

    /// The problem, when a service sent one.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Problem(problem) | Self::Limited { problem, .. } => Some(problem),
            _ => None,
        }
    }

    /// The same request may succeed when it is sent again.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Offline { .. } | Self::TimedOut { .. } => true,
            Self::Problem(problem) | Self::Limited { problem, .. } => matches!(problem.status, 502..=504),
            Self::Unreadable { status, .. } => matches!(status, 502..=504),
        }
    }
}

/// A problem with nothing but its status.
#[cfg(test)]
pub fn answered(status: u16) -> ApiError {
    ApiError::Problem(Box::new(Problem {
        kind: String::new(),
        title: String::new(),
        status,
        detail: String::new(),
        instance: String::new(),
        code: "x".to_owned(),
        trace_id: String::new(),
        errors: Vec::new(),
        lines: Vec::new(),
        totals: None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_final_and_an_outage_is_not() {
        assert!(!answered(409).is_transient());
        assert!(!answered(429).is_transient());
        assert!(answered(503).is_transient());
        assert!(ApiError::Offline { trace_id: String::new() }.is_transient());
        assert_eq!(answered(404).status(), Some(404));
    }
}
