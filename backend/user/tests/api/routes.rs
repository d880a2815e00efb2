use http::Method;
use tradewind_user::routes::TABLE;
use uuid::Uuid;

use crate::harness::{App, NOBODY};

/// Every route of the table with who may call it without a token; a route that is not here fails the test.
fn refused_without_a_token(method: &str, path: &str) -> u16 {
    match (method, path) {
        ("POST", "/sessions/guest") => 201,
        ("POST", "/users" | "/sessions") => 415,
        ("POST", "/sessions/refresh") | ("PUT", "/users/me/password") => 401,
        ("GET" | "PATCH", "/users/me") | ("GET", "/sessions") | ("DELETE", "/sessions/current" | "/sessions/{id}") => 401,
        _ => panic!("{method} {path} is not covered"),
    }
}

#[tokio::test]
async fn every_route_answers_a_stranger_as_it_should() {
    let Some(app) = App::start().await else { return };
    for (method, path) in TABLE {
        let concrete = path.replace("{id}", &Uuid::now_v7().to_string());
        let answer = app.call(Method::from_bytes(method.as_bytes()).unwrap(), &concrete, NOBODY, None).await;
        assert_eq!(answer.status, refused_without_a_token(method, path), "{method} {path}: {}", answer.body);
    }
}

#[tokio::test]
async fn other_paths_and_methods_are_problems() {
    let Some(app) = App::start().await else { return };
    app.call(Method::GET, "/nothing", NOBODY, None).await.assert_refused(404, "not_found");
    let answer = app.call(Method::PUT, "/users/me", NOBODY, None).await;
    answer.assert_refused(405, "method_not_allowed");
    assert!(answer.headers.contains_key("allow"));
    let cross_site = app.request(Method::POST, "/api/v1/sessions/guest").header("sec-fetch-site", "cross-site");
    app.send(cross_site).await.assert_refused(403, "cross_site");
}

#[tokio::test]
async fn the_description_is_served_for_merging() {
    let Some(app) = App::start().await else { return };
    let answer = app.send(app.request(Method::GET, "/internal/openapi.json")).await;
    assert_eq!(answer.status, 200);
    assert!(answer.body["paths"]["/users/me"]["patch"].is_object());
    assert!(answer.body["paths"]["/.well-known/jwks.json"]["get"].is_object());
}
