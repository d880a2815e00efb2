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
    let mut goods = 0;
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
        goods += ordered.unit_price.amount * i64::from(line.quantity);
    }
    let all = goods == order.totals.subtotal.amount;
    Ok(Money::new(if all { order.totals.total.amount } else { goods }, order.totals.total.currency))
}
