//! Places at which a test may kill the process, to prove that whoever comes next finishes the work.
//!
//! `FAILPOINTS="relay::before_publish=return"` aborts there; `3*off->return` lets it pass three times first, `sleep(5000)` only
//! stops it for a while. Nothing else can set one. Without the variable a place costs one look into an empty map.

/// Rows are read and not sent.
pub const RELAY_BEFORE_PUBLISH: &str = "relay::before_publish";
/// The broker has them, and the outbox does not know.
pub const RELAY_AFTER_PUBLISH_BEFORE_MARK: &str = "relay::after_publish_before_mark";
pub const RELAY_AFTER_MARK: &str = "relay::after_mark";

pub const CONSUMER_BEFORE_HANDLE: &str = "consumer::before_handle";
/// An effect is written and can still be taken back: in every `database::transact` of the process.
pub const TRANSACTION_BEFORE_COMMIT: &str = "transaction::before_commit";
/// The effect stands, and Kafka does not know.
pub const CONSUMER_AFTER_COMMIT_BEFORE_OFFSET: &str = "consumer::after_commit_before_offset";

/// The database knows of the failure, and no retry topic does.
pub const RETRY_BEFORE_SEND: &str = "retry::before_send";
/// The retry topic has the message, and the topic that it came from does not know.
pub const RETRY_AFTER_SEND: &str = "retry::after_send";
/// A retry has succeeded, and the aggregate is still blocked.
pub const RETRY_AFTER_SUCCESS: &str = "retry::after_success";

pub const PARK_BEFORE_COMMIT: &str = "park::before_commit";
pub const PARK_AFTER_COMMIT: &str = "park::after_commit";

/// The table has the dead letter, and the topic has not.
pub const DEAD_LETTER_BEFORE_SEND: &str = "dead_letter::before_send";
pub const DEAD_LETTER_AFTER_SEND: &str = "dead_letter::after_send";

/// What waited is about to be handled.
pub const RELEASE_BEFORE_HANDLE: &str = "release::before_handle";
/// It was handled, and still waits by the table.
pub const RELEASE_AFTER_HANDLE: &str = "release::after_handle";
/// Nothing waits any more, and the aggregate is still blocked.
pub const RELEASE_BEFORE_UNBLOCK: &str = "release::before_unblock";

/// The sweep has put timers off, and nobody works on them.
pub const TIMER_AFTER_TAKE: &str = "timer::after_take";

/// A step of an order: right before its transaction commits, and right after, when nobody who waits for the order is told yet.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    pub before_commit: &'static str,
    pub after_commit: &'static str,
}

/// An event sets a timer.
pub const SCHEDULE: Step = Step { before_commit: "schedule::before_commit", after_commit: "schedule::after_commit" };
/// An event tells whoever watches the shelves.
pub const ANNOUNCE: Step = Step { before_commit: "announce::before_commit", after_commit: "announce::after_commit" };

/// The attempt to be paid is about to be opened.
pub const PAY_BEFORE_OPEN: &str = "pay::before_open";
/// The attempt is open, and the provider was not asked.
pub const PAY_BEFORE_ASK: &str = "pay::before_ask";
/// The provider has answered, and nobody knows.
pub const PAY_AFTER_ASK: &str = "pay::after_ask";

/// The provider is about to be asked what became of a payment.
pub const RESOLVE_BEFORE_ASK: &str = "resolve::before_ask";
pub const RESOLVE_AFTER_ASK: &str = "resolve::after_ask";
/// The provider has never heard of the payment, and is about to be asked for it again.
pub const RESOLVE_BEFORE_ASK_AGAIN: &str = "resolve::before_ask_again";
pub const RESOLVE_AFTER_ASK_AGAIN: &str = "resolve::after_ask_again";

/// What became of a payment is written down.
pub const SETTLE: Step = Step { before_commit: "settle::before_commit", after_commit: "settle::after_commit" };

/// From the commit on nobody can cancel the order.
pub const SHIP_BEFORE_CAPTURING: &str = "ship::before_capturing";
/// It cannot be cancelled, and the money is not taken.
pub const SHIP_BEFORE_CAPTURE: &str = "ship::before_capture";
/// The money is taken, or refused, and nobody knows.
pub const SHIP_AFTER_CAPTURE: &str = "ship::after_capture";
pub const SHIP: Step = Step { before_commit: "ship::before_commit", after_commit: "ship::after_commit" };

pub const DELIVER: Step = Step { before_commit: "deliver::before_commit", after_commit: "deliver::after_commit" };
pub const END_HOLD: Step = Step { before_commit: "end_hold::before_commit", after_commit: "end_hold::after_commit" };

pub const VOID_BEFORE_ASK: &str = "void::before_ask";
/// The bank has let the money go, and nobody knows.
pub const VOID_AFTER_ASK: &str = "void::after_ask";
pub const VOID: Step = Step { before_commit: "void::before_commit", after_commit: "void::after_commit" };

pub const REFUND_BEFORE_ASK: &str = "refund::before_ask";
/// The money went back, and nobody knows.
pub const REFUND_AFTER_ASK: &str = "refund::after_ask";
pub const REFUND: Step = Step { before_commit: "refund::before_commit", after_commit: "refund::after_commit" };

/// A timer with nothing left to do is about to be forgotten.
pub const FINISH: Step = Step { before_commit: "finish::before_commit", after_commit: "finish::after_commit" };

/// Every place of the pipe; a test in `backend/worker/tests/pipe` dies at each.
pub const PIPE: &[&str] = &[
    RELAY_BEFORE_PUBLISH,
    RELAY_AFTER_PUBLISH_BEFORE_MARK,
    RELAY_AFTER_MARK,
    CONSUMER_BEFORE_HANDLE,
    TRANSACTION_BEFORE_COMMIT,
    CONSUMER_AFTER_COMMIT_BEFORE_OFFSET,
    RETRY_BEFORE_SEND,
    RETRY_AFTER_SEND,
    RETRY_AFTER_SUCCESS,
    PARK_BEFORE_COMMIT,
    PARK_AFTER_COMMIT,
    DEAD_LETTER_BEFORE_SEND,
    DEAD_LETTER_AFTER_SEND,
    RELEASE_BEFORE_HANDLE,
    RELEASE_AFTER_HANDLE,
    RELEASE_BEFORE_UNBLOCK,
];

/// Every place on an order's way; a test in `backend/worker/tests/saga_steps` dies at each.
pub const SAGA: &[&str] = &[
    TIMER_AFTER_TAKE,
    SCHEDULE.before_commit,
    SCHEDULE.after_commit,
    ANNOUNCE.before_commit,
    ANNOUNCE.after_commit,
    PAY_BEFORE_OPEN,
    PAY_BEFORE_ASK,
    PAY_AFTER_ASK,
    RESOLVE_BEFORE_ASK,
    RESOLVE_AFTER_ASK,
    RESOLVE_BEFORE_ASK_AGAIN,
    RESOLVE_AFTER_ASK_AGAIN,
    SETTLE.before_commit,
    SETTLE.after_commit,
    SHIP_BEFORE_CAPTURING,
    SHIP_BEFORE_CAPTURE,
    SHIP_AFTER_CAPTURE,
    SHIP.before_commit,
    SHIP.after_commit,
    DELIVER.before_commit,
    DELIVER.after_commit,
    END_HOLD.before_commit,
    END_HOLD.after_commit,
    VOID_BEFORE_ASK,
    VOID_AFTER_ASK,
    VOID.before_commit,
    VOID.after_commit,
    REFUND_BEFORE_ASK,
    REFUND_AFTER_ASK,
    REFUND.before_commit,
    REFUND.after_commit,
    FINISH.before_commit,
    FINISH.after_commit,
];

fn exists(point: &str) -> bool {
    PIPE.contains(&point) || SAGA.contains(&point)
}

/// Takes what `FAILPOINTS` says, once, at the start of a process.
///
/// # Errors
/// When it names a place that is in neither list: a test of a place that is gone would prove nothing.
pub fn arm() -> anyhow::Result<()> {
    if std::env::var_os("FAILPOINTS").is_none() {
        return Ok(());
    }
    // Never ended: the places stay as they are for as long as the process lives.
    std::mem::forget(fail::FailScenario::setup());
    for (name, _) in fail::list() {
        anyhow::ensure!(exists(&name), "FAILPOINTS names {name}, which is no fail point");
    }
    Ok(())
}

/// Here a test may kill the process: `point` is in [`PIPE`] or in [`SAGA`].
pub fn reach(point: &'static str) {
    debug_assert!(exists(point), "{point} is in no list");
    fail::fail_point!(point, |_| {
        tracing::error!(point, "dies, as FAILPOINTS wants it");
        std::process::abort()
    });
}
