//! What every handler may use. Nothing here changes between requests.

use axum::extract::FromRef;
use tradewind_kit::{
    Refusal,
    auth::{Caller, Verifier},
    cache::{Cached, Redis},
    database::Database,
    limit::{self, Quota},
};

use crate::{catalog::views::Views, orders::watch::Watch};

#[derive(Clone)]
pub struct AppState {
    pub database: Database,
    pub redis: Redis,
    pub catalog: Cached,
    pub verifier: Verifier,
    pub watch: Watch,
    pub views: Views,
    pub writes: Quota,
}

impl AppState {
    /// Counts one write of the caller.
    ///
    /// # Errors
    /// 429 above the quota.
    pub async fn count_write(&self, caller: &Caller) -> Result<(), Refusal> {
        limit::take(&self.redis, self.writes, &caller.user.to_string()).await
    }
}

impl FromRef<AppState> for Database {
    fn from_ref(state: &AppState) -> Self {
        state.database.clone()
    }
}

impl FromRef<AppState> for Verifier {
    fn from_ref(state: &AppState) -> Self {
        state.verifier.clone()
    }
}
