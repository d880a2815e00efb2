//! Where a page ends of a list whose rows are numbered, the newest first; no IO.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use tradewind_kit::{Refusal, Result, extract::QueryParameters};

use crate::catalog::model::cursor_invalid;

/// Which list a cursor is of: it is refused by every other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    Audit = 1,
    DeadLetters = 2,
}

impl List {
    /// The cursor after the row `id`.
    pub fn encode(self, id: i64) -> String {
        let mut bytes = vec![self as u8];
        bytes.extend_from_slice(&id.to_be_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn decode(self, text: &str) -> Option<i64> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (list, id) = bytes.split_first()?;
        let id = i64::from_be_bytes(id.try_into().ok()?);
        (*list == self as u8 && id > 0).then_some(id)
    }

    /// The row that the page comes after, by the parameter `cursor`.
    ///
    /// # Errors
    /// 422 `cursor_invalid`.
    pub fn take_cursor(self, parameters: &mut QueryParameters) -> Result<Option<i64>, Refusal> {
        parameters.take("cursor").map(|text| self.decode(&text).ok_or_else(cursor_invalid)).transpose()
    }

    /// Cuts `rows`, of which one more was asked for than a page has; answers with the next page's cursor, if there is one.
    pub fn cut<T>(self, rows: &mut Vec<T>, limit: u32, id: impl Fn(&T) -> i64) -> Option<String> {
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        rows.last().filter(|_| more).map(|row| self.encode(id(row)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_of_its_list_only() {
        let cursor = List::Audit.encode(7);
        assert_eq!(List::Audit.decode(&cursor), Some(7));
        assert_eq!(List::DeadLetters.decode(&cursor), None);
        for text in ["", "abc", "!", &List::Audit.encode(0), &List::Audit.encode(-1), &format!("{cursor}A"), &"A".repeat(60)] {
            assert_eq!(List::Audit.decode(text), None, "{text}");
        }
    }

    #[test]
    fn the_last_page_has_no_cursor() {
        let mut rows = vec![3, 2, 1];
        assert_eq!(List::Audit.cut(&mut rows, 3, |id| *id), None);
        assert_eq!(List::Audit.cut(&mut rows, 2, |id| *id), Some(List::Audit.encode(2)));
        assert_eq!(rows, [3, 2]);
    }
}
