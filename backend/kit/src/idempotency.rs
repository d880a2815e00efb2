//! One key, one effect: the stored answer, the lock and the work share one transaction.

use axum::extract::FromRequestParts;
use http::{HeaderName, HeaderValue, StatusCode, header, request::Parts};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use tradewind_contract::{
    UserId,
    headers::{IDEMPOTENCY_KEY, IDEMPOTENT_REPLAYED},
    limits::IDEMPOTENCY_KEY_MAX,
};

use crate::{Error, Refusal, Result};

/// 1 to 255 visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// # Errors
    /// 400 `idempotency_key_invalid`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        if (1..=IDEMPOTENCY_KEY_MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic()) {
            return Ok(Self(text.to_owned()));
        }
        Err(invalid())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn invalid() -> Refusal {
    Refusal::bad_request("idempotency_key_invalid", "The idempotency key cannot be used", "A key has 1 to 255 visible ASCII characters.")
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let mut values = parts.headers.get_all(IDEMPOTENCY_KEY).iter();
        let value = values.next().ok_or_else(|| {
            Refusal::bad_request(
                "idempotency_key_missing",
                "An idempotency key is needed",
                "Send Idempotency-Key with a value that is new for each order and the same for each retry.",
            )
        })?;
        if values.next().is_some() {
            return Err(invalid().into());
        }
        Ok(Self::parse(value.to_str().map_err(|_| invalid())?)?)
    }
}

/// Whose key, for which route, and what was asked for.
#[derive(Debug)]
pub struct Request<'a> {
    pub identity: UserId,
    /// Method and path.
    pub route: &'a str,
    pub key: &'a IdempotencyKey,
    pub fingerprint: [u8; 32],
}

impl<'a> Request<'a> {
    /// # Errors
    /// When the body cannot be serialised.
    pub fn new(identity: UserId, route: &'a str, key: &'a IdempotencyKey, body: &impl serde::Serialize) -> Result<Self> {
        let mut hash = Sha256::new();
        hash.update(route.as_bytes());
        hash.update([0]);
        // The typed value, so that neither white space nor the order of keys matters.
        hash.update(serde_json::to_vec(body)?);
        Ok(Self { identity, route, key, fingerprint: hash.finalize().into() })
    }
}

/// An answer that was given before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub status: StatusCode,
    pub body: Vec<u8>,
}

impl Stored {
    /// The first answer again, marked as a replay.
    pub fn into_parts(self) -> (StatusCode, [(HeaderName, HeaderValue); 2], Vec<u8>) {
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (HeaderName::from_static(IDEMPOTENT_REPLAYED), HeaderValue::from_static("true")),
        ];
        (self.status, headers, self.body)
    }
}

/// Locks the key for this transaction and looks for an earlier answer.
///
/// # Errors
/// 409 `idempotency_key_in_use` while another request has the key; 422 `idempotency_key_reused` when it
/// was used for something else.
#[tracing::instrument(skip_all, name = "sql begin_idempotent", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn begin(db: &mut PgConnection, request: &Request<'_>) -> Result<Option<Stored>> {
    let scope = format!("{}\n{}\n{}", request.identity, request.route, request.key.as_str());
    let locked =
        sqlx::query_scalar!(r#"SELECT pg_try_advisory_xact_lock(hashtextextended($1, 7)) AS "locked!""#, scope).fetch_one(&mut *db).await?;
    if !locked {
        return Err(Refusal::conflict(
            "idempotency_key_in_use",
            "This key is being worked on",
            "Another request with the same key has not finished yet. Ask again in a moment.",
        )
        .with_retry_after(1)
        .into());
    }
    let stored = sqlx::query!(
        "SELECT fingerprint, status, body FROM idempotency_keys WHERE identity = $1 AND route = $2 AND key = $3",
        request.identity.as_uuid(),
        request.route,
        request.key.as_str(),
    )
    .fetch_optional(db)
    .await?;
    let Some(stored) = stored else { return Ok(None) };
    if stored.fingerprint != request.fingerprint {
        return Err(Refusal::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "idempotency_key_reused",
            "This key was used for another request",
            "A key belongs to one request for ever. Use a new one.",
        )
        .into());
    }
    let status = u16::try_from(stored.status).ok().and_then(|code| StatusCode::from_u16(code).ok()).unwrap_or(StatusCode::OK);
    Ok(Some(Stored { status, body: stored.body }))
}

/// Stores a 2xx with the work that it tells of.
///
/// # Errors
/// When the database does not take it.
#[tracing::instrument(skip_all, name = "sql store_idempotent", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn store(db: &mut PgConnection, request: &Request<'_>, status: StatusCode, body: &[u8]) -> Result<()> {
    sqlx::query!(
        "INSERT INTO idempotency_keys (identity, route, key, fingerprint, status, body) VALUES ($1, $2, $3, $4, $5, $6)",
        request.identity.as_uuid(),
        request.route,
        request.key.as_str(),
        request.fingerprint.as_slice(),
        i16::try_from(status.as_u16()).unwrap_or(200),
        body,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Deletes up to `limit` answers that were stored more than 24 hours ago and answers how many. A retry that comes
/// later still makes no second order: orders are unique by identity and key, for ever.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql prune_idempotent", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn prune(db: &mut PgConnection, limit: i64) -> Result<u64> {
    let deleted = sqlx::query!(
        "DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
             SELECT ctid FROM idempotency_keys WHERE created_at < now() - interval '24 hours' ORDER BY created_at LIMIT $1))",
        limit,
    )
    .execute(db)
    .await?;
    Ok(deleted.rows_affected())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_visible_ascii() {
        for good in ["a", "550e8400-e29b-41d4-a716-446655440000", &"k".repeat(255)] {
            assert!(IdempotencyKey::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "a b", "ä", "a\n", &"k".repeat(256)] {
            assert!(IdempotencyKey::parse(bad).is_err(), "{bad}");
        }
    }
}
