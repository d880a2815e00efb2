//! Changes of the basket that the services have not answered yet because there is no line to them: kept on the device,
//! shown at once, sent in order. Pure.

use serde::{Deserialize, Serialize};
use tradewind_contract::{UserId, cart::CartLine};

use crate::api::ApiError;

/// A quantity wanted of one SKU. It is the whole quantity and not a step, so that sending it twice changes nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    pub sku: String,
    /// 0 takes the line out.
    pub quantity: u32,
    /// What to show for a SKU that is not in the confirmed basket.
    pub line: Option<CartLine>,
}

impl Change {
    /// What the goods are called, as far as it is known.
    pub fn title(&self) -> &str {
        self.line.as_ref().map_or(&self.sku, |line| &line.title)
    }
}

/// The changes that wait, oldest first, at most one a SKU.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    /// The account that made them. Visitors and guests have none: what they put in belongs to the device and comes along
    /// when they log in.
    account: Option<UserId>,
    changes: Vec<Change>,
}

impl Waiting {
    /// Those that `account` may see and send: its own and the device's.
    pub fn of(&self, account: Option<UserId>) -> &[Change] {
        let theirs = self.account.is_none() || self.account == account;
        if theirs { &self.changes } else { &[] }
    }

    /// Takes a change in. A newer one of the same SKU replaces the older and keeps its place; one that comes back to what
    /// the services have (`confirmed`, when nothing of it can be on its way) is none any more.
    pub fn put(&mut self, account: Option<UserId>, change: Change, confirmed: Option<u32>) {
        if self.of(account).is_empty() {
            // Somebody else's: they never came back for them.
            self.changes.clear();
            self.account = account;
        }
        let unchanged = confirmed == Some(change.quantity);
        let at = self.changes.iter().position(|known| known.sku == change.sku);
        match at {
            Some(at) if unchanged => {
                self.changes.remove(at);
            }
            Some(at) => {
                let known = &mut self.changes[at];
                known.quantity = change.quantity;
                known.line = change.line.or(known.line.take());
            }
            None if unchanged => {}
            None => self.changes.push(change),
        }
    }

    /// `answered` has been accepted or refused. False when a newer change of the same SKU has come up, which still waits.
    pub fn settle(&mut self, answered: &Change) -> bool {
        let before = self.changes.len();
        self.changes.retain(|change| change.sku != answered.sku || change.quantity != answered.quantity);
        self.changes.len() < before || !self.changes.iter().any(|change| change.sku == answered.sku)
    }

    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

/// The services did not judge the change: there was no line, they are busy, or the account has to log in again. It waits
/// on. Any other answer is their last word.
pub fn waits_on(error: &ApiError) -> bool {
    error.is_transient() || matches!(error.status(), Some(401 | 429))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::api::answered;

    fn change(sku: &str, quantity: u32) -> Change {
        Change { sku: sku.to_owned(), quantity, line: None }
    }

    fn account(number: u128) -> Option<UserId> {
        Some(Uuid::from_u128(number).into())
    }

    fn told(waiting: &Waiting) -> Vec<(&str, u32)> {
        waiting.changes.iter().map(|change| (change.sku.as_str(), change.quantity)).collect()
    }

    #[test]
    fn changes_wait_in_the_order_they_were_made() {
        let mut waiting = Waiting::default();
        for sku in ["TEA", "CUP", "ANISE"] {
            waiting.put(None, change(sku, 1), Some(0));
        }
        assert_eq!(told(&waiting), [("TEA", 1), ("CUP", 1), ("ANISE", 1)]);
    }

    #[test]
    fn a_newer_change_replaces_the_older_one_in_its_place() {
        let mut waiting = Waiting::default();
        waiting.put(None, change("TEA", 1), Some(0));
        waiting.put(None, change("CUP", 1), Some(0));
        waiting.put(None, change("TEA", 4), Some(0));
        assert_eq!(told(&waiting), [("TEA", 4), ("CUP", 1)]);
    }

    #[test]
    fn what_comes_back_to_the_confirmed_basket_waits_no_longer() {
        let mut waiting = Waiting::default();
        waiting.put(None, change("TEA", 3), Some(1));
        waiting.put(None, change("TEA", 1), Some(1));
        waiting.put(None, change("CUP", 1), Some(0));
        waiting.put(None, change("CUP", 0), Some(0));
        assert!(waiting.is_empty());
        // While one may be on its way, what the services have is not known.
        waiting.put(None, change("TEA", 1), None);
        assert_eq!(told(&waiting), [("TEA", 1)]);
    }

    #[test]
    fn an_answer_settles_the_change_it_belongs_to_and_no_newer_one() {
        let mut waiting = Waiting::default();
        waiting.put(None, change("TEA", 1), Some(0));
        waiting.put(None, change("CUP", 1), Some(0));
        let sent = waiting.changes[0].clone();
        waiting.put(None, change("TEA", 2), None);
        assert!(!waiting.settle(&sent));
        assert_eq!(told(&waiting), [("TEA", 2), ("CUP", 1)]);
        assert!(waiting.settle(&change("TEA", 2)));
        assert!(waiting.settle(&change("CUP", 1)));
        assert!(waiting.is_empty());
    }

    #[test]
    fn what_an_account_changed_is_neither_shown_nor_sent_for_another() {
        let mut waiting = Waiting::default();
        waiting.put(account(1), change("TEA", 2), Some(0));
        assert_eq!(waiting.of(account(1)).len(), 1);
        assert!(waiting.of(account(2)).is_empty() && waiting.of(None).is_empty());
        waiting.put(account(2), change("CUP", 1), Some(0));
        assert_eq!(told(&waiting), [("CUP", 1)]);
        assert!(waiting.of(account(1)).is_empty());
    }

    #[test]
    fn what_a_guest_changed_comes_along_to_the_account() {
        let mut waiting = Waiting::default();
        waiting.put(None, change("TEA", 2), Some(0));
        assert_eq!(waiting.of(account(1)).len(), 1);
    }

    #[test]
    fn they_survive_a_reload() {
        let mut waiting = Waiting::default();
        waiting.put(account(1), change("TEA", 2), Some(0));
        let kept = serde_json::to_string(&waiting).unwrap_or_default();
        assert_eq!(serde_json::from_str::<Waiting>(&kept).ok(), Some(waiting));
    }

    #[test]
    fn only_a_verdict_ends_the_waiting() {
        assert!(waits_on(&ApiError::Offline { trace_id: String::new() }));
        assert!(waits_on(&answered(503)) && waits_on(&answered(429)) && waits_on(&answered(401)));
        assert!(!waits_on(&answered(404)) && !waits_on(&answered(409)) && !waits_on(&answered(422)) && !waits_on(&answered(500)));
    }
}
