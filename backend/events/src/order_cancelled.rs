//! `order.cancelled`: The order will not be fulfilled; its stock is free again.

use serde::{Deserialize, Serialize};
use tradewind_contract::OrderId;
use uuid::Uuid;

use crate::{Event, topics};

/// The order will not be fulfilled; its stock is free again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderCancelled {
    pub order_id: OrderId,
    /// Such as `hold_ended` or `capture_refused`.
    pub reason: String,
}

impl Event for OrderCancelled {
    const TYPE: &'static str = "order.cancelled";
    const VERSION: i32 = 1;
    const TOPIC: &'static str = topics::ORDER_EVENTS;
    const AGGREGATE: &'static str = "order";

    fn aggregate_id(&self) -> Uuid {
        self.order_id.into()
    }
}
