//! The basket: what the server last confirmed, overlaid with what the person wants and is on its way there.
//!
//! A change shows at once. Changes of one SKU are sent one after the other, always the newest; a refused one leaves the
//! overlay, which is all there is to rolling back.

use std::collections::{BTreeMap, BTreeSet};

use leptos::{prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};
use tradewind_contract::{
    Money, Timestamp, UserId,
    cart::{Cart, CartLine, QUANTITY_MAX},
};

use crate::{
    api::{Api, ApiError},
    platform::storage,
    session::Session,
    telemetry::{self, Trace},
};

const STORAGE_KEY: &str = "tradewind.basket";

/// A quantity that the server has not confirmed yet; 0 takes the line out.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    pub quantity: u32,
    /// What to show for a SKU that is not in the confirmed basket.
    pub line: Option<CartLine>,
}

/// By SKU.
pub type Wishes = BTreeMap<String, Wish>;

/// The basket as the person wants it. Pure.
pub fn overlay(confirmed: &Cart, wishes: &Wishes) -> Cart {
    let mut cart = confirmed.clone();
    for (sku, wish) in wishes {
        match cart.lines.iter_mut().find(|line| line.sku == *sku) {
            Some(line) => line.quantity = wish.quantity,
            None => cart.lines.extend(wish.line.clone().map(|line| CartLine { quantity: wish.quantity, ..line })),
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
            error: RwSignal::new(None),
            drawer: RwSignal::new(false),
        }
    }

    /// The basket as wanted; nothing while it is not known. Reactive.
    pub fn cart(self) -> Option<Cart> {
        let wishes = self.wishes.get();
        let confirmed = self.confirmed.get()?;
        Some(overlay(&confirmed, &wishes))
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

    /// Pieces of `sku` in it, without subscribing.
    pub fn quantity_untracked(self, sku: &str) -> u32 {
        untrack(|| self.cart()).and_then(|cart| cart.lines.into_iter().find(|line| line.sku == sku)).map_or(0, |line| line.quantity)
    }

    /// Follows the session: whoever it becomes, their basket is read.
    pub fn follow(self) {
        Effect::new(move |previous: Option<Option<UserId>>| {
            let owner = self.session.user().map(|user| user.id);
            let settled = self.session.is_settled();
            if previous.is_some_and(|previous| previous != owner) && !self.is_being_written() {
                self.confirmed.set(None);
            }
            if settled {
                self.reload(telemetry::page());
            }
            owner
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
        spawn_local(async move {
            match self.read(trace).await {
                Ok(cart) if !self.is_being_written() => self.take(cart),
                Ok(_) => {}
                Err(error) => self.error.set(Some(error)),
            }
        });
    }

    async fn read(self, trace: Trace) -> Result<Cart, ApiError> {
        match self.session.claim_guest(trace).await? {
            Some(cart) => Ok(cart),
            None => self.api.cart(trace).await,
        }
    }

    /// Puts `quantity` more of a line in, as far as there is stock; answers with the quantity now in it.
    ///
    /// # Errors
    /// As [`Api::send`]; the basket is then as before.
    pub async fn add(self, trace: Trace, line: CartLine, quantity: u32) -> Result<u32, ApiError> {
        let wanted = (self.quantity_untracked(&line.sku) + quantity).min(most(line.available)).max(1);
        self.change(trace, line.sku.clone(), wanted, Some(line)).await?;
        Ok(wanted)
    }

    /// Sets a line's quantity; 0 takes it out.
    ///
    /// # Errors
    /// As [`Api::send`]; the basket is then as before.
    pub async fn set(self, trace: Trace, sku: String, quantity: u32) -> Result<(), ApiError> {
        self.change(trace, sku, quantity.min(QUANTITY_MAX), None).await
    }

    /// The order has been placed and the server has emptied the basket in the same transaction.
    pub fn ordered(self) {
        self.wishes.update(Wishes::clear);
        self.take(Cart { version: self.version(), ..empty() });
        self.reload(telemetry::page());
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

    async fn change(self, trace: Trace, sku: String, quantity: u32, line: Option<CartLine>) -> Result<(), ApiError> {
        if self.confirmed.with_untracked(Option::is_none) {
            self.confirmed.set(Some(empty()));
        }
        self.wishes.update(|wishes| {
            wishes.insert(sku.clone(), Wish { quantity, line });
        });
        let first = self.sending.try_update_value(|sending| sending.insert(sku.clone())).unwrap_or(false);
        if !first {
            return Ok(()); // The change under way goes on with this one.
        }
        let outcome = self.send_until_still(trace, &sku).await;
        self.sending.update_value(|sending| {
            sending.remove(&sku);
        });
        self.wishes.update(|wishes| {
            wishes.remove(&sku);
        });
        if outcome.is_err() {
            self.reload(trace);
        }
        outcome
    }

    /// Sends the newest wish for `sku` until no newer one has come up.
    async fn send_until_still(self, trace: Trace, sku: &str) -> Result<(), ApiError> {
        loop {
            let Some(quantity) = self.wishes.with_untracked(|wishes| wishes.get(sku).map(|wish| wish.quantity)) else {
                return Ok(());
            };
            let cart = match quantity {
                0 => self.api.remove_cart_item(trace, sku).await?,
                _ => self.api.set_cart_item(trace, sku, quantity).await?,
            };
            if cart.version >= self.version() {
                self.take(cart);
            }
            let still = self.wishes.with_untracked(|wishes| wishes.get(sku).is_none_or(|wish| wish.quantity == quantity));
            if still {
                return Ok(());
            }
        }
    }

    fn is_being_written(self) -> bool {
        self.sending.with_value(|sending| !sending.is_empty())
    }

    fn version(self) -> i64 {
        self.confirmed.with_untracked(|cart| cart.as_ref().map_or(0, |cart| cart.version))
    }
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
        overlay(&Cart { lines, ..empty() }, &Wishes::new())
    }

    fn wish(quantity: u32) -> Wish {
        Wish { quantity, line: None }
    }

    #[test]
    fn a_wish_shows_before_it_is_confirmed() {
        let confirmed = cart(vec![line("TEA", 1, 1_850), line("SALT", 2, 300)]);
        let shown = overlay(&confirmed, &Wishes::from([("TEA".to_owned(), wish(3))]));
        assert_eq!(shown.lines[0].quantity, 3);
        assert_eq!(shown.subtotal, Money::eur(3 * 1_850 + 600));
    }

    #[test]
    fn a_refused_wish_leaves_no_trace() {
        let confirmed = cart(vec![line("TEA", 1, 1_850)]);
        let mut wishes = Wishes::from([("TEA".to_owned(), wish(40))]);
        assert_ne!(overlay(&confirmed, &wishes), confirmed);
        wishes.remove("TEA");
        assert_eq!(overlay(&confirmed, &wishes), confirmed);
    }

    #[test]
    fn a_new_line_comes_last_and_a_removed_one_goes() {
        let confirmed = cart(vec![line("TEA", 1, 1_850)]);
        let added = Wish { quantity: 2, line: Some(line("CUP", 0, 900)) };
        let shown = overlay(&confirmed, &Wishes::from([("CUP".to_owned(), added), ("TEA".to_owned(), wish(0))]));
        assert_eq!(shown.lines.iter().map(|line| (line.sku.as_str(), line.quantity)).collect::<Vec<_>>(), [("CUP", 2)]);
        assert_eq!(shown.subtotal, Money::eur(1_800));
    }

    #[test]
    fn a_wish_for_an_unknown_line_shows_nothing() {
        let shown = overlay(&empty(), &Wishes::from([("GONE".to_owned(), wish(2))]));
        assert!(shown.lines.is_empty());
    }

    #[test]
    fn no_more_can_be_wanted_than_there_is() {
        assert_eq!(most(Some(3)), 3);
        assert_eq!(most(None), 99);
        assert_eq!(most(Some(500)), 99);
    }
}
