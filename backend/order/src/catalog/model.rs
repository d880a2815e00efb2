//! Filters, cursors and pictures of the catalogue; no IO.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use time::{Date, macros::format_description};
use tradewind_contract::{
    catalog::{Image, Sort},
    limits::{OPTION_FILTERS_MAX, OPTION_VALUES_MAX, PRICE_FILTER_MAX, SEARCH_MAX},
    media,
};
use tradewind_kit::{Refusal, extract::QueryParameters};
use tradewind_pictures::View;
use uuid::Uuid;

/// Before the name of an option in its parameter.
pub const OPTION_PREFIX: &str = "option.";
/// The parameter and the facet of the kinds of goods.
const CATEGORY: &str = "category";

/// What `GET /products` was asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProductFilter {
    pub search: Option<String>,
    /// Where to look: no facet widens it.
    pub family: Option<String>,
    /// A family or a category in one.
    pub category: Option<String>,
    pub price_min: Option<i64>,
    pub price_max: Option<i64>,
    /// Axis to the values of which one must fit.
    pub options: BTreeMap<String, Vec<String>>,
    pub in_stock: bool,
    pub rating_min: Option<f32>,
    pub sort: Sort,
    pub cursor: Option<Cursor>,
    pub limit: u32,
}

impl TryFrom<QueryParameters> for ProductFilter {
    type Error = Refusal;

    fn try_from(mut parameters: QueryParameters) -> Result<Self, Refusal> {
        let minor_units = |text: &str| text.parse::<i64>().ok().filter(|amount| (0..=PRICE_FILTER_MAX).contains(amount));
        let search = parameters.take("q").map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        if search.as_ref().is_some_and(|text| text.chars().count() > SEARCH_MAX) {
            return Err(Refusal::invalid_field("q", "too_long", "A search has at most 100 characters."));
        }
        let sort = parameters
            .take_parsed("sort", "One of popular, newest, price_asc, price_desc, rating, title.", Sort::parse)?
            .unwrap_or_default();
        let options: BTreeMap<String, Vec<String>> = parameters
            .take_prefixed(OPTION_PREFIX)
            .into_iter()
            .map(|(axis, values)| (axis, values.split(',').map(|value| value.trim().to_owned()).filter(|v| !v.is_empty()).collect()))
            .collect();
        if options.len() > OPTION_FILTERS_MAX || options.values().any(|values: &Vec<String>| values.len() > OPTION_VALUES_MAX) {
            return Err(Refusal::invalid_field("option", "too_many", "At most 8 options with 20 values each."));
        }
        let filter = Self {
            search,
            family: parameters.take("family").filter(|text| !text.is_empty()),
            category: parameters.take(CATEGORY).filter(|text| !text.is_empty()),
            price_min: parameters.take_parsed("price_min", "An amount in minor units.", minor_units)?,
            price_max: parameters.take_parsed("price_max", "An amount in minor units.", minor_units)?,
            options,
            in_stock: parameters.take_parsed("in_stock", "true or false.", |text| text.parse().ok())?.unwrap_or(false),
            rating_min: parameters
                .take_parsed("rating_min", "A number from 1 to 5.", |text| text.parse().ok().filter(|r: &f32| (1.0..=5.0).contains(r)))?,
            sort,
            cursor: parameters.take("cursor").map(|text| Cursor::parse(&text, sort)).transpose()?,
            limit: parameters.take_limit()?,
        };
        parameters.finish()?;
        Ok(filter)
    }
}

impl ProductFilter {
    /// The parameters of the facets of which something is chosen.
    pub fn chosen_facets(&self) -> Vec<String> {
        let category = self.category.is_some().then(|| CATEGORY.to_owned());
        category.into_iter().chain(self.options.keys().map(|axis| format!("{OPTION_PREFIX}{axis}"))).collect()
    }

    /// The same, whatever is chosen of one facet.
    pub fn without(&self, parameter: &str) -> Self {
        let mut wider = self.clone();
        match parameter.strip_prefix(OPTION_PREFIX) {
            Some(axis) => drop(wider.options.remove(axis)),
            None => wider.category = None,
        }
        wider
    }

    /// The key under which everybody's identical question is cached.
    pub fn cache_key(&self) -> String {
        use std::fmt::Write;
        let mut key = format!("products:{}:{}", self.sort.as_str(), self.limit);
        let _ = write!(
            key,
            ":{:?}:{:?}:{:?}:{:?}:{:?}:{:?}:{}:{:?}:{:?}",
            self.search,
            self.family,
            self.category,
            self.price_min,
            self.price_max,
            self.options,
            self.in_stock,
            self.rating_min,
            self.cursor
        );
        key
    }
}

/// The last product of a page: its sort key and id. Opaque to callers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cursor {
    #[serde(rename = "s")]
    sort: String,
    #[serde(rename = "k")]
    pub key: SortKey,
    #[serde(rename = "i")]
    pub id: Uuid,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SortKey {
    Number(i64),
    Real(f32),
    Text(String),
}

impl Cursor {
    pub fn new(sort: Sort, key: SortKey, id: Uuid) -> Self {
        Self { sort: sort.as_str().to_owned(), key, id }
    }

    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    fn parse(text: &str, sort: Sort) -> Result<Self, Refusal> {
        let cursor: Option<Self> = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let fits = |cursor: &Self| {
            // Anybody can write one: Postgres must be able to take what it holds.
            let shape = match (sort, &cursor.key) {
                (Sort::Rating, SortKey::Real(_) | SortKey::Number(_)) => true,
                (Sort::Title, SortKey::Text(title)) => !title.contains('\0'),
                (Sort::Newest, SortKey::Text(day)) => is_day(day),
                (Sort::Rating | Sort::Title | Sort::Newest, _) => false,
                (_, key) => matches!(key, SortKey::Number(_)),
            };
            cursor.sort == sort.as_str() && shape
        };
        cursor.filter(fits).ok_or_else(cursor_invalid)
    }
}

/// A day as we write it, and not one of Postgres' own words for days, such as `tomorrow`.
fn is_day(text: &str) -> bool {
    let day = Date::parse(text, format_description!("[year]-[month]-[day]"));
    day.is_ok_and(|day| day.year() > 0 && day.to_string() == text)
}

/// 422 for a cursor that is damaged or belongs to another list.
pub fn cursor_invalid() -> Refusal {
    let mut refusal = Refusal::invalid_field("cursor", "cursor_invalid", "This cursor is damaged or belongs to another list.");
    refusal.code = "cursor_invalid";
    refusal.title = "The cursor cannot be used";
    refusal
}

/// A product's picture.
pub fn image(family: &str, handle: &str, title: &str, view: View) -> Image {
    let alt = match view {
        View::Front => title.to_owned(),
        View::Detail => format!("{title}, close"),
        View::Goods => format!("{title}, what comes with it"),
        View::Plan => format!("{title}, its measures"),
    };
    Image { url: media::product(family, handle, view.as_str()), alt }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(query: &str) -> Result<ProductFilter, Refusal> {
        ProductFilter::try_from(QueryParameters::parse(query)?)
    }

    #[test]
    fn filters_are_read_and_bad_ones_are_named() {
        let good = filter("q=tea&category=tea&option.weight=100%20g,250%20g&in_stock=true&sort=price_asc&limit=5");
        assert_eq!(good.ok().and_then(|f| f.options.get("weight").cloned()), Some(vec!["100 g".to_owned(), "250 g".to_owned()]));
        for (query, field) in [
            ("sort=cheap", "sort"),
            ("price_min=-1", "price_min"),
            ("rating_min=6", "rating_min"),
            ("in_stock=1", "in_stock"),
            ("user_id=1", "user_id"),
        ] {
            let named = filter(query).err().map(|refusal| refusal.errors[0].field.clone());
            assert_eq!(named.as_deref(), Some(field), "{query}");
        }
    }

    #[test]
    fn a_cursor_belongs_to_its_sort() {
        let cursor = Cursor::new(Sort::Title, SortKey::Text("Assam".into()), Uuid::nil()).encode();
        assert!(filter(&format!("sort=title&cursor={cursor}")).is_ok());
        let written = |sort: Sort, key: &str| {
            format!("sort={}&cursor={}", sort.as_str(), Cursor::new(sort, SortKey::Text(key.into()), Uuid::nil()).encode())
        };
        assert!(filter(&written(Sort::Newest, "2026-02-28")).is_ok());
        for query in ["tomorrow", "infinity", "2026-02-30", "2026-2-1", "-4800-01-01"].map(|day| written(Sort::Newest, day)) {
            assert_eq!(filter(&query).err().map(|refusal| refusal.code), Some("cursor_invalid"), "{query}");
        }
        assert!(filter(&written(Sort::Title, "a\0")).is_err(), "Postgres cannot compare with it");
        for query in [format!("sort=price_asc&cursor={cursor}"), "cursor=abc".into(), format!("sort=title&cursor={}", &cursor[1..])] {
            assert_eq!(filter(&query).err().map(|refusal| refusal.code), Some("cursor_invalid"), "{query}");
        }
    }
}
