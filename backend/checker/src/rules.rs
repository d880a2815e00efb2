//! The rules that a statement can judge, as a table. Each row of an answer is a violation, told by its only column.
//!
//! They run in one snapshot of their database. Besides its tables there are the `check_` ones, which `scratch.rs` fills for the
//! length of the transaction.

/// Whose database a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    Orders,
    Users,
    /// Outbox and inbox are in each.
    Both,
}

pub struct Rule {
    pub invariant: u8,
    pub on: On,
    /// What does not hold for the rows.
    pub says: &'static str,
    pub violations: &'static str,
}

/// How many things an invariant was asked of.
pub struct Extent {
    pub invariant: u8,
    pub on: On,
    pub count: &'static str,
}

pub static EXTENTS: &[Extent] = &[
    Extent { invariant: 1, on: On::Orders, count: "SELECT count(*) FROM check_answers WHERE outcome = 'made'" },
    Extent {
        invariant: 2,
        on: On::Orders,
        count: "SELECT (SELECT count(*) FROM orders) + (SELECT count(DISTINCT (identity, key)) FROM check_answers)",
    },
    Extent { invariant: 3, on: On::Orders, count: "SELECT count(*) FROM stock" },
    Extent { invariant: 4, on: On::Orders, count: "SELECT count(*) FROM holds" },
    Extent { invariant: 5, on: On::Orders, count: "SELECT count(*) FROM orders" },
    Extent { invariant: 6, on: On::Orders, count: "SELECT count(*) FROM orders" },
    Extent { invariant: 7, on: On::Orders, count: "SELECT count(*) FROM order_history" },
    Extent { invariant: 7, on: On::Users, count: "SELECT count(*) FROM users" },
    Extent { invariant: 8, on: On::Both, count: "SELECT count(*) FROM check_events e JOIN check_topics t ON t.name = e.topic" },
    Extent { invariant: 9, on: On::Orders, count: "SELECT count(*) FROM check_events JOIN check_consumers USING (event_type)" },
    Extent { invariant: 10, on: On::Orders, count: "SELECT (SELECT count(*) FROM dead_letters) + (SELECT count(*) FROM check_unreadable)" },
    Extent { invariant: 11, on: On::Orders, count: "SELECT count(*) FROM check_reads" },
];

pub static RULES: &[Rule] = &[
    Rule {
        invariant: 1,
        on: On::Orders,
        says: "answered with 2xx, and not there",
        violations: "SELECT format('order %s, line %s', order_id, line) FROM check_answers a
            WHERE outcome = 'made' AND NOT EXISTS (SELECT FROM orders o WHERE o.id = a.order_id)",
    },
    Rule {
        invariant: 2,
        on: On::Orders,
        says: "one key made several orders",
        violations: "SELECT format('user %s, key %s: %s orders', placed_by, idempotency_key, count(*))
            FROM orders GROUP BY placed_by, idempotency_key HAVING count(*) > 1",
    },
    Rule {
        invariant: 2,
        on: On::Orders,
        says: "one key was answered with several orders",
        violations: "SELECT format('user %s, key %s: %s orders, lines %s to %s',
                identity, key, count(DISTINCT order_id), min(line), max(line))
            FROM check_answers WHERE outcome = 'made' GROUP BY identity, key HAVING count(DISTINCT order_id) > 1",
    },
    Rule {
        invariant: 2,
        on: On::Orders,
        says: "answered with another order than its key made",
        violations: "SELECT format('line %s: %s, but %s', a.line, a.order_id, o.id)
            FROM check_answers a JOIN orders o ON o.placed_by = a.identity AND o.idempotency_key = a.key
            WHERE a.outcome = 'made' AND a.order_id <> o.id",
    },
    Rule {
        invariant: 2,
        on: On::Orders,
        says: "refused whenever it was sent, and yet there is an order",
        violations: "SELECT format('order %s, line %s', o.id, a.line) FROM orders o
            JOIN (SELECT identity, key, min(line) AS line FROM check_answers
                  GROUP BY identity, key HAVING bool_and(outcome = 'refused')) a
              ON o.placed_by = a.identity AND o.idempotency_key = a.key",
    },
    Rule {
        invariant: 3,
        on: On::Orders,
        says: "available + reserved + sold is not initial + restocked",
        violations: "SELECT format('%s: %s + %s + %s is not %s + %s', sku, available, reserved, sold, initial, restocked)
            FROM stock WHERE available + reserved + sold <> initial + restocked",
    },
    Rule {
        invariant: 3,
        on: On::Orders,
        says: "negative",
        violations: "SELECT format('%s: available %s, reserved %s, sold %s', sku, available, reserved, sold)
            FROM stock WHERE least(available, reserved, sold, initial, restocked) < 0",
    },
    Rule {
        invariant: 3,
        on: On::Orders,
        says: "reserved and sold are not what is held and claimed",
        violations: "SELECT format('%s: reserved %s, held %s, sold %s, claimed %s', sku, reserved, held, sold, claimed)
            FROM (SELECT s.sku, s.reserved, s.sold, coalesce(sum(h.quantity) FILTER (WHERE h.state = 'held'), 0) AS held,
                      coalesce(sum(h.quantity) FILTER (WHERE h.state = 'claimed'), 0) AS claimed
                  FROM stock s LEFT JOIN holds h USING (sku) GROUP BY s.sku) pieces
            WHERE reserved <> held OR sold <> claimed",
    },
    Rule {
        invariant: 3,
        on: On::Orders,
        says: "an order's lines are not its holds",
        violations: "SELECT format('order %s, %s: ordered %s, set aside %s',
                order_id, sku, coalesce(l.quantity, 0), coalesce(h.quantity, 0))
            FROM order_lines l FULL JOIN holds h USING (order_id, sku) WHERE h.quantity IS DISTINCT FROM l.quantity",
    },
    Rule {
        invariant: 3,
        on: On::Orders,
        says: "more came back than was sold or restocked",
        violations: "SELECT format('%s: returned %s, sold %s, restocked %s', s.sku, back.quantity, s.sold, s.restocked)
            FROM stock s JOIN (
                SELECT l.sku, sum(l.quantity) AS quantity,
                       coalesce(sum(l.quantity) FILTER (WHERE r.restocked IS NOT FALSE), 0) AS fit
                FROM return_lines l JOIN returns r ON r.id = l.return_id
                WHERE r.state IN ('accepted', 'refunded') GROUP BY l.sku) back USING (sku)
            WHERE back.quantity > s.sold OR back.fit > s.restocked",
    },
    Rule {
        invariant: 4,
        on: On::Orders,
        says: "a hold of another kind than its order",
        violations: "SELECT format('order %s is %s, %s is %s', o.id, o.status, h.sku, h.state)
            FROM holds h JOIN orders o ON o.id = h.order_id
            WHERE h.state <> CASE WHEN o.status IN ('placed', 'payment_pending', 'payment_failed') THEN 'held'
                                  WHEN o.status = 'cancelled' THEN 'released' ELSE 'claimed' END",
    },
    // While the provider has not said whether it took the money, the pieces stay where they are.
    Rule {
        invariant: 4,
        on: On::Orders,
        says: "held 30 s past its end, and its payment is not unknown",
        violations: "SELECT format('order %s, %s: ended %s', o.id, h.sku, h.expires_at) FROM holds h JOIN orders o ON o.id = h.order_id
            WHERE h.state = 'held' AND h.expires_at < now() - interval '30 seconds' AND o.status <> 'payment_pending'
              AND NOT EXISTS (SELECT FROM payments p WHERE p.order_id = o.id AND p.state = 'requested')",
    },
    Rule {
        invariant: 5,
        on: On::Orders,
        says: "the total is not price x quantity + shipping",
        violations: "SELECT format('order %s: total %s, lines %s, shipping %s', id, total, lines, shipping)
            FROM (SELECT o.id, o.total, o.shipping, coalesce(sum(l.unit_price * l.quantity), 0) AS lines
                  FROM orders o LEFT JOIN order_lines l ON l.order_id = o.id GROUP BY o.id) sums
            WHERE total <> lines + shipping",
    },
    Rule {
        invariant: 5,
        on: On::Orders,
        says: "another amount is charged than the total",
        violations: "SELECT format('payment %s: %s, total %s', p.reference, p.amount, o.total)
            FROM payments p JOIN orders o ON o.id = p.order_id WHERE p.amount <> o.total",
    },
    Rule {
        invariant: 5,
        on: On::Orders,
        says: "a posting that does not sum to 0",
        violations: "SELECT format('order %s, %s: %s', order_id, posting, sum(amount)) FROM ledger_entries
            GROUP BY order_id, posting HAVING sum(amount) <> 0",
    },
    // Orders that were authorised before there was a ledger have no such posting.
    Rule {
        invariant: 5,
        on: On::Orders,
        says: "the ledger is not what the payments say",
        violations: "SELECT format('order %s: ledger authorized %s and captured %s, payments %s and %s, given back %s', order_id,
                b.authorized, b.captured, coalesce(p.authorized, 0), coalesce(p.captured, 0), coalesce(r.amount, 0))
            FROM (SELECT order_id, coalesce(sum(amount) FILTER (WHERE account = 'authorized'), 0) AS authorized,
                      coalesce(sum(amount) FILTER (WHERE account = 'captured'), 0) AS captured
                  FROM ledger_entries GROUP BY order_id HAVING bool_or(posting LIKE '%:authorize')) b
            LEFT JOIN (SELECT order_id, sum(amount) FILTER (WHERE state IN ('authorized', 'capturing')) AS authorized,
                           sum(amount) FILTER (WHERE state IN ('captured', 'refunded')) AS captured
                       FROM payments GROUP BY order_id) p USING (order_id)
            LEFT JOIN (SELECT order_id, sum(amount) AS amount FROM returns WHERE state = 'refunded' GROUP BY order_id) r USING (order_id)
            WHERE b.authorized <> coalesce(p.authorized, 0) OR b.captured <> coalesce(p.captured, 0) - coalesce(r.amount, 0)",
    },
    Rule {
        invariant: 5,
        on: On::Orders,
        says: "authorised after the ledger began, and not in it",
        violations: "SELECT format('payment %s is %s', p.reference, p.state) FROM payments p JOIN orders o ON o.id = p.order_id
            WHERE p.state IN ('authorized', 'capturing', 'captured', 'refunded')
              AND o.placed_at > (SELECT min(posted_at) FROM ledger_entries)
              AND NOT EXISTS (SELECT FROM ledger_entries e WHERE e.order_id = p.order_id AND e.posting = p.attempt || ':authorize')",
    },
    Rule {
        invariant: 6,
        on: On::Orders,
        says: "a step that the table of steps does not have",
        violations: "SELECT format('order %s, version %s: %s to %s', order_id, version, coalesce(before, 'nothing'), status)
            FROM (SELECT order_id, version, status, lag(status) OVER way AS before,
                      lag(version, 1, 0::bigint) OVER way AS version_before
                  FROM order_history WINDOW way AS (PARTITION BY order_id ORDER BY version)) h
            WHERE version <> version_before + 1
               OR NOT EXISTS (SELECT FROM check_steps s WHERE s.before IS NOT DISTINCT FROM h.before AND s.after = h.status)",
    },
    Rule {
        invariant: 6,
        on: On::Orders,
        says: "the history's length is not the version, or its end not the status",
        violations: "SELECT format('order %s: version %s, %s; history %s, %s',
                o.id, o.version, o.status, coalesce(h.steps, 0), coalesce(h.last, 'none'))
            FROM orders o LEFT JOIN (
                SELECT order_id, count(*) AS steps, (array_agg(status ORDER BY version DESC))[1] AS last
                FROM order_history GROUP BY order_id) h
              ON h.order_id = o.id
            WHERE o.version IS DISTINCT FROM h.steps OR o.status IS DISTINCT FROM h.last",
    },
    Rule {
        invariant: 7,
        on: On::Orders,
        says: "a step without its outbox row",
        violations: "SELECT format('order %s, version %s, %s', h.order_id, h.version, h.status) FROM order_history h, check_horizon z
            WHERE h.at >= z.outbox AND NOT EXISTS (SELECT FROM outbox x WHERE x.aggregate_id = h.order_id AND x.sequence = h.version)",
    },
    Rule {
        invariant: 7,
        on: On::Orders,
        says: "an outbox row without its step",
        violations: "SELECT format('event %s, %s of %s, sequence %s', x.event_id, x.event_type, x.aggregate_id, x.sequence) FROM outbox x
            WHERE x.aggregate_type = 'order'
              AND NOT EXISTS (SELECT FROM order_history h WHERE h.order_id = x.aggregate_id AND h.version = x.sequence)",
    },
    Rule {
        invariant: 7,
        on: On::Orders,
        says: "an outbox row tells of another step",
        violations: "SELECT format('event %s is %s, the step %s', x.event_id, x.event_type, h.status)
            FROM outbox x JOIN order_history h ON h.order_id = x.aggregate_id AND h.version = x.sequence
            WHERE x.aggregate_type = 'order'
              AND h.status IN ('placed', 'payment_pending', 'payment_failed', 'paid', 'shipped', 'cancelled')
              AND x.event_type <> 'order.' || h.status",
    },
    Rule {
        invariant: 7,
        on: On::Users,
        says: "the last outbox row is not the user's version",
        violations: "SELECT format('user %s: version %s, outbox %s', u.id, u.version, coalesce(x.last, 0))
            FROM check_horizon z, users u
            LEFT JOIN (SELECT aggregate_id, max(sequence) AS last FROM outbox GROUP BY aggregate_id) x ON x.aggregate_id = u.id
            WHERE u.version <> coalesce(x.last, 0) AND (x.last IS NOT NULL OR u.created_at >= z.outbox)",
    },
    Rule {
        invariant: 7,
        on: On::Both,
        says: "a gap in an aggregate's outbox rows",
        violations: "SELECT format('%s %s: %s rows from %s to %s', aggregate_type, aggregate_id, count(*), min(sequence), max(sequence))
            FROM outbox GROUP BY aggregate_type, aggregate_id
            HAVING count(*) <> max(sequence) - min(sequence) + 1",
    },
    Rule {
        invariant: 7,
        on: On::Both,
        says: "not published",
        violations: "SELECT format('event %s, %s of %s', event_id, event_type, occurred_at) FROM outbox WHERE published_at IS NULL",
    },
    // What Kafka has forgotten by its own retention is not looked for.
    Rule {
        invariant: 8,
        on: On::Both,
        says: "in the outbox, not in Kafka",
        violations: "SELECT format('event %s, %s of %s', x.event_id, x.event_type, x.aggregate_id) FROM outbox x
            WHERE x.published_at IS NOT NULL AND NOT EXISTS (SELECT FROM check_events e WHERE e.event_id = x.event_id)
              AND NOT EXISTS (SELECT FROM check_truncated t WHERE t.topic = x.topic AND x.published_at <= t.first_at)",
    },
    // Poison that somebody put into Kafka ends among the dead letters, and is judged by 10.
    Rule {
        invariant: 8,
        on: On::Both,
        says: "in Kafka, not in the outbox",
        violations: "SELECT format('event %s, %s of %s, %s/%s/%s',
                e.event_id, e.event_type, e.aggregate_id, e.topic, e.partition, e.kafka_offset)
            FROM check_horizon z, check_events e JOIN check_topics t ON t.name = e.topic
            WHERE e.occurred_at >= z.outbox AND e.at <= now() AND NOT EXISTS (SELECT FROM outbox x WHERE x.event_id = e.event_id)
              AND NOT EXISTS (SELECT FROM check_put_aside d WHERE d.event_id = e.event_id)",
    },
    Rule {
        invariant: 8,
        on: On::Both,
        says: "Kafka and the outbox tell different things of one event",
        violations: "SELECT format('event %s: %s %s of %s in %s, but %s %s of %s for %s', event_id,
                e.event_type, e.sequence, e.aggregate_id, e.topic, x.event_type, x.sequence, x.aggregate_id, x.topic)
            FROM check_events e JOIN outbox x USING (event_id)
            WHERE (e.event_type, e.sequence, e.aggregate_id, e.topic) IS DISTINCT FROM (x.event_type, x.sequence, x.aggregate_id, x.topic)",
    },
    // Only a partition that has forgotten something may begin in the middle of an aggregate.
    Rule {
        invariant: 8,
        on: On::Both,
        says: "a gap, or out of order",
        violations: "SELECT format('aggregate %s: %s is followed by %s, %s/%s/%s',
                aggregate_id, coalesce(before, 0), sequence, topic, partition, kafka_offset)
            FROM (SELECT e.*, lag(sequence) OVER (PARTITION BY aggregate_id, partition ORDER BY kafka_offset) AS before
                  FROM check_horizon z, check_events e JOIN check_topics t ON t.name = e.topic
                  WHERE e.occurred_at < z.outbox OR EXISTS (SELECT FROM outbox x WHERE x.event_id = e.event_id)
                     OR NOT EXISTS (SELECT FROM check_put_aside d WHERE d.event_id = e.event_id)) e
            WHERE sequence <> before + 1 OR (before IS NULL AND sequence <> 1
                AND NOT EXISTS (SELECT FROM check_truncated t WHERE t.topic = e.topic AND t.partition = e.partition))",
    },
    Rule {
        invariant: 8,
        on: On::Both,
        says: "one aggregate in several partitions",
        violations: "SELECT format('aggregate %s: %s', aggregate_id, string_agg(DISTINCT e.topic || '/' || e.partition, ', '))
            FROM check_published e JOIN check_topics t ON t.name = e.topic GROUP BY aggregate_id
            HAVING count(DISTINCT (e.topic, e.partition)) > 1",
    },
    Rule {
        invariant: 9,
        on: On::Orders,
        says: "published, and neither noted nor put aside nor parked",
        violations: "SELECT format('%s: event %s, %s of %s', c.name, e.event_id, e.event_type, e.aggregate_id)
            FROM check_events e JOIN check_consumers c USING (event_type)
            WHERE e.occurred_at >= c.since AND e.at <= now()
              AND NOT EXISTS (SELECT FROM inbox i WHERE i.consumer = c.name AND i.event_id = e.event_id)
              AND NOT EXISTS (SELECT FROM check_put_aside d WHERE d.consumer = c.name AND d.event_id = e.event_id)",
    },
    Rule {
        invariant: 9,
        on: On::Orders,
        says: "noted, and never published",
        violations: "SELECT format('%s: event %s', i.consumer, i.event_id) FROM inbox i
            WHERE EXISTS (SELECT FROM check_consumers c WHERE c.name = i.consumer)
              AND NOT EXISTS (SELECT FROM check_events e WHERE e.event_id = i.event_id)
              AND NOT EXISTS (SELECT FROM check_truncated t WHERE i.handled_at <= t.first_at + interval '1 hour')",
    },
    Rule {
        invariant: 9,
        on: On::Orders,
        says: "an order charged twice",
        violations: "SELECT format('order %s: %s', order_id, string_agg(reference || ' is ' || state, ', ' ORDER BY attempt)) FROM payments
            WHERE state IN ('authorized', 'capturing', 'captured', 'refunded') GROUP BY order_id HAVING count(*) > 1",
    },
    // Note and effect commit together: an order whose event was handled has a timer that takes it on.
    Rule {
        invariant: 9,
        on: On::Orders,
        says: "noted without an effect: nothing takes the order on",
        violations: "SELECT format('order %s is %s, %s noted %s at %s', o.id, o.status, i.consumer, x.event_type, i.handled_at)
            FROM orders o JOIN outbox x ON x.aggregate_id = o.id AND x.sequence = o.version JOIN inbox i USING (event_id)
            WHERE o.status IN ('placed', 'paid', 'shipped')
              AND NOT EXISTS (SELECT FROM order_timers t WHERE t.order_id = o.id AND t.kind <> 'end_hold')",
    },
    Rule {
        invariant: 10,
        on: On::Orders,
        says: "put aside, and not poison",
        violations: "SELECT format('%s: event %s, %s: %s', d.consumer, event_id, x.event_type, left(d.cause, 120))
            FROM check_put_aside d JOIN outbox x USING (event_id)
            WHERE d.dead AND NOT EXISTS (SELECT FROM check_poison p WHERE p.event_id = d.event_id)",
    },
    Rule {
        invariant: 10,
        on: On::Orders,
        says: "poison that is not among the dead letters",
        violations: "SELECT format('event %s', event_id) FROM check_poison p
            WHERE NOT EXISTS (SELECT FROM check_put_aside d WHERE d.dead AND d.event_id = p.event_id)",
    },
    Rule {
        invariant: 10,
        on: On::Orders,
        says: "cannot be read, and is not among the dead letters",
        violations: "SELECT format('%s: %s at %s/%s/%s', c.name, u.event_type, u.topic, u.partition, u.kafka_offset)
            FROM check_unreadable u JOIN check_consumers c USING (event_type)
            WHERE u.at >= c.since AND NOT EXISTS (SELECT FROM dead_letters d
                WHERE d.consumer = c.name AND d.topic = u.topic AND d.partition = u.partition AND d.kafka_offset = u.kafka_offset)",
    },
    Rule {
        invariant: 11,
        on: On::Orders,
        says: "older than its token",
        violations: "SELECT format('line %s: %s at version %s, and its token had seen %s', r.line, r.id, r.version, max(w.version))
            FROM check_reads r JOIN check_writes w ON w.id = r.id AND (w.timeline, w.lsn) <= (r.timeline, r.lsn) AND w.version > r.version
            GROUP BY r.line, r.id, r.version",
    },
];
