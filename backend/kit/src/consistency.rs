//! The consistency token: up to which point of which database a caller must be able to read.

use std::{fmt, str::FromStr};

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::{HeaderMap, request::Parts};
use tradewind_contract::headers::CONSISTENCY_TOKEN;

use crate::{Error, Refusal, database::Database};

/// `orders-1.00000000016B3748`: database, timeline, and WAL position (both hexadecimal).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsistencyToken {
    pub database: String,
    pub timeline: u32,
    /// Bytes of WAL since the beginning, Postgres' `pg_lsn`.
    pub lsn: u64,
}

impl fmt::Display for ConsistencyToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:x}.{:016X}", self.database, self.timeline, self.lsn)
    }
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a consistency token")]
pub struct TokenDamaged;

impl FromStr for ConsistencyToken {
    type Err = TokenDamaged;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (database, position) = text.split_once('-').ok_or(TokenDamaged)?;
        let (timeline, lsn) = position.split_once('.').ok_or(TokenDamaged)?;
        let hex = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit());
        if lsn.len() != 16 || !hex(lsn) || !hex(timeline) {
            return Err(TokenDamaged);
        }
        Ok(Self {
            database: database.to_owned(),
            timeline: u32::from_str_radix(timeline, 16).map_err(|_| TokenDamaged)?,
            lsn: u64::from_str_radix(lsn, 16).map_err(|_| TokenDamaged)?,
        })
    }
}

/// The newest token for `database` among those that the caller sent; others' are ignored.
///
/// # Errors
/// 400 `consistency_token_invalid` for a damaged one of this database.
pub fn from_headers(headers: &HeaderMap, database: &str) -> Result<Option<ConsistencyToken>, Refusal> {
    let damaged = || {
        Refusal::bad_request(
            "consistency_token_invalid",
            "The consistency token is damaged",
            "Send Consistency-Token exactly as it was received, or leave it out.",
        )
    };
    let mut newest: Option<ConsistencyToken> = None;
    for header in headers.get_all(CONSISTENCY_TOKEN) {
        let text = header.to_str().map_err(|_| damaged())?;
        for item in text.split(',').map(str::trim) {
            if item.split_once('-').map_or(item, |(name, _)| name) != database {
                continue;
            }
            let token: ConsistencyToken = item.parse().map_err(|_| damaged())?;
            if newest.as_ref().is_none_or(|old| (old.timeline, old.lsn) < (token.timeline, token.lsn)) {
                newest = Some(token);
            }
        }
    }
    Ok(newest)
}

/// Extractor: what this read must have seen. Absent headers ask for nothing.
#[derive(Debug, Clone, Default)]
pub struct ReadAfter(pub Option<ConsistencyToken>);

impl ReadAfter {
    /// The WAL position that must have been seen, 0 for none.
    pub fn lsn(&self) -> u64 {
        self.0.as_ref().map_or(0, |token| token.lsn)
    }
}

impl<S> FromRequestParts<S> for ReadAfter
where
    S: Send + Sync,
    Database: axum::extract::FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let database = <Database as axum::extract::FromRef<S>>::from_ref(state);
        Ok(Self(from_headers(&parts.headers, database.name())?))
    }
}

impl<S> OptionalFromRequestParts<S> for ReadAfter
where
    S: Send + Sync,
    Database: axum::extract::FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Self::Rejection> {
        <Self as FromRequestParts<S>>::from_request_parts(parts, state).await.map(Some)
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn token(lsn: u64) -> ConsistencyToken {
        ConsistencyToken { database: "orders".into(), timeline: 1, lsn }
    }

    #[test]
    fn a_token_survives_the_header() {
        assert_eq!(token(23_803_720).to_string(), "orders-1.00000000016B3748");
        assert_eq!("orders-1.00000000016B3748".parse(), Ok(token(23_803_720)));
    }

    #[test]
    fn the_newest_of_its_own_counts_and_others_are_ignored() {
        let mut headers = HeaderMap::new();
        let list = format!("users-!!, {}, {}, nonsense", token(9), token(12));
        headers.insert(CONSISTENCY_TOKEN, HeaderValue::from_str(&list).unwrap_or_else(|e| panic!("{e}")));
        assert_eq!(from_headers(&headers, "orders").ok().flatten(), Some(token(12)));
    }

    #[test]
    fn a_damaged_one_of_its_own_is_refused() {
        for damaged in ["orders-", "orders", "orders-1.16B3748", "orders-1.00000000016B374G", "orders-+1.00000000016B3748"] {
            let mut headers = HeaderMap::new();
            headers.insert(CONSISTENCY_TOKEN, HeaderValue::from_static(damaged));
            assert!(from_headers(&headers, "orders").is_err(), "{damaged}");
        }
    }
}
