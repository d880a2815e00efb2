//! Query strings and path segments, percent-encoded the way `URLSearchParams` reads them. Pure.

use std::fmt::Write as _;

/// Encodes everything but unreserved characters (RFC 3986).
pub fn encode(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// Decodes percent signs and pluses; what is damaged stays as it is.
pub fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = (bytes[at] == b'%').then(|| bytes.get(at + 1..at + 3)).flatten();
        let byte = escaped.and_then(|hex| std::str::from_utf8(hex).ok()).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match byte {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(if bytes[at] == b'+' { b' ' } else { bytes[at] });
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The pairs of a query string, in their order, with or without the question mark.
pub fn pairs(query: &str) -> Vec<(String, String)> {
    let query = query.strip_prefix('?').unwrap_or(query);
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key), decode(value))
        })
        .collect()
}

/// Writes `?a=b&c=d`; nothing at all for no pairs.
pub fn write<K: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (K, V)>) -> String {
    pairs.into_iter().fold(String::new(), |mut out, (key, value)| {
        let mark = if out.is_empty() { '?' } else { '&' };
        let _ = write!(out, "{mark}{}={}", encode(key.as_ref()), encode(value.as_ref()));
        out
    })
}

/// Fills a route template: each `{name}` is replaced by the next value, encoded.
pub fn fill(template: &str, values: &[&str]) -> String {
    let mut values = values.iter();
    template
        .split('/')
        .map(|segment| match values.len() {
            0 => segment.to_owned(),
            _ if segment.starts_with('{') => values.next().map_or_else(String::new, |value| encode(value)),
            _ => segment.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let given = [("q", "thé & café"), ("option.Size", "250 g"), ("x", "100%")];
        let written = write(given);
        assert_eq!(written, "?q=th%C3%A9%20%26%20caf%C3%A9&option.Size=250%20g&x=100%25");
        let read = pairs(&written);
        assert_eq!(read, given.map(|(k, v)| (k.to_owned(), v.to_owned())));
        assert_eq!(write::<&str, &str>([]), "");
    }

    #[test]
    fn damaged_escapes_stay_as_they_are() {
        assert_eq!(decode("a%2"), "a%2");
        assert_eq!(decode("%zz+b"), "%zz b");
        assert_eq!(pairs("?&a&b=")[0], ("a".to_owned(), String::new()));
    }

    #[test]
    fn templates_are_filled_and_encoded() {
        assert_eq!(fill("/products/{handle}/related", &["night jasmine"]), "/products/night%20jasmine/related");
        assert_eq!(fill("/cart/items/{sku}", &["A/B"]), "/cart/items/A%2FB");
    }
}
