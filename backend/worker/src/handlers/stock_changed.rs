use tradewind_events::{Envelope, StockChanged};
use tradewind_kit::Result;

use super::product_changed::outdate;
use crate::saga::Saga;

/// Has the product's page and all lists read anew, on which the level stands.
pub async fn handle(saga: &Saga, envelope: &Envelope, _: &'static str) -> Result<()> {
    let Some(event) = envelope.decode::<StockChanged>()? else { return Ok(()) };
    outdate(saga, &event.handle).await
}
