//! The provider as one router, for `main` and for the tests.

use axum::{Router, middleware};
use tradewind_kit::http::surround;

use crate::{lost_reply, routes, state::AppState};

pub fn app(state: AppState) -> Router {
    let surrounded = surround(routes::router().with_state(state.clone()));
    // Outside of everything else: the deadline would answer for the reply that never comes.
    surrounded.layer(middleware::from_fn_with_state(state, lost_reply::lose))
}
