use tradewind_events::{Envelope, OrderPaid};
use tradewind_kit::Result;

use crate::saga::{Because, Saga};

pub async fn handle(saga: &Saga, envelope: &Envelope, consumer: &'static str) -> Result<()> {
    let Some(event) = envelope.decode::<OrderPaid>()? else { return Ok(()) };
    saga.schedule_shipping(event.order_id, Because { consumer, event: envelope.id }).await
}
