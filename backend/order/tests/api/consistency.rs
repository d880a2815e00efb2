use std::time::Duration;

use futures::future::join_all;
use serde_json::json;
use tradewind_contract::{
    catalog::{Availability, Product, ProductList, RelatedProducts},
    orders::Order,
};

use crate::harness::{Answer, App, nobody, wish};

const DARJEELING: &str = "/products/darjeeling-first-flush";

/// What its best-stocked variant says, and how many pieces of it are left.
fn stock(answer: &Answer) -> (Availability, Option<u32>) {
    let product: Product = answer.read(200);
    (product.card.availability, product.variants[0].available)
}

const ONE_LEFT: (Availability, Option<u32>) = (Availability::Low, Some(1));
const SOLD_OUT: (Availability, Option<u32>) = (Availability::Out, None);

const KEY: &str = "product:darjeeling-first-flush";

/// Asks until Redis has taken the page, which a busy machine's may refuse to do in time.
async fn warmed(app: &App) -> Answer {
    for _ in 0..50 {
        let answer = app.get(DARJEELING, &nobody()).await;
        if app.cached(KEY).await.is_some() {
            return answer;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    panic!("Redis does not take the page");
}

/// Redis still has the page with the last piece, so its life has not ended.
async fn assert_cached_page_is_old(app: &App) {
    let page = app.cached(KEY).await.unwrap();
    assert!(page.contains("\"low\""), "{page}");
}

/// Sells the last piece; the token of that write.
async fn sell_the_last_darjeeling(app: &App) -> String {
    let guest = app.guest();
    app.put_in_cart(&guest, "DARJEELING-100", 1).await;
    let answer = app.place(&guest, "k", &wish()).await;
    answer.read::<Order>(201);
    answer.token()
}

#[tokio::test]
async fn every_write_answers_with_where_the_database_stands() {
    let Some(app) = App::start().await else { return };
    let (guest, shopper) = (app.guest(), app.shopper());
    let mut tokens = vec![
        app.put_item(&guest, "ASSAM-100", &json!({"quantity": 1})).await.token(),
        app.delete("/cart/items/ASSAM-100", &guest).await.token(),
        app.delete("/cart", &guest).await.token(),
        app.put_item(&guest, "ASSAM-100", &json!({"quantity": 1})).await.token(),
        app.place(&guest, "k", &wish()).await.token(),
        app.post("/guest-claims", &shopper, &json!({"guest_access_token": guest.token})).await.token(),
    ];
    let written = tokens.clone();
    tokens.sort();
    assert_eq!(tokens, written, "each write is later than the one before");
    for path in ["/cart", "/orders", "/shipping-methods?country=DE", "/products", DARJEELING] {
        assert!(!app.get(path, &shopper).await.headers.contains_key("consistency-token"), "{path} writes nothing");
    }
}

#[tokio::test]
async fn a_damaged_token_is_400_on_every_read_that_takes_one() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    let order = app.order(&guest, "ASSAM-100", 1).await;
    let own = [format!("/orders/{}", order.id), format!("/orders/{}/events", order.id)];
    let open = ["/categories", "/products", DARJEELING, "/products/gyokuro/related", "/search/suggestions?q=gen", "/orders"];
    for path in open.into_iter().chain(own.iter().map(String::as_str)).chain(["/shipping-methods?country=DE"]) {
        for token in ["orders-", "orders-1.0", "orders-1.00000000016B374G", "orders", "users-1.0000000000000001, orders-x"] {
            app.get_after(path, &guest, token).await.assert_refused(400, "consistency_token_invalid");
        }
        if !path.ends_with("/events") {
            assert_eq!(app.get_after(path, &guest, "users-damaged, nonsense").await.status, 200, "others' tokens are not ours to judge");
        }
    }
}

#[tokio::test]
async fn who_bought_the_last_piece_sees_that_it_was_the_last() {
    let Some(app) = App::start().await else { return };
    let before = warmed(&app).await;
    assert_eq!(stock(&before), ONE_LEFT);
    let token = sell_the_last_darjeeling(&app).await;
    assert_cached_page_is_old(&app).await;
    let after = app.get_after(DARJEELING, &nobody(), &token).await;
    assert_eq!(stock(&after), SOLD_OUT);
    assert_ne!(before.header("etag"), after.header("etag"));
    assert_eq!(app.get(DARJEELING, &nobody()).await.text, after.text, "and renews the page for everybody");
}

#[tokio::test]
async fn who_knows_nothing_of_a_sale_may_see_the_page_from_before() {
    let Some(app) = App::start().await else { return };
    warmed(&app).await;
    let before = app.get(DARJEELING, &nobody()).await;
    app.execute("UPDATE stock SET available = 0, sold = 1 WHERE sku = 'DARJEELING-100'").await;
    assert_eq!(app.get(DARJEELING, &nobody()).await.text, before.text, "the database is not asked for each page");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_cached_page_is_old(&app).await;
}

#[tokio::test]
async fn a_page_that_another_instance_cached_is_not_too_old_either() {
    let Some(app) = App::start().await else { return };
    let sibling = app.sibling().await;
    assert_eq!(stock(&warmed(&app).await), ONE_LEFT);
    let token = sell_the_last_darjeeling(&app).await;
    assert_cached_page_is_old(&app).await;
    assert_eq!(stock(&sibling.get_after(DARJEELING, &nobody(), &token).await), SOLD_OUT);
    // What it read is there for the first one too, when that one's memory has forgotten the old page.
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(stock(&app.get(DARJEELING, &nobody()).await), SOLD_OUT);
}

#[tokio::test]
async fn lists_and_related_goods_are_not_too_old_either() {
    let Some(app) = App::start().await else { return };
    let (list, related) = ("/products?category=black-tea&in_stock=true", "/products/assam-gold/related");
    let before: ProductList = app.get(list, &nobody()).await.read(200);
    app.get(related, &nobody()).await;
    let token = sell_the_last_darjeeling(&app).await;
    let after: ProductList = app.get_after(list, &nobody(), &token).await.read(200);
    assert_eq!((before.total, after.total), (3, 2));
    assert!(after.items.iter().all(|item| item.handle != "darjeeling-first-flush"));
    let related: RelatedProducts = app.get_after(related, &nobody(), &token).await.read(200);
    assert_eq!((related.items[0].handle.as_str(), related.items[0].availability), ("darjeeling-first-flush", Availability::Out));
}

#[tokio::test]
async fn what_was_not_there_is_found_by_who_knows_that_it_is() {
    let Some(app) = App::start().await else { return };
    app.get("/products/retired-compass", &nobody()).await.assert_refused(404, "not_found");
    app.execute("UPDATE products SET archived_at = NULL WHERE handle = 'retired-compass'").await;
    let token = app.delete("/cart", &app.guest()).await.token();
    app.get_after("/products/retired-compass", &nobody(), &token).await.read::<Product>(200);
}

#[tokio::test]
async fn a_token_that_the_page_has_seen_is_served_from_the_cache() {
    let Some(app) = App::start().await else { return };
    let token = sell_the_last_darjeeling(&app).await;
    let first = app.get_after(DARJEELING, &nobody(), &token).await;
    app.execute("UPDATE products SET title = 'Renamed' WHERE handle = 'darjeeling-first-flush'").await;
    assert_eq!(app.get_after(DARJEELING, &nobody(), &token).await.text, first.text, "the database was not asked again");
    let newer = app.delete("/cart", &app.guest()).await.token();
    assert_eq!(app.get_after(DARJEELING, &nobody(), &newer).await.body["title"], "Renamed");
}

#[tokio::test]
async fn who_joins_a_load_that_began_before_their_write_is_not_given_its_page() {
    let Some(app) = App::start().await else { return };
    let list = "/products?category=black-tea&in_stock=true";
    // A list reads its cards first and the categories last, so this stops it with cards that are about to be too old.
    let mut blocker = app.database.begin().await.unwrap();
    sqlx::query("LOCK TABLE categories").execute(&mut *blocker).await.unwrap();
    let reader = nobody();
    let late = async {
        app.until_somebody_waits().await;
        let token = sell_the_last_darjeeling(&app).await;
        let release = async {
            tokio::time::sleep(Duration::from_millis(400)).await;
            blocker.rollback().await.unwrap();
        };
        tokio::join!(app.get_after(list, &reader, &token), release).0
    };
    let (early, late) = tokio::join!(app.get(list, &reader), late);
    let (early, late): (ProductList, ProductList) = (early.read(200), late.read(200));
    assert_eq!(early.items.len(), 3, "its cards were read before the sale");
    assert_eq!(late.items.len(), 2);
}

#[tokio::test]
async fn many_who_come_with_a_token_at_once_all_see_what_it_saw() {
    let Some(app) = App::start().await else { return };
    app.get(DARJEELING, &nobody()).await;
    let token = sell_the_last_darjeeling(&app).await;
    let answers = join_all((0..30).map(async |index| {
        // Every third one knows nothing; it may get either page and must not spoil the others'.
        let answer = if index % 3 == 0 { app.get(DARJEELING, &nobody()).await } else { app.get_after(DARJEELING, &nobody(), &token).await };
        (index, stock(&answer))
    }))
    .await;
    for (index, seen) in answers {
        assert!(seen == SOLD_OUT || index % 3 == 0, "{index}: {seen:?}");
    }
}

#[tokio::test]
async fn an_order_is_read_by_who_has_its_token() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    app.put_in_cart(&guest, "ASSAM-100", 1).await;
    let answer = app.place(&guest, "k", &wish()).await;
    let order: Order = answer.read(201);
    let token = format!("users-1.00000000000000FF, {}", answer.token());
    assert_eq!(app.get_after(&format!("/orders/{}", order.id), &guest, &token).await.read::<Order>(200), order);
    assert_eq!(app.get_after("/orders", &guest, &token).await.body["items"][0]["id"], json!(order.id));
}

#[tokio::test]
async fn a_made_up_token_makes_no_page_newer_than_it_is() {
    let Some(app) = App::start().await else { return };
    for future in ["orders-1.7FFFFFFFFFFFFFFF", "orders-1.FFFFFFFFFFFFFFFF"] {
        let answer = app.get_after(DARJEELING, &nobody(), future).await;
        assert_eq!(stock(&answer), ONE_LEFT);
    }
    let token = sell_the_last_darjeeling(&app).await;
    assert_eq!(stock(&app.get_after(DARJEELING, &nobody(), &token).await), SOLD_OUT);
}
