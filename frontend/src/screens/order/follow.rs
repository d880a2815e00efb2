//! How the page keeps up with its order: each event taken in once and in order, and when to try again.

use tradewind_contract::orders::{Order, OrderEvent, OrderStatus, OrderTransition};

/// The shortest wait before connecting again.
const WAIT_FIRST_MS: u32 = 500;
/// The longest one: the next step is still seen within half a minute.
const WAIT_LAST_MS: u32 = 30_000;
/// A connection that has held for so long after its first event was a good one, though it brought no step.
const HELD_MS: f64 = 10_000.0;
/// After so many connections in a row that brought nothing, the order is asked for instead.
const FAILURES_BEFORE_POLLING: u32 = 3;

/// What an event meant for the order on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// Nothing new: streams begin with what has already happened.
    Known,
    /// The next step; the order now has it.
    Step,
    /// Steps in between are missing: the order has to be read again.
    Gap,
}

/// Takes an event into the order, whose `version` is the length of its history.
pub fn take(order: &mut Order, event: &OrderEvent) -> Taken {
    if event.version <= order.version {
        return Taken::Known;
    }
    if event.version > order.version + 1 {
        return Taken::Gap;
    }
    order.history.push(OrderTransition { status: event.status, at: event.at, reason: event.reason.clone() });
    order.status = event.status;
    order.version = event.version;
    Taken::Step
}

/// A newly read order replaces an older one, never the other way round: a replica may lag behind the stream. One of the
/// same step may say more than the stream did: until when the pieces are held.
pub fn newer(shown: &Order, read: Order) -> Option<Order> {
    let says_more = read.version == shown.version && shown.payable_until.is_none() && read.payable_until.is_some();
    (read.version > shown.version || says_more).then_some(read)
}

/// An event tells of a refusal, but not until when the pieces are held: that is to be read.
pub fn lacks_hold_end(order: &Order) -> bool {
    order.status == OrderStatus::PaymentFailed && order.payable_until.is_none()
}

/// Nothing more is on its way by itself: a delivered order moves on only when somebody sends it back.
pub const fn is_at_rest(status: OrderStatus) -> bool {
    status.is_final() || matches!(status, OrderStatus::Delivered)
}

/// Whether a connection held, `heard_ms` after its first event. One that replays the past and breaks at once did not: else
/// the waits would never grow.
pub fn has_held(heard_ms: f64) -> bool {
    heard_ms > HELD_MS
}

/// Waits that double from failure to failure, half of each drawn by chance so that a service that
/// comes back is not met by everybody at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The line brought a step or held: the next break starts from the shortest wait.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// Milliseconds to wait after one more failure; `chance` is 0.0 to 1.0.
    pub fn next_ms(&mut self, chance: f64) -> u32 {
        let ceiling = WAIT_FIRST_MS.saturating_mul(1 << self.failures.min(16)).min(WAIT_LAST_MS);
        self.failures = self.failures.saturating_add(1);
        ceiling / 2 + (f64::from(ceiling / 2) * chance.clamp(0.0, 1.0)) as u32
    }

    pub fn should_poll(&self) -> bool {
        self.failures >= FAILURES_BEFORE_POLLING
    }
}

#[cfg(test)]
pub(super) mod tests {
    use time::macros::datetime;
    use tradewind_contract::{
        Money, OrderNumber, Timestamp,
        orders::{Address, Totals},
    };

    use super::*;

    pub fn order(history: &[OrderStatus]) -> Order {
        let at = Timestamp(datetime!(2027-02-24 19:14 UTC));
        let zero = Money::eur(0);
        Order {
            id: uuid::Uuid::nil().into(),
            number: OrderNumber::from_random(7),
            status: history.last().copied().unwrap_or(OrderStatus::Placed),
            email: "ines@example.org".into(),
            lines: Vec::new(),
            totals: Totals { subtotal: zero, shipping: zero, tax: zero, total: Money::eur(6_080) },
            shipping_address: Address { city: "Berlin".into(), country: "DE".into(), ..Address::default() },
            shipping_method: "post".into(),
            history: history.iter().map(|status| OrderTransition { status: *status, at, reason: None }).collect(),
            version: history.len() as i64,
            placed_at: at,
            payable_until: None,
        }
    }

    fn event(version: i64, status: OrderStatus) -> OrderEvent {
        OrderEvent { status, at: Timestamp(datetime!(2027-02-24 19:15 UTC)), version, reason: None }
    }

    #[test]
    fn the_past_is_told_again_and_changes_nothing() {
        let mut order = order(&[OrderStatus::Placed, OrderStatus::Paid]);
        let before = order.clone();
        assert_eq!(take(&mut order, &event(1, OrderStatus::Placed)), Taken::Known);
        assert_eq!(take(&mut order, &event(2, OrderStatus::Paid)), Taken::Known);
        assert_eq!(order, before);
    }

    #[test]
    fn the_next_step_is_taken_in() {
        let mut order = order(&[OrderStatus::Placed]);
        assert_eq!(take(&mut order, &event(2, OrderStatus::Paid)), Taken::Step);
        assert_eq!((order.status, order.version, order.history.len()), (OrderStatus::Paid, 2, 2));
    }

    #[test]
    fn a_gap_is_noticed_and_nothing_is_made_up() {
        let mut order = order(&[OrderStatus::Placed]);
        assert_eq!(take(&mut order, &event(3, OrderStatus::Shipped)), Taken::Gap);
        assert_eq!(order.status, OrderStatus::Placed);
    }

    #[test]
    fn an_older_answer_never_replaces_a_newer_one() {
        let shown = order(&[OrderStatus::Placed, OrderStatus::Paid]);
        assert!(newer(&shown, order(&[OrderStatus::Placed])).is_none());
        assert!(newer(&shown, shown.clone()).is_none());
        assert!(newer(&shown, order(&[OrderStatus::Placed, OrderStatus::Paid, OrderStatus::Shipped])).is_some());
    }

    #[test]
    fn a_refusal_told_by_the_stream_is_completed_by_reading_it() {
        let mut shown = order(&[OrderStatus::Placed]);
        take(&mut shown, &event(2, OrderStatus::PaymentFailed));
        assert!(lacks_hold_end(&shown));
        let read = Order { payable_until: Some(shown.placed_at), ..shown.clone() };
        let complete = newer(&shown, read.clone()).unwrap_or_else(|| panic!("the read says more"));
        assert!(!lacks_hold_end(&complete));
        assert!(newer(&complete, read).is_none() && newer(&complete, shown).is_none());
    }

    #[test]
    fn following_ends_when_nothing_comes_by_itself() {
        assert!(is_at_rest(OrderStatus::Delivered) && is_at_rest(OrderStatus::Cancelled));
        assert!(!is_at_rest(OrderStatus::PaymentFailed) && !is_at_rest(OrderStatus::Shipped));
        assert!(!is_at_rest(OrderStatus::ReturnRequested), "a return is decided about");
    }

    #[test]
    fn a_replay_that_breaks_at_once_is_no_good_connection() {
        assert!(!has_held(0.0) && !has_held(900.0));
        assert!(has_held(60_000.0));
    }

    #[test]
    fn waits_double_up_to_half_a_minute_and_start_again() {
        let mut backoff = Backoff::default();
        let waits: Vec<_> = (0..9).map(|_| backoff.next_ms(1.0)).collect();
        assert_eq!(waits, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
        assert!(backoff.should_poll());
        backoff.reset();
        assert!(!backoff.should_poll());
        assert_eq!(backoff.next_ms(0.0), 250);
    }
}
