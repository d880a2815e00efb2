//! A request with an idempotency key: the first answer is stored with the work, and repeated.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use sqlx::PgConnection;
use tradewind_contract::UserId;
use tradewind_kit::{
    Result,
    consistency::ConsistencyToken,
    database::{Database, transact},
    http::Written,
    idempotency::{self, IdempotencyKey, Stored},
};

/// Does `work` in one transaction with its stored answer, or repeats the answer that there is.
///
/// # Errors
/// 409 and 422 of [`idempotency::begin`], and what `work` fails with; then nothing is stored and the key is free.
pub async fn once<T: Serialize>(
    database: &Database,
    identity: UserId,
    route: &str,
    key: &IdempotencyKey,
    body: &impl Serialize,
    status: StatusCode,
    work: impl AsyncFnOnce(&mut PgConnection) -> Result<T>,
) -> Result<Response> {
    let request = idempotency::Request::new(identity, route, key, body)?;
    let (response, token) = transact(database, async |db| {
        if let Some(stored) = idempotency::begin(db, &request).await? {
            return Ok(stored.into_parts().into_response());
        }
        let body = serde_json::to_vec(&work(db).await?)?;
        idempotency::store(db, &request, status, &body).await?;
        Ok((status, json(body)).into_response())
    })
    .await?;
    Ok(Written { status: response.status(), body: response, token }.into_response())
}

/// An earlier answer again, with today's token.
pub fn replay(stored: Stored, token: ConsistencyToken) -> Response {
    let (status, headers, body) = stored.into_parts();
    Written { status, body: (headers, body), token }.into_response()
}

fn json(body: Vec<u8>) -> ([(header::HeaderName, HeaderValue); 1], Vec<u8>) {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body)
}
