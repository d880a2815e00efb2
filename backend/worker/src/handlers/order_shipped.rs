use tradewind_events::{Envelope, OrderShipped};
use tradewind_kit::Result;
use tradewind_order::orders::timers::TimerKind;

use crate::saga::{Because, Saga};

/// A shipped order arrives after a while.
pub async fn handle(saga: &Saga, envelope: &Envelope, consumer: &'static str) -> Result<()> {
    let Some(event) = envelope.decode::<OrderShipped>()? else { return Ok(()) };
    saga.schedule(event.order_id, TimerKind::Deliver, saga.deliver_after, Because { consumer, event: envelope.id }).await
}
