//! Who notes which events in the inbox: `CONSUMERS` of `backend/worker/src/dispatch.rs`, as far as invariant 9 goes by it.

/// A consumer, as its name stands in the inbox.
pub struct Consumer {
    pub name: &'static str,
    /// The types of events that it handles.
    pub events: &'static [&'static str],
    /// False for one whose effect is harmless to repeat, and which therefore notes nothing.
    pub notes: bool,
}

pub static CONSUMERS: &[Consumer] = &[
    Consumer { name: "checkout", events: &["order.placed"], notes: true },
    Consumer { name: "fulfilment", events: &["order.paid", "order.shipped"], notes: true },
    Consumer { name: "compensation", events: &["order.cancelled"], notes: true },
    Consumer { name: "stock-levels", events: &["order.placed", "order.cancelled", "order.refunded"], notes: true },
    Consumer { name: "catalogue-cache", events: &["product.changed", "stock.changed"], notes: false },
    // Notes how far each aggregate is, beside what it counts.
    Consumer {
        name: "reports",
        events: &[
            "order.placed",
            "order.paid",
            "order.payment_failed",
            "order.payment_pending",
            "order.shipped",
            "order.delivered",
            "order.cancelled",
            "order.returned",
            "order.return_rejected",
            "order.refunded",
            "cart.started",
            "checkout.started",
            "products.viewed",
            "user.registered",
            "user.logged_in",
            "product.changed",
            "stock.changed",
        ],
        notes: false,
    },
];

#[cfg(test)]
mod tests {
    use super::CONSUMERS;

    #[test]
    fn the_table_is_the_workers() {
        let theirs: Vec<(&str, Vec<&str>)> = tradewind_worker::dispatch::CONSUMERS
            .iter()
            .map(|consumer| (consumer.name, consumer.handlers.iter().map(|handles| handles.kind).collect()))
            .collect();
        let ours: Vec<(&str, Vec<&str>)> = CONSUMERS.iter().map(|consumer| (consumer.name, consumer.events.to_vec())).collect();
        assert_eq!(ours, theirs, "consumers.rs (left) and backend/worker/src/dispatch.rs (right)");
    }
}
