//! What workers report is the worker's; here it is planted as they leave it.

use tradewind_contract::operators::{ConsumerState, Pipeline};

use crate::harness::App;

impl App {
    async fn pipeline(&self) -> Pipeline {
        self.get("/admin/pipeline", &self.operator()).await.read(200)
    }
}

#[tokio::test]
async fn the_own_outbox_is_told_even_while_no_worker_lives() {
    let Some(app) = App::start().await else { return };
    app.order(&app.guest(), "SENCHA-100", 1).await;
    app.execute("UPDATE outbox SET occurred_at = now() - interval '3 seconds'").await;
    let pipeline = app.pipeline().await;
    let [orders] = &pipeline.outboxes[..] else { panic!("one outbox: {pipeline:?}") };
    assert_eq!(
        (orders.database.as_str(), orders.waiting, orders.slices_owned, orders.slices),
        ("orders", 2, 0, 16),
        "its cart and the order"
    );
    assert!((3_000..60_000).contains(&orders.oldest_ms), "{orders:?}");
    assert_eq!(orders.reported_at, pipeline.at);
    assert!(pipeline.workers.is_empty() && pipeline.consumers.is_empty());
    app.execute("UPDATE outbox SET published_at = now()").await;
    let orders = app.pipeline().await.outboxes.remove(0);
    assert_eq!((orders.waiting, orders.oldest_ms), (0, 0));
}

#[tokio::test]
async fn what_living_workers_say_is_added_up_and_dead_ones_count_no_more() {
    let Some(app) = App::start().await else { return };
    app.execute(
        "INSERT INTO worker_reports (instance, database, waiting, oldest_ms, slices_owned, published_per_second, reported_at) VALUES
             ('worker-1', 'orders', 99, 99, 8, 10.5, now() - interval '2 seconds'),
             ('worker-1', 'users', 5, 700, 16, 1, now() - interval '2 seconds'),
             ('worker-2', 'orders', 99, 99, 8, 4, now()),
             ('worker-2', 'users', 6, 900, 16, 2, now()),
             ('worker-0', 'users', 7, 100, 16, 64, now() - interval '11 seconds');
         INSERT INTO worker_lags (instance, consumer, lag, reported_at) VALUES
             ('worker-1', 'fulfilment', 3, now()), ('worker-2', 'fulfilment', 4, now()),
             ('worker-0', 'fulfilment', 100, now() - interval '11 seconds'),
             ('worker-1', 'checkout', NULL, now()), ('worker-0', 'checkout', 7, now() - interval '11 seconds'),
             ('worker-2', 'compensation', 0, now())",
    )
    .await;
    let pipeline = app.pipeline().await;
    let rate = |database: &str| pipeline.outboxes.iter().find(|outbox| outbox.database == database).unwrap().published_per_second;
    assert!((rate("orders") - 14.5).abs() < 0.001 && (rate("users") - 3.0).abs() < 0.001, "{:?}", pipeline.outboxes);
    let users = pipeline.outboxes.iter().find(|outbox| outbox.database == "users").unwrap();
    assert_eq!((users.waiting, users.oldest_ms, users.slices_owned), (6, 900, 16), "the newest word, and not the sum");
    let lags: Vec<_> = pipeline.consumers.iter().map(|consumer| (consumer.name.as_str(), consumer.lag)).collect();
    assert_eq!(lags, [("checkout", None), ("compensation", Some(0)), ("fulfilment", Some(7))]);
    assert_eq!(pipeline.workers.iter().map(|worker| worker.instance.as_str()).collect::<Vec<_>>(), ["worker-1", "worker-2"]);
}

#[tokio::test]
async fn what_is_held_back_is_counted_by_consumer() {
    let Some(app) = App::start().await else { return };
    app.execute(
        "INSERT INTO blocked_aggregates (consumer, aggregate_id, event_id, state, attempt, cause, due_at)
             SELECT 'fulfilment', gen_random_uuid(), gen_random_uuid(), state, 1, 'x', now() FROM unnest('{retrying,retrying,dead}'::text[]) AS state;
         INSERT INTO held_messages (consumer, aggregate_id, sequence, event_id, event_type, topic, partition, kafka_offset, payload, headers)
             SELECT consumer, aggregate_id, n, CASE n WHEN 0 THEN event_id ELSE gen_random_uuid() END, 'x', 'order-events', 0, n, '', '{}'
             FROM blocked_aggregates, generate_series(0, 1) n;
         INSERT INTO dead_letters (consumer, topic, partition, kafka_offset, cause, state)
             VALUES ('fulfilment', 'order-events', 0, 1, 'x', 'dead'), ('fulfilment', 'order-events', 0, 2, 'x', 'discarded')",
    )
    .await;
    let expected = ConsumerState { name: "fulfilment".to_owned(), lag: None, retrying: 2, parked: 3, dead: 1 };
    assert_eq!(app.pipeline().await.consumers, [expected]);
}

#[tokio::test]
async fn the_last_sixty_whole_minutes_are_counted() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    for back in [0, 1, 1, 60, 62] {
        let order = app.order(&guest, "SENCHA-100", 1).await;
        sqlx::query("UPDATE orders SET placed_at = date_trunc('minute', now()) - make_interval(mins => $2) WHERE id = $1")
            .bind(order.id.as_uuid())
            .bind(back)
            .execute(&app.database)
            .await
            .unwrap();
    }
    let minutes = app.pipeline().await.orders_per_minute;
    assert_eq!(minutes.len(), 60);
    // The oldest first. Should a minute have ended meanwhile, each is one older, and the oldest is out.
    let newest = minutes.iter().rposition(|count| *count == 2).unwrap();
    assert!(newest == 59 && minutes[0] == 1 && minutes[1..59].iter().all(|count| *count == 0) || newest == 58, "{minutes:?}");
}

#[tokio::test]
async fn payments_that_differ_are_counted() {
    let Some(app) = App::start().await else { return };
    let order = app.order(&app.guest(), "SENCHA-100", 1).await;
    sqlx::query("INSERT INTO payment_differences (order_id, attempt, ours, theirs) VALUES ($1, 1, 'a', 'b')")
        .bind(order.id.as_uuid())
        .execute(&app.database)
        .await
        .unwrap();
    assert_eq!(app.pipeline().await.payment_differences, 1);
    app.get("/admin/pipeline?minutes=5", &app.operator()).await.assert_names("minutes");
}
