use http::Method;
use serde_json::json;

use crate::harness::{App, NOBODY, PASSWORD, registration};

#[tokio::test]
async fn registering_from_a_guest_keeps_the_identity() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest().await;
    let answer = app.post("/users", Some(&guest.token), registration("ada@example.com")).await;
    assert_eq!(answer.body["user"]["role"], "shopper");
    assert_eq!(answer.body["user"]["email"], "ada@example.com");
    let shopper = answer.held();
    assert_eq!(shopper.user, guest.user);
    let expected = json!({"user_id": guest.user, "was_guest": true});
    assert_eq!(app.events(&shopper.user).await, [("user.registered".to_owned(), 1, expected)]);
    // Whoever else held the guest's session does not get into the account.
    app.get("/users/me", &guest.token).await.assert_refused(401, "token_invalid");
    app.refresh(&guest.cookie).await.assert_refused(401, "session_ended");
    assert_eq!(app.get("/users/me", &shopper.token).await.body["display_name"], "Ada");
}

#[tokio::test]
async fn registering_without_a_guest_makes_a_new_identity() {
    let Some(app) = App::start().await else { return };
    let first = app.shopper("one@example.com").await;
    let answer = app.post("/users", Some(&first.token), registration("two@example.com")).await;
    let second = answer.held();
    assert_ne!(first.user, second.user);
    assert_eq!(app.events(&second.user).await[0].2["was_guest"], false);
}

#[tokio::test]
async fn a_mailbox_has_one_account() {
    let Some(app) = App::start().await else { return };
    app.shopper("ada@example.com").await;
    app.post("/users", NOBODY, registration("Ada@Example.com")).await.assert_refused(409, "email_taken");
    let guest = app.guest().await;
    app.post("/users", Some(&guest.token), registration("ada@example.com")).await.assert_refused(409, "email_taken");
    // The refusal did nothing: the guest is a guest still.
    assert_eq!(app.refresh(&guest.cookie).await.body["user"]["role"], "guest");
}

#[tokio::test]
async fn unknown_fields_are_named() {
    let Some(app) = App::start().await else { return };
    for field in ["role", "id", "email_verified"] {
        let mut body = registration("ada@example.com");
        body[field] = json!("operator");
        let answer = app.post("/users", NOBODY, body).await;
        answer.assert_refused(422, "validation_failed");
        assert_eq!(answer.body["errors"][0]["field"], format!("/{field}"));
    }
    let answer = app.post("/users?role=operator", NOBODY, registration("ada@example.com")).await;
    assert_eq!((answer.status.as_u16(), answer.body["errors"][0]["field"].as_str()), (422, Some("role")));
}

#[tokio::test]
async fn passwords_are_neither_short_nor_huge() {
    let Some(app) = App::start().await else { return };
    for password in ["short".to_owned(), "x".repeat(129), "x".repeat(10_000)] {
        let body = json!({"email": "ada@example.com", "password": password, "display_name": "Ada"});
        let answer = app.post("/users", NOBODY, body).await;
        answer.assert_refused(422, "validation_failed");
        assert_eq!(answer.body["errors"][0]["field"], "/password");
    }
    app.log_in("ada@example.com", &"x".repeat(10_000)).await.assert_refused(422, "validation_failed");
}

#[tokio::test]
async fn what_is_absent_from_a_change_stays() {
    let Some(app) = App::start().await else { return };
    let ada = app.shopper("ada@example.com").await;
    let answer = app.call(Method::PATCH, "/users/me", Some(&ada.token), Some(json!({"locale": "ar"}))).await;
    answer.assert_written();
    assert_eq!((&answer.body["locale"], &answer.body["display_name"]), (&json!("ar"), &json!("Ada")));
    let answer = app.call(Method::PATCH, "/users/me", Some(&ada.token), Some(json!({"display_name": " Ada L. "}))).await;
    assert_eq!((&answer.body["locale"], &answer.body["display_name"]), (&json!("ar"), &json!("Ada L.")));
    let answer = app.call(Method::PATCH, "/users/me", Some(&ada.token), Some(json!({"locale": "xx"}))).await;
    assert_eq!((answer.status.as_u16(), answer.body["errors"][0]["field"].as_str()), (422, Some("/locale")));
    assert_eq!(app.get("/users/me", &ada.token).await.body["display_name"], "Ada L.");
}

#[tokio::test]
async fn no_password_is_kept_in_the_clear() {
    let Some(app) = App::start().await else { return };
    let ada = app.shopper("ada@example.com").await;
    let hash: String = sqlx::query_scalar("SELECT password_hash FROM users").fetch_one(&app.database).await.unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$") && !hash.contains(PASSWORD), "{hash}");
    let payload = app.events(&ada.user).await[0].2.to_string();
    assert!(!payload.contains("ada@example.com"), "personal data in an event: {payload}");
}
