//! `product.changed`: What a product's page shows has changed.

use serde::{Deserialize, Serialize};
use tradewind_contract::ProductId;
use uuid::Uuid;

use crate::{Event, topics};

/// What a product's page shows has changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProductChanged {
    pub product_id: ProductId,
    /// Its name in addresses.
    pub handle: String,
    /// The product's version after the change; an older one must not overwrite a newer.
    pub product_version: i64,
}

impl Event for ProductChanged {
    const TYPE: &'static str = "product.changed";
    const VERSION: i32 = 1;
    const TOPIC: &'static str = topics::CATALOG_EVENTS;
    const AGGREGATE: &'static str = "product";

    fn aggregate_id(&self) -> Uuid {
        self.product_id.into()
    }
}
