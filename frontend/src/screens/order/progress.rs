//! Where on its voyage an order is, read off its history.

use tradewind_contract::{
    Timestamp,
    orders::{Order, OrderStatus},
};

use crate::i18n::t;

/// The ports of every voyage.
pub const PORTS: [OrderStatus; 4] = [OrderStatus::Placed, OrderStatus::Paid, OrderStatus::Shipped, OrderStatus::Delivered];

/// The index in [`PORTS`] of the port reached last.
pub fn reached(order: &Order) -> usize {
    PORTS.iter().rposition(|port| order.reached_at(*port).is_some()).unwrap_or(0)
}

/// The parcel is still to come: nothing is promised of an order that was refused or cancelled.
pub fn is_ahead(order: &Order) -> bool {
    let ended = matches!(order.status, OrderStatus::PaymentFailed | OrderStatus::Cancelled);
    !ended && order.reached_at(OrderStatus::Delivered).is_none()
}

/// When the order came to where it is now.
pub fn since(order: &Order) -> Timestamp {
    order.history.last().map_or(order.placed_at, |step| step.at)
}

/// Why the order is where it is: the service's code, such as `card_declined`.
pub fn reason(order: &Order) -> Option<&str> {
    order.history.last().and_then(|step| step.reason.as_deref())
}

/// It stands where it is because whoever ordered it wished so.
pub fn is_own_doing(reason: Option<&str>) -> bool {
    reason == Some("cancelled_by_shopper")
}

/// It is delivered because a return of it was declined.
pub fn is_return_declined(order: &Order) -> bool {
    order.status == OrderStatus::Delivered && t::is_return_rejected(reason(order))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screens::order::follow::tests::order;

    #[test]
    fn the_voyage_goes_as_far_as_the_history() {
        use OrderStatus::{Cancelled, Delivered, Paid, PaymentFailed, PaymentPending, Placed, Shipped};
        for (history, expected) in [
            (vec![Placed], 0),
            (vec![Placed, PaymentPending], 0),
            (vec![Placed, PaymentFailed], 0),
            (vec![Placed, PaymentPending, Paid], 1),
            (vec![Placed, Paid, Shipped], 2),
            (vec![Placed, Paid, Cancelled], 1),
            (vec![Placed, Paid, Shipped, Delivered], 3),
            (vec![], 0),
        ] {
            assert_eq!(reached(&order(&history)), expected, "{history:?}");
        }
    }

    #[test]
    fn nothing_is_promised_of_an_order_that_was_refused() {
        use OrderStatus::{Cancelled, Delivered, Paid, PaymentFailed, PaymentPending, Placed, Shipped};
        for (history, ahead) in [
            (vec![Placed], true),
            (vec![Placed, PaymentPending], true),
            (vec![Placed, PaymentFailed], false),
            (vec![Placed, PaymentFailed, Paid], true),
            (vec![Placed, Paid, Cancelled], false),
            (vec![Placed, Paid, Shipped, Delivered], false),
        ] {
            assert_eq!(is_ahead(&order(&history)), ahead, "{history:?}");
        }
    }

    #[test]
    fn a_declined_return_is_no_delivery_and_a_delivery_no_declined_return() {
        use OrderStatus::{Delivered, Paid, Placed, ReturnRequested, Shipped};
        let mut declined = order(&[Placed, Paid, Shipped, Delivered, ReturnRequested, Delivered]);
        assert!(!is_return_declined(&declined));
        declined.history[5].reason = Some("return_rejected".into());
        assert!(is_return_declined(&declined));
        assert_eq!(reached(&declined), 3);
    }

    #[test]
    fn the_reason_is_that_of_the_last_step() {
        let mut order = order(&[OrderStatus::Placed, OrderStatus::PaymentFailed]);
        order.history[1].reason = Some("card_declined".into());
        assert_eq!(reason(&order), Some("card_declined"));
    }
}
