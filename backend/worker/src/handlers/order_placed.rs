use std::time::Duration;

use tradewind_events::{Envelope, OrderPlaced};
use tradewind_kit::Result;
use tradewind_order::orders::timers::TimerKind;

use crate::saga::{Because, Saga};

/// A placed order is to be paid for, now.
pub async fn handle(saga: &Saga, envelope: &Envelope, consumer: &'static str) -> Result<()> {
    let Some(event) = envelope.decode::<OrderPlaced>()? else { return Ok(()) };
    saga.schedule(event.order_id, TimerKind::Authorize, Duration::ZERO, Because { consumer, event: envelope.id }).await
}
