//! `order.shipped`: The parcel left and the payment was captured.

use serde::{Deserialize, Serialize};
use tradewind_contract::OrderId;
use uuid::Uuid;

use crate::{Event, topics};

/// The parcel left and the payment was captured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderShipped {
    pub order_id: OrderId,
}

impl Event for OrderShipped {
    const TYPE: &'static str = "order.shipped";
    const VERSION: i32 = 1;
    const TOPIC: &'static str = topics::ORDER_EVENTS;
    const AGGREGATE: &'static str = "order";

    fn aggregate_id(&self) -> Uuid {
        self.order_id.into()
    }
}
