//! What a picture must be: the same for the same input, small, well formed, and safe.

#![expect(clippy::expect_used, reason = "a test says what it expected")]

use std::collections::{HashMap, HashSet};

use tradewind_pictures::{Family, LARGEST, Picture, SceneItem, View, from_handle, kinds, scene, svg};

/// Handles such as the shop has, of several lengths and letters.
fn handles() -> impl Iterator<Item = String> {
    const FIRST: [&str; 16] = [
        "darjeeling",
        "smoked",
        "celadon",
        "indigo",
        "old",
        "night",
        "harbour",
        "monsooned",
        "white",
        "tellicherry",
        "saffron",
        "antigua",
        "brass",
        "ikat",
        "volcán",
        "x",
    ];
    const SECOND: [&str; 8] =
        ["first-flush", "lapsang", "moon-jar", "throw", "longberry", "pepper", "of-the-far-west-winds", "7"];
    FIRST.iter().flat_map(|a| SECOND.iter().map(move |b| format!("{a}-{b}")))
}

/// Every kind of every family, in every view, for many handles.
fn everything() -> impl Iterator<Item = (String, String)> {
    let kinds =
        Family::ALL.into_iter().flat_map(|family| kinds(family).iter().map(move |kind| (family, *kind)));
    let of = |(family, kind): (Family, &'static str)| {
        handles().enumerate().map(move |(i, handle)| {
            let view = View::ALL[i % 4];
            let picture = Picture {
                kind: Some(kind),
                ..Picture::new(family, &handle, "Widest Lettering Wholesale", view)
            };
            (format!("{} {kind} {handle} {}", family.as_str(), view.as_str()), svg(&picture))
        })
    };
    kinds.flat_map(of)
}

/// Walks the markup: tags balance, attributes are quoted and unique in their tag, entities are known.
/// Gives back the ids that were defined and the ids that were referred to.
fn walk(svg: &str) -> (Vec<String>, Vec<String>) {
    let (mut open, mut ids, mut wanted) = (Vec::new(), Vec::new(), Vec::new());
    let mut rest = svg;
    while let Some(start) = rest.find('<') {
        text_is_clean(&rest[..start]);
        let end = start + rest[start..].find('>').expect("a tag ends");
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "closes what is open");
            continue;
        }
        let alone = tag.ends_with('/');
        let tag = tag.trim_end_matches('/');
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(!name.is_empty() && name.bytes().all(|b| b.is_ascii_alphabetic()), "a tag is named: {tag}");
        for (key, value) in read_attributes(attributes) {
            text_is_clean(&value);
            match key.as_str() {
                "id" => ids.push(value),
                "href" => wanted.push(value.strip_prefix('#').expect("refers within").to_owned()),
                _ => wanted
                    .extend(value.strip_prefix("url(#").and_then(|v| v.strip_suffix(')')).map(str::to_owned)),
            }
        }
        if !alone {
            open.push(name.to_owned());
        }
    }
    assert!(open.is_empty() && rest.is_empty(), "everything is closed");
    (ids, wanted)
}

fn read_attributes(mut text: &str) -> HashMap<String, String> {
    let mut found = HashMap::new();
    while !text.trim_start().is_empty() {
        let (key, after) = text.trim_start().split_once("=\"").expect("an attribute is quoted");
        let (value, after) = after.split_once('"').expect("a quote ends");
        assert!(
            key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b':'),
            "an attribute is named: {key}"
        );
        assert!(found.insert(key.to_owned(), value.to_owned()).is_none(), "{key} is there twice");
        text = after;
        assert!(text.is_empty() || text.starts_with(' '), "a space parts attributes");
    }
    found
}

fn text_is_clean(text: &str) {
    assert!(!text.contains('<') && !text.contains('"'));
    for entity in text.split('&').skip(1) {
        let name = entity.split(';').next().unwrap_or_default();
        assert!(["amp", "lt", "gt", "quot", "#39"].contains(&name), "unknown entity {name}");
    }
}

#[test]
fn every_picture_is_small_well_formed_and_made_of_numbers() {
    let mut largest = (0, String::new());
    let mut total = 0;
    let mut too_large: HashMap<String, usize> = HashMap::new();
    for (name, svg) in everything() {
        total += 1;
        if svg.len() > largest.0 {
            largest = (svg.len(), name.clone());
        }
        if svg.len() > LARGEST {
            let kind = name.split(' ').take(2).collect::<Vec<_>>().join(" ");
            let worst = too_large.entry(kind).or_insert(0);
            *worst = svg.len().max(*worst);
        }
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{name} holds what is no number");
        let (ids, wanted) = walk(&svg);
        let known: HashSet<&String> = ids.iter().collect();
        assert_eq!(known.len(), ids.len(), "{name} uses an id twice");
        for id in &wanted {
            assert!(known.contains(id), "{name} refers to {id}, which is not there");
        }
    }
    assert!(too_large.is_empty(), "larger than {LARGEST} bytes: {too_large:?}");
    assert_eq!(total, 50 * 128, "fifty kinds and 128 handles");
    assert!(largest.0 > 5000, "the measure measures: {largest:?}");
}

#[test]
fn pictures_of_handles_alone_are_small_in_every_view() {
    for family in Family::ALL {
        for handle in handles() {
            for view in View::ALL {
                let svg = from_handle(family, &handle, view);
                assert!(svg.len() <= LARGEST, "{handle} {} has {} bytes", family.as_str(), svg.len());
            }
        }
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for family in Family::ALL {
        for view in View::ALL {
            assert_eq!(
                from_handle(family, "smoked-lapsang", view),
                from_handle(family, "smoked-lapsang", view)
            );
        }
    }
}

#[test]
fn other_handles_families_and_views_give_other_bytes() {
    let mut seen = HashMap::new();
    for family in Family::ALL {
        for handle in handles() {
            for view in View::ALL {
                let name = format!("{} {handle} {}", family.as_str(), view.as_str());
                if let Some(other) = seen.insert(from_handle(family, &handle, view), name.clone()) {
                    panic!("{name} looks like {other}");
                }
            }
        }
    }
}

/// A picture without what always differs: its ids, its lettering, its lot.
fn bare(svg: &str) -> String {
    let body = svg.split("</defs><path").nth(1).unwrap_or(svg);
    let mut out = String::new();
    for part in body.split('#') {
        let skip = if part.starts_with('p') { part.find([')', '"']).unwrap_or(0) } else { 0 };
        out.push_str(&part[skip..]);
    }
    let mut kept = String::new();
    let mut rest = out.as_str();
    while let Some(at) = rest.find("<text") {
        kept.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = rest.find("</text>").map_or("", |end| &rest[end + 7..]);
    }
    kept + rest
}

/// The width of a word depends on the typeface, and a picture in an `<img>` cannot bring its own.
#[test]
fn no_word_is_left_to_the_typeface_of_the_system() {
    let seeded = include_str!("handles.txt");
    for (family, handle) in seeded.lines().filter_map(|line| line.split_once(' ')) {
        for view in [View::Front, View::Detail, View::Goods] {
            let svg = from_handle(Family::parse(family), handle, view);
            for text in svg.split("<text ").skip(1) {
                let (tag, rest) = text.split_once('>').expect("a tag ends");
                let word = rest.split('<').next().unwrap_or_default();
                // The soundings of a chart are digits, each put in its place.
                let is_word = word.chars().count() > 4 && !word.bytes().all(|b| b.is_ascii_digit());
                assert!(!is_word || tag.contains("textLength="), "{word} on {handle}");
            }
            assert!(svg.len() <= LARGEST, "{handle} has {} bytes", svg.len());
        }
    }
}

#[test]
fn a_list_of_forty_does_not_repeat_itself() {
    for family in Family::ALL {
        let drawn: HashSet<String> =
            handles().take(40).map(|h| bare(&from_handle(family, &h, View::Front))).collect();
        assert_eq!(drawn.len(), 40, "{}", family.as_str());
    }
}

#[test]
fn hostile_names_stay_text() {
    let hostile = r#"<script>alert("1")</script>'&]]>--"#;
    for family in Family::ALL {
        for kind in kinds(family) {
            for view in View::ALL {
                let wishes = Picture::new(family, hostile, hostile, view);
                let picture = Picture {
                    kind: Some(kind),
                    liquor: Some(hostile),
                    motif: Some(hostile),
                    glaze: Some(hostile),
                    weave: Some(hostile),
                    dye: Some(hostile),
                    tall: Some(hostile),
                    wide: Some(hostile),
                    label: Some(hostile),
                    tag: hostile,
                    ..wishes
                };
                let svg = svg(&picture);
                walk(&svg);
                assert!(!svg.contains("<script"));
            }
        }
        walk(&from_handle(family, hostile, View::Front));
        walk(&from_handle(family, "", View::Front));
    }
}

#[test]
fn a_title_of_any_length_is_cut_to_its_label() {
    let long = "Ω".repeat(10_000);
    for family in Family::ALL {
        let svg = svg(&Picture::new(family, "long", &long, View::Front));
        assert!(svg.len() <= LARGEST, "{}", family.as_str());
    }
}

#[test]
fn every_kind_looks_like_itself() {
    for family in Family::ALL {
        let drawn: HashSet<String> = kinds(family)
            .iter()
            .map(|kind| {
                bare(&svg(&Picture { kind: Some(kind), ..Picture::new(family, "one", "One", View::Front) }))
            })
            .collect();
        assert_eq!(drawn.len(), kinds(family).len(), "{}", family.as_str());
    }
}

#[test]
fn two_pictures_on_a_page_share_no_id() {
    let ids = |tag: &str, view| {
        let svg = svg(&Picture { tag, ..Picture::new(Family::Tea, "smoked-lapsang", "Smoked Lapsang", view) });
        walk(&svg).0.into_iter().collect::<HashSet<_>>()
    };
    assert!(ids("", View::Front).is_disjoint(&ids("", View::Detail)));
    assert!(ids("", View::Front).is_disjoint(&ids("2", View::Front)));
}

#[test]
fn the_dark_theme_travels_with_the_picture_but_not_into_a_page() {
    let svg = from_handle(Family::Tea, "smoked-lapsang", View::Front);
    assert!(svg.contains("@media(prefers-color-scheme:dark){svg:root{--stage-tea:#20352d;"));
    assert!(svg.contains("var(--stage-tea,#c3cfb9)"));
    assert!(from_handle(Family::Tea, "smoked-lapsang", View::Plan).contains("--paper-raised:#15222a"));
}

#[test]
fn a_scene_is_well_formed_and_holds_all_its_things() {
    let item = |family, handle, x| SceneItem {
        picture: Picture::new(family, handle, "", View::Front),
        x,
        y: 0.0,
        scale: 0.9,
    };
    let of =
        [item(Family::Ceramics, "jar", 0.0), item(Family::Tea, "jar", 200.0), item(Family::Tea, "jar", 300.0)];
    let svg = scene(&of, 620, Family::Ceramics);
    let (ids, wanted) = walk(&svg);
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len(), "ids are unique in a scene");
    assert!(wanted.iter().all(|id| ids.contains(id)));
    assert!(svg.contains(r#"viewBox="0 0 620 500""#) && svg.contains("xMidYMax"));
    assert_eq!(svg, scene(&of, 620, Family::Ceramics));
}

#[test]
fn names_are_read_back() {
    for family in Family::ALL {
        assert_eq!(Family::parse(family.as_str()), family);
    }
    assert_eq!(Family::parse("submarines"), Family::Parcel);
    for view in View::ALL {
        assert_eq!(View::parse(view.as_str()), Some(view));
    }
    assert_eq!(View::parse("back"), None);
}

#[test]
fn a_handle_that_names_its_kind_gets_it() {
    let same = |family, handle: &str, kind: &'static str, title: &str| {
        let asked = svg(&Picture { kind: Some(kind), ..Picture::new(family, handle, title, View::Plan) });
        assert_eq!(from_handle(family, handle, View::Plan), asked, "{handle} is a {kind}");
    };
    same(Family::Tea, "old-teapot", "teapot", "Old Teapot");
    same(Family::Instruments, "brass-sextant", "sextant", "Brass Sextant");
    same(Family::Coffee, "brass-mill", "mill", "Brass Mill");
}

/// FNV-1a over the bytes.
fn print_of(svg: &str) -> u32 {
    svg.bytes().fold(2_166_136_261, |h, byte| (h ^ u32::from(byte)).wrapping_mul(16_777_619))
}

/// A change of the drawing changes what every cache holds: it is meant, or it is a mistake.
#[test]
fn the_bytes_are_the_ones_we_know() {
    let golden = [
        (Family::Tea, "smoked-lapsang", View::Front, 2_358_670_852),
        (Family::Ceramics, "celadon-bottle-vase", View::Detail, 4_125_224_415),
        (Family::Instruments, "brass-sextant", View::Front, 3_560_088_596),
        (Family::Textiles, "indigo-ikat-scarf", View::Goods, 2_600_509_570),
        (Family::Parcel, "unknown", View::Plan, 1_167_013_139),
    ];
    let now: Vec<u32> =
        golden.iter().map(|(family, handle, view, _)| print_of(&from_handle(*family, handle, *view))).collect();
    let known: Vec<u32> = golden.iter().map(|row| row.3).collect();
    assert_eq!(now, known);
}
