use http::{Method, StatusCode};
use uuid::Uuid;

use crate::harness::{App, PASSWORD};

#[tokio::test]
async fn logout_ends_the_access_token_at_once() {
    let Some(app) = App::start().await else { return };
    let ada = app.shopper("ada@example.com").await;
    let answer = app.call(Method::DELETE, "/sessions/current", Some(&ada.token), None).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    answer.assert_written();
    assert_eq!(answer.cookie().as_deref(), Some(""), "the cookie is cleared");
    let refused = app.get("/users/me", &ada.token).await;
    refused.assert_refused(401, "token_invalid");
    assert!(refused.headers.contains_key("www-authenticate"));
    app.refresh(&ada.cookie).await.assert_refused(401, "session_ended");
}

#[tokio::test]
async fn devices_are_listed_newest_first_and_one_can_be_logged_out() {
    let Some(app) = App::start().await else { return };
    let phone = app.shopper("ada@example.com").await;
    let laptop = app.log_in("ada@example.com", PASSWORD).await.held();
    let devices = app.get("/sessions", &laptop.token).await;
    let items = devices.body["items"].as_array().unwrap();
    assert_eq!(items.iter().map(|item| item["current"].as_bool()).collect::<Vec<_>>(), [Some(true), Some(false)]);
    let path = format!("/sessions/{}", items[1]["id"].as_str().unwrap());
    for _ in 0..2 {
        let answer = app.call(Method::DELETE, &path, Some(&laptop.token), None).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "and again: {}", answer.body);
        answer.assert_written();
        assert_eq!(answer.cookie(), None, "this device stays logged in");
    }
    app.get("/users/me", &phone.token).await.assert_refused(401, "token_invalid");
    assert_eq!(app.get("/sessions", &laptop.token).await.body["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn somebody_elses_session_is_404_like_one_that_never_was() {
    let Some(app) = App::start().await else { return };
    let (ada, eve) = (app.shopper("ada@example.com").await, app.shopper("eve@example.com").await);
    let session = app.get("/sessions", &ada.token).await.body["items"][0]["id"].as_str().unwrap().to_owned();
    let mut answers = Vec::new();
    for id in [session.as_str(), &Uuid::now_v7().to_string(), "not-an-id", "%27"] {
        let mut answer = app.call(Method::DELETE, &format!("/sessions/{id}"), Some(&eve.token), None).await;
        answer.assert_refused(404, "not_found");
        answer.body["instance"].take();
        answer.body["trace_id"].take();
        answers.push(answer.body);
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    assert_eq!(app.get("/users/me", &ada.token).await.status, 200);
}
