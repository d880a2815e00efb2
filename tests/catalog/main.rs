//! Browsing and the basket through the front door.

use std::collections::HashSet;

use anyhow::{Context, Result};
use reqwest::{Method, StatusCode};
use tradewind_contract::{
    cart::Cart,
    catalog::{CategoryTree, Product, ProductList, RelatedProducts, Suggestions},
    media,
    orders::ShippingMethods,
};
use tradewind_tests::{Shopper, Stack};

async fn get<T: serde::de::DeserializeOwned>(shopper: &Shopper, path: &str) -> Result<T> {
    shopper.send(Method::GET, path, None, &[]).await
}

#[tokio::test]
async fn pages_hold_every_product_once_in_every_order() -> Result<()> {
    let nobody = Shopper::nobody(&Stack::under_test()?.gateway)?;
    let tree: CategoryTree = get(&nobody, "/categories").await?;
    let whole: u32 = tree.items.iter().map(|family| family.product_count).sum();
    for sort in ["popular", "newest", "price_asc", "price_desc", "rating", "title"] {
        let (mut seen, mut cursor) = (HashSet::new(), String::new());
        loop {
            let list: ProductList = get(&nobody, &format!("/products?limit=50&sort={sort}{cursor}")).await?;
            for item in list.items {
                assert!(seen.insert(item.id), "{} comes twice by {sort}", item.handle);
            }
            let Some(next) = list.next_cursor else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(seen.len(), whole as usize, "{sort}");
    }
    Ok(())
}

#[tokio::test]
async fn filters_narrow_and_facets_count() -> Result<()> {
    let nobody = Shopper::nobody(&Stack::under_test()?.gateway)?;
    let all: ProductList = get(&nobody, "/products?family=tea&limit=100").await?;
    assert!(all.items.iter().all(|item| item.family == "tea"));
    let facet = all.facets.iter().find(|facet| facet.parameter == "category").context("no facet for categories")?;
    assert_eq!(facet.values.iter().map(|value| value.count).sum::<u32>(), all.total);
    let cheap: ProductList = get(&nobody, "/products?category=tea&price_max=1500&sort=price_desc&limit=100").await?;
    assert!(!cheap.items.is_empty() && cheap.total < all.total);
    assert!(cheap.items.windows(2).all(|pair| pair[0].price_from.amount >= pair[1].price_from.amount));
    assert!(cheap.items.iter().all(|item| item.price_from.amount <= 1500));
    let none: ProductList = get(&nobody, "/products?q=zzzzqqqq").await?;
    assert_eq!((none.items.len(), none.total), (0, 0));
    Ok(())
}

#[tokio::test]
async fn search_forgives_a_typing_error() -> Result<()> {
    let nobody = Shopper::nobody(&Stack::under_test()?.gateway)?;
    let found: ProductList = get(&nobody, "/products?q=darjeling").await?;
    assert!(
        found.items.iter().any(|item| item.handle == "darjeeling-first-flush"),
        "{:?}",
        found.items.iter().map(|i| &i.handle).collect::<Vec<_>>()
    );
    let suggested: Suggestions = get(&nobody, "/search/suggestions?q=darj").await?;
    assert!(suggested.items.iter().any(|item| item.handle == "darjeeling-first-flush"));
    Ok(())
}

#[tokio::test]
async fn a_product_is_not_sent_twice_to_who_has_it() -> Result<()> {
    let nobody = Shopper::nobody(&Stack::under_test()?.gateway)?;
    let path = "/products/darjeeling-first-flush";
    let first = nobody.answer(Method::GET, path, None, &[]).await?;
    let tag = first.headers()["etag"].to_str()?.to_owned();
    let product: Product = first.json().await?;
    assert!(!product.variants.is_empty());
    let again = nobody.answer(Method::GET, path, None, &[("if-none-match", &tag)]).await?;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    let related: RelatedProducts = get(&nobody, "/products/darjeeling-first-flush/related").await?;
    assert!(!related.items.is_empty() && related.items.iter().all(|item| item.family == "tea" && item.id != product.card.id));
    for image in &product.images {
        let picture = nobody.http.get(format!("{}{}", nobody.gateway, image.url)).send().await?;
        assert_eq!(picture.headers()["content-type"], "image/svg+xml");
        assert!(picture.headers()["cache-control"].to_str()?.contains("immutable"));
        assert!(picture.text().await?.starts_with("<svg"));
    }
    Ok(())
}

#[tokio::test]
async fn a_picture_is_kept_for_ever_only_under_the_version_that_it_has() -> Result<()> {
    let nobody = Shopper::nobody(&Stack::under_test()?.gateway)?;
    let product: Product = get(&nobody, "/products/darjeeling-first-flush").await?;
    let (path, _) = product.card.image.url.split_once("?v=").context("no version")?;
    let scene = media::scene("home");
    let (scene_path, _) = scene.split_once('?').context("no version")?;
    // The gateway must not answer for one with what it keeps of another, whichever was asked for first.
    for (current, path) in [(&product.card.image.url, path), (&scene, scene_path)] {
        let mut pictures = HashSet::new();
        for address in [current, path, &format!("{path}?v=0"), &format!("{path}?v="), &format!("{current}&x=1"), current] {
            let answer = nobody.http.get(format!("{}{address}", nobody.gateway)).send().await?;
            assert_eq!(answer.status(), StatusCode::OK, "{address}");
            let life = answer.headers()["cache-control"].to_str()?.to_owned();
            assert_eq!(life.contains("immutable"), address == current, "{address}: {life}");
            assert!(address == current || life == "public, max-age=300", "{address}: {life}");
            pictures.insert(answer.text().await?);
        }
        assert_eq!(pictures.len(), 1, "it is the current picture under every address");
    }
    Ok(())
}

#[tokio::test]
async fn a_basket_can_be_changed_and_emptied() -> Result<()> {
    let guest = Shopper::guest(&Stack::under_test()?.gateway).await?;
    let methods: ShippingMethods = get(&guest, "/shipping-methods?country=DE").await?;
    assert_eq!(methods.items.iter().map(|method| method.id.as_str()).collect::<Vec<_>>(), ["standard", "express"]);
    let product: Product = get(&guest, "/products/smoked-lapsang").await?;
    let sku = &product.variants[0].sku;
    guest.put_in_cart(sku, 3).await?;
    let cart = guest.put_in_cart(sku, 2).await?;
    assert_eq!((cart.lines[0].quantity, cart.version), (2, 2), "a quantity is set, not added");
    let cart: Cart = guest.send(Method::DELETE, &format!("/cart/items/{sku}"), None, &[]).await?;
    assert!(cart.lines.is_empty());
    guest.put_in_cart(sku, 1).await?;
    assert_eq!(guest.answer(Method::DELETE, "/cart", None, &[]).await?.status(), StatusCode::NO_CONTENT);
    let cart: Cart = get(&guest, "/cart").await?;
    assert!(cart.lines.is_empty());
    let (status, _) = guest.refused(Method::PUT, "/cart/items/NO-SUCH-SKU", Some(&serde_json::json!({"quantity": 1})), &[]).await?;
    assert_eq!(status, StatusCode::NOT_FOUND);
    Ok(())
}
