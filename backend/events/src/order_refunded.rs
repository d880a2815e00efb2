//! `order.refunded`: The money for what came back was paid back; the pieces can be bought again.

use serde::{Deserialize, Serialize};
use tradewind_contract::{Money, OrderId, ReturnId};
use uuid::Uuid;

use crate::{Event, topics};

/// The money for what came back was paid back; the pieces can be bought again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderRefunded {
    pub order_id: OrderId,
    pub return_id: ReturnId,
    pub amount: Money,
}

impl Event for OrderRefunded {
    const TYPE: &'static str = "order.refunded";
    const VERSION: i32 = 1;
    const TOPIC: &'static str = topics::ORDER_EVENTS;
    const AGGREGATE: &'static str = "order";

    fn aggregate_id(&self) -> Uuid {
        self.order_id.into()
    }
}
