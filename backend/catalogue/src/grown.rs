//! Generated products, for load tests: the same for the same place in the row, on every machine.
//!
//! A product's place in the row decides everything about it. Places go round the six families; in
//! a family a fixed permutation walks its names, and when all are used they come again with a
//! number ("No. 2"). So handles differ by construction, and SKUs carry the place itself.

use std::collections::BTreeMap;

use time::{Date, Duration, Month};

use crate::curated::{CatalogueError, curated};
use crate::product::{OptionAxis, Product, Variant, mix};
use crate::vocabulary::{FAMILIES, Family, Form, Place, School};

/// The most products [`grown`] gives, the curated ones included.
pub const MAX_PRODUCTS: usize = 1_000_000;

/// Names of one family: schools, makers, places, stuffs, ways, forms.
const NAMES: usize = 5 * 12 * 5 * 5 * 5 * 5;

/// Stride of the permutation: near the golden section of [`NAMES`], and coprime to it, since it is
/// divisible by none of 2, 3 and 5.
const STRIDE: usize = 23_179;

/// `n` products, at most [`MAX_PRODUCTS`]: the curated ones first, then generated ones. Streams in
/// constant memory, and a longer row begins with the shorter one.
///
/// Popularity is Pareto-distributed with exponent 1, which over ranks is Zipf's law; it does not
/// follow the order of the row.
///
/// # Errors
/// As [`curated`].
pub fn grown(n: usize) -> Result<impl Iterator<Item = Product> + Send, &'static CatalogueError> {
    let curated = curated()?;
    let generated = n.min(MAX_PRODUCTS).saturating_sub(curated.len());
    Ok(curated.iter().take(n).cloned().chain((0..generated).map(generate)))
}

/// The words of one name.
struct Name {
    maker: &'static str,
    place: &'static Place,
    stuff: &'static str,
    way: &'static str,
    form: &'static Form,
    /// From 1; larger when every name of the family has been used that often.
    number: usize,
}

impl Name {
    fn at(family: &'static Family, place_in_family: usize) -> Self {
        let mut rest = (place_in_family % NAMES) * STRIDE % NAMES;
        let mut take = |size: usize| {
            let digit = rest % size;
            rest /= size;
            digit
        };
        let school: &School = &family.schools[take(5)];
        Self {
            form: &school.forms[take(5)],
            maker: school.makers[take(12)],
            place: &school.places[take(5)],
            stuff: school.stuffs[take(5)],
            way: school.ways[take(5)],
            number: place_in_family / NAMES + 1,
        }
    }

    fn title(&self) -> String {
        let Self { maker, place, stuff, way, form, number } = self;
        let title = format!("{maker} {} {stuff} {way} {}", place.0, form.0);
        if *number == 1 { title } else { format!("{title} No. {number}") }
    }
}

/// A stream of numbers drawn from a place in the row.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// From 0 up to but not including 1.
    fn unit(&mut self) -> f64 {
        // 53 bits fill the mantissa exactly.
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// From `low` to `high`, both included.
    fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.next().is_multiple_of(n)
    }

    fn pick<T>(&mut self, from: &'static [T]) -> &'static T {
        &from[(self.next() % from.len() as u64) as usize]
    }
}

fn generate(row: usize) -> Product {
    let family = &FAMILIES[row % FAMILIES.len()];
    let name = Name::at(family, row / FAMILIES.len());
    let mut chance = Chance(mix(row as u64));
    let title = name.title();
    let arrived_days_ago = chance.between(0, 700);
    let (options, variants) = variants(family, &name, row, &mut chance);
    Product {
        handle: slug(&title),
        family: family.handle,
        category: name.form.1,
        description: description(family, &name, &mut chance),
        care: (*chance.pick(family.cares)).to_owned(),
        origin: format!("{}, {}", name.place.0, name.place.1),
        bearing: name.place.2.to_owned(),
        unit: unit(family),
        kind: name.form.2,
        tags: tags(family, &name, arrived_days_ago, &mut chance),
        popularity: popularity(&mut chance),
        rating_average: (35 + chance.between(0, 8) + chance.between(0, 7)) as f32 / 10.0,
        rating_count: (6.0 / (chance.unit() + 0.02)) as i32,
        arrived_on: newest() - Duration::days(arrived_days_ago as i64),
        options,
        variants,
        title,
    }
}

/// No generated product arrived after this day.
fn newest() -> Date {
    Date::from_calendar_date(2026, Month::November, 20).unwrap_or(Date::MIN)
}

fn unit(family: &Family) -> String {
    if family.axis == "weight" { family.sizes[0].0.to_owned() } else { String::new() }
}

/// Weight of a random rank: 4 over a uniform number, so that the k-th of n is near 4 n / k; capped
/// at about 66,000, below the best of the curated goods.
fn popularity(chance: &mut Chance) -> i64 {
    (4.0 / (chance.unit() + 6e-5)) as i64
}

fn description(family: &Family, name: &Name, chance: &mut Chance) -> String {
    let (middle, low, high) = chance.pick(family.middles);
    let number = chance.between(*low, *high).to_string();
    let opening = chance.pick(family.openings);
    let ending = chance.pick(family.endings);
    format!("{opening} {middle} {ending}").replace("{maker}", name.maker).replace("{place}", name.place.0).replace("{n}", &number)
}

fn tags(family: &Family, name: &Name, days_ago: u64, chance: &mut Chance) -> Vec<String> {
    let smoked = name.way == "Smoked" || name.way == "Charcoal-Dried";
    let mut tags = Vec::new();
    if days_ago < 30 {
        tags.push("new".to_owned());
    }
    for tag in family.tags {
        let holds = match *tag {
            "smoked" => smoked,
            "hand-thrown" => name.way == "Thrown" || chance.one_in(3),
            _ => chance.one_in(6),
        };
        if holds {
            tags.push((*tag).to_owned());
        }
    }
    tags
}

fn variants(family: &Family, name: &Name, row: usize, chance: &mut Chance) -> (Vec<OptionAxis>, Vec<Variant>) {
    let Form(_, _, _, low, high) = *name.form;
    // Squared, so that most are near the lower end.
    let share = chance.unit().powi(2);
    let base = round_price(low + ((high - low) as f64 * share) as i64);
    let reduced = chance.one_in(25);
    let count = chance.between(1, family.sizes.len() as u64) as usize;
    let mut chosen: Vec<(&str, Option<&str>, i64)> = Vec::new();
    for (position, (size, per_cent)) in family.sizes[..count].iter().enumerate() {
        let price = round_price(base * per_cent / 100);
        match family.second {
            // Large bags come whole only; ground, they would go stale.
            Some((_, values)) if position > 0 => chosen.push((size, Some(values[0]), price)),
            Some((_, values)) => chosen.extend(values.iter().map(|v| (*size, Some(*v), price))),
            None => chosen.push((size, None, price)),
        }
    }
    let mut options = vec![OptionAxis {
        name: family.axis.to_owned(),
        values: family.sizes[..count].iter().map(|(size, _)| (*size).to_owned()).collect(),
    }];
    if let Some((axis, values)) = family.second {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        options.push(OptionAxis { name: axis.to_owned(), values });
    }
    let variants = chosen
        .into_iter()
        .enumerate()
        .map(|(position, (size, second, price_minor))| {
            let mut options = BTreeMap::from([(family.axis.to_owned(), size.to_owned())]);
            if let (Some((axis, _)), Some(value)) = (family.second, second) {
                options.insert(axis.to_owned(), value.to_owned());
            }
            Variant {
                sku: format!("{}-{}-{}", family.code, letters(row), position + 1),
                options,
                price_minor,
                compare_at_minor: reduced.then(|| round_price(price_minor * 118 / 100 + 50)),
                stock: stock(chance),
            }
        })
        .collect();
    (options, variants)
}

/// To 10 minor units under 100.00, else to 500.
fn round_price(minor: i64) -> i64 {
    let step = if minor < 10_000 { 10 } else { 500 };
    (minor + step / 2) / step * step
}

/// 2 % sold out, 3 % down to a few, the others 6 to 400 pieces.
fn stock(chance: &mut Chance) -> i64 {
    (match chance.between(0, 99) {
        0..2 => 0,
        2..5 => chance.between(1, 5),
        _ => chance.between(6, 400),
    }) as i64
}

/// A place in the row as five digits of Crockford's base 32. Curated SKUs have three letters there.
fn letters(row: usize) -> String {
    const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    (0..5).rev().map(|digit| char::from(DIGITS[(row >> (5 * digit)) & 31])).collect()
}

/// Lower-case ASCII words joined by hyphens; letters outside ASCII become their nearest.
fn slug(title: &str) -> String {
    let mut slug = String::with_capacity(title.len());
    for letter in title.chars() {
        let plain = match letter {
            'á' | 'å' => 'a',
            'é' => 'e',
            'ı' | 'í' => 'i',
            'ö' | 'Ö' | 'ø' => 'o',
            'ü' => 'u',
            'Ú' => 'u',
            'ç' => 'c',
            'ğ' => 'g',
            'ş' | 'Ş' => 's',
            'æ' => {
                slug.push('a');
                'e'
            }
            ' ' | '-' | '.' => '-',
            other => other.to_ascii_lowercase(),
        };
        if plain != '-' || !(slug.is_empty() || slug.ends_with('-')) {
            slug.push(plain);
        }
    }
    slug
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

    use std::collections::HashSet;
    use std::hash::{BuildHasher, RandomState};

    use super::*;

    #[test]
    fn the_stride_visits_every_name_once() {
        let mut seen = vec![false; NAMES];
        for place in 0..NAMES {
            let name = place * STRIDE % NAMES;
            assert!(!seen[name], "{name} comes twice");
            seen[name] = true;
        }
    }

    #[test]
    fn a_million_handles_differ() {
        // 64-bit prints instead of a million strings; two of them agree by accident once in 10^7 runs.
        let hasher = RandomState::new();
        let mut seen: HashSet<u64> = curated().unwrap().iter().map(|product| hasher.hash_one(&product.handle)).collect();
        for row in 0..MAX_PRODUCTS {
            let handle = slug(&Name::at(&FAMILIES[row % FAMILIES.len()], row / FAMILIES.len()).title());
            assert!(seen.insert(hasher.hash_one(&handle)), "{handle} twice");
        }
    }

    #[test]
    fn slugs_are_plain_words() {
        assert_eq!(slug("Öztürk Şanlıurfa Wild Isot No. 2"), "ozturk-sanliurfa-wild-isot-no-2");
        assert_eq!(slug("Kjær Røros Wool Rose-Path Rug"), "kjaer-roros-wool-rose-path-rug");
    }
}
