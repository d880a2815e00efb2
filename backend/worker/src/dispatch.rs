//! Which consumer handles which events: the one table.

use futures::future::BoxFuture;
use tradewind_events::{
    CartStarted, CheckoutStarted, Envelope, Event, OrderCancelled, OrderDelivered, OrderPaid, OrderPaymentFailed, OrderPaymentPending,
    OrderPlaced, OrderRefunded, OrderReturnRejected, OrderReturned, OrderShipped, ProductChanged, ProductsViewed, StockChanged,
    UserLoggedIn, UserRegistered, topics,
};
use tradewind_kit::Result;

use crate::{handlers, projection, saga::Saga};

/// What is done about an event. The effect and the note in the inbox commit together; a repetition does nothing.
pub type Handler<C> = for<'a> fn(&'a C, &'a Envelope, &'static str) -> BoxFuture<'a, Result<()>>;

/// A consumer group: its name is also its name in the inbox. `C` is what its handlers work with.
pub struct Consumer<C: 'static> {
    pub name: &'static str,
    pub topics: &'static [&'static str],
    /// Other types are skipped.
    pub handlers: &'static [Handles<C>],
}

/// A type of event, up to a version.
pub struct Handles<C: 'static> {
    pub kind: &'static str,
    pub version: i32,
    pub handle: Handler<C>,
}

impl<C> Handles<C> {
    pub const fn event<E: Event>(handle: Handler<C>) -> Self {
        Self { kind: E::TYPE, version: E::VERSION, handle }
    }
}

/// An event that reports count or list.
const fn reported<E: Event>() -> Handles<Saga> {
    Handles::event::<E>(|saga, event, name| Box::pin(projection::handle(saga, event, name)))
}

/// What consumes what.
pub static CONSUMERS: &[Consumer<Saga>] = &[
    Consumer {
        name: "checkout",
        topics: &[topics::ORDER_EVENTS],
        handlers: &[Handles::event::<OrderPlaced>(|saga, event, name| Box::pin(handlers::order_placed::handle(saga, event, name)))],
    },
    Consumer {
        name: "fulfilment",
        topics: &[topics::ORDER_EVENTS],
        handlers: &[
            Handles::event::<OrderPaid>(|saga, event, name| Box::pin(handlers::order_paid::handle(saga, event, name))),
            Handles::event::<OrderShipped>(|saga, event, name| Box::pin(handlers::order_shipped::handle(saga, event, name))),
        ],
    },
    Consumer {
        name: "compensation",
        topics: &[topics::ORDER_EVENTS],
        handlers: &[Handles::event::<OrderCancelled>(|saga, event, name| Box::pin(handlers::order_cancelled::handle(saga, event, name)))],
    },
    Consumer {
        name: "stock-levels",
        topics: &[topics::ORDER_EVENTS],
        handlers: &[
            Handles::event::<OrderPlaced>(|saga, event, name| Box::pin(handlers::stock_moved::handle(saga, event, name))),
            Handles::event::<OrderCancelled>(|saga, event, name| Box::pin(handlers::stock_moved::handle(saga, event, name))),
            Handles::event::<OrderRefunded>(|saga, event, name| Box::pin(handlers::stock_moved::handle(saga, event, name))),
        ],
    },
    Consumer {
        name: "catalogue-cache",
        topics: &[topics::CATALOG_EVENTS],
        handlers: &[
            Handles::event::<ProductChanged>(|saga, event, name| Box::pin(handlers::product_changed::handle(saga, event, name))),
            Handles::event::<StockChanged>(|saga, event, name| Box::pin(handlers::stock_changed::handle(saga, event, name))),
        ],
    },
    Consumer {
        name: "reports",
        topics: &[topics::ORDER_EVENTS, topics::USER_EVENTS, topics::CATALOG_EVENTS],
        handlers: &[
            reported::<OrderPlaced>(),
            reported::<OrderPaid>(),
            reported::<OrderPaymentFailed>(),
            reported::<OrderPaymentPending>(),
            reported::<OrderShipped>(),
            reported::<OrderDelivered>(),
            reported::<OrderCancelled>(),
            reported::<OrderReturned>(),
            reported::<OrderReturnRejected>(),
            reported::<OrderRefunded>(),
            reported::<CartStarted>(),
            reported::<CheckoutStarted>(),
            reported::<ProductsViewed>(),
            reported::<UserRegistered>(),
            reported::<UserLoggedIn>(),
            reported::<ProductChanged>(),
            reported::<StockChanged>(),
        ],
    },
];
