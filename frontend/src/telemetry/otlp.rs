//! Spans and how OTLP/HTTP writes them in JSON. Pure: no clock, no network.

use std::fmt::Write as _;

use serde_json::{Value, json};

/// `service.name` of everything that the browser sends.
pub const SERVICE_NAME: &str = "web";

/// Where a piece of work belongs: the trace and the span that is its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trace {
    pub trace_id: [u8; 16],
    pub span_id: [u8; 8],
}

impl Trace {
    /// The W3C `traceparent` header, sampled.
    pub fn traceparent(self) -> String {
        format!("00-{}-{}-01", hex(&self.trace_id), hex(&self.span_id))
    }

    /// 32 hexadecimal digits, as problems show them.
    pub fn id(self) -> String {
        hex(&self.trace_id)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Internal = 1,
    Client = 3,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Attribute {
    Text(String),
    Integer(i64),
}

impl From<String> for Attribute {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Attribute {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Attribute {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

/// A finished span.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    pub at: Trace,
    pub parent: Option<[u8; 8]>,
    pub name: String,
    pub kind: Kind,
    pub start_unix_ns: u64,
    pub end_unix_ns: u64,
    pub attributes: Vec<(&'static str, Attribute)>,
    /// A stable code when it failed, never a message with data in it.
    pub failure: Option<String>,
}

/// The body of `POST /v1/traces` (OTLP 1.x, JSON encoding: ids in hex, 64-bit integers as strings).
pub fn export_request(spans: &[Span], version: &str) -> Value {
    let spans: Vec<Value> = spans.iter().map(span_json).collect();
    json!({
        "resourceSpans": [{
            "resource": { "attributes": [
                attribute_json("service.name", &SERVICE_NAME.into()),
                attribute_json("service.version", &version.into()),
            ]},
            "scopeSpans": [{ "scope": { "name": "tradewind-frontend" }, "spans": spans }],
        }]
    })
}

fn span_json(span: &Span) -> Value {
    let attributes: Vec<Value> = span.attributes.iter().map(|(key, value)| attribute_json(key, value)).collect();
    let mut body = json!({
        "traceId": hex(&span.at.trace_id),
        "spanId": hex(&span.at.span_id),
        "name": span.name,
        "kind": span.kind as u8,
        "startTimeUnixNano": span.start_unix_ns.to_string(),
        "endTimeUnixNano": span.end_unix_ns.to_string(),
        "attributes": attributes,
        "status": match &span.failure {
            Some(code) => json!({ "code": 2, "message": code }),
            None => json!({}),
        },
    });
    if let (Some(parent), Some(fields)) = (&span.parent, body.as_object_mut()) {
        fields.insert("parentSpanId".to_owned(), hex(parent).into());
    }
    body
}

fn attribute_json(key: &str, value: &Attribute) -> Value {
    let value = match value {
        Attribute::Text(text) => json!({ "stringValue": text }),
        Attribute::Integer(number) => json!({ "intValue": number.to_string() }),
    };
    json!({ "key": key, "value": value })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span() -> Span {
        Span {
            at: Trace { trace_id: [0xab; 16], span_id: [1; 8] },
            parent: Some([2; 8]),
            name: "GET /products/{handle}".to_owned(),
            kind: Kind::Client,
            start_unix_ns: 1_700_000_000_000_000_000,
            end_unix_ns: 1_700_000_000_250_000_000,
            attributes: vec![("http.request.method", "GET".into()), ("http.response.status_code", 200.into())],
            failure: None,
        }
    }

    #[test]
    fn a_traceparent_is_version_trace_span_and_sampled() {
        let at = span().at;
        assert_eq!(at.traceparent(), "00-abababababababababababababababab-0101010101010101-01");
        assert_eq!(at.id().len(), 32);
    }

    #[test]
    fn an_export_has_hex_ids_and_numbers_as_strings() {
        let body = export_request(&[span()], "0.1.0");
        let resource = &body["resourceSpans"][0];
        assert_eq!(resource["resource"]["attributes"][0], json!({"key": "service.name", "value": {"stringValue": "web"}}));
        let sent = &resource["scopeSpans"][0]["spans"][0];
        assert_eq!(sent["traceId"], "abababababababababababababababab");
        assert_eq!(sent["parentSpanId"], "0202020202020202");
        assert_eq!(sent["kind"], 3);
        assert_eq!(sent["startTimeUnixNano"], "1700000000000000000");
        assert_eq!(sent["attributes"][1], json!({"key": "http.response.status_code", "value": {"intValue": "200"}}));
        assert_eq!(sent["status"], json!({}));
    }

    #[test]
    fn a_root_has_no_parent_and_a_failure_has_its_code() {
        let body = export_request(&[Span { parent: None, failure: Some("out_of_stock".to_owned()), ..span() }], "0");
        let sent = &body["resourceSpans"][0]["scopeSpans"][0]["spans"][0];
        assert!(sent.get("parentSpanId").is_none());
        assert_eq!(sent["status"], json!({"code": 2, "message": "out_of_stock"}));
    }
}
