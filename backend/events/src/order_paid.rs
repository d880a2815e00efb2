//! `order.paid`: The provider authorised the payment; the stock is the buyer's.

use serde::{Deserialize, Serialize};
use tradewind_contract::{Money, OrderId};
use uuid::Uuid;

use crate::{Event, topics};

/// The provider authorised the payment; the stock is the buyer's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderPaid {
    pub order_id: OrderId,
    /// What was authorised.
    pub amount: Money,
    /// Counts from 1; more than 1 when earlier tries were refused.
    pub attempt: i32,
}

impl Event for OrderPaid {
    const TYPE: &'static str = "order.paid";
    const VERSION: i32 = 1;
    const TOPIC: &'static str = topics::ORDER_EVENTS;
    const AGGREGATE: &'static str = "order";

    fn aggregate_id(&self) -> Uuid {
        self.order_id.into()
    }
}
