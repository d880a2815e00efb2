use std::time::Duration;

use tradewind_events::{Envelope, OrderCancelled};
use tradewind_kit::Result;
use tradewind_order::orders::timers::TimerKind;

use crate::saga::{Because, Saga};

/// What the bank keeps aside for a cancelled order is let go.
pub async fn handle(saga: &Saga, envelope: &Envelope, consumer: &'static str) -> Result<()> {
    let Some(event) = envelope.decode::<OrderCancelled>()? else { return Ok(()) };
    saga.schedule(event.order_id, TimerKind::Void, Duration::ZERO, Because { consumer, event: envelope.id }).await
}
