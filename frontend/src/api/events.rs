//! `GET /orders/{id}/events`: server-sent events read with fetch, because `EventSource` cannot send a token.

use std::{cell::RefCell, rc::Rc};

use futures::future::{self, Either};
use gloo_timers::future::TimeoutFuture;
use tradewind_contract::{OrderId, headers as names, limits::STREAM_COMMENT, orders::OrderEvent, routes};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::{Api, ApiError, Auth, query};
use crate::telemetry::{Kind, OpenSpan, Trace};

/// Silence for three of the service's comments means that the line is dead.
const SILENCE_MAX_MS: u32 = 3 * STREAM_COMMENT.as_millis() as u32;

/// Stops a stream from outside, as when the screen is left. Cloning shares it.
#[derive(Clone, Default)]
pub struct Stop(Rc<RefCell<Option<web_sys::AbortController>>>, Rc<std::cell::Cell<bool>>);

impl Stop {
    pub fn stop(&self) {
        self.1.set(true);
        if let Some(abort) = self.0.borrow_mut().take() {
            abort.abort();
        }
    }

    pub fn is_stopped(&self) -> bool {
        self.1.get()
    }
}

impl Api {
    /// Calls `on_event` for each transition after `last_version` (all of them for `None`) until the stream ends, the
    /// line breaks or `stop` is called. The caller connects again, with the version it has seen.
    ///
    /// # Errors
    /// The problem that the service refused with, `Offline` when the line broke, `TimedOut` after 45 s of silence.
    pub async fn follow_order(
        self,
        trace: Trace,
        id: OrderId,
        last_version: Option<i64>,
        stop: &Stop,
        mut on_event: impl FnMut(OrderEvent),
    ) -> Result<(), ApiError> {
        let token = self.session().token_for(trace, Auth::Held).await?;
        if stop.is_stopped() {
            return Ok(()); // While the token was renewed: there was nothing to abort yet.
        }
        let mut span = OpenSpan::child(trace, "GET /orders/{id}/events", Kind::Client);
        span.set("url.template", routes::order::ORDER_EVENTS);
        span.set("tradewind.order.id", id.to_string());
        let outcome = listen(span.trace(), id, last_version, token, stop, &mut on_event).await;
        if let Err(error) = &outcome
            && !stop.is_stopped()
        {
            span.fail(error.code());
        }
        span.end();
        if stop.is_stopped() { Ok(()) } else { outcome }
    }
}

async fn listen(
    at: Trace,
    id: OrderId,
    last_version: Option<i64>,
    token: Option<String>,
    stop: &Stop,
    on_event: &mut impl FnMut(OrderEvent),
) -> Result<(), ApiError> {
    let offline = |_: JsValue| ApiError::Offline { trace_id: at.id() };
    let response = open(at, id, last_version, token, stop).await.map_err(offline)?;
    if !response.ok() {
        let text = JsFuture::from(response.text().map_err(offline)?).await.map_err(offline)?;
        let problem = text.as_string().and_then(|text| serde_json::from_str(&text).ok());
        return Err(problem.map_or_else(
            || ApiError::Unreadable { status: response.status(), trace_id: at.id() },
            |problem| ApiError::Problem(Box::new(problem)),
        ));
    }
    let Some(body) = response.body() else { return Ok(()) };
    let reader: web_sys::ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let mut parser = Parser::default();
    loop {
        let silence = TimeoutFuture::new(SILENCE_MAX_MS);
        let chunk = match future::select(JsFuture::from(reader.read()), silence).await {
            Either::Left((chunk, _)) => chunk.map_err(offline)?,
            Either::Right(_) => {
                stop_reading(stop);
                return Err(ApiError::TimedOut { trace_id: at.id() });
            }
        };
        if js_sys::Reflect::get(&chunk, &JsValue::from_str("done")).is_ok_and(|done| done.is_truthy()) {
            return Ok(());
        }
        let value = js_sys::Reflect::get(&chunk, &JsValue::from_str("value")).map_err(offline)?;
        for data in parser.push(&js_sys::Uint8Array::new(&value).to_vec()) {
            if let Ok(event) = serde_json::from_str(&data) {
                on_event(event);
            }
        }
        if stop.is_stopped() {
            return Ok(());
        }
    }
}

fn stop_reading(stop: &Stop) {
    if let Some(abort) = stop.0.borrow_mut().take() {
        abort.abort();
    }
}

async fn open(at: Trace, id: OrderId, last_version: Option<i64>, token: Option<String>, stop: &Stop) -> Result<web_sys::Response, JsValue> {
    let headers = web_sys::Headers::new()?;
    headers.set("accept", "text/event-stream, application/problem+json")?;
    headers.set(names::TRACEPARENT, &at.traceparent())?;
    if let Some(token) = token {
        headers.set("authorization", &format!("Bearer {token}"))?;
    }
    if let Some(version) = last_version {
        headers.set(names::LAST_EVENT_ID, &version.to_string())?;
    }
    if let Some(tokens) = super::consistency_header() {
        headers.set(names::CONSISTENCY_TOKEN, &tokens)?;
    }
    let abort = web_sys::AbortController::new()?;
    let init = web_sys::RequestInit::new();
    init.set_headers(&headers);
    init.set_signal(Some(&abort.signal()));
    *stop.0.borrow_mut() = Some(abort);
    let url = format!("{}{}", routes::BASE, query::fill(routes::order::ORDER_EVENTS, &[&id.to_string()]));
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    JsFuture::from(window.fetch_with_str_and_init(&url, &init)).await?.dyn_into()
}

/// Cuts a stream of bytes into the `data` of its events (WHATWG HTML, server-sent events). Pure.
#[derive(Default)]
struct Parser {
    rest: Vec<u8>,
    data: Vec<String>,
}

impl Parser {
    /// The data of the events that `bytes` complete.
    fn push(&mut self, bytes: &[u8]) -> Vec<String> {
        self.rest.extend_from_slice(bytes);
        let mut events = Vec::new();
        while let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.rest.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            let line = line.trim_end_matches(['\n', '\r']);
            if line.is_empty() {
                if !self.data.is_empty() {
                    events.push(std::mem::take(&mut self.data).join("\n"));
                }
            } else if let Some(data) = line.strip_prefix("data:") {
                self.data.push(data.strip_prefix(' ').unwrap_or(data).to_owned());
            }
        }
        events
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_found_however_the_bytes_are_cut() {
        let stream = "id: 1\nevent: order\ndata: {\"a\":\"é\"}\n\n: ping\n\ndata: one\r\ndata: two\r\n\r\n".as_bytes();
        for size in 1..stream.len() {
            let mut parser = Parser::default();
            let events: Vec<String> = stream.chunks(size).flat_map(|chunk| parser.push(chunk)).collect();
            assert_eq!(events, ["{\"a\":\"é\"}", "one\ntwo"], "in pieces of {size}");
        }
    }

    #[test]
    fn a_comment_alone_is_no_event() {
        assert!(Parser::default().push(b": keep alive\n\n").is_empty());
    }
}
