use axum::{Json, extract::State};
use tradewind_contract::{orders::ShippingMethods, validation};
use tradewind_kit::{
    Refusal, Result,
    auth::Caller,
    consistency::ReadAfter,
    extract::{Query, QueryParameters},
};

use super::queries;
use crate::state::AppState;

/// Where to.
#[derive(Debug)]
pub struct Destination(String);

impl TryFrom<QueryParameters> for Destination {
    type Error = Refusal;

    fn try_from(mut parameters: QueryParameters) -> Result<Self, Refusal> {
        let country = parameters.take("country").unwrap_or_default();
        parameters.finish()?;
        validation::country(&country, &()).map_err(|error| Refusal::invalid_field("country", "invalid", error.message()))?;
        Ok(Self(country))
    }
}

/// Ways to ship to a country.
#[utoipa::path(
    get, path = "/shipping-methods", tag = "orders", params(("country" = String, Query, description = "ISO 3166-1 alpha-2")),
    responses((status = 200, body = ShippingMethods), (status = 422, body = tradewind_contract::Problem)),
)]
pub async fn shipping_methods(
    State(state): State<AppState>,
    _: Caller,
    Query(Destination(country)): Query<Destination>,
    ReadAfter(after): ReadAfter,
) -> Result<Json<ShippingMethods>> {
    let mut db = state.database.reader(after.as_ref()).await?;
    Ok(Json(ShippingMethods { items: queries::select_shipping_methods(&mut db, &country).await? }))
}
