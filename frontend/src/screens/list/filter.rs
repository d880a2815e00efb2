//! The list's state, which lives in the address: what is searched, narrowed and sorted, and how many pages are shown.
//! Pure.

use std::collections::{BTreeMap, BTreeSet};

use tradewind_contract::{
    catalog::Sort,
    limits::{PAGE_DEFAULT, PRICE_FILTER_MAX},
};

use crate::api::query;

/// Goods a "Show more" brings.
pub const PAGE: u32 = PAGE_DEFAULT;
/// Pages that an address may ask for; more are reached by hand.
const PAGES_MAX: u32 = 20;
/// The facet of which one value at a time can be chosen.
const CATEGORY: &str = "category";
const OPTION_PREFIX: &str = "option.";
/// Between the values of one option.
const VALUES_SEPARATOR: char = ',';

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filter {
    pub text: Option<String>,
    /// Of the page, not of the address's query: what is chosen is chosen within it.
    pub family: Option<String>,
    pub category: Option<String>,
    /// Minor units.
    pub price_min: Option<i64>,
    pub price_max: Option<i64>,
    /// By the name of the option; any of its values will do.
    pub options: BTreeMap<String, BTreeSet<String>>,
    pub in_stock: bool,
    pub sort: Sort,
}

/// One thing that narrows the list, as a chip shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Narrowing {
    Category(String),
    Price,
    InStock,
    Option { name: String, value: String },
}

impl Filter {
    /// Reads a query string; what is not understood is left out, so that an old link still opens.
    pub fn read(query: &str) -> Self {
        let mut filter = Self::default();
        for (key, value) in query::pairs(query) {
            let value = value.trim().to_owned();
            if value.is_empty() {
                continue;
            }
            match key.as_str() {
                "q" => filter.text = Some(value),
                "category" => filter.category = Some(value),
                "price_min" => filter.price_min = price(&value),
                "price_max" => filter.price_max = price(&value),
                "in_stock" => filter.in_stock = value == "true",
                "sort" => filter.sort = Sort::parse(&value).unwrap_or_default(),
                _ => {
                    if let Some(name) = key.strip_prefix(OPTION_PREFIX).filter(|name| !name.is_empty()) {
                        let values = value.split(VALUES_SEPARATOR).map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned);
                        filter.options.entry(name.to_owned()).or_default().extend(values);
                    }
                }
            }
        }
        filter
    }

    /// The same as `GET /products` and the address take it; defaults are left out.
    pub fn parameters(&self) -> Vec<(String, String)> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        let mut push = |key: &str, value: Option<String>| pairs.extend(value.map(|value| (key.to_owned(), value)));
        push("q", self.text.clone());
        push("family", self.family.clone());
        push("category", self.category.clone());
        push("price_min", self.price_min.map(|minor| minor.to_string()));
        push("price_max", self.price_max.map(|minor| minor.to_string()));
        push("in_stock", self.in_stock.then(|| "true".to_owned()));
        push("sort", (self.sort != Sort::default()).then(|| self.sort.as_str().to_owned()));
        pairs.extend(self.options.iter().filter(|(_, values)| !values.is_empty()).map(|(name, values)| {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            (format!("{OPTION_PREFIX}{name}"), values.join(","))
        }));
        pairs
    }

    /// The address of the list at `path`, showing `pages`.
    pub fn address(&self, path: &str, pages: u32) -> String {
        let pages = (pages > 1).then(|| ("pages".to_owned(), pages.to_string()));
        format!("{path}{}", query::write(self.parameters().into_iter().chain(pages)))
    }

    /// Chooses `value` of a facet, or drops it when it was chosen.
    pub fn toggle(mut self, parameter: &str, value: &str) -> Self {
        let was_chosen = self.has(parameter, value);
        if let Some(name) = parameter.strip_prefix(OPTION_PREFIX) {
            if was_chosen {
                return self.without(&Narrowing::Option { name: name.to_owned(), value: value.to_owned() });
            }
            self.options.entry(name.to_owned()).or_default().insert(value.to_owned());
        } else if parameter == CATEGORY {
            self.category = (!was_chosen).then(|| value.to_owned());
        }
        self
    }

    pub fn has(&self, parameter: &str, value: &str) -> bool {
        match parameter.strip_prefix(OPTION_PREFIX) {
            Some(name) => self.options.get(name).is_some_and(|values| values.contains(value)),
            None => parameter == CATEGORY && self.category.as_deref() == Some(value),
        }
    }

    /// What narrows the list, in the order of the facets.
    pub fn narrowings(&self) -> Vec<Narrowing> {
        let mut all: Vec<Narrowing> = self.category.iter().cloned().map(Narrowing::Category).collect();
        all.extend((self.price_min.is_some() || self.price_max.is_some()).then_some(Narrowing::Price));
        all.extend(self.in_stock.then_some(Narrowing::InStock));
        for (name, values) in &self.options {
            all.extend(values.iter().map(|value| Narrowing::Option { name: name.clone(), value: value.clone() }));
        }
        all
    }

    pub fn without(mut self, narrowing: &Narrowing) -> Self {
        match narrowing {
            Narrowing::Category(_) => self.category = None,
            Narrowing::Price => (self.price_min, self.price_max) = (None, None),
            Narrowing::InStock => self.in_stock = false,
            Narrowing::Option { name, value } => {
                if let Some(values) = self.options.get_mut(name) {
                    values.remove(value);
                }
                self.options.retain(|_, values| !values.is_empty());
            }
        }
        self
    }

    /// Only the search and the order are left.
    pub fn cleared(self) -> Self {
        Self { text: self.text, sort: self.sort, ..Self::default() }
    }
}

fn price(minor_units: &str) -> Option<i64> {
    minor_units.parse().ok().filter(|minor| *minor >= 0).map(|minor: i64| minor.min(PRICE_FILTER_MAX))
}

/// How many pages the address asks for.
pub fn pages(query: &str) -> u32 {
    let asked = query::pairs(query).into_iter().find(|(key, _)| key == "pages").and_then(|(_, value)| value.parse().ok());
    asked.unwrap_or(1).clamp(1, PAGES_MAX)
}

/// Euros as people type them (`5`, `5,50`, `€ 5.5`) in minor units.
pub fn minor_units(text: &str) -> Option<i64> {
    let text = text.trim().trim_start_matches('€').trim().replace(',', ".");
    let (whole, cents) = text.split_once('.').unwrap_or((text.as_str(), ""));
    if whole.is_empty() || cents.len() > 2 || !whole.bytes().chain(cents.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let cents: i64 = format!("{cents:0<2}").parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(cents)
}

/// Minor units as they stand in the field.
pub fn euros(minor: i64) -> String {
    if minor % 100 == 0 { (minor / 100).to_string() } else { format!("{}.{:02}", minor / 100, minor % 100) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> Filter {
        Filter {
            text: Some("thé & café".to_owned()),
            family: None,
            category: Some("tea".to_owned()),
            price_min: Some(500),
            price_max: Some(3_050),
            options: BTreeMap::from([
                ("weight".to_owned(), BTreeSet::from(["250 g".to_owned(), "1 kg".to_owned()])),
                ("grind".to_owned(), BTreeSet::from(["moka".to_owned()])),
            ]),
            in_stock: true,
            sort: Sort::PriceAsc,
        }
    }

    #[test]
    fn an_address_brings_the_same_list_back() {
        let address = full().address("/goods", 3);
        let (path, query) = address.split_once('?').unwrap_or_default();
        assert_eq!(path, "/goods");
        assert_eq!(Filter::read(query), full());
        assert_eq!(pages(query), 3);
    }

    #[test]
    fn the_plain_list_has_a_plain_address() {
        assert_eq!(Filter::default().address("/goods/tea", 1), "/goods/tea");
    }

    #[test]
    fn what_is_not_understood_is_left_out() {
        let filter = Filter::read("?utm_source=x&price_min=-4&price_max=abc&sort=sideways&in_stock=maybe&option.=x&q=%20");
        assert_eq!(filter, Filter::default());
        assert_eq!(Filter::read("price_max=9999999999").price_max, Some(PRICE_FILTER_MAX));
        assert_eq!(pages("pages=0"), 1);
        assert_eq!(pages("pages=100000"), 20);
    }

    #[test]
    fn choosing_twice_drops_the_choice_and_values_of_an_option_add_up() {
        let one = Filter::default().toggle("option.weight", "100 g");
        assert!(one.has("option.weight", "100 g"));
        assert_eq!(one.clone().toggle("option.weight", "100 g"), Filter::default());
        let both = one.toggle("option.weight", "250 g");
        assert!(both.has("option.weight", "100 g") && both.has("option.weight", "250 g"));
        let tea = Filter::default().toggle("category", "tea").toggle("category", "coffee");
        assert_eq!(tea.category.as_deref(), Some("coffee"));
    }

    #[test]
    fn every_chip_can_be_taken_off() {
        let all = full().narrowings();
        assert_eq!(all.len(), 6);
        let bare = all.iter().fold(full(), |filter, narrowing| filter.without(narrowing));
        assert_eq!(bare, full().cleared());
    }

    #[test]
    fn prices_are_read_as_people_type_them() {
        for (text, minor) in [("5", 500), ("5.5", 550), ("5,50", 550), ("€ 12.05", 1_205), (" 0 ", 0)] {
            assert_eq!(minor_units(text), Some(minor), "{text}");
        }
        for text in ["", "-3", "5.505", "abc", "1e3", ".5"] {
            assert_eq!(minor_units(text), None, "{text}");
        }
        assert_eq!(euros(550), "5.50");
        assert_eq!(euros(3_000), "30");
    }
}
