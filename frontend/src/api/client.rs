//! One request, from its route to its typed answer.

use std::{cell::RefCell, marker::PhantomData};

use futures::{
    FutureExt as _,
    future::{self, Either},
    pin_mut,
};
use gloo_net::http::{RequestBuilder, Response};
use gloo_timers::future::TimeoutFuture;
use serde::{Serialize, de::DeserializeOwned};
use tradewind_contract::{Problem, headers, routes};

use super::{ApiError, consistency::Tokens};
use crate::{
    platform::{self, storage},
    session::Session,
    telemetry::{self, Kind, OpenSpan, Trace},
};

/// What a read may take, as the services see it.
pub const READ_TIMEOUT_MS: u32 = 4_000;
/// What a write may take; checkout is given 5 s by the services, and the way there and back is ours to wait.
pub const WRITE_TIMEOUT_MS: u32 = 8_000;
/// Tries of a call that may be repeated.
const ATTEMPTS: u32 = 3;
/// Full jitter below a ceiling that doubles from the first to the second.
const BACKOFF_MIN_MS: u32 = 100;
const BACKOFF_MAX_MS: u32 = 1_000;
/// A longer `Retry-After` is the person's to wait for, not ours.
const RETRY_AFTER_MAX_S: u32 = 2;

const TOKENS_KEY: &str = "tradewind.consistency";

thread_local! {
    static TOKENS: RefCell<Tokens> = RefCell::new(stored_tokens());
}

fn stored_tokens() -> Tokens {
    let mut tokens = Tokens::default();
    if let Some(header) = storage::get::<String>(TOKENS_KEY) {
        tokens.absorb(&header);
    }
    tokens
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Whose request it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Auth {
    /// Nobody's: the catalogue.
    Anonymous,
    /// The session's, when there is one.
    #[default]
    Held,
    /// The session's; a visitor without one becomes a guest first.
    GuestAtLeast,
}

/// A request: `route` is the template of the contract (for telemetry), `path` what it comes to, both without the base.
#[derive(Debug, Clone)]
pub struct Call {
    pub method: Method,
    pub route: &'static str,
    pub path: String,
    pub body: Option<String>,
    pub auth: Auth,
    pub idempotency_key: Option<String>,
    /// The contract says that repeating it changes nothing, though it is a POST without a key.
    pub harmless_twice: bool,
    pub if_none_match: Option<String>,
    pub timeout_ms: u32,
    /// The kinds of answer that can be read.
    pub accept: &'static str,
}

impl Call {
    pub fn new(method: Method, route: &'static str, path: impl Into<String>) -> Self {
        let timeout_ms = if method == Method::Get { READ_TIMEOUT_MS } else { WRITE_TIMEOUT_MS };
        Self {
            method,
            route,
            path: path.into(),
            body: None,
            auth: Auth::Held,
            idempotency_key: None,
            harmless_twice: false,
            if_none_match: None,
            timeout_ms,
            accept: "application/json, application/problem+json",
        }
    }

    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.body = serde_json::to_string(body).ok();
        self
    }

    pub fn auth(mut self, auth: Auth) -> Self {
        self.auth = auth;
        self
    }

    pub fn key(mut self, idempotency_key: &str) -> Self {
        self.idempotency_key = Some(idempotency_key.to_owned());
        self
    }

    pub fn harmless_twice(mut self) -> Self {
        self.harmless_twice = true;
        self
    }

    /// Sending it twice does what sending it once does.
    fn may_be_repeated(&self) -> bool {
        match self.method {
            Method::Get | Method::Put | Method::Delete => true,
            Method::Post => self.idempotency_key.is_some() || self.harmless_twice,
            Method::Patch => false,
        }
    }
}

/// A read and the type of its answer.
pub struct Get<T> {
    pub route: &'static str,
    pub path: String,
    pub auth: Auth,
    /// The same for everybody and worth keeping on the device.
    pub shared: bool,
    answer: PhantomData<fn() -> T>,
}

impl<T> Clone for Get<T> {
    fn clone(&self) -> Self {
        Self { route: self.route, path: self.path.clone(), auth: self.auth, shared: self.shared, answer: PhantomData }
    }
}

impl<T> Get<T> {
    /// A read of the catalogue.
    pub fn shared(route: &'static str, path: impl Into<String>) -> Self {
        Self { route, path: path.into(), auth: Auth::Anonymous, shared: true, answer: PhantomData }
    }

    /// A read for everybody that is not worth keeping.
    pub fn passing(route: &'static str, path: impl Into<String>) -> Self {
        Self { shared: false, ..Self::shared(route, path) }
    }

    /// A read of what belongs to the session.
    pub fn own(route: &'static str, path: impl Into<String>) -> Self {
        Self { route, path: path.into(), auth: Auth::Held, shared: false, answer: PhantomData }
    }
}

/// A 2xx or 304.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub etag: Option<String>,
    pub text: String,
    pub trace_id: String,
}

impl Reply {
    /// # Errors
    /// `Unreadable` when the body is not a `T`.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        serde_json::from_str(&self.text).map_err(|_| ApiError::Unreadable { status: self.status, trace_id: self.trace_id.clone() })
    }
}

/// The client. Copy, so that every event handler can have it.
#[derive(Clone, Copy)]
pub struct Api {
    session: Session,
}

impl Api {
    pub fn new(session: Session) -> Self {
        Self { session }
    }

    pub fn session(self) -> Session {
        self.session
    }

    /// Reads a `T`.
    ///
    /// # Errors
    /// As [`Api::send`], and `Unreadable`.
    pub async fn get<T: DeserializeOwned>(self, trace: Trace, get: Get<T>) -> Result<T, ApiError> {
        self.send(trace, Call::new(Method::Get, get.route, get.path).auth(get.auth)).await?.json()
    }

    /// Sends a call and reads a `T` out of the answer.
    ///
    /// # Errors
    /// As [`Api::send`], and `Unreadable`.
    pub async fn fetch<T: DeserializeOwned>(self, trace: Trace, call: Call) -> Result<T, ApiError> {
        self.send(trace, call).await?.json()
    }

    /// Sends a call with everything that belongs to it. A 401 renews the session once; what may be repeated is tried
    /// up to three times when the services are out of reach.
    ///
    /// # Errors
    /// The problem that a service answered with, or why there was no answer.
    pub async fn send(self, trace: Trace, call: Call) -> Result<Reply, ApiError> {
        let mut token = self.session.token_for(trace, call.auth).await?;
        let mut attempt = 1;
        let mut renewed = false;
        loop {
            let error = match send_once(trace, &call, token.as_deref(), attempt).await {
                Ok(reply) => return Ok(reply),
                Err(error) => error,
            };
            if error.error.status() == Some(401) && token.is_some() && !renewed {
                renewed = true;
                token = Some(self.session.renew(trace, call.auth, token.as_deref()).await?);
                continue;
            }
            if attempt >= ATTEMPTS || !call.may_be_repeated() || !error.worth_repeating() || !platform::is_online() {
                return Err(error.error);
            }
            TimeoutFuture::new(backoff_ms(attempt, error.retry_after_s, platform::jitter())).await;
            attempt += 1;
        }
    }
}

/// A failed attempt, with what the answer said about the next.
pub struct Refusal {
    pub error: ApiError,
    retry_after_s: Option<u32>,
}

impl Refusal {
    fn worth_repeating(&self) -> bool {
        let asked_to_wait_long = self.retry_after_s.is_some_and(|seconds| seconds > RETRY_AFTER_MAX_S);
        let being_worked_on = self.error.is("idempotency_key_in_use");
        (self.error.is_transient() || being_worked_on) && !asked_to_wait_long
    }
}

/// Milliseconds before attempt `attempt + 1`; `random` is 0.0 to 1.0.
fn backoff_ms(attempt: u32, retry_after_s: Option<u32>, random: f64) -> u32 {
    let ceiling = (BACKOFF_MIN_MS << attempt).min(BACKOFF_MAX_MS);
    let spread = f64::from(ceiling - BACKOFF_MIN_MS / 2) * random;
    let least = retry_after_s.map_or(BACKOFF_MIN_MS / 2, |seconds| seconds * 1_000);
    least + spread as u32
}

/// One attempt: one span, one request, one answer.
///
/// # Errors
/// As [`Api::send`].
pub async fn send_once(trace: Trace, call: &Call, token: Option<&str>, attempt: u32) -> Result<Reply, Refusal> {
    let mut span = OpenSpan::child(trace, format!("{} {}", call.method.as_str(), call.route), Kind::Client);
    span.set("http.request.method", call.method.as_str());
    span.set("url.template", call.route);
    if attempt > 1 {
        span.set("http.request.resend_count", i64::from(attempt - 1));
    }
    let outcome = exchange(span.trace(), call, token).await;
    let status = match &outcome {
        Ok(reply) => Some(reply.status),
        Err(refusal) => refusal.error.status(),
    };
    if let Some(status) = status {
        span.set("http.response.status_code", i64::from(status));
    }
    if let Err(refusal) = &outcome {
        span.set("error.type", refusal.error.code());
        span.fail(refusal.error.code());
    }
    span.end();
    telemetry::touch(trace);
    outcome
}

async fn exchange(at: Trace, call: &Call, token: Option<&str>) -> Result<Reply, Refusal> {
    let plain = |error| Refusal { error, retry_after_s: None };
    let offline = || plain(ApiError::Offline { trace_id: at.id() });
    let unreadable = |status| plain(ApiError::Unreadable { status, trace_id: at.id() });

    let abort = web_sys::AbortController::new().map_err(|_| offline())?;
    let request = build(at, call, token, &abort.signal()).map_err(|_| unreadable(0))?;
    let exchange = async {
        let response = request.send().await.map_err(|_| offline())?;
        let text = response.text().await.map_err(|_| offline())?;
        Ok::<_, Refusal>((response, text))
    };
    pin_mut!(exchange);
    let (response, text) = match future::select(exchange, TimeoutFuture::new(call.timeout_ms).fuse()).await {
        Either::Left((answer, _)) => answer?,
        Either::Right(_) => {
            abort.abort();
            return Err(plain(ApiError::TimedOut { trace_id: at.id() }));
        }
    };
    if let Some(tokens) = response.headers().get(headers::CONSISTENCY_TOKEN) {
        remember(&tokens);
    }
    let status = response.status();
    if response.ok() || status == 304 {
        return Ok(Reply { status, etag: response.headers().get("etag"), text, trace_id: at.id() });
    }
    Err(refusal(&response, &text, at))
}

fn build(at: Trace, call: &Call, token: Option<&str>, signal: &web_sys::AbortSignal) -> Result<gloo_net::http::Request, gloo_net::Error> {
    let url = format!("{}{}", routes::BASE, call.path);
    let mut request = RequestBuilder::new(&url)
        .method(match call.method {
            Method::Get => gloo_net::http::Method::GET,
            Method::Post => gloo_net::http::Method::POST,
            Method::Put => gloo_net::http::Method::PUT,
            Method::Patch => gloo_net::http::Method::PATCH,
            Method::Delete => gloo_net::http::Method::DELETE,
        })
        .abort_signal(Some(signal))
        .header("accept", call.accept)
        .header(headers::TRACEPARENT, &at.traceparent())
        .header(headers::REQUEST_TIMEOUT_MS, &call.timeout_ms.to_string());
    if let Some(token) = token {
        request = request.header("authorization", &format!("Bearer {token}"));
    }
    if let Some(key) = &call.idempotency_key {
        request = request.header(headers::IDEMPOTENCY_KEY, key);
    }
    if let Some(etag) = &call.if_none_match {
        request = request.header("if-none-match", etag);
    }
    if let Some(tokens) = consistency_header().filter(|_| call.method == Method::Get) {
        request = request.header(headers::CONSISTENCY_TOKEN, &tokens);
    }
    match &call.body {
        Some(body) => request.header("content-type", "application/json").body(body.clone()),
        None => request.build(),
    }
}

fn refusal(response: &Response, text: &str, at: Trace) -> Refusal {
    let retry_after_s = response.headers().get("retry-after").and_then(|seconds| seconds.parse().ok());
    let error = match serde_json::from_str::<Problem>(text) {
        Ok(problem) => match retry_after_s {
            Some(retry_after_s) if problem.status == 429 => ApiError::Limited { problem: Box::new(problem), retry_after_s },
            _ => ApiError::Problem(Box::new(problem)),
        },
        Err(_) => ApiError::Unreadable { status: response.status(), trace_id: at.id() },
    };
    if error.is("consistency_token_invalid") {
        forget_consistency();
    }
    Refusal { error, retry_after_s }
}

/// What a read sends as `Consistency-Token`.
pub fn consistency_header() -> Option<String> {
    TOKENS.with_borrow(Tokens::header)
}

fn remember(header: &str) {
    TOKENS.with_borrow_mut(|tokens| {
        if tokens.absorb(header) {
            storage::set(TOKENS_KEY, &tokens.header());
        }
    });
}

/// Drops all tokens: one of them is not from this database any more, as after a restore.
fn forget_consistency() {
    TOKENS.with_borrow_mut(|tokens| *tokens = Tokens::default());
    storage::remove(TOKENS_KEY);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_grows_and_never_falls_below_what_the_service_asked_for() {
        assert_eq!(backoff_ms(1, None, 0.0), 50);
        assert_eq!(backoff_ms(1, None, 1.0), 200);
        assert_eq!(backoff_ms(2, None, 1.0), 400);
        assert_eq!(backoff_ms(9, None, 1.0), 1_000);
        assert!(backoff_ms(1, Some(2), 0.0) >= 2_000);
    }

    #[test]
    fn a_post_without_a_key_is_sent_once_unless_it_is_harmless() {
        let post = Call::new(Method::Post, "/users", "/users");
        assert!(!post.may_be_repeated());
        assert!(post.clone().harmless_twice().may_be_repeated());
        assert!(post.key("k").may_be_repeated());
        assert!(Call::new(Method::Put, "/cart/items/{sku}", "/cart/items/a").may_be_repeated());
    }
}
