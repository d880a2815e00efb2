//! An order's arithmetic and its cursor; no IO.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use time::OffsetDateTime;
use tradewind_contract::{
    Money,
    money::tax_contained_minor,
    orders::{QuoteLine, Totals},
};
use uuid::Uuid;

/// The tax contained in every price, in hundredths of a percent (Germany's standard rate).
const TAX_RATE_BASIS_POINTS: i64 = 1_900;

/// A line to be priced: pieces and today's price of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedLine {
    pub sku: String,
    pub quantity: u32,
    pub unit_price_minor: i64,
}

impl PricedLine {
    pub fn total_minor(&self) -> i64 {
        self.unit_price_minor * i64::from(self.quantity)
    }
}

impl From<&PricedLine> for QuoteLine {
    fn from(line: &PricedLine) -> Self {
        Self {
            sku: line.sku.clone(),
            quantity: line.quantity,
            unit_price: Money::eur(line.unit_price_minor),
            total: Money::eur(line.total_minor()),
        }
    }
}

/// What a way of shipping costs: free from a subtotal on, for some.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShippingPrice {
    pub price: i64,
    pub free_from: Option<i64>,
}

impl ShippingPrice {
    fn for_subtotal(self, subtotal_minor: i64) -> i64 {
        if self.free_from.is_some_and(|from| subtotal_minor >= from) { 0 } else { self.price }
    }
}

/// `total = subtotal + shipping`, and `tax` is the part contained in it.
pub fn totals(lines: &[PricedLine], shipping: ShippingPrice) -> Totals {
    let subtotal = lines.iter().map(PricedLine::total_minor).sum();
    let shipping = shipping.for_subtotal(subtotal);
    let total = subtotal + shipping;
    Totals {
        subtotal: Money::eur(subtotal),
        shipping: Money::eur(shipping),
        tax: Money::eur(tax_contained_minor(total, TAX_RATE_BASIS_POINTS)),
        total: Money::eur(total),
    }
}

/// The last order of a page: when it was placed, and its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderCursor {
    pub placed_at: OffsetDateTime,
    pub id: Uuid,
}

impl OrderCursor {
    pub fn encode(self) -> String {
        let mut bytes = self.placed_at.unix_timestamp_nanos().to_be_bytes().to_vec();
        bytes.extend_from_slice(self.id.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    pub fn decode(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (time, id) = bytes.split_at_checked(16)?;
        let placed_at = OffsetDateTime::from_unix_timestamp_nanos(i128::from_be_bytes(time.try_into().ok()?)).ok()?;
        // Postgres does not count back as far as `time` does.
        if placed_at.year() < 1 {
            return None;
        }
        Some(Self { placed_at, id: Uuid::from_slice(id).ok()? })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn totals_add_up(lines in proptest::collection::vec((1u32..99, 1i64..1_000_000), 0..20), price in 0i64..5_000, free_from in proptest::option::of(0i64..100_000)) {
            let lines: Vec<PricedLine> = lines.into_iter().map(|(quantity, unit_price_minor)| PricedLine { sku: "A".into(), quantity, unit_price_minor }).collect();
            let totals = totals(&lines, ShippingPrice { price, free_from });
            prop_assert_eq!(totals.total.amount, totals.subtotal.amount + totals.shipping.amount);
            prop_assert!(totals.tax.amount >= 0 && totals.tax.amount * 119 <= totals.total.amount * 19 + 119);
            prop_assert!(totals.shipping.amount == 0 || totals.shipping.amount == price);
        }

        #[test]
        fn a_cursor_survives_the_address(ns in 0i128..4_000_000_000_000_000_000, id: u128) {
            let placed_at = OffsetDateTime::from_unix_timestamp_nanos(ns).map_err(|e| TestCaseError::fail(e.to_string()))?;
            let cursor = OrderCursor { placed_at, id: Uuid::from_u128(id) };
            prop_assert_eq!(OrderCursor::decode(&cursor.encode()), Some(cursor));
        }
    }

    #[test]
    fn a_damaged_cursor_is_none() {
        let long_ago = OrderCursor { placed_at: OffsetDateTime::UNIX_EPOCH.replace_year(-4_800).expect("a year"), id: Uuid::nil() };
        for text in ["", "abc", "!!!!", &"A".repeat(60), &long_ago.encode()] {
            assert_eq!(OrderCursor::decode(text), None, "{text}");
        }
    }
}
