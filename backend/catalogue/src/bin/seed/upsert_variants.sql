-- $1: [{"handle", "sku", "options", "price_minor", "compare_at_minor"}], in the order shown.
WITH given AS (
    -- Numbered, because a recordset alone promises no order.
    SELECT element.place, entry.*
    FROM jsonb_array_elements($1) WITH ORDINALITY AS element (value, place),
         jsonb_to_record(element.value)
             AS entry (handle text, sku text, options jsonb, price_minor bigint, compare_at_minor bigint)
),
-- New variants go behind those that are there, so that no position is taken twice.
behind AS (
    SELECT product_id, max(position) AS position FROM variants GROUP BY product_id
)
INSERT INTO variants (sku, product_id, position, options, price, compare_at)
SELECT
    given.sku, products.id,
    coalesce(behind.position, -1) + row_number() OVER (PARTITION BY products.id ORDER BY given.place),
    given.options, given.price_minor, given.compare_at_minor
FROM given
JOIN products ON products.handle = given.handle AND products.version = 1
LEFT JOIN behind ON behind.product_id = products.id
ON CONFLICT (sku) DO UPDATE
SET options = excluded.options, price = excluded.price, compare_at = excluded.compare_at
WHERE (variants.options, variants.price, variants.compare_at)
    IS DISTINCT FROM (excluded.options, excluded.price, excluded.compare_at)
