use http::Method;
use serde_json::json;

use crate::harness::{App, NOBODY};

#[tokio::test]
async fn a_guest_is_somebody_with_a_token_and_a_cookie() {
    let Some(app) = App::start().await else { return };
    let answer = app.call(Method::POST, "/sessions/guest", NOBODY, None).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.body["token_type"], "Bearer");
    assert_eq!(answer.body["expires_in_s"], 600);
    assert_eq!(answer.body["user"]["role"], "guest");
    assert!(answer.body["user"].get("email").is_none());
    let guest = answer.held();
    let refreshed = app.refresh(&guest.cookie).await;
    assert_eq!(refreshed.body["user"]["id"], guest.user.as_str());
    assert_eq!(refreshed.body["user"]["role"], "guest");
}

#[tokio::test]
async fn a_guest_has_no_account_and_no_devices() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest().await;
    for (method, path) in [(Method::GET, "/users/me"), (Method::GET, "/sessions"), (Method::DELETE, "/sessions/current")] {
        app.call(method, path, Some(&guest.token), None).await.assert_refused(403, "account_required");
    }
    app.call(Method::PATCH, "/users/me", Some(&guest.token), Some(json!({}))).await.assert_refused(403, "account_required");
}

#[tokio::test]
async fn an_empty_body_is_no_body() {
    let Some(app) = App::start().await else { return };
    let request = app.request(Method::POST, "/api/v1/sessions/guest").header("content-type", "application/json").body("");
    app.send(request).await.held();
}
