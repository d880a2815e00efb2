//! This service's half of the API's description.

use tradewind_contract::{problem::Problem, routes::user::JWKS};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        Server,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};

use crate::{accounts, sessions};

#[derive(OpenApi)]
#[openapi(
    info(title = "Tradewind user service"),
    servers((url = "/api/v1")),
    paths(
        sessions::open_guest_session::open_guest_session,
        accounts::register::register,
        accounts::get_me::get_me,
        accounts::update_me::update_me,
        accounts::change_password::change_password,
        sessions::log_in::log_in,
        sessions::list_sessions::list_sessions,
        sessions::refresh_session::refresh_session,
        sessions::end_current_session::end_current_session,
        sessions::end_session::end_session,
        sessions::get_jwks::get_jwks,
    ),
    components(schemas(Problem)),
    modifiers(&Bearer),
    tags((name = "sessions", description = "Guests, log-in, refresh, devices"), (name = "users", description = "Accounts"))
)]
struct UserApi;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.bearer_format = Some("JWT".to_owned());
        openapi.components.get_or_insert_default().add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// Every route of [`crate::routes::TABLE`], and the published keys, which stand at the root of the origin.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut document = UserApi::openapi();
    if let Some(keys) = document.paths.paths.get_mut(JWKS).and_then(|path| path.get.as_mut()) {
        keys.servers = Some(vec![Server::new("/")]);
    }
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_described() {
        let document = serde_json::to_value(openapi()).unwrap_or_default();
        for (method, path) in crate::routes::TABLE {
            let operation = &document["paths"][path][method.to_lowercase()];
            assert!(operation.is_object(), "{method} {path} is not described");
        }
        assert_eq!(document["paths"][JWKS]["get"]["servers"][0]["url"], "/");
    }
}
