//! What the shop may rely on, curated and grown.
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::collections::{HashMap, HashSet};

use tradewind_catalogue::{Product, categories, curated, grown, kinds, product_id};

/// Whether a variant chooses exactly one value of each axis, and each value is on it.
fn within_axes(product: &Product) -> bool {
    product.variants.iter().all(|variant| {
        variant.options.len() == product.options.len()
            && product.options.iter().all(|axis| variant.options.get(&axis.name).is_some_and(|value| axis.values.contains(value)))
    })
}

fn is_handle(text: &str) -> bool {
    text.len() <= 120 && text.split('-').all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
}

fn is_sku(text: &str) -> bool {
    text.len() <= 32 && text.split('-').all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()))
}

#[test]
fn there_are_forty_products_in_each_of_six_families() {
    let mut count = HashMap::new();
    for product in curated().unwrap() {
        *count.entry(product.family).or_insert(0) += 1;
    }
    assert_eq!(count.len(), 6);
    assert!(count.values().all(|n| *n == 40), "{count:?}");
}

#[test]
fn curated_handles_skus_titles_and_texts_are_unique() {
    let products = curated().unwrap();
    let skus: Vec<_> = products.iter().flat_map(|p| &p.variants).map(|v| &v.sku).collect();
    assert!((560..=680).contains(&skus.len()), "{} SKUs", skus.len());
    assert!(skus.iter().all(|sku| is_sku(sku)));
    assert_eq!(skus.iter().collect::<HashSet<_>>().len(), skus.len());
    for text in [|p: &Product| p.handle.clone(), |p: &Product| p.title.clone(), |p: &Product| p.description.clone()] {
        assert_eq!(products.iter().map(text).collect::<HashSet<_>>().len(), products.len());
    }
}

#[test]
fn every_variant_is_within_its_products_axes_and_every_value_can_be_bought() {
    for product in curated().unwrap() {
        assert!(within_axes(product), "{}", product.handle);
        for axis in &product.options {
            for value in &axis.values {
                let sold = product.variants.iter().any(|v| v.options.get(&axis.name) == Some(value));
                assert!(sold, "{}: nobody can buy {value}", product.handle);
            }
        }
    }
}

#[test]
fn a_kilo_of_coffee_comes_as_whole_bean_only() {
    let kilos: Vec<_> = curated()
        .unwrap()
        .iter()
        .filter(|product| product.family == "coffee")
        .flat_map(|product| &product.variants)
        .filter(|variant| variant.options.get("weight").is_some_and(|weight| weight == "1 kg"))
        .collect();
    assert!(kilos.len() > 20);
    assert!(kilos.iter().all(|variant| variant.options["grind"] == "whole bean"));
}

#[test]
fn stock_runs_from_none_to_plenty() {
    let stock: Vec<_> = curated().unwrap().iter().flat_map(|p| &p.variants).map(|v| v.stock).collect();
    assert!(stock.contains(&0) && stock.contains(&1) && stock.iter().any(|n| *n > 100));
    let sold_out = curated().unwrap().iter().find(|p| p.handle == "mocha-haraaz").unwrap();
    assert!(sold_out.variants.iter().all(|variant| variant.stock == 0));
}

#[test]
fn former_prices_are_above_prices() {
    let reduced: Vec<_> = curated()
        .unwrap()
        .iter()
        .flat_map(|p| &p.variants)
        .filter_map(|v| v.compare_at_minor.map(|former| (former, v.price_minor)))
        .collect();
    assert!(!reduced.is_empty());
    assert!(reduced.iter().all(|(former, price)| former > price));
}

#[test]
fn texts_are_long_enough_and_calm() {
    for product in curated().unwrap() {
        let Product { handle, title, description, care, .. } = product;
        assert!(description.chars().count() >= 80, "{handle}");
        assert!(!care.is_empty(), "{handle}");
        assert!(!format!("{title}{description}{care}").contains('!'), "{handle}");
    }
}

#[test]
fn every_child_category_has_goods_and_every_parent_exists() {
    let products = curated().unwrap();
    let families: HashSet<_> = categories().iter().filter(|c| c.parent.is_none()).map(|c| c.handle).collect();
    assert_eq!(families.len(), 6);
    for category in categories() {
        let Some(parent) = category.parent else { continue };
        assert!(families.contains(parent), "{}", category.handle);
        let filled = products.iter().any(|p| p.category == category.handle && p.family == parent);
        assert!(filled, "{} is empty", category.handle);
    }
}

#[test]
fn the_24_products_of_the_design_are_there() {
    for (handle, price_minor, unit) in [
        ("darjeeling-first-flush", 1850, "100 g"),
        ("smoked-lapsang", 1400, "100 g"),
        ("ceylon-highgrown", 1150, "125 g"),
        ("night-jasmine", 1600, "80 g"),
        ("monsooned-malabar", 1350, "250 g"),
        ("harrar-longberry", 1550, "250 g"),
        ("antigua-volcan", 1450, "250 g"),
        ("mocha-haraaz", 2400, "250 g"),
        ("tellicherry-pepper", 750, "90 g"),
        ("taliouine-saffron", 1290, "1 g"),
        ("zanzibar-cloves", 680, "60 g"),
        ("cinnamon-quills", 840, "8 quills"),
        ("celadon-bottle-vase", 8600, "28 cm"),
        ("ash-glaze-moon-jar", 24_000, "24 cm"),
        ("tide-serving-bowl", 5400, "26 cm"),
        ("indigo-tea-bowls", 5200, "pair"),
        ("herringbone-deck-blanket", 14_500, "140 × 190 cm"),
        ("ikat-table-runner", 6800, "45 × 180 cm"),
        ("harbour-stripe-towels", 3200, "set of 3"),
        ("kantha-quilt", 19_000, "180 × 220 cm"),
        ("brass-pocket-compass", 7800, "52 mm"),
        ("planispheric-astrolabe", 32_000, "140 mm"),
        ("chart-north-east-trades", 4800, "50 × 70 cm"),
        ("half-minute-sandglass", 6400, "17 cm"),
    ] {
        let product = curated().unwrap().iter().find(|p| p.handle == handle).unwrap();
        assert_eq!((product.variants[0].price_minor, product.unit.as_str()), (price_minor, unit));
    }
}

#[test]
fn grown_begins_with_the_curated_goods_and_is_the_same_twice() {
    assert!(grown(240).unwrap().eq(curated().unwrap().iter().cloned()));
    assert_eq!(grown(7).unwrap().count(), 7);
    assert!(grown(50_000).unwrap().eq(grown(50_000).unwrap()));
    assert!(grown(60_000).unwrap().take(50_000).eq(grown(50_000).unwrap()));
}

#[test]
fn fifty_thousand_products_can_be_sold() {
    let known: HashSet<_> = categories().iter().filter_map(|c| c.parent.map(|parent| (parent, c.handle))).collect();
    let mut handles = HashSet::new();
    let mut skus = HashSet::new();
    for product in grown(50_000).unwrap() {
        assert!(is_handle(&product.handle), "{}", product.handle);
        assert!(known.contains(&(product.family, product.category)), "{}", product.handle);
        assert!(product.kind.is_none_or(|kind| kinds(product.family).contains(&kind)));
        assert!(within_axes(&product), "{}", product.handle);
        assert!(product.description.chars().count() >= 80, "{}", product.description);
        assert!(!product.description.contains(['!', '{', '}']), "{}", product.description);
        assert!((0.0..=5.0).contains(&product.rating_average));
        let first = product.variants[0].price_minor;
        for variant in &product.variants {
            assert!(is_sku(&variant.sku), "{}", variant.sku);
            assert!(variant.price_minor >= first && first > 0, "{}", variant.sku);
            assert!(variant.compare_at_minor.is_none_or(|former| former > variant.price_minor));
            assert!(skus.insert(variant.sku.clone()), "{} twice", variant.sku);
        }
        assert!(handles.insert(product.handle.clone()), "{} twice", product.handle);
    }
    assert_eq!(handles.len(), 50_000);
}

#[test]
fn popularity_is_skewed() {
    let mut weights: Vec<_> = grown(50_000).unwrap().map(|product| product.popularity).collect();
    assert!(weights.iter().all(|weight| *weight > 0));
    weights.sort_unstable_by(|a, b| b.cmp(a));
    let (all, top): (i64, i64) = (weights.iter().sum(), weights[..500].iter().sum());
    assert!(top * 5 > all, "the top 1 % hold {top} of {all}");
    assert!(top * 20 < all * 19, "the rest hold next to nothing: {top} of {all}");
}

#[test]
fn ids_are_version_7_and_follow_the_handle() {
    let mut ids = HashSet::new();
    for product in grown(50_000).unwrap() {
        let id = product.id();
        assert_eq!(id, product_id(&product.handle));
        assert_eq!(id.get_version_num(), 7);
        assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
        assert!(ids.insert(id));
    }
}
