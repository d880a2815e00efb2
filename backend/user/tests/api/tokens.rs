use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::Method;
use jsonwebtoken::{Algorithm, Header};
use serde_json::{Value, json};

use crate::harness::{App, NOBODY};

fn part(token: &str, index: usize) -> Value {
    let bytes = URL_SAFE_NO_PAD.decode(token.split('.').nth(index).unwrap()).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

#[tokio::test]
async fn tampered_alg_none_hs256_and_foreign_kid_are_401() {
    let Some(app) = App::start().await else { return };
    let held = app.shopper("ada@example.com").await;
    let (header, claims) = (part(&held.token, 0), part(&held.token, 1));
    let signature = held.token.rsplit('.').next().unwrap();
    let mut operator = claims.clone();
    operator["role"] = json!("operator");
    let with_header = |change: Value| {
        let mut changed = header.clone();
        changed.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        format!("{}.{}.{signature}", encode(&changed), encode(&claims))
    };
    let mut hs256 = Header::new(Algorithm::HS256);
    hs256.kid = header["kid"].as_str().map(str::to_owned);
    let public = app.state.jwks().keys[0].x.clone();
    // The public key, taken for a shared secret.
    let confused = format!("{}.{}", encode(&serde_json::to_value(&hs256).unwrap()), encode(&claims));
    let secret = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, public.as_bytes());
    let confused = format!("{confused}.{}", URL_SAFE_NO_PAD.encode(ring::hmac::sign(&secret, confused.as_bytes())));
    let forged = [
        format!("{}.{}.{signature}", encode(&header), encode(&operator)),
        format!("{}.{}.", encode(&json!({"alg": "none", "typ": "JWT"})), encode(&operator)),
        with_header(json!({"alg": "HS256"})),
        with_header(json!({"kid": "0000000000000000"})),
        with_header(json!({"kid": app.state.jwks().keys[1].kid})),
        with_header(json!({"jku": "https://evil.example/jwks.json"})),
        with_header(json!({"jwk": {"kty": "OKP", "crv": "Ed25519", "x": public}})),
        confused,
        format!("{}x", held.token),
        "a.b.c".to_owned(),
        String::new(),
    ];
    for token in forged {
        let answer = app.get("/users/me", &token).await;
        answer.assert_refused(401, "token_invalid");
        assert!(answer.headers.contains_key("www-authenticate"), "{token}");
    }
    assert_eq!(app.get("/users/me", &held.token).await.status, 200);
}

/// Signed by us, and still not good: too old, for somebody else, by somebody else, or without saying so.
#[tokio::test]
async fn a_signature_alone_is_no_token() {
    let Some(app) = App::start().await else { return };
    let held = app.shopper("ada@example.com").await;
    let mut header = Header::new(Algorithm::EdDSA);
    header.kid = part(&held.token, 0)["kid"].as_str().map(str::to_owned);
    let sign = |claims: &Value| jsonwebtoken::encode(&header, claims, &app.key).unwrap();
    let claims = part(&held.token, 1);
    assert_eq!(app.get("/users/me", &sign(&claims)).await.status, 200, "the key is the service's own");
    let mut wrong = Vec::new();
    for (name, value) in [
        ("exp", json!(claims["iat"].as_u64().unwrap() - 10)),
        ("aud", json!("elsewhere")),
        ("aud", json!(["elsewhere"])),
        ("iss", json!("somebody")),
        ("sub", json!("ada")),
        ("role", json!("admin")),
    ] {
        let mut claims = claims.clone();
        claims[name] = value;
        wrong.push(claims);
    }
    for name in ["exp", "aud", "iss", "sub", "sid", "role"] {
        let mut claims = claims.clone();
        claims.as_object_mut().unwrap().remove(name);
        wrong.push(claims);
    }
    for claims in wrong {
        let answer = app.get("/users/me", &sign(&claims)).await;
        answer.assert_refused(401, "token_invalid");
        assert!(answer.headers.contains_key("www-authenticate"), "{claims}");
    }
    let missing = app.call(Method::GET, "/users/me", NOBODY, None).await;
    missing.assert_refused(401, "token_invalid");
    assert!(missing.headers.contains_key("www-authenticate"));
}

#[tokio::test]
async fn a_token_says_who_it_is_for_and_ends_in_ten_minutes() {
    let Some(app) = App::start().await else { return };
    let held = app.shopper("ada@example.com").await;
    let (header, claims) = (part(&held.token, 0), part(&held.token, 1));
    assert_eq!(
        (header["alg"].as_str(), claims["iss"].as_str(), claims["aud"].as_str()),
        (Some("EdDSA"), Some("tradewind-user"), Some("tradewind"))
    );
    assert_eq!(claims["sub"], held.user.as_str());
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 600);
    assert!(claims.get("email").is_none());
}

#[tokio::test]
async fn every_key_is_published_and_the_first_one_signs() {
    let Some(app) = App::start().await else { return };
    let jwks = app.send(app.request(Method::GET, "/.well-known/jwks.json")).await;
    assert_eq!(jwks.status, 200);
    let keys = jwks.body["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 2, "the one that signs and the one that is kept for rotation");
    for key in keys {
        assert_eq!((key["kty"].as_str(), key["crv"].as_str(), key["use"].as_str()), (Some("OKP"), Some("Ed25519"), Some("sig")));
        assert_eq!(key["kid"].as_str().map(str::len), Some(16));
        assert!(key.get("d").is_none(), "a private key is published");
    }
    let guest = app.call(Method::POST, "/sessions/guest", NOBODY, None).await.held();
    assert_eq!(part(&guest.token, 0)["kid"], keys[0]["kid"]);
}
