//! One purchase is one trace: asked of Zipkin, as a person would.

use std::{collections::BTreeSet, time::Duration};

use anyhow::{Context, Result};
use reqwest::Method;
use serde_json::{Value, json};
use tradewind_contract::orders::{Order, OrderStatus};
use tradewind_tests::{
    Shopper, Stack,
    shopper::{order_body, plentiful_sku},
};
use uuid::Uuid;

#[tokio::test]
async fn one_click_on_place_order_is_one_trace() -> Result<()> {
    let stack = Stack::under_test()?;
    let guest = Shopper::guest(&stack.gateway).await?;
    let sku = plentiful_sku(&guest, &stack.database("orders").await?).await?;
    guest.put_in_cart(&sku, 1).await?;
    let trace_id = Uuid::new_v4().simple().to_string();
    send_browser_span(&guest, &trace_id).await?;
    let order: Order = guest
        .send(
            Method::POST,
            "/orders",
            Some(&order_body("tok_ok")),
            &[("Idempotency-Key", "k"), ("traceparent", &format!("00-{trace_id}-00f067aa0ba902b7-01"))],
        )
        .await?;
    guest.wait_for(&order, OrderStatus::Shipped, Duration::from_secs(45)).await?;

    let wanted: BTreeSet<&str> = ["web", "order", "worker", "payments"].into();
    let mut spans = Vec::new();
    for _ in 0..40 {
        spans = zipkin_trace(&stack, &trace_id).await?;
        let services: BTreeSet<&str> = spans.iter().filter_map(service).collect();
        if services.is_superset(&wanted) && has(&spans, "order-events publish") && has(&spans, "timer ship") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let services: BTreeSet<&str> = spans.iter().filter_map(service).collect();
    assert!(services.is_superset(&wanted), "{services:?} in {} spans", spans.len());
    for name in ["order-events publish", "order-events process", "post /authorizations", "sql insert_order", "sql hold_stock", "timer ship"]
    {
        assert!(has(&spans, name), "no span {name} in {:?}", spans.iter().map(|span| span["name"].clone()).collect::<Vec<_>>());
    }
    let ids: BTreeSet<&str> = spans.iter().filter_map(|span| span["id"].as_str()).collect();
    let orphans: Vec<&Value> = spans.iter().filter(|span| span["parentId"].as_str().is_some_and(|parent| !ids.contains(parent))).collect();
    assert!(orphans.is_empty(), "every span's parent is in the trace: {orphans:?}");
    Ok(())
}

fn service(span: &Value) -> Option<&str> {
    span["localEndpoint"]["serviceName"].as_str()
}

fn has(spans: &[Value], name: &str) -> bool {
    spans.iter().any(|span| span["name"].as_str().is_some_and(|found| found.eq_ignore_ascii_case(name)))
}

async fn zipkin_trace(stack: &Stack, trace_id: &str) -> Result<Vec<Value>> {
    let response = reqwest::get(format!("{}/api/v2/trace/{trace_id}", stack.zipkin)).await?;
    if !response.status().is_success() {
        return Ok(Vec::new());
    }
    response.json().await.context("Zipkin's answer")
}

/// What the browser sends for the click, through the gateway.
async fn send_browser_span(guest: &Shopper, trace_id: &str) -> Result<()> {
    let now_ns = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_nanos();
    let body = json!({"resourceSpans": [{
        "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "web"}}]},
        "scopeSpans": [{"scope": {"name": "tradewind-web"}, "spans": [{
            "traceId": trace_id, "spanId": "00f067aa0ba902b7", "name": "place_order", "kind": 3,
            "startTimeUnixNano": now_ns.to_string(), "endTimeUnixNano": (now_ns + 1_000_000).to_string(),
        }]}],
    }]});
    let response = guest.http.post(format!("{}/otlp/v1/traces", guest.gateway)).json(&body).send().await?;
    anyhow::ensure!(response.status().is_success(), "the gateway did not take the span: {}", response.status());
    Ok(())
}
