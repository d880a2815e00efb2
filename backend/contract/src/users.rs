//! Sessions and users.

use garde::Validate;
use serde::{Deserialize, Serialize};

use crate::{SessionId, Timestamp, UserId, limits, validation};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Anybody who put something in a cart.
    Guest,
    Shopper,
    Operator,
}

impl Role {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Guest => "guest",
            Self::Shopper => "shopper",
            Self::Operator => "operator",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Guest, Self::Shopper, Self::Operator].into_iter().find(|role| role.as_str() == text)
    }

    /// "user" in the API's tables: a shopper or an operator, not a guest.
    pub const fn is_user(self) -> bool {
        !matches!(self, Self::Guest)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    pub id: UserId,
    pub role: Role,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    pub created_at: Timestamp,
}

/// The only token type there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TokenType {
    #[default]
    Bearer,
}

/// A session as its owner sees it; the refresh token travels in a cookie that scripts cannot read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    pub access_token: String,
    pub token_type: TokenType,
    /// Seconds until the access token ends.
    pub expires_in_s: u32,
    pub user: User,
}

/// `POST /users`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Register {
    #[garde(custom(validation::email))]
    pub email: String,
    #[garde(custom(validation::new_password))]
    pub password: String,
    #[garde(length(chars, max = limits::DISPLAY_NAME_MAX), custom(validation::not_blank))]
    pub display_name: String,
}

/// `POST /sessions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LogIn {
    #[garde(custom(validation::email))]
    pub email: String,
    #[garde(custom(validation::password))]
    pub password: String,
}

/// `PATCH /users/me`; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateMe {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(inner(length(chars, max = limits::DISPLAY_NAME_MAX), custom(validation::not_blank)))]
    pub display_name: Option<String>,
    /// BCP 47, one of `en`, `de`, `ar`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(custom(validation::locale))]
    pub locale: Option<String>,
}

/// `PUT /users/me/password`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    #[garde(custom(validation::password))]
    pub current: String,
    #[garde(custom(validation::new_password), custom(validation::other_than(&self.current)))]
    pub new: String,
}

/// A session in the list of one's devices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Device {
    pub id: SessionId,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    pub user_agent: String,
    pub current: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Devices {
    pub items: Vec<Device>,
}

/// One public signing key (RFC 8037).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Jwk {
    /// `OKP`.
    pub kty: String,
    /// `Ed25519`.
    pub crv: String,
    /// `EdDSA`.
    pub alg: String,
    /// `sig`.
    #[serde(rename = "use")]
    pub usage: String,
    pub kid: String,
    /// The public key, base64url without padding.
    pub x: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Jwks {
    pub keys: Vec<Jwk>,
}
