//! Every route of both services, with requests that nothing is wrong with: each test spoils one thing.

use anyhow::{Context, Result};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tradewind_tests::{Shopper, shopper::order_body};
use uuid::Uuid;

/// Method and path of every route, below `/api/v1`.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    tradewind_order::routes::TABLE.iter().chain(tradewind_user::routes::TABLE).copied()
}

/// Those that take a body, with a good one in which every field is set. A new route has to be put here.
pub fn with_bodies() -> impl Iterator<Item = (&'static str, &'static str, Value)> {
    all().filter_map(|(method, path)| Some((method, path, good_body(method, path)?)))
}

fn good_body(method: &str, path: &str) -> Option<Value> {
    let body = match (method, path) {
        ("GET" | "DELETE", _)
        | ("POST", "/sessions/guest" | "/sessions/refresh" | "/orders/{id}/cancel" | "/admin/dead-letters/{id}/redrive") => return None,
        ("PUT", "/cart/items/{sku}") => json!({"quantity": 1}),
        ("POST", "/guest-claims") => json!({"guest_access_token": "a.b.c"}),
        ("POST", "/quotes") => json!({"country": "DE", "shipping_method": "standard"}),
        ("POST", "/orders") => {
            let mut body = order_body("tok_ok");
            body["shipping_address"]["line2"] = json!("at the back");
            body["shipping_address"]["region"] = json!("Hamburg");
            body["shipping_address"]["phone"] = json!("+49 40 1234567");
            body["expected_total"] = json!({"amount": 1, "currency": "EUR"});
            body
        }
        ("POST", "/orders/{id}/payments") => json!({"payment_token": "tok_ok"}),
        ("POST", "/orders/{id}/returns") => json!({"lines": [{"sku": "X-1", "quantity": 1}], "reason": "broken"}),
        ("POST", "/users") => json!({"email": "a@example.com", "password": "a long enough sentence", "display_name": "Test"}),
        ("POST", "/sessions") => json!({"email": "a@example.com", "password": "a long enough sentence"}),
        ("POST", "/admin/dead-letters/redrive") => json!({"consumer": "nobody", "cause": "nothing", "reason": "a test"}),
        ("POST", "/admin/orders/{id}/refund") => json!({"reason": "a test", "restock": true}),
        ("POST", path) if path.starts_with("/admin/") => json!({"reason": "a test"}),
        ("PATCH", "/users/me") => json!({"display_name": "Test", "locale": "en"}),
        ("PUT", "/users/me/password") => json!({"current": "a long enough sentence", "new": "another long sentence"}),
        _ => panic!("{method} {path} is not covered"),
    };
    Some(body)
}

/// A request by somebody who may send it; ids are well-formed and nobody's.
pub fn request(shopper: &Shopper, method: &str, path: &str) -> Result<RequestBuilder> {
    // Dead letters are numbered.
    let id = if path.starts_with("/admin/dead-letters/") { i64::MAX.to_string() } else { Uuid::now_v7().to_string() };
    let path = path.replace("{id}", &id).replace("{sku}", "X-1").replace("{handle}", "darjeeling-first-flush");
    let method = Method::from_bytes(method.as_bytes())?;
    Ok(shopper.request(method, &path).header("idempotency-key", Uuid::new_v4().to_string()))
}

/// JSON pointers of every string (`true`) or number (`false`) of a body.
pub fn leaves(body: &Value, strings: bool) -> Vec<String> {
    match body {
        Value::Object(fields) => {
            fields.iter().flat_map(|(name, value)| leaves(value, strings).into_iter().map(move |rest| format!("/{name}{rest}"))).collect()
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .flat_map(|(index, value)| leaves(value, strings).into_iter().map(move |rest| format!("/{index}{rest}")))
            .collect(),
        Value::String(_) if strings => vec![String::new()],
        Value::Number(_) if !strings => vec![String::new()],
        _ => Vec::new(),
    }
}

/// JSON pointers of every object of a body, itself included.
pub fn objects(body: &Value) -> Vec<String> {
    let below = |name: &str, value: &Value| objects(value).into_iter().map(|rest| format!("/{name}{rest}")).collect::<Vec<_>>();
    match body {
        Value::Object(fields) => std::iter::once(String::new()).chain(fields.iter().flat_map(|(name, value)| below(name, value))).collect(),
        Value::Array(items) => items.iter().enumerate().flat_map(|(index, value)| below(&index.to_string(), value)).collect(),
        _ => Vec::new(),
    }
}

/// The body with another value at the pointer, which may be new in its object.
pub fn spoilt(body: &Value, pointer: &str, value: Value) -> Result<Value> {
    let mut body = body.clone();
    let (parent, name) = pointer.rsplit_once('/').context("not the whole body")?;
    body.pointer_mut(parent).with_context(|| parent.to_owned())?[name] = value;
    Ok(body)
}
