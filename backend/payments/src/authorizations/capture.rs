//! `POST /authorizations/{id}/capture`

use axum::{Json, extract::State};
use tradewind_contract::payments::{Authorization, AuthorizationStatus};
use tradewind_kit::{
    Refusal, Result,
    extract::{NoQuery, Path},
};
use uuid::Uuid;

use crate::state::AppState;

/// Takes the money. Repeating it changes nothing.
///
/// # Errors
/// 404; 402 `capture_refused` for `tok_capture_fails`; 409 `authorization_status` when it is declined, voided or refunded.
pub async fn capture(State(state): State<AppState>, Path(id): Path<Uuid>, _: NoQuery) -> Result<Json<Authorization>> {
    let captured = state.store.decide(|ledger| {
        let (authorization, record) = ledger.move_to(id, AuthorizationStatus::Captured).map_err(Refusal::from)?;
        Ok((authorization, record.into_iter().collect()))
    })?;
    Ok(Json(captured))
}
