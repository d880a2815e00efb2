use tradewind_events::{Envelope, ProductChanged};
use tradewind_kit::Result;
use tradewind_order::catalog::get_product::cache_key;

use crate::saga::Saga;

/// Forgets the product's page; forgetting twice does no harm, so this needs no inbox.
pub async fn handle(saga: &Saga, envelope: &Envelope, _: &'static str) -> Result<()> {
    let Some(event) = envelope.decode::<ProductChanged>()? else { return Ok(()) };
    forget(saga, &event.handle).await;
    Ok(())
}

pub(super) async fn forget(saga: &Saga, handle: &str) {
    if let Err(error) = saga.redis.delete(&[cache_key(handle), format!("related:{handle}")]).await {
        tracing::warn!(%error, "cached entries stay until they end by themselves");
    }
}
