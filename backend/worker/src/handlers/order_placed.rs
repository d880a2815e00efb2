use tradewind_events::{Envelope, OrderPlaced};
use tradewind_kit::Result;

use crate::saga::{Because, Saga};

pub async fn handle(saga: &Saga, envelope: &Envelope, consumer: &'static str) -> Result<()> {
    let Some(event) = envelope.decode::<OrderPlaced>()? else { return Ok(()) };
    saga.schedule_payment(event.order_id, Because { consumer, event: envelope.id }).await
}
