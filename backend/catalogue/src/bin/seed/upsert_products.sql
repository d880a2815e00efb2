-- $1: one object a product, named like the columns. Returns one row a product written: whether it
-- is new (a row that was never updated has no xmax).
INSERT INTO products (
    id, handle, title, family, category, description, care, origin, bearing, unit, kind, tags, options,
    price_from, price_to, rating_average, rating_count, popularity, arrived_on
)
SELECT
    id, handle, title, family, category, description, care, origin, bearing, unit, kind, tags, options,
    price_from, price_to, rating_average, rating_count, popularity, arrived_on
FROM jsonb_to_recordset($1) AS given (
    id uuid, handle text, title text, family text, category text, description text, care text, origin text,
    bearing text, unit text, kind text, tags text[], options jsonb, price_from bigint, price_to bigint,
    rating_average real, rating_count integer, popularity bigint, arrived_on date
)
-- Ratings are left alone: from the first day on, reviews move them.
ON CONFLICT (handle) DO UPDATE
SET title = excluded.title, family = excluded.family, category = excluded.category,
    description = excluded.description, care = excluded.care, origin = excluded.origin,
    bearing = excluded.bearing, unit = excluded.unit, kind = excluded.kind, tags = excluded.tags,
    options = excluded.options, price_from = excluded.price_from, price_to = excluded.price_to,
    popularity = excluded.popularity, arrived_on = excluded.arrived_on
WHERE products.version = 1
    AND (products.title, products.family, products.category, products.description, products.care,
         products.origin, products.bearing, products.unit, products.kind, products.tags, products.options,
         products.price_from, products.price_to, products.popularity, products.arrived_on)
    IS DISTINCT FROM
        (excluded.title, excluded.family, excluded.category, excluded.description, excluded.care,
         excluded.origin, excluded.bearing, excluded.unit, excluded.kind, excluded.tags, excluded.options,
         excluded.price_from, excluded.price_to, excluded.popularity, excluded.arrived_on)
RETURNING xmax = 0 AS "is_new!"
