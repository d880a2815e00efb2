use tradewind_events::{Envelope, OrderPaid};
use tradewind_kit::Result;
use tradewind_order::orders::timers::TimerKind;

use crate::saga::{Because, Saga};

/// A paid order leaves after a while.
pub async fn handle(saga: &Saga, envelope: &Envelope, consumer: &'static str) -> Result<()> {
    let Some(event) = envelope.decode::<OrderPaid>()? else { return Ok(()) };
    saga.schedule(event.order_id, TimerKind::Ship, saga.ship_after, Because { consumer, event: envelope.id }).await
}
