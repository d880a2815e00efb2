//! `GET /authorizations?reference=`

use axum::{Json, extract::State};
use tradewind_contract::payments::Authorizations;
use tradewind_kit::extract::Query;

use super::model::ByReference;
use crate::state::AppState;

/// None or one of each reference, as it is now: how a caller learns what became of a request whose answer never came.
pub async fn list_authorizations(
    State(state): State<AppState>,
    Query(ByReference(references)): Query<ByReference>,
) -> Json<Authorizations> {
    let items = state.store.look(|ledger| references.iter().filter_map(|reference| ledger.by_reference(reference).cloned()).collect());
    Json(Authorizations { items })
}
