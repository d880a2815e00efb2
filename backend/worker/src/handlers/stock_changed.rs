use tradewind_events::{Envelope, StockChanged};
use tradewind_kit::Result;

use super::product_changed::forget;
use crate::saga::Saga;

/// Forgets the product's page, on which the level stands.
pub async fn handle(saga: &Saga, envelope: &Envelope, _: &'static str) -> Result<()> {
    let Some(event) = envelope.decode::<StockChanged>()? else { return Ok(()) };
    forget(saga, &event.handle).await;
    Ok(())
}
