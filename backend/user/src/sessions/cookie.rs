//! The cookie that carries the refresh token, out of the reach of scripts and of other sites.

use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{CACHE_CONTROL, SET_COOKIE},
};
use tradewind_kit::Refusal;

use super::model::{NewSession, RefreshToken};

/// The cookie, and that nobody may store the answer: it carries tokens (RFC 6749, 5.1).
pub type CookieHeaders = [(HeaderName, HeaderValue); 2];

/// Name and attributes. The path is `/` in both shapes, because `__Host-` demands it.
#[derive(Debug, Clone, Copy)]
pub struct RefreshCookie {
    secure: bool,
}

impl RefreshCookie {
    /// `secure` is for origins with TLS; a loopback development origin has none.
    pub const fn new(secure: bool) -> Self {
        Self { secure }
    }

    const fn name(self) -> &'static str {
        if self.secure { "__Host-refresh" } else { "refresh" }
    }

    /// The token that the caller sent, if it can be one of ours.
    pub fn read(self, headers: &HeaderMap) -> Option<RefreshToken> {
        CookieJar::from_headers(headers).get(self.name()).and_then(|cookie| RefreshToken::parse(cookie.value()))
    }

    pub fn set(self, session: &NewSession) -> CookieHeaders {
        self.set_token(&session.refresh_token, i64::try_from(session.life.as_secs()).unwrap_or(i64::MAX))
    }

    pub fn set_token(self, token: &RefreshToken, life_s: i64) -> CookieHeaders {
        self.header(token.reveal(), life_s)
    }

    /// Makes the browser forget it.
    pub fn clear(self) -> CookieHeaders {
        self.header(String::new(), 0)
    }

    /// `refusal`, and the browser forgets the cookie.
    pub fn clear_with(self, refusal: Refusal) -> Refusal {
        let [(name, value), _] = self.clear();
        refusal.with_header(name, value)
    }

    fn header(self, value: String, life_s: i64) -> CookieHeaders {
        let cookie = Cookie::build((self.name(), value))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Strict)
            .secure(self.secure)
            .max_age(time::Duration::seconds(life_s))
            .build();
        // The alphabet of base64url and of the attributes fits into a header.
        let value = HeaderValue::from_str(&cookie.to_string()).unwrap_or_else(|_| HeaderValue::from_static(""));
        [(SET_COOKIE, value), (CACHE_CONTROL, HeaderValue::from_static("no-store"))]
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "in a test an unwrap is an assertion")]
mod tests {
    use super::*;

    #[test]
    fn behind_tls_the_cookie_belongs_to_the_host_alone() {
        let [(_, value), _] = RefreshCookie::new(true).set_token(&RefreshToken::random(), 60);
        let text = value.to_str().unwrap();
        assert!(text.starts_with("__Host-refresh="), "{text}");
        for attribute in ["; HttpOnly", "; SameSite=Strict", "; Secure", "; Path=/", "; Max-Age=60"] {
            assert!(text.contains(attribute), "{attribute} is missing in {text}");
        }
        assert!(!text.contains("Domain"));
    }

    #[test]
    fn clearing_ends_it_at_once() {
        let [(_, value), _] = RefreshCookie::new(false).clear();
        let text = value.to_str().unwrap();
        assert!(text.starts_with("refresh=;") && text.contains("Max-Age=0"), "{text}");
    }
}
