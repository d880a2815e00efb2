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
];

#[cfg(test)]
mod tests {
    use super::CONSUMERS;

    /// The worker is a program and no library, so its table is read as text.
    #[test]
    fn the_table_is_the_workers() {
        let source = include_str!("../../worker/src/dispatch.rs");
        let (_, table) = source.split_once("pub static CONSUMERS").expect("the table");
        let theirs: Vec<(String, Vec<String>)> = table
            .split("name: \"")
            .skip(1)
            .map(|consumer| {
                let texts: Vec<&str> = consumer.split('"').collect();
                // A name, then every other text between quotes is an event's type.
                let events = texts[1..].iter().skip(1).step_by(2).map(|text| (*text).to_owned());
                (texts[0].to_owned(), events.collect())
            })
            .collect();
        let ours: Vec<(String, Vec<String>)> = CONSUMERS
            .iter()
            .map(|consumer| (consumer.name.to_owned(), consumer.events.iter().map(|event| (*event).to_owned()).collect()))
            .collect();
        assert_eq!(ours, theirs, "consumers.rs (left) and backend/worker/src/dispatch.rs (right)");
    }
}
