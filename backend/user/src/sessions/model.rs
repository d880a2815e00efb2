//! Sessions and refresh tokens as the database keeps them.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use tradewind_contract::{SessionId, users::Device};
use tradewind_kit::Refusal;
use uuid::Uuid;

use crate::{accounts::model::UserRow, config::Limits};

/// 256 random bits; only its holder and, hashed, the database know it.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken([u8; 32]);

impl RefreshToken {
    pub fn random() -> Self {
        Self(rand::random())
    }

    /// `None` for anything that this service never gave out.
    pub fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok()).map(Self)
    }

    /// As it travels in the cookie.
    pub fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// A fast hash is enough: nobody guesses 256 bits.
    pub fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0).to_vec()
    }
}

/// A session to be, with its first refresh token.
#[derive(Clone)]
pub struct NewSession {
    pub id: SessionId,
    pub user_agent: String,
    pub refresh_token: RefreshToken,
    pub life: Duration,
}

impl NewSession {
    pub fn new(user_agent: String, limits: &Limits) -> Self {
        Self { id: Uuid::now_v7().into(), user_agent, refresh_token: RefreshToken::random(), life: limits.session_life }
    }
}

/// What a refresh token is worth at this moment.
#[derive(Debug, Clone)]
pub struct Presented {
    pub session_id: Uuid,
    pub used: bool,
    /// It was used so recently that the reply may have been lost.
    pub in_grace: bool,
    /// Its session was ended, has expired, or its user was erased.
    pub over: bool,
    /// Seconds until the session expires.
    pub left_s: i64,
    pub user: UserRow,
}

/// Why the holder of this token must log in again. The same for every reason: it says nothing to a thief.
pub fn session_ended() -> Refusal {
    Refusal::new(http::StatusCode::UNAUTHORIZED, "session_ended", "Your session has ended", "Please log in again.")
        .with_header(http::header::WWW_AUTHENTICATE, http::HeaderValue::from_static("Bearer realm=\"tradewind\""))
}

/// What a log-in is checked against.
#[derive(Clone)]
pub struct Credentials {
    pub id: Uuid,
    pub password_hash: String,
}

#[derive(Debug, Clone)]
pub struct DeviceRow {
    pub id: Uuid,
    pub created_at: OffsetDateTime,
    pub last_seen_at: OffsetDateTime,
    pub user_agent: String,
}

impl DeviceRow {
    pub fn into_device(self, current: SessionId) -> Device {
        Device {
            id: self.id.into(),
            created_at: self.created_at.into(),
            last_seen_at: self.last_seen_at.into(),
            user_agent: self.user_agent,
            current: current.as_uuid() == self.id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refresh_token_survives_its_cookie() {
        let token = RefreshToken::random();
        assert!(RefreshToken::parse(&token.reveal()) == Some(token.clone()));
        assert_eq!(token.reveal().len(), 43);
        for foreign in ["", "x", &format!("{}=", token.reveal()), &"A".repeat(44), "!".repeat(43).as_str()] {
            assert!(RefreshToken::parse(foreign).is_none(), "{foreign}");
        }
    }
}
