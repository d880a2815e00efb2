//! Checks of the cart; no IO.

use tradewind_kit::Refusal;

/// A SKU as the catalogue writes them.
///
/// # Errors
/// 404 for text that can be none.
pub fn parse_sku(text: String) -> Result<String, Refusal> {
    let fits = (1..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-');
    if fits { Ok(text) } else { Err(Refusal::not_found()) }
}
