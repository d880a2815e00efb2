use serde_json::{Value, json};
use tradewind_contract::{Money, cart::Cart, catalog::Availability};

use crate::harness::{App, eur, nobody};

fn lines(cart: &Cart) -> Vec<(&str, u32)> {
    cart.lines.iter().map(|line| (line.sku.as_str(), line.quantity)).collect()
}

#[tokio::test]
async fn a_cart_is_filled_changed_and_emptied() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    assert_eq!((lines(&app.cart(&guest).await), app.cart(&guest).await.version), (vec![], 0), "a cart that never held anything");
    app.put_in_cart(&guest, "SENCHA-100", 3).await;
    let cart = app.put_in_cart(&guest, "ASSAM-250", 2).await;
    assert_eq!(lines(&cart), [("SENCHA-100", 3), ("ASSAM-250", 2)], "in the order in which they were put in");
    assert_eq!(cart.subtotal, Money::eur(3 * 1200 + 2 * 2890));
    let cart = app.put_in_cart(&guest, "SENCHA-100", 1).await;
    assert_eq!(lines(&cart), [("SENCHA-100", 1), ("ASSAM-250", 2)], "a quantity is set, not added");
    assert_eq!(cart.version, 3, "each change counts");
    let answer = app.delete("/cart/items/SENCHA-100", &guest).await;
    answer.token();
    assert_eq!(lines(&answer.read::<Cart>(200)), [("ASSAM-250", 2)]);
    let again: Cart = app.delete("/cart/items/SENCHA-100", &guest).await.read(200);
    assert_eq!(lines(&again), [("ASSAM-250", 2)], "taking out what is not there changes nothing");
    let emptied = app.delete("/cart", &guest).await;
    assert_eq!((emptied.status.as_u16(), emptied.text.as_str()), (204, ""));
    emptied.token();
    let cart = app.cart(&guest).await;
    assert_eq!((lines(&cart), cart.subtotal, cart.version), (vec![], Money::eur(0), 6));
}

#[tokio::test]
async fn carts_do_not_mix() {
    let Some(app) = App::start().await else { return };
    let (one, other) = (app.guest(), app.shopper());
    app.put_in_cart(&one, "ASSAM-100", 1).await;
    app.put_in_cart(&other, "SENCHA-100", 2).await;
    app.delete("/cart", &one).await;
    assert_eq!(lines(&app.cart(&other).await), [("SENCHA-100", 2)]);
}

#[tokio::test]
async fn a_line_shows_todays_price_of_the_database() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    let cart = app.put_in_cart(&guest, "ASSAM-250", 2).await;
    let line = &cart.lines[0];
    assert_eq!((line.handle.as_str(), line.title.as_str(), line.options["weight"].as_str()), ("assam-gold", "Assam Gold", "250 g"));
    assert_eq!(line.unit_price, Money::eur(2890));
    app.execute("UPDATE variants SET price = 3000 WHERE sku = 'ASSAM-250'").await;
    let cart = app.cart(&guest).await;
    assert_eq!((cart.lines[0].unit_price, cart.subtotal), (Money::eur(3000), Money::eur(6000)));
    app.put_item(&guest, "ASSAM-250", &json!({"quantity": 1, "price": eur(1)})).await.assert_names("/price");
    app.put_item(&guest, "ASSAM-250", &json!({"quantity": 1, "unit_price": eur(1)})).await.assert_names("/unit_price");
}

#[tokio::test]
async fn a_quantity_is_a_whole_number_from_1_to_99() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    app.put_in_cart(&guest, "ASSAM-100", 7).await;
    let before = app.rows().await;
    let huge = json!(2_147_483_648_u64);
    for quantity in [json!(0), json!(-1), json!(1.5), json!("1"), huge, json!(100), json!(1e30), json!(true), json!([1]), Value::Null] {
        app.put_item(&guest, "ASSAM-100", &json!({ "quantity": quantity })).await.assert_names("/quantity");
    }
    app.put_item(&guest, "ASSAM-100", &json!({})).await.assert_names("/quantity");
    app.put_item(&guest, "ASSAM-100", &json!({"quantity": 1, "role": "operator"})).await.assert_names("/role");
    assert_eq!(app.rows().await, before, "a refusal changes nothing");
    assert_eq!(lines(&app.put_in_cart(&guest, "ASSAM-100", 99).await), [("ASSAM-100", 99)]);
}

#[tokio::test]
async fn what_is_not_sold_cannot_be_put_in() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    for sku in ["NO-SUCH-SKU", "RETIRED-COMPASS", "assam-100", "ASSAM%20100", "%00", &"A".repeat(33)] {
        app.put_item(&guest, sku, &json!({"quantity": 1})).await.assert_refused(404, "not_found");
    }
    assert_eq!((app.cart(&guest).await.version, app.count("carts").await), (0, 0), "nothing happened");
}

#[tokio::test]
async fn more_than_there_is_may_wait_in_the_cart_and_is_told() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    let cases = [
        ("ASSAM-100", 99, Availability::InStock, None),
        ("GENMAICHA-100", 6, Availability::InStock, None),
        ("GENMAICHA-100", 7, Availability::InStock, Some(6)),
        ("LAPSANG-100", 5, Availability::Low, Some(5)),
        ("LAPSANG-100", 6, Availability::Low, Some(5)),
        ("GYOKURO-50", 1, Availability::Out, Some(0)),
    ];
    for (sku, quantity, availability, available) in cases {
        let cart = app.put_in_cart(&guest, sku, quantity).await;
        let line = cart.lines.iter().find(|line| line.sku == sku).unwrap();
        assert_eq!((line.quantity, line.availability, line.available), (quantity, availability, available), "{quantity} x {sku}");
    }
    assert_eq!(app.stock("LAPSANG-100").await, (5, 0, 0), "a cart holds nothing");
}

#[tokio::test]
async fn a_hundred_different_goods_are_the_most() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    app.put_in_cart(&guest, "ASSAM-100", 1).await;
    app.execute(
        "INSERT INTO variants (sku, product_id, position, price)
             SELECT 'BULK-' || n, '00000000-0000-7000-8000-000000000005', 10 + n, 100 FROM generate_series(1, 100) n;
         INSERT INTO stock (sku, available, initial) SELECT 'BULK-' || n, 10, 10 FROM generate_series(1, 100) n;
         INSERT INTO cart_lines (owner, sku, quantity) SELECT owner, 'BULK-' || n, 1 FROM carts, generate_series(1, 99) n",
    )
    .await;
    app.put_item(&guest, "BULK-100", &json!({"quantity": 1})).await.assert_refused(422, "cart_full");
    let cart = app.put_in_cart(&guest, "BULK-99", 5).await;
    assert_eq!((cart.lines.len(), cart.version), (100, 2), "one that is there can still be changed");
}

#[tokio::test]
async fn two_changes_at_once_are_both_kept() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    let skus = ["ASSAM-100", "ASSAM-250", "SENCHA-100", "GENMAICHA-100", "COMPASS-STEEL", "LAPSANG-100"];
    futures::future::join_all(skus.map(|sku| app.put_in_cart(&guest, sku, 1))).await;
    let cart = app.cart(&guest).await;
    assert_eq!((cart.lines.len(), cart.version), (6, 6));
}

#[tokio::test]
async fn a_cart_needs_a_token() {
    let Some(app) = App::start().await else { return };
    let answers = [
        app.get("/cart", &nobody()).await,
        app.delete("/cart", &nobody()).await,
        app.put_item(&nobody(), "ASSAM-100", &json!({"quantity": 1})).await,
        app.delete("/cart/items/ASSAM-100", &nobody()).await,
    ];
    for answer in answers {
        answer.assert_refused(401, "token_invalid");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"tradewind\""));
    }
}
