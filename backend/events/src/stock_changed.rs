//! `stock.changed`: A variant's availability went from one level to another.

use serde::{Deserialize, Serialize};
use tradewind_contract::{ProductId, catalog::Availability};
use uuid::Uuid;

use crate::{Event, topics};

/// A variant's availability went from one level to another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StockChanged {
    pub product_id: ProductId,
    /// The product's name in addresses.
    pub handle: String,
    pub sku: String,
    /// The new level.
    pub availability: Availability,
}

impl Event for StockChanged {
    const TYPE: &'static str = "stock.changed";
    const VERSION: i32 = 1;
    const TOPIC: &'static str = topics::CATALOG_EVENTS;
    const AGGREGATE: &'static str = "product";

    fn aggregate_id(&self) -> Uuid {
        self.product_id.into()
    }
}
