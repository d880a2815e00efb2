//! Who one is: by token alone, whatever else one says about oneself.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tradewind_tests::{Shopper, Stack, shopper::plentiful_sku};
use uuid::Uuid;

use crate::{
    ask::{Answer, ask},
    routes,
};

/// What a part behind a gateway may be told about a caller; `mark` stands nowhere else, so that it can be looked for.
fn forged(user: &str, mark: &Mark) -> Vec<(&'static str, String)> {
    let address = &mark.address;
    let mut headers: Vec<(&str, String)> =
        ["x-forwarded-for", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip", "x-cluster-client-ip"]
            .map(|name| (name, address.clone()))
            .into();
    headers.extend([
        ("x-forwarded-for", format!("{address}, 127.0.0.1")),
        ("forwarded", format!("for=\"[{address}]\";host={};proto=https", mark.host)),
        ("x-forwarded-host", mark.host.clone()),
        ("x-forwarded-user", user.to_owned()),
        ("x-user-id", user.to_owned()),
        ("x_user_id", user.to_owned()),
        ("x-user-role", "operator".to_owned()),
        ("x-request-id", mark.request_id.clone()),
        ("x-original-url", "/internal/openapi.json".to_owned()),
        ("x-rewrite-url", "/internal/openapi.json".to_owned()),
        ("x-http-method-override", "DELETE".to_owned()),
    ]);
    headers
}

struct Mark {
    address: String,
    host: String,
    request_id: String,
}

impl Mark {
    fn new() -> Self {
        let id = Uuid::new_v4().simple().to_string();
        let address = format!("2001:db8:1{}:1{}::1", &id[..3], &id[3..6]);
        Self { address, host: format!("{}.evil.example", &id[..12]), request_id: id }
    }
}

async fn ask_forged(shopper: &Shopper, mark: &Mark, method: Method, path: &str, user: &str, body: Option<&Value>) -> Result<Answer> {
    let request = forged(user, mark).into_iter().fold(shopper.request(method, path), |request, (name, value)| request.header(name, value));
    ask(match body {
        Some(body) => request.json(body),
        None => request,
    })
    .await
}

#[tokio::test]
async fn what_callers_say_about_themselves_has_no_effect() -> Result<()> {
    let stack = Stack::under_test()?;
    let (ada, eve, nobody) =
        (Shopper::registered(&stack.gateway).await?, Shopper::registered(&stack.gateway).await?, Shopper::nobody(&stack.gateway)?);
    let mark = Mark::new();
    let sku = plentiful_sku(&ada, &stack.database("orders").await?).await?;
    ada.put_in_cart(&sku, 1).await?;
    let me: Value = ada.send(Method::GET, "/users/me", None, &[]).await?;
    let ada_id = me["id"].as_str().context("an id")?;
    for path in ["/users/me", "/cart", "/orders", "/sessions"] {
        let plain = ask(eve.request(Method::GET, path)).await?;
        let answer = ask_forged(&eve, &mark, Method::GET, path, ada_id, None).await?;
        assert_eq!((answer.status, &answer.text), (200, &plain.text), "{path}");
        assert_eq!(ask_forged(&nobody, &mark, Method::GET, path, ada_id, None).await?.problem()?.status, 401, "{path}");
    }
    // The gateway's own answers neither.
    let answer = ask_forged(&nobody, &mark, Method::GET, "/no-such-route", ada_id, None).await?;
    ensure!(answer.header("x-request-id").is_some_and(|id| id.len() == 32 && id != mark.request_id), "{answer:?}");

    // A wrong log-in is counted by the address that the gateway saw.
    let wrong = json!({"email": format!("{}@example.com", Uuid::new_v4()), "password": "not the password"});
    assert_eq!(ask_forged(&nobody, &mark, Method::POST, "/sessions", ada_id, Some(&wrong)).await?.problem()?.status, 401);
    let addresses: Vec<String> = sqlx::query_scalar("SELECT subject FROM login_failures WHERE subject LIKE 'address:%'")
        .fetch_all(&stack.database("users").await?)
        .await?;
    ensure!(addresses.contains(&"address:127.0.0.1".to_owned()), "{addresses:?}");
    let network = mark.address.trim_end_matches("::1");
    ensure!(!addresses.iter().any(|address| address.contains(network)), "{addresses:?}");
    for entry in fs::read_dir(Path::new(stack.home()).join("logs"))? {
        let path = entry?.path();
        let log = String::from_utf8_lossy(&fs::read(&path)?).into_owned();
        for value in [network, &mark.request_id, &mark.host] {
            ensure!(!log.contains(value), "{value} stands in {}", path.display());
        }
    }
    Ok(())
}

/// Counted where it harms nobody: at the door for browsers' spans.
#[tokio::test]
async fn another_address_in_a_header_is_no_other_quota() -> Result<()> {
    let nobody = Shopper::nobody(&Stack::under_test()?.gateway)?;
    for index in 0..200 {
        let address = format!("203.0.113.{index}");
        let request = nobody.http.post(format!("{}/otlp/v1/traces", nobody.gateway)).json(&json!({"resourceSpans": []}));
        let answer =
            ask(request.header("x-forwarded-for", &address).header("x-real-ip", &address).header("forwarded", format!("for={address}")))
                .await?;
        if answer.status == 429 {
            assert_eq!(answer.problem()?.code, "rate_limited");
            for name in ["retry-after", "ratelimit", "ratelimit-policy"] {
                ensure!(answer.header(name).is_some(), "{name}: {answer:?}");
            }
            return Ok(());
        }
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    anyhow::bail!("two hundred addresses have two hundred quotas")
}

#[tokio::test]
async fn tokens_that_we_did_not_make_are_401_at_both_services() -> Result<()> {
    let mut account = Shopper::registered(&Stack::under_test()?.gateway).await?;
    let good = account.access_token.clone();
    let [header, claims, signature]: [&str; 3] =
        good.split('.').collect::<Vec<_>>().try_into().map_err(|_| anyhow::anyhow!("three parts"))?;
    let read = |part: &str| -> Result<Value> { Ok(serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part)?)?) };
    let write = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let with = |part: &str, name: &str, value: Value| -> Result<String> {
        let mut changed = read(part)?;
        changed[name] = value;
        Ok(write(&changed))
    };
    let evil = "https://evil.example/jwks.json";
    let mut forged = vec![
        String::new(),
        "x".to_owned(),
        "a.b.c".to_owned(),
        format!("{header}.{claims}."),
        format!("{header}.{claims}"),
        format!("{good}x"),
        format!("{}.{claims}.", write(&json!({"alg": "none", "typ": "JWT"}))),
        format!("{}.{claims}.{signature}", with(header, "alg", json!("HS256"))?),
        format!("{}.{claims}.{signature}", with(header, "kid", json!("0000000000000000"))?),
        format!("{}.{claims}.{signature}", with(header, "kid", json!("../../etc/passwd"))?),
        format!("{}.{claims}.{signature}", with(header, "jku", json!(evil))?),
        format!("{}.{claims}.{signature}", with(header, "x5u", json!(evil))?),
    ];
    for (name, value) in [
        ("role", json!("operator")),
        ("sub", json!(Uuid::nil())),
        ("aud", json!("elsewhere")),
        ("iss", json!("somebody")),
        ("exp", json!(4_000_000_000_u64)),
    ] {
        forged.push(format!("{header}.{}.{signature}", with(claims, name, value)?));
    }
    for path in ["/cart", "/users/me"] {
        for token in
            forged.iter().map(|token| format!("Bearer {token}")).chain([format!("Basic {good}"), good.clone(), "Bearer".to_owned()])
        {
            let request = account.http.get(format!("{}/api/v1{path}", account.gateway)).header("authorization", &token);
            let answer = ask(request).await?;
            assert_eq!((answer.status, answer.problem()?.code.as_str()), (401, "token_invalid"), "{path} {token}");
            ensure!(answer.header("www-authenticate").is_some(), "{path} {token}");
        }
        assert_eq!(ask(account.request(Method::GET, path)).await?.status, 200, "{path}");
    }
    // No token at all, on every route that wants one.
    account.access_token.clear();
    let mut refused = 0;
    for (method, path) in routes::all() {
        let open = matches!((method, path), ("POST", "/users" | "/sessions" | "/sessions/guest" | "/sessions/refresh"))
            || ["/categories", "/products", "/search"].iter().any(|open| path.starts_with(open));
        if !open {
            let answer = ask(routes::request(&account, method, path)?).await?;
            assert_eq!((answer.status, answer.problem()?.code.as_str()), (401, "token_invalid"), "{method} {path}");
            ensure!(answer.header("www-authenticate").is_some(), "{method} {path}");
            refused += 1;
        }
    }
    ensure!(refused >= 15, "{refused} routes want a token");
    Ok(())
}

#[tokio::test]
async fn somebody_elses_order_answers_like_one_that_never_was() -> Result<()> {
    let stack = Stack::under_test()?;
    let owner = Shopper::guest(&stack.gateway).await?;
    let sku = plentiful_sku(&owner, &stack.database("orders").await?).await?;
    owner.put_in_cart(&sku, 1).await?;
    let order = owner.order("tok_ok", "k").await?;
    let never = Uuid::now_v7();
    // The same bytes, but for the address that was asked for and the trace.
    let anonymous = |answer: &Answer, id: Uuid| -> Result<(u16, Vec<String>, String)> {
        let trace_id = answer.problem()?.trace_id;
        let text = answer.text.replace(&id.to_string(), "{id}").replace(&trace_id, "{trace}");
        Ok((answer.status, answer.headers.iter().map(|(name, _)| name.clone()).collect(), text))
    };
    for other in [Shopper::guest(&stack.gateway).await?, Shopper::registered(&stack.gateway).await?] {
        for (method, path) in routes::all().filter(|(_, path)| path.starts_with("/orders/{id}")) {
            for header in [("accept", "*/*"), ("last-event-id", "1"), ("if-none-match", "*")] {
                let mut answers = Vec::new();
                for id in [order.id.as_uuid(), never] {
                    let request = other.request(Method::from_bytes(method.as_bytes())?, &path.replace("{id}", &id.to_string()));
                    let request = request.header(header.0, header.1).header("idempotency-key", "k");
                    let good = routes::with_bodies().find(|(m, p, _)| (*m, *p) == (method, path));
                    let request = if let Some((_, _, body)) = good { request.json(&body) } else { request };
                    answers.push(anonymous(&ask(request).await?, id)?);
                }
                assert_eq!(answers[0].0, 404, "{method} {path}");
                assert_eq!(answers[0], answers[1], "{method} {path}");
            }
        }
        // What is no id is no order either, nor is its number one.
        for id in [order.number.to_string(), format!("{}x", order.id), "0".to_owned(), "%20".to_owned()] {
            assert_eq!(ask(other.request(Method::GET, &format!("/orders/{id}"))).await?.problem()?.code, "not_found", "{id}");
        }
        let list: Value = other.send(Method::GET, "/orders?limit=100", None, &[]).await?;
        assert_eq!(list["items"], json!([]));
        // The owner's key names the owner's order, and nobody else's.
        let again = ask(other
            .request(Method::POST, "/orders")
            .header("idempotency-key", "k")
            .json(&tradewind_tests::shopper::order_body("tok_ok")))
        .await?;
        assert_eq!(again.problem()?.code, "cart_empty");
    }
    assert_eq!(ask(owner.request(Method::GET, &format!("/orders/{}", order.id))).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn other_sites_are_refused() -> Result<()> {
    let account = Shopper::operator(&Stack::under_test()?).await?;
    for (method, path) in routes::all() {
        for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example"), ("origin", "null")] {
            if method == "GET" {
                // The stream would not end.
                let answer =
                    account.answer(Method::GET, &path.replace("{id}", "x").replace("{handle}", "x"), None, &[(name, value)]).await?;
                ensure!(answer.headers().keys().all(|header| !header.as_str().starts_with("access-control")), "{path} {name}");
                assert_ne!(answer.status(), StatusCode::FORBIDDEN, "{path} {name}");
            } else {
                let answer = ask(routes::request(&account, method, path)?.header(name, value)).await?;
                assert_eq!((answer.status, answer.problem()?.code.as_str()), (403, "cross_site"), "{method} {path} {name}: {value}");
            }
        }
    }
    // A preflight is told nothing that a browser would take for a yes.
    let preflight =
        account.request(Method::OPTIONS, "/cart").header("origin", "https://evil.example").header("access-control-request-method", "PUT");
    let answer = ask(preflight).await?;
    ensure!(answer.status == 405 && answer.headers.iter().all(|(name, _)| !name.starts_with("access-control")), "{answer:?}");
    Ok(())
}

#[tokio::test]
async fn what_is_internal_is_404() -> Result<()> {
    let nobody = Shopper::nobody(&Stack::under_test()?.gateway)?;
    for path in [
        "/metrics",
        "/metrics/",
        "/health",
        "/health/live",
        "/health/ready",
        "/internal",
        "/internal/openapi.json",
        "/otlp",
        "/gateway-cache",
        "/gateway-problem",
        "/.git",
        "/.git/config",
        "/.env",
        "/assets/.git/config",
        "/api",
        "/api/v1",
        "/api/v1/metrics",
        "/api/v1/health/ready",
        "/api/v1/internal/openapi.json",
        "/api/v2/products",
        "/api/v1/openapi.yaml",
        "/server-status",
        "/wp-login.php",
    ] {
        let answer = ask(nobody.http.get(format!("{}{path}", nobody.gateway))).await?;
        assert_eq!(answer.problem()?.status, 404, "{path}: {answer:?}");
    }
    Ok(())
}
