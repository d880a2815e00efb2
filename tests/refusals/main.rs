//! What bad input gets, kind by kind, for the routes there are.

use anyhow::Result;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tradewind_tests::{
    Shopper, Stack,
    shopper::{order_body, plentiful_sku},
};
use uuid::Uuid;

async fn raw(shopper: &Shopper, method: Method, path: &str, content_type: Option<&str>, body: Vec<u8>) -> Result<(StatusCode, Value)> {
    let mut request = shopper.request(method, path).header("idempotency-key", Uuid::new_v4().to_string()).body(body);
    if let Some(content_type) = content_type {
        request = request.header("content-type", content_type);
    }
    let response = request.send().await?;
    let status = response.status();
    assert_eq!(response.headers()["content-type"], "application/problem+json", "{path}: {status}");
    Ok((status, response.json().await?))
}

#[tokio::test]
async fn what_is_not_json_is_a_400() -> Result<()> {
    let stack = Stack::under_test()?;
    let guest = Shopper::guest(&stack.gateway).await?;
    let deep = format!("{}{}", "[".repeat(1000), "]".repeat(1000));
    let bodies: [&[u8]; 6] = [b"{", b"\xff\xfe{}", br#"{"quantity":1,"quantity":2}"#, br#"{"quantity":"\ud800"}"#, b"", deep.as_bytes()];
    for body in bodies {
        for (method, path) in [
            (Method::PUT, "/cart/items/X-1"),
            (Method::POST, "/orders"),
            (Method::POST, "/quotes"),
            (Method::POST, "/sessions"),
            (Method::POST, "/users"),
        ] {
            let (status, problem) = raw(&guest, method, path, Some("application/json"), body.to_vec()).await?;
            assert_eq!(
                (status, problem["code"].as_str()),
                (StatusCode::BAD_REQUEST, Some("json_malformed")),
                "{path} {}",
                String::from_utf8_lossy(body)
            );
            assert_eq!(problem["trace_id"].as_str().map(str::len), Some(32));
        }
    }
    Ok(())
}

#[tokio::test]
async fn wrong_content_type_is_415_and_too_much_is_413_or_431() -> Result<()> {
    let stack = Stack::under_test()?;
    let guest = Shopper::guest(&stack.gateway).await?;
    for content_type in [None, Some("text/plain"), Some("application/x-www-form-urlencoded")] {
        let (status, _) = raw(&guest, Method::POST, "/quotes", content_type, b"{}".to_vec()).await?;
        assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{content_type:?}");
    }
    let (status, _) = raw(&guest, Method::POST, "/quotes", Some("application/json"), vec![b' '; 70_000]).await?;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    let (status, _) = guest.refused(Method::GET, "/products", None, &[("x-large", &"a".repeat(9_000))]).await?;
    assert_eq!(status.as_u16(), 431);
    Ok(())
}

#[tokio::test]
async fn wrong_fields_are_named() -> Result<()> {
    let stack = Stack::under_test()?;
    let guest = Shopper::guest(&stack.gateway).await?;
    let sku = plentiful_sku(&guest, &stack.database("orders").await?).await?;
    for quantity in [json!(0), json!(-1), json!(2_147_483_648_u64), json!(1.5), json!("1"), json!(null), json!(100)] {
        let (status, problem) =
            guest.refused(Method::PUT, &format!("/cart/items/{sku}"), Some(&json!({ "quantity": quantity })), &[]).await?;
        assert_eq!((status, problem.errors[0].field.as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "/quantity"), "{quantity}");
    }
    for field in ["price", "role", "user_id"] {
        let (status, problem) =
            guest.refused(Method::PUT, &format!("/cart/items/{sku}"), Some(&json!({"quantity": 1, field: 1})), &[]).await?;
        assert_eq!((status, problem.errors[0].field.clone()), (StatusCode::UNPROCESSABLE_ENTITY, format!("/{field}")));
    }
    let (status, problem) = guest.refused(Method::GET, "/products?user_id=1", None, &[]).await?;
    assert_eq!((status, problem.errors[0].field.as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "user_id"));
    let mut body = order_body("tok_ok");
    body["shipping_address"]["name"] = json!("a\u{0}b");
    let (status, problem) = guest.refused(Method::POST, "/orders", Some(&body), &[("Idempotency-Key", "k")]).await?;
    assert_eq!((status, problem.errors[0].field.as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "/shipping_address/name"));
    body = order_body("tok_ok");
    body["shipping_address"]["postal_code"] = json!("2045");
    let (_, problem) = guest.refused(Method::POST, "/orders", Some(&body), &[("Idempotency-Key", "k")]).await?;
    assert_eq!(problem.errors[0].field, "/shipping_address/postal_code");
    let (status, problem) = guest.refused(Method::POST, "/orders", Some(&order_body("tok_free")), &[("Idempotency-Key", "k")]).await?;
    assert_eq!((status, problem.code.as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "payment_token_invalid"));
    for limit in ["0", "101", "-1", "x"] {
        let (status, problem) = guest.refused(Method::GET, &format!("/products?limit={limit}"), None, &[]).await?;
        assert_eq!((status, problem.errors[0].field.as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "limit"));
    }
    let (status, problem) = guest.refused(Method::GET, "/orders?cursor=abc", None, &[]).await?;
    assert_eq!((status, problem.code.as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "cursor_invalid"));
    Ok(())
}

#[tokio::test]
async fn idempotency_keys_are_needed_and_checked() -> Result<()> {
    let stack = Stack::under_test()?;
    let guest = Shopper::guest(&stack.gateway).await?;
    let body = order_body("tok_ok");
    let (status, problem) = guest.refused(Method::POST, "/orders", Some(&body), &[]).await?;
    assert_eq!((status, problem.code.as_str()), (StatusCode::BAD_REQUEST, "idempotency_key_missing"));
    for key in ["with space", &"k".repeat(256)] {
        let (status, problem) = guest.refused(Method::POST, "/orders", Some(&body), &[("Idempotency-Key", key)]).await?;
        assert_eq!((status, problem.code.as_str()), (StatusCode::BAD_REQUEST, "idempotency_key_invalid"), "{key}");
    }
    let (status, problem) = guest.refused(Method::POST, "/orders", Some(&body), &[("Idempotency-Key", "k")]).await?;
    assert_eq!((status, problem.code.as_str()), (StatusCode::CONFLICT, "cart_empty"), "a refusal leaves the key free");
    let sku = plentiful_sku(&guest, &stack.database("orders").await?).await?;
    guest.put_in_cart(&sku, 1).await?;
    guest.order("tok_ok", "k").await?;
    Ok(())
}

#[tokio::test]
async fn a_changed_price_is_told_with_the_new_totals() -> Result<()> {
    let stack = Stack::under_test()?;
    let guest = Shopper::guest(&stack.gateway).await?;
    let sku = plentiful_sku(&guest, &stack.database("orders").await?).await?;
    guest.put_in_cart(&sku, 1).await?;
    let mut body = order_body("tok_ok");
    body["expected_total"] = json!({"amount": 1, "currency": "EUR"});
    let (status, problem) = guest.refused(Method::POST, "/orders", Some(&body), &[("Idempotency-Key", "k")]).await?;
    assert_eq!((status, problem.code.as_str()), (StatusCode::CONFLICT, "price_changed"));
    assert!(problem.totals.is_some_and(|totals| totals.total.amount > 1));
    Ok(())
}

#[tokio::test]
async fn tokens_that_we_did_not_make_are_401() -> Result<()> {
    let stack = Stack::under_test()?;
    let mut guest = Shopper::guest(&stack.gateway).await?;
    let good = guest.access_token.clone();
    let parts: Vec<&str> = good.split('.').collect();
    // {"alg":"none"} and {"alg":"HS256","kid":...} as headers, and a claim changed by one character.
    let none = format!("eyJhbGciOiJub25lIn0.{}.", parts[1]);
    let hs256 = format!("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.{}.{}", parts[1], parts[2]);
    let changed = parts[1].replacen(|c: char| c.is_ascii_lowercase(), "A", 1);
    let tampered = format!("{}.{changed}.{}", parts[0], parts[2]);
    for token in [none.as_str(), &hs256, &tampered, "x", "", "a.b.c"] {
        guest.access_token = token.to_owned();
        let response =
            guest.http.get(format!("{}/api/v1/cart", guest.gateway)).header("authorization", format!("Bearer {token}")).send().await?;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{token}");
        assert!(response.headers().contains_key("www-authenticate"));
    }
    Ok(())
}

#[tokio::test]
async fn somebody_elses_order_answers_like_one_that_never_was() -> Result<()> {
    let stack = Stack::under_test()?;
    let owner = Shopper::guest(&stack.gateway).await?;
    let sku = plentiful_sku(&owner, &stack.database("orders").await?).await?;
    owner.put_in_cart(&sku, 1).await?;
    let order = owner.order("tok_ok", "k").await?;
    let other = Shopper::guest(&stack.gateway).await?;
    for suffix in ["", "/events"] {
        let (status, mut theirs) = other.refused(Method::GET, &format!("/orders/{}{suffix}", order.id), None, &[]).await?;
        let (never_status, mut never) = other.refused(Method::GET, &format!("/orders/{}{suffix}", Uuid::now_v7()), None, &[]).await?;
        assert_eq!((status, never_status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
        for problem in [&mut theirs, &mut never] {
            problem.instance.clear();
            problem.trace_id.clear();
        }
        assert_eq!(theirs, never);
    }
    Ok(())
}

#[tokio::test]
async fn methods_sites_and_inner_paths_are_refused() -> Result<()> {
    let stack = Stack::under_test()?;
    let guest = Shopper::guest(&stack.gateway).await?;
    let response = guest.answer(Method::PATCH, "/cart", None, &[]).await?;
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert!(response.headers().contains_key("allow"));
    let trace = guest.answer(Method::TRACE, "/cart", None, &[]).await?;
    assert_eq!(trace.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert!(trace.headers().contains_key("allow"));
    let body = json!({"country": "DE", "shipping_method": "standard"});
    for header in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        let (status, problem) = guest.refused(Method::POST, "/quotes", Some(&body), &[header]).await?;
        assert_eq!((status, problem.code.as_str()), (StatusCode::FORBIDDEN, "cross_site"), "{header:?}");
    }
    let read = guest.answer(Method::GET, "/categories", None, &[("origin", "https://evil.example")]).await?;
    assert!(read.headers().keys().all(|name| !name.as_str().starts_with("access-control")));
    for path in ["/metrics", "/health/live", "/health/ready", "/internal", "/.git/config", "/api/v1/metrics", "/api/v1/health/ready"] {
        let response = guest.http.get(format!("{}{path}", guest.gateway)).send().await?;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn hostile_text_is_refused_or_inert() -> Result<()> {
    let stack = Stack::under_test()?;
    let guest = Shopper::guest(&stack.gateway).await?;
    let corpus = [
        "' OR 1=1 --",
        "\"; DROP TABLE orders; --",
        "../../etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "%0d%0aSet-Cookie:%20a=b",
        "<script>alert(1)</script>",
        "${jndi:ldap://x}",
        "%00",
        "\u{202e}abc",
    ];
    for text in corpus {
        for path in [
            format!("/products?q={text}"),
            format!("/products/{text}"),
            format!("/search/suggestions?q={text}"),
            format!("/products?category={text}"),
            format!("/products?option.{text}={text}"),
        ] {
            let Ok(response) = guest.answer(Method::GET, &path, None, &[]).await else { continue };
            assert!(response.status().as_u16() < 500, "{path}: {}", response.status());
            assert!(!response.headers().contains_key("set-cookie"), "{path}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_damaged_consistency_token_is_a_400_and_unknown_ones_are_ignored() -> Result<()> {
    let stack = Stack::under_test()?;
    let nobody = Shopper::nobody(&stack.gateway)?;
    let (status, problem) = nobody.refused(Method::GET, "/categories", None, &[("Consistency-Token", "orders-xyz")]).await?;
    assert_eq!((status, problem.code.as_str()), (StatusCode::BAD_REQUEST, "consistency_token_invalid"));
    let ignored = nobody.answer(Method::GET, "/categories", None, &[("Consistency-Token", "users-xyz, nonsense")]).await?;
    assert_eq!(ignored.status(), StatusCode::OK);
    Ok(())
}

#[tokio::test]
async fn the_problem_carries_the_callers_trace() -> Result<()> {
    let stack = Stack::under_test()?;
    let nobody = Shopper::nobody(&stack.gateway)?;
    let trace_id = Uuid::new_v4().simple().to_string();
    let traceparent = format!("00-{trace_id}-00f067aa0ba902b7-01");
    for path in ["/orders", "/no-such-route", "/products/no-such-product"] {
        let (_, problem) = nobody.refused(Method::GET, path, None, &[("traceparent", &traceparent)]).await?;
        assert_eq!(problem.trace_id, trace_id, "{path}");
    }
    Ok(())
}
