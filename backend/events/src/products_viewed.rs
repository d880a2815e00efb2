//! `products.viewed`: Pages of products were asked for, counted for a few seconds by one instance.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Event, topics};

/// Pages of products were asked for, counted for a few seconds by one instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProductsViewed {
    /// Of one start of an instance, which counts its own events.
    pub run_id: Uuid,
    pub views: Vec<ProductViews>,
}

impl Event for ProductsViewed {
    const TYPE: &'static str = "products.viewed";
    const VERSION: i32 = 1;
    const TOPIC: &'static str = topics::CATALOG_EVENTS;
    const AGGREGATE: &'static str = "run";

    fn aggregate_id(&self) -> Uuid {
        self.run_id
    }
}

/// How often one product's page was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProductViews {
    /// The product's name in addresses.
    pub handle: String,
    pub count: u32,
}
