//! Money is an integer in minor units with a currency; there is no other money in the shop.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The currencies that have price lists (ISO 4217). All have two decimal places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Currency {
    #[default]
    #[serde(rename = "EUR")]
    Eur,
}

impl Currency {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Eur => "EUR",
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a currency that the shop has prices in")]
pub struct CurrencyUnknown(pub String);

impl FromStr for Currency {
    type Err = CurrencyUnknown;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match s {
            "EUR" => Ok(Self::Eur),
            other => Err(CurrencyUnknown(other.to_owned())),
        }
    }
}

/// An amount in minor units: `{"amount": 1299, "currency": "EUR"}` is € 12.99.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Minor units (cents).
    pub amount: i64,
    pub currency: Currency,
}

impl Money {
    pub const fn new(amount: i64, currency: Currency) -> Self {
        Self { amount, currency }
    }

    pub const fn eur(amount: i64) -> Self {
        Self::new(amount, Currency::Eur)
    }
}

impl fmt::Display for Money {
    /// For logs and terminals; screens format with the reader's locale.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.amount < 0 { "-" } else { "" };
        let minor = self.amount.unsigned_abs();
        write!(f, "{} {sign}{}.{:02}", self.currency, minor / 100, minor % 100)
    }
}

/// The tax contained in a gross amount, in minor units, rounded half up.
///
/// `rate_basis_points` is the rate in hundredths of a percent: 1900 for 19 %.
pub const fn tax_contained_minor(gross_minor: i64, rate_basis_points: i64) -> i64 {
    let divisor = 10_000 + rate_basis_points;
    (gross_minor * rate_basis_points + divisor / 2) / divisor
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tax_is_the_part_contained_in_the_price() {
        assert_eq!(tax_contained_minor(11_900, 1_900), 1_900);
        assert_eq!(tax_contained_minor(10_000, 1_900), 1_597);
        assert_eq!(tax_contained_minor(0, 1_900), 0);
    }

    #[test]
    fn money_is_printed_in_major_units() {
        assert_eq!(Money::eur(1_205).to_string(), "EUR 12.05");
        assert_eq!(Money::eur(-5).to_string(), "EUR -0.05");
    }
}
