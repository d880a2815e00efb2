use tradewind_events::{Envelope, OrderShipped};
use tradewind_kit::Result;

use crate::saga::{Because, Saga};

pub async fn handle(saga: &Saga, envelope: &Envelope, consumer: &'static str) -> Result<()> {
    let Some(event) = envelope.decode::<OrderShipped>()? else { return Ok(()) };
    saga.schedule_delivery(event.order_id, Because { consumer, event: envelope.id }).await
}
