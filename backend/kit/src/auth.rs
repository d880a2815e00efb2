//! Who is asking: access tokens, verified with the user service's published keys.

use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
    time::{Duration, Instant},
};

use axum::extract::{FromRef, FromRequestParts, OptionalFromRequestParts};
use http::{header, request::Parts};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::{Deserialize, Serialize};
use tradewind_contract::{
    SessionId, UserId,
    limits::ACCESS_TOKEN_LIFE,
    users::{Jwks, Role},
};
use uuid::Uuid;

use crate::{Error, Refusal, Result, cache::Redis, ed25519};

pub const ISSUER: &str = "tradewind-user";
pub const AUDIENCE: &str = "tradewind";
/// An unknown key id makes the keys be fetched again, but not more often than this.
const REFETCH_PAUSE: Duration = Duration::from_secs(2);

/// What an access token says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claims {
    pub iss: String,
    pub aud: String,
    pub sub: Uuid,
    pub sid: Uuid,
    pub role: Role,
    pub iat: u64,
    pub exp: u64,
}

/// The caller of a request, proven by a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    pub user: UserId,
    pub session: SessionId,
    pub role: Role,
}

/// A caller with an account: a shopper or an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account(pub Caller);

/// A caller who runs the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operator(pub Caller);

/// Verifies tokens. Cheap to clone.
#[derive(Clone)]
pub struct Verifier(Arc<Inner>);

struct Inner {
    keys: RwLock<HashMap<String, DecodingKey>>,
    jwks_url: Option<String>,
    http: reqwest::Client,
    fetched_at: tokio::sync::Mutex<Option<Instant>>,
    redis: Redis,
}

impl Verifier {
    /// With keys that are fetched from the user service.
    pub fn remote(jwks_url: String, redis: Redis) -> Self {
        Self::new(Some(jwks_url), redis)
    }

    /// With keys that this process holds itself.
    ///
    /// # Errors
    /// When a key is not an Ed25519 point.
    pub fn local(jwks: &Jwks, redis: Redis) -> Result<Self> {
        let verifier = Self::new(None, redis);
        verifier.replace_keys(jwks)?;
        Ok(verifier)
    }

    fn new(jwks_url: Option<String>, redis: Redis) -> Self {
        ed25519::install();
        let http = reqwest::Client::builder().timeout(Duration::from_secs(2)).build().unwrap_or_default();
        Self(Arc::new(Inner { keys: RwLock::default(), jwks_url, http, fetched_at: tokio::sync::Mutex::new(None), redis }))
    }

    fn replace_keys(&self, jwks: &Jwks) -> Result<()> {
        let keys = jwks
            .keys
            .iter()
            .map(|key| {
                Ok((key.kid.clone(), DecodingKey::from_ed_components(&key.x).map_err(|e| Error::Corrupt(format!("key {}: {e}", key.kid)))?))
            })
            .collect::<Result<HashMap<_, _>>>()?;
        *self.0.keys.write().unwrap_or_else(std::sync::PoisonError::into_inner) = keys;
        Ok(())
    }

    fn key(&self, kid: &str) -> Option<DecodingKey> {
        self.0.keys.read().unwrap_or_else(std::sync::PoisonError::into_inner).get(kid).cloned()
    }

    /// Whether any key is known yet; an instance without one is not ready.
    ///
    /// # Errors
    /// When the user service does not answer.
    pub async fn ready(&self) -> Result<()> {
        if self.0.keys.read().unwrap_or_else(std::sync::PoisonError::into_inner).is_empty() {
            self.fetch().await?;
        }
        Ok(())
    }

    async fn fetch(&self) -> Result<()> {
        let Some(url) = &self.0.jwks_url else { return Ok(()) };
        let mut fetched_at = self.0.fetched_at.lock().await;
        if fetched_at.is_some_and(|at| at.elapsed() < REFETCH_PAUSE) {
            return Ok(());
        }
        let answer = async { self.0.http.get(url).send().await?.error_for_status()?.json::<Jwks>().await };
        let jwks = answer.await.map_err(|error| {
            tracing::warn!(error = crate::error::chain(&error), "the user service's keys cannot be fetched");
            Refusal::unavailable("identity_unavailable", "Tokens cannot be checked right now.")
        })?;
        *fetched_at = Some(Instant::now());
        self.replace_keys(&jwks)
    }

    /// # Errors
    /// 401 for anything but a token that we signed, is in time and was not revoked.
    pub async fn verify(&self, token: &str) -> Result<Caller> {
        let caller = self.verify_signature(token).await?;
        if self.is_revoked(caller.session).await {
            return Err(Refusal::unauthorized("This session has ended.").into());
        }
        Ok(caller)
    }

    /// Verifies everything but revocation.
    ///
    /// # Errors
    /// 401 as [`Self::verify`].
    pub async fn verify_signature(&self, token: &str) -> Result<Caller> {
        let invalid = || Refusal::unauthorized("The access token is not valid (any more).");
        let header = jsonwebtoken::decode_header(token).map_err(|_| invalid())?;
        if header.alg != Algorithm::EdDSA {
            return Err(invalid().into());
        }
        let kid = header.kid.ok_or_else(invalid)?;
        if self.key(&kid).is_none() {
            self.fetch().await?;
        }
        let key = self.key(&kid).ok_or_else(invalid)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.leeway = 5;
        let claims = jsonwebtoken::decode::<Claims>(token, &key, &validation).map_err(|_| invalid())?.claims;
        Ok(Caller { user: claims.sub.into(), session: claims.sid.into(), role: claims.role })
    }

    /// With Redis gone the answer is no: a token then lives on for what is left of its ten minutes.
    async fn is_revoked(&self, session: SessionId) -> bool {
        self.0.redis.exists(&revocation_key(session)).await.unwrap_or(false)
    }

    /// Ends a session's access tokens on every instance, at once.
    ///
    /// # Errors
    /// When Redis does not take it.
    pub async fn revoke(&self, session: SessionId) -> Result<()> {
        // A minute more than the longest-lived token.
        Ok(self.0.redis.set(&revocation_key(session), b"1", ACCESS_TOKEN_LIFE + Duration::from_secs(60)).await?)
    }
}

fn revocation_key(session: SessionId) -> String {
    format!("revoked:{session}")
}

/// The token of an `Authorization: Bearer` header.
pub fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

impl<S> FromRequestParts<S> for Caller
where
    S: Send + Sync,
    Verifier: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let token = bearer(parts).ok_or_else(|| Refusal::unauthorized("This needs an access token."))?.to_owned();
        Verifier::from_ref(state).verify(&token).await
    }
}

impl<S> OptionalFromRequestParts<S> for Caller
where
    S: Send + Sync,
    Verifier: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Self::Rejection> {
        if parts.headers.contains_key(header::AUTHORIZATION) {
            return <Self as FromRequestParts<S>>::from_request_parts(parts, state).await.map(Some);
        }
        Ok(None)
    }
}

impl<S> FromRequestParts<S> for Account
where
    S: Send + Sync,
    Verifier: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let caller = <Caller as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        if caller.role.is_user() { Ok(Self(caller)) } else { Err(Refusal::account_required().into()) }
    }
}

impl<S> FromRequestParts<S> for Operator
where
    S: Send + Sync,
    Verifier: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let caller = <Caller as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        if caller.role == Role::Operator { Ok(Self(caller)) } else { Err(Refusal::operator_required().into()) }
    }
}
