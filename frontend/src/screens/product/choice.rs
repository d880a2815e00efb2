//! Which variant a choice of options comes to, and why some choices come to none. Pure.

use std::collections::BTreeMap;

use tradewind_contract::catalog::{Availability, OptionAxis, Variant};

use crate::i18n::t;

/// One value per axis.
pub type Choice = BTreeMap<String, String>;

/// How a value stands, given what is chosen on the other axes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It comes to a variant that can be had.
    Possible,
    /// It comes to a variant that is sold out.
    SoldOut,
    /// No such variant is made; with the reason.
    Never(String),
}

/// The choice to begin with: the cheapest variant that can be had, else the first.
pub fn first(variants: &[Variant]) -> Choice {
    let cheapest = variants.iter().filter(|variant| variant.availability != Availability::Out).min_by_key(|variant| variant.price.amount);
    cheapest.or(variants.first()).map(|variant| variant.options.clone()).unwrap_or_default()
}

/// The variant that a choice comes to.
pub fn find<'a>(variants: &'a [Variant], choice: &Choice) -> Option<&'a Variant> {
    variants.iter().find(|variant| variant.options == *choice)
}

/// How `value` of `axis` stands.
pub fn standing(axes: &[OptionAxis], variants: &[Variant], choice: &Choice, axis: &str, value: &str) -> Standing {
    let mut wished = choice.clone();
    wished.insert(axis.to_owned(), value.to_owned());
    match find(variants, &wished) {
        Some(variant) if variant.availability == Availability::Out => Standing::SoldOut,
        Some(_) => Standing::Possible,
        None => Standing::Never(reason(axes, variants, choice, axis, value)),
    }
}

/// `1 kg comes as whole bean only.`
fn reason(axes: &[OptionAxis], variants: &[Variant], choice: &Choice, axis: &str, value: &str) -> String {
    let with_value: Vec<&Variant> = variants.iter().filter(|variant| variant.options.get(axis).is_some_and(|v| v == value)).collect();
    // The first axis whose chosen value never meets this one is the one to name.
    let clash = axes.iter().filter(|other| other.name != axis).find(|other| {
        let chosen = choice.get(&other.name);
        !with_value.iter().any(|variant| variant.options.get(&other.name) == chosen)
    });
    match clash {
        Some(other) if !with_value.is_empty() => {
            let made: Vec<&str> = other
                .values
                .iter()
                .filter(|made| with_value.iter().any(|variant| variant.options.get(&other.name) == Some(*made)))
                .map(String::as_str)
                .collect();
            t::comes_as(value, &t::either(&made))
        }
        _ => {
            let others: Vec<&str> = choice.iter().filter(|(name, _)| *name != axis).map(|(_, chosen)| chosen.as_str()).collect();
            t::not_made(value, &others.join(", "))
        }
    }
}

/// The price of a kilo, in minor units, of what is sold by weight (`250 g`, `1 kg`); nothing for the rest, and for the
/// kilo itself.
pub fn per_kilo_minor(price_minor: i64, weight: &str) -> Option<i64> {
    let (number, unit) = weight.trim().split_once(' ')?;
    let grams = match unit {
        "g" => number.parse::<i64>().ok()?,
        "kg" => number.parse::<i64>().ok()?.checked_mul(1_000)?,
        _ => return None,
    };
    (grams > 0 && grams != 1_000).then(|| (price_minor * 1_000 + grams / 2) / grams)
}

#[cfg(test)]
mod tests {
    use tradewind_contract::Money;

    use super::*;

    fn axes() -> Vec<OptionAxis> {
        let axis = |name: &str, values: &[&str]| OptionAxis {
            name: name.to_owned(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        };
        vec![axis("weight", &["250 g", "1 kg"]), axis("grind", &["whole bean", "moka"])]
    }

    fn variant(weight: &str, grind: &str, price: i64, availability: Availability) -> Variant {
        Variant {
            sku: format!("{weight}-{grind}"),
            options: choice(weight, grind),
            price: Money::eur(price),
            compare_at: None,
            availability,
            available: None,
        }
    }

    fn choice(weight: &str, grind: &str) -> Choice {
        Choice::from([("weight".to_owned(), weight.to_owned()), ("grind".to_owned(), grind.to_owned())])
    }

    fn variants() -> Vec<Variant> {
        vec![
            variant("250 g", "moka", 1_350, Availability::Out),
            variant("250 g", "whole bean", 1_400, Availability::Low),
            variant("1 kg", "whole bean", 4_900, Availability::InStock),
        ]
    }

    #[test]
    fn the_first_choice_is_the_cheapest_that_can_be_had() {
        assert_eq!(first(&variants()), choice("250 g", "whole bean"));
        assert_eq!(first(&variants()[..1]), choice("250 g", "moka"));
        assert_eq!(first(&[]), Choice::new());
    }

    #[test]
    fn an_impossible_value_says_what_it_comes_with() {
        let standing = standing(&axes(), &variants(), &choice("250 g", "moka"), "weight", "1 kg");
        assert_eq!(standing, Standing::Never("1 kg comes as whole bean only.".to_owned()));
    }

    #[test]
    fn sold_out_is_not_impossible() {
        let chosen = choice("250 g", "whole bean");
        assert_eq!(standing(&axes(), &variants(), &chosen, "grind", "moka"), Standing::SoldOut);
        assert_eq!(standing(&axes(), &variants(), &chosen, "weight", "1 kg"), Standing::Possible);
    }

    #[test]
    fn what_is_sold_by_weight_has_a_price_by_the_kilo() {
        assert_eq!(per_kilo_minor(1_350, "250 g"), Some(5_400));
        assert_eq!(per_kilo_minor(1_290, "1 g"), Some(1_290_000));
        assert_eq!(per_kilo_minor(1_000, "3 kg"), Some(333));
        for other in ["1 kg", "0 g", "28 cm", "g", "half g", ""] {
            assert_eq!(per_kilo_minor(1_000, other), None, "{other}");
        }
    }
}
