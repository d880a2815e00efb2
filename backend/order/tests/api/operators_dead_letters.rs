//! Dead letters are the kit's and the worker's; here they are planted as those leave them.

use serde_json::{Value, json};
use tradewind_contract::{
    Page,
    operators::{AuditEntry, DeadLetter, DeadLetterCauses, DeadLetterDetail, DeadLetterState, Redriven},
    orders::Order,
};
use uuid::Uuid;

use crate::harness::{App, Who};

const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

impl App {
    /// An event of `aggregate` that died in `consumer`, with `waiting` later ones behind it. Answers with the letter's id.
    async fn bury(&self, consumer: &str, aggregate: Uuid, cause: &str, waiting: i64) -> i64 {
        let failed = Uuid::now_v7();
        let mut db = self.database.begin().await.unwrap();
        sqlx::query("INSERT INTO blocked_aggregates (consumer, aggregate_id, event_id, state, attempt, cause, due_at) VALUES ($1, $2, $3, 'dead', 4, $4, now())")
            .bind(consumer)
            .bind(aggregate)
            .bind(failed)
            .bind(cause)
            .execute(&mut *db)
            .await
            .unwrap();
        for sequence in 0..=waiting {
            sqlx::query(
                "INSERT INTO held_messages (consumer, aggregate_id, sequence, event_id, event_type, topic, partition, kafka_offset, payload, headers)
                 VALUES ($1, $2, $3, $4, 'order.paid', 'order-events', 0, $3, '{}', '{}')",
            )
            .bind(consumer)
            .bind(aggregate)
            .bind(2 + sequence)
            .bind(if sequence == 0 { failed } else { Uuid::now_v7() })
            .execute(&mut *db)
            .await
            .unwrap();
        }
        let letter = sqlx::query_scalar(
            "INSERT INTO dead_letters (consumer, topic, partition, kafka_offset, payload, headers, cause, event_id, event_type, aggregate_id, sequence, attempt)
             VALUES ($1, 'order-events', 0, (SELECT count(*) FROM dead_letters), $2, $3, $4, $5, 'order.paid', $6, 2, 4) RETURNING id",
        )
        .bind(consumer)
        .bind(br#"{"type": "order.paid"}"#)
        .bind(json!({"traceparent": TRACEPARENT, "event-type": "order.paid"}))
        .bind(cause)
        .bind(failed)
        .bind(aggregate)
        .fetch_one(&mut *db)
        .await
        .unwrap();
        db.commit().await.unwrap();
        letter
    }

    /// Bytes that could not be read.
    async fn bury_bytes(&self, bytes: &[u8]) -> i64 {
        sqlx::query_scalar(
            "INSERT INTO dead_letters (consumer, topic, partition, kafka_offset, payload, cause) VALUES ('fulfilment', 'order-events', 1, 7, $1, 'unreadable') RETURNING id",
        )
        .bind(bytes)
        .fetch_one(&self.database)
        .await
        .unwrap()
    }

    /// The states of the blocked aggregates, by consumer.
    async fn blocked(&self) -> Vec<(String, String)> {
        sqlx::query_as("SELECT consumer, state FROM blocked_aggregates ORDER BY consumer, state").fetch_all(&self.database).await.unwrap()
    }

    pub async fn audit(&self, operator: &Who) -> Vec<AuditEntry> {
        self.get("/admin/audit", operator).await.read::<Page<AuditEntry>>(200).items
    }

    async fn letters(&self, operator: &Who, query: &str) -> Vec<i64> {
        let page: Page<DeadLetter> = self.get(&format!("/admin/dead-letters?{query}"), operator).await.read(200);
        page.items.iter().map(|letter| letter.id).collect()
    }
}

fn because() -> Value {
    json!({"reason": " The row is mended. "})
}

#[tokio::test]
async fn the_list_is_by_state_consumer_and_cause_the_newest_first() {
    let Some(app) = App::start().await else { return };
    let operator = app.operator();
    let order: Order = app.order(&app.guest(), "SENCHA-100", 1).await;
    let of_order = app.bury("fulfilment", order.id.as_uuid(), "no such row: 1", 2).await;
    let other = app.bury("fulfilment", Uuid::now_v7(), "no such row: 2", 0).await;
    let elsewhere = app.bury("checkout", Uuid::now_v7(), "the bank is gone", 0).await;
    assert_eq!(app.letters(&operator, "").await, [elsewhere, other, of_order]);
    assert_eq!(app.letters(&operator, "consumer=fulfilment").await, [other, of_order]);
    assert_eq!(app.letters(&operator, "cause=no+such+row").await, [other, of_order], "the beginning of a cause is enough");
    assert_eq!(app.letters(&operator, "consumer=fulfilment&cause=no+such+row:+1").await, [of_order]);
    assert_eq!(app.letters(&operator, "state=dead").await.len(), 3);
    assert!(app.letters(&operator, "state=discarded").await.is_empty());

    let page: Page<DeadLetter> = app.get("/admin/dead-letters?limit=2", &operator).await.read(200);
    let next = page.next_cursor.unwrap();
    let page: Page<DeadLetter> = app.get(&format!("/admin/dead-letters?limit=2&cursor={next}"), &operator).await.read(200);
    assert_eq!(page.next_cursor, None);
    let letter = &page.items[0];
    assert_eq!((letter.id, letter.parked, letter.attempt, letter.state), (of_order, 2, 4, DeadLetterState::Dead));
    assert_eq!((letter.order_number.as_ref(), letter.aggregate_id), (Some(&order.number), Some(order.id.as_uuid())));
    assert_eq!(letter.trace_id.as_deref(), Some("4bf92f3577b34da6a3ce929d0e0e4736"));
    app.get(&format!("/admin/audit?cursor={next}"), &operator).await.assert_refused(422, "cursor_invalid");
    for (query, named) in [("state=alive", "state"), ("limit=0", "limit"), ("order=1", "order")] {
        app.get(&format!("/admin/dead-letters?{query}"), &operator).await.assert_names(named);
    }
}

#[tokio::test]
async fn causes_are_counted_the_most_frequent_first() {
    let Some(app) = App::start().await else { return };
    let operator = app.operator();
    app.bury("checkout", Uuid::now_v7(), "a", 0).await;
    let decided = app.bury("fulfilment", Uuid::now_v7(), "a", 0).await;
    app.bury("fulfilment", Uuid::now_v7(), "b", 0).await;
    app.bury("fulfilment", Uuid::now_v7(), "b", 0).await;
    app.post(&format!("/admin/dead-letters/{decided}/discard"), &operator, &because()).await.read::<DeadLetterDetail>(200);
    let causes: DeadLetterCauses = app.get("/admin/dead-letters/causes", &operator).await.read(200);
    let counted: Vec<_> = causes.items.iter().map(|cause| (cause.consumer.as_str(), cause.cause.as_str(), cause.count)).collect();
    assert_eq!(counted, [("fulfilment", "b", 2), ("checkout", "a", 1)]);
}

#[tokio::test]
async fn a_letter_shows_its_bytes_and_what_waits_behind_it() {
    let Some(app) = App::start().await else { return };
    let operator = app.operator();
    let order: Order = app.order(&app.guest(), "SENCHA-100", 1).await;
    let id = app.bury("fulfilment", order.id.as_uuid(), "x", 2).await;
    let detail: DeadLetterDetail = app.get(&format!("/admin/dead-letters/{id}"), &operator).await.read(200);
    assert_eq!((detail.letter.id, detail.order_id), (id, Some(order.id)));
    assert_eq!((detail.payload.as_str(), detail.payload_base64.as_deref()), (r#"{"type": "order.paid"}"#, None));
    assert_eq!(detail.headers[0], ("event-type".to_owned(), "order.paid".to_owned()));
    assert_eq!(detail.headers[1], ("traceparent".to_owned(), TRACEPARENT.to_owned()));
    assert_eq!(detail.parked_events.iter().map(|event| event.sequence).collect::<Vec<_>>(), [3, 4]);
    assert_eq!(detail.decisions, []);

    let unreadable = app.bury_bytes(b"\xff{").await;
    let detail: DeadLetterDetail = app.get(&format!("/admin/dead-letters/{unreadable}"), &operator).await.read(200);
    assert_eq!((detail.payload.as_str(), detail.payload_base64.as_deref()), ("\u{fffd}{", Some("/3s=")));
    assert_eq!((detail.letter.event_id, detail.letter.order_number, detail.parked_events.len()), (None, None, 0));
    for nothing in ["0", "-1", "9223372036854775807", "9223372036854775808", "x"] {
        app.get(&format!("/admin/dead-letters/{nothing}"), &operator).await.assert_refused(404, "not_found");
    }
}

#[tokio::test]
async fn a_redriven_letter_is_the_workers_again_and_the_audit_says_who_did_it() {
    let Some(app) = App::start().await else { return };
    let operator = app.operator();
    let id = app.bury("fulfilment", Uuid::now_v7(), "x", 1).await;
    let path = format!("/admin/dead-letters/{id}/redrive");
    let answer = app.send(app.request(http::Method::POST, "/admin/dead-letters/0/redrive", &operator)).await;
    answer.assert_refused(404, "not_found");
    let answer = app.send(app.request(http::Method::POST, &path, &operator)).await;
    answer.token();
    let detail: DeadLetterDetail = answer.read(200);
    assert_eq!((detail.letter.state, detail.letter.parked), (DeadLetterState::Redriving, 1));
    assert_eq!((detail.decisions[0].action.as_str(), detail.decisions[0].actor.as_str()), ("redrive", operator.user.to_string().as_str()));
    assert_eq!(app.blocked().await, [("fulfilment".to_owned(), "releasing".to_owned())]);
    app.send(app.request(http::Method::POST, &path, &operator)).await.assert_refused(409, "dead_letter_decided");
    let [entry] = app.audit(&operator).await.try_into().unwrap();
    assert_eq!((entry.actor.as_uuid(), entry.action.as_str(), entry.subject), (operator.user, "dead_letter.redrive", id.to_string()));
}

#[tokio::test]
async fn a_discarded_letter_lets_the_rest_go_on_and_counts_as_handled() {
    let Some(app) = App::start().await else { return };
    let operator = app.operator();
    let id = app.bury("fulfilment", Uuid::now_v7(), "x", 1).await;
    let path = format!("/admin/dead-letters/{id}/discard");
    for (body, named) in [(json!({"reason": "  "}), "/reason"), (json!({}), "/reason"), (json!({"reason": "x", "id": 1}), "/id")] {
        app.post(&path, &operator, &body).await.assert_names(named);
    }
    app.post(&path, &operator, &json!({"reason": "x".repeat(501)})).await.assert_names("/reason");
    app.post("/admin/dead-letters/0/discard", &operator, &because()).await.assert_refused(404, "not_found");
    assert_eq!(app.count("audit_entries").await, 0, "a refusal is no deed");
    let detail: DeadLetterDetail = app.post(&path, &operator, &because()).await.read(200);
    assert_eq!((detail.letter.state, detail.decisions[0].reason.as_str()), (DeadLetterState::Discarded, "The row is mended."));
    assert_eq!(app.blocked().await, [("fulfilment".to_owned(), "releasing".to_owned())]);
    assert_eq!((app.count("held_messages").await, app.count("inbox").await), (1, 1), "it is handled, and the next may follow");
    app.post(&path, &operator, &because()).await.assert_refused(409, "dead_letter_decided");
    let [entry] = app.audit(&operator).await.try_into().unwrap();
    assert_eq!((entry.action.as_str(), entry.reason.as_str()), ("dead_letter.discard", "The row is mended."));
}

#[tokio::test]
async fn all_of_a_cause_are_redriven_together_and_no_others() {
    let Some(app) = App::start().await else { return };
    let operator = app.operator();
    let wish = |cause: &str| json!({"consumer": "fulfilment", "cause": cause, "reason": "mended"});
    for _ in 0..3 {
        app.bury("fulfilment", Uuid::now_v7(), "no such row", 1).await;
    }
    app.bury("fulfilment", Uuid::now_v7(), "no such row either", 0).await;
    app.bury("checkout", Uuid::now_v7(), "no such row", 0).await;
    let none: Redriven = app.post("/admin/dead-letters/redrive", &operator, &wish("no such")).await.read(200);
    assert_eq!((none.count, app.count("audit_entries").await), (0, 0), "a cause is the whole of it, and nothing is no deed");
    let answer = app.post("/admin/dead-letters/redrive", &operator, &wish("no such row")).await;
    answer.token();
    assert_eq!(answer.read::<Redriven>(200).count, 3);
    assert_eq!(app.letters(&operator, "state=redriving").await.len(), 3);
    assert_eq!(app.letters(&operator, "").await.len(), 2);
    assert_eq!(app.blocked().await.iter().filter(|(_, state)| state == "releasing").count(), 3);
    assert_eq!(app.count("dead_letter_decisions").await, 3);
    let again: Redriven = app.post("/admin/dead-letters/redrive", &operator, &wish("no such row")).await.read(200);
    assert_eq!(again.count, 0, "repeating it changes nothing");
    let [entry] = app.audit(&operator).await.try_into().unwrap();
    assert_eq!((entry.action.as_str(), entry.subject.as_str()), ("dead_letter.redrive_all", "fulfilment (3)"));
    for field in ["consumer", "cause", "reason"] {
        let mut body = wish("x");
        body[field] = json!("");
        app.post("/admin/dead-letters/redrive", &operator, &body).await.assert_names(&format!("/{field}"));
    }
}

#[tokio::test]
async fn more_than_a_batch_of_a_cause_is_redriven_whole() {
    let Some(app) = App::start().await else { return };
    let operator = app.operator();
    app.execute(
        "INSERT INTO dead_letters (consumer, topic, partition, kafka_offset, cause)
         SELECT 'fulfilment', 'order-events', 0, n, 'x' FROM generate_series(1, 2500) n",
    )
    .await;
    let wish = json!({"consumer": "fulfilment", "cause": "x", "reason": "mended"});
    assert_eq!(app.post("/admin/dead-letters/redrive", &operator, &wish).await.read::<Redriven>(200).count, 2_500);
    assert!(app.letters(&operator, "").await.is_empty());
}

#[tokio::test]
async fn of_two_operators_who_decide_at_once_one_does() {
    let Some(app) = App::start().await else { return };
    for _ in 0..10 {
        let id = app.bury("fulfilment", Uuid::now_v7(), "x", 0).await;
        let (one, other) = (app.operator(), app.operator());
        let (path, other_path) = (format!("/admin/dead-letters/{id}/redrive"), format!("/admin/dead-letters/{id}/discard"));
        let all = json!({"consumer": "fulfilment", "cause": "x", "reason": "mended"});
        let body = because();
        let (redriven, discarded, together) = tokio::join!(
            app.send(app.request(http::Method::POST, &path, &one)),
            app.post(&other_path, &other, &body),
            app.post("/admin/dead-letters/redrive", &one, &all),
        );
        let count = together.read::<Redriven>(200).count;
        let done = [redriven.status.as_u16() == 200, discarded.status.as_u16() == 200, count == 1];
        assert_eq!(done.iter().filter(|done| **done).count(), 1, "{done:?}");
        let decisions: i64 = sqlx::query_scalar("SELECT count(*) FROM dead_letter_decisions WHERE dead_letter_id = $1")
            .bind(id)
            .fetch_one(&app.database)
            .await
            .unwrap();
        assert_eq!(decisions, 1);
    }
    assert_eq!(app.count("audit_entries").await, 10);
}
