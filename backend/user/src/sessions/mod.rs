//! Being somebody for a while: guests, log-in, refresh, devices, and the keys that sign it all.

use tradewind_contract::SessionId;

use crate::state::AppState;

pub mod cookie;
pub mod end_current_session;
pub mod end_session;
pub mod get_jwks;
pub mod list_sessions;
pub mod log_in;
pub mod model;
pub mod open_guest_session;
pub mod queries;
pub mod refresh_session;
pub mod signer;
pub mod throttle;
pub mod tidy;
pub mod visitor;

/// Ends the access tokens of a session that has ended in the database. The session itself is over
/// already and cannot be refreshed, so with Redis away the rest of the token's ten minutes is accepted.
pub async fn revoke(state: &AppState, session: SessionId) {
    // Each try waits at most 50 ms.
    for _ in 0..3 {
        match state.verifier.revoke(session).await {
            Ok(()) => return,
            Err(error) => tracing::warn!(%session, error = tradewind_kit::error::chain(&error), "not revoked yet"),
        }
    }
    tracing::error!(%session, "the session ended, but its access token lives until it expires");
}
