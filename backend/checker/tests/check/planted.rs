//! One test an invariant, after a clean shop. 12 is in `cached.rs`.

use serde_json::json;
use tradewind_checker::messages::{Content, Message};
use uuid::Uuid;

use crate::harness::{Planted, SHOPPER, assert_broken, authorize, event, find, move_on, order, token};

#[tokio::test]
async fn a_shop_in_order_breaks_nothing() {
    let Some(mut planted) = Planted::start().await else { return };
    // At least once is what the pipe promises: events come again, also late.
    let again: Vec<Message> =
        planted.messages.iter().map(|message| Message { offset: message.offset + 1_000, ..message.clone() }).collect();
    planted.messages.extend(again);
    planted.saw(&[
        json!({"request": "POST /orders", "identity": SHOPPER, "key": "key-a1", "answer": "unknown"}),
        json!({"request": "POST /orders", "identity": SHOPPER, "key": "key-a1", "answer": {"status": 503}}),
        json!({"request": "POST /orders", "identity": SHOPPER, "key": "key-a1",
               "answer": {"status": 201, "id": order("a1"), "version": 1, "token": token(100)}}),
        json!({"request": "POST /orders", "identity": SHOPPER, "key": "key-b2", "answer": "unknown"}),
        json!({"request": "POST /orders", "identity": SHOPPER, "key": "nothing came of it", "answer": "unknown"}),
        json!({"request": "POST /orders", "identity": SHOPPER, "key": "refused", "answer": {"status": 422}}),
        json!({"request": "GET /orders/{id}", "id": order("a1"), "token": token(100), "answer": {"status": 200, "version": 1}}),
        json!({"request": "GET /orders/{id}", "id": order("a1"), "token": token(99), "answer": {"status": 404}}),
        json!({"request": "GET /orders/{id}", "id": order("a1"), "answer": {"status": 404}}),
    ]);
    let report = planted.check().await;
    assert_broken(&report, &[]);
    let looked_at: Vec<u64> = report.invariants.iter().map(|verdict| verdict.looked_at).collect();
    // Orders on the replica and an answer; orders and keys; SKUs; holds; orders and payments; orders; steps and users; messages; notes;
    // no dead letter; reads with a token; nothing is cached.
    assert_eq!(looked_at, [5, 8, 12, 4, 8, 4, 13, 13, 13, 0, 2, 0]);
    assert!(report.to_string().starts_with("ok     1  Every 2xx order exists"), "{report}");
}

#[tokio::test]
async fn invariant_1_an_order_that_is_missing() {
    let Some(mut planted) = Planted::start().await else { return };
    let (a1, d4, gone) = (order("a1"), order("d4"), Uuid::now_v7());
    let lost = "DELETE FROM order_timers; DELETE FROM payments WHERE order_id = $; DELETE FROM holds WHERE order_id = $;
        DELETE FROM ledger_entries WHERE order_id = $; DELETE FROM order_lines WHERE order_id = $; DELETE FROM order_history WHERE order_id = $;
        DELETE FROM orders WHERE id = $; UPDATE orders SET version = 3 WHERE id = #"
        .replace('$', &format!("'{d4}'"))
        .replace('#', &format!("'{a1}'"));
    sqlx::raw_sql(sqlx::AssertSqlSafe(lost)).execute(&planted.replica).await.unwrap();
    planted.saw(&[json!({"request": "POST /orders", "identity": SHOPPER, "key": "key-x", "answer": {"status": 201, "id": gone}})]);
    let wanted = [
        format!(
            "another on the replica copy: order {a1}, delivered at version 3, total 2890; on the primary delivered at version 4, total 2890"
        ),
        format!("not on the replica copy: order {d4}, paid at version 2, total 3380"),
        format!("answered with 2xx, and not there: order {gone}, line 1"),
    ];
    assert_broken(&planted.check().await, &[(1, &wanted)]);
}

#[tokio::test]
async fn invariant_2_a_key_that_made_two_orders() {
    let Some(mut planted) = Planted::start().await else { return };
    let (b2, c3) = (order("b2"), order("c3"));
    planted
        .plant("ALTER TABLE orders DROP CONSTRAINT orders_one_per_key; UPDATE orders SET idempotency_key = 'key-a1' WHERE number = 'TW-d4'")
        .await;
    planted.saw(&[
        json!({"request": "POST /orders", "identity": SHOPPER, "key": "key-b2", "answer": {"status": 201, "id": b2}}),
        json!({"request": "POST /orders", "identity": SHOPPER, "key": "key-b2", "answer": {"status": 201, "id": c3}}),
        json!({"request": "POST /orders", "identity": SHOPPER, "key": "key-c3", "answer": {"status": 422}}),
        json!({"request": "POST /orders", "identity": SHOPPER, "key": "key-a1", "answer": "unknown"}),
    ]);
    let wanted = [
        format!("one key made several orders: user {SHOPPER}, key key-a1: 2 orders"),
        format!("one key was answered with several orders: user {SHOPPER}, key key-b2: 2 orders, lines 1 to 2"),
        format!("answered with another order than its key made: line 2: {c3}, but {b2}"),
        format!("refused whenever it was sent, and yet there is an order: order {c3}, line 3"),
    ];
    assert_broken(&planted.check().await, &[(2, &wanted)]);
}

#[tokio::test]
async fn invariant_3_pieces_that_do_not_add_up() {
    let Some(planted) = Planted::start().await else { return };
    planted
        .plant(
            "ALTER TABLE stock DROP CONSTRAINT stock_adds_up, DROP CONSTRAINT stock_available_check;
             UPDATE stock SET available = -1, restocked = 1 WHERE sku = 'GYOKURO-50';
             UPDATE stock SET available = available - 1 WHERE sku = 'SHIPS-COMPASS';
             UPDATE stock SET sold = 3, initial = initial + 1 WHERE sku = 'ASSAM-100';
             UPDATE order_lines SET quantity = 2, unit_price = 495 WHERE sku = 'GENMAICHA-100';
             INSERT INTO returns (id, order_id, state, reason, amount) SELECT id, id, 'accepted', 'x', 1 FROM orders WHERE number = 'TW-d4';
             INSERT INTO return_lines SELECT id, 'ASSAM-250', 1 FROM returns;
             -- Nothing is wrong with what cannot be sold again.
             INSERT INTO returns (id, order_id, state, reason, amount, restocked)
                 SELECT id, id, 'accepted', 'x', 1, false FROM orders WHERE number = 'TW-a1';
             INSERT INTO return_lines SELECT id, 'ASSAM-100', 1 FROM returns WHERE restocked IS FALSE",
        )
        .await;
    let wanted = [
        "available + reserved + sold is not initial + restocked: GYOKURO-50: -1 + 0 + 0 is not 0 + 1".to_owned(),
        "available + reserved + sold is not initial + restocked: SHIPS-COMPASS: 0 + 0 + 0 is not 1 + 0".to_owned(),
        "negative: GYOKURO-50: available -1, reserved 0, sold 0".to_owned(),
        "reserved and sold are not what is held and claimed: ASSAM-100: reserved 0, held 0, sold 3, claimed 2".to_owned(),
        format!("an order's lines are not its holds: order {}, GENMAICHA-100: ordered 2, set aside 1", order("c3")),
        "more came back than was sold or restocked: ASSAM-250: returned 1, sold 1, restocked 0".to_owned(),
    ];
    assert_broken(&planted.check().await, &[(3, &wanted)]);
}

#[tokio::test]
async fn invariant_4_a_hold_that_is_held_too_long_or_for_nobody() {
    let Some(planted) = Planted::start().await else { return };
    planted
        .plant(
            "UPDATE holds SET expires_at = '2026-01-01T00:00:00Z' WHERE state = 'held';
             UPDATE holds SET state = 'released' WHERE sku = 'ASSAM-250';
             UPDATE stock SET sold = 0, available = available + 1 WHERE sku = 'ASSAM-250'",
        )
        .await;
    let wanted = [
        format!("a hold of another kind than its order: order {} is paid, ASSAM-250 is released", order("d4")),
        format!(
            "held 30 s past its end, and its payment is not unknown: order {}, GENMAICHA-100: ended 2026-01-01 00:00:00+00",
            order("c3")
        ),
    ];
    assert_broken(&planted.check().await, &[(4, &wanted)]);
}

#[tokio::test]
async fn invariant_5_money_that_is_not_where_it_should_be() {
    let Some(planted) = Planted::start().await else { return };
    let (a1, c3, d4) = (order("a1"), order("c3"), order("d4"));
    planted
        .plant(
            "UPDATE ledger_entries SET amount = amount + 1 WHERE posting = '1:capture' AND account = 'captured';
             UPDATE order_lines SET unit_price = 991 WHERE sku = 'GENMAICHA-100'",
        )
        .await;
    let wanted = [
        format!("the total is not price x quantity + shipping: order {c3}: total 1480, lines 991, shipping 490"),
        format!("a posting that does not sum to 0: order {a1}, 1:capture: 1"),
        format!(
            "the ledger is not what the payments say: order {a1}: ledger authorized 0 and captured 2891, payments 0 and 2890, given back 0"
        ),
    ];
    assert_broken(&planted.check().await, &[(5, &wanted)]);

    planted
        .plant(
            "UPDATE ledger_entries SET amount = amount - 1 WHERE posting = '1:capture' AND account = 'captured';
             UPDATE order_lines SET unit_price = 990 WHERE sku = 'GENMAICHA-100';
             DELETE FROM ledger_entries WHERE order_id = (SELECT id FROM orders WHERE number = 'TW-d4');
             UPDATE payments SET amount = 1 WHERE order_id = (SELECT id FROM orders WHERE number = 'TW-c3')",
        )
        .await;
    // The bank lets go of what the shop believes to be authorised.
    let held = find(&planted.shop.payments_url, &format!("{d4}:1")).await;
    move_on(&planted.shop.payments_url, &held, "void").await;
    let wanted = [
        format!("another amount is charged than the total: payment {c3}:1: 1, total 1480"),
        format!("authorised after the ledger began, and not in it: payment {d4}:1 is authorized"),
        format!("the provider has another record: payment {c3}:1 is declined 1, there declined 1480"),
        format!("the provider has another record: payment {d4}:1 is authorized 3380, there voided 3380"),
    ];
    assert_broken(&planted.check().await, &[(5, &wanted)]);
}

#[tokio::test]
async fn invariant_6_a_step_that_does_not_exist() {
    let Some(planted) = Planted::start().await else { return };
    let (a1, b2, d4) = (order("a1"), order("b2"), order("d4"));
    planted
        .plant(
            "UPDATE order_history SET status = 'refunded' WHERE version = 3 AND status = 'shipped';
             UPDATE outbox SET event_type = 'order.refunded' WHERE event_type = 'order.shipped';
             UPDATE order_history SET version = 4 WHERE status = 'cancelled';
             UPDATE outbox SET sequence = 4 WHERE event_type = 'order.cancelled';
             UPDATE orders SET version = 3 WHERE number = 'TW-d4'",
        )
        .await;
    let report = planted.check().await;
    let wanted = [
        format!("a step that the table of steps does not have: order {a1}, version 3: paid to refunded"),
        format!("a step that the table of steps does not have: order {a1}, version 4: refunded to delivered"),
        format!("a step that the table of steps does not have: order {b2}, version 4: payment_failed to cancelled"),
        format!("the history's length is not the version, or its end not the status: order {d4}: version 3, paid; history 2, paid"),
    ];
    assert_eq!(report.verdict(6).rows, wanted, "{report}");
}

#[tokio::test]
async fn invariant_7_an_outbox_row_that_was_deleted_or_never_left() {
    let Some(mut planted) = Planted::start().await else { return };
    let (a1, d4) = (order("a1"), order("d4"));
    planted
        .plant(&format!(
            "DELETE FROM outbox WHERE event_id = '{}'; UPDATE outbox SET published_at = NULL, occurred_at = '2026-01-01T00:00:00Z' WHERE event_id = '{}';
             INSERT INTO outbox (event_id, topic, event_type, event_version, aggregate_type, aggregate_id, sequence, payload, published_at)
             VALUES ('{}', 'order-events', 'order.paid', 1, 'order', '{d4}', 3, '{{}}', now())",
            event("a1", 2),
            event("b2", 3),
            event("d4", 3),
        ))
        .await;
    planted.forget_message(event("b2", 3));
    sqlx::query("UPDATE users SET version = 3 WHERE role = 'shopper'").execute(&planted.shop.users).await.unwrap();
    let report = planted.check().await;
    let wanted = [
        format!("a step without its outbox row: order {a1}, version 2, paid"),
        format!("an outbox row without its step: event {}, order.paid of {d4}, sequence 3", event("d4", 3)),
        format!("a gap in an aggregate's outbox rows: order {a1}: 3 rows from 1 to 4"),
        format!("not published: event {}, order.cancelled of 2026-01-01 00:00:00+00", event("b2", 3)),
        format!("the last outbox row is not the user's version: user {SHOPPER}: version 3, outbox 2"),
    ];
    assert_eq!(report.verdict(7).rows, wanted, "{report}");
    // Kafka remembers what the outbox forgot, and does not know what never left.
    let wanted = [
        format!("in the outbox, not in Kafka: event {}, order.paid of {d4}", event("d4", 3)),
        format!("in Kafka, not in the outbox: event {}, order.paid of {a1}, order-events/5/", event("a1", 2)),
    ];
    let rows = &report.verdict(8).rows;
    assert!(rows.len() == 2 && rows[0] == wanted[0] && rows[1].starts_with(&wanted[1]), "{report}");
}

#[tokio::test]
async fn invariant_8_messages_that_are_swapped_lost_or_of_another_outbox() {
    let Some(mut planted) = Planted::start().await else { return };
    let (a1, b2, c3, foreign) = (order("a1"), order("b2"), order("c3"), Uuid::now_v7());
    let (paid, shipped) = (planted.message(event("a1", 2)).offset, planted.message(event("a1", 3)).offset);
    planted.message(event("a1", 2)).offset = shipped;
    planted.message(event("a1", 3)).offset = paid;
    planted.forget_message(event("b2", 2));
    let mut stranger = planted.message(event("c3", 2)).clone();
    if let Content::Event(event) = &mut stranger.content {
        (event.id, event.sequence) = (foreign, 3);
    }
    let (strangers_offset, c3s_partition) = (stranger.offset + 500, stranger.partition);
    planted.messages.push(Message { offset: strangers_offset, ..stranger });
    let moved = planted.message(event("d4", 2));
    moved.partition += 1;
    if let Content::Event(event) = &mut moved.content {
        event.kind = "order.shipped".to_owned();
    }
    let report = planted.check().await;
    let rows = &report.verdict(8).rows;
    let at = |name: &str, version: u8| {
        let message = planted.messages.iter().find(|message| matches!(&message.content, Content::Event(e) if e.id == event(name, version)));
        message.map(|message| format!("order-events/{}/{}", message.partition, message.offset)).unwrap()
    };
    let d4 = order("d4");
    let wanted = [
        format!("in the outbox, not in Kafka: event {}, order.payment_failed of {b2}", event("b2", 2)),
        format!(
            "in Kafka, not in the outbox: event {foreign}, order.payment_failed of {c3}, order-events/{c3s_partition}/{strangers_offset}"
        ),
        format!(
            "Kafka and the outbox tell different things of one event: event {}: order.shipped 2 of {d4} in order-events, but order.paid 2 of {d4} for order-events",
            event("d4", 2)
        ),
        format!("a gap, or out of order: aggregate {a1}: 1 is followed by 3, {}", at("a1", 3)),
        format!("a gap, or out of order: aggregate {a1}: 2 is followed by 4, {}", at("a1", 4)),
        format!("a gap, or out of order: aggregate {a1}: 3 is followed by 2, {}", at("a1", 2)),
        format!("a gap, or out of order: aggregate {b2}: 1 is followed by 3, {}", at("b2", 3)),
        format!("a gap, or out of order: aggregate {d4}: 0 is followed by 2, {}", at("d4", 2)),
        format!("one aggregate in several partitions: aggregate {d4}: order-events/2, order-events/3"),
    ];
    assert_eq!(*rows, wanted, "{report}");
}

#[tokio::test]
async fn invariant_9_an_effect_that_is_missing_or_doubled() {
    let Some(planted) = Planted::start().await else { return };
    let (a1, d4, unknown) = (order("a1"), order("d4"), Uuid::now_v7());
    planted
        .plant(&format!(
            "DELETE FROM inbox WHERE event_id = '{}'; INSERT INTO inbox (consumer, event_id) VALUES ('checkout', '{unknown}');
             INSERT INTO payments (order_id, attempt, reference, amount, state) VALUES ('{a1}', 2, '{a1}:2', 2890, 'captured');
             INSERT INTO ledger_entries (order_id, posting, account, amount) VALUES
                 ('{a1}', '2:authorize', 'authorized', 2890), ('{a1}', '2:authorize', 'shopper', -2890),
                 ('{a1}', '2:capture', 'captured', 2890), ('{a1}', '2:capture', 'authorized', -2890);
             UPDATE inbox SET handled_at = '2026-01-01T00:00:00Z' WHERE event_id = '{}'; DELETE FROM order_timers WHERE order_id = '{d4}'",
            event("a1", 3),
            event("d4", 2),
        ))
        .await;
    let second = authorize(&planted.shop.payments_url, &format!("{a1}:2"), 2890).await;
    move_on(&planted.shop.payments_url, &second, "capture").await;
    let wanted = [
        format!("published, and neither noted nor put aside nor parked: fulfilment: event {}, order.shipped of {a1}", event("a1", 3)),
        format!("noted, and never published: checkout: event {unknown}"),
        format!("an order charged twice: order {a1}: {a1}:1 is captured, {a1}:2 is captured"),
        format!(
            "noted without an effect: nothing takes the order on: order {d4} is paid, fulfilment noted order.paid at 2026-01-01 00:00:00+00"
        ),
    ];
    assert_broken(&planted.check().await, &[(9, &wanted)]);
}

#[tokio::test]
async fn what_is_parked_or_was_discarded_counts_as_dealt_with() {
    let Some(planted) = Planted::start().await else { return };
    let (a1, d4) = (order("a1"), order("d4"));
    // As the pipe's own migration makes them, where it is not there yet.
    planted
        .plant(
            "CREATE TABLE IF NOT EXISTS blocked_aggregates (consumer text, aggregate_id uuid, event_id uuid, state text, attempt integer, cause text, due_at timestamptz);
             CREATE TABLE IF NOT EXISTS held_messages (consumer text, aggregate_id uuid, sequence bigint, event_id uuid, event_type text, topic text,
                 partition integer, kafka_offset bigint, payload bytea, headers jsonb);
             ALTER TABLE dead_letters ADD COLUMN IF NOT EXISTS event_id uuid, ADD COLUMN IF NOT EXISTS state text",
        )
        .await;
    planted
        .plant(&format!(
            "DELETE FROM inbox WHERE event_id IN ('{shipped}', '{paid}'); DELETE FROM order_timers WHERE order_id = '{d4}';
             INSERT INTO blocked_aggregates (consumer, aggregate_id, event_id, state, attempt, cause, due_at) VALUES ('fulfilment', '{a1}', '{shipped}', 'dead', 4, 'no', now());
             INSERT INTO held_messages (consumer, aggregate_id, sequence, event_id, event_type, topic, partition, kafka_offset, payload, headers)
             VALUES ('fulfilment', '{a1}', 3, '{shipped}', 'order.shipped', 'order-events', 0, 0, '', '{{}}');
             INSERT INTO dead_letters (consumer, topic, partition, kafka_offset, cause, event_id, state) VALUES ('fulfilment', 'order-events', 9, 9, 'no', '{paid}', 'discarded')",
            shipped = event("a1", 3),
            paid = event("d4", 2),
        ))
        .await;
    assert_broken(&planted.check().await, &[]);
}

/// A message that no consumer can read, behind all others.
fn unreadable(planted: &Planted, event_type: &str) -> Message {
    let last = planted.messages.iter().max_by_key(|message| message.offset).unwrap();
    Message {
        topic: "order-events",
        partition: 0,
        offset: last.offset + 7_000,
        at: last.at,
        content: Content::Unreadable { event_type: Some(event_type.to_owned()) },
    }
}

fn put_aside(consumer: &str, message: &Message) -> String {
    let Message { topic, partition, offset, .. } = message;
    format!(
        "INSERT INTO dead_letters (consumer, topic, partition, kafka_offset, cause) VALUES ('{consumer}', '{topic}', {partition}, {offset}, 'no');"
    )
}

#[tokio::test]
async fn invariant_10_dead_letters_that_are_no_poison_and_poison_that_is_no_dead_letter() {
    let Some(mut planted) = Planted::start().await else { return };
    let poison = unreadable(&planted, "order.shipped");
    planted.messages.push(poison.clone());
    let (paid, shipped) = (planted.message(event("d4", 2)).clone(), planted.message(event("a1", 3)).clone());
    planted.plant(&put_aside("fulfilment", &paid)).await;
    planted.saw(&[json!({"request": "poison", "id": event("a1", 3)})]);
    let wanted = [
        format!("put aside, and not poison: fulfilment: event {}, order.paid: no", event("d4", 2)),
        format!("poison that is not among the dead letters: event {}", event("a1", 3)),
        format!("cannot be read, and is not among the dead letters: fulfilment: order.shipped at order-events/0/{}", poison.offset),
    ];
    assert_broken(&planted.check().await, &[(10, &wanted)]);

    planted.plant(&["DELETE FROM dead_letters;", &put_aside("fulfilment", &poison), &put_aside("fulfilment", &shipped)].concat()).await;
    assert_broken(&planted.check().await, &[]);
}

#[tokio::test]
async fn invariant_11_a_read_that_is_older_than_its_token() {
    let Some(mut planted) = Planted::start().await else { return };
    let (a1, d4) = (order("a1"), order("d4"));
    let read = |id: Uuid, lsn: u64, answer: serde_json::Value| json!({"request": "GET /orders/{id}", "id": id, "token": format!("users-1.{:016X}, {}", 9_000, token(lsn)), "answer": answer});
    planted.saw(&[
        json!({"request": "POST /orders", "identity": SHOPPER, "key": "key-a1", "answer": {"status": 201, "id": a1, "version": 1, "token": token(100)}}),
        json!({"request": "POST /orders/{id}/cancel", "answer": {"status": 200, "id": d4, "version": 2, "token": token(200)}}),
        read(a1, 150, json!({"status": 404})),
        read(d4, 200, json!({"status": 200, "version": 1})),
        read(d4, 199, json!({"status": 200, "version": 1})),
        read(d4, 300, json!({"status": 200, "version": 2})),
    ]);
    let wanted = [
        format!("older than its token: line 3: {a1} at version 0, and its token had seen 1"),
        format!("older than its token: line 4: {d4} at version 1, and its token had seen 2"),
    ];
    assert_broken(&planted.check().await, &[(11, &wanted)]);
}
