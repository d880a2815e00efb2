use std::time::{Duration, Instant};

use http::Method;
use serde_json::json;
use tradewind_user::config::{Limits, Throttle};

use crate::harness::{Answer, App, NOBODY, PASSWORD, unthrottled};

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
    let Some(app) = App::start_with(unthrottled()).await else { return };
    app.shopper("ada@example.com").await;
    let wrong = app.log_in("ada@example.com", "not the password").await;
    let unknown = app.log_in("nobody@example.com", "not the password").await;
    wrong.assert_refused(401, "credentials_invalid");
    assert_eq!((wrong.status, anonymous(&wrong)), (unknown.status, anonymous(&unknown)));
    assert_eq!(wrong.headers.keys().collect::<Vec<_>>(), unknown.headers.keys().collect::<Vec<_>>());
}

/// How long a log-in takes, and how much longer with a wrong password than for an unknown user: medians, the second one over
/// pairs of neighbours, because whatever else the machine does slows both.
async fn measure_ms(app: &App) -> (f64, f64) {
    const EMAILS: [&str; 2] = ["ada@example.com", "nobody@example.com"];
    let (mut all, mut apart) = (Vec::new(), Vec::new());
    for index in 0..16 {
        let mut took = [0.0; 2];
        // Each is the first of a pair in turn.
        for which in [index % 2, 1 - index % 2] {
            let started = Instant::now();
            app.log_in(EMAILS[which], "not the password").await.assert_refused(401, "credentials_invalid");
            took[which] = started.elapsed().as_secs_f64() * 1_000.0;
        }
        all.extend(took);
        apart.push(took[0] - took[1]);
    }
    all.sort_by(f64::total_cmp);
    apart.sort_by(f64::total_cmp);
    (all[all.len() / 2], f64::midpoint(apart[7], apart[8]))
}

#[tokio::test]
async fn wrong_password_and_unknown_user_take_equally_long() {
    let Some(app) = App::start_with(unthrottled()).await else { return };
    app.shopper("ada@example.com").await;
    // A difference in the code is there every time; one of the machine's is not. 5 ms is an eighth of what a log-in takes on a
    // quiet machine; on one that is many times slower so is every difference. Without the dummy hash it is nearly all of it.
    let mut tries = Vec::new();
    for _ in 0..4 {
        let (took, apart) = measure_ms(&app).await;
        if apart.abs() < (took / 8.0).max(5.0) {
            return;
        }
        tries.push((took, apart));
    }
    panic!("took and apart, in ms: {tries:?}");
}

#[tokio::test]
async fn a_hundred_wrong_log_ins_are_429_and_leave_the_victim_alone() {
    let Some(app) = App::start().await else { return };
    let mut victim = app.shopper("ada@example.com").await;
    let mut statuses = Vec::new();
    let mut blocked = None;
    for index in 0..100 {
        let answer = app.log_in("ada@example.com", "not the password").await;
        statuses.push(answer.status.as_u16());
        if answer.status == 429 {
            answer.assert_refused(429, "rate_limited");
            assert_eq!(quota(&answer), ("\"wrong-log-ins-to-account\";q=5;w=900", "\"wrong-log-ins-to-account\";r=0;t="));
            let wait: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
            assert!((1..=62).contains(&wait), "{wait}");
            blocked = Some(wait);
        } else {
            answer.assert_refused(401, "credentials_invalid");
        }
        if index % 10 == 0 {
            assert_eq!(app.get("/users/me", &victim.token).await.status, 200, "after {index}");
            victim = app.refresh(&victim.cookie).await.held();
            assert_eq!(app.get("/users/me", &victim.token).await.status, 200, "after {index}");
        }
    }
    assert_eq!(statuses.iter().take_while(|status| **status == 401).count(), 6, "five are free, the sixth blocks: {statuses:?}");
    assert!(statuses.iter().filter(|status| **status == 429).count() > 50, "{statuses:?}");
    // Another device is let in after the wait that was asked for, and no later.
    tokio::time::sleep(Duration::from_secs(blocked.unwrap())).await;
    app.log_in("ada@example.com", PASSWORD).await.held();
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
async fn five_hundred_log_ins_at_once_are_503_for_some_and_the_rest_goes_on() {
    let Some(app) = App::start_with(Limits { hash_slots: 1, hash_queue: 8, ..unthrottled() }).await else { return };
    let ada = app.shopper("ada@example.com").await;
    // Connections to the database are there already, as they are in a service that runs.
    let warm = || app.get("/users/me", &ada.token);
    tokio::join!(warm(), warm(), warm(), warm());
    let mut logging_in = tokio::task::JoinSet::new();
    for index in 0..500 {
        let credentials = json!({"email": format!("nobody{index}@example.com"), "password": "not the password"});
        let request = app.request(Method::POST, "/api/v1/sessions").json(&credentials);
        logging_in.spawn(async move { request.send().await.unwrap() });
    }
    // In the midst of it: reading, writing, and somebody who has no session yet.
    let mut times = Vec::new();
    for _ in 0..10 {
        let started = Instant::now();
        assert_eq!(app.get("/users/me", &ada.token).await.status, 200);
        let renamed = app.call(Method::PATCH, "/users/me", Some(&ada.token), Some(json!({"display_name": "Ada"}))).await;
        assert_eq!(renamed.status, 200, "{}", renamed.body);
        app.call(Method::POST, "/sessions/guest", NOBODY, None).await.held();
        times.push(started.elapsed());
    }
    let ada = app.refresh(&ada.cookie).await.held();
    let answers = logging_in.join_all().await;
    let count = |status: u16| answers.iter().filter(|answer| answer.status() == status).count();
    assert_eq!(count(401) + count(503), 500, "{:?}", answers.iter().map(reqwest::Response::status).collect::<Vec<_>>());
    assert!(count(401) > 0 && count(503) > 0, "{} are let through", count(401));
    for answer in answers.into_iter().filter(|answer| answer.status() == 503) {
        assert!(answer.headers().contains_key("retry-after"));
        let problem: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(problem["code"], "log_in_busy", "the passwords are what is too many, not the connections");
    }
    times.sort();
    assert!(times[5] < Duration::from_secs(1), "{times:?}");
    assert_eq!(app.get("/users/me", &ada.token).await.status, 200);
}
