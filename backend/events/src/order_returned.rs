//! `order.returned`: The shopper wants to send goods back; an operator decides.

use serde::{Deserialize, Serialize};
use tradewind_contract::{Money, OrderId, ReturnId};
use uuid::Uuid;

use crate::{Event, topics};

/// The shopper wants to send goods back; an operator decides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderReturned {
    pub order_id: OrderId,
    pub return_id: ReturnId,
    /// What is paid back when it is accepted.
    pub amount: Money,
    pub lines: Vec<ReturnedLine>,
}

/// Pieces of a line that come back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReturnedLine {
    pub sku: String,
    pub quantity: u32,
}

impl Event for OrderReturned {
    const TYPE: &'static str = "order.returned";
    const VERSION: i32 = 1;
    const TOPIC: &'static str = topics::ORDER_EVENTS;
    const AGGREGATE: &'static str = "order";

    fn aggregate_id(&self) -> Uuid {
        self.order_id.into()
    }
}
