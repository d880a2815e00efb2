-- Orders of one piece each, all delivered.
SET synchronous_commit = off;
CREATE TEMP TABLE large AS SELECT n, gen_random_uuid() AS id FROM generate_series(1, ORDERS) AS n;
UPDATE stock SET initial = initial + ORDERS, sold = sold + ORDERS WHERE sku = 'ASSAM-100';
INSERT INTO orders (id, number, owner, placed_by, idempotency_key, status, version, email, shipping_address, shipping_method, payment_token,
                    currency, subtotal, shipping, tax, total, placed_at)
SELECT id, 'TW-' || n, id, id, 'k', 'delivered', 4, 'ada@example.com', '{}', 'standard', 'tok_ok', 'EUR', 1200, 490, 0, 1690, now() - interval '10 minutes'
FROM large;
INSERT INTO order_lines (order_id, position, sku, quantity, unit_price, handle, title, family, options)
SELECT id, 1, 'ASSAM-100', 1, 1200, 'x', 'X', 'tea', '{}' FROM large;
INSERT INTO holds (order_id, sku, quantity, state, expires_at) SELECT id, 'ASSAM-100', 1, 'claimed', now() FROM large;
INSERT INTO order_history (order_id, version, status, at)
SELECT id, version, step, now() - interval '10 minutes' + make_interval(secs => version)
FROM large, unnest('{placed,paid,shipped,delivered}'::text[]) WITH ORDINALITY AS s (step, version);
INSERT INTO payments (order_id, attempt, reference, amount, state) SELECT id, 1, id || ':1', 1690, 'captured' FROM large;
INSERT INTO ledger_entries (order_id, posting, account, amount)
SELECT id, '1:' || step, account, sign * 1690 FROM large,
    (VALUES ('authorize', 'authorized', 1), ('authorize', 'shopper', -1), ('capture', 'captured', 1), ('capture', 'authorized', -1)) AS e (step, account, sign);
INSERT INTO outbox (event_id, topic, event_type, event_version, aggregate_type, aggregate_id, sequence, payload, occurred_at, published_at)
SELECT gen_random_uuid(), 'order-events', 'order.' || h.status, 1, 'order', h.order_id, h.version, '{}', h.at, h.at + interval '20 ms'
FROM order_history h JOIN large ON large.id = h.order_id ORDER BY h.at;
INSERT INTO inbox (consumer, event_id, handled_at)
SELECT CASE event_type WHEN 'order.placed' THEN 'checkout' ELSE 'fulfilment' END, event_id, published_at + interval '20 ms'
FROM outbox JOIN large ON large.id = aggregate_id WHERE event_type IN ('order.placed', 'order.paid', 'order.shipped');
INSERT INTO inbox (consumer, event_id, handled_at)
SELECT 'stock-levels', event_id, published_at + interval '30 ms'
FROM outbox JOIN large ON large.id = aggregate_id WHERE event_type = 'order.placed';
DROP TABLE large;
