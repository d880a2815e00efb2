//! `order.payment_pending`: The provider's answer is unknown; it is being asked.

use serde::{Deserialize, Serialize};
use tradewind_contract::OrderId;
use uuid::Uuid;

use crate::{Event, topics};

/// The provider's answer is unknown; it is being asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderPaymentPending {
    pub order_id: OrderId,
    /// Counts from 1.
    pub attempt: i32,
}

impl Event for OrderPaymentPending {
    const TYPE: &'static str = "order.payment_pending";
    const VERSION: i32 = 1;
    const TOPIC: &'static str = topics::ORDER_EVENTS;
    const AGGREGATE: &'static str = "order";

    fn aggregate_id(&self) -> Uuid {
        self.order_id.into()
    }
}
