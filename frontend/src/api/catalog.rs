//! The catalogue, the same for everybody.

use tradewind_contract::{
    catalog::{CategoryTree, Product, ProductList, RelatedProducts, Suggestions},
    routes::order as routes,
};

use super::{Get, query};

pub fn categories() -> Get<CategoryTree> {
    Get::shared(routes::CATEGORIES, routes::CATEGORIES)
}

/// A page of the list; `parameters` are those of `GET /products`.
pub fn products<K: AsRef<str>, V: AsRef<str>>(parameters: impl IntoIterator<Item = (K, V)>) -> Get<ProductList> {
    Get::shared(routes::PRODUCTS, format!("{}{}", routes::PRODUCTS, query::write(parameters)))
}

pub fn product(handle: &str) -> Get<Product> {
    Get::shared(routes::PRODUCT, query::fill(routes::PRODUCT, &[handle]))
}

pub fn related(handle: &str) -> Get<RelatedProducts> {
    Get::shared(routes::RELATED, query::fill(routes::RELATED, &[handle]))
}

pub fn suggestions(text: &str) -> Get<Suggestions> {
    Get::passing(routes::SUGGESTIONS, format!("{}{}", routes::SUGGESTIONS, query::write([("q", text)])))
}
