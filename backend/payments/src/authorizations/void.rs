//! `POST /authorizations/{id}/void`

use axum::{Json, extract::State};
use tradewind_contract::payments::{Authorization, AuthorizationStatus};
use tradewind_kit::{
    Refusal, Result,
    extract::{NoQuery, Path},
};
use uuid::Uuid;

use crate::state::AppState;

/// Lets the amount go. Repeating it changes nothing.
///
/// # Errors
/// 404; 409 `authorization_status` when it is declined, captured or refunded.
pub async fn void(State(state): State<AppState>, Path(id): Path<Uuid>, _: NoQuery) -> Result<Json<Authorization>> {
    let voided = state.store.decide(|ledger| {
        let (authorization, record) = ledger.move_to(id, AuthorizationStatus::Voided).map_err(Refusal::from)?;
        Ok((authorization, record.into_iter().collect()))
    })?;
    Ok(Json(voided))
}
