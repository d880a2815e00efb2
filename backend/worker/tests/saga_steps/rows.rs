//! Which place is died at on which way of an order, and what must come of each way.

use tradewind_kit::failpoints::{
    ANNOUNCE, DELIVER, END_HOLD, FINISH, PAY_AFTER_ASK, PAY_BEFORE_ASK, PAY_BEFORE_OPEN, REFUND, REFUND_AFTER_ASK, REFUND_BEFORE_ASK,
    RESOLVE_AFTER_ASK, RESOLVE_AFTER_ASK_AGAIN, RESOLVE_BEFORE_ASK, RESOLVE_BEFORE_ASK_AGAIN, SCHEDULE, SETTLE, SHIP, SHIP_AFTER_CAPTURE,
    SHIP_BEFORE_CAPTURE, SHIP_BEFORE_CAPTURING, TIMER_AFTER_TAKE, VOID, VOID_AFTER_ASK, VOID_BEFORE_ASK,
};

/// What happens to an order, apart from its worker's death.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Delivered,
    /// The card is refused, and the hold ends.
    Refused,
    /// The provider does it, and its answer never comes.
    AnswerLost,
    /// The provider fails without doing anything, and works again later.
    ProviderAway,
    CaptureRefused,
    /// By the shopper, once it is paid.
    Cancelled,
    /// By the shopper, while no worker lives.
    CancelledMeanwhile,
    /// All of it came back.
    Refunded,
}

impl Way {
    pub const fn token(self) -> &'static str {
        match self {
            Self::Refused => "tok_declined",
            Self::AnswerLost => "tok_lost_reply",
            Self::CaptureRefused => "tok_capture_fails",
            Self::Delivered | Self::ProviderAway | Self::Cancelled | Self::CancelledMeanwhile | Self::Refunded => "tok_ok",
        }
    }

    /// Every step of the order.
    pub const fn steps(self) -> &'static [&'static str] {
        match self {
            Self::Delivered => &["placed", "paid", "shipped", "delivered"],
            Self::Refused => &["placed", "payment_failed", "cancelled"],
            Self::AnswerLost | Self::ProviderAway => &["placed", "payment_pending", "paid", "shipped", "delivered"],
            Self::CaptureRefused | Self::Cancelled => &["placed", "paid", "cancelled"],
            Self::CancelledMeanwhile => &["placed", "cancelled"],
            Self::Refunded => &["placed", "paid", "shipped", "delivered", "return_requested", "refunded"],
        }
    }
}

pub struct Row {
    pub point: &'static str,
    pub way: Way,
    /// What the provider has done by the end, in its order; each of these once and nothing else.
    pub done: &'static [&'static str],
    /// What the order's ledger says by the end.
    pub posted: &'static [&'static str],
}

const PAID_FOR: [&[&str]; 2] = [&["authorized", "captured"], &["1:authorize", "1:capture"]];
const LET_GO: [&[&str]; 2] = [&["authorized", "voided"], &["1:authorize", "1:void"]];
const PAID_BACK: [&[&str]; 2] = [&["authorized", "captured", "refund", "refunded"], &["1:authorize", "1:capture", "return"]];
const DECLINED: [&[&str]; 2] = [&["declined"], &[]];
const NEVER_ASKED: [&[&str]; 2] = [&[], &[]];

const fn row(point: &'static str, way: Way, [done, posted]: [&'static [&'static str]; 2]) -> Row {
    Row { point, way, done, posted }
}

const fn to_its_end(point: &'static str, way: Way) -> Row {
    row(
        point,
        way,
        match way {
            Way::Delivered | Way::AnswerLost | Way::ProviderAway => PAID_FOR,
            Way::CaptureRefused | Way::Cancelled | Way::CancelledMeanwhile => LET_GO,
            Way::Refused => DECLINED,
            Way::Refunded => PAID_BACK,
        },
    )
}

pub static ROWS: &[Row] = &[
    to_its_end(TIMER_AFTER_TAKE, Way::Delivered),
    to_its_end(SCHEDULE.before_commit, Way::Delivered),
    to_its_end(SCHEDULE.after_commit, Way::Delivered),
    to_its_end(ANNOUNCE.before_commit, Way::Delivered),
    to_its_end(ANNOUNCE.after_commit, Way::Delivered),
    to_its_end(PAY_BEFORE_OPEN, Way::Delivered),
    to_its_end(PAY_BEFORE_ASK, Way::Delivered),
    to_its_end(PAY_AFTER_ASK, Way::Delivered),
    to_its_end(PAY_AFTER_ASK, Way::Refused),
    // What was not asked for before the shopper cancelled is never asked for; what was is given back.
    row(PAY_BEFORE_ASK, Way::CancelledMeanwhile, NEVER_ASKED),
    to_its_end(PAY_AFTER_ASK, Way::CancelledMeanwhile),
    to_its_end(RESOLVE_BEFORE_ASK, Way::AnswerLost),
    to_its_end(RESOLVE_AFTER_ASK, Way::AnswerLost),
    to_its_end(RESOLVE_BEFORE_ASK_AGAIN, Way::ProviderAway),
    to_its_end(RESOLVE_AFTER_ASK_AGAIN, Way::ProviderAway),
    to_its_end(SETTLE.before_commit, Way::Delivered),
    to_its_end(SETTLE.before_commit, Way::Refused),
    to_its_end(SETTLE.before_commit, Way::ProviderAway),
    to_its_end(SETTLE.after_commit, Way::Delivered),
    to_its_end(SETTLE.after_commit, Way::Refused),
    to_its_end(SETTLE.after_commit, Way::ProviderAway),
    to_its_end(SHIP_BEFORE_CAPTURING, Way::Delivered),
    to_its_end(SHIP_BEFORE_CAPTURE, Way::Delivered),
    to_its_end(SHIP_AFTER_CAPTURE, Way::Delivered),
    to_its_end(SHIP_AFTER_CAPTURE, Way::CaptureRefused),
    to_its_end(SHIP.before_commit, Way::Delivered),
    to_its_end(SHIP.before_commit, Way::CaptureRefused),
    to_its_end(SHIP.after_commit, Way::Delivered),
    to_its_end(DELIVER.before_commit, Way::Delivered),
    to_its_end(DELIVER.after_commit, Way::Delivered),
    to_its_end(END_HOLD.before_commit, Way::Refused),
    to_its_end(END_HOLD.after_commit, Way::Refused),
    // Its void timer finds nothing to void.
    to_its_end(FINISH.before_commit, Way::Refused),
    to_its_end(FINISH.after_commit, Way::Refused),
    to_its_end(VOID_BEFORE_ASK, Way::Cancelled),
    to_its_end(VOID_AFTER_ASK, Way::Cancelled),
    to_its_end(VOID.before_commit, Way::Cancelled),
    to_its_end(VOID.after_commit, Way::Cancelled),
    to_its_end(REFUND_BEFORE_ASK, Way::Refunded),
    to_its_end(REFUND_AFTER_ASK, Way::Refunded),
    to_its_end(REFUND.before_commit, Way::Refunded),
    to_its_end(REFUND.after_commit, Way::Refunded),
];
