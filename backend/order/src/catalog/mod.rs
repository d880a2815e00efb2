//! What is sold: categories, products, search.

pub mod get_categories;
pub mod get_product;
pub mod list_products;
pub mod model;
pub mod queries;
pub mod related_products;
pub mod suggestions;
pub mod views;
