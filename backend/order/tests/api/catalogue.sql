-- Eight things on sale and one that is not any more. Popularity, arrival, price and rating each have ties, so that
-- pages must break them by id. Stock: plenty, six (the fewest that nobody is told of), five, two, one and none.
INSERT INTO categories (handle, title, parent, position) VALUES
    ('tea', 'Tea', NULL, 1), ('instruments', 'Instruments', NULL, 2),
    ('green-tea', 'Green tea', 'tea', 2), ('black-tea', 'Black tea', 'tea', 1), ('compasses', 'Compasses', 'instruments', 1);

INSERT INTO products (id, handle, title, family, category, description, care, origin, bearing, options,
                      price_from, price_to, rating_average, rating_count, popularity, arrived_on, archived_at)
SELECT ('00000000-0000-7000-8000-00000000000' || number)::uuid, handle, title, family, category, 'Good.', 'Keep dry.', origin, '27.0° N 88.3° E',
       options::jsonb, price_from, price_to, rating, rated, popularity, arrived::date, archived::timestamptz
FROM (VALUES
    (1, 'assam-gold', 'Assam Gold', 'tea', 'black-tea', 'Assam, India',
        '[{"name": "weight", "values": ["100 g", "250 g"]}]', 1200, 2890, 4.5, 20, 500, '2026-03-01', NULL),
    (2, 'smoky-lapsang', 'Smoky Lapsang', 'tea', 'black-tea', 'Fujian, China',
        '[{"name": "weight", "values": ["100 g"]}]', 1490, 1490, 4.0, 10, 500, '2026-02-01', NULL),
    (3, 'darjeeling-first-flush', 'Darjeeling First Flush', 'tea', 'black-tea', 'Darjeeling, India',
        '[{"name": "weight", "values": ["100 g", "250 g"]}]', 2490, 5690, 4.9, 55, 900, '2026-04-01', NULL),
    (4, 'gyokuro', 'Gyokuro', 'tea', 'green-tea', 'Uji, Japan',
        '[{"name": "weight", "values": ["50 g"]}]', 2490, 2490, 4.5, 5, 100, '2026-03-01', NULL),
    (5, 'sencha-asamushi', 'Sencha Asamushi', 'tea', 'green-tea', 'Shizuoka, Japan',
        '[{"name": "weight", "values": ["100 g"]}]', 1200, 1200, 0, 0, 300, '2026-01-15', NULL),
    (6, 'genmaicha', 'Genmaicha', 'tea', 'green-tea', 'Kyoto, Japan',
        '[{"name": "weight", "values": ["100 g"]}]', 990, 990, 3.5, 4, 300, '2026-01-15', NULL),
    (7, 'pocket-compass', 'Pocket Compass', 'instruments', 'compasses', 'Hamburg, Germany',
        '[{"name": "finish", "values": ["steel", "brass"]}]', 7900, 8900, 4.0, 7, 50, '2026-04-01', NULL),
    (8, 'ships-compass', 'Ship''s Compass', 'instruments', 'compasses', 'Bergen, Norway', '[]', 24900, 24900, 5.0, 2, 10, '2025-12-24', NULL),
    (9, 'retired-compass', 'Retired Compass', 'instruments', 'compasses', 'Bergen, Norway', '[]', 100, 100, 5.0, 9, 9999, '2026-05-01', '2026-06-01')
) AS goods (number, handle, title, family, category, origin, options, price_from, price_to, rating, rated, popularity, arrived, archived);

WITH goods (number, sku, position, options, price, compare_at, pieces) AS (VALUES
    (1, 'ASSAM-100', 1, '{"weight": "100 g"}', 1200, NULL, 1000),
    (1, 'ASSAM-250', 2, '{"weight": "250 g"}', 2890, 3290, 1000),
    (2, 'LAPSANG-100', 1, '{"weight": "100 g"}', 1490, NULL, 5),
    (3, 'DARJEELING-100', 1, '{"weight": "100 g"}', 2490, NULL, 1),
    (3, 'DARJEELING-250', 2, '{"weight": "250 g"}', 5690, NULL, 0),
    (4, 'GYOKURO-50', 1, '{"weight": "50 g"}', 2490, NULL, 0),
    (5, 'SENCHA-100', 1, '{"weight": "100 g"}', 1200, NULL, 200),
    (6, 'GENMAICHA-100', 1, '{"weight": "100 g"}', 990, NULL, 6),
    (7, 'COMPASS-STEEL', 1, '{"finish": "steel"}', 7900, NULL, 50),
    (7, 'COMPASS-BRASS', 2, '{"finish": "brass"}', 8900, NULL, 2),
    (8, 'SHIPS-COMPASS', 1, '{}', 24900, NULL, 1),
    (9, 'RETIRED-COMPASS', 1, '{}', 100, NULL, 9)
), put_up AS (
    INSERT INTO variants (sku, product_id, position, options, price, compare_at)
    SELECT sku, ('00000000-0000-7000-8000-00000000000' || number)::uuid, position, options::jsonb, price, compare_at FROM goods
)
INSERT INTO stock (sku, available, initial) SELECT sku, pieces, pieces FROM goods;
