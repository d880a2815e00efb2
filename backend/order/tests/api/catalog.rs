use http::Method;
use serde_json::json;
use tradewind_contract::{
    Money,
    catalog::{Availability, CategoryTree, FacetValue, Product, ProductList, RelatedProducts, Suggestions},
    media,
};

use crate::harness::{App, nobody};

async fn list(app: &App, query: &str) -> ProductList {
    app.get(&format!("/products?{query}"), &nobody()).await.read(200)
}

fn handles(list: &ProductList) -> Vec<&str> {
    list.items.iter().map(|item| item.handle.as_str()).collect()
}

/// All pages of a list, one after the other.
async fn walk(app: &App, query: &str) -> Vec<String> {
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = list(app, &format!("{query}{cursor}")).await;
        seen.extend(page.items.into_iter().map(|item| item.handle));
        assert!(seen.len() < 100, "{query} has no end");
        let Some(next) = page.next_cursor else { return seen };
        cursor = format!("&cursor={next}");
    }
}

/// Each order with every product on sale in it; what ties is ordered by id.
const SORTED: [(&str, [&str; 8]); 6] = [
    (
        "popular",
        [
            "darjeeling-first-flush",
            "smoky-lapsang",
            "assam-gold",
            "genmaicha",
            "sencha-asamushi",
            "gyokuro",
            "pocket-compass",
            "ships-compass",
        ],
    ),
    (
        "newest",
        [
            "pocket-compass",
            "darjeeling-first-flush",
            "gyokuro",
            "assam-gold",
            "smoky-lapsang",
            "genmaicha",
            "sencha-asamushi",
            "ships-compass",
        ],
    ),
    (
        "price_asc",
        [
            "genmaicha",
            "assam-gold",
            "sencha-asamushi",
            "smoky-lapsang",
            "darjeeling-first-flush",
            "gyokuro",
            "pocket-compass",
            "ships-compass",
        ],
    ),
    (
        "price_desc",
        [
            "ships-compass",
            "pocket-compass",
            "gyokuro",
            "darjeeling-first-flush",
            "smoky-lapsang",
            "sencha-asamushi",
            "assam-gold",
            "genmaicha",
        ],
    ),
    (
        "rating",
        [
            "ships-compass",
            "darjeeling-first-flush",
            "gyokuro",
            "assam-gold",
            "pocket-compass",
            "smoky-lapsang",
            "genmaicha",
            "sencha-asamushi",
        ],
    ),
    (
        "title",
        [
            "assam-gold",
            "darjeeling-first-flush",
            "genmaicha",
            "gyokuro",
            "pocket-compass",
            "sencha-asamushi",
            "ships-compass",
            "smoky-lapsang",
        ],
    ),
];

#[tokio::test]
async fn categories_are_a_tree_that_counts_what_is_on_sale() {
    let Some(app) = App::start().await else { return };
    let tree: CategoryTree = app.get("/categories", &nobody()).await.read(200);
    let nodes = tree.items.iter().flat_map(|root| std::iter::once((0, root)).chain(root.children.iter().map(|child| (1, child))));
    let shown: Vec<_> = nodes.map(|(depth, node)| (depth, node.handle.as_str(), node.product_count)).collect();
    assert_eq!(
        shown,
        [(0, "tea", 6), (1, "black-tea", 3), (1, "green-tea", 3), (0, "instruments", 2), (1, "compasses", 2)],
        "in their order; the archived compass does not count"
    );
}

#[tokio::test]
async fn each_sort_is_its_own_order_with_ties_by_id() {
    let Some(app) = App::start().await else { return };
    for (sort, expected) in SORTED {
        let all = list(&app, &format!("sort={sort}")).await;
        assert_eq!(handles(&all), expected, "{sort}");
        assert_eq!((all.total, all.next_cursor), (8, None), "{sort}");
    }
    assert_eq!(handles(&list(&app, "").await), SORTED[0].1, "the most popular come first unless somebody says otherwise");
}

#[tokio::test]
async fn pages_lose_and_repeat_nothing_in_any_order() {
    let Some(app) = App::start().await else { return };
    for (sort, expected) in SORTED {
        for limit in [1, 3, 8] {
            assert_eq!(walk(&app, &format!("sort={sort}&limit={limit}")).await, expected, "{sort}, {limit} a page");
        }
        let tea = walk(&app, &format!("sort={sort}&category=tea&limit=2")).await;
        let expected: Vec<&str> = expected.into_iter().filter(|handle| !handle.ends_with("compass")).collect();
        assert_eq!(tea, expected, "{sort}, with a filter");
    }
}

#[tokio::test]
async fn what_goes_on_sale_between_two_pages_shifts_nothing() {
    let Some(app) = App::start().await else { return };
    let first = list(&app, "limit=3&sort=newest").await;
    app.execute("UPDATE products SET archived_at = NULL WHERE handle = 'retired-compass'").await;
    let second = list(&app, &format!("limit=5&sort=newest&cursor={}", first.next_cursor.unwrap())).await;
    assert_eq!(handles(&second), SORTED[1].1[3..], "an offset would repeat one");
}

#[tokio::test]
async fn filters_narrow_alone_and_together() {
    let Some(app) = App::start().await else { return };
    let (darjeeling, lapsang, assam, genmaicha, sencha, gyokuro, pocket, ships) = (
        "darjeeling-first-flush",
        "smoky-lapsang",
        "assam-gold",
        "genmaicha",
        "sencha-asamushi",
        "gyokuro",
        "pocket-compass",
        "ships-compass",
    );
    let cases: [(&str, &[&str]); 26] = [
        ("family=tea", &[darjeeling, lapsang, assam, genmaicha, sencha, gyokuro]),
        ("family=tea&category=compasses", &[]),
        ("family=black-tea", &[]),
        ("category=tea", &[darjeeling, lapsang, assam, genmaicha, sencha, gyokuro]),
        ("category=black-tea", &[darjeeling, lapsang, assam]),
        ("category=compasses", &[pocket, ships]),
        ("category=coffee", &[]),
        ("price_min=3000", &[darjeeling, pocket, ships]),
        ("price_max=1200", &[assam, genmaicha, sencha]),
        ("price_max=1199", &[genmaicha]),
        ("price_min=2490&price_max=2490", &[darjeeling, assam, gyokuro]),
        ("price_min=24901", &[]),
        ("option.weight=250%20g", &[darjeeling, assam]),
        ("option.weight=50%20g,250%20g", &[darjeeling, assam, gyokuro]),
        ("option.finish=brass", &[pocket]),
        ("option.weight=100%20g&option.finish=brass", &[]),
        ("in_stock=true", &[darjeeling, lapsang, assam, genmaicha, sencha, pocket, ships]),
        ("in_stock=false&category=green-tea", &[genmaicha, sencha, gyokuro]),
        ("in_stock=true&category=green-tea", &[genmaicha, sencha]),
        ("rating_min=4.5", &[darjeeling, assam, gyokuro, ships]),
        ("rating_min=4.9", &[darjeeling, ships]),
        ("q=lapsang", &[lapsang]),
        ("q=darjeling", &[darjeeling]),
        ("q=india", &[darjeeling, assam]),
        ("q=compass", &[pocket, ships]),
        ("q=%25", &[]),
    ];
    for (query, expected) in cases {
        let found = list(&app, query).await;
        assert_eq!(handles(&found), expected, "{query}");
        assert_eq!(found.total as usize, expected.len(), "{query}");
    }
}

#[tokio::test]
async fn facets_count_what_was_found() {
    let Some(app) = App::start().await else { return };
    let answer = app.get("/products?family=tea&limit=1", &nobody()).await;
    answer.read::<ProductList>(200);
    let value = |value: &str, title: &str, count: u32| json!({"value": value, "title": title, "count": count});
    assert_eq!(
        answer.body["facets"],
        json!([
            {"parameter": "category", "title": "Kind",
             "values": [value("black-tea", "Black tea", 3), value("green-tea", "Green tea", 3)]},
            {"parameter": "option.weight", "title": "Weight",
             "values": [value("100 g", "100 g", 5), value("250 g", "250 g", 2), value("50 g", "50 g", 1)]},
        ]),
        "over the whole list, not over the page"
    );

    let chosen = app.get("/products?family=tea&option.weight=50%20g", &nobody()).await;
    assert_eq!(handles(&chosen.read::<ProductList>(200)), ["gyokuro"]);
    assert_eq!(
        chosen.body["facets"],
        json!([
            {"parameter": "category", "title": "Kind", "values": [value("green-tea", "Green tea", 1)]},
            {"parameter": "option.weight", "title": "Weight",
             "values": [value("100 g", "100 g", 5), value("250 g", "250 g", 2), value("50 g", "50 g", 1)]},
        ]),
        "an option's values are alternatives, so choosing one hides no other"
    );
}

#[tokio::test]
async fn choosing_a_category_hides_no_other_and_narrows_all_other_facets() {
    let Some(app) = App::start().await else { return };
    let facets = async |query: &str| {
        let facets = list(&app, query).await.facets.into_iter();
        let counts = |values: Vec<FacetValue>| values.into_iter().map(|value| (value.value, value.count)).collect::<Vec<_>>();
        facets.map(|facet| (facet.parameter, counts(facet.values))).collect::<Vec<_>>()
    };
    let facet = |parameter: &str, values: &[(&str, u32)]| {
        (parameter.to_owned(), values.iter().map(|(value, count)| ((*value).to_owned(), *count)).collect::<Vec<_>>())
    };
    let kinds = facet("category", &[("black-tea", 3), ("green-tea", 3), ("compasses", 2)]);
    let black = facet("option.weight", &[("100 g", 3), ("250 g", 2)]);
    assert_eq!(facets("category=black-tea").await, [kinds.clone(), black.clone()]);
    let teas = facet("option.weight", &[("100 g", 5), ("250 g", 2), ("50 g", 1)]);
    assert_eq!(facets("category=tea").await, [kinds, teas], "a family is a choice like any other");
    let within = facet("category", &[("black-tea", 3), ("green-tea", 3)]);
    assert_eq!(facets("family=tea&category=black-tea").await, [within, black.clone()], "a page's own family is none");
    // Each facet respects the other's choice.
    let large = facet("category", &[("black-tea", 2)]);
    assert_eq!(facets("category=black-tea&option.weight=250%20g").await, [large.clone(), black]);
    let none = facet("option.weight", &[("100 g", 2), ("50 g", 1)]);
    assert_eq!(facets("category=green-tea&option.weight=250%20g").await, [large, none], "also when nothing fits both");
}

#[tokio::test]
async fn a_card_shows_its_best_stocked_variant_and_its_cheapest_price() {
    let Some(app) = App::start().await else { return };
    let all = list(&app, "sort=title").await;
    let shown: Vec<_> = all.items.iter().map(|card| (card.price_from.amount, card.price_varies, card.availability)).collect();
    let (plenty, low, out) = (Availability::InStock, Availability::Low, Availability::Out);
    assert_eq!(
        shown,
        [
            (1200, true, plenty),
            (2490, true, low),
            (990, false, plenty),
            (2490, false, out),
            (7900, true, plenty),
            (1200, false, plenty),
            (24900, false, low),
            (1490, false, low),
        ]
    );
    assert_eq!((all.items[0].rating.average, all.items[0].rating.count, all.items[0].origin.as_str()), (4.5, 20, "Assam, India"));
    assert_eq!(all.items[0].image.url, format!("/media/tea/assam-gold/front.svg?v={}", media::VERSION));
}

#[tokio::test]
async fn a_bad_query_is_422_and_names_the_parameter() {
    let Some(app) = App::start().await else { return };
    for limit in ["0", "101", "-1", "1.5", "x", ""] {
        app.get(&format!("/products?limit={limit}"), &nobody()).await.assert_names("limit");
    }
    list(&app, "limit=100").await;
    for (query, field) in [
        ("sort=cheapest", "sort"),
        ("price_min=-1", "price_min"),
        ("price_max=12.5", "price_max"),
        ("rating_min=5.5", "rating_min"),
        ("in_stock=1", "in_stock"),
        ("user_id=1", "user_id"),
        ("category=tea&category=tea", "category"),
        ("q=a%00b", "q"),
        ("q=%ff", "q"),
    ] {
        app.get(&format!("/products?{query}"), &nobody()).await.assert_names(field);
    }
    app.get(&format!("/products?q={}", "a".repeat(101)), &nobody()).await.assert_names("q");
    app.get("/categories?limit=3", &nobody()).await.assert_names("limit");
}

#[tokio::test]
async fn a_cursor_that_is_damaged_or_of_another_sort_is_422() {
    let Some(app) = App::start().await else { return };
    let cursor = list(&app, "sort=title&limit=2").await.next_cursor.unwrap();
    list(&app, &format!("sort=title&cursor={cursor}")).await;
    for query in [
        format!("sort=price_asc&cursor={cursor}"),
        format!("cursor={cursor}"),
        format!("sort=title&cursor={}", &cursor[1..]),
        "cursor=abc".to_owned(),
        "cursor=".to_owned(),
    ] {
        let answer = app.get(&format!("/products?{query}"), &nobody()).await;
        answer.assert_refused(422, "cursor_invalid");
        assert_eq!(answer.body["errors"][0]["field"], "cursor", "{query}");
    }
}

#[tokio::test]
async fn a_product_has_its_variants_prices_and_stock() {
    let Some(app) = App::start().await else { return };
    let assam: Product = app.get("/products/assam-gold", &nobody()).await.read(200);
    let variants: Vec<_> = assam.variants.iter().map(|v| (v.sku.as_str(), v.price, v.compare_at, v.availability, v.available)).collect();
    let plenty = Availability::InStock;
    assert_eq!(
        variants,
        [("ASSAM-100", Money::eur(1200), None, plenty, None), ("ASSAM-250", Money::eur(2890), Some(Money::eur(3290)), plenty, None),]
    );
    assert_eq!(assam.options[0].name, "weight");
    assert_eq!(assam.options[0].values, ["100 g", "250 g"]);
    assert_eq!(assam.variants[1].options["weight"], "250 g");
    assert_eq!((assam.category.as_str(), assam.version, assam.images.len()), ("black-tea", 1, 4));
    let darjeeling: Product = app.get("/products/darjeeling-first-flush", &nobody()).await.read(200);
    let stock: Vec<_> = darjeeling.variants.iter().map(|v| (v.availability, v.available)).collect();
    assert_eq!(stock, [(Availability::Low, Some(1)), (Availability::Out, None)]);
    let genmaicha: Product = app.get("/products/genmaicha", &nobody()).await.read(200);
    assert_eq!((genmaicha.variants[0].availability, genmaicha.variants[0].available), (plenty, None), "six are not few");
}

#[tokio::test]
async fn a_product_is_not_sent_again_to_who_has_it() {
    let Some(app) = App::start().await else { return };
    let path = "/products/assam-gold";
    let first = app.get(path, &nobody()).await;
    let tag = first.header("etag").unwrap().to_owned();
    assert_eq!(first.header("cache-control"), Some("no-cache"), "browsers ask each time");
    let ask = |seen: String| app.send(app.request(Method::GET, path, &nobody()).header("if-none-match", seen));
    // The gateway's compression makes a strong tag weak, and browsers send it back like that.
    for seen in [tag.clone(), format!("\"other\", {tag}"), format!("W/{tag}"), "*".to_owned()] {
        let again = ask(seen.clone()).await;
        assert_eq!((again.status.as_u16(), again.text.as_str()), (304, ""), "{seen}");
        assert_eq!(again.header("etag"), Some(tag.as_str()));
    }
    for seen in ["\"other\"".to_owned(), tag.replace('"', ""), "W/\"other\"".to_owned()] {
        assert_eq!(ask(seen.clone()).await.text, first.text, "{seen}");
    }
    let other = app.get("/products/gyokuro", &nobody()).await;
    assert_ne!(other.header("etag"), Some(tag.as_str()));
}

#[tokio::test]
async fn what_is_not_sold_is_404_everywhere() {
    let Some(app) = App::start().await else { return };
    for handle in ["no-such-tea", "retired-compass", "ASSAM-GOLD", "%00", "assam-gold%00", "%ff", "..%2Fcart"] {
        for path in [format!("/products/{handle}"), format!("/products/{handle}/related")] {
            // The second time from the cache, which knows what is not there.
            for _ in 0..2 {
                app.get(&path, &nobody()).await.assert_refused(404, "not_found");
            }
        }
    }
}

#[tokio::test]
async fn related_goods_are_of_the_same_category_and_then_of_the_same_family() {
    let Some(app) = App::start().await else { return };
    let related: RelatedProducts = app.get("/products/assam-gold/related", &nobody()).await.read(200);
    let related: Vec<&str> = related.items.iter().map(|item| item.handle.as_str()).collect();
    assert_eq!(related, ["darjeeling-first-flush", "smoky-lapsang", "genmaicha", "sencha-asamushi", "gyokuro"]);
    let related: RelatedProducts = app.get("/products/pocket-compass/related", &nobody()).await.read(200);
    assert_eq!(related.items.len(), 1, "neither itself nor the archived one");
}

#[tokio::test]
async fn suggestions_begin_like_what_was_typed_and_forgive_an_error() {
    let Some(app) = App::start().await else { return };
    for (typed, expected) in [
        ("gen", vec!["Genmaicha"]),
        ("GEN", vec!["Genmaicha"]),
        ("comp", vec!["Pocket Compass", "Ship's Compass"]),
        ("darjeling", vec!["Darjeeling First Flush"]),
        ("ship's%20c", vec!["Ship's Compass"]),
        ("zzzz", vec![]),
        ("%25", vec![]),
        ("_", vec![]),
    ] {
        let found: Suggestions = app.get(&format!("/search/suggestions?q={typed}"), &nobody()).await.read(200);
        let mut titles: Vec<_> = found.items.iter().map(|item| item.title.as_str()).collect();
        titles.sort_unstable();
        assert_eq!(titles, expected, "{typed}");
    }
    for query in ["", "q=", "q=%20", &format!("q={}", "a".repeat(61))] {
        app.get(&format!("/search/suggestions?{query}"), &nobody()).await.assert_names("q");
    }
}
