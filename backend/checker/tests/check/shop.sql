-- Four orders, each somewhere on its way, and everything that belongs to them. a1 is delivered, b2 was refused and cancelled, c3 was
-- refused and may be paid again, d4 is paid and waits for its parcel. Ten minutes ago, so that nothing of it can have been pruned.
CREATE TEMP TABLE ids AS
SELECT name, ('00000000-0000-7000-8000-0000000000' || name)::uuid AS id, sku, quantity, price, status, steps FROM (VALUES
    ('a1', 'ASSAM-100', 2, 1200, 'delivered', '{placed,paid,shipped,delivered}'),
    ('b2', 'SENCHA-100', 1, 1200, 'cancelled', '{placed,payment_failed,cancelled}'),
    ('c3', 'GENMAICHA-100', 1, 990, 'payment_failed', '{placed,payment_failed}'),
    ('d4', 'ASSAM-250', 1, 2890, 'paid', '{placed,paid}')
) AS orders (name, sku, quantity, price, status, steps);

INSERT INTO orders (id, number, owner, placed_by, idempotency_key, status, version, email, shipping_address, shipping_method, payment_token,
                    currency, subtotal, shipping, tax, total, placed_at)
SELECT id, 'TW-' || name, '00000000-0000-7000-8000-00000000000f', '00000000-0000-7000-8000-00000000000f', 'key-' || name, status,
       cardinality(steps::text[]), 'ada@example.com', '{}', 'standard', 'tok_ok', 'EUR', quantity * price, 490, 0, quantity * price + 490,
       now() - interval '10 minutes'
FROM ids;

INSERT INTO order_lines (order_id, position, sku, quantity, unit_price, handle, title, family, options)
SELECT id, 1, sku, quantity, price, 'x', 'X', 'tea', '{}' FROM ids;

INSERT INTO order_history (order_id, version, status, at)
SELECT id, version, step, now() - interval '10 minutes' + make_interval(secs => version) FROM ids, unnest(steps::text[]) WITH ORDINALITY AS s (step, version);

INSERT INTO holds (order_id, sku, quantity, state, expires_at)
SELECT id, sku, quantity, CASE status WHEN 'cancelled' THEN 'released' WHEN 'payment_failed' THEN 'held' ELSE 'claimed' END, now() + interval '5 minutes'
FROM ids;
UPDATE stock SET available = available - 2, sold = 2 WHERE sku = 'ASSAM-100';
UPDATE stock SET available = available - 1, reserved = 1 WHERE sku = 'GENMAICHA-100';
UPDATE stock SET available = available - 1, sold = 1 WHERE sku = 'ASSAM-250';

INSERT INTO payments (order_id, attempt, reference, amount, state)
SELECT id, 1, id || ':1', quantity * price + 490, CASE status WHEN 'delivered' THEN 'captured' WHEN 'paid' THEN 'authorized' ELSE 'declined' END FROM ids;
INSERT INTO ledger_entries (order_id, posting, account, amount, posted_at)
SELECT id, '1:' || step, account, sign * (quantity * price + 490), now() - interval '11 minutes' FROM ids
JOIN (VALUES ('authorize', 'authorized', 1), ('authorize', 'shopper', -1), ('capture', 'captured', 1), ('capture', 'authorized', -1)) AS e (step, account, sign)
  ON step = 'authorize' OR status = 'delivered'
WHERE status IN ('delivered', 'paid');
INSERT INTO order_timers (order_id, kind, due_at) SELECT id, CASE status WHEN 'paid' THEN 'ship' ELSE 'end_hold' END, now() + interval '5 minutes'
FROM ids WHERE status IN ('paid', 'payment_failed');

-- An event's id is its order's, with its sequence in the fourth group.
INSERT INTO outbox (event_id, topic, event_type, event_version, aggregate_type, aggregate_id, sequence, payload, occurred_at, published_at)
SELECT replace(order_id::text, '8000', '900' || version)::uuid, 'order-events', 'order.' || status, 1, 'order', order_id, version, '{}', at,
       at + interval '20 ms'
FROM order_history ORDER BY at;
INSERT INTO inbox (consumer, event_id, handled_at)
SELECT CASE event_type WHEN 'order.placed' THEN 'checkout' ELSE 'fulfilment' END, event_id, published_at + interval '20 ms' FROM outbox
WHERE event_type IN ('order.placed', 'order.paid', 'order.shipped');
INSERT INTO inbox (consumer, event_id, handled_at)
SELECT c.consumer, event_id, published_at + interval '30 ms'
FROM outbox JOIN (VALUES ('stock-levels', 'order.placed'), ('stock-levels', 'order.cancelled'), ('compensation', 'order.cancelled'))
    AS c (consumer, event_type) USING (event_type);
DROP TABLE ids;
