//! The way of an order: the one table of what may happen to it, where that leads, what it sends and what it does to
//! the stock. No IO; [`super::step`] takes the steps. docs/order-states.md is drawn from it.

use tradewind_contract::orders::OrderStatus::{
    self, Cancelled, Delivered, Paid, PaymentFailed, PaymentPending, Placed, Refunded, ReturnRequested, Shipped,
};
use tradewind_events::{
    Event, OrderCancelled, OrderDelivered, OrderPaid, OrderPaymentFailed, OrderPaymentPending, OrderRefunded, OrderReturnRejected,
    OrderReturned, OrderShipped,
};

/// What may happen to an order after it was placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Happening {
    /// The provider keeps the amount aside for us.
    Authorized,
    /// The provider refused.
    Declined,
    /// The provider's answer did not come.
    OutcomeUnknown,
    /// By the shopper or an operator.
    CancelAsked,
    /// Not paid in time.
    HoldEnded,
    /// The money is ours, and the parcel leaves.
    Captured,
    /// The provider would not pay out.
    CaptureRefused,
    /// The parcel is there.
    Arrived,
    ReturnAsked,
    ReturnRejected,
    /// The provider has paid the money back.
    Refunded,
}

impl Happening {
    pub const ALL: [Self; 11] = [
        Self::Authorized,
        Self::Declined,
        Self::OutcomeUnknown,
        Self::CancelAsked,
        Self::HoldEnded,
        Self::Captured,
        Self::CaptureRefused,
        Self::Arrived,
        Self::ReturnAsked,
        Self::ReturnRejected,
        Self::Refunded,
    ];
}

/// What a step does to the pieces that the order holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stock {
    Stays,
    /// Held pieces become sold ones.
    Claimed,
    /// Held or sold pieces can be bought again.
    Released,
}

/// A row: in state `from`, when `on` happens, the order goes `to`, sends an event of type `sends` and treats its `stock` so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    pub from: OrderStatus,
    pub on: Happening,
    pub to: OrderStatus,
    pub sends: &'static str,
    pub stock: Stock,
}

const fn row(from: OrderStatus, on: Happening, to: OrderStatus, sends: &'static str, stock: Stock) -> Step {
    Step { from, on, to, sends, stock }
}

/// The only steps that happen. What has no row changes nothing.
pub const WAY: &[Step] = &[
    row(Placed, Happening::Authorized, Paid, OrderPaid::TYPE, Stock::Claimed),
    row(Placed, Happening::OutcomeUnknown, PaymentPending, OrderPaymentPending::TYPE, Stock::Stays),
    row(Placed, Happening::Declined, PaymentFailed, OrderPaymentFailed::TYPE, Stock::Stays),
    row(Placed, Happening::CancelAsked, Cancelled, OrderCancelled::TYPE, Stock::Released),
    row(Placed, Happening::HoldEnded, Cancelled, OrderCancelled::TYPE, Stock::Released),
    row(PaymentPending, Happening::Authorized, Paid, OrderPaid::TYPE, Stock::Claimed),
    row(PaymentPending, Happening::Declined, PaymentFailed, OrderPaymentFailed::TYPE, Stock::Stays),
    row(PaymentFailed, Happening::Authorized, Paid, OrderPaid::TYPE, Stock::Claimed),
    row(PaymentFailed, Happening::OutcomeUnknown, PaymentPending, OrderPaymentPending::TYPE, Stock::Stays),
    row(PaymentFailed, Happening::Declined, PaymentFailed, OrderPaymentFailed::TYPE, Stock::Stays),
    row(PaymentFailed, Happening::CancelAsked, Cancelled, OrderCancelled::TYPE, Stock::Released),
    row(PaymentFailed, Happening::HoldEnded, Cancelled, OrderCancelled::TYPE, Stock::Released),
    row(Paid, Happening::Captured, Shipped, OrderShipped::TYPE, Stock::Stays),
    row(Paid, Happening::CaptureRefused, Cancelled, OrderCancelled::TYPE, Stock::Released),
    row(Paid, Happening::CancelAsked, Cancelled, OrderCancelled::TYPE, Stock::Released),
    row(Shipped, Happening::Arrived, Delivered, OrderDelivered::TYPE, Stock::Stays),
    row(Delivered, Happening::ReturnAsked, ReturnRequested, OrderReturned::TYPE, Stock::Stays),
    row(ReturnRequested, Happening::ReturnRejected, Delivered, OrderReturnRejected::TYPE, Stock::Stays),
    row(ReturnRequested, Happening::Refunded, Refunded, OrderRefunded::TYPE, Stock::Stays),
];

/// The step that `on` asks for in state `from`, if there is one.
pub fn step(from: OrderStatus, on: Happening) -> Option<&'static Step> {
    WAY.iter().find(|step| step.from == from && step.on == on)
}

/// Whether `next` may follow `status`.
pub fn may_follow(status: OrderStatus, next: OrderStatus) -> bool {
    WAY.iter().any(|step| step.from == status && step.to == next)
}

/// The table as a Mermaid state diagram.
pub fn diagram() -> String {
    let mut lines = vec!["stateDiagram-v2".to_owned(), format!("    [*] --> {Placed}: order.placed")];
    // One arrow between two states, whatever leads along it.
    let mut arrows: Vec<(OrderStatus, OrderStatus, &str, Vec<Happening>)> = Vec::new();
    for step in WAY {
        match arrows.iter_mut().find(|(from, to, ..)| *from == step.from && *to == step.to) {
            Some((.., happenings)) => happenings.push(step.on),
            None => arrows.push((step.from, step.to, step.sends, vec![step.on])),
        }
    }
    for (from, to, sends, happenings) in arrows {
        let happenings: Vec<String> = happenings.iter().map(|happening| format!("{happening:?}")).collect();
        lines.push(format!("    {from} --> {to}: {} / {sends}", happenings.join(", ")));
    }
    for status in OrderStatus::ALL.into_iter().filter(|status| status.is_final()) {
        lines.push(format!("    {status} --> [*]"));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// docs/API.md's sentence, written down once more: what may follow what.
    const PROMISED: &[(OrderStatus, &[OrderStatus])] = &[
        (Placed, &[Paid, PaymentPending, PaymentFailed, Cancelled]),
        (PaymentPending, &[Paid, PaymentFailed]),
        (PaymentFailed, &[Paid, PaymentPending, PaymentFailed, Cancelled]),
        (Paid, &[Shipped, Cancelled]),
        (Shipped, &[Delivered]),
        (Delivered, &[ReturnRequested]),
        (ReturnRequested, &[Refunded, Delivered]),
        (Cancelled, &[]),
        (Refunded, &[]),
    ];

    #[test]
    fn the_table_leads_where_the_contract_says_and_nowhere_else() {
        for from in OrderStatus::ALL {
            let promised = PROMISED.iter().find(|(status, _)| *status == from).expect("every status is promised").1;
            for to in OrderStatus::ALL {
                assert_eq!(may_follow(from, to), promised.contains(&to), "{from} to {to}");
            }
            assert_eq!(promised.is_empty(), from.is_final(), "{from}");
        }
    }

    #[test]
    fn a_state_and_a_happening_have_one_row_at_most() {
        for from in OrderStatus::ALL {
            for on in Happening::ALL {
                assert!(WAY.iter().filter(|step| step.from == from && step.on == on).count() <= 1, "{from} {on:?}");
            }
        }
    }

    #[test]
    fn the_picture_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/order-states.md");
        let current = format!(
            "# The way of an order\n\nDrawn from the table `WAY` in `backend/order/src/orders/way.rs` by its test \
             (`UPDATE_DOCS=1 cargo test -p tradewind-order --lib way`).\nBefore the slash stands what happens, after it the event that is sent.\n\n\
             ```mermaid\n{}\n```\n",
            diagram()
        );
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(path, &current).expect("docs can be written");
        }
        assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), current, "UPDATE_DOCS=1 draws it anew");
    }

    /// What a world that keeps its promises looks like beside the table: pieces and money, told by what happened.
    #[derive(Debug, Default)]
    struct World {
        claimed: bool,
        released: bool,
        authorized: bool,
        captured: bool,
        refunded: bool,
    }

    impl World {
        fn take(&mut self, step: &Step) {
            match step.stock {
                Stock::Stays => {}
                Stock::Claimed => {
                    assert!(!self.claimed && !self.released, "claimed twice or after the release: {step:?}");
                    self.claimed = true;
                }
                Stock::Released => {
                    assert!(!self.released && !self.captured, "released twice or after the parcel left: {step:?}");
                    self.released = true;
                }
            }
            match step.on {
                Happening::Authorized => {
                    assert!(!self.authorized, "paid twice");
                    self.authorized = true;
                }
                Happening::Captured => {
                    assert!(self.authorized && !self.captured && !self.released);
                    self.captured = true;
                }
                Happening::Refunded => {
                    assert!(self.captured && !self.refunded, "more was paid back than was taken");
                    self.refunded = true;
                }
                _ => {}
            }
        }
    }

    fn happening() -> impl Strategy<Value = Happening> {
        proptest::sample::select(&Happening::ALL[..])
    }

    proptest! {
        /// Whatever comes, doubled and in any order: only promised steps, pieces and money move once, and final is final.
        #[test]
        fn no_sequence_leads_astray(happenings in proptest::collection::vec((happening(), 1usize..3), 0..60)) {
            let (mut status, mut world, mut length) = (Placed, World::default(), 1);
            for on in happenings.into_iter().flat_map(|(on, times)| std::iter::repeat_n(on, times)) {
                let Some(step) = step(status, on) else { continue };
                let promised = PROMISED.iter().find(|(from, _)| *from == status).expect("promised").1;
                prop_assert!(promised.contains(&step.to), "{status} to {}", step.to);
                prop_assert!(!status.is_final());
                world.take(step);
                status = step.to;
                length += 1;
            }
            prop_assert!(length >= 1);
            prop_assert_eq!(world.claimed, world.authorized, "what is paid for is the buyer's");
            prop_assert_eq!(world.released, status == Cancelled, "what is cancelled can be bought again, and nothing else");
        }
    }
}
