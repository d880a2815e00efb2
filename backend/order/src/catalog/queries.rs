//! Every statement of the catalogue.

use sqlx::{PgConnection, Postgres, QueryBuilder, types::Json};
use time::Date;
use tradewind_contract::{
    Money,
    catalog::{Availability, Category, Facet, FacetValue, OptionAxis, Product, ProductCard, Rating, Sort, Suggestion, Variant},
    limits::TOTAL_MAX,
};
use tradewind_kit::Result;
use tradewind_pictures::View;
use uuid::Uuid;

use super::model::{Cursor, OPTION_PREFIX, ProductFilter, SortKey, image};

/// How similar a title must be to a mistyped search, by trigrams.
const TYPO_SIMILARITY: f32 = 0.35;

#[derive(Debug, sqlx::FromRow)]
struct CardRow {
    id: Uuid,
    handle: String,
    title: String,
    family: String,
    origin: String,
    unit: String,
    tags: Vec<String>,
    price_from: i64,
    price_to: i64,
    rating_average: f32,
    rating_count: i32,
    popularity: i64,
    arrived_on: Date,
    available: i64,
}

impl CardRow {
    fn sort_key(&self, sort: Sort) -> SortKey {
        match sort {
            Sort::Popular => SortKey::Number(self.popularity),
            Sort::Newest => SortKey::Text(self.arrived_on.to_string()),
            Sort::PriceAsc | Sort::PriceDesc => SortKey::Number(self.price_from),
            Sort::Rating => SortKey::Real(self.rating_average),
            Sort::Title => SortKey::Text(self.title.clone()),
        }
    }
}

impl From<CardRow> for ProductCard {
    fn from(row: CardRow) -> Self {
        Self {
            id: row.id.into(),
            image: image(&row.family, &row.handle, &row.title, View::Front),
            handle: row.handle,
            title: row.title,
            price_from: Money::eur(row.price_from),
            price_varies: row.price_to > row.price_from,
            unit: row.unit,
            origin: row.origin,
            family: row.family,
            rating: Rating { average: row.rating_average, count: row.rating_count.unsigned_abs() },
            availability: Availability::of(row.available),
            tags: row.tags,
        }
    }
}

/// The columns of a card; the stock of the best-stocked variant decides its availability.
const CARD: &str = "SELECT p.id, p.handle, p.title, p.family, p.origin, p.unit, p.tags, p.price_from, p.price_to, p.rating_average,
    p.rating_count, p.popularity, p.arrived_on,
    coalesce((SELECT max(s.available) FROM variants v JOIN stock s USING (sku) WHERE v.product_id = p.id), 0) AS available
    FROM products p WHERE p.archived_at IS NULL";

// The three statements that take a filter are put together while the shop runs: each has only the conditions that were asked for,
// so that Postgres chooses an index by them. The rest of this file is checked when it is compiled.

/// A page of cards in the filter's order, and the cursor of the next page.
#[tracing::instrument(skip_all, name = "sql select_products", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_products(db: &mut PgConnection, filter: &ProductFilter) -> Result<(Vec<ProductCard>, Option<String>)> {
    let mut sql = QueryBuilder::new(CARD);
    push_filter(&mut sql, filter);
    push_position(&mut sql, filter);
    sql.push(match filter.sort {
        Sort::Popular => " ORDER BY p.popularity DESC, p.id DESC",
        Sort::Newest => " ORDER BY p.arrived_on DESC, p.id DESC",
        Sort::PriceAsc => " ORDER BY p.price_from, p.id",
        Sort::PriceDesc => " ORDER BY p.price_from DESC, p.id DESC",
        Sort::Rating => " ORDER BY p.rating_average DESC, p.id DESC",
        Sort::Title => " ORDER BY p.title, p.id",
    });
    // One more than asked for tells whether there is a next page.
    sql.push(" LIMIT ").push_bind(i64::from(filter.limit) + 1);
    let mut rows: Vec<CardRow> = sql.build_query_as().fetch_all(db).await?;
    let more = rows.len() > filter.limit as usize;
    rows.truncate(filter.limit as usize);
    let next = rows.last().filter(|_| more).map(|row| Cursor::new(filter.sort, row.sort_key(filter.sort), row.id).encode());
    Ok((rows.into_iter().map(ProductCard::from).collect(), next))
}

fn push_filter(sql: &mut QueryBuilder<Postgres>, filter: &ProductFilter) {
    if let Some(search) = &filter.search {
        sql.push(" AND (p.search @@ websearch_to_tsquery('english', ").push_bind(search.clone());
        sql.push(") OR p.title ILIKE ").push_bind(format!("%{}%", like_escaped(search)));
        sql.push(" OR word_similarity(").push_bind(search.clone());
        sql.push(", p.title) > ").push_bind(TYPO_SIMILARITY).push(")");
    }
    if let Some(family) = &filter.family {
        sql.push(" AND p.family = ").push_bind(family.clone());
    }
    if let Some(category) = &filter.category {
        sql.push(" AND (p.family = ").push_bind(category.clone());
        sql.push(" OR p.category = ").push_bind(category.clone()).push(")");
    }
    if let Some(min) = filter.price_min {
        sql.push(" AND p.price_to >= ").push_bind(min);
    }
    if let Some(max) = filter.price_max {
        sql.push(" AND p.price_from <= ").push_bind(max);
    }
    if let Some(rating) = filter.rating_min {
        sql.push(" AND p.rating_average >= ").push_bind(rating);
    }
    if filter.in_stock {
        sql.push(" AND EXISTS (SELECT 1 FROM variants v JOIN stock s USING (sku) WHERE v.product_id = p.id AND s.available > 0)");
    }
    for (axis, values) in &filter.options {
        sql.push(" AND EXISTS (SELECT 1 FROM variants v WHERE v.product_id = p.id AND v.options ->> ").push_bind(axis.clone());
        sql.push(" = ANY(").push_bind(values.clone()).push("))");
    }
}

fn push_position(sql: &mut QueryBuilder<Postgres>, filter: &ProductFilter) {
    let Some(cursor) = &filter.cursor else { return };
    sql.push(match filter.sort {
        Sort::Popular => " AND (p.popularity, p.id) < (",
        Sort::Newest => " AND (p.arrived_on, p.id) < (",
        Sort::PriceAsc => " AND (p.price_from, p.id) > (",
        Sort::PriceDesc => " AND (p.price_from, p.id) < (",
        Sort::Rating => " AND (p.rating_average, p.id) < (",
        Sort::Title => " AND (p.title, p.id) > (",
    });
    match &cursor.key {
        SortKey::Number(number) => sql.push_bind(*number),
        SortKey::Real(real) => sql.push_bind(*real),
        SortKey::Text(text) if filter.sort == Sort::Newest => sql.push_bind(text.clone()).push("::date"),
        SortKey::Text(text) => sql.push_bind(text.clone()),
    };
    sql.push(", ").push_bind(cursor.id).push(")");
}

fn like_escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// How many products fit, counted to 1,000 and no further.
#[tracing::instrument(skip_all, name = "sql count_products", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn count_products(db: &mut PgConnection, filter: &ProductFilter) -> Result<u32> {
    let mut sql = QueryBuilder::new("SELECT count(*) FROM (SELECT 1 FROM products p WHERE p.archived_at IS NULL");
    push_filter(&mut sql, filter);
    sql.push(" LIMIT ").push_bind(i64::from(TOTAL_MAX)).push(") AS found");
    let count: i64 = sql.build_query_scalar().fetch_one(db).await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

#[derive(Debug, sqlx::FromRow)]
struct FacetRow {
    parameter: String,
    value: String,
    title: String,
    count: i64,
}

/// What the list can be narrowed or widened by, with counts over the first 1,000 products that fit.
///
/// Values of one facet are alternatives, so a chosen facet's are counted as if none of them were: what each would bring.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql select_facets", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_facets(db: &mut PgConnection, filter: &ProductFilter) -> Result<Vec<Facet>> {
    let chosen = filter.chosen_facets();
    let mut sql = QueryBuilder::new("WITH found AS (");
    // Facets of which nothing is chosen share what is found; `chosen` is empty for them.
    push_found(&mut sql, "", filter);
    for parameter in &chosen {
        sql.push(" UNION ALL ");
        push_found(&mut sql, parameter, &filter.without(parameter));
    }
    sql.push(
        ")
        SELECT 'category' AS parameter, c.handle AS value, c.title AS title, count(*) AS count
        FROM found JOIN categories c ON c.handle = found.category
        WHERE found.chosen = CASE WHEN 'category' = ANY(",
    );
    sql.push_bind(chosen.clone());
    sql.push(
        ") THEN 'category' ELSE '' END
        GROUP BY c.handle, c.title
        UNION ALL
        SELECT o.parameter, o.value, o.value, count(DISTINCT found.id)
        FROM found JOIN variants v ON v.product_id = found.id
        CROSS JOIN LATERAL (SELECT 'option.' || key AS parameter, value FROM jsonb_each_text(v.options)) AS o
        WHERE found.chosen <> 'category' AND found.chosen = CASE WHEN o.parameter = ANY(",
    );
    sql.push_bind(chosen);
    sql.push(
        ") THEN o.parameter ELSE '' END
        GROUP BY o.parameter, o.value
        ORDER BY 1, 4 DESC, 2",
    );
    let mut facets = facets(sql.build_query_as().fetch_all(db).await?);
    facets.sort_by(|a, b| a.parameter.cmp(&b.parameter));
    Ok(facets)
}

fn push_found(sql: &mut QueryBuilder<Postgres>, chosen: &str, filter: &ProductFilter) {
    sql.push("(SELECT ").push_bind(chosen.to_owned());
    sql.push("::text AS chosen, p.id, p.category FROM products p WHERE p.archived_at IS NULL");
    push_filter(sql, filter);
    sql.push(" LIMIT ").push_bind(i64::from(TOTAL_MAX)).push(")");
}

/// Rows of one facet follow one another.
fn facets(rows: Vec<FacetRow>) -> Vec<Facet> {
    let mut facets: Vec<Facet> = Vec::new();
    for row in rows {
        let value = FacetValue { value: row.value, title: row.title, count: u32::try_from(row.count).unwrap_or(u32::MAX) };
        match facets.last_mut().filter(|facet| facet.parameter == row.parameter) {
            Some(facet) => facet.values.push(value),
            None => {
                let name = row.parameter.strip_prefix(OPTION_PREFIX).unwrap_or("kind");
                let title = name.chars().next().map(|c| c.to_uppercase().collect::<String>() + &name[c.len_utf8()..]).unwrap_or_default();
                facets.push(Facet { parameter: row.parameter, title, values: vec![value] });
            }
        }
    }
    facets
}

#[derive(Debug)]
struct VariantRow {
    sku: String,
    options: Json<std::collections::BTreeMap<String, String>>,
    price: i64,
    compare_at: Option<i64>,
    available: i64,
}

/// A product with its variants in the order shown.
#[tracing::instrument(skip_all, name = "sql select_product", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_product(db: &mut PgConnection, handle: &str) -> Result<Option<Product>> {
    let row = sqlx::query!(
        r#"SELECT p.id, p.handle, p.title, p.family, p.origin, p.unit, p.tags, p.price_from, p.price_to, p.rating_average,
              p.rating_count, p.popularity, p.arrived_on, p.category, p.description, p.care, p.bearing,
              p.options AS "options: Json<Vec<OptionAxis>>", p.version,
              coalesce((SELECT max(s.available) FROM variants v JOIN stock s USING (sku) WHERE v.product_id = p.id), 0) AS "available!"
           FROM products p WHERE p.handle = $1 AND p.archived_at IS NULL"#,
        handle,
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let variants = sqlx::query_as!(
        VariantRow,
        r#"SELECT v.sku, v.options AS "options: _", v.price, v.compare_at, s.available
           FROM variants v JOIN stock s USING (sku) WHERE v.product_id = $1 ORDER BY v.position"#,
        row.id,
    )
    .fetch_all(db)
    .await?;
    let card = ProductCard::from(CardRow {
        id: row.id,
        handle: row.handle,
        title: row.title,
        family: row.family,
        origin: row.origin,
        unit: row.unit,
        tags: row.tags,
        price_from: row.price_from,
        price_to: row.price_to,
        rating_average: row.rating_average,
        rating_count: row.rating_count,
        popularity: row.popularity,
        arrived_on: row.arrived_on,
        available: row.available,
    });
    let images = View::ALL.into_iter().map(|view| image(&card.family, &card.handle, &card.title, view)).collect();
    Ok(Some(Product {
        card,
        category: row.category,
        description: row.description,
        care: row.care,
        bearing: row.bearing,
        images,
        options: row.options.0,
        variants: variants.into_iter().map(variant).collect(),
        version: row.version,
    }))
}

fn variant(row: VariantRow) -> Variant {
    let availability = Availability::of(row.available);
    Variant {
        sku: row.sku,
        options: row.options.0,
        price: Money::eur(row.price),
        compare_at: row.compare_at.map(Money::eur),
        availability,
        available: (availability == Availability::Low).then(|| u32::try_from(row.available).unwrap_or(0)),
    }
}

/// Up to eight others of the same category, then of the same family, the most popular first.
#[tracing::instrument(skip_all, name = "sql select_related", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_related(db: &mut PgConnection, handle: &str) -> Result<Option<Vec<ProductCard>>> {
    let of = sqlx::query!("SELECT family, category FROM products WHERE handle = $1 AND archived_at IS NULL", handle)
        .fetch_optional(&mut *db)
        .await?;
    let Some(of) = of else { return Ok(None) };
    let rows = sqlx::query_as!(
        CardRow,
        r#"SELECT p.id, p.handle, p.title, p.family, p.origin, p.unit, p.tags, p.price_from, p.price_to, p.rating_average,
              p.rating_count, p.popularity, p.arrived_on,
              coalesce((SELECT max(s.available) FROM variants v JOIN stock s USING (sku) WHERE v.product_id = p.id), 0) AS "available!"
           FROM products p WHERE p.archived_at IS NULL AND p.family = $1 AND p.handle <> $2
           ORDER BY (p.category = $3) DESC, p.popularity DESC, p.id DESC LIMIT 8"#,
        of.family,
        handle,
        of.category,
    )
    .fetch_all(db)
    .await?;
    Ok(Some(rows.into_iter().map(ProductCard::from).collect()))
}

/// Up to eight products whose title has a word that begins like the search, or is like it.
#[tracing::instrument(skip_all, name = "sql select_suggestions", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_suggestions(db: &mut PgConnection, search: &str) -> Result<Vec<Suggestion>> {
    Ok(sqlx::query_as!(
        Suggestion,
        "SELECT handle, title, family FROM products
         WHERE archived_at IS NULL AND (title ILIKE $2 || '%' OR title ILIKE '% ' || $2 || '%' OR word_similarity($1, title) > $3)
         ORDER BY (title ILIKE $2 || '%') DESC, word_similarity($1, title) DESC, popularity DESC LIMIT 8",
        search,
        like_escaped(search),
        TYPO_SIMILARITY,
    )
    .fetch_all(db)
    .await?)
}

/// The tree, families in their order, each with how many products it holds.
#[tracing::instrument(skip_all, name = "sql select_categories", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_categories(db: &mut PgConnection) -> Result<Vec<Category>> {
    let rows = sqlx::query!(
        r#"SELECT c.handle, c.title, c.parent,
              (SELECT count(*) FROM products p WHERE p.archived_at IS NULL AND (p.category = c.handle OR p.family = c.handle)) AS "products!"
           FROM categories c ORDER BY c.parent NULLS FIRST, c.position"#,
    )
    .fetch_all(db)
    .await?;
    let mut roots: Vec<Category> = Vec::new();
    for row in rows {
        let product_count = u32::try_from(row.products).unwrap_or(u32::MAX);
        let category = Category { handle: row.handle, title: row.title, product_count, children: Vec::new() };
        match row.parent {
            None => roots.push(category),
            Some(parent) => {
                if let Some(root) = roots.iter_mut().find(|root| root.handle == parent) {
                    root.children.push(category);
                }
            }
        }
    }
    Ok(roots)
}
