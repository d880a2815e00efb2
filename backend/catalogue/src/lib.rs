//! What Tradewind sells: 240 products written by hand, and as many more as a load test wants.
//!
//! [`curated`] is the shop's own catalogue, kept in `data/*.json` and checked while it is read.
//! [`grown`] continues it to at most [`MAX_PRODUCTS`] with generated goods. Both are the same on
//! every run and every machine. The binary `seed` writes them to the order database.

mod category;
mod curated;
mod grown;
mod product;
mod vocabulary;

pub use category::{Category, categories, kinds};
pub use curated::{CatalogueError, curated};
pub use grown::{MAX_PRODUCTS, grown};
pub use product::{OptionAxis, Product, Variant, product_id};
