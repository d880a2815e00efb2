use serde_json::json;
use tradewind_contract::{
    Money,
    orders::{Quote, Totals},
};

use crate::harness::{App, Who, eur, nobody};

async fn totals(app: &App, who: &Who, country: &str, method: &str) -> Totals {
    app.post("/quotes", who, &json!({"country": country, "shipping_method": method})).await.read::<Quote>(200).totals
}

#[tokio::test]
async fn a_quote_adds_up_and_holds_nothing() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    app.put_in_cart(&guest, "SENCHA-100", 1).await;
    app.put_in_cart(&guest, "ASSAM-100", 2).await;
    let wish = json!({"country": "DE", "shipping_method": "standard"});
    // The first one is told to the funnel.
    app.post("/quotes", &guest, &wish).await.read::<Quote>(200);
    let before = app.rows().await;
    let answer = app.post("/quotes", &guest, &wish).await;
    answer.read::<Quote>(200);
    assert_eq!(
        answer.body,
        json!({
            "lines": [
                {"sku": "ASSAM-100", "quantity": 2, "unit_price": eur(1200), "total": eur(2400)},
                {"sku": "SENCHA-100", "quantity": 1, "unit_price": eur(1200), "total": eur(1200)},
            ],
            // 19 of 119 parts of the total, rounded: 653.03.
            "totals": {"subtotal": eur(3600), "shipping": eur(490), "tax": eur(653), "total": eur(4090)},
        })
    );
    assert!(answer.header("consistency-token").is_none(), "nothing that could be read was written");
    assert_eq!(app.rows().await, before);
}

#[tokio::test]
async fn shipping_is_free_from_its_threshold_on() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    app.put_in_cart(&guest, "ASSAM-100", 1).await;
    app.execute("UPDATE variants SET price = 5999 WHERE sku = 'ASSAM-100'").await;
    assert_eq!(totals(&app, &guest, "DE", "standard").await.shipping, Money::eur(490));
    app.execute("UPDATE variants SET price = 6000 WHERE sku = 'ASSAM-100'").await;
    let free = totals(&app, &guest, "DE", "standard").await;
    assert_eq!((free.shipping, free.total), (Money::eur(0), Money::eur(6000)));
    assert_eq!(totals(&app, &guest, "DE", "express").await.shipping, Money::eur(1190), "express is never free");
    assert_eq!(totals(&app, &guest, "CH", "standard-abroad").await.shipping, Money::eur(1290), "nor is abroad");
}

#[tokio::test]
async fn a_way_that_does_not_go_there_is_422() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    app.put_in_cart(&guest, "ASSAM-100", 1).await;
    for (country, method, field) in [
        ("CH", "standard", "/shipping_method"),
        ("ES", "express", "/shipping_method"),
        ("DE", "standard-abroad", "/shipping_method"),
        ("DE", "teleport", "/shipping_method"),
        ("DE", "", "/shipping_method"),
        ("US", "standard", "/country"),
        ("de", "standard", "/country"),
    ] {
        app.post("/quotes", &guest, &json!({"country": country, "shipping_method": method})).await.assert_names(field);
    }
    app.post("/quotes", &guest, &json!({"country": "DE"})).await.assert_names("/shipping_method");
    app.post("/quotes", &guest, &json!({"country": "DE", "shipping_method": "standard", "total": 1})).await.assert_names("/total");
}

#[tokio::test]
async fn nothing_is_quoted_for_an_empty_cart_or_for_nobody() {
    let Some(app) = App::start().await else { return };
    let request = json!({"country": "DE", "shipping_method": "standard"});
    app.post("/quotes", &app.guest(), &request).await.assert_refused(409, "cart_empty");
    app.post("/quotes", &nobody(), &request).await.assert_refused(401, "token_invalid");
}
