//! What every handler may use. Nothing here changes between requests.

use std::sync::Arc;

use axum::extract::FromRef;
use tradewind_contract::{
    limits::ACCESS_TOKEN_LIFE,
    users::{Jwks, Session, TokenType, User},
};
use tradewind_kit::{
    Refusal, Result,
    auth::{Caller, Verifier},
    cache::Redis,
    database::Database,
    limit::{self, Quota},
};

use crate::{
    accounts::password::Hasher,
    config::{Config, Limits},
    sessions::{cookie::RefreshCookie, signer::Signer},
};

#[derive(Clone)]
pub struct AppState {
    pub database: Database,
    pub redis: Redis,
    pub verifier: Verifier,
    pub signer: Arc<Signer>,
    pub hasher: Hasher,
    pub cookie: RefreshCookie,
    pub limits: Limits,
    pub writes: Quota,
}

impl AppState {
    /// # Errors
    /// When a key cannot be read.
    pub fn new(config: &Config, database: Database, redis: Redis) -> anyhow::Result<Self> {
        let signer = Signer::read(&config.signing_key, &config.published_keys)?;
        Ok(Self {
            database,
            redis: redis.clone(),
            verifier: Verifier::local(signer.jwks(), redis)?,
            signer: Arc::new(signer),
            hasher: Hasher::new(config.limits.hash_slots, config.limits.hash_queue)?,
            cookie: RefreshCookie::new(config.cookie_secure),
            limits: config.limits,
            writes: Quota { name: "writes", per_second: config.writes_per_second, burst: config.writes_burst },
        })
    }

    pub fn jwks(&self) -> &Jwks {
        self.signer.jwks()
    }

    /// A session as its owner sees it, with a fresh access token.
    ///
    /// # Errors
    /// When the token cannot be signed.
    pub fn session(&self, user: User, id: tradewind_contract::SessionId) -> Result<Session> {
        Ok(Session {
            access_token: self.signer.access_token(user.id, id, user.role)?,
            token_type: TokenType::Bearer,
            expires_in_s: u32::try_from(ACCESS_TOKEN_LIFE.as_secs()).unwrap_or(u32::MAX),
            user,
        })
    }

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
