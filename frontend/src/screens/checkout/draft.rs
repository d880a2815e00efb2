//! What was typed into the checkout so far. It survives a reload of the tab; the card is not in it.

use serde::{Deserialize, Serialize};
use tradewind_contract::{
    Money,
    orders::{Address, PlaceOrder},
    validation::COUNTRIES,
};

use super::steps::Steps;
use crate::components::totals::COUNTRY_DEFAULT;

/// As typed, untrimmed, so that a field never changes under the hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    pub email: String,
    pub name: String,
    pub line1: String,
    pub line2: String,
    pub postal_code: String,
    pub city: String,
    pub region: String,
    pub country: String,
    pub phone: String,
    /// Empty until a way of delivery is chosen.
    pub shipping_method: String,
    pub steps: Steps,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            email: String::new(),
            name: String::new(),
            line1: String::new(),
            line2: String::new(),
            postal_code: String::new(),
            city: String::new(),
            region: String::new(),
            country: COUNTRY_DEFAULT.to_owned(),
            phone: String::new(),
            shipping_method: String::new(),
            steps: Steps::default(),
        }
    }
}

impl Draft {
    /// As it goes over the wire: trimmed, optional fields absent when empty, and a region only
    /// where the country's form asks for one.
    pub fn address(&self) -> Address {
        Address {
            name: trimmed(&self.name),
            line1: trimmed(&self.line1),
            line2: optional(&self.line2),
            postal_code: trimmed(&self.postal_code),
            city: trimmed(&self.city),
            region: optional(&self.region).filter(|_| has_region(&self.country)),
            country: self.country.clone(),
            phone: optional(&self.phone),
        }
    }

    pub fn request(&self, payment_token: &str, expected_total: Option<Money>) -> PlaceOrder {
        PlaceOrder {
            email: trimmed(&self.email),
            shipping_address: self.address(),
            shipping_method: self.shipping_method.clone(),
            payment_token: payment_token.to_owned(),
            expected_total,
        }
    }
}

/// Countries whose addresses commonly name a county or province.
pub fn has_region(country: &str) -> bool {
    matches!(country, "ES" | "GB" | "IE" | "IT")
}

/// A country's name as the form shows it; the code itself for one that the shop does not know.
pub fn country_name(code: &str) -> &str {
    COUNTRIES.iter().find(|(known, _)| *known == code).map_or(code, |(_, name)| name)
}

fn trimmed(text: &str) -> String {
    text.trim().to_owned()
}

fn optional(text: &str) -> Option<String> {
    Some(trimmed(text)).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use garde::Validate as _;

    use super::*;

    fn draft() -> Draft {
        Draft {
            email: " ines@example.org ".into(),
            name: "Inês Ramalho ".into(),
            line1: "Weserstraße 41".into(),
            line2: "  ".into(),
            postal_code: "12045 ".into(),
            city: "Berlin".into(),
            region: "Wicklow".into(),
            shipping_method: "post".into(),
            ..Draft::default()
        }
    }

    #[test]
    fn blanks_around_what_was_typed_do_not_matter() {
        let request = draft().request("tok_ok", Some(Money::eur(6_080)));
        assert!(request.validate().is_ok());
        assert_eq!(request.email, "ines@example.org");
        assert_eq!(request.shipping_address.line2, None);
    }

    #[test]
    fn a_region_typed_for_another_country_is_not_sent() {
        assert_eq!(draft().address().region, None);
        assert_eq!(Draft { country: "IE".into(), ..draft() }.address().region.as_deref(), Some("Wicklow"));
    }

    #[test]
    fn a_draft_survives_being_stored_and_older_ones_are_read() {
        let stored = serde_json::to_string(&draft()).unwrap_or_default();
        assert_eq!(serde_json::from_str::<Draft>(&stored).ok(), Some(draft()));
        assert_eq!(serde_json::from_str::<Draft>("{\"email\":\"a@b.de\"}").map(|d| d.country).ok().as_deref(), Some("DE"));
    }

    #[test]
    fn there_is_no_card_in_a_draft() {
        assert!(!serde_json::to_string(&draft()).unwrap_or_default().contains("tok_"));
    }
}
