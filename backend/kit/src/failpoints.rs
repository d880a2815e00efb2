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

/// Every place; a test in `backend/worker/tests/pipe` dies at each.
pub const ALL: &[&str] = &[
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

/// Takes what `FAILPOINTS` says, once, at the start of a process.
///
/// # Errors
/// When it names a place that is not in [`ALL`]: a test of a place that is gone would prove nothing.
pub fn arm() -> anyhow::Result<()> {
    if std::env::var_os("FAILPOINTS").is_none() {
        return Ok(());
    }
    // Never ended: the places stay as they are for as long as the process lives.
    std::mem::forget(fail::FailScenario::setup());
    for (name, _) in fail::list() {
        anyhow::ensure!(ALL.contains(&name.as_str()), "FAILPOINTS names {name}, which is no fail point");
    }
    Ok(())
}

/// Here a test may kill the process: `point` is one of [`ALL`].
pub fn reach(point: &'static str) {
    debug_assert!(ALL.contains(&point), "{point} is not in ALL");
    fail::fail_point!(point, |_| {
        tracing::error!(point, "dies, as FAILPOINTS wants it");
        std::process::abort()
    });
}
