//! `order.return_rejected`: An operator refused the return; the order is delivered, as before.

use serde::{Deserialize, Serialize};
use tradewind_contract::{OrderId, ReturnId};
use uuid::Uuid;

use crate::{Event, topics};

/// An operator refused the return; the order is delivered, as before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderReturnRejected {
    pub order_id: OrderId,
    pub return_id: ReturnId,
}

impl Event for OrderReturnRejected {
    const TYPE: &'static str = "order.return_rejected";
    const VERSION: i32 = 1;
    const TOPIC: &'static str = topics::ORDER_EVENTS;
    const AGGREGATE: &'static str = "order";

    fn aggregate_id(&self) -> Uuid {
        self.order_id.into()
    }
}
