//! `GET /authorizations?reference=`

use axum::{Json, extract::State};
use tradewind_contract::payments::Authorizations;
use tradewind_kit::extract::Query;

use super::model::ByReference;
use crate::state::AppState;

/// None or one, as it is now: how a caller learns what became of a request whose answer never came.
pub async fn list_authorizations(State(state): State<AppState>, Query(ByReference(reference)): Query<ByReference>) -> Json<Authorizations> {
    Json(Authorizations { items: state.store.look(|ledger| ledger.by_reference(&reference).cloned().into_iter().collect()) })
}
