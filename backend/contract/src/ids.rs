//! Typed ids (UUIDv7 on the wire) and the order number that a person can read aloud.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! typed_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, format = "uuid"))]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            pub const fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(s: &str) -> Result<Self, Self::Err> {
                Uuid::from_str(s).map(Self)
            }
        }
    )+};
}

typed_id! {
    /// A product of the catalogue.
    ProductId,
    /// An order.
    OrderId,
    /// The `sub` of a token: a guest or a registered user.
    UserId,
    /// One device's session: the family of its refresh tokens.
    SessionId,
    /// An address in a user's address book.
    AddressId,
    /// Goods of one order on their way back.
    ReturnId,
    /// An event, the same in the outbox, in Kafka and in every inbox.
    EventId,
}

/// Crockford's base 32: no I, L, O or U, so that it survives being read aloud.
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// An order's number for people: `TW-` and eight characters of Crockford base 32, the last of
/// which is a Luhn mod 32 check digit, as in `TW-7K3F-9QX6`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = "TW-7K3F-9QX6"))]
#[serde(try_from = "String", into = "String")]
pub struct OrderNumber(String);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an order number looks like TW-7K3F-9QX6, and its last character checks the others")]
pub struct OrderNumberInvalid;

impl OrderNumber {
    /// The number made of the lowest 35 bits of `random`; two orders collide once in 34 billion,
    /// which the database's unique constraint catches.
    pub fn from_random(random: u64) -> Self {
        let mut digits = [0u8; 8];
        for (i, digit) in digits.iter_mut().take(7).enumerate() {
            *digit = ((random >> (5 * i)) & 31) as u8;
        }
        digits[7] = check_digit(&digits[..7]);
        let text: String = digits.iter().map(|d| CROCKFORD[usize::from(*d)] as char).collect();
        Self(format!("TW-{}-{}", &text[..4], &text[4..]))
    }

    /// Reads a number as people type it: any case, with or without `TW` and hyphens, O for 0 and I or L for 1.
    ///
    /// # Errors
    /// When it has not eight characters of the alphabet or its check digit does not match.
    pub fn parse(text: &str) -> Result<Self, OrderNumberInvalid> {
        let compact: String = text.trim().to_ascii_uppercase().chars().filter(|c| *c != '-' && *c != ' ').collect();
        let body = compact.strip_prefix("TW").filter(|rest| rest.len() == 8).unwrap_or(&compact);
        let digits: Vec<u8> = body.chars().map(crockford_value).collect::<Option<_>>().ok_or(OrderNumberInvalid)?;
        if digits.len() != 8 || digits[7] != check_digit(&digits[..7]) {
            return Err(OrderNumberInvalid);
        }
        let canonical: String = digits.iter().map(|d| CROCKFORD[usize::from(*d)] as char).collect();
        Ok(Self(format!("TW-{}-{}", &canonical[..4], &canonical[4..])))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn crockford_value(c: char) -> Option<u8> {
    let c = match c {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    CROCKFORD.iter().position(|a| char::from(*a) == c).and_then(|i| u8::try_from(i).ok())
}

/// Luhn's algorithm with base 32 in place of 10; it finds every single wrong digit.
fn check_digit(digits: &[u8]) -> u8 {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, digit)| {
            let weighted = u32::from(*digit) * if i % 2 == 0 { 2 } else { 1 };
            weighted / 32 + weighted % 32
        })
        .sum();
    ((32 - sum % 32) % 32) as u8
}

impl fmt::Display for OrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for OrderNumber {
    type Error = OrderNumberInvalid;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<OrderNumber> for String {
    fn from(number: OrderNumber) -> Self {
        number.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_number_survives_being_written_and_read(random: u64) {
            let number = OrderNumber::from_random(random);
            prop_assert_eq!(number.as_str().len(), 12);
            prop_assert_eq!(OrderNumber::parse(&number.as_str().to_lowercase()), Ok(number.clone()));
            prop_assert_eq!(OrderNumber::parse(&number.as_str()[3..]), Ok(number));
        }

        #[test]
        fn one_wrong_character_is_found(random: u64, position in 0usize..8, shift in 1usize..32) {
            let number = OrderNumber::from_random(random);
            let mut characters: Vec<char> = number.as_str()[3..].replace('-', "").chars().collect();
            let old = crockford_value(characters[position]).map_or(0, usize::from);
            characters[position] = CROCKFORD[(old + shift) % 32] as char;
            let wrong: String = characters.into_iter().collect();
            prop_assert!(OrderNumber::parse(&wrong).is_err(), "{} became {}", number, wrong);
        }
    }

    #[test]
    fn letters_that_look_like_digits_are_read_as_digits() {
        let number = OrderNumber::from_random(0);
        assert_eq!(number.as_str(), "TW-0000-0000");
        assert_eq!(OrderNumber::parse("tw-OOOO-oooo"), Ok(number));
    }
}
