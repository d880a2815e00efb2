//! What surrounds every handler: trace, one log line, problems, cross-site refusal, panics, limits.

use std::{
    sync::{Arc, LazyLock},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Body,
    extract::{MatchedPath, Request},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use opentelemetry::{KeyValue, metrics::Histogram};
use tower_http::{catch_panic::CatchPanicLayer, csrf::CsrfLayer};
use tracing::{Instrument, field::Empty, info_span};
use tradewind_contract::{
    Problem,
    headers::{REQUEST_ID, REQUEST_TIMEOUT_MS, TRACEPARENT},
    limits::DEADLINE_MAX,
    problem,
};

use crate::{
    Refusal,
    error::{Cause, chain},
    telemetry,
};

static DURATION: LazyLock<Histogram<f64>> = LazyLock::new(|| {
    opentelemetry::global::meter("tradewind")
        .f64_histogram("http.server.request.duration")
        .with_unit("s")
        .with_description("How long requests took, by route and status")
        .with_boundaries(vec![0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0])
        .build()
});

/// Wraps a service's routes in everything that is the same for all of them.
pub fn surround(routes: Router) -> Router {
    let cross_site = CsrfLayer::new().with_rejection_response(|_| {
        Refusal::new(
            StatusCode::FORBIDDEN,
            "cross_site",
            "Requests from other sites are refused",
            "This request was made by a page of another site.",
        )
        .into_response()
    });
    routes
        .fallback(|| async { Refusal::not_found() })
        .method_not_allowed_fallback(|| async {
            Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "This method is not allowed here", "See Allow.")
        })
        .layer(middleware::from_fn(deadline))
        .layer(CatchPanicLayer::custom(panic_response))
        .layer(cross_site)
        // The route is known only inside the router, so this layer sits there too and tells the outer one.
        .layer(middleware::from_fn(observe))
}

/// Trace context in, span around, problem body and one log line out.
async fn observe(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let route = request.extensions().get::<MatchedPath>().map_or_else(|| "unmatched".to_owned(), |matched| matched.as_str().to_owned());
    let request_id = header_text(&request, REQUEST_ID);
    let known_method = known(&method);
    let span = info_span!(
        "request",
        otel.name = format!("{known_method} {route}"),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = known_method,
        http.route = route,
        http.response.status_code = Empty,
        url.path = path,
        request_id,
    );
    telemetry::continue_trace(&span, header_text(&request, TRACEPARENT).as_deref());
    async {
        let response = next.run(request).await;
        let trace_id = telemetry::trace_id();
        let response = problem_body(response, &path, &trace_id);
        let status = response.status();
        let span = tracing::Span::current();
        span.record("http.response.status_code", status.as_u16());
        if status.is_server_error() {
            span.record("otel.status_code", "ERROR");
        }
        let duration = started.elapsed();
        log_line(&response, &method, &route, &trace_id, request_id.as_deref(), duration);
        let attributes = [
            KeyValue::new("http.request.method", known_method),
            KeyValue::new("http.route", route.clone()),
            KeyValue::new("http.response.status_code", i64::from(status.as_u16())),
        ];
        DURATION.record(duration.as_secs_f64(), &attributes);
        response
    }
    .instrument(span.clone())
    .await
}

/// A caller can make up methods, and each would be a series of its own in the metrics (OpenTelemetry's HTTP conventions).
fn known(method: &Method) -> &'static str {
    const KNOWN: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("_OTHER")
}

fn header_text(request: &Request, name: &str) -> Option<String> {
    request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn log_line(response: &Response, method: &Method, route: &str, trace_id: &str, request_id: Option<&str>, duration: Duration) {
    let status = response.status().as_u16();
    let duration_ms = duration.as_secs_f64() * 1_000.0;
    let code = response.extensions().get::<Arc<Refusal>>().map(|refusal| refusal.code);
    if let Some(Cause(error)) = response.extensions().get::<Cause>() {
        tracing::error!(trace_id, request_id, %method, route, status, duration_ms, code, error = chain(error), "request failed");
    } else {
        tracing::info!(trace_id, request_id, %method, route, status, duration_ms, code, "request");
    }
}

/// Every refusal gets the one shape, also those that axum made by itself.
fn problem_body(mut response: Response, path: &str, trace_id: &str) -> Response {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let refusal = response.extensions().get::<Arc<Refusal>>().cloned().unwrap_or_else(|| Arc::new(by_status(status)));
    let body = Problem {
        kind: format!("/problems/{}", refusal.code),
        title: refusal.title.to_owned(),
        status: status.as_u16(),
        detail: refusal.detail.clone().into_owned(),
        instance: path.to_owned(),
        code: refusal.code.to_owned(),
        trace_id: trace_id.to_owned(),
        errors: refusal.errors.clone(),
        lines: refusal.lines.clone(),
        totals: refusal.totals,
    };
    let bytes = serde_json::to_vec(&body).unwrap_or_default();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(problem::CONTENT_TYPE));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response.extensions_mut().insert(refusal);
    *response.body_mut() = Body::from(bytes);
    response
}

fn by_status(status: StatusCode) -> Refusal {
    match status {
        StatusCode::NOT_FOUND => Refusal::not_found(),
        StatusCode::METHOD_NOT_ALLOWED => Refusal::new(status, "method_not_allowed", "This method is not allowed here", "See Allow."),
        StatusCode::PAYLOAD_TOO_LARGE => {
            Refusal::new(status, "body_too_large", "The body is too large", "A body has at most 65,536 bytes.")
        }
        status if status.is_client_error() => {
            Refusal::new(status, "bad_request", "The request cannot be understood", "Check it against the API's description.")
        }
        status => Refusal::new(
            status,
            "internal_error",
            "Something broke on our side",
            "It has been noted. Quote the trace id if you write to us.",
        ),
    }
}

/// Gives up when the caller's deadline (or ours) has passed. What an event stream sends after its head has none.
async fn deadline(request: Request, next: Next) -> Response {
    let own = header_text(&request, REQUEST_TIMEOUT_MS).and_then(|text| text.parse().ok()).map(Duration::from_millis);
    let limit = own.map_or(DEADLINE_MAX, |own| own.min(DEADLINE_MAX));
    // The work goes on in a task of its own, so that a COMMIT under way is never cut off.
    let work = tokio::spawn(next.run(request).in_current_span());
    match tokio::time::timeout(limit, work).await {
        Ok(Ok(response)) => response,
        Ok(Err(join)) => match join.try_into_panic() {
            Ok(panic) => panic_response(panic),
            Err(_) => Refusal::unavailable("stopping", "This instance is stopping.").into_response(),
        },
        Err(_) => Refusal::unavailable(
            "deadline_exceeded",
            "This took longer than allowed. A write may still happen; repeat it with the same key.",
        )
        .into_response(),
    }
}

fn panic_response(panic: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let message =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
    tracing::error!(message, "a handler panicked");
    by_status(StatusCode::INTERNAL_SERVER_ERROR).into_response()
}

/// A 2xx with the consistency token that every write answers with.
#[derive(Debug)]
pub struct Written<T> {
    pub status: StatusCode,
    pub body: T,
    pub token: crate::consistency::ConsistencyToken,
}

impl<T: IntoResponse> IntoResponse for Written<T> {
    fn into_response(self) -> Response {
        let mut response = self.body.into_response();
        *response.status_mut() = self.status;
        let name = HeaderName::from_static(tradewind_contract::headers::CONSISTENCY_TOKEN);
        if let Ok(value) = HeaderValue::from_str(&self.token.to_string()) {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

/// A service's routes as one table: the router is made of it, and tests read it.
///
/// ```ignore
/// route_table! { AppState;
///     GET "/products" => catalog::list_products::list_products,
/// }
/// ```
#[macro_export]
macro_rules! route_table {
    ($state:ty; $($method:ident $path:expr => $handler:path),+ $(,)?) => {
        /// Every method and path, in the order of the table.
        pub const TABLE: &[(&str, &str)] = &[$((stringify!($method), $path)),+];

        pub fn router() -> axum::Router<$state> {
            axum::Router::new()
                $(.route($path, axum::routing::on($crate::http::method_filter(stringify!($method)), $handler)))+
        }
    };
}

/// The filter for a method named in a route table.
pub fn method_filter(method: &str) -> axum::routing::MethodFilter {
    use axum::routing::MethodFilter;
    match method {
        "POST" => MethodFilter::POST,
        "PUT" => MethodFilter::PUT,
        "PATCH" => MethodFilter::PATCH,
        "DELETE" => MethodFilter::DELETE,
        _ => MethodFilter::GET,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_up_method_is_no_series_of_its_own() {
        assert_eq!(known(&Method::PATCH), "PATCH");
        let made_up = Method::from_bytes(b"BREW").unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(known(&made_up), "_OTHER");
    }
}
