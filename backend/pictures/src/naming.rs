//! What a handle says about the thing it names.

use crate::Family;

/// "smoked-lapsang" is "Smoked Lapsang".
pub fn title(handle: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    words(handle).map(capital).collect::<Vec<_>>().join(" ")
}

/// The words of a handle, without the number that tells twins apart.
fn words(handle: &str) -> impl Iterator<Item = &str> {
    handle.split(['-', '_', ' ']).filter(|word| !word.is_empty() && !word.bytes().all(|b| b.is_ascii_digit()))
}

/// The one of several names that a handle holds; the last word counts most.
pub fn named(handle: &str, names: &[&'static str]) -> Option<&'static str> {
    words(handle).filter_map(|word| names.iter().find(|name| **name == word).copied()).last()
}

/// The kind that a word of the handle names; the last word that does counts, since a handle ends in what
/// the thing is: a "chart-compass" is a compass.
pub fn kind(family: Family, handle: &str) -> Option<&'static str> {
    let speaking = speaking(family);
    let of = |word: &str| {
        let single = word.strip_suffix('s').unwrap_or(word);
        let meant = |known: &&str| *known == word || *known == single;
        speaking.iter().find(|(names, _)| names.split(' ').any(|n| meant(&n))).map(|(_, kind)| *kind)
    };
    words(handle).filter_map(of).last()
}

/// What the words of each family mean.
fn speaking(family: Family) -> &'static [(&'static str, &'static str)] {
    match family {
        Family::Tea => &[
            ("teapot pot kyusu", "teapot"),
            ("pouch sachet refill", "pouch"),
            ("cake brick puer pressed tuocha beeng", "cake"),
            ("caddy canister", "caddy"),
            ("tin", "squat"),
            ("box chest", "square"),
        ],
        Family::Coffee => &[
            ("press plunger cafetiere", "press"),
            ("pourover dripper carafe chemex filter", "pourover"),
            ("mill grinder", "mill"),
            ("tin canister", "tin"),
            ("bag", "bag"),
        ],
        Family::Spices => &[
            ("mortar pestle", "mortar"),
            ("grinder mill", "grinder"),
            ("sack bag", "sack"),
            ("tin", "tin"),
            ("quill cinnamon cassia stick", "quills"),
        ],
        Family::Ceramics => &[
            ("teapot kyusu", "teapot"),
            ("bowl chawan", "bowl"),
            ("cup beaker tumbler mug yunomi", "cup"),
            ("plate dish platter saucer", "plate"),
            ("jug pitcher ewer creamer", "jug"),
            ("bottle flask decanter", "bottle"),
            ("vase", "vase"),
            ("jar pot crock", "jar"),
            ("moon", "moon"),
        ],
        Family::Textiles => &[
            ("scarf shawl stole wrap", "scarf"),
            ("rug kilim carpet", "rug"),
            ("runner roll mat bolt", "roll"),
            ("cushion pillow bolster", "cushion"),
            ("blanket plaid quilt towel napkin linen sheet", "stack"),
            ("throw cloth hanging tablecloth", "hang"),
            ("sarong wall", "bound"),
        ],
        Family::Instruments => &[
            ("compass", "compass"),
            ("astrolabe quadrant", "astrolabe"),
            ("chart map plan", "chart"),
            ("sandglass hourglass glass timer", "sandglass"),
            ("sextant octant", "sextant"),
            ("globe", "globe"),
            ("telescope spyglass", "telescope"),
            ("barometer thermometer hygrometer", "barometer"),
            ("chronometer watch clock", "chronometer"),
        ],
        Family::Parcel => &[("crate chest case", "crate"), ("parcel box", "parcel")],
    }
}

/// What is in a jar of that name.
pub fn spice(handle: &str) -> Option<&'static str> {
    const MEANINGS: &[(&str, &str)] = &[
        ("pepper peppercorn peppercorns allspice juniper mustard tellicherry sichuan", "corns"),
        ("saffron threads mace", "threads"),
        ("cinnamon cassia quill quills vanilla", "quills"),
        ("clove cloves", "cloves"),
        ("chilli chili flakes pul biber aleppo urfa sumac", "flakes"),
        ("turmeric paprika curry ginger powder masala hanout nutmeg", "powder"),
        ("cardamom cumin fennel caraway anise pods coriander", "pods"),
    ];
    let of = |word: &str| MEANINGS.iter().find(|(names, _)| names.split(' ').any(|n| n == word)).map(|m| m.1);
    words(handle).filter_map(of).last()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_becomes_a_title() {
        assert_eq!(title("smoked-lapsang"), "Smoked Lapsang");
        assert_eq!(title("celadon-bowl-0042"), "Celadon Bowl");
        assert_eq!(title("éclair"), "Éclair");
    }

    #[test]
    fn the_last_word_says_what_it_is() {
        assert_eq!(kind(Family::Instruments, "brass-chart-compass"), Some("compass"));
        assert_eq!(kind(Family::Ceramics, "ash-bowls-12"), Some("bowl"));
        assert_eq!(kind(Family::Tea, "smoked-lapsang"), None);
        assert_eq!(spice("long-pepper-7"), Some("corns"));
        assert_eq!(named("indigo-ikat-scarf", &["ikat", "check"]), Some("ikat"));
    }
}
