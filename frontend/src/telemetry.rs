//! The browser's part of a trace: one span for what the person did, one below it for each fetch.
//!
//! Spans hold route templates, methods, statuses and codes; of ids only an order's. They are sent in batches to the
//! collector behind the gateway and dropped without a word when it refuses: telemetry never disturbs the shop.

pub mod otlp;

use std::{cell::RefCell, future::Future};

use gloo_timers::callback::Timeout;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};

pub use self::otlp::{Attribute, Kind, Trace};
use crate::{api::ApiError, platform};

/// The gateway's way to the collector.
const ENDPOINT: &str = "/otlp/v1/traces";
/// A full batch goes at once; the keepalive quota of a page is 64 KiB, and a span is about 700 bytes.
const BATCH_SPANS: usize = 64;
/// A started batch waits this long for company.
const BATCH_WAIT_MS: u32 = 1_500;
/// A navigation is over when no fetch of it has ended for this long.
const NAVIGATION_QUIET_MS: u32 = 2_500;

#[derive(Default)]
struct Outbox {
    spans: Vec<otlp::Span>,
    timer: Option<Timeout>,
    navigation: Option<Navigation>,
}

struct Navigation {
    span: OpenSpan,
    last_activity_ns: u64,
    _quiet: Timeout,
}

thread_local! {
    static OUTBOX: RefCell<Outbox> = RefCell::new(Outbox::default());
    /// The trace that reads of the current page belong to, also after its span has been sent.
    static PAGE: RefCell<Option<Trace>> = const { RefCell::new(None) };
}

/// A span that has begun; `end` sends it.
pub struct OpenSpan {
    at: Trace,
    parent: Option<[u8; 8]>,
    name: String,
    kind: Kind,
    start_unix_ns: u64,
    attributes: Vec<(&'static str, Attribute)>,
    failure: Option<String>,
}

impl OpenSpan {
    /// Begins a trace.
    pub fn root(name: impl Into<String>) -> Self {
        Self::begin(name.into(), Kind::Internal, platform::random_bytes(), None)
    }

    /// Begins a span below `parent`.
    pub fn child(parent: Trace, name: impl Into<String>, kind: Kind) -> Self {
        Self::begin(name.into(), kind, parent.trace_id, Some(parent.span_id))
    }

    fn begin(name: String, kind: Kind, trace_id: [u8; 16], parent: Option<[u8; 8]>) -> Self {
        let at = Trace { trace_id, span_id: platform::random_bytes() };
        Self { at, parent, name, kind, start_unix_ns: platform::now_unix_ns(), attributes: Vec::new(), failure: None }
    }

    /// What work inside this span passes on.
    pub fn trace(&self) -> Trace {
        self.at
    }

    pub fn set(&mut self, key: &'static str, value: impl Into<Attribute>) {
        self.attributes.push((key, value.into()));
    }

    /// Marks the span as failed, by a stable code.
    pub fn fail(&mut self, code: &str) {
        self.failure = Some(code.to_owned());
    }

    pub fn end(self) {
        self.end_at(platform::now_unix_ns());
    }

    fn end_at(self, end_unix_ns: u64) {
        post(otlp::Span {
            at: self.at,
            parent: self.parent,
            name: self.name,
            kind: self.kind,
            start_unix_ns: self.start_unix_ns,
            end_unix_ns: end_unix_ns.max(self.start_unix_ns),
            attributes: self.attributes,
            failure: self.failure,
        });
    }
}

/// Runs `work` as one user action: a trace of its own, to which every fetch that is given its [`Trace`] belongs.
///
/// # Errors
/// Those of `work`; their code is recorded on the span.
pub async fn action<T, F>(name: &'static str, work: impl FnOnce(Trace) -> F) -> Result<T, ApiError>
where
    F: Future<Output = Result<T, ApiError>>,
{
    let mut span = OpenSpan::root(name);
    let outcome = work(span.trace()).await;
    if let Err(error) = &outcome {
        span.fail(error.code());
    }
    span.end();
    outcome
}

/// Begins the trace of a page; `template` is the route's pattern, never the address.
pub fn navigated(template: &'static str) {
    end_navigation();
    let mut span = OpenSpan::root(format!("navigate {template}"));
    span.set("url.template", template);
    PAGE.with_borrow_mut(|page| *page = Some(span.trace()));
    let navigation = Navigation { last_activity_ns: span.start_unix_ns, span, _quiet: quiet_timer() };
    OUTBOX.with_borrow_mut(|outbox| outbox.navigation = Some(navigation));
}

/// The trace that the current page's reads belong to.
pub fn page() -> Trace {
    PAGE.with_borrow(|page| *page).unwrap_or_else(|| {
        let trace = OpenSpan::root("page").trace();
        PAGE.with_borrow_mut(|page| *page = Some(trace));
        trace
    })
}

/// Says that a read of the page has just ended, so that its navigation lasts until now.
pub(crate) fn touch(trace: Trace) {
    OUTBOX.with_borrow_mut(|outbox| {
        if let Some(navigation) = outbox.navigation.as_mut().filter(|n| n.span.at.trace_id == trace.trace_id) {
            navigation.last_activity_ns = platform::now_unix_ns();
            navigation._quiet = quiet_timer();
        }
    });
}

fn quiet_timer() -> Timeout {
    Timeout::new(NAVIGATION_QUIET_MS, end_navigation)
}

fn end_navigation() {
    let navigation = OUTBOX.with_borrow_mut(|outbox| outbox.navigation.take());
    if let Some(navigation) = navigation {
        navigation.span.end_at(navigation.last_activity_ns);
    }
}

fn post(span: otlp::Span) {
    let full = OUTBOX.with_borrow_mut(|outbox| {
        outbox.spans.push(span);
        if outbox.timer.is_none() {
            outbox.timer = Some(Timeout::new(BATCH_WAIT_MS, flush));
        }
        outbox.spans.len() >= BATCH_SPANS
    });
    if full {
        flush();
    }
}

/// Sends what has gathered.
fn flush() {
    let spans = OUTBOX.with_borrow_mut(|outbox| {
        outbox.timer = None;
        std::mem::take(&mut outbox.spans)
    });
    if spans.is_empty() {
        return;
    }
    let body = otlp::export_request(&spans, env!("CARGO_PKG_VERSION")).to_string();
    spawn_local(async move {
        // A refusal is not looked at: the spans are dropped.
        let _ = platform::post_keepalive(ENDPOINT, &body).await;
    });
}

/// Sends the rest when the page is left or hidden.
pub fn install() {
    let Some(window) = web_sys::window() else { return };
    let leave = Closure::<dyn FnMut(JsValue)>::new(|_| {
        end_navigation();
        flush();
    });
    for event in ["pagehide", "visibilitychange"] {
        let _ = window.add_event_listener_with_callback(event, leave.as_ref().unchecked_ref());
    }
    leave.forget();
}
