use std::time::{Duration, Instant};

use http::Method;
use serde_json::json;
use tradewind_user::config::{Limits, Throttle};

use crate::harness::{Answer, App, NOBODY, PASSWORD};

/// A problem without what differs between any two requests.
fn anonymous(answer: &Answer) -> serde_json::Value {
    let mut body = answer.body.clone();
    body["trace_id"] = json!(null);
    body
}

/// What a 429 says of the quota, without the seconds that are left.
fn quota(answer: &Answer) -> (&str, &str) {
    let header = |name: &str| answer.headers[name].to_str().unwrap();
    let (state, wait_s) = header("ratelimit").split_at(header("ratelimit").find("t=").unwrap() + 2);
    assert!(wait_s.parse::<u64>().unwrap() >= 1, "{wait_s}");
    (header("ratelimit-policy"), state)
}

#[tokio::test]
async fn a_log_in_opens_a_session_of_its_own() {
    let Some(app) = App::start().await else { return };
    let first = app.shopper("ada@example.com").await;
    let second = app.log_in("ADA@example.com", PASSWORD).await.held();
    assert_eq!(first.user, second.user);
    assert_ne!(first.cookie, second.cookie);
    let events: Vec<_> = app.events(&first.user).await.into_iter().map(|(kind, sequence, _)| (kind, sequence)).collect();
    assert_eq!(events, [("user.registered".to_owned(), 1), ("user.logged_in".to_owned(), 2)]);
}

#[tokio::test]
async fn wrong_password_and_unknown_user_get_the_same_answer() {
    let throttle = Throttle { free: 1_000, ..Limits::default().account_throttle };
    let limits = Limits { account_throttle: throttle, address_throttle: throttle, ..Limits::default() };
    let Some(app) = App::start_with(limits).await else { return };
    app.shopper("ada@example.com").await;
    let (mut wrong, mut unknown) = (Vec::new(), Vec::new());
    for _ in 0..15 {
        for (email, times) in [("ada@example.com", &mut wrong), ("nobody@example.com", &mut unknown)] {
            let started = Instant::now();
            let answer = app.log_in(email, "not the password").await;
            times.push(started.elapsed());
            answer.assert_refused(401, "credentials_invalid");
        }
    }
    let a = app.log_in("ada@example.com", "not the password").await;
    let b = app.log_in("nobody@example.com", "not the password").await;
    assert_eq!(anonymous(&a), anonymous(&b));
    assert_eq!(a.headers.keys().collect::<Vec<_>>(), b.headers.keys().collect::<Vec<_>>());
    wrong.sort();
    unknown.sort();
    let apart = wrong[7].abs_diff(unknown[7]);
    // 5 ms on a quiet machine; a test shares its machine with others, and without the dummy hash it would be all of the hash.
    assert!(apart < wrong[7] / 3 + Duration::from_millis(5), "{:?} and {:?}", wrong[7], unknown[7]);
}

#[tokio::test]
async fn too_many_wrong_log_ins_are_429_and_leave_sessions_alone() {
    let Some(app) = App::start().await else { return };
    let victim = app.shopper("ada@example.com").await;
    let mut answers = Vec::new();
    for _ in 0..20 {
        answers.push(app.log_in("ada@example.com", "not the password").await);
    }
    let free = answers.iter().take_while(|answer| answer.status == 401).count();
    assert_eq!(free, 6, "five are free, the sixth blocks");
    let blocked = answers.iter().find(|answer| answer.status == 429).unwrap();
    blocked.assert_refused(429, "rate_limited");
    let wait: u64 = blocked.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=4).contains(&wait), "{wait}");
    assert_eq!(quota(blocked), ("\"wrong-log-ins-to-account\";q=5;w=900", "\"wrong-log-ins-to-account\";r=0;t="));
    assert_eq!(app.get("/users/me", &victim.token).await.status, 200);
    app.refresh(&victim.cookie).await.held();
    // Somebody unknown is blocked in the same way, so that blocking tells nothing either.
    for _ in 0..6 {
        app.log_in("nobody@example.com", "not the password").await.assert_refused(401, "credentials_invalid");
    }
    app.log_in("nobody@example.com", "not the password").await.assert_refused(429, "rate_limited");
}

#[tokio::test]
async fn the_delay_doubles_and_ends() {
    let Some(app) = App::start().await else { return };
    app.shopper("ada@example.com").await;
    let blocked_s = "SELECT round(extract(epoch FROM blocked_until - last_at))::bigint FROM login_failures WHERE subject LIKE 'account:%'";
    let mut delays = Vec::new();
    for _ in 0..13 {
        app.log_in("ada@example.com", "not the password").await.assert_refused(401, "credentials_invalid");
        delays.push(sqlx::query_scalar::<_, i64>(blocked_s).fetch_one(&app.database).await.unwrap());
        sqlx::query("UPDATE login_failures SET blocked_until = now() - interval '1 second'").execute(&app.database).await.unwrap();
    }
    assert_eq!(delays, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60]);
    app.log_in("ada@example.com", PASSWORD).await.held();
    let left: i64 =
        sqlx::query_scalar("SELECT count(*) FROM login_failures WHERE subject LIKE 'account:%'").fetch_one(&app.database).await.unwrap();
    assert_eq!(left, 0, "the right password begins the count again");
}

#[tokio::test]
async fn an_address_that_tries_many_accounts_is_blocked() {
    let throttle = Throttle { free: 3, ..Limits::default().address_throttle };
    let Some(app) = App::start_with(Limits { address_throttle: throttle, ..Limits::default() }).await else { return };
    for i in 0..4 {
        app.log_in(&format!("user{i}@example.com"), "not the password").await.assert_refused(401, "credentials_invalid");
    }
    let blocked = app.log_in("user9@example.com", "not the password").await;
    blocked.assert_refused(429, "rate_limited");
    assert_eq!(quota(&blocked), ("\"wrong-log-ins-from-address\";q=3;w=900", "\"wrong-log-ins-from-address\";r=0;t="));
    let elsewhere = app.request_from("198.51.100.7", Method::POST, "/api/v1/sessions");
    let answer = app.send(elsewhere.json(&json!({"email": "user9@example.com", "password": "not the password"}))).await;
    answer.assert_refused(401, "credentials_invalid");
}

#[tokio::test]
async fn log_ins_beyond_the_queue_are_503_and_the_rest_goes_on() {
    let Some(app) = App::start_with(Limits { hash_slots: 1, hash_queue: 2, ..Limits::default() }).await else { return };
    let (guest, credentials) = (app.guest().await, json!({"email": "nobody@example.com", "password": "not the password"}));
    let mut logging_in = tokio::task::JoinSet::new();
    for _ in 0..40 {
        let request = app.request(Method::POST, "/api/v1/sessions").json(&credentials);
        logging_in.spawn(async move { request.send().await.unwrap() });
    }
    let started = Instant::now();
    app.refresh(&guest.cookie).await.held();
    assert!(started.elapsed() < Duration::from_secs(2));
    let answers = logging_in.join_all().await;
    let busy = answers.iter().filter(|answer| answer.status() == 503).inspect(|answer| {
        assert!(answer.headers().contains_key("retry-after"));
    });
    assert!(busy.count() > 0);
    assert!(answers.iter().all(|answer| matches!(answer.status().as_u16(), 401 | 429 | 503)));
    app.call(Method::POST, "/sessions/guest", NOBODY, None).await.held();
}
