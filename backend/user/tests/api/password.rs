use http::{Method, StatusCode};
use serde_json::{Value, json};
use tradewind_user::config::{Limits, Throttle};

use crate::harness::{Answer, App, NOBODY, PASSWORD};

const NEW: &str = "another short sentence";
const ADA: &str = "ada@example.com";

impl App {
    async fn change(&self, token: Option<&str>, current: &str, new: &str) -> Answer {
        self.change_with(token, json!({"current": current, "new": new})).await
    }

    async fn change_with(&self, token: Option<&str>, body: Value) -> Answer {
        self.call(Method::PUT, "/users/me/password", token, Some(body)).await
    }

    async fn password_hash(&self) -> String {
        sqlx::query_scalar("SELECT password_hash FROM users WHERE email = $1").bind(ADA).fetch_one(&self.database).await.unwrap()
    }
}

impl Answer {
    #[track_caller]
    fn assert_at(&self, field: &str, code: &str) {
        assert_eq!(self.status.as_u16(), 422, "{}", self.body);
        let errors: Vec<_> =
            self.body["errors"].as_array().unwrap().iter().map(|error| (error["field"].as_str(), error["code"].as_str())).collect();
        assert_eq!(errors, [(Some(field), Some(code))]);
    }
}

#[tokio::test]
async fn a_new_password_takes_the_place_of_the_old_one() {
    let Some(app) = App::start().await else { return };
    let ada = app.shopper(ADA).await;
    let answer = app.change(Some(&ada.token), PASSWORD, NEW).await;
    assert_eq!((answer.status, &answer.body), (StatusCode::NO_CONTENT, &Value::Null));
    answer.assert_written();
    assert_eq!(answer.cookie(), None, "this session stays as it is");
    app.log_in(ADA, PASSWORD).await.assert_refused(401, "credentials_invalid");
    assert_eq!(app.log_in(ADA, NEW).await.held().user, ada.user);
    let hash = app.password_hash().await;
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$") && !hash.contains(NEW), "{hash}");
    let events: Vec<_> = app.events(&ada.user).await.into_iter().map(|(kind, sequence, _)| (kind, sequence)).collect();
    assert_eq!(events, [("user.registered".to_owned(), 1), ("user.logged_in".to_owned(), 2)], "a password is nobody else's business");
}

#[tokio::test]
async fn every_other_session_ends_and_this_one_stays() {
    let Some(app) = App::start().await else { return };
    let (phone, eve) = (app.shopper(ADA).await, app.shopper("eve@example.com").await);
    let tablet = app.log_in(ADA, PASSWORD).await.held();
    let laptop = app.log_in(ADA, PASSWORD).await.held();
    let renewed = app.refresh(&tablet.cookie).await.held();
    assert_eq!(app.change(Some(&laptop.token), PASSWORD, NEW).await.status, StatusCode::NO_CONTENT);
    for token in [&phone.token, &tablet.token, &renewed.token] {
        app.get("/users/me", token).await.assert_refused(401, "token_invalid");
    }
    for cookie in [&phone.cookie, &tablet.cookie, &renewed.cookie] {
        app.refresh(cookie).await.assert_refused(401, "session_ended");
    }
    assert_eq!(app.get("/sessions", &laptop.token).await.body["items"].as_array().map(Vec::len), Some(1));
    let laptop = app.refresh(&laptop.cookie).await.held();
    assert_eq!(app.get("/users/me", &laptop.token).await.status, 200);
    assert_eq!(app.get("/users/me", &eve.token).await.status, 200, "somebody else's sessions are untouched");
}

#[tokio::test]
async fn a_wrong_current_password_changes_nothing() {
    let Some(app) = App::start().await else { return };
    let phone = app.shopper(ADA).await;
    let laptop = app.log_in(ADA, PASSWORD).await.held();
    let hash = app.password_hash().await;
    let answer = app.change(Some(&laptop.token), "not the password", NEW).await;
    answer.assert_refused(422, "password_wrong");
    answer.assert_at("/current", "password_wrong");
    assert_eq!(app.password_hash().await, hash);
    for held in [phone, laptop] {
        assert_eq!(app.get("/users/me", &held.token).await.status, 200);
        app.refresh(&held.cookie).await.held();
    }
}

#[tokio::test]
async fn guesses_are_throttled_together_with_log_ins() {
    let throttle = Throttle { free: 2, ..Limits::default().account_throttle };
    let Some(app) = App::start_with(Limits { account_throttle: throttle, ..Limits::default() }).await else { return };
    let ada = app.shopper(ADA).await;
    app.log_in(ADA, "not the password").await.assert_refused(401, "credentials_invalid");
    app.change(Some(&ada.token), "not the password", NEW).await.assert_refused(422, "password_wrong");
    app.change(Some(&ada.token), "not the password", NEW).await.assert_refused(422, "password_wrong");
    // Two are free and the third blocks, here and at the door, whatever the password.
    let blocked = app.change(Some(&ada.token), PASSWORD, NEW).await;
    blocked.assert_refused(429, "rate_limited");
    assert!(blocked.headers.contains_key("retry-after"));
    app.log_in(ADA, PASSWORD).await.assert_refused(429, "rate_limited");
    assert_eq!(app.get("/users/me", &ada.token).await.status, 200);
    sqlx::query("UPDATE login_failures SET blocked_until = now()").execute(&app.database).await.unwrap();
    assert_eq!(app.change(Some(&ada.token), PASSWORD, NEW).await.status, StatusCode::NO_CONTENT);
    let left: i64 =
        sqlx::query_scalar("SELECT count(*) FROM login_failures WHERE subject LIKE 'account:%'").fetch_one(&app.database).await.unwrap();
    assert_eq!(left, 0, "the right password begins the count again");
}

#[tokio::test]
async fn a_new_password_obeys_the_rules_of_registration_and_is_new() {
    let Some(app) = App::start().await else { return };
    let ada = app.shopper(ADA).await;
    for new in ["", "short", &"x".repeat(129), &"x".repeat(10_000), PASSWORD, "a short sentence\0will do"] {
        app.change(Some(&ada.token), PASSWORD, new).await.assert_at("/new", "invalid");
    }
    for current in ["", &"x".repeat(10_000)] {
        app.change(Some(&ada.token), current, NEW).await.assert_at("/current", "invalid");
    }
    let counted: i64 = sqlx::query_scalar("SELECT count(*) FROM login_failures").fetch_one(&app.database).await.unwrap();
    assert_eq!(counted, 0, "none of these was a guess");
    app.log_in(ADA, PASSWORD).await.held();
}

#[tokio::test]
async fn other_bodies_and_queries_are_refused_by_name() {
    let Some(app) = App::start().await else { return };
    let ada = app.shopper(ADA).await;
    let body = json!({"current": PASSWORD, "new": NEW});
    for field in ["role", "user_id", "email"] {
        let mut body = body.clone();
        body[field] = json!("operator");
        let answer = app.change_with(Some(&ada.token), body).await;
        answer.assert_refused(422, "validation_failed");
        assert_eq!(answer.body["errors"][0]["field"], format!("/{field}"));
    }
    for field in ["current", "new"] {
        let mut body = body.clone();
        body[field] = json!(1);
        app.change_with(Some(&ada.token), body.clone()).await.assert_refused(422, "validation_failed");
        body.as_object_mut().unwrap().remove(field);
        app.change_with(Some(&ada.token), body).await.assert_refused(422, "validation_failed");
    }
    let answer = app.call(Method::PUT, "/users/me/password?user=eve", Some(&ada.token), Some(body)).await;
    assert_eq!((answer.status.as_u16(), answer.body["errors"][0]["field"].as_str()), (422, Some("user")));
    app.log_in(ADA, PASSWORD).await.held();
}

#[tokio::test]
async fn only_an_account_has_a_password() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest().await;
    app.change(Some(&guest.token), PASSWORD, NEW).await.assert_refused(403, "account_required");
    let stranger = app.change(NOBODY, PASSWORD, NEW).await;
    stranger.assert_refused(401, "token_invalid");
    assert!(stranger.headers.contains_key("www-authenticate"));
}

#[tokio::test]
async fn of_two_changes_at_once_one_is_made() {
    let Some(app) = App::start().await else { return };
    let phone = app.shopper(ADA).await;
    let laptop = app.log_in(ADA, PASSWORD).await.held();
    let (a, b) =
        tokio::join!(app.change(Some(&phone.token), PASSWORD, NEW), app.change(Some(&laptop.token), PASSWORD, "yet another sentence"));
    let (made, kept, over) =
        if a.status == StatusCode::NO_CONTENT { (NEW, phone, laptop) } else { ("yet another sentence", laptop, phone) };
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    // The slower one has lost its password, or already its session.
    assert!(matches!(statuses, [204, 401 | 422]), "{statuses:?}");
    app.log_in(ADA, made).await.held();
    app.refresh(&kept.cookie).await.held();
    app.refresh(&over.cookie).await.assert_refused(401, "session_ended");
}

#[tokio::test]
async fn changes_beyond_the_queue_are_503_and_change_nothing() {
    let Some(app) = App::start_with(Limits { hash_slots: 1, hash_queue: 0, ..Limits::default() }).await else { return };
    let ada = app.shopper(ADA).await;
    let mut changing = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let body = json!({"current": "not the password", "new": NEW});
        let request = app.request(Method::PUT, "/api/v1/users/me/password").bearer_auth(&ada.token).json(&body);
        changing.spawn(async move { request.send().await.unwrap() });
    }
    let answers = changing.join_all().await;
    assert!(answers.iter().any(|answer| answer.status() == 503 && answer.headers().contains_key("retry-after")));
    assert!(answers.iter().all(|answer| matches!(answer.status().as_u16(), 422 | 429 | 503)));
    assert_eq!(app.get("/users/me", &ada.token).await.status, 200);
}
