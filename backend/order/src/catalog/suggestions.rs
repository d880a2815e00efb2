use axum::extract::State;
use tradewind_contract::{catalog::Suggestions, limits::SUGGESTED_FOR_MAX};
use tradewind_kit::{
    Refusal, Result,
    consistency::ReadAfter,
    extract::{Query, QueryParameters},
};

use super::queries;
use crate::{app::CachedJson, state::AppState};

/// What has been typed so far, 1 to 60 characters.
#[derive(Debug)]
pub struct Typed(String);

impl TryFrom<QueryParameters> for Typed {
    type Error = Refusal;

    fn try_from(mut parameters: QueryParameters) -> Result<Self, Refusal> {
        let text = parameters.take("q").unwrap_or_default().trim().to_lowercase();
        parameters.finish()?;
        if (1..=SUGGESTED_FOR_MAX).contains(&text.chars().count()) {
            Ok(Self(text))
        } else {
            Err(Refusal::invalid_field("q", "invalid", "1 to 60 characters."))
        }
    }
}

/// Products to jump to while typing.
#[utoipa::path(
    get, path = "/search/suggestions", tag = "catalogue", params(("q" = String, Query)),
    responses((status = 200, body = Suggestions), (status = 422, body = tradewind_contract::Problem)),
)]
pub async fn suggestions(State(state): State<AppState>, Query(Typed(text)): Query<Typed>, after: ReadAfter) -> Result<CachedJson> {
    let body = state
        .catalog
        .json(&format!("suggestions:{text}"), after.lsn(), async |db| {
            Ok(Suggestions { items: queries::select_suggestions(db, &text).await? })
        })
        .await?;
    Ok(CachedJson(body))
}
