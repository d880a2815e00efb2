//! Catalogue reads kept on the device, by path; the least recently used make room.

use std::{cell::RefCell, collections::HashMap};

use serde::{Deserialize, Serialize};

use crate::platform::storage;

const INDEX_KEY: &str = "tradewind.reads";
const ENTRY_PREFIX: &str = "tradewind.read:";
/// Local storage holds about 5 MB for the whole origin; this leaves room for the rest.
const BYTES_MAX: usize = 1_500_000;
const ENTRIES_MAX: usize = 120;

/// A kept answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    pub etag: Option<String>,
    pub text: String,
    /// When the service last said so, in milliseconds since 1970.
    pub at_ms: f64,
}

/// Which paths are kept and how large they are, least recently used first. Pure.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    entries: Vec<(String, usize)>,
}

impl Index {
    /// Notes an entry and names those that have to go for it.
    pub fn insert(&mut self, path: &str, bytes: usize, entries_max: usize, bytes_max: usize) -> Vec<String> {
        self.remove(path);
        self.entries.push((path.to_owned(), bytes));
        let mut gone = Vec::new();
        while self.entries.len() > entries_max || (self.bytes() > bytes_max && !self.entries.is_empty()) {
            gone.push(self.entries.remove(0).0);
        }
        gone
    }

    /// Notes that an entry was used.
    pub fn touch(&mut self, path: &str) {
        if let Some(at) = self.entries.iter().position(|(kept, _)| kept == path) {
            let entry = self.entries.remove(at);
            self.entries.push(entry);
        }
    }

    pub fn remove(&mut self, path: &str) {
        self.entries.retain(|(kept, _)| kept != path);
    }

    fn bytes(&self) -> usize {
        self.entries.iter().map(|(_, bytes)| bytes).sum()
    }
}

#[derive(Default)]
struct Shelf {
    index: Index,
    memory: HashMap<String, Kept>,
}

thread_local! {
    static SHELF: RefCell<Shelf> =
        RefCell::new(Shelf { index: storage::get(INDEX_KEY).unwrap_or_default(), memory: HashMap::new() });
}

/// What is kept for `path`.
pub fn get(path: &str) -> Option<Kept> {
    SHELF.with_borrow_mut(|shelf| {
        shelf.index.touch(path);
        if let Some(kept) = shelf.memory.get(path) {
            return Some(kept.clone());
        }
        let kept: Kept = storage::get(&entry_key(path))?;
        shelf.memory.insert(path.to_owned(), kept.clone());
        Some(kept)
    })
}

/// Keeps an answer, in memory and, as far as the browser lets it, over a reload.
pub fn put(path: &str, kept: Kept) {
    SHELF.with_borrow_mut(|shelf| {
        for gone in shelf.index.insert(path, kept.text.len(), ENTRIES_MAX, BYTES_MAX) {
            shelf.memory.remove(&gone);
            storage::remove(&entry_key(&gone));
        }
        if !storage::set(&entry_key(path), &kept) {
            // No room or not allowed: what is in memory still serves this visit.
            storage::remove(&entry_key(path));
        }
        shelf.memory.insert(path.to_owned(), kept);
        storage::set(INDEX_KEY, &shelf.index);
    });
}

fn entry_key(path: &str) -> String {
    format!("{ENTRY_PREFIX}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_recently_used_makes_room() {
        let mut index = Index::default();
        assert!(index.insert("/a", 10, 3, 100).is_empty());
        assert!(index.insert("/b", 10, 3, 100).is_empty());
        assert!(index.insert("/c", 10, 3, 100).is_empty());
        index.touch("/a");
        assert_eq!(index.insert("/d", 10, 3, 100), ["/b"]);
    }

    #[test]
    fn bytes_are_bounded_too_and_a_replaced_entry_counts_once() {
        let mut index = Index::default();
        index.insert("/a", 60, 9, 100);
        assert!(index.insert("/a", 70, 9, 100).is_empty());
        assert_eq!(index.insert("/b", 50, 9, 100), ["/a"]);
        assert_eq!(index.insert("/huge", 500, 9, 100), ["/b", "/huge"]);
    }
}
