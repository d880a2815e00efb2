//! Failures: a refusal says what the caller did wrong or must wait for; anything else is ours.

use std::{borrow::Cow, sync::Arc};

use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode};
use tradewind_contract::{FieldError, orders::Totals, problem::UnavailableLine};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An answer that refuses; the outermost middleware writes it as a problem with instance and trace id.
#[derive(Debug, Clone)]
pub struct Refusal {
    pub status: StatusCode,
    pub code: &'static str,
    pub title: &'static str,
    pub detail: Cow<'static, str>,
    pub errors: Vec<FieldError>,
    pub lines: Vec<UnavailableLine>,
    pub totals: Option<Totals>,
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

impl Refusal {
    pub fn new(status: StatusCode, code: &'static str, title: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code, title, detail: detail.into(), errors: Vec::new(), lines: Vec::new(), totals: None, headers: Vec::new() }
    }

    pub fn bad_request(code: &'static str, title: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, title, detail)
    }

    pub fn conflict(code: &'static str, title: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::CONFLICT, code, title, detail)
    }

    /// 404, the same bytes whether it never existed or is somebody else's.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "Not found", "There is nothing at this address.")
    }

    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let mut refusal = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "validation_failed", "Some fields need another look", "See errors.");
        refusal.errors = errors;
        refusal
    }

    pub fn invalid_field(field: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError::new(field, code, detail)])
    }

    pub fn unauthorized(detail: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "token_invalid", "Please log in", detail)
            .with_header(http::header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"tradewind\""))
    }

    pub fn account_required() -> Self {
        Self::new(StatusCode::FORBIDDEN, "account_required", "An account is needed", "Guests cannot do this. Register or log in first.")
    }

    pub fn operator_required() -> Self {
        Self::new(StatusCode::FORBIDDEN, "operator_required", "This is for operators", "Only those who run the shop may do this.")
    }

    /// 503: our overload or an outage, never the caller's fault; with a jittered Retry-After.
    pub fn unavailable(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code, "Please try again in a moment", detail).with_retry_after(1)
    }

    /// 429: the caller's quota.
    pub fn too_many(detail: impl Into<Cow<'static, str>>, retry_after_s: u64) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", "Too many requests", detail).with_retry_after(retry_after_s)
    }

    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// `Retry-After` of `seconds` plus up to 2 s of jitter, so that clients do not come back together.
    #[must_use]
    pub fn with_retry_after(self, seconds: u64) -> Self {
        let jittered = seconds + rand::random_range(0..=2);
        self.with_header(http::header::RETRY_AFTER, HeaderValue::from(jittered))
    }

    #[must_use]
    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.errors = errors;
        self
    }
}

/// Every failure of a handler.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("refused: {}", .0.code)]
    Refused(Box<Refusal>),
    #[error("database")]
    Database(#[from] sqlx::Error),
    #[error("cache")]
    Cache(#[from] crate::cache::CacheError),
    #[error("{0}")]
    Corrupt(String),
    #[error("json")]
    Json(#[from] serde_json::Error),
    /// The database did not answer the COMMIT: it may or may not have happened.
    #[error("the commit's outcome is unknown")]
    CommitUnknown(#[source] sqlx::Error),
    /// The same failure, told to several callers that waited for one load.
    #[error(transparent)]
    Shared(Arc<Error>),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<Arc<Error>> for Error {
    fn from(error: Arc<Error>) -> Self {
        Self::Shared(error)
    }
}

impl Error {
    /// What the caller may know of it.
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::Refused(refusal) => (**refusal).clone(),
            Self::Shared(error) => error.refusal(),
            Self::CommitUnknown(_) => Refusal::unavailable(
                "outcome_unknown",
                "We cannot tell yet whether this was done. Send the same request with the same key again to find out.",
            ),
            Self::Database(error) if is_outage(error) => {
                Refusal::unavailable("database_unavailable", "Our database does not answer. Nothing was changed.")
            }
            Self::Database(_) | Self::Cache(_) | Self::Corrupt(_) | Self::Json(_) => Refusal::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal_error",
                "Something broke on our side",
                "It has been noted. Quote the trace id if you write to us.",
            ),
        }
    }

    /// The name of the constraint that the database held against a statement.
    pub fn constraint(&self) -> Option<&str> {
        match self {
            Self::Database(sqlx::Error::Database(error)) => error.constraint(),
            _ => None,
        }
    }
}

/// The database is away or overloaded, as opposed to refusing a statement.
pub fn is_outage(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Tls(_) | sqlx::Error::WorkerCrashed => true,
        // 57P0x: shutting down or starting; 53xxx: out of resources; 57014: statement time-out; 55P03: lock time-out;
        // 40P01: deadlock.
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            code.starts_with("57P")
                || code.starts_with("53")
                || code.starts_with("08")
                || code == "57014"
                || code == "55P03"
                || code == "40P01"
                || code == "25006"
        }),
        _ => false,
    }
}

/// What went wrong, for the one log line that the middleware writes.
#[derive(Debug, Clone)]
pub struct Cause(pub Arc<Error>);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        for (name, value) in &self.headers {
            response.headers_mut().insert(name.clone(), value.clone());
        }
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.refusal().into_response();
        if !matches!(self, Self::Refused(_)) {
            response.extensions_mut().insert(Cause(Arc::new(self)));
        }
        response
    }
}

/// An error with all its sources, joined by colons.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        source = inner.source();
    }
    text
}
