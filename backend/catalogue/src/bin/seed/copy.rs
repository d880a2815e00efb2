//! COPY in its text format, which is much faster than INSERT for hundreds of thousands of rows.

use std::fmt::{Display, Write};

use anyhow::Result;
use sqlx::PgConnection;
use tradewind_catalogue::Product;

use crate::queries::price_span;

/// Writes products that the database does not have, with their variants and stock.
///
/// # Errors
/// When the database refuses a row, a handle or SKU that is already there among others; the whole
/// chunk is then to be rolled back by the caller.
pub(crate) async fn copy_products(db: &mut PgConnection, products: &[Product]) -> Result<()> {
    let mut goods = CopyText::default();
    let mut variants = CopyText::default();
    let mut stock = CopyText::default();
    for product in products {
        let id = product.id();
        let (price_from, price_to) = price_span(product);
        goods
            .field(id)
            .field(&product.handle)
            .field(&product.title)
            .field(product.family)
            .field(product.category)
            .field(&product.description)
            .field(&product.care)
            .field(&product.origin)
            .field(&product.bearing)
            .field(&product.unit)
            .nullable(product.kind)
            .field(array(&product.tags))
            .field(serde_json::to_string(&product.options)?)
            .field(price_from)
            .field(price_to)
            .field(product.rating_average)
            .field(product.rating_count)
            .field(product.popularity)
            .field(product.arrived_on)
            .end();
        for (position, variant) in product.variants.iter().enumerate() {
            variants
                .field(&variant.sku)
                .field(id)
                .field(position)
                .field(serde_json::to_string(&variant.options)?)
                .field(variant.price_minor)
                .nullable(variant.compare_at_minor)
                .end();
            stock.field(&variant.sku).field(variant.stock).field(variant.stock).end();
        }
    }
    goods
        .send(
            db,
            "COPY products (id, handle, title, family, category, description, care, origin, bearing, unit, kind, tags, options, \
             price_from, price_to, rating_average, rating_count, popularity, arrived_on) FROM STDIN",
        )
        .await?;
    variants.send(db, "COPY variants (sku, product_id, position, options, price, compare_at) FROM STDIN").await?;
    stock.send(db, "COPY stock (sku, available, initial) FROM STDIN").await
}

/// Rows in COPY's text format: fields between tabs, a line a row, `\N` for NULL.
#[derive(Default)]
struct CopyText {
    text: String,
    begun: bool,
}

impl CopyText {
    fn field(&mut self, value: impl Display) -> &mut Self {
        self.separate();
        // Through an escaping writer, so that no field is built twice. Writing to a String cannot fail.
        let _ = write!(Escaped(&mut self.text), "{value}");
        self
    }

    fn nullable(&mut self, value: Option<impl Display>) -> &mut Self {
        match value {
            Some(value) => self.field(value),
            None => {
                self.separate();
                self.text.push_str("\\N");
                self
            }
        }
    }

    fn separate(&mut self) {
        if self.begun {
            self.text.push('\t');
        }
        self.begun = true;
    }

    fn end(&mut self) {
        self.text.push('\n');
        self.begun = false;
    }

    async fn send(self, db: &mut PgConnection, statement: &'static str) -> Result<()> {
        let mut sink = db.copy_in_raw(statement).await?;
        sink.send(self.text.into_bytes()).await?;
        sink.finish().await?;
        Ok(())
    }
}

struct Escaped<'a>(&'a mut String);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        for letter in text.chars() {
            match letter {
                '\\' => self.0.push_str("\\\\"),
                '\t' => self.0.push_str("\\t"),
                '\n' => self.0.push_str("\\n"),
                '\r' => self.0.push_str("\\r"),
                other => self.0.push(other),
            }
        }
        Ok(())
    }
}

/// An array literal with every element quoted.
fn array(elements: &[String]) -> String {
    let quoted: Vec<String> =
        elements.iter().map(|element| format!("\"{}\"", element.replace('\\', "\\\\").replace('"', "\\\""))).collect();
    format!("{{{}}}", quoted.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_would_break_a_row_are_escaped() {
        let mut rows = CopyText::default();
        rows.field("a\tb\\N\r\nc").nullable(None::<i64>).field(array(&["x \"y\"".to_owned(), "z\\".to_owned()])).end();
        assert_eq!(rows.text, "a\\tb\\\\N\\r\\nc\t\\N\t{\"x \\\\\"y\\\\\"\",\"z\\\\\\\\\"}\n");
    }
}
