//! The statements of the seed.

use std::collections::HashSet;

use anyhow::{Context, Result};
use serde::Serialize;
use sqlx::types::Json;
use sqlx::{Connection, PgConnection};
use tradewind_catalogue::{OptionAxis, Product, Variant, categories};
use uuid::Uuid;

// sqlx's macros do not tell cargo which files they read; without this, an edit of one would not be built.
const _: [&str; 4] = [
    include_str!("upsert_categories.sql"),
    include_str!("upsert_products.sql"),
    include_str!("upsert_variants.sql"),
    include_str!("insert_stock.sql"),
];

pub(crate) async fn is_standby(db: &mut PgConnection) -> Result<bool> {
    sqlx::query_scalar!(r#"SELECT pg_is_in_recovery() AS "standby!""#).fetch_one(db).await.context("cannot ask whether this is the primary")
}

pub(crate) async fn has_tables(db: &mut PgConnection) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT count(to_regclass(name)) = 4 AS "all_there!" FROM unnest(ARRAY['categories', 'products', 'variants', 'stock']) AS name"#,
    )
    .fetch_one(db)
    .await
    .context("cannot look for the catalogue's tables")
}

/// Takes the seed's lock until the connection ends; false when another session holds it.
pub(crate) async fn try_lock(db: &mut PgConnection) -> Result<bool> {
    sqlx::query_scalar!(r#"SELECT pg_try_advisory_lock(hashtextextended('tradewind seed', 0)) AS "locked!""#)
        .fetch_one(db)
        .await
        .context("cannot take the seed's lock")
}

pub(crate) async fn analyze(db: &mut PgConnection) -> Result<()> {
    // Not a macro: a statement that cannot be prepared cannot be described either.
    sqlx::raw_sql("ANALYZE categories, products, variants, stock").execute(db).await?;
    Ok(())
}

/// Those handles of `products` that the database already has.
pub(crate) async fn known_handles(db: &mut PgConnection, products: &[Product]) -> Result<HashSet<String>> {
    let handles: Vec<&str> = products.iter().map(|product| product.handle.as_str()).collect();
    let known = sqlx::query_scalar!("SELECT handle FROM products WHERE handle = ANY($1)", &handles as &Vec<&str>)
        .fetch_all(db)
        .await
        .context("cannot look up which products are there")?;
    Ok(known.into_iter().collect())
}

#[derive(Serialize)]
struct CategoryRow {
    handle: &'static str,
    title: &'static str,
    parent: Option<&'static str>,
    position: i32,
}

#[derive(Serialize)]
struct ProductRow<'a> {
    id: Uuid,
    handle: &'a str,
    title: &'a str,
    family: &'a str,
    category: &'a str,
    description: &'a str,
    care: &'a str,
    origin: &'a str,
    bearing: &'a str,
    unit: &'a str,
    kind: Option<&'a str>,
    tags: &'a [String],
    options: &'a [OptionAxis],
    price_from: i64,
    price_to: i64,
    rating_average: f32,
    rating_count: i32,
    popularity: i64,
    arrived_on: String,
}

#[derive(Serialize)]
struct VariantRow<'a> {
    handle: &'a str,
    #[serde(flatten)]
    variant: &'a Variant,
}

/// The smallest and the largest price of a product, minor units.
pub(crate) fn price_span(product: &Product) -> (i64, i64) {
    let prices = || product.variants.iter().map(|variant| variant.price_minor);
    (prices().min().unwrap_or(0), prices().max().unwrap_or(0))
}

/// Brings categories and curated products up to date; returns how many products are new. A product
/// whose version is above 1 was changed by an operator and is left as it is. Stock is written only
/// for SKUs that have none; variants that left the catalogue stay, since orders may name them.
pub(crate) async fn upsert_curated(db: &mut PgConnection, products: &[Product]) -> Result<usize> {
    let mut tx = db.begin().await?;
    upsert_categories(&mut tx).await?;
    let new = upsert_products(&mut tx, products).await?;
    upsert_variants(&mut tx, products).await?;
    tx.commit().await?;
    Ok(new)
}

async fn upsert_categories(db: &mut PgConnection) -> Result<()> {
    let rows: Vec<CategoryRow> = categories()
        .iter()
        .map(|category| CategoryRow {
            handle: category.handle,
            title: category.title,
            parent: category.parent,
            position: category.position,
        })
        .collect();
    sqlx::query_file!("src/bin/seed/upsert_categories.sql", Json(rows) as _).execute(db).await?;
    Ok(())
}

async fn upsert_products(db: &mut PgConnection, products: &[Product]) -> Result<usize> {
    let rows: Vec<ProductRow<'_>> = products
        .iter()
        .map(|product| {
            let (price_from, price_to) = price_span(product);
            ProductRow {
                id: product.id(),
                handle: &product.handle,
                title: &product.title,
                family: product.family,
                category: product.category,
                description: &product.description,
                care: &product.care,
                origin: &product.origin,
                bearing: &product.bearing,
                unit: &product.unit,
                kind: product.kind,
                tags: &product.tags,
                options: &product.options,
                price_from,
                price_to,
                rating_average: product.rating_average,
                rating_count: product.rating_count,
                popularity: product.popularity,
                arrived_on: product.arrived_on.to_string(),
            }
        })
        .collect();
    let inserted = sqlx::query_file_scalar!("src/bin/seed/upsert_products.sql", Json(rows) as _).fetch_all(db).await?;
    Ok(inserted.into_iter().filter(|new| *new).count())
}

async fn upsert_variants(db: &mut PgConnection, products: &[Product]) -> Result<()> {
    let rows: Vec<VariantRow<'_>> = products
        .iter()
        .flat_map(|product| product.variants.iter().map(|variant| VariantRow { handle: &product.handle, variant }))
        .collect();
    sqlx::query_file!("src/bin/seed/upsert_variants.sql", Json(&rows) as _).execute(&mut *db).await?;
    sqlx::query_file!("src/bin/seed/insert_stock.sql", Json(&rows) as _).execute(&mut *db).await?;
    Ok(())
}
