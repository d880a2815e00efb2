use tradewind_events::{Envelope, ProductChanged};
use tradewind_kit::{Result, cache::LAST_CHANGE, database::wal_position};
use tradewind_order::catalog::get_product::cache_key;

use crate::saga::Saga;

/// Has the product's page and all lists read anew; doing so twice does no harm, so this needs no inbox.
pub async fn handle(saga: &Saga, envelope: &Envelope, _: &'static str) -> Result<()> {
    let Some(event) = envelope.decode::<ProductChanged>()? else { return Ok(()) };
    outdate(saga, &event.handle).await
}

pub(super) async fn outdate(saga: &Saga, handle: &str) -> Result<()> {
    // The event tells of what was committed, so this is not before it.
    let now = wal_position(&mut *saga.orders.writer().await?, &saga.orders).await?.lsn;
    for key in [cache_key(handle).as_str(), LAST_CHANGE] {
        if let Err(error) = saga.redis.outdate(key, now).await {
            tracing::warn!(%error, key, "cached entries stay until they end by themselves");
        }
    }
    Ok(())
}
