-- $1: as in upsert_variants.sql, with "stock". Never changes stock that is there.
INSERT INTO stock (sku, available, initial)
SELECT given.sku, given.stock, given.stock
FROM jsonb_to_recordset($1) AS given (sku text, stock bigint)
JOIN variants ON variants.sku = given.sku
ON CONFLICT (sku) DO NOTHING
