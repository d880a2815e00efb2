//! The consistency tokens of the writes made here: the newest of each database, sent with every read.
//!
//! A token is `<database>-<timeline>.<position in hex>`. Answers may overtake each other, so that of two tokens of one
//! database the one further on is kept; of two that cannot be compared, the one received later.

use std::collections::BTreeMap;

/// By database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tokens(BTreeMap<String, String>);

impl Tokens {
    /// Takes a `Consistency-Token` header in, which may hold a list; true when something changed.
    pub fn absorb(&mut self, header: &str) -> bool {
        let mut changed = false;
        for token in header.split(',').map(str::trim) {
            let Some((database, rest)) = token.split_once('-') else { continue };
            if database.is_empty() || rest.is_empty() {
                continue;
            }
            let old = self.0.get(database).map(String::as_str);
            let is_older = old.and_then(place).zip(place(token)).is_some_and(|(old, new)| old > new);
            if old != Some(token) && !is_older {
                self.0.insert(database.to_owned(), token.to_owned());
                changed = true;
            }
        }
        changed
    }

    /// The header to send, absent when nothing was written yet.
    pub fn header(&self) -> Option<String> {
        if self.0.is_empty() {
            return None;
        }
        Some(self.0.values().map(String::as_str).collect::<Vec<_>>().join(", "))
    }
}

/// Timeline and position; nothing for a token of another shape.
fn place(token: &str) -> Option<(u32, u64)> {
    let (_, place) = token.split_once('-')?;
    let (timeline, position) = place.split_once('.')?;
    Some((u32::from_str_radix(timeline, 16).ok()?, u64::from_str_radix(position, 16).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_of_each_database_is_kept_and_all_are_sent() {
        let mut tokens = Tokens::default();
        assert_eq!(tokens.header(), None);
        assert!(tokens.absorb("orders-1.0000000003000148"));
        assert!(tokens.absorb("users-1.0000000002000000"));
        assert!(tokens.absorb("orders-1.0000000003000200"));
        assert!(!tokens.absorb("orders-1.0000000003000200"));
        assert_eq!(tokens.header().as_deref(), Some("orders-1.0000000003000200, users-1.0000000002000000"));
    }

    #[test]
    fn an_answer_that_was_overtaken_does_not_set_the_clock_back() {
        let mut tokens = Tokens::default();
        tokens.absorb("orders-1.0000000003000200");
        assert!(!tokens.absorb("orders-1.0000000003000148"));
        assert_eq!(tokens.header().as_deref(), Some("orders-1.0000000003000200"));
        assert!(tokens.absorb("orders-2.0000000000000001"), "a promoted standby begins a new timeline");
    }

    #[test]
    fn a_list_is_taken_apart_and_rubbish_is_left_out() {
        let mut tokens = Tokens::default();
        tokens.absorb("orders-1-9, ,nonsense, users-1-7,-x,y-");
        assert_eq!(tokens.header().as_deref(), Some("orders-1-9, users-1-7"));
    }
}
