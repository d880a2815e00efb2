//! Checkout, orders, log-in and account.

use tradewind_contract::{orders::OrderStatus, payments::PaymentToken};

use super::order::{LOG_RETURN_DECLINED, LOG_RETURN_DECLINED_DETAIL, is_return_rejected, return_declined_on};

// Forms.
pub const OPTIONAL: &str = "(optional)";
pub fn to_put_right(count: usize) -> String {
    match count {
        1 => "One thing to put right.".to_owned(),
        n => format!("{} things to put right.", capitalised(&in_letters(n))),
    }
}
pub const SHOW_PASSWORD: &str = "Show";
pub const HIDE_PASSWORD: &str = "Hide";
pub const THE_PASSWORD: &str = " the password";
pub const CAPS_LOCK: &str = "Caps lock is on.";

/// What a rule says of a field. The rule about lengths speaks like a program; everything else in the contract is a
/// sentence already.
pub fn rule(message: &str) -> String {
    match message.strip_prefix("length is greater than ") {
        Some(most) => format!("{AT_MOST}{most} characters fit here."),
        None if message.starts_with("length is lower than ") => NEEDED.to_owned(),
        None => message.to_owned(),
    }
}
/// The same as it reads away from its field: one that only says "this" gets the field's name.
pub fn with_label(label: &str, message: &str) -> String {
    match message {
        NEEDED => format!("{label} is needed."),
        short if short.starts_with("This ") || short.starts_with(AT_MOST) => format!("{label}: {short}"),
        whole => whole.to_owned(),
    }
}
const NEEDED: &str = "This is needed.";
const AT_MOST: &str = "At most ";

/// Small numbers in letters, as a sentence wants them.
pub(super) fn in_letters(number: usize) -> String {
    const LETTERS: [&str; 13] = ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    LETTERS.get(number).map_or_else(|| number.to_string(), |word| (*word).to_owned())
}
pub(super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

// Checkout: the frame and the three steps.
pub const CHECKOUT_TITLE: &str = "Check out";
pub const YOUR_ORDER: &str = "Your order";
pub fn your_order_brief(goods: u32) -> String {
    match goods {
        1 => "Your order, 1 good".to_owned(),
        n => format!("Your order, {n} goods"),
    }
}
pub const CHANGE: &str = "Change";
pub const STEP_CONTACT: &str = "Contact";
pub const STEP_DELIVERY: &str = "Delivery";
pub const STEP_PAYMENT: &str = "Payment";
pub const FIELD_EMAIL: &str = "Email";
pub const FIELD_EMAIL_HELP: &str = "It stands on the order. No newsletter comes of it.";
pub const AS_GUEST: &str = "As a guest.";
pub const LOG_IN_INSTEAD: &str = "Log in instead";
pub fn as_user(name: &str) -> String {
    format!("As {name}.")
}
pub const ON_TO_DELIVERY: &str = "On to delivery";
pub const ON_TO_PAYMENT: &str = "On to payment";
pub const FIELD_NAME: &str = "Full name";
pub const FIELD_LINE1: &str = "Street and number";
pub const FIELD_LINE2: &str = "Flat, floor, care of";
pub const FIELD_POSTAL_CODE: &str = "Postcode";
pub const FIELD_CITY: &str = "City";
pub const FIELD_REGION: &str = "County or province";
pub const FIELD_COUNTRY: &str = "Country";
pub const FIELD_PHONE: &str = "Phone";
pub const FIELD_PHONE_HELP: &str = "Only for the courier, only on the day.";
pub const FIELD_SHIPPING: &str = "How should it travel?";
pub const NO_WAY_THERE: &str = "Nothing we send by goes to this country today.";
pub fn with_you_between(first: &str, last: &str) -> String {
    format!("With you {}", expected_days(first, last))
}
pub const WITH_YOU_TODAY: &str = "Ready today";
pub fn shipping_to(method: &str, country: &str) -> String {
    format!("{method} to {country}")
}

// Payment.
pub const PAYMENT_LATER: &str = "With a test card. Nothing is charged before you press the last button.";
pub const PAYMENT_NOTE: &str = "This shop is a reference: no real card is asked for and no money moves. Each test card makes the payment go another way, so that you can watch what the shop does then.";
pub const FIELD_CARD: &str = "Which test card?";
pub fn card_title(card: PaymentToken) -> &'static str {
    match card {
        PaymentToken::Ok => "A card that pays",
        PaymentToken::Slow => "A slow bank",
        PaymentToken::Unavailable => "A bank that is out twice",
        PaymentToken::LostReply => "A bank whose answer gets lost",
        PaymentToken::Declined => "A card that is declined",
        PaymentToken::InsufficientFunds => "A card with too little on it",
        PaymentToken::CaptureFails => "A card that is refused on shipping",
    }
}
pub fn card_detail(card: PaymentToken) -> &'static str {
    match card {
        PaymentToken::Ok => "Paid within two seconds.",
        PaymentToken::Slow => "It answers after three seconds, and then it pays.",
        PaymentToken::Unavailable => "It fails two times, then it pays. Up to ten seconds.",
        PaymentToken::LostReply => "It pays, but never says so. We ask until we know. Up to thirty seconds.",
        PaymentToken::Declined => "The bank says no. Nothing is charged.",
        PaymentToken::InsufficientFunds => "The bank says no, for want of money. Nothing is charged.",
        PaymentToken::CaptureFails => "It pays at first. When the parcel leaves, the bank takes it back and the order is cancelled.",
    }
}
pub fn pay(total: &str) -> String {
    format!("Pay {total}")
}
pub const PAY_UNKNOWN_TOTAL: &str = "Pay";
pub const PAYING: &str = "Placing your order";
pub const ORDER_IS_PLACED: &str = "Your order is placed. It stands under your orders.";
pub const ADDING_UP: &str = "Adding it up";
pub const OF_WHICH_VAT: &str = "of which VAT";
pub const SUM: &str = "Total";
pub const SHIPPING_UNKNOWN: &str = "Delivery";
pub const SHIPPING_UNKNOWN_VALUE: &str = "from your address";
pub const CHECKED_ONCE_MORE: &str = "The price and the stock are checked once more when you pay. If either has changed, we ask first.";

// What can come in between.
pub const SOMEBODY_WAS_QUICKER: &str = "Somebody was quicker.";
pub fn left_of_line(title: &str, requested: u32, available: u32) -> String {
    match available {
        0 => format!("{title} is sold out; you wanted {requested}."),
        1 => format!("Of the {requested} {title} you wanted, one is still here."),
        n => format!("Of the {requested} {title} you wanted, {} are still here.", in_letters(n as usize)),
    }
}
pub const NOTHING_CHARGED: &str = "Nothing was charged.";
/// The verb that puts a basket right: how many lines are short, and how many pieces are left in all.
pub fn take_what_is_left(lines: usize, left: u32) -> String {
    match (lines, left) {
        (1, 0) => "Go on without it".to_owned(),
        (_, 0) => "Go on without them".to_owned(),
        (1, 1) => "Take the one".to_owned(),
        (1, n) => format!("Take the {}", in_letters(n as usize)),
        _ => "Take what is left".to_owned(),
    }
}
pub const LEAVE_IT_OUT: &str = "Leave it out";
pub const LEAVE_THEM_OUT: &str = "Leave them out";
pub const BACK_TO_BASKET: &str = "Back to basket";
pub const PRICE_HAS_CHANGED: &str = "The price has changed.";
pub fn total_was_is(old: &str, new: &str) -> String {
    format!("Your total was {old}, it is {new} now. Nothing was charged.")
}
pub fn total_is(new: &str) -> String {
    format!("Your total is {new} now. Nothing was charged.")
}
pub const UNKNOWN_TITLE: &str = "We do not know yet";
/// What was asked for under an idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    Order,
    Payment,
    Return,
}
/// Why nobody knows whether it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// The page was left before the answer came.
    Left,
    Lost,
    TooFast,
    SessionOver,
}
pub fn unanswered(wish: Wish, silence: Silence) -> String {
    let (it, done, at_most) = match wish {
        Wish::Order => ("order", "been placed", "one key makes one order at most"),
        Wish::Payment => ("payment", "gone through", "one key pays once at most"),
        Wish::Return => ("return", "been noted", "one key makes one return at most"),
    };
    match silence {
        Silence::Left => {
            format!("This page was left before the answer to your {it} came. Trying again is safe: it carries the same key, and {at_most}.")
        }
        Silence::Lost => format!(
            "The answer to your {it} did not come back. It may have {done}, or not. Trying again is safe: it carries the same key, and {at_most}."
        ),
        Silence::TooFast => {
            format!("Your {it} has not gone through yet. Wait a moment, then try again: it carries the same key, and {at_most}.")
        }
        Silence::SessionOver => {
            format!("Your session has ended. Log in with the same account, then try again: the {it} carries the same key, and {at_most}.")
        }
    }
}
pub const LOOK_AT_ORDERS: &str = "Look at your orders";
pub const CART_EMPTY_TITLE: &str = "There is nothing left to order";
pub const CART_EMPTY_DETAIL: &str =
    "Your basket is empty. If you pressed the button before, the order may have been placed then; it stands under your orders.";

// Orders.
pub fn order_number(number: &str) -> String {
    format!("Order {number}")
}
pub const COPY_ORDER_NUMBER: &str = "Copy the order number";
pub const ORDER_NUMBER_COPIED: &str = "Order number copied.";
pub fn order_heading(status: OrderStatus, city: &str) -> String {
    match status {
        OrderStatus::Placed => "Placed, and being paid".to_owned(),
        OrderStatus::PaymentPending => "We are checking your payment".to_owned(),
        OrderStatus::PaymentFailed => "The payment was refused".to_owned(),
        OrderStatus::Paid => "Paid, and being packed".to_owned(),
        OrderStatus::Shipped => format!("Under way to {city}"),
        OrderStatus::Delivered => format!("Delivered in {city}"),
        OrderStatus::ReturnRequested => "On its way back to us".to_owned(),
        OrderStatus::Refunded => "Refunded".to_owned(),
        OrderStatus::Cancelled => "Cancelled".to_owned(),
    }
}
/// What is said on the way from the checkout: title and detail.
pub fn just_placed(status: OrderStatus) -> (&'static str, &'static str) {
    match status {
        OrderStatus::Placed => (
            "Thank you, your order is placed.",
            "The goods are set aside for you, and the bank is asked. This page follows them by itself; you may also close it.",
        ),
        OrderStatus::PaymentPending => (
            "Thank you, your order is placed.",
            "The goods are set aside for you. Whether they are paid is not known yet, and there is nothing you need to do.",
        ),
        OrderStatus::PaymentFailed => {
            ("Your order is written down, but it is not paid.", "What happened and what you can do stands below.")
        }
        OrderStatus::Cancelled => ("Nothing is on its way to you.", "Your order was cancelled; why, stands below."),
        OrderStatus::Paid | OrderStatus::Shipped | OrderStatus::Delivered | OrderStatus::ReturnRequested | OrderStatus::Refunded => {
            ("Thank you, your order is placed and paid.", "This page follows the goods by itself; you may also close it.")
        }
    }
}
pub const STANDS_UNDER: &str = "You find it again under your orders, as";
pub const LIVE: &str = "Live";
pub const CONNECTING: &str = "Connecting";
pub const ASKING: &str = "Asked every few seconds";
pub const FOLLOW_LOST: &str = "Not live, the line is down";
pub const AT_REST: &str = "Up to date";
pub fn updated(ago: &str) -> String {
    format!(", updated {ago}")
}
pub fn ago(seconds: u64) -> String {
    match seconds {
        0..=9 => "just now".to_owned(),
        10..=59 => format!("{seconds} seconds ago"),
        60..=119 => "a minute ago".to_owned(),
        120..=3599 => format!("{} minutes ago", seconds / 60),
        3600..=7199 => "an hour ago".to_owned(),
        7200..=86_399 => format!("{} hours ago", seconds / 3600),
        86_400..=172_799 => "yesterday".to_owned(),
        _ => format!("{} days ago", seconds / 86_400),
    }
}
pub fn port(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Paid => "Paid",
        OrderStatus::Shipped => "Shipped",
        OrderStatus::Delivered => "Delivered",
        _ => "Placed",
    }
}
pub const LOG: &str = "Log";
pub fn log_word(status: OrderStatus, reason: Option<&str>) -> &'static str {
    match status {
        OrderStatus::Delivered if is_return_rejected(reason) => LOG_RETURN_DECLINED,
        OrderStatus::Placed => "Placed.",
        OrderStatus::PaymentPending => "No answer yet.",
        OrderStatus::PaymentFailed => "Refused.",
        OrderStatus::Paid => "Paid.",
        OrderStatus::Shipped => "Shipped.",
        OrderStatus::Delivered => "Delivered.",
        OrderStatus::ReturnRequested => "Return asked for.",
        OrderStatus::Refunded => "Refunded.",
        OrderStatus::Cancelled => "Cancelled.",
    }
}
pub fn log_detail(status: OrderStatus, reason: Option<&str>, total: &str, city: &str) -> String {
    match status {
        OrderStatus::Placed => "Your goods were set aside.".to_owned(),
        OrderStatus::PaymentPending => "The payment was sent, and no answer came back. We ask again.".to_owned(),
        OrderStatus::PaymentFailed => why_refused(reason).to_owned(),
        OrderStatus::Paid => format!("{total}, by card."),
        OrderStatus::Shipped => format!("Handed over in Hamburg, bound for {city}."),
        OrderStatus::Delivered if is_return_rejected(reason) => LOG_RETURN_DECLINED_DETAIL.to_owned(),
        OrderStatus::Delivered => format!("Handed over in {city}."),
        OrderStatus::ReturnRequested => "We look out for the parcel.".to_owned(),
        // Of a part, perhaps: an order does not say how much of it went back.
        OrderStatus::Refunded => "The money went back to the card that paid.".to_owned(),
        OrderStatus::Cancelled => why_cancelled(reason).to_owned(),
    }
}
pub fn why_refused(reason: Option<&str>) -> &'static str {
    match reason {
        Some("insufficient_funds") => "There was not enough money on the card. Nothing was charged.",
        Some("card_declined") => "The bank declined the card. Nothing was charged.",
        _ => "The bank refused the payment. Nothing was charged.",
    }
}
pub fn why_cancelled(reason: Option<&str>) -> &'static str {
    match reason {
        Some("capture_refused") => {
            "The bank took its word back when the parcel was to leave. Nothing was charged, and the goods are on the shelf again."
        }
        Some("cancelled_by_shopper") => {
            "You cancelled it. The goods are on the shelf again. What your bank had kept aside for it is let go, and nothing is charged."
        }
        Some("cancelled_by_operator") => {
            "We had to cancel it. What your bank had kept aside for it is let go, and nothing is charged. We are sorry."
        }
        Some("hold_ended") => "It was not paid in time. Nothing was charged, and the goods are on the shelf again.",
        _ => "The goods are on the shelf again.",
    }
}
pub const CANCELLED_TITLE: &str = "This order was cancelled.";
pub const ORDER_AGAIN: &str = "Put them in my basket again";
pub const ORDERING_AGAIN: &str = "Filling your basket";
pub const NOT_ALL_AGAIN: &str = "Not all of it could be had again. What could is in your basket.";
pub const CHECKING_TITLE: &str = "Your bank has not answered yet.";
pub const CHECKING_DETAIL: &str = "Your goods are set aside and you have not been charged twice. We ask again by ourselves, so please do not pay a second time. Most answers come within half a minute.";
pub fn waiting_for(time: &str) -> String {
    format!("Waiting since {time}")
}
pub fn for_so_long(seconds: u64) -> String {
    match seconds {
        0..=1 => String::new(),
        2..=119 => format!(", {seconds} seconds so far"),
        n => format!(", {} minutes so far", n / 60),
    }
}
pub const YOU_MAY_CLOSE: &str = "You may close this page; the order goes on without it and stands under your orders.";
pub const GOING_TO: &str = "Going to";
pub const WENT_TO: &str = "Sent to";
pub const HOW_IT_TRAVELS: &str = "How it travels";
/// `Wed 25 to Thu 26 Nov`: a month that both days share is said once.
pub fn expected_days(first: &str, last: &str) -> String {
    let month = last.rsplit_once(' ').map_or("", |(_, month)| month);
    match first {
        same if same == last => last.to_owned(),
        _ => format!("{} to {last}", first.strip_suffix(month).unwrap_or(first).trim_end()),
    }
}
pub fn expected_between(first: &str, last: &str) -> String {
    format!("Expected {}", expected_days(first, last))
}
pub const IN_THE_PARCEL: &str = "In the parcel";
pub const THE_ORDER: &str = "The order";
pub fn line_facts(options: &str, quantity: u32, unit_price: &str) -> String {
    if options.is_empty() { format!("{quantity} × {unit_price}") } else { format!("{options}, {quantity} × {unit_price}") }
}
pub const ORDER_UNKNOWN_TITLE: &str = "No such order";
pub const ORDER_UNKNOWN_DETAIL: &str =
    "There is no order at this address, or it is not yours. If you placed it from an account, log in to it first.";
pub const ORDER_LOADING: &str = "Your order";

// The list of orders.
pub const ORDERS_TITLE: &str = "Your orders";
pub fn orders_so_far(count: usize, more: bool) -> String {
    match (count, more) {
        (1, false) => "One so far.".to_owned(),
        (n, false) => format!("{} so far.", capitalised(&in_letters(n))),
        (n, true) => format!("The newest {}.", in_letters(n)),
    }
}
pub fn order_state(status: OrderStatus, reason: Option<&str>, date: &str) -> String {
    match status {
        OrderStatus::Delivered if is_return_rejected(reason) => return_declined_on(date),
        OrderStatus::Placed => "Placed, being paid".to_owned(),
        OrderStatus::PaymentPending => "Checking your payment".to_owned(),
        OrderStatus::PaymentFailed => "Payment refused".to_owned(),
        OrderStatus::Paid => "Paid, being packed".to_owned(),
        OrderStatus::Shipped => format!("Shipped {date}"),
        OrderStatus::Delivered => format!("Delivered {date}"),
        OrderStatus::ReturnRequested => "Return on its way to us".to_owned(),
        OrderStatus::Refunded => format!("Refunded {date}"),
        OrderStatus::Cancelled => format!("Cancelled {date}"),
    }
}
/// One verb that fits the state.
pub fn order_verb(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Placed | OrderStatus::Paid | OrderStatus::Shipped => "Follow it",
        OrderStatus::PaymentPending => "See why",
        OrderStatus::PaymentFailed => "Pay for it",
        OrderStatus::ReturnRequested => "See the return",
        OrderStatus::Delivered | OrderStatus::Refunded | OrderStatus::Cancelled => "Look again",
    }
}
pub fn order_verb_of(number: &str) -> String {
    format!(", order {number}")
}
pub const SHOW_OLDER: &str = "Show older orders";
pub const LOADING_OLDER: &str = "Fetching older orders";
pub fn more_goods(count: usize) -> String {
    format!("and {count} more")
}
pub const NO_ORDERS_TITLE: &str = "No orders yet";
pub const NO_ORDERS_DETAIL: &str = "What you order, as a guest or with an account, stands here with its log.";
pub const NO_ORDERS_VISITOR: &str = "Orders of an account show after logging in.";

// Log in, register.
pub const LOG_IN_TITLE: &str = "Log in";
pub const WELCOME_BACK: &str = "Welcome back";
pub fn basket_comes_along(goods: u32) -> String {
    match goods {
        0 => "Whatever you put in your basket comes with you.".to_owned(),
        1 => "Your basket of one comes with you.".to_owned(),
        n => format!("Your basket of {} comes with you.", in_letters(n as usize)),
    }
}
pub const FIELD_PASSWORD: &str = "Password";
pub const WRONG_CREDENTIALS: &str = "That email and password do not belong together.";
pub const LOGGING_IN: &str = "Logging in";
pub const NEW_HERE: &str = "New here?";
pub const MAKE_AN_ACCOUNT: &str = "Make an account";
pub const OR: &str = ", or ";
pub const AS_GUEST_LINK: &str = "check out as a guest";
pub const GO_ON_LOOKING_LINK: &str = "go on as a guest";
pub const GUESTS_SEE_ORDERS: &str = "Guests see their orders too.";
pub const TOO_FAST: &str = "A little too fast.";
pub const TOO_FAST_DETAIL: &str = "That was more tries than we allow in a row. Your account is fine. You can try again";
pub fn try_again_in(minutes_seconds: &str) -> String {
    format!("in {minutes_seconds}.")
}
pub const TRY_AGAIN_NOW: &str = "now.";
pub const TIME_UNTIL_NEXT_TRY: &str = "Time until the next try";
pub const REGISTER_TITLE: &str = "Make an account";
pub const REGISTER_LEDE: &str = "One name, one email, one password. Basket and orders stay yours.";
pub const FIELD_DISPLAY_NAME: &str = "What should we call you?";
pub const FIELD_PASSWORD_HELP: &str = "At least 12 characters. A short sentence will do.";
pub const REGISTER: &str = "Make the account";
pub const REGISTERING: &str = "Making the account";
pub const EMAIL_TAKEN: &str = "There is an account with this email already. Log in to it, or take another address.";
pub const HAVE_AN_ACCOUNT: &str = "Here before?";
pub const ALREADY_IN: &str = "You are logged in";
pub fn already_in_as(name: &str) -> String {
    format!("As {name}. There is nothing to do here.")
}

// Account.
pub const ACCOUNT_TITLE: &str = "Your account";
pub const PROFILE: &str = "You";
pub const MEMBER_SINCE: &str = "Account since";
pub const SAVE_NAME: &str = "Save the name";
pub const SAVING: &str = "Saving";
pub const NAME_SAVED: &str = "The name is saved.";
pub const LOG_OUT: &str = "Log out";
pub const LOGGING_OUT: &str = "Logging out";
pub const LOG_OUT_NOTE: &str = "On this device only. Basket and orders stay with the account.";
pub const DEVICES: &str = "Where you are logged in";
pub const DEVICES_NOTE: &str = "If you do not know one of them, log it out.";
pub const THIS_DEVICE: &str = "This device";
pub fn last_seen(time: &str) -> String {
    format!("Last seen {time}")
}
pub fn logged_in_at(time: &str) -> String {
    format!("logged in {time}")
}
pub const END_SESSION: &str = "Log out there";
pub const ENDING_SESSION: &str = "Logging out";
pub fn session_of(device: &str) -> String {
    format!(", {device}")
}
pub const SESSION_ENDED_THERE: &str = "That device is logged out.";
pub const UNKNOWN_DEVICE: &str = "A device that does not say what it is";
/// A system by its mark in a `User-Agent`, as it stands after "on".
pub fn system(mark: &'static str) -> &'static str {
    match mark {
        "iPhone" => "an iPhone",
        "iPad" => "an iPad",
        "Mac OS X" => "a Mac",
        name => name,
    }
}
pub fn browser_on(browser: &str, system: &str) -> String {
    format!("{browser} on {system}")
}
pub const ACCOUNT_NEEDED_TITLE: &str = "Not logged in";
pub const ACCOUNT_NEEDED_DETAIL: &str =
    "This page is about an account. Log in to yours, or make one; a guest's basket and orders come along.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_counted_in_letters() {
        assert_eq!(to_put_right(1), "One thing to put right.");
        assert_eq!(to_put_right(3), "Three things to put right.");
        assert_eq!(to_put_right(20), "20 things to put right.");
    }

    #[test]
    fn a_message_away_from_its_field_says_which_one_it_means() {
        assert_eq!(with_label("City", "This is needed."), "City is needed.");
        assert_eq!(with_label("Name", &rule("length is greater than 80")), "Name: At most 80 characters fit here.");
        assert_eq!(
            with_label("Postcode", "This postcode has five digits, such as 111 29."),
            "Postcode: This postcode has five digits, such as 111 29."
        );
        assert_eq!(with_label("Postcode", "Polish postcodes look like 00-950."), "Polish postcodes look like 00-950.");
    }

    #[test]
    fn what_is_left_is_told_in_numbers_and_offered_in_words() {
        assert_eq!(left_of_line("Monsooned Malabar", 4, 2), "Of the 4 Monsooned Malabar you wanted, two are still here.");
        assert_eq!(left_of_line("Night Jasmine", 1, 0), "Night Jasmine is sold out; you wanted 1.");
        assert_eq!(take_what_is_left(1, 2), "Take the two");
        assert_eq!(take_what_is_left(1, 0), "Go on without it");
        assert_eq!(take_what_is_left(2, 3), "Take what is left");
    }

    #[test]
    fn nobody_is_shouted_at() {
        for status in OrderStatus::ALL {
            for text in [order_heading(status, "Berlin"), log_detail(status, None, "€ 1.00", "Berlin"), order_state(status, None, "5 May")]
            {
                assert!(!text.contains('!') && !text.is_empty(), "{text}");
            }
        }
        for card in PaymentToken::ALL {
            assert!(card_detail(card).ends_with('.') && !card_title(card).is_empty());
        }
    }

    #[test]
    fn a_return_that_was_declined_is_no_second_delivery() {
        let told = |reason| {
            let status = OrderStatus::Delivered;
            [log_word(status, reason).to_owned(), log_detail(status, reason, "€ 1.00", "Berlin"), order_state(status, reason, "5 May")]
        };
        assert_eq!(told(None), ["Delivered.", "Handed over in Berlin.", "Delivered 5 May"]);
        assert!(told(Some("return_rejected")).iter().all(|text| !text.contains("elivered") && !text.contains("Handed over")));
    }

    #[test]
    fn an_answer_that_did_not_come_is_told_of_what_was_asked_for() {
        for (wish, word) in [(Wish::Order, "order"), (Wish::Payment, "payment"), (Wish::Return, "return")] {
            for silence in [Silence::Left, Silence::Lost, Silence::TooFast, Silence::SessionOver] {
                let text = unanswered(wish, silence);
                assert!(text.contains(word) && text.contains("the same key") && text.ends_with("at most."), "{text}");
            }
        }
    }

    #[test]
    fn nobody_is_thanked_for_an_order_that_was_not_paid() {
        for status in OrderStatus::ALL {
            let (title, detail) = just_placed(status);
            let ended_badly = matches!(status, OrderStatus::PaymentFailed | OrderStatus::Cancelled);
            assert_eq!(title.starts_with("Thank you"), !ended_badly, "{title}");
            assert!(!detail.contains("set aside") || matches!(status, OrderStatus::Placed | OrderStatus::PaymentPending), "{detail}");
        }
    }

    #[test]
    fn a_month_is_said_once() {
        assert_eq!(expected_days("Wed 25 Nov", "Thu 26 Nov"), "Wed 25 to Thu 26 Nov");
        assert_eq!(expected_days("Mon 30 Nov", "Wed 2 Dec"), "Mon 30 Nov to Wed 2 Dec");
        assert_eq!(expected_days("Tue 24 Nov", "Tue 24 Nov"), "Tue 24 Nov");
    }

    #[test]
    fn times_are_told_as_people_do() {
        assert_eq!(ago(3), "just now");
        assert_eq!(ago(45), "45 seconds ago");
        assert_eq!(ago(125), "2 minutes ago");
        assert_eq!(ago(90_000), "yesterday");
        assert_eq!(ago(260_000), "3 days ago");
    }
}
