//! What was asked for from an order's page: one key from the first click until the order itself has answered, kept in the
//! tab so that neither a double click nor a reload asks twice.

use leptos::prelude::*;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tradewind_contract::{
    OrderId,
    orders::{Order, OrderStatus},
};

use crate::{
    api::{
        ApiError,
        attempt::{Attempt, Verdict, after, attempt_for},
    },
    platform::{self, tab},
    screens::checkout::memory::ATTEMPT_KEY,
};

/// An attempt and where the order was when it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent<R> {
    /// The order's version then. A later one has answered, whatever became of the request's own answer.
    pub version: i64,
    /// The service has it and said so; what comes of it is the order's next step.
    pub taken: bool,
    pub attempt: Attempt<R>,
}

/// What of it is still open, now that the order is where it is: nothing can be asked of it but in the state `within`.
pub fn still_open<R>(sent: Option<Sent<R>>, order: &Order, within: OrderStatus) -> Option<Sent<R>> {
    sent.filter(|sent| order.status == within && order.version <= sent.version)
}

/// Why it is not done.
#[derive(Debug, Clone, PartialEq)]
pub enum Trouble {
    /// Nobody knows whether it is; absent error: the page was left before the answer.
    Unanswered(Option<ApiError>),
    Refused(ApiError),
}

/// One kind of wish of one order. Copy.
pub struct Wish<R: Send + Sync + 'static> {
    order: OrderId,
    kind: &'static str,
    sent: RwSignal<Option<Sent<R>>>,
    sending: RwSignal<bool>,
    pub trouble: RwSignal<Option<Trouble>>,
}

impl<R: Send + Sync + 'static> Clone for Wish<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R: Send + Sync + 'static> Copy for Wish<R> {}

impl<R> Wish<R>
where
    R: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    /// Takes up what this tab has asked for before a reload; it ends when the order goes on or leaves `within`.
    pub fn new(kind: &'static str, order: Signal<Option<Order>>, within: OrderStatus) -> Self {
        let now = order.get_untracked();
        let id = now.as_ref().map_or_else(|| uuid::Uuid::nil().into(), |order| order.id);
        let kept = tab::get::<Sent<R>>(&key(kind, id));
        let kept = now.and_then(|order| still_open(kept, &order, within));
        let left_open = kept.as_ref().is_some_and(|sent| !sent.taken);
        let wish = Self {
            order: id,
            kind,
            sent: RwSignal::new(None),
            sending: RwSignal::new(false),
            trouble: RwSignal::new(left_open.then_some(Trouble::Unanswered(None))),
        };
        wish.keep(kept);
        let version = Memo::new(move |_| order.with(|order| order.as_ref().map(|order| order.version)));
        Effect::new(move |before: Option<Option<i64>>| {
            let now = version.get();
            if before.is_some_and(|before| before != now) {
                let sent = wish.sent.get_untracked();
                let open = order.with_untracked(|order| still_open(sent.clone(), order.as_ref()?, within));
                if open != sent {
                    // The stream may be quicker than the request's own answer, which then comes to nothing.
                    wish.keep(open);
                    wish.sending.set(false);
                }
                wish.trouble.set(None);
            }
            now
        });
        wish
    }

    /// What was asked for and is not answered. Untracked.
    pub fn request(self) -> Option<R> {
        self.sent.with_untracked(|sent| sent.as_ref().map(|sent| sent.attempt.request.clone()))
    }

    /// Nothing may be changed while an answer is awaited. Reactive.
    pub fn is_locked(self) -> bool {
        self.sending.get() || self.sent.with(Option::is_some)
    }

    /// It is on its way, or the service is at work on it. Reactive.
    pub fn is_asking(self) -> bool {
        self.sending.get() || self.sent.with(|sent| sent.as_ref().is_some_and(|sent| sent.taken))
    }

    /// Makes or takes up the attempt, kept before it leaves; nothing while one is on its way, as after a double click.
    pub fn begin(self, version: i64, request: R) -> Option<Sent<R>> {
        if untrack(|| self.is_asking()) {
            return None;
        }
        let open = self.sent.get_untracked();
        let attempt = attempt_for(open.as_ref().map(|sent| &sent.attempt), request, platform::idempotency_key);
        let sent = Sent { version: open.map_or(version, |sent| sent.version), taken: false, attempt };
        self.trouble.set(None);
        self.sending.set(true);
        self.keep(Some(sent.clone()));
        Some(sent)
    }

    /// The service has it; the order's next step answers. Unless that came first.
    pub fn taken(self, sent: Sent<R>) {
        if self.is_awaited(&sent) {
            self.keep(Some(Sent { taken: true, ..sent }));
            let _ = self.sending.try_set(false);
        }
    }

    /// It is done.
    pub fn done(self) {
        self.keep(None);
        let _ = self.sending.try_set(false);
    }

    /// It was refused, or nobody knows; false when nobody is there to be told, or the order has answered by itself.
    pub fn failed(self, sent: Sent<R>, error: ApiError) -> bool {
        if !self.is_awaited(&sent) {
            return false;
        }
        let verdict = Verdict::of(&error);
        self.keep(after(sent, verdict));
        if self.sending.try_set(false).is_some() {
            return false; // The page was left.
        }
        self.trouble.set(Some(match verdict {
            Verdict::Unknown => Trouble::Unanswered(Some(error)),
            Verdict::Refused => Trouble::Refused(error),
        }));
        true
    }

    /// Still the one that is kept; on a page that was left, the tab remembers.
    fn is_awaited(self, sent: &Sent<R>) -> bool {
        let kept = self.sent.try_get_untracked().unwrap_or_else(|| tab::get(&key(self.kind, self.order)));
        kept.is_some_and(|kept| kept.attempt.key == sent.attempt.key)
    }

    fn keep(self, sent: Option<Sent<R>>) {
        tab::set(&key(self.kind, self.order), sent.as_ref());
        let _ = self.sent.try_set(sent);
    }
}

fn key(kind: &str, order: OrderId) -> String {
    format!("{ATTEMPT_KEY}.{kind}.{order}")
}

#[cfg(test)]
mod tests {
    use tradewind_contract::orders::{
        OrderStatus::{Paid, PaymentFailed, PaymentPending, Placed},
        PayAgain,
    };

    use super::*;
    use crate::screens::order::follow::tests::order;

    fn sent(version: i64, taken: bool) -> Sent<PayAgain> {
        Sent { version, taken, attempt: Attempt { key: "a".into(), request: PayAgain { payment_token: "tok_ok".into() } } }
    }

    #[test]
    fn an_attempt_is_open_until_the_orders_next_step() {
        let refused = order(&[Placed, PaymentFailed]);
        for taken in [false, true] {
            assert_eq!(still_open(Some(sent(2, taken)), &refused, PaymentFailed), Some(sent(2, taken)));
            for answered in [[Placed, PaymentFailed, PaymentFailed], [Placed, PaymentFailed, Paid], [Placed, PaymentFailed, PaymentPending]]
            {
                assert_eq!(still_open(Some(sent(2, taken)), &order(&answered), PaymentFailed), None, "{answered:?}");
            }
        }
    }

    #[test]
    fn an_older_view_of_the_order_answers_nothing() {
        assert!(still_open(Some(sent(3, true)), &order(&[Placed, PaymentFailed]), PaymentFailed).is_some());
    }

    #[test]
    fn a_reload_keeps_key_request_and_step() {
        let stored = serde_json::to_string(&sent(2, true)).unwrap_or_default();
        let read: Sent<PayAgain> = serde_json::from_str(&stored).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(read, sent(2, true));
    }

    #[test]
    fn what_is_kept_of_an_order_goes_with_the_purchases_memory() {
        let id = uuid::Uuid::nil().into();
        assert!(key("payment", id).starts_with(ATTEMPT_KEY));
        assert_ne!(key("payment", id), key("return", id));
    }
}
