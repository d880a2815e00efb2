//! What cannot be asked is neither right nor wrong, and is named.

use sqlx::postgres::PgPoolOptions;
use tradewind_checker::{Shop, check, messages::Messages};

use crate::harness::Planted;

async fn complaint(shop: Shop) -> String {
    format!("{:#}", check(&shop).await.unwrap_err())
}

#[tokio::test]
async fn each_part_that_is_away_is_named() {
    let Some(mut planted) = Planted::start().await else { return };
    planted.shop.messages = Messages::Given(planted.messages.clone());
    let shop = || planted.shop.clone();
    let nowhere =
        PgPoolOptions::new().acquire_timeout(std::time::Duration::from_secs(1)).connect_lazy("postgres://nobody@127.0.0.1:1/none").unwrap();

    let mut away = shop();
    away.replicas[0].orders = nowhere.clone();
    assert!(complaint(away).await.starts_with("the replica copy cannot be asked: "));
    let said = complaint(Shop { users: nowhere, ..shop() }).await;
    assert!(said.starts_with("the database users cannot be judged: Postgres does not answer: "), "{said}");
    let said = complaint(Shop { payments_url: "http://127.0.0.1:1".to_owned(), ..shop() }).await;
    assert!(said.starts_with("the payment provider cannot be asked: "), "{said}");
    let mut away = shop();
    away.cache.url = "redis://127.0.0.1:1/0".to_owned();
    let said = complaint(away).await;
    assert!(said.starts_with("Redis cannot be asked: "), "{said}");
    let said = complaint(Shop { messages: Messages::Kafka { brokers: "127.0.0.1:1".to_owned() }, ..shop() }).await;
    assert!(said.starts_with("the database orders cannot be judged: Kafka (127.0.0.1:1) cannot be asked for order-events: "), "{said}");
}
