//! What `user operator seed` and `user operator password` do; no route does.

use http::Method;
use serde_json::json;
use tradewind_user::accounts::operator::{self, EMAIL, Seeded};

use crate::harness::{App, NOBODY, PASSWORD};

const OTHER: &str = "quite another sentence";

#[tokio::test]
async fn the_operator_is_made_once_and_logs_in_like_anybody() {
    let Some(app) = App::start().await else { return };
    app.log_in(EMAIL, PASSWORD).await.assert_refused(401, "credentials_invalid");
    assert_eq!(operator::seed(&app.state, PASSWORD.to_owned()).await.unwrap(), Seeded::Made);
    assert_eq!(operator::seed(&app.state, OTHER.to_owned()).await.unwrap(), Seeded::Exists);
    app.log_in(EMAIL, OTHER).await.assert_refused(401, "credentials_invalid");
    let session = app.log_in(EMAIL, PASSWORD).await;
    assert_eq!(session.body["user"]["role"], "operator");
    let held = session.held();
    assert_eq!(app.get("/users/me", &held.token).await.body["role"], "operator");
    let stored: String = sqlx::query_scalar("SELECT row_to_json(users)::text FROM users WHERE email = $1")
        .bind(EMAIL)
        .fetch_one(&app.database)
        .await
        .unwrap();
    assert!(stored.contains("$argon2id$") && !stored.contains(PASSWORD), "{stored}");
}

#[tokio::test]
async fn another_password_ends_all_sessions_of_the_operator() {
    let Some(app) = App::start().await else { return };
    assert!(!operator::set_password(&app.state, OTHER.to_owned()).await.unwrap(), "there is none yet");
    operator::seed(&app.state, PASSWORD.to_owned()).await.unwrap();
    let held = app.log_in(EMAIL, PASSWORD).await.held();
    let shopper = app.shopper("ada@example.com").await;
    assert!(operator::set_password(&app.state, OTHER.to_owned()).await.unwrap());
    app.get("/users/me", &held.token).await.assert_refused(401, "token_invalid");
    app.refresh(&held.cookie).await.assert_refused(401, "session_ended");
    app.log_in(EMAIL, PASSWORD).await.assert_refused(401, "credentials_invalid");
    assert_eq!(app.log_in(EMAIL, OTHER).await.body["user"]["role"], "operator");
    assert_eq!(app.get("/users/me", &shopper.token).await.status, 200, "nobody else's");
}

#[tokio::test]
async fn nobody_registers_as_an_operator_and_no_shopper_becomes_one() {
    let Some(app) = App::start().await else { return };
    let mut body = json!({"email": "eve@example.com", "password": PASSWORD, "display_name": "Eve", "role": "operator"});
    let refused = app.call(Method::POST, "/users", NOBODY, Some(body.clone())).await;
    assert_eq!((refused.status.as_u16(), refused.body["errors"][0]["field"].as_str()), (422, Some("/role")));
    body.as_object_mut().unwrap().remove("role");
    body["email"] = json!(EMAIL);
    assert_eq!(app.call(Method::POST, "/users", NOBODY, Some(body)).await.body["user"]["role"], "shopper");
    assert_eq!(operator::seed(&app.state, OTHER.to_owned()).await.unwrap(), Seeded::Taken);
    assert!(!operator::set_password(&app.state, OTHER.to_owned()).await.unwrap());
    assert_eq!(app.log_in(EMAIL, PASSWORD).await.body["user"]["role"], "shopper", "and the password stays");
}

#[test]
fn the_password_keeps_the_rules_of_a_registration() {
    for (password, says) in
        [("", "12"), ("eleven char", "12"), (&"x".repeat(129), "128"), ("two lines\nof text", "one line"), ("a nul \0 inside", "one line")]
    {
        let refusal = operator::check_password(password).unwrap_err();
        assert!(refusal.contains(says), "{password:?}: {refusal}");
    }
    for password in ["twelve chars", &"ß".repeat(128)] {
        operator::check_password(password).unwrap();
    }
}
