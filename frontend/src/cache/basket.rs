//! The basket: what the services last confirmed, overlaid with what the person wants and is on its way there.
//!
//! A change shows at once. Changes of one SKU are sent one after the other, always the newest; a refused one leaves the
//! overlay, which is all there is to rolling back. Without a line a change waits on the device and is sent later.

use std::collections::{BTreeMap, BTreeSet};

use leptos::{prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};
use tradewind_contract::{
    Money, Timestamp, UserId,
    cart::{Cart, CartLine},
    limits::QUANTITY_MAX,
};

use super::waiting::{Change, Waiting, waits_on};
use crate::{
    api::{Api, ApiError},
    platform::{self, storage},
    session::Session,
    telemetry::{self, Trace},
};

const STORAGE_KEY: &str = "tradewind.basket";
const WAITING_KEY: &str = "tradewind.waiting";

/// Changes on their way to the services, by SKU.
pub type Wishes = BTreeMap<String, Change>;

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// The services have it.
    There,
    /// There is no line; it waits on the device.
    Waiting,
}

/// What became of the changes that waited.
#[derive(Debug, Default)]
pub struct Delivery {
    pub sent: usize,
    /// Rolled back: what the goods are called, and why.
    pub refused: Vec<(String, ApiError)>,
    /// The lines as the services have them now; some may not be had as wanted any more.
    pub lines: Vec<CartLine>,
}

/// The basket as the person wants it. Pure.
pub fn overlay<'a>(confirmed: &Cart, changes: impl IntoIterator<Item = &'a Change>) -> Cart {
    let mut cart = confirmed.clone();
    for change in changes {
        match cart.lines.iter_mut().find(|line| line.sku == change.sku) {
            Some(line) => line.quantity = change.quantity,
            None => cart.lines.extend(change.line.clone().map(|line| CartLine { quantity: change.quantity, ..line })),
        }
    }
    cart.lines.retain(|line| line.quantity > 0);
    cart.subtotal.amount = cart.lines.iter().map(|line| line.unit_price.amount * i64::from(line.quantity)).sum();
    cart
}

/// The most that can be had of a line: what is known to be left, and never more than 99.
pub fn most(available: Option<u32>) -> u32 {
    available.unwrap_or(QUANTITY_MAX).min(QUANTITY_MAX)
}

#[derive(Serialize, Deserialize)]
struct Stored {
    owner: UserId,
    cart: Cart,
}

/// Copy; made once, in `App`.
#[derive(Clone, Copy)]
pub struct Basket {
    api: Api,
    session: Session,
    confirmed: RwSignal<Option<Cart>>,
    wishes: RwSignal<Wishes>,
    sending: StoredValue<BTreeSet<String>>,
    waiting: RwSignal<Waiting>,
    /// What waits is being sent.
    delivering: StoredValue<bool>,
    /// While a change was on its way the basket became somebody else's, or a newer one was read; it is read once more when
    /// the change has been answered.
    read_again: StoredValue<bool>,
    /// Counts the wishes to send what waits.
    tries: RwSignal<u32>,
    error: RwSignal<Option<ApiError>>,
    /// Whether the drawer over the page is open.
    pub drawer: RwSignal<bool>,
}

impl Basket {
    /// Starts with what the device keeps for the person of the last visit.
    pub fn new(api: Api, session: Session) -> Self {
        let owner = session.user_untracked().map(|user| user.id);
        let stored: Option<Stored> = storage::get(STORAGE_KEY);
        let kept = stored.filter(|stored| Some(stored.owner) == owner).map(|stored| stored.cart);
        Self {
            api,
            session,
            confirmed: RwSignal::new(kept),
            wishes: RwSignal::default(),
            sending: StoredValue::default(),
            waiting: RwSignal::new(storage::get(WAITING_KEY).unwrap_or_default()),
            delivering: StoredValue::new(false),
            read_again: StoredValue::new(false),
            tries: RwSignal::new(0),
            error: RwSignal::new(None),
            drawer: RwSignal::new(false),
        }
    }

    /// The basket as wanted; nothing while it is not known. Reactive.
    pub fn cart(self) -> Option<Cart> {
        let account = self.account();
        let wishes = self.wishes.get();
        let confirmed = self.confirmed.get()?;
        Some(self.waiting.with(|waiting| overlay(&confirmed, waiting.of(account).iter().chain(wishes.values()))))
    }

    /// Pieces in it. Reactive.
    pub fn count(self) -> u32 {
        self.cart().map_or(0, |cart| cart.lines.iter().map(|line| line.quantity).sum())
    }

    /// Why it could not be read. Reactive.
    pub fn error(self) -> Option<ApiError> {
        self.error.get()
    }

    /// Changes are on their way. Reactive.
    pub fn is_sending(self) -> bool {
        self.wishes.with(|wishes| !wishes.is_empty())
    }

    /// How many changes wait for a line. Reactive.
    pub fn waiting(self) -> usize {
        let account = self.account();
        self.waiting.with(|waiting| waiting.of(account).len())
    }

    /// What waits is on its way: a newer change is taken along.
    pub fn is_delivering(self) -> bool {
        self.delivering.get_value()
    }

    /// Counts the wishes to send what waits. Reactive.
    pub fn tries(self) -> u32 {
        self.tries.get()
    }

    /// Asks for what waits to be sent now.
    pub fn try_now(self) {
        let _ = self.tries.try_update(|tries| *tries += 1);
    }

    /// Pieces of `sku` in it, without subscribing.
    pub fn quantity_untracked(self, sku: &str) -> u32 {
        untrack(|| self.cart()).and_then(|cart| cart.lines.into_iter().find(|line| line.sku == sku)).map_or(0, |line| line.quantity)
    }

    /// Follows the session: whoever it becomes, their basket is read.
    pub fn follow(self) {
        Effect::new(move |previous: Option<Option<UserId>>| {
            let owner = self.session.user().map(|user| user.id);
            let settled = self.session.is_settled();
            if let Some(previous) = previous
                && previous != owner
            {
                self.change_hands(previous);
            }
            if settled {
                self.reload(telemetry::page());
            }
            owner
        });
    }

    /// Versions are counted for each person apart, so that those of `previous` mean nothing any more. What is being changed
    /// stays on the screen meanwhile, as when a visitor becomes a guest by it.
    fn change_hands(self, previous: Option<UserId>) {
        if !self.is_being_written() {
            self.confirmed.set(None);
            return;
        }
        if previous.is_some() {
            self.read_again.set_value(true);
        }
        self.confirmed.update(|cart| {
            if let Some(cart) = cart {
                cart.version = 0;
            }
        });
    }

    /// Asks the server for it.
    pub fn reload(self, trace: Trace) {
        if self.session.user_untracked().is_none() {
            self.error.set(None);
            self.confirmed.set(Some(empty()));
            storage::remove(STORAGE_KEY);
            return;
        }
        if self.is_being_written() {
            return; // The answer to the write brings it.
        }
        let (owner, asked_at) = (self.session.id_untracked(), self.version());
        spawn_local(async move {
            let answer = self.read(trace).await;
            if self.session.id_untracked() != owner {
                return; // Somebody else's by now; theirs is asked for.
            }
            match answer {
                Ok(cart) if self.is_being_written() => {
                    // The answer to the write brings it, unless it was made before this one.
                    if cart.version > self.version() {
                        self.read_again.set_value(true);
                    }
                }
                Ok(cart) if is_news(cart.version, asked_at, self.version()) => self.take(cart),
                Ok(_) => {}
                Err(error) => self.error.set(Some(error)),
            }
        });
    }

    /// A change has been answered, which mostly brings the basket.
    fn written(self, trace: Trace) {
        if self.read_again.get_value() && !self.is_being_written() {
            self.read_again.set_value(false);
            self.reload(trace);
        }
    }

    async fn read(self, trace: Trace) -> Result<Cart, ApiError> {
        match self.session.claim_guest(trace).await? {
            Some(cart) => Ok(cart),
            None => self.api.cart(trace).await,
        }
    }

    /// Puts `quantity` more of a line in, as far as there is stock.
    ///
    /// # Errors
    /// As [`Api::send`]; the basket is then as before.
    pub async fn add(self, trace: Trace, line: CartLine, quantity: u32) -> Result<Kept, ApiError> {
        let quantity = (self.quantity_untracked(&line.sku) + quantity).min(most(line.available)).max(1);
        self.change(trace, Change { sku: line.sku.clone(), quantity, line: Some(line) }).await
    }

    /// Sets a line's quantity; 0 takes it out.
    ///
    /// # Errors
    /// As [`Api::send`]; the basket is then as before.
    pub async fn set(self, trace: Trace, sku: String, quantity: u32) -> Result<Kept, ApiError> {
        let shown = untrack(|| self.cart()).and_then(|cart| cart.lines.into_iter().find(|line| line.sku == sku));
        self.change(trace, Change { sku, quantity: quantity.min(QUANTITY_MAX), line: shown }).await
    }

    /// The order has been placed and the server has emptied the basket in the same transaction.
    pub fn ordered(self) {
        self.wishes.update(Wishes::clear);
        self.take(Cart { version: self.version() + 1, ..empty() });
        self.reload(telemetry::page());
    }

    /// Logged out: what the last person could not send any more is not kept for the next one to find.
    pub fn forget_waiting(self) {
        self.keep_waiting(|waiting| *waiting = Waiting::default());
    }

    /// Shows a basket that another call has answered with.
    pub fn take(self, cart: Cart) {
        if let Some(user) = self.session.user_untracked() {
            storage::set(STORAGE_KEY, &Stored { owner: user.id, cart: cart.clone() });
        }
        self.error.set(None);
        if self.confirmed.with_untracked(|old| old.as_ref() != Some(&cart)) {
            self.confirmed.set(Some(cart));
        }
    }

    async fn change(self, trace: Trace, change: Change) -> Result<Kept, ApiError> {
        if self.confirmed.with_untracked(Option::is_none) {
            self.confirmed.set(Some(empty()));
        }
        let under_way = self.sending.with_value(|sending| sending.contains(&change.sku));
        if !under_way && (!platform::is_online() || untrack(|| self.waiting()) > 0) {
            self.put_off(change);
            return Ok(Kept::Waiting);
        }
        let sku = change.sku.clone();
        self.wishes.update(|wishes| {
            wishes.insert(sku.clone(), change);
        });
        if under_way {
            return Ok(Kept::There); // The change under way goes on with this one.
        }
        self.sending.update_value(|sending| {
            sending.insert(sku.clone());
        });
        let outcome = self.send_until_still(trace, &sku).await;
        self.sending.update_value(|sending| {
            sending.remove(&sku);
        });
        let wish = self.wishes.try_update(|wishes| wishes.remove(&sku)).flatten();
        self.written(trace);
        match (outcome, wish) {
            (Err(ApiError::Offline { .. }), Some(wish)) => {
                self.put_off(wish);
                Ok(Kept::Waiting)
            }
            (Err(error), _) => {
                self.reload(trace);
                Err(error)
            }
            (Ok(()), _) => Ok(Kept::There),
        }
    }

    /// Sends the newest wish for `sku` until no newer one has come up.
    async fn send_until_still(self, trace: Trace, sku: &str) -> Result<(), ApiError> {
        loop {
            let Some(quantity) = self.wishes.with_untracked(|wishes| wishes.get(sku).map(|wish| wish.quantity)) else {
                return Ok(());
            };
            self.send(trace, sku, quantity).await?;
            let still = self.wishes.with_untracked(|wishes| wishes.get(sku).is_none_or(|wish| wish.quantity == quantity));
            if still {
                return Ok(());
            }
        }
    }

    async fn send(self, trace: Trace, sku: &str, quantity: u32) -> Result<(), ApiError> {
        let owner = self.session.id_untracked();
        let cart = match quantity {
            0 => self.api.remove_cart_item(trace, sku).await?,
            _ => self.api.set_cart_item(trace, sku, quantity).await?,
        };
        // A visitor becomes a guest by it; with any other change of hands it is not known whose basket this is.
        let is_theirs = owner.is_none() || self.session.id_untracked() == owner;
        if is_theirs && cart.version >= self.version() {
            self.take(cart);
        }
        Ok(())
    }

    /// Lets a change wait on the device. With a line it is sent right after those before it.
    fn put_off(self, change: Change) {
        let account = untrack(|| self.account());
        let confirmed = (!self.delivering.get_value()).then(|| self.confirmed_quantity(&change.sku));
        self.keep_waiting(|waiting| waiting.put(account, change, confirmed));
        if platform::is_online() {
            self.try_now();
        }
    }

    /// Sends what waits, oldest first, until all of it is answered or the line breaks again. Not while it
    /// [`is_delivering`](Self::is_delivering) already.
    pub async fn deliver(self, trace: Trace) -> Delivery {
        let mut delivery = Delivery::default();
        self.delivering.set_value(true);
        while let Some(change) = self.next_waiting() {
            let outcome = self.send(trace, &change.sku, change.quantity).await;
            if outcome.as_ref().is_err_and(waits_on) {
                break;
            }
            let was_newest = self.keep_waiting(|waiting| waiting.settle(&change));
            match outcome {
                Ok(()) => {
                    delivery.sent += 1;
                    delivery.lines.extend(self.confirmed_line(&change.sku));
                }
                Err(error) if was_newest => delivery.refused.push((change.title().to_owned(), error)),
                Err(_) => {}
            }
        }
        self.delivering.set_value(false);
        self.written(trace);
        if !delivery.refused.is_empty() {
            self.reload(trace);
        }
        delivery
    }

    fn next_waiting(self) -> Option<Change> {
        let account = untrack(|| self.account());
        self.waiting.with_untracked(|waiting| waiting.of(account).first().cloned())
    }

    /// Changes what waits, and keeps it over a reload.
    fn keep_waiting<T>(self, change: impl FnOnce(&mut Waiting) -> T) -> T {
        let mut waiting = self.waiting.get_untracked();
        let outcome = change(&mut waiting);
        if waiting.is_empty() {
            storage::remove(WAITING_KEY);
        } else {
            storage::set(WAITING_KEY, &waiting);
        }
        self.waiting.set(waiting);
        outcome
    }

    fn account(self) -> Option<UserId> {
        self.session.account().map(|user| user.id)
    }

    fn confirmed_line(self, sku: &str) -> Option<CartLine> {
        self.confirmed.with_untracked(|cart| cart.as_ref()?.lines.iter().find(|line| line.sku == sku).cloned())
    }

    fn confirmed_quantity(self, sku: &str) -> u32 {
        self.confirmed_line(sku).map_or(0, |line| line.quantity)
    }

    fn is_being_written(self) -> bool {
        self.delivering.get_value() || self.sending.with_value(|sending| !sending.is_empty())
    }

    fn version(self) -> i64 {
        self.confirmed.with_untracked(|cart| cart.as_ref().map_or(0, |cart| cart.version))
    }
}

/// Whether a basket that was read may be shown: since it was asked for, at version `asked_at`, no change has confirmed a
/// newer one. An older version alone is no reason to refuse it, as after the services were restored.
const fn is_news(read: i64, asked_at: i64, shown: i64) -> bool {
    shown == asked_at || read >= shown
}

fn empty() -> Cart {
    Cart { lines: Vec::new(), subtotal: Money::eur(0), version: 0, updated_at: Timestamp(time::OffsetDateTime::UNIX_EPOCH) }
}

#[cfg(test)]
mod tests {
    use tradewind_contract::catalog::{Availability, Image};

    use super::*;

    fn line(sku: &str, quantity: u32, price: i64) -> CartLine {
        CartLine {
            sku: sku.to_owned(),
            handle: sku.to_lowercase(),
            title: sku.to_owned(),
            image: Image { url: String::new(), alt: String::new() },
            options: BTreeMap::new(),
            unit_price: Money::eur(price),
            quantity,
            availability: Availability::InStock,
            available: None,
        }
    }

    fn cart(lines: Vec<CartLine>) -> Cart {
        overlay(&Cart { lines, ..empty() }, [])
    }

    fn wish(sku: &str, quantity: u32) -> Change {
        Change { sku: sku.to_owned(), quantity, line: None }
    }

    #[test]
    fn a_wish_shows_before_it_is_confirmed() {
        let confirmed = cart(vec![line("TEA", 1, 1_850), line("SALT", 2, 300)]);
        let shown = overlay(&confirmed, [&wish("TEA", 3)]);
        assert_eq!(shown.lines[0].quantity, 3);
        assert_eq!(shown.subtotal, Money::eur(3 * 1_850 + 600));
    }

    #[test]
    fn a_refused_wish_leaves_no_trace() {
        let confirmed = cart(vec![line("TEA", 1, 1_850)]);
        let mut wishes = Wishes::from([("TEA".to_owned(), wish("TEA", 40))]);
        assert_ne!(overlay(&confirmed, wishes.values()), confirmed);
        wishes.remove("TEA");
        assert_eq!(overlay(&confirmed, wishes.values()), confirmed);
    }

    #[test]
    fn a_new_line_comes_last_and_a_removed_one_goes() {
        let confirmed = cart(vec![line("TEA", 1, 1_850)]);
        let added = Change { line: Some(line("CUP", 0, 900)), ..wish("CUP", 2) };
        let shown = overlay(&confirmed, [&added, &wish("TEA", 0)]);
        assert_eq!(shown.lines.iter().map(|line| (line.sku.as_str(), line.quantity)).collect::<Vec<_>>(), [("CUP", 2)]);
        assert_eq!(shown.subtotal, Money::eur(1_800));
    }

    #[test]
    fn a_wish_for_an_unknown_line_shows_nothing() {
        let shown = overlay(&empty(), [&wish("GONE", 2)]);
        assert!(shown.lines.is_empty());
    }

    #[test]
    fn a_slow_read_does_not_undo_a_change_that_was_confirmed_meanwhile() {
        assert!(!is_news(4, 4, 5));
        assert!(is_news(5, 4, 5) && is_news(6, 4, 5), "the change is in it");
        assert!(is_news(4, 4, 4) && is_news(7, 4, 4));
        assert!(is_news(1, 9, 9), "the services have an older basket than the device");
    }

    #[test]
    fn no_more_can_be_wanted_than_there_is() {
        assert_eq!(most(Some(3)), 3);
        assert_eq!(most(None), 99);
        assert_eq!(most(Some(500)), 99);
    }
}
