use std::time::Duration;

use http::Method;
use tradewind_user::config::Limits;

use crate::harness::App;

#[tokio::test]
async fn a_refresh_token_is_replaced_at_each_use() {
    let Some(app) = App::start().await else { return };
    let mut held = app.shopper("ada@example.com").await;
    for _ in 0..3 {
        let next = app.refresh(&held.cookie).await.held();
        assert_ne!(next.cookie, held.cookie);
        assert_eq!(next.user, held.user);
        assert_eq!(app.get("/users/me", &next.token).await.status, 200);
        held = next;
    }
    assert_eq!(app.get("/sessions", &held.token).await.body["items"].as_array().map(Vec::len), Some(1), "it is one session still");
}

#[tokio::test]
async fn a_lost_reply_is_made_good_within_the_grace() {
    let Some(app) = App::start().await else { return };
    let held = app.shopper("ada@example.com").await;
    let lost = app.refresh(&held.cookie).await.held();
    let again = app.refresh(&held.cookie).await.held();
    // Two tabs may have asked at once, so both answers are good.
    app.refresh(&lost.cookie).await.held();
    app.refresh(&again.cookie).await.held();
}

#[tokio::test]
async fn a_used_refresh_token_ends_the_family_after_the_grace() {
    let Some(app) = App::start_with(Limits { refresh_grace: Duration::ZERO, ..Limits::default() }).await else { return };
    let stolen = app.shopper("ada@example.com").await;
    let elsewhere = app.log_in("ada@example.com", crate::harness::PASSWORD).await.held();
    let fresh = app.refresh(&stolen.cookie).await.held();
    assert_eq!(app.get("/users/me", &fresh.token).await.status, 200);

    let reused = app.refresh(&stolen.cookie).await;
    reused.assert_refused(401, "session_ended");
    assert_eq!(reused.cookie().as_deref(), Some(""), "the cookie is cleared");
    app.refresh(&fresh.cookie).await.assert_refused(401, "session_ended");
    app.get("/users/me", &fresh.token).await.assert_refused(401, "token_invalid");
    assert_eq!(app.get("/users/me", &elsewhere.token).await.status, 200, "another device's session is another family");
}

#[tokio::test]
async fn parallel_refreshes_of_one_token_all_get_a_session() {
    let Some(app) = App::start().await else { return };
    let held = app.shopper("ada@example.com").await;
    let (a, b, c) = tokio::join!(app.refresh(&held.cookie), app.refresh(&held.cookie), app.refresh(&held.cookie));
    for answer in [a, b, c] {
        answer.held();
    }
}

#[tokio::test]
async fn without_a_token_of_ours_the_session_has_ended() {
    let Some(app) = App::start().await else { return };
    app.call(Method::POST, "/sessions/refresh", None, None).await.assert_refused(401, "session_ended");
    for cookie in ["x", &"A".repeat(43), "%00", "' OR 1=1 --"] {
        app.refresh(cookie).await.assert_refused(401, "session_ended");
    }
}

#[tokio::test]
async fn a_session_ends_after_its_life_however_often_it_is_refreshed() {
    let Some(app) = App::start().await else { return };
    let held = app.refresh(&app.shopper("ada@example.com").await.cookie).await.held();
    sqlx::query("UPDATE sessions SET expires_at = now() - interval '1 second'").execute(&app.database).await.unwrap();
    app.refresh(&held.cookie).await.assert_refused(401, "session_ended");
}

#[tokio::test]
async fn tidying_removes_only_what_is_long_over() {
    let Some(app) = App::start().await else { return };
    let (old, open) = (app.guest().await, app.guest().await);
    sqlx::query("UPDATE sessions SET ended_at = now() - interval '8 days' WHERE user_id = $1")
        .bind(old.user.parse::<uuid::Uuid>().unwrap())
        .execute(&app.database)
        .await
        .unwrap();
    app.log_in("nobody@example.com", "not the password").await;
    tradewind_user::sessions::tidy::tidy(&app.state.database, &app.state.limits).await.unwrap();
    let counts: (i64, i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM sessions), (SELECT count(*) FROM refresh_tokens), (SELECT count(*) FROM login_failures)",
    )
    .fetch_one(&app.database)
    .await
    .unwrap();
    assert_eq!(counts, (1, 1, 2));
    app.refresh(&open.cookie).await.held();
}
