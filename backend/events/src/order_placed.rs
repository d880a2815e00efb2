//! `order.placed`: An order was made of a cart; its stock is held.

use serde::{Deserialize, Serialize};
use tradewind_contract::{Money, OrderId, OrderNumber, UserId};
use uuid::Uuid;

use crate::{Event, topics};

/// An order was made of a cart; its stock is held.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderPlaced {
    pub order_id: OrderId,
    /// What people call it: `TW-` and eight characters, the last a check digit.
    pub number: OrderNumber,
    /// The identity that placed it; not a name, not an address.
    pub placed_by: UserId,
    /// What is to be paid, shipping and tax included.
    pub total: Money,
    pub lines: Vec<PlacedLine>,
}

impl Event for OrderPlaced {
    const TYPE: &'static str = "order.placed";
    const VERSION: i32 = 1;
    const TOPIC: &'static str = topics::ORDER_EVENTS;
    const AGGREGATE: &'static str = "order";

    fn aggregate_id(&self) -> Uuid {
        self.order_id.into()
    }
}

/// A line of the order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlacedLine {
    pub sku: String,
    /// Pieces, 1 to 99.
    pub quantity: u32,
    /// Of one piece, tax included.
    pub unit_price: Money,
}
