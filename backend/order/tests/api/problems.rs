use http::Method;
use jsonwebtoken::{Algorithm, Header};
use serde_json::{Value, json};
use tradewind_contract::{orders::Order, users::Role};
use tradewind_kit::limit::Quota;
use tradewind_order::routes::TABLE;
use uuid::Uuid;

use crate::{
    harness::{App, Setup, Who, nobody, wish},
    tokens::{Signer, claims, now_s},
};

/// Every route of the table with how it answers who has no token; a route that is not here fails the test.
fn answer_to_a_stranger(method: &str, path: &str) -> u16 {
    match (method, path) {
        ("GET", "/categories" | "/products") => 200,
        ("GET", "/products/{handle}" | "/products/{handle}/related") => 404,
        ("GET", "/search/suggestions") => 422,
        ("GET" | "DELETE", "/cart") | ("PUT" | "DELETE", "/cart/items/{sku}") | ("POST", "/guest-claims" | "/quotes" | "/orders") => 401,
        ("GET", "/shipping-methods" | "/orders" | "/orders/{id}" | "/orders/{id}/events") => 401,
        ("POST", "/orders/{id}/payments" | "/orders/{id}/cancel" | "/orders/{id}/returns") => 401,
        (_, path) if path.starts_with("/admin/") => 401,
        _ => panic!("{method} {path} is not covered"),
    }
}

#[tokio::test]
async fn every_route_answers_a_stranger_as_it_should() {
    let Some(app) = App::start().await else { return };
    for (method, path) in TABLE {
        let concrete = path.replace("{id}", &Uuid::now_v7().to_string()).replace("{handle}", "nothing").replace("{sku}", "ASSAM-100");
        let answer = app.send(app.request(Method::from_bytes(method.as_bytes()).unwrap(), &concrete, &nobody())).await;
        assert_eq!(answer.status, answer_to_a_stranger(method, path), "{method} {path}: {}", answer.text);
    }
}

#[tokio::test]
async fn who_is_no_operator_is_403_on_every_route_of_theirs_and_changes_nothing() {
    let Some(app) = App::start().await else { return };
    let order = app.order(&app.guest(), "SENCHA-100", 1).await;
    let before = app.rows().await;
    for (method, path) in TABLE.iter().filter(|(_, path)| path.starts_with("/admin/")) {
        let id = if path.starts_with("/admin/dead-letters") { "1".to_owned() } else { order.id.to_string() };
        for who in [app.guest(), app.shopper()] {
            let request = app.request(Method::from_bytes(method.as_bytes()).unwrap(), &path.replace("{id}", &id), &who);
            let answer = app.send(request.json(&json!({"reason": "because"}))).await;
            answer.assert_refused(403, "operator_required");
        }
    }
    assert_eq!(app.rows().await, before);
}

#[tokio::test]
async fn what_is_not_json_is_400() {
    let Some(app) = App::start().await else { return };
    let shopper = app.shopper();
    let deep = format!("{}{}", "[".repeat(1_000), "]".repeat(1_000));
    let bodies: [&[u8]; 7] = [b"{", b"", b"\xff\xfe{}", br#"{"quantity":1,"quantity":2}"#, br#"{"a":"\ud800"}"#, b"{} {}", deep.as_bytes()];
    for (method, path) in
        [(Method::PUT, "/cart/items/ASSAM-100"), (Method::POST, "/guest-claims"), (Method::POST, "/quotes"), (Method::POST, "/orders")]
    {
        for body in bodies {
            let request =
                app.request(method.clone(), path, &shopper).header("content-type", "application/json").header("idempotency-key", "k");
            let answer = app.send(request.body(body.to_vec())).await;
            answer.assert_refused(400, "json_malformed");
            assert_eq!(answer.body["instance"], format!("/api/v1{path}"));
        }
    }
}

#[tokio::test]
async fn another_content_type_is_415_and_too_much_is_413() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    for content_type in [
        None,
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("application/jsonp"),
        Some("application/json-patch+json"),
    ] {
        let mut request = app.request(Method::POST, "/quotes", &guest).body("{}");
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        app.send(request).await.assert_refused(415, "content_type_unsupported");
    }
    for content_type in ["application/json", "Application/JSON; charset=utf-8"] {
        let request = app.request(Method::POST, "/quotes", &guest).header("content-type", content_type);
        app.send(request.body("{}")).await.assert_names("/country");
    }
    let request = app.request(Method::POST, "/quotes", &guest).header("content-type", "application/json");
    app.send(request.body(vec![b' '; 65_537])).await.assert_refused(413, "body_too_large");
}

#[tokio::test]
async fn unknown_fields_and_nul_are_422_and_named() {
    let Some(app) = App::start().await else { return };
    let shopper = app.shopper();
    let quote = |extra: Value| {
        let mut body = json!({"country": "DE", "shipping_method": "standard"});
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        body
    };
    app.post("/quotes", &shopper, &quote(json!({"price": 1}))).await.assert_names("/price");
    app.post("/quotes", &shopper, &quote(json!({"shipping_method": "a\u{0}"}))).await.assert_names("/shipping_method");
    app.post("/guest-claims", &shopper, &json!({"guest_access_token": "\u{0}"})).await.assert_names("/guest_access_token");
    app.post("/guest-claims", &shopper, &json!({"guest_access_token": "x", "user_id": 1})).await.assert_names("/user_id");
    let mut body = wish();
    body["shipping_address"]["role"] = json!("operator");
    app.place(&shopper, "k", &body).await.assert_names("/shipping_address/role");
    for (method, path) in [(Method::GET, "/cart"), (Method::DELETE, "/cart"), (Method::GET, "/products/gyokuro")] {
        app.send(app.request(method, &format!("{path}?user_id=1"), &shopper)).await.assert_names("user_id");
    }
}

#[tokio::test]
async fn unknown_paths_are_404_and_unknown_methods_405() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    for path in ["/nothing", "/cart/items", "/orders/x/y/z", "//cart"] {
        let answer = app.get(path, &guest).await;
        answer.assert_refused(404, "not_found");
        assert_eq!(answer.body["instance"], format!("/api/v1{path}"));
    }
    for (method, path, allowed) in [
        (Method::PATCH, "/cart", "DELETE"),
        (Method::TRACE, "/cart", "GET"),
        (Method::POST, "/cart/items/ASSAM-100", "PUT"),
        (Method::DELETE, "/orders", "POST"),
        (Method::PUT, "/products", "GET"),
    ] {
        let answer = app.send(app.request(method.clone(), path, &guest)).await;
        answer.assert_refused(405, "method_not_allowed");
        assert!(answer.header("allow").unwrap().contains(allowed), "{method} {path}: {:?}", answer.header("allow"));
    }
}

#[tokio::test]
async fn tokens_that_the_user_service_never_made_are_401() {
    let Some(app) = App::start().await else { return };
    let user = Uuid::now_v7();
    let good = claims(user, Role::Shopper);
    let token = app.signer.sign(&good);
    let [header, payload, signature]: [&str; 3] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
    let with = |change: Value| {
        let mut claims = good.clone();
        claims.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        claims
    };
    let without = |name: &str| {
        let mut claims = good.clone();
        claims.as_object_mut().unwrap().remove(name);
        claims
    };
    let encode = |value: Value| base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, value.to_string());
    let mut hs256 = Header::new(Algorithm::HS256);
    hs256.kid.clone_from(&app.signer.header().kid);
    let public = app.signer.jwks().keys[0].x.clone();
    // The public key, taken for a shared secret.
    let confused = format!("{}.{payload}", encode(serde_json::to_value(&hs256).unwrap()));
    let secret = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, public.as_bytes());
    let tag = ring::hmac::sign(&secret, confused.as_bytes());
    let confused = format!("{confused}.{}", base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, tag));
    let mut forged = vec![
        format!("{header}.{}.{signature}", encode(with(json!({"role": "operator"})))),
        format!("{}.{payload}.", encode(json!({"alg": "none", "typ": "JWT"}))),
        format!("{}.{payload}.{signature}", encode(json!({"alg": "HS256", "kid": "test"}))),
        confused,
        format!("{}.{payload}.{signature}", encode(json!({"alg": "EdDSA"}))),
        format!("{header}.{payload}.{}", signature.chars().rev().collect::<String>()),
        Signer::new("test").sign(&good),
        Signer::new("unknown").sign(&good),
        token[..token.len() - 4].to_owned(),
        "a.b.c".to_owned(),
        "x".to_owned(),
    ];
    // Signed by a stranger, whose key the header brings along or says where to find.
    let stranger = Signer::new("test");
    let brings = |change: Value| {
        let mut header = serde_json::to_value(stranger.header()).unwrap();
        header.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        stranger.sign_as(&serde_json::from_value(header).unwrap(), &good)
    };
    let key = &stranger.jwks().keys[0];
    forged.extend([
        brings(json!({"jku": "https://evil.example/jwks.json"})),
        brings(json!({"x5u": "https://evil.example/certificate.pem"})),
        brings(json!({"jwk": key})),
        brings(json!({"jwk": key, "kid": "unknown"})),
        brings(json!({"kid": "../../../../dev/null"})),
    ]);
    for change in [
        json!({"exp": now_s() - 10}),
        json!({"aud": "elsewhere"}),
        json!({"iss": "somebody"}),
        json!({"sub": "ada"}),
        json!({"role": "admin"}),
    ] {
        forged.push(app.signer.sign(&with(change)));
    }
    forged.extend(["exp", "aud", "iss", "sub", "sid", "role"].map(|name| app.signer.sign(&without(name))));
    for token in forged {
        let answer = app.get("/cart", &Who { token: Some(token.clone()), user }).await;
        answer.assert_refused(401, "token_invalid");
        assert!(answer.headers.contains_key("www-authenticate"), "{token}");
    }
    for scheme in [format!("Basic {token}"), token.clone(), "Bearer".to_owned()] {
        let answer = app.send(app.request(Method::GET, "/cart", &nobody()).header("authorization", scheme)).await;
        answer.assert_refused(401, "token_invalid");
    }
    assert_eq!(app.get("/cart", &Who { token: Some(token), user }).await.status, 200);
}

#[tokio::test]
async fn a_session_that_has_ended_is_401() {
    let Some(app) = App::start().await else { return };
    let user = Uuid::now_v7();
    let claims = claims(user, Role::Shopper);
    let who = Who { token: Some(app.signer.sign(&claims)), user };
    assert_eq!(app.get("/cart", &who).await.status, 200);
    app.state.verifier.revoke(claims["sid"].as_str().unwrap().parse().unwrap()).await.unwrap();
    app.get("/cart", &who).await.assert_refused(401, "token_invalid");
}

#[tokio::test]
async fn requests_of_another_site_are_403() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        let write = app.request(Method::DELETE, "/cart", &guest).header(name, value);
        app.send(write).await.assert_refused(403, "cross_site");
        let read = app.send(app.request(Method::GET, "/categories", &guest).header(name, value)).await;
        assert!(read.headers.keys().all(|header| !header.as_str().starts_with("access-control")), "{name}");
    }
    assert_eq!(app.count("carts").await, 0);
}

#[tokio::test]
async fn writes_beyond_the_quota_are_429() {
    let writes = Quota { name: "writes", per_second: 1, burst: 3 };
    let Some(app) = App::start_with(Setup { writes: Some(writes), ..Setup::default() }).await else { return };
    let guest = app.guest();
    for _ in 0..3 {
        assert_eq!(app.delete("/cart", &guest).await.status, 204, "three at once are allowed");
    }
    // Whoever finds Redis slow lets a write pass, so a busy machine may take some more.
    let mut next = app.delete("/cart", &guest).await;
    for _ in 0..20 {
        if next.status == 429 {
            break;
        }
        next = app.delete("/cart", &guest).await;
    }
    next.assert_refused(429, "rate_limited");
    assert_eq!(next.header("ratelimit-policy"), Some("\"writes\";q=1;w=1"));
    assert!(next.header("ratelimit").unwrap().starts_with("\"writes\";r=0;t="));
    assert!(next.header("retry-after").unwrap().parse::<u64>().unwrap() >= 1);
    assert_eq!(app.get("/cart", &guest).await.status, 200, "reads are not counted");
    assert_eq!(app.delete("/cart", &app.guest()).await.status, 204, "nor are others");
}

#[tokio::test]
async fn without_redis_the_shop_sells() {
    // Nobody listens on port 1.
    let Some(app) = App::start_with(Setup { redis_url: Some("redis://127.0.0.1:1".to_owned()), ..Setup::default() }).await else { return };
    let guest = app.guest();
    for path in ["/categories", "/products", "/products/assam-gold", "/search/suggestions?q=gen"] {
        assert_eq!(app.get(path, &guest).await.status, 200, "{path}");
    }
    app.put_in_cart(&guest, "ASSAM-100", 1).await;
    app.place(&guest, "k", &wish()).await.read::<Order>(201);
}

#[tokio::test]
async fn who_cannot_wait_is_told_503() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    // The cart is locked for as long as this transaction is open.
    app.put_in_cart(&guest, "ASSAM-100", 1).await;
    let mut blocker = app.database.begin().await.unwrap();
    sqlx::query("SELECT 1 FROM carts FOR UPDATE").execute(&mut *blocker).await.unwrap();
    let answer = app.send(app.request(Method::DELETE, "/cart", &guest).header("request-timeout-ms", "200")).await;
    answer.assert_refused(503, "deadline_exceeded");
    assert!(answer.headers.contains_key("retry-after"));
    blocker.rollback().await.unwrap();
}
