//! `order.payment_failed`: The provider refused; the stock stays held until the hold ends.

use serde::{Deserialize, Serialize};
use tradewind_contract::OrderId;
use uuid::Uuid;

use crate::{Event, topics};

/// The provider refused; the stock stays held until the hold ends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderPaymentFailed {
    pub order_id: OrderId,
    /// Counts from 1.
    pub attempt: i32,
    /// The provider's reason, such as `card_declined`.
    pub reason: String,
}

impl Event for OrderPaymentFailed {
    const TYPE: &'static str = "order.payment_failed";
    const VERSION: i32 = 1;
    const TOPIC: &'static str = topics::ORDER_EVENTS;
    const AGGREGATE: &'static str = "order";

    fn aggregate_id(&self) -> Uuid {
        self.order_id.into()
    }
}
