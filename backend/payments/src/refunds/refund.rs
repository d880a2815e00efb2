//! `POST /refunds`

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use garde::{Path, Report, Validate, error::Error};
use http::{HeaderName, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use tradewind_contract::{
    Timestamp,
    headers::IDEMPOTENT_REPLAYED,
    payments::{Refund, RefundRequest},
};
use tradewind_kit::{
    Refusal, Result,
    extract::{self, NoQuery},
    idempotency::IdempotencyKey,
};
use uuid::Uuid;

use crate::state::AppState;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NewRefund(pub RefundRequest);

impl Validate for NewRefund {
    type Context = ();

    fn validate_into(&self, (): &(), parent: &mut dyn FnMut() -> Path, report: &mut Report) {
        if self.0.amount.amount <= 0 {
            report.append(parent().join("amount").join("amount"), Error::new("An amount is at least one minor unit."));
        }
    }
}

/// 201 with the refund; what is captured in full and refunded in full is `refunded`.
///
/// # Errors
/// 404 for an unknown authorization; 409 `authorization_status` when nothing is captured, `refund_too_large`
/// when it would be more than that; 422 for a reused key.
pub async fn refund(
    State(state): State<AppState>,
    key: IdempotencyKey,
    _: NoQuery,
    extract::Json(NewRefund(request)): extract::Json<NewRefund>,
) -> Result<Response> {
    let fresh = Refund {
        id: Uuid::now_v7(),
        authorization_id: request.authorization_id,
        amount: request.amount,
        created_at: Timestamp(OffsetDateTime::now_utc()),
    };
    let answer = state.store.decide(|ledger| Ok(ledger.refund(key.as_str(), &request, fresh).map_err(Refusal::from)?))?;
    let mut response = (StatusCode::CREATED, Json(answer.value)).into_response();
    if answer.replayed {
        response.headers_mut().insert(HeaderName::from_static(IDEMPOTENT_REPLAYED), HeaderValue::from_static("true"));
    }
    Ok(response)
}
