//! `cart.started`: Something was put into an empty basket.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Event, topics};

/// Something was put into an empty basket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CartStarted {
    /// Of the basket; not whose it is.
    pub cart_id: Uuid,
}

impl Event for CartStarted {
    const TYPE: &'static str = "cart.started";
    const VERSION: i32 = 1;
    const TOPIC: &'static str = topics::ORDER_EVENTS;
    const AGGREGATE: &'static str = "cart";

    fn aggregate_id(&self) -> Uuid {
        self.cart_id
    }
}
