//! `checkout.started`: What a basket costs with shipping was asked for, for the first time.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Event, topics};

/// What a basket costs with shipping was asked for, for the first time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckoutStarted {
    /// Of the basket; not whose it is.
    pub cart_id: Uuid,
}

impl Event for CheckoutStarted {
    const TYPE: &'static str = "checkout.started";
    const VERSION: i32 = 1;
    const TOPIC: &'static str = topics::ORDER_EVENTS;
    const AGGREGATE: &'static str = "cart";

    fn aggregate_id(&self) -> Uuid {
        self.cart_id
    }
}
