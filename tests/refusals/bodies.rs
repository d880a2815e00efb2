//! What is wrong with a body or a parameter, on every route that takes one.

use anyhow::Result;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tradewind_tests::{
    Shopper, Stack,
    shopper::{order_body, plentiful_sku},
};
use uuid::Uuid;

use crate::{
    ask::ask,
    routes::{self, leaves, objects, spoilt},
};

#[tokio::test]
async fn what_is_not_json_is_a_400() -> Result<()> {
    let account = Shopper::operator(&Stack::under_test()?).await?;
    let deep = format!("{}{}", "[".repeat(1_000), "]".repeat(1_000));
    let bodies: [&[u8]; 8] =
        [b"{", b"", b"\xff\xfe{}", b"{\"a\":\"\xff\"}", br#"{"a":1,"a":2}"#, br#"{"a":"\ud800"}"#, b"{} {}", deep.as_bytes()];
    for (method, path, _) in routes::with_bodies() {
        for body in bodies {
            let request = routes::request(&account, method, path)?.header("content-type", "application/json");
            let problem = ask(request.body(body.to_vec())).await?.problem()?;
            assert_eq!((problem.status, problem.code.as_str()), (400, "json_malformed"), "{method} {path} {:?}", body.escape_ascii());
        }
    }
    Ok(())
}

#[tokio::test]
async fn another_content_type_is_415_and_too_much_is_413() -> Result<()> {
    let account = Shopper::operator(&Stack::under_test()?).await?;
    for (method, path, body) in routes::with_bodies() {
        for content_type in [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("application/jsonp")] {
            let mut request = routes::request(&account, method, path)?.body(body.to_string());
            if let Some(content_type) = content_type {
                request = request.header("content-type", content_type);
            }
            let problem = ask(request).await?.problem()?;
            assert_eq!((problem.status, problem.code.as_str()), (415, "content_type_unsupported"), "{method} {path} {content_type:?}");
        }
        let request = routes::request(&account, method, path)?.header("content-type", "application/json");
        let problem = ask(request.body(vec![b' '; 64 * 1024 + 1])).await?.problem()?;
        assert_eq!((problem.status, problem.code.as_str()), (413, "body_too_large"), "{method} {path}");
    }
    Ok(())
}

#[tokio::test]
async fn a_wrong_field_is_named() -> Result<()> {
    let account = Shopper::operator(&Stack::under_test()?).await?;
    for (method, path, good) in routes::with_bodies() {
        let unknown = objects(&good).into_iter().flat_map(|at| ["price", "role", "user_id"].map(|name| (format!("{at}/{name}"), json!(1))));
        let nul = leaves(&good, true).into_iter().map(|at| (at, json!("a\u{0}b")));
        let no_text = leaves(&good, true).into_iter().map(|at| (at, json!(1)));
        let no_number = leaves(&good, false).into_iter().flat_map(|at| [json!("1"), json!(1.5), json!(null)].map(|v| (at.clone(), v)));
        for (at, value) in unknown.chain(nul).chain(no_text).chain(no_number) {
            let request = routes::request(&account, method, path)?.json(&spoilt(&good, &at, value.clone())?);
            assert_eq!(ask(request).await?.named()?, at, "{method} {path} {value}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_quantity_is_a_whole_number_from_1_to_99() -> Result<()> {
    let stack = Stack::under_test()?;
    let guest = Shopper::guest(&stack.gateway).await?;
    let sku = plentiful_sku(&guest, &stack.database("orders").await?).await?;
    let wrong =
        [json!(0), json!(-1), json!(100), json!(2_147_483_648_u64), json!(u64::MAX), json!(1.5), json!("1"), json!([1]), json!(null)];
    for quantity in wrong {
        let request = guest.request(Method::PUT, &format!("/cart/items/{sku}")).json(&json!({ "quantity": quantity }));
        assert_eq!(ask(request).await?.named()?, "/quantity", "{quantity}");
    }
    for quantity in [1, 99] {
        assert_eq!(guest.put_in_cart(&sku, quantity).await?.lines[0].quantity, quantity);
    }
    Ok(())
}

#[tokio::test]
async fn values_that_the_shop_does_not_have_are_named() -> Result<()> {
    let stack = Stack::under_test()?;
    let guest = Shopper::guest(&stack.gateway).await?;
    let sku = plentiful_sku(&guest, &stack.database("orders").await?).await?;
    guest.put_in_cart(&sku, 1).await?;
    for (at, value, code) in [
        ("/shipping_address/postal_code", "2045", "validation_failed"),
        ("/shipping_address/country", "XX", "validation_failed"),
        ("/shipping_method", "balloon", "validation_failed"),
        ("/email", "nobody", "validation_failed"),
        ("/payment_token", "tok_free", "payment_token_invalid"),
    ] {
        let body = spoilt(&order_body("tok_ok"), at, json!(value))?;
        let answer = ask(routes::request(&guest, "POST", "/orders")?.json(&body)).await?;
        assert_eq!((answer.named()?.as_str(), answer.problem()?.code.as_str()), (at, code));
    }
    Ok(())
}

#[tokio::test]
async fn an_unknown_or_damaged_parameter_is_named_on_every_route() -> Result<()> {
    let account = Shopper::operator(&Stack::under_test()?).await?;
    let good: Vec<(&str, &str, Value)> = routes::with_bodies().collect();
    for (method, path) in routes::all() {
        for (query, named) in [("user_id=1", "user_id"), ("role=operator", "role"), ("%00=1", "\0"), ("x=%00", "x"), ("x=%ff", "x")] {
            let mut request = routes::request(&account, method, &format!("{path}?{query}"))?;
            if let Some((_, _, body)) = good.iter().find(|(m, p, _)| (*m, *p) == (method, path)) {
                request = request.json(body);
            }
            assert_eq!(ask(request).await?.named()?, named, "{method} {path}?{query}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_parameter_out_of_range_is_named() -> Result<()> {
    let account = Shopper::operator(&Stack::under_test()?).await?;
    let mut wrong: Vec<(&str, &str, &str)> = Vec::new();
    for path in ["/products", "/orders", "/admin/orders", "/admin/dead-letters", "/admin/audit"] {
        wrong.extend(["0", "101", "-1", "1.5", "x", "", "4294967297", "99999999999999999999", "%00"].map(|value| (path, "limit", value)));
    }
    for (path, name) in [
        ("/products", "q"),
        ("/products", "category"),
        ("/products", "option.weight"),
        ("/search/suggestions", "q"),
        ("/shipping-methods", "country"),
    ] {
        wrong.push((path, name, "a%00b"));
    }
    // Postgres cannot look for this name.
    wrong.push(("/products", "option.%00", "x"));
    wrong.extend(["-1", "1.5", "x", "99999999999"].map(|value| ("/products", "price_min", value)));
    wrong.extend(["0", "5.1", "NaN", "inf", "x"].map(|value| ("/products", "rating_min", value)));
    wrong.extend([("/products", "sort", "cheap"), ("/products", "in_stock", "1"), ("/shipping-methods", "country", "XX")]);
    wrong.extend(["yesterday", "2026-02-30", "-9999-01-01", "10000-01-01", ""].map(|value| ("/admin/orders", "placed_from", value)));
    wrong.extend([("/admin/orders", "status", "lost"), ("/admin/dead-letters", "state", "alive"), ("/admin/orders", "query", "a%00b")]);
    wrong.extend([("/search/suggestions", "q", ""), ("/search/suggestions", "q", "%20")]);
    for (path, name, value) in wrong {
        let answer = ask(account.request(Method::GET, &format!("{path}?{name}={value}"))).await?;
        assert_eq!(answer.named()?, name.replace("%00", "\0"), "{path}?{name}={value}");
    }
    Ok(())
}

/// A cursor is opaque, but nothing keeps a caller from writing one.
#[tokio::test]
async fn a_foreign_damaged_or_made_up_cursor_is_refused() -> Result<()> {
    let account = Shopper::operator(&Stack::under_test()?).await?;
    let titles: Value = account.send(Method::GET, "/products?sort=title&limit=1", None, &[]).await?;
    let of_titles = titles["next_cursor"].as_str().unwrap_or_default().to_owned();
    let product = |sort: &str, key: Value| {
        let cursor = json!({"s": sort, "k": key, "i": Uuid::nil()}).to_string();
        (format!("/products?sort={sort}"), URL_SAFE_NO_PAD.encode(cursor))
    };
    // The year -9999, which is one, but before the first of Postgres'.
    let long_ago = (-377_705_116_800_i128 * 1_000_000_000).to_be_bytes();
    let mut wrong = vec![
        // Postgres would take this for a day.
        product("newest", json!("yesterday")),
        product("newest", json!("2026-02-30")),
        product("newest", json!("-9999-01-01")),
        product("newest", json!("2026-01-01\u{0}")),
        product("title", json!("a\u{0}b")),
        product("title", json!(1)),
        product("popular", json!("x")),
        product("price_asc", json!(1.5)),
        product("rating", json!({})),
        ("/products?sort=price_asc".to_owned(), of_titles.clone()),
        ("/orders?limit=1".to_owned(), of_titles),
        ("/orders?limit=1".to_owned(), URL_SAFE_NO_PAD.encode([long_ago.as_slice(), &[0; 16]].concat())),
        ("/orders?limit=1".to_owned(), URL_SAFE_NO_PAD.encode([0x7f; 32])),
    ];
    let of_another_list = URL_SAFE_NO_PAD.encode([&[1][..], &7_i64.to_be_bytes()].concat());
    wrong.push(("/admin/dead-letters?limit=1".to_owned(), of_another_list));
    wrong.push(("/admin/audit?limit=1".to_owned(), URL_SAFE_NO_PAD.encode([&[1][..], &(-7_i64).to_be_bytes()].concat())));
    for path in ["/products?sort=title", "/orders?limit=1", "/admin/orders?limit=1", "/admin/dead-letters?limit=1", "/admin/audit?limit=1"]
    {
        wrong.extend(["", "abc", "!", "%27%20OR%201=1", &"A".repeat(400)].map(|cursor| (path.to_owned(), cursor.to_owned())));
    }
    for (path, cursor) in wrong {
        let answer = ask(account.request(Method::GET, &format!("{path}&cursor={cursor}"))).await?;
        assert_eq!((answer.named()?.as_str(), answer.problem()?.code.as_str()), ("cursor", "cursor_invalid"), "{path} {cursor}");
    }
    Ok(())
}

#[tokio::test]
async fn idempotency_keys_are_needed_and_checked() -> Result<()> {
    let stack = Stack::under_test()?;
    let guest = Shopper::guest(&stack.gateway).await?;
    let body = order_body("tok_ok");
    let (status, problem) = guest.refused(Method::POST, "/orders", Some(&body), &[]).await?;
    assert_eq!((status, problem.code.as_str()), (StatusCode::BAD_REQUEST, "idempotency_key_missing"));
    for key in ["with space", "", &"k".repeat(256)] {
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
