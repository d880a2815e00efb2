use tradewind_contract::OrderId;
use tradewind_events::Envelope;
use tradewind_kit::Result;

use crate::saga::{Because, Saga};

/// An order took pieces or gave some back: whoever watches the levels is to know.
pub async fn handle(saga: &Saga, envelope: &Envelope, consumer: &'static str) -> Result<()> {
    saga.announce_stock(OrderId::from_uuid(envelope.aggregate_id), Because { consumer, event: envelope.id }).await
}
