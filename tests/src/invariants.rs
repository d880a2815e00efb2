//! What must be true whatever was killed: the numbers are those of ARCHITECTURE.md, "Invariants".

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::{Duration, Instant},
};

use anyhow::Result;
use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
};
use sqlx::PgPool;
use tradewind_contract::EventId;
use tradewind_events::{Envelope, topics};
use uuid::Uuid;

use crate::Stack;

/// A statement whose every row is a violation, told by its first column.
struct Rule {
    number: u8,
    says: &'static str,
    violations: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        number: 2,
        says: "at most one order per identity and key",
        violations: "SELECT placed_by || ' ' || idempotency_key FROM orders GROUP BY placed_by, idempotency_key HAVING count(*) > 1",
    },
    Rule {
        number: 3,
        says: "available + reserved + sold = initial + restocked, none negative",
        violations: "SELECT sku FROM stock WHERE available + reserved + sold <> initial + restocked OR least(available, reserved, sold) < 0",
    },
    Rule {
        number: 3,
        says: "held pieces are reserved, claimed ones sold",
        violations: "SELECT s.sku FROM stock s LEFT JOIN (
                SELECT sku, sum(quantity) FILTER (WHERE state = 'held') AS held, sum(quantity) FILTER (WHERE state = 'claimed') AS claimed
                FROM holds GROUP BY sku) h USING (sku)
            WHERE s.reserved <> coalesce(h.held, 0) OR s.sold <> coalesce(h.claimed, 0)",
    },
    Rule {
        number: 3,
        says: "an order's lines are its holds",
        violations: "SELECT l.order_id::text FROM order_lines l LEFT JOIN holds h ON h.order_id = l.order_id AND h.sku = l.sku
            WHERE h.quantity IS DISTINCT FROM l.quantity",
    },
    Rule {
        number: 4,
        says: "no hold is held 30 s past its end, unless its payment is still unknown",
        violations: "SELECT order_id::text FROM holds JOIN orders ON orders.id = order_id
            WHERE state = 'held' AND expires_at < now() - interval '30 seconds' AND status <> 'payment_pending'",
    },
    Rule {
        number: 5,
        says: "total = sum of price x quantity + shipping",
        violations: "SELECT o.id::text FROM orders o JOIN order_lines l ON l.order_id = o.id GROUP BY o.id
            HAVING o.total <> sum(l.unit_price * l.quantity) + o.shipping",
    },
    Rule {
        number: 6,
        says: "the length of an order's history is its version, and its last step is its status",
        violations: "SELECT o.id::text FROM orders o WHERE o.version <> (SELECT count(*) FROM order_history h WHERE h.order_id = o.id)
            OR o.status <> (SELECT h.status FROM order_history h WHERE h.order_id = o.id ORDER BY version DESC LIMIT 1)",
    },
    Rule {
        number: 7,
        says: "one outbox row per step",
        violations: "SELECT o.id::text FROM orders o LEFT JOIN outbox x ON x.aggregate_id = o.id GROUP BY o.id
            HAVING o.version <> count(x.event_id) OR o.version <> max(x.sequence)",
    },
    Rule {
        number: 7,
        says: "nothing is unpublished once quiet",
        violations: "SELECT event_id::text FROM outbox WHERE published_at IS NULL",
    },
    Rule {
        number: 9,
        says: "every placed order was handled by the checkout",
        violations: "SELECT x.event_id::text FROM outbox x LEFT JOIN inbox i ON i.event_id = x.event_id AND i.consumer = 'checkout'
            JOIN orders o ON o.id = x.aggregate_id
            WHERE x.event_type = 'order.placed' AND i.event_id IS NULL AND o.status <> 'cancelled'",
    },
    Rule { number: 9, says: "nothing waits behind a failed event", violations: "SELECT event_id || ' ' || cause FROM blocked_aggregates" },
    Rule { number: 10, says: "nothing is a dead letter", violations: "SELECT cause FROM dead_letters WHERE state = 'dead'" },
];

/// One line per violation; empty when all is well. Wait for quiet first, with [`wait_quiet`].
///
/// # Errors
/// When the database or Kafka cannot be asked.
pub async fn check(stack: &Stack) -> Result<Vec<String>> {
    let orders = stack.database("orders").await?;
    let mut broken = Vec::new();
    for rule in RULES {
        let rows: Vec<String> = sqlx::query_scalar(rule.violations).fetch_all(&orders).await?;
        if let Some(first) = rows.first() {
            broken.push(format!("{}: {} does not hold for {} row(s), such as {first}", rule.number, rule.says, rows.len()));
        }
    }
    broken.extend(check_replica(stack, &orders).await?);
    broken.extend(check_published(stack, &orders).await?);
    Ok(broken)
}

/// 1: a replica that has replayed what the primary has written holds the same orders.
async fn check_replica(stack: &Stack, orders: &PgPool) -> Result<Vec<String>> {
    const CONTENT: &str = "SELECT md5(coalesce(string_agg(id || status || version || total, ',' ORDER BY id), '')) FROM orders";
    let replica = stack.replica("orders").await?;
    if let Err(error) = wait_replayed(orders, &replica, Duration::from_secs(20)).await {
        return Ok(vec![format!("1: {error}")]);
    }
    let primary: String = sqlx::query_scalar(CONTENT).fetch_one(orders).await?;
    let copy: String = sqlx::query_scalar(CONTENT).fetch_one(&replica).await?;
    Ok(if primary == copy { Vec::new() } else { vec!["1: the caught-up replica has other orders than the primary".to_owned()] })
}

/// Waits until the replica has replayed what the primary has written by now.
///
/// # Errors
/// When it has not within `limit`.
pub async fn wait_replayed(primary: &PgPool, replica: &PgPool, limit: Duration) -> Result<()> {
    let written: String = sqlx::query_scalar("SELECT pg_current_wal_lsn()::text").fetch_one(primary).await?;
    let started = Instant::now();
    while !sqlx::query_scalar::<_, bool>("SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn").bind(&written).fetch_one(replica).await? {
        anyhow::ensure!(started.elapsed() < limit, "the replica has not replayed {written} after {limit:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}

/// 8: what is in Kafka is what is in the outbox, in order per aggregate once repetitions are left out.
async fn check_published(stack: &Stack, orders: &PgPool) -> Result<Vec<String>> {
    let expected: Vec<(Uuid, Uuid, i64)> = sqlx::query_as("SELECT event_id, aggregate_id, sequence FROM outbox WHERE topic = $1")
        .bind(topics::ORDER_EVENTS)
        .fetch_all(orders)
        .await?;
    let brokers = stack.kafka.clone();
    let messages = tokio::task::spawn_blocking(move || read_all(&brokers, topics::ORDER_EVENTS)).await??;
    let mut broken = Vec::new();
    let mut seen: HashSet<EventId> = HashSet::new();
    let mut last: HashMap<Uuid, i64> = HashMap::new();
    for envelope in messages {
        if !seen.insert(envelope.id) {
            continue;
        }
        let next = last.entry(envelope.aggregate_id).or_insert(0);
        if envelope.sequence != *next + 1 {
            broken.push(format!("8: aggregate {} goes from {next} to {}", envelope.aggregate_id, envelope.sequence));
        }
        *next = envelope.sequence;
    }
    let published: HashSet<Uuid> = seen.into_iter().map(EventId::as_uuid).collect();
    let missing = expected.iter().filter(|(id, ..)| !published.contains(id)).count();
    let unknown = published.len() + missing - expected.len();
    if missing > 0 || unknown > 0 {
        broken.push(format!("8: {missing} event(s) of the outbox are not in Kafka, {unknown} in Kafka are not in the outbox"));
    }
    Ok(broken)
}

/// Every message of a topic, by partition and offset.
fn read_all(brokers: &str, topic: &str) -> Result<Vec<Envelope>> {
    let consumer: BaseConsumer =
        ClientConfig::new().set("bootstrap.servers", brokers).set("group.id", "invariants").set("enable.auto.commit", "false").create()?;
    let timeout = Duration::from_secs(10);
    let metadata = consumer.fetch_metadata(Some(topic), timeout)?;
    let mut left: BTreeMap<i32, i64> = BTreeMap::new();
    let mut assignment = TopicPartitionList::new();
    for partition in metadata.topics().iter().flat_map(|found| found.partitions()) {
        let (low, high) = consumer.fetch_watermarks(topic, partition.id(), timeout)?;
        if high > low {
            left.insert(partition.id(), high);
            assignment.add_partition_offset(topic, partition.id(), Offset::Offset(low))?;
        }
    }
    consumer.assign(&assignment)?;
    let started = Instant::now();
    let mut envelopes = Vec::new();
    while !left.is_empty() {
        anyhow::ensure!(started.elapsed() < Duration::from_secs(60), "{topic} could not be read to its end");
        let Some(message) = consumer.poll(Duration::from_millis(500)) else { continue };
        let message = message?;
        envelopes.push(serde_json::from_slice(message.payload().unwrap_or_default())?);
        if left.get(&message.partition()).is_some_and(|high| message.offset() + 1 >= *high) {
            left.remove(&message.partition());
        }
    }
    Ok(envelopes)
}

/// Waits until nothing is unpublished and no order is under way: the next step of one would be unpublished for a moment.
///
/// # Errors
/// When that does not happen within `limit`.
pub async fn wait_quiet(stack: &Stack, limit: Duration) -> Result<()> {
    let orders = stack.database("orders").await?;
    let started = Instant::now();
    loop {
        let busy: i64 = sqlx::query_scalar(
            "SELECT (SELECT count(*) FROM outbox WHERE published_at IS NULL) + (SELECT count(*) FROM orders WHERE status IN ('placed', 'payment_pending', 'paid', 'shipped'))",
        )
        .fetch_one(&orders)
        .await?;
        if busy == 0 {
            return Ok(());
        }
        anyhow::ensure!(started.elapsed() < limit, "{busy} event(s) or order(s) are still under way after {limit:?}");
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}
