//! `order.delivered`: The parcel arrived.

use serde::{Deserialize, Serialize};
use tradewind_contract::OrderId;
use uuid::Uuid;

use crate::{Event, topics};

/// The parcel arrived.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderDelivered {
    pub order_id: OrderId,
}

impl Event for OrderDelivered {
    const TYPE: &'static str = "order.delivered";
    const VERSION: i32 = 1;
    const TOPIC: &'static str = topics::ORDER_EVENTS;
    const AGGREGATE: &'static str = "order";

    fn aggregate_id(&self) -> Uuid {
        self.order_id.into()
    }
}
