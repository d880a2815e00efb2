//! `POST /authorizations`

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, StatusCode};
use tradewind_contract::{
    headers::IDEMPOTENT_REPLAYED,
    payments::{Authorization, AuthorizationStatus, PaymentToken},
};
use tradewind_kit::{
    Refusal, Result,
    extract::{self, NoQuery},
    idempotency::IdempotencyKey,
};

use super::model::{NewAuthorization, answer};
use crate::{
    ledger::{Answer, Ledger, Record},
    lost_reply::LoseReply,
    state::AppState,
};

/// 201 for an authorised amount, 200 for a declined one: being declined is an answer, not an error.
///
/// # Errors
/// 503 `provider_unavailable` twice for `tok_unavailable`; 422 for an unknown token or a reused key;
/// 409 `reference_taken` for a second key with the same reference.
pub async fn authorize(
    State(state): State<AppState>,
    key: IdempotencyKey,
    _: NoQuery,
    extract::Json(body): extract::Json<NewAuthorization>,
) -> Result<Response> {
    let token = PaymentToken::parse(&body.0.payment_token)
        .ok_or_else(|| Refusal::invalid_field("/payment_token", "invalid", "This is not one of the test cards."))?;
    let outcome = state.store.decide(|ledger| decide(ledger, &key, &body, token))?;
    let answer = outcome.ok_or_else(|| Refusal::unavailable("provider_unavailable", "The provider is having a bad moment."))?;
    if token == PaymentToken::Slow && !answer.replayed {
        tokio::time::sleep(state.timing.slow).await;
    }
    let mut response = respond(answer);
    if token == PaymentToken::LostReply {
        // Not even when it is asked again: only a look by reference tells.
        response.extensions_mut().insert(LoseReply);
    }
    Ok(response)
}

/// `None` is an outage.
fn decide(
    ledger: &Ledger,
    key: &IdempotencyKey,
    body: &NewAuthorization,
    token: PaymentToken,
) -> Result<(Option<Answer<Authorization>>, Vec<Record>)> {
    let key = key.as_str();
    if let Some(value) = ledger.find_authorization(key, &body.0).map_err(Refusal::from)? {
        return Ok((Some(Answer { value, replayed: true }), Vec::new()));
    }
    if token == PaymentToken::Unavailable && ledger.outage_is_due(key) {
        return Ok((None, vec![Record::Outage { key: key.to_owned() }]));
    }
    let authorization = answer(&body.0, token);
    let record =
        Record::Answered { key: key.to_owned(), payment_token: body.0.payment_token.clone(), authorization: authorization.clone() };
    Ok((Some(Answer { value: authorization, replayed: false }), vec![record]))
}

fn respond(answer: Answer<Authorization>) -> Response {
    let declined = answer.value.status == AuthorizationStatus::Declined;
    let status = if declined { StatusCode::OK } else { StatusCode::CREATED };
    let mut response = (status, Json(answer.value)).into_response();
    if answer.replayed {
        response.headers_mut().insert(HeaderName::from_static(IDEMPOTENT_REPLAYED), HeaderValue::from_static("true"));
    }
    response
}
