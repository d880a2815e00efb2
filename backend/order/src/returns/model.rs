//! What may go back, and what is paid for it; no IO.

use tradewind_contract::{
    Money,
    orders::{Order, ReturnLine},
};
use tradewind_kit::Refusal;

/// What accepting these lines pays back: the goods, and the shipping too when everything goes back.
///
/// # Errors
/// 422 at the line that names a SKU twice, one that the order does not have, or more pieces than it had.
pub fn amount(order: &Order, lines: &[ReturnLine]) -> Result<Money, Refusal> {
    for (index, line) in lines.iter().enumerate() {
        let refuse = |field: &str, detail: &str| Refusal::invalid_field(format!("/lines/{index}/{field}"), "invalid", detail);
        if lines[..index].iter().any(|earlier| earlier.sku == line.sku) {
            return Err(refuse("sku", "Name each article once."));
        }
        let ordered = order.lines.iter().find(|ordered| ordered.sku == line.sku);
        let ordered = ordered.ok_or_else(|| refuse("sku", "This article is not part of the order."))?;
        if line.quantity > ordered.quantity {
            return Err(refuse("quantity", "The order had fewer pieces of it."));
        }
    }
    let pieces = |sku: &str| lines.iter().find(|line| line.sku == sku).map_or(0, |line| line.quantity);
    Ok(order.paid_back(pieces).total)
}
