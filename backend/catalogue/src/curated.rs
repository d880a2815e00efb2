//! The 240 products written by hand, read from `data/*.json` and checked once.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize;
use time::Date;
use time::macros::format_description;

use crate::category::{categories, kinds};
use crate::product::{OptionAxis, Product, Variant};

/// Why the catalogue's files cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    #[error("data/{family}.json is not the JSON that the catalogue expects: {source}")]
    Json { family: &'static str, source: serde_json::Error },
    #[error("{handle}: {problem}")]
    Product { handle: String, problem: String },
}

/// A product as its file spells it; the family is the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    handle: String,
    title: String,
    category: String,
    origin: String,
    bearing: String,
    unit: String,
    kind: Option<String>,
    tags: Vec<String>,
    popularity: i64,
    rating: Rating,
    arrived_on: String,
    description: String,
    care: String,
    options: Vec<OptionAxis>,
    variants: Vec<Variant>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rating {
    average: f32,
    count: i32,
}

static FILES: [(&str, &str); 6] = [
    ("tea", include_str!("../data/tea.json")),
    ("coffee", include_str!("../data/coffee.json")),
    ("spices", include_str!("../data/spices.json")),
    ("ceramics", include_str!("../data/ceramics.json")),
    ("textiles", include_str!("../data/textiles.json")),
    ("instruments", include_str!("../data/instruments.json")),
];

/// The curated catalogue: 240 products, 40 of each family, families in the order of the shop.
///
/// # Errors
/// [`CatalogueError`] when a data file was edited into something the shop cannot sell; the message
/// names the product and what is wrong with it.
pub fn curated() -> Result<&'static [Product], &'static CatalogueError> {
    static CURATED: LazyLock<Result<Vec<Product>, CatalogueError>> = LazyLock::new(|| read_all(&FILES));
    CURATED.as_ref().map(Vec::as_slice)
}

fn read_all(files: &[(&'static str, &str)]) -> Result<Vec<Product>, CatalogueError> {
    let mut products = Vec::new();
    let mut handles = HashSet::new();
    let mut skus = HashSet::new();
    for &(family, text) in files {
        let entries: Vec<Entry> = serde_json::from_str(text).map_err(|source| CatalogueError::Json { family, source })?;
        for entry in entries {
            let handle = entry.handle.clone();
            let product = check(family, entry)
                .and_then(|product| check_unique(product, &mut handles, &mut skus))
                .map_err(|problem| CatalogueError::Product { handle, problem })?;
            products.push(product);
        }
    }
    Ok(products)
}

fn check_unique(product: Product, handles: &mut HashSet<String>, skus: &mut HashSet<String>) -> Result<Product, String> {
    if !handles.insert(product.handle.clone()) {
        return Err("the handle is used twice".into());
    }
    match product.variants.iter().find(|variant| !skus.insert(variant.sku.clone())) {
        Some(variant) => Err(format!("the SKU {} is used twice", variant.sku)),
        None => Ok(product),
    }
}

fn check(family: &'static str, entry: Entry) -> Result<Product, String> {
    if !is_words(&entry.handle, 120, |c| c.is_ascii_lowercase() || c.is_ascii_digit()) {
        return Err("the handle must be lower-case words joined by hyphens".into());
    }
    let category = categories()
        .iter()
        .find(|category| category.handle == entry.category && category.parent == Some(family))
        .ok_or_else(|| format!("{} is not a category of {family}", entry.category))?
        .handle;
    let kind = match &entry.kind {
        None => None,
        Some(wanted) => {
            Some(*kinds(family).iter().find(|kind| *kind == wanted).ok_or_else(|| format!("{wanted} is not a picture kind of {family}"))?)
        }
    };
    let arrived_on = Date::parse(&entry.arrived_on, format_description!("[year]-[month]-[day]"))
        .map_err(|_| format!("{} is not a date such as 2026-03-28", entry.arrived_on))?;
    check_texts(&entry)?;
    check_numbers(&entry)?;
    check_options(&entry.options)?;
    check_variants(&entry.options, &entry.variants)?;
    Ok(Product {
        handle: entry.handle,
        title: entry.title,
        family,
        category,
        description: entry.description,
        care: entry.care,
        origin: entry.origin,
        bearing: entry.bearing,
        unit: entry.unit,
        kind,
        tags: entry.tags,
        popularity: entry.popularity,
        rating_average: entry.rating.average,
        rating_count: entry.rating.count,
        arrived_on,
        options: entry.options,
        variants: entry.variants,
    })
}

fn check_texts(entry: &Entry) -> Result<(), String> {
    let texts = [&entry.title, &entry.origin, &entry.bearing, &entry.care];
    if texts.iter().any(|text| text.trim().is_empty()) {
        return Err("title, origin, bearing and care must not be empty".into());
    }
    if entry.description.chars().count() < 80 {
        return Err("the description has fewer than 80 characters".into());
    }
    if [&entry.title, &entry.description, &entry.care].iter().any(|text| text.contains('!')) {
        return Err("no exclamation marks".into());
    }
    Ok(())
}

fn check_numbers(entry: &Entry) -> Result<(), String> {
    if entry.popularity <= 0 {
        return Err("the popularity must be positive".into());
    }
    if !(0.0..=5.0).contains(&entry.rating.average) || entry.rating.count < 0 {
        return Err("the rating must be 0 to 5 with a count from 0".into());
    }
    Ok(())
}

fn check_options(axes: &[OptionAxis]) -> Result<(), String> {
    let mut names = HashSet::new();
    for axis in axes {
        let mut values = HashSet::new();
        let repeated = axis.values.iter().any(|value| !values.insert(value));
        if !names.insert(&axis.name) || axis.values.is_empty() || repeated {
            return Err(format!("the option {} is empty or repeats itself", axis.name));
        }
    }
    Ok(())
}

fn check_variants(axes: &[OptionAxis], variants: &[Variant]) -> Result<(), String> {
    let first = variants.first().ok_or("there is nothing to buy: no variants")?;
    let mut combinations = HashSet::new();
    for variant in variants {
        let sku = &variant.sku;
        if !is_words(sku, 32, |c| c.is_ascii_uppercase() || c.is_ascii_digit()) {
            return Err(format!("{sku} is not an SKU: upper-case words joined by hyphens"));
        }
        let covered = variant.options.len() == axes.len()
            && axes.iter().all(|axis| variant.options.get(&axis.name).is_some_and(|value| axis.values.contains(value)));
        if !covered {
            return Err(format!("{sku} does not choose one value of every option"));
        }
        if !combinations.insert(&variant.options) {
            return Err(format!("{sku} repeats the options of another variant"));
        }
        if variant.price_minor < first.price_minor || first.price_minor <= 0 {
            return Err(format!("{sku}: the first variant must be the cheapest, above 0"));
        }
        if variant.compare_at_minor.is_some_and(|former| former <= variant.price_minor) {
            return Err(format!("{sku}: the former price must be above the price"));
        }
        if variant.stock < 0 {
            return Err(format!("{sku}: the stock is below 0"));
        }
    }
    Ok(())
}

/// Whether `text` is words of `allowed` characters joined by single hyphens, at most `longest` long.
fn is_words(text: &str, longest: usize, allowed: fn(char) -> bool) -> bool {
    text.len() <= longest && text.split('-').all(|word| !word.is_empty() && word.chars().all(allowed))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

    use super::*;

    fn read(text: &str) -> Result<Vec<Product>, CatalogueError> {
        read_all(&[("tea", text)])
    }

    /// The first product of the tea file, with one thing replaced.
    fn edited(from: &str, to: &str) -> String {
        let mut entries: Vec<serde_json::Value> = serde_json::from_str(FILES[0].1).unwrap();
        entries.truncate(1);
        let text = serde_json::to_string(&entries).unwrap();
        assert!(text.contains(from), "{from} is not in {text}");
        text.replace(from, to)
    }

    #[test]
    fn an_untouched_entry_is_accepted() {
        assert_eq!(read(&edited("black-tea", "black-tea")).unwrap().len(), 1);
    }

    #[test]
    fn damaged_entries_are_refused_by_name() {
        for (from, to, expected) in [
            ("\"black-tea\"", "\"bowls\"", "not a category of tea"),
            ("\"caddy\"", "\"sextant\"", "not a picture kind of tea"),
            ("\"2026-05-04\"", "\"4 May\"", "not a date"),
            ("Muscatel,", "Muscatel!", "no exclamation marks"),
            ("TEA-DFF-250G", "tea-dff", "not an SKU"),
            ("TEA-DFF-250G", "TEA-DFF-100G", "used twice"),
            ("{\"weight\":\"250 g\"}", "{\"weight\":\"251 g\"}", "one value of every option"),
            ("{\"weight\":\"250 g\"}", "{\"weight\":\"100 g\"}", "repeats the options"),
            ("\"price_minor\":4200", "\"price_minor\":42", "must be the cheapest"),
            ("\"price_minor\":4200", "\"price_minor\":4200,\"compare_at_minor\":4200", "former price"),
            ("\"darjeeling-first-flush\"", "\"Darjeeling\"", "lower-case words"),
        ] {
            let problem = read(&edited(from, to)).unwrap_err().to_string();
            assert!(problem.contains(expected), "{to}: {problem}");
        }
    }

    #[test]
    fn an_unknown_field_is_refused() {
        let problem = read(&edited("\"care\"", "\"caer\"")).unwrap_err().to_string();
        assert!(problem.starts_with("data/tea.json"), "{problem}");
    }
}
