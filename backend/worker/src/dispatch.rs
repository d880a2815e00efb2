//! Which consumer handles which events: the one table.

use futures::future::BoxFuture;
use tradewind_events::{Envelope, topics};
use tradewind_kit::Result;

use crate::{handlers, saga::Saga};

type Handler = for<'a> fn(&'a Saga, &'a Envelope, &'static str) -> BoxFuture<'a, Result<()>>;

/// A consumer group: its name is also its name in the inbox.
pub struct Consumer {
    pub name: &'static str,
    pub topics: &'static [&'static str],
    /// Event type to handler; other types are skipped.
    pub handlers: &'static [(&'static str, Handler)],
}

/// What consumes what.
pub static CONSUMERS: &[Consumer] = &[
    Consumer {
        name: "checkout",
        topics: &[topics::ORDER_EVENTS],
        handlers: &[("order.placed", |saga, event, name| Box::pin(handlers::order_placed::handle(saga, event, name)))],
    },
    Consumer {
        name: "fulfilment",
        topics: &[topics::ORDER_EVENTS],
        handlers: &[
            ("order.paid", |saga, event, name| Box::pin(handlers::order_paid::handle(saga, event, name))),
            ("order.shipped", |saga, event, name| Box::pin(handlers::order_shipped::handle(saga, event, name))),
        ],
    },
    Consumer {
        name: "compensation",
        topics: &[topics::ORDER_EVENTS],
        handlers: &[("order.cancelled", |saga, event, name| Box::pin(handlers::order_cancelled::handle(saga, event, name)))],
    },
    Consumer {
        name: "stock-levels",
        topics: &[topics::ORDER_EVENTS],
        handlers: &[
            ("order.placed", |saga, event, name| Box::pin(handlers::stock_moved::handle(saga, event, name))),
            ("order.cancelled", |saga, event, name| Box::pin(handlers::stock_moved::handle(saga, event, name))),
            ("order.refunded", |saga, event, name| Box::pin(handlers::stock_moved::handle(saga, event, name))),
        ],
    },
    Consumer {
        name: "catalogue-cache",
        topics: &[topics::CATALOG_EVENTS],
        handlers: &[
            ("product.changed", |saga, event, name| Box::pin(handlers::product_changed::handle(saga, event, name))),
            ("stock.changed", |saga, event, name| Box::pin(handlers::stock_changed::handle(saga, event, name))),
        ],
    },
];
