//! What can still be done about an order: pay with another card, cancel, send back.

use tradewind_contract::orders::OrderStatus;

// Pay with another card.
pub const TRY_ANOTHER_CARD: &str = "Try another card";
pub const REFUSED_TITLE: &str = "The payment was refused.";
pub const REFUSED_AGAIN_TITLE: &str = "The payment was refused again.";
pub const REFUSED_NEXT: &str = "The goods stay set aside for you while you try another card.";
pub const HELD_UNTIL: &str = "Set aside for you until";
pub const FOR_ANOTHER: &str = ", for another";
pub const ASKING_BANK: &str = "Your bank is being asked";
pub const ASKING_BANK_TITLE: &str = "Your bank is being asked.";
pub const ASKING_BANK_DETAIL: &str = "Most answers come within two seconds, some take half a minute. The goods stay set aside meanwhile, so please do not pay a second time. You may also close this page.";
pub const NO_PAYMENT_OFFLINE: &str =
    "You are offline, and a payment needs the line. Nothing is sent and nothing is charged; the goods stay set aside meanwhile.";
pub const HOLD_OVER: &str =
    "The time for another card is over: the goods are on the shelf again, and nothing was charged. You can order them anew.";

// Cancel.
pub const CHANGED_YOUR_MIND: &str = "Changed your mind?";
/// What can be done about an order that has not arrived.
pub fn may_cancel(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::PaymentPending => {
            "It cannot be cancelled at this moment: your bank has not said yet whether it is paid. When it has, you can."
        }
        OrderStatus::Shipped => "It has shipped, so it can no longer be cancelled. Send it back within 30 days of arrival.",
        _ => "Nothing has left yet. Until it ships, it can be cancelled.",
    }
}
pub const CANCEL_ORDER: &str = "Cancel this order";
pub const CANCEL_QUESTION: &str = "Cancel this order?";
/// What cancelling does; `total` is what the bank keeps aside.
pub fn cancel_means(status: OrderStatus, total: &str) -> String {
    match status {
        OrderStatus::Paid => format!(
            "The goods go back on the shelf, and the {total} that your bank keeps aside for it are let go. Nothing is charged. A cancelled order cannot be taken up again."
        ),
        OrderStatus::PaymentFailed => {
            "The goods go back on the shelf. Nothing was charged. A cancelled order cannot be taken up again.".to_owned()
        }
        _ => "The goods go back on the shelf, and if your bank has kept money aside for it, that is let go. Nothing is charged. A cancelled order cannot be taken up again.".to_owned(),
    }
}
pub const CANCEL_YES: &str = "Yes, cancel it";
pub const CANCEL_NO: &str = "Keep the order";
pub const CANCELLING: &str = "Cancelling";

// Send back.
pub fn may_send_back(until: &str) -> String {
    format!("All of it or a part can go back, until {until}.")
}
pub fn too_late_to_send_back(until: &str) -> String {
    format!("The 30 days for sending it back ended on {until}.")
}
pub const SEND_BACK: &str = "Send something back";
pub const SEND_BACK_TITLE: &str = "What goes back?";
pub const SEND_BACK_ALL: &str = "All of it";
pub fn of_so_many(ordered: u32) -> String {
    format!("of {ordered}")
}
pub const FIELD_RETURN_LINES: &str = "What goes back";
pub const NOTHING_CHOSEN: &str = "Choose at least one piece.";
pub const FIELD_RETURN_REASON: &str = "Why does it go back?";
pub const FIELD_RETURN_REASON_HELP: &str = "A sentence is enough; 500 characters at most.";
pub const PAID_BACK: &str = "Paid back";
pub const DELIVERY_PAID_BACK: &str = "Delivery";
pub const DELIVERY_NOT_PAID_BACK: &str = "only if all goes back";
pub const PAID_BACK_NOTE: &str = "We look at the goods first. Then the money goes back to the card that paid.";
pub const ASK_FOR_RETURN: &str = "Send it back";
pub const ASKING_FOR_RETURN: &str = "Noting your return";
pub const KEEP_IT_ALL: &str = "Keep it all";
pub const YOUR_RETURN: &str = "Your return";
pub const RETURN_UNDER_WAY: &str =
    "It is noted. When the goods are back and looked at, the money goes to the card that paid. This page tells you.";

// Afterwards.
pub const RETURN_DECLINED: &str = "Your return was declined";
pub fn return_declined_on(date: &str) -> String {
    format!("Return declined {date}")
}
/// A step back to `delivered` has this code for its reason.
const RETURN_REJECTED: &str = "return_rejected";
pub fn is_return_rejected(reason: Option<&str>) -> bool {
    reason == Some(RETURN_REJECTED)
}
pub const LOG_RETURN_DECLINED: &str = "Return declined.";
pub const LOG_RETURN_DECLINED_DETAIL: &str = "We could not take it back. The goods stay yours, and nothing was paid back.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cancelling_does_is_told_before_it_is_done() {
        for status in [OrderStatus::Placed, OrderStatus::PaymentFailed, OrderStatus::Paid] {
            let means = cancel_means(status, "€ 60.80");
            assert!(means.contains("on the shelf") && means.contains("cannot be taken up again"), "{means}");
            assert_eq!(means.contains("€ 60.80"), status == OrderStatus::Paid, "{means}");
        }
    }
}
