-- A guest of whom nothing is told, and a shopper who registered and logged in.
INSERT INTO users (id, role, email, password_hash, version, created_at) VALUES
    ('00000000-0000-7000-8000-00000000000e', 'guest', NULL, NULL, 0, now() - interval '10 minutes'),
    ('00000000-0000-7000-8000-00000000000f', 'shopper', 'ada@example.com', 'x', 2, now() - interval '10 minutes');
INSERT INTO outbox (event_id, topic, event_type, event_version, aggregate_type, aggregate_id, sequence, payload, occurred_at, published_at)
SELECT ('00000000-0000-7000-900' || sequence || '-00000000000f')::uuid, 'user-events', type, 1, 'user', '00000000-0000-7000-8000-00000000000f', sequence, '{}',
       now() - interval '10 minutes', now() - interval '9 minutes'
FROM (VALUES (1, 'user.registered'), (2, 'user.logged_in')) AS e (sequence, type) ORDER BY sequence;
