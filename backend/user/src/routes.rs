//! Every method and path of the user service, below `/api/v1`.

use tradewind_contract::routes::user as path;

use crate::{accounts, sessions, state::AppState};

tradewind_kit::route_table! { AppState;
    POST path::GUEST_SESSIONS => sessions::open_guest_session::open_guest_session,
    POST path::USERS => accounts::register::register,
    GET path::ME => accounts::get_me::get_me,
    PATCH path::ME => accounts::update_me::update_me,
    PUT path::PASSWORD => accounts::change_password::change_password,
    POST path::SESSIONS => sessions::log_in::log_in,
    GET path::SESSIONS => sessions::list_sessions::list_sessions,
    POST path::SESSIONS_REFRESH => sessions::refresh_session::refresh_session,
    DELETE path::SESSION_CURRENT => sessions::end_current_session::end_current_session,
    DELETE path::SESSION => sessions::end_session::end_session,
}
