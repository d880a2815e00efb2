use tradewind_contract::{Money, orders::ShippingMethods};

use crate::harness::{App, nobody};

#[tokio::test]
async fn each_country_has_its_ways() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    let free = Some(Money::eur(6000));
    for (country, expected) in [
        ("DE", vec![("standard", 490, free), ("express", 1190, None)]),
        ("ES", vec![("standard", 490, free)]),
        ("CH", vec![("standard-abroad", 1290, None)]),
    ] {
        let methods: ShippingMethods = app.get(&format!("/shipping-methods?country={country}"), &guest).await.read(200);
        let shown: Vec<_> = methods.items.iter().map(|method| (method.id.as_str(), method.price.amount, method.free_from)).collect();
        assert_eq!(shown, expected, "{country}");
        assert!(methods.items.iter().all(|method| method.delivery.min_days <= method.delivery.max_days));
    }
}

#[tokio::test]
async fn every_country_that_the_form_offers_is_served() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    for (country, name) in tradewind_contract::validation::COUNTRIES {
        let methods: ShippingMethods = app.get(&format!("/shipping-methods?country={country}"), &guest).await.read(200);
        assert!(!methods.items.is_empty(), "nothing goes to {name}");
    }
}

#[tokio::test]
async fn a_country_that_is_not_served_is_422() {
    let Some(app) = App::start().await else { return };
    let guest = app.guest();
    for query in ["?country=US", "?country=de", "?country=", "", "?country=DE%00"] {
        app.get(&format!("/shipping-methods{query}"), &guest).await.assert_names("country");
    }
    app.get("/shipping-methods?country=DE&weight=3", &guest).await.assert_names("weight");
    app.get("/shipping-methods?country=DE", &nobody()).await.assert_refused(401, "token_invalid");
}
