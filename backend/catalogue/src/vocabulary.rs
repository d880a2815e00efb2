//! The words that generated products are made of.
//!
//! A school is a set of words that belong together: makers of one country, places that do that
//! work, and the stuffs, ways and forms found there. Mixing only within a school keeps a Yabukita
//! out of Assam. A family has five schools of 12 makers, 5 places, 5 stuffs, 5 ways and 5 forms:
//! 37,500 names before a number is needed.

/// Where something comes from: name, country, bearing as printed on the product page.
pub(crate) struct Place(pub &'static str, pub &'static str, pub &'static str);

/// What it is: title, child category, picture kind, and the usual price span in minor units for
/// the first size of its family.
pub(crate) struct Form(pub &'static str, pub &'static str, pub Option<&'static str>, pub i64, pub i64);

pub(crate) struct School {
    pub makers: &'static [&'static str; 12],
    pub places: [Place; 5],
    pub stuffs: [&'static str; 5],
    pub ways: [&'static str; 5],
    pub forms: [Form; 5],
}

/// A family's schools, its options, and the clauses of its texts. In a clause `{maker}`, `{place}`
/// and `{n}` (a number of the given span) are replaced.
pub(crate) struct Family {
    pub handle: &'static str,
    /// The first part of its SKUs.
    pub code: &'static str,
    pub schools: [School; 5],
    pub axis: &'static str,
    /// Values of `axis` and their price in per cent of the first.
    pub sizes: &'static [(&'static str, i64)],
    /// A second axis that leaves the price alone.
    pub second: Option<(&'static str, &'static [&'static str])>,
    pub openings: &'static [&'static str],
    pub middles: &'static [(&'static str, u64, u64)],
    pub endings: &'static [&'static str],
    pub cares: &'static [&'static str],
    pub tags: &'static [&'static str],
}

const JAPAN: [&str; 12] =
    ["Morita", "Hayashi", "Okabe", "Tanabe", "Kuroda", "Shimizu", "Ueno", "Nakano", "Fujii", "Sakai", "Matsuo", "Hirano"];
const CHINA: [&str; 12] = ["Chen", "Lin", "Huang", "Wu", "Zheng", "Xie", "Luo", "Gao", "Ye", "Tang", "Jiang", "Fang"];
const INDIA: [&str; 12] = ["Nair", "Gurung", "Rao", "Mehta", "Thapa", "Pillai", "Baruah", "Sharma", "Kutty", "Das", "Menon", "Khatri"];
const EAST_AFRICA: [&str; 12] =
    ["Tesfaye", "Mwangi", "Bekele", "Wanjiru", "Alemu", "Kamau", "Habimana", "Njeri", "Abebe", "Otieno", "Uwase", "Kiprono"];
const ANDES: [&str; 12] =
    ["Herrera", "Quispe", "Morales", "Castillo", "Rojas", "Vargas", "Pineda", "Salazar", "Fuentes", "Cárdenas", "Ortega", "Mamani"];
const INDONESIA: [&str; 12] =
    ["Siregar", "Wijaya", "Hutabarat", "Lestari", "Sembiring", "Putra", "Nainggolan", "Wibowo", "Santoso", "Manurung", "Rante", "Ginting"];
const ANATOLIA: [&str; 12] = ["Yılmaz", "Demir", "Kaya", "Şahin", "Aydın", "Öztürk", "Arslan", "Doğan", "Koç", "Polat", "Aksoy", "Tekin"];
const MAGHREB: [&str; 12] =
    ["Bennani", "Alaoui", "Chraibi", "Mansouri", "Haddad", "Benali", "Tazi", "Idrissi", "Trabelsi", "Amrani", "Zeroual", "Berrada"];
const BRITAIN: [&str; 12] =
    ["Halloran", "Penrose", "Mackay", "Rees", "Cartwright", "Sinclair", "Tremayne", "Doyle", "Hargreaves", "Morgan", "Fraser", "Whitlock"];
const GERMANY: [&str; 12] =
    ["Weber", "Krüger", "Lindner", "Vogt", "Hartmann", "Seidel", "Brandt", "Kessler", "Ahrens", "Petersen", "Thoma", "Voss"];
const FRANCE: [&str; 12] =
    ["Lambert", "Moreau", "Fabre", "Chevalier", "Garnier", "Delmas", "Roussel", "Aubert", "Picard", "Maillard", "Besson", "Tanguy"];
const ITALY: [&str; 12] =
    ["Rossetti", "Bellini", "Conti", "Ferraro", "Galli", "Moretti", "Zanetti", "Marchesi", "Fontana", "Rizzo", "Barbieri", "Lombardi"];
const IBERIA: [&str; 12] =
    ["Ferreira", "Carvalho", "Navarro", "Pereira", "Molina", "Matos", "Iglesias", "Duarte", "Serrano", "Vidal", "Almeida", "Pons"];
const NORDIC: [&str; 12] =
    ["Lindqvist", "Halvorsen", "Nyström", "Bakken", "Dahl", "Ekman", "Sørensen", "Holm", "Virtanen", "Kjær", "Strand", "Berg"];

pub(crate) static FAMILIES: [Family; 6] = [
    Family {
        handle: "tea",
        code: "TEA",
        schools: [
            School {
                makers: &JAPAN,
                places: [
                    Place("Kawane", "Japan", "35.0° N 138.1° E"),
                    Place("Wazuka", "Japan", "34.8° N 135.9° E"),
                    Place("Yame", "Japan", "33.2° N 130.6° E"),
                    Place("Chiran", "Japan", "31.4° N 130.4° E"),
                    Place("Ureshino", "Japan", "33.1° N 130.0° E"),
                ],
                stuffs: ["Yabukita", "Saemidori", "Okumidori", "Asatsuyu", "Samidori"],
                ways: ["Spring", "Summer", "Autumn", "Shaded", "Mountain"],
                forms: [
                    Form("Sencha", "green-tea", Some("square"), 1100, 2400),
                    Form("Kabusecha", "green-tea", Some("caddy"), 1400, 2900),
                    Form("Hojicha", "green-tea", Some("pouch"), 700, 1400),
                    Form("Genmaicha", "green-tea", Some("pouch"), 700, 1300),
                    Form("Bancha", "green-tea", Some("pouch"), 600, 1100),
                ],
            },
            School {
                makers: &CHINA,
                places: [
                    Place("Fuding", "China", "27.3° N 120.2° E"),
                    Place("Wuyishan", "China", "27.7° N 118.0° E"),
                    Place("Anxi", "China", "25.1° N 118.2° E"),
                    Place("Fengqing", "China", "24.6° N 99.9° E"),
                    Place("Qimen", "China", "29.9° N 117.7° E"),
                ],
                stuffs: ["Old-Bush", "Wild", "Garden", "High-Grown", "Valley"],
                ways: ["Spring", "Qingming", "Autumn", "Charcoal-Dried", "Sun-Withered"],
                forms: [
                    Form("Black Tea", "black-tea", Some("caddy"), 1200, 2800),
                    Form("Oolong", "oolong-tea", Some("squat"), 1300, 3200),
                    Form("White Tea", "white-and-dark-tea", Some("caddy"), 1400, 3400),
                    Form("Green Tea", "green-tea", Some("square"), 1100, 3000),
                    Form("Dark Tea", "white-and-dark-tea", Some("pouch"), 1500, 4200),
                ],
            },
            School {
                makers: &INDIA,
                places: [
                    Place("Kurseong", "India", "26.9° N 88.3° E"),
                    Place("Mirik", "India", "26.9° N 88.2° E"),
                    Place("Jorhat", "India", "26.8° N 94.2° E"),
                    Place("Coonoor", "India", "11.4° N 76.8° E"),
                    Place("Munnar", "India", "10.1° N 77.1° E"),
                ],
                stuffs: ["Clonal", "China-Bush", "Assamica", "Hillside", "Smallholder"],
                ways: ["First-Flush", "Second-Flush", "Monsoon", "Autumnal", "Winter"],
                forms: [
                    Form("Black Tea", "black-tea", Some("caddy"), 900, 2200),
                    Form("Orange Pekoe", "black-tea", Some("squat"), 900, 1900),
                    Form("Green Tea", "green-tea", Some("square"), 900, 1900),
                    Form("White Tea", "white-and-dark-tea", Some("caddy"), 1500, 3000),
                    Form("Oolong", "oolong-tea", Some("squat"), 1300, 2600),
                ],
            },
            School {
                makers: &EAST_AFRICA,
                places: [
                    Place("Kericho", "Kenya", "0.4° S 35.3° E"),
                    Place("Nandi Hills", "Kenya", "0.1° N 35.2° E"),
                    Place("Gisovu", "Rwanda", "2.2° S 29.4° E"),
                    Place("Mufindi", "Tanzania", "8.6° S 35.3° E"),
                    Place("Wushwush", "Ethiopia", "7.3° N 36.1° E"),
                ],
                stuffs: ["Highland", "Forest-Edge", "Smallholder", "Equator", "Purple-Leaf"],
                ways: ["Bright", "Dry-Season", "Long-Rains", "Slow-Withered", "Orthodox"],
                forms: [
                    Form("Black Tea", "black-tea", Some("pouch"), 800, 1600),
                    Form("Golden Tips", "black-tea", Some("caddy"), 1400, 2600),
                    Form("Green Tea", "green-tea", Some("square"), 900, 1700),
                    Form("White Tea", "white-and-dark-tea", Some("caddy"), 1500, 2900),
                    Form("Oolong", "oolong-tea", Some("squat"), 1200, 2300),
                ],
            },
            School {
                makers: &MAGHREB,
                places: [
                    Place("Meknes", "Morocco", "33.9° N 5.6° W"),
                    Place("Tiznit", "Morocco", "29.7° N 9.7° W"),
                    Place("Zaghouan", "Tunisia", "36.4° N 10.1° E"),
                    Place("Blida", "Algeria", "36.5° N 2.8° E"),
                    Place("Ourika", "Morocco", "31.4° N 7.8° W"),
                ],
                stuffs: ["Nana-Mint", "Verbena", "Sage", "Chamomile", "Lemon-Thyme"],
                ways: ["Shade-Dried", "Sun-Dried", "Hand-Stripped", "Mountain", "Oasis"],
                forms: [
                    Form("Tisane", "herbal-tea", Some("pouch"), 600, 1300),
                    Form("Infusion", "herbal-tea", Some("caddy"), 600, 1300),
                    Form("Evening Blend", "herbal-tea", Some("squat"), 700, 1500),
                    Form("Whole Leaf", "herbal-tea", Some("pouch"), 700, 1500),
                    Form("Cut Leaf", "herbal-tea", Some("square"), 500, 1100),
                ],
            },
        ],
        axis: "weight",
        sizes: &[("100 g", 100), ("250 g", 228), ("500 g", 420)],
        second: None,
        openings: &[
            "From the {maker} garden above {place}, picked by hand and made the same day.",
            "The {maker} family keeps a few hectares near {place} and makes its own leaf.",
            "{maker} buys leaf from neighbours around {place} and finishes it in one shed.",
            "A small lot from {place}, made by {maker} and packed at origin.",
        ],
        middles: &[
            ("Grown at {n} metres, where the nights slow the leaf.", 300, 2100),
            ("The lot was {n} kilograms, and we took all of it.", 18, 460),
            ("The bushes were planted {n} years ago.", 12, 95),
            ("Withered for {n} hours before anything else is done to it.", 8, 22),
        ],
        endings: &[
            "Hay, apricot skin, a clean end.",
            "Toasted grain first, then something green.",
            "Malt and dried fig, and no need of milk.",
            "Light in the cup, longer than it looks.",
            "Honey, wet stone, a little resin.",
            "Straightforward, and better on the second infusion.",
        ],
        cares: &[
            "Brew 3 g in 250 ml at 85 °C for three minutes. Keep shut, dark and dry.",
            "Brew 4 g in 300 ml off the boil for four minutes. Keep away from spices.",
            "Brew 5 g in 250 ml at 75 °C for one minute, then again, hotter. Drink within a year.",
        ],
        tags: &["organic", "smoked"],
    },
    Family {
        handle: "coffee",
        code: "COF",
        schools: [
            School {
                makers: &EAST_AFRICA,
                places: [
                    Place("Yirgacheffe", "Ethiopia", "6.2° N 38.2° E"),
                    Place("Shakiso", "Ethiopia", "5.8° N 38.9° E"),
                    Place("Nyeri", "Kenya", "0.4° S 36.9° E"),
                    Place("Kayanza", "Burundi", "2.9° S 29.6° E"),
                    Place("Huye", "Rwanda", "2.6° S 29.7° E"),
                ],
                stuffs: ["Heirloom", "SL28", "Bourbon", "Garden", "Peaberry"],
                ways: ["Washed", "Natural", "Honey", "Double-Soaked", "Raised-Bed"],
                forms: [
                    Form("Light Roast", "african-coffee", Some("bag"), 1300, 2200),
                    Form("Medium Roast", "african-coffee", Some("bag"), 1250, 2000),
                    Form("Filter Roast", "african-coffee", Some("bag"), 1300, 2100),
                    Form("Espresso Roast", "african-coffee", Some("tin"), 1350, 2100),
                    Form("Dark Roast", "african-coffee", Some("bag"), 1150, 1800),
                ],
            },
            School {
                makers: &ANDES,
                places: [
                    Place("Pitalito", "Colombia", "1.9° N 76.0° W"),
                    Place("Jaén", "Peru", "5.7° S 78.8° W"),
                    Place("Huehuetenango", "Guatemala", "15.3° N 91.5° W"),
                    Place("Marcala", "Honduras", "14.2° N 88.0° W"),
                    Place("Caranavi", "Bolivia", "15.8° S 67.6° W"),
                ],
                stuffs: ["Caturra", "Typica", "Castillo", "Pacamara", "Catuai"],
                ways: ["Washed", "Natural", "Red-Honey", "Shade-Grown", "Slow-Dried"],
                forms: [
                    Form("Light Roast", "american-coffee", Some("bag"), 1200, 2000),
                    Form("Medium Roast", "american-coffee", Some("bag"), 1150, 1800),
                    Form("Filter Roast", "american-coffee", Some("bag"), 1200, 1900),
                    Form("Espresso Roast", "american-coffee", Some("tin"), 1200, 1900),
                    Form("Dark Roast", "american-coffee", Some("bag"), 1050, 1600),
                ],
            },
            School {
                makers: &INDONESIA,
                places: [
                    Place("Takengon", "Indonesia", "4.6° N 96.8° E"),
                    Place("Lintong", "Indonesia", "2.3° N 98.9° E"),
                    Place("Rantepao", "Indonesia", "3.0° S 119.9° E"),
                    Place("Kintamani", "Indonesia", "8.3° S 115.3° E"),
                    Place("Bajawa", "Indonesia", "8.8° S 121.0° E"),
                ],
                stuffs: ["Ateng", "Typica", "Lini-S", "Smallholder", "Peaberry"],
                ways: ["Wet-Hulled", "Washed", "Natural", "Honey", "Aged"],
                forms: [
                    Form("Medium Roast", "asian-coffee", Some("bag"), 1200, 1900),
                    Form("Dark Roast", "asian-coffee", Some("bag"), 1100, 1700),
                    Form("Espresso Roast", "asian-coffee", Some("tin"), 1200, 1900),
                    Form("Press Roast", "asian-coffee", Some("bag"), 1150, 1800),
                    Form("Filter Roast", "asian-coffee", Some("bag"), 1200, 1900),
                ],
            },
            School {
                makers: &INDIA,
                places: [
                    Place("Madikeri", "India", "12.4° N 75.7° E"),
                    Place("Chikmagalur", "India", "13.3° N 75.8° E"),
                    Place("Yercaud", "India", "11.8° N 78.2° E"),
                    Place("Araku", "India", "18.3° N 82.9° E"),
                    Place("Mangaluru", "India", "12.9° N 74.8° E"),
                ],
                stuffs: ["Kent", "Selection-9", "Cauvery", "Estate", "Peaberry"],
                ways: ["Monsooned", "Washed", "Natural", "Shade-Grown", "Pulp-Sun"],
                forms: [
                    Form("Medium Roast", "asian-coffee", Some("bag"), 1100, 1700),
                    Form("Dark Roast", "asian-coffee", Some("bag"), 1050, 1600),
                    Form("Espresso Roast", "asian-coffee", Some("tin"), 1150, 1700),
                    Form("Filter Roast", "asian-coffee", Some("bag"), 1150, 1700),
                    Form("Light Roast", "asian-coffee", Some("bag"), 1200, 1800),
                ],
            },
            School {
                makers: &ITALY,
                places: [
                    Place("Trieste", "Italy", "45.6° N 13.8° E"),
                    Place("Naples", "Italy", "40.9° N 14.3° E"),
                    Place("Genoa", "Italy", "44.4° N 8.9° E"),
                    Place("Livorno", "Italy", "43.6° N 10.3° E"),
                    Place("Catania", "Italy", "37.5° N 15.1° E"),
                ],
                stuffs: ["Harbour", "Morning", "House", "Quay", "Decaf"],
                ways: ["Slow-Roasted", "Wood-Roasted", "Drum-Roasted", "Rested", "Small-Batch"],
                forms: [
                    Form("Espresso Blend", "coffee-blends", Some("tin"), 950, 1500),
                    Form("Moka Blend", "coffee-blends", Some("tin"), 900, 1400),
                    Form("Filter Blend", "coffee-blends", Some("bag"), 950, 1400),
                    Form("Bar Blend", "coffee-blends", Some("tin"), 900, 1300),
                    Form("Breakfast Blend", "coffee-blends", Some("bag"), 900, 1350),
                ],
            },
        ],
        axis: "weight",
        sizes: &[("250 g", 100), ("1 kg", 365)],
        second: Some(("grind", &["whole bean", "filter", "espresso"])),
        openings: &[
            "From {maker} at {place}, one of the lots we taste blind each spring.",
            "{maker} sorts this by hand at {place}, twice, and sells the rest elsewhere.",
            "A lot from {place}, bought from {maker} at a price fixed before the harvest.",
            "{maker} has sent us coffee from {place} since the first boat.",
        ],
        middles: &[
            ("The lot was {n} sacks.", 6, 80),
            ("Rested for {n} days between drying and milling.", 20, 75),
            ("The price at the gate was {n} per cent over the market on the day.", 30, 140),
            ("Dried for {n} days and turned every hour of sun.", 9, 28),
        ],
        endings: &[
            "Cocoa, hazelnut, even to the last mouthful.",
            "Red apple and brown sugar, clean when cold.",
            "Dried cherry, a little pepper, heavy.",
            "Orange peel, milk chocolate, no drama.",
            "Blackcurrant and toffee, bright but not sharp.",
            "Cedar, dark bread, low acid.",
        ],
        cares: &[
            "Filter: 60 g a litre at 94 °C. Keep in the bag, folded, away from light.",
            "Espresso: 18 g in, 36 g out, 28 seconds. Best between day seven and day thirty.",
            "Press: 65 g a litre, four minutes. Whole bean keeps for ten weeks, ground for two.",
        ],
        tags: &["organic"],
    },
    Family {
        handle: "spices",
        code: "SPI",
        schools: [
            School {
                makers: &INDIA,
                places: [
                    Place("Kumily", "India", "9.6° N 77.2° E"),
                    Place("Thalassery", "India", "11.8° N 75.5° E"),
                    Place("Guntur", "India", "16.3° N 80.4° E"),
                    Place("Unjha", "India", "23.8° N 72.4° E"),
                    Place("Jowai", "India", "25.4° N 92.2° E"),
                ],
                stuffs: ["Garden", "Hill", "Heirloom", "Shade-Grown", "Smallholder"],
                ways: ["Sun-Dried", "Hand-Sorted", "Bold", "Late-Harvest", "Whole"],
                forms: [
                    Form("Pepper", "pepper-and-chilli", Some("jar"), 600, 1100),
                    Form("Cardamom", "seeds-and-bark", Some("jar"), 800, 1500),
                    Form("Turmeric", "seeds-and-bark", Some("jar"), 500, 900),
                    Form("Chilli", "pepper-and-chilli", Some("sack"), 500, 950),
                    Form("Garam Masala", "spice-blends", Some("tin"), 650, 1100),
                ],
            },
            School {
                makers: &MAGHREB,
                places: [
                    Place("Alnif", "Morocco", "31.1° N 5.2° W"),
                    Place("Taliouine", "Morocco", "30.5° N 7.9° W"),
                    Place("Nabeul", "Tunisia", "36.5° N 10.7° E"),
                    Place("Kairouan", "Tunisia", "35.7° N 10.1° E"),
                    Place("Beni Mellal", "Morocco", "32.3° N 6.4° W"),
                ],
                stuffs: ["Oasis", "Dry-Farmed", "Village", "Steppe", "Cooperative"],
                ways: ["Sun-Dried", "Stone-Ground", "Hand-Picked", "Smoked", "Whole"],
                forms: [
                    Form("Cumin", "seeds-and-bark", Some("jar"), 500, 900),
                    Form("Coriander Seed", "seeds-and-bark", Some("jar"), 450, 800),
                    Form("Harissa Spice", "spice-blends", Some("tin"), 600, 1000),
                    Form("Paprika", "pepper-and-chilli", Some("tin"), 500, 900),
                    Form("Thyme", "salt-and-herbs", Some("sack"), 450, 800),
                ],
            },
            School {
                makers: &INDONESIA,
                places: [
                    Place("Banda Neira", "Indonesia", "4.5° S 129.9° E"),
                    Place("Ternate", "Indonesia", "0.8° N 127.4° E"),
                    Place("Kerinci", "Indonesia", "1.7° S 101.3° E"),
                    Place("Muntok", "Indonesia", "2.1° S 105.2° E"),
                    Place("Manado", "Indonesia", "1.5° N 124.8° E"),
                ],
                stuffs: ["Island", "Volcano", "Forest", "Grove", "Shore"],
                ways: ["Sun-Dried", "Mat-Dried", "Hand-Peeled", "Whole", "First-Grade"],
                forms: [
                    Form("Nutmeg", "seeds-and-bark", Some("jar"), 650, 1100),
                    Form("Cloves", "seeds-and-bark", Some("jar"), 550, 950),
                    Form("Cassia", "seeds-and-bark", Some("jar"), 550, 900),
                    Form("White Pepper", "pepper-and-chilli", Some("jar"), 650, 1100),
                    Form("Mace", "seeds-and-bark", Some("jar"), 800, 1300),
                ],
            },
            School {
                makers: &ANATOLIA,
                places: [
                    Place("Gaziantep", "Turkey", "37.1° N 37.4° E"),
                    Place("Kahramanmaraş", "Turkey", "37.6° N 36.9° E"),
                    Place("Şanlıurfa", "Turkey", "37.2° N 38.8° E"),
                    Place("Denizli", "Turkey", "37.8° N 29.1° E"),
                    Place("Mardin", "Turkey", "37.3° N 40.7° E"),
                ],
                stuffs: ["Plain", "Terrace", "Wild", "Village", "Rooftop"],
                ways: ["Sun-Dried", "Oil-Cured", "Flaked", "Sweated", "Stone-Ground"],
                forms: [
                    Form("Pul Biber", "pepper-and-chilli", Some("jar"), 550, 900),
                    Form("Isot", "pepper-and-chilli", Some("jar"), 600, 950),
                    Form("Sumac", "salt-and-herbs", Some("jar"), 500, 850),
                    Form("Oregano", "salt-and-herbs", Some("sack"), 450, 750),
                    Form("Kebab Spice", "spice-blends", Some("tin"), 600, 950),
                ],
            },
            School {
                makers: &FRANCE,
                places: [
                    Place("Guérande", "France", "47.3° N 2.4° W"),
                    Place("Espelette", "France", "43.3° N 1.4° W"),
                    Place("Nyons", "France", "44.4° N 5.1° E"),
                    Place("Noirmoutier", "France", "47.0° N 2.2° W"),
                    Place("Forcalquier", "France", "44.0° N 5.8° E"),
                ],
                stuffs: ["Marsh", "Hillside", "Garrigue", "Coast", "Abbey"],
                ways: ["Hand-Raked", "Sun-Dried", "Smoked", "Coarse", "Fine"],
                forms: [
                    Form("Sea Salt", "salt-and-herbs", Some("sack"), 500, 1000),
                    Form("Herb Salt", "salt-and-herbs", Some("jar"), 600, 1050),
                    Form("Chilli Salt", "salt-and-herbs", Some("jar"), 650, 1100),
                    Form("Savory", "salt-and-herbs", Some("sack"), 450, 800),
                    Form("Kitchen Herbs", "spice-blends", Some("tin"), 550, 950),
                ],
            },
        ],
        axis: "weight",
        sizes: &[("80 g", 100), ("250 g", 260), ("1 kg", 860)],
        second: None,
        openings: &[
            "From the {maker} family near {place}, who dry it on their own roof.",
            "{maker} grows this outside {place} and cleans it by hand, three times.",
            "Bought from {maker} at {place} in the week it was dry enough to sell.",
            "A lot from {place}, kept whole by {maker} until we asked for it.",
        ],
        middles: &[
            ("The lot was {n} kilograms.", 40, 900),
            ("It lay in the sun for {n} days.", 4, 16),
            ("About {n} per cent is sorted out by hand and sold for less.", 4, 30),
            ("Picked by {n} people over two weeks.", 5, 60),
        ],
        endings: &[
            "Warm and resinous, slow to fade.",
            "Sharper in the nose than on the tongue.",
            "Use half of what the recipe says, then taste.",
            "It smells of the place, which is the idea.",
            "Sweet first, then a mild heat.",
            "Clean, with nothing added to it.",
        ],
        cares: &[
            "Keep whole, in glass, away from the stove. Good for three years.",
            "Shut the jar at once. Best within eighteen months of the date on the label.",
            "Toast dry for thirty seconds before grinding. Keep dark and dry.",
        ],
        tags: &["organic", "smoked"],
    },
    Family {
        handle: "ceramics",
        code: "CER",
        schools: [
            School {
                makers: &JAPAN,
                places: [
                    Place("Mashiko", "Japan", "36.5° N 140.1° E"),
                    Place("Bizen", "Japan", "34.7° N 134.2° E"),
                    Place("Hagi", "Japan", "34.4° N 131.4° E"),
                    Place("Tokoname", "Japan", "34.9° N 136.8° E"),
                    Place("Shigaraki", "Japan", "34.9° N 136.1° E"),
                ],
                stuffs: ["Ash-Glaze", "Tenmoku", "Shino", "Oribe", "Straw-Ash"],
                ways: ["Facetted", "Brushed", "Dipped", "Combed", "Plain"],
                forms: [
                    Form("Tea Bowl", "cups", Some("cup"), 2400, 7800),
                    Form("Teapot", "teapots-and-jugs", Some("teapot"), 6200, 14000),
                    Form("Vase", "vases-and-jars", Some("vase"), 4800, 16000),
                    Form("Plate", "plates", Some("plate"), 2400, 6800),
                    Form("Noodle Bowl", "bowls", Some("bowl"), 2600, 6200),
                ],
            },
            School {
                makers: &CHINA,
                places: [
                    Place("Longquan", "China", "28.1° N 119.1° E"),
                    Place("Jingdezhen", "China", "29.3° N 117.2° E"),
                    Place("Yixing", "China", "31.3° N 119.8° E"),
                    Place("Jianyang", "China", "27.3° N 118.1° E"),
                    Place("Dehua", "China", "25.5° N 118.2° E"),
                ],
                stuffs: ["Celadon", "White", "Oil-Spot", "Copper-Red", "Blue-Wash"],
                ways: ["Carved", "Ribbed", "Plain", "Fluted", "Crackled"],
                forms: [
                    Form("Cup", "cups", Some("cup"), 1600, 5600),
                    Form("Teapot", "teapots-and-jugs", Some("teapot"), 7800, 18000),
                    Form("Bottle Vase", "vases-and-jars", Some("vase"), 5600, 19000),
                    Form("Dish", "plates", Some("plate"), 2600, 7200),
                    Form("Bowl", "bowls", Some("bowl"), 2200, 7800),
                ],
            },
            School {
                makers: &BRITAIN,
                places: [
                    Place("St Ives", "United Kingdom", "50.2° N 5.5° W"),
                    Place("Barnstaple", "United Kingdom", "51.1° N 4.1° W"),
                    Place("Stoke-on-Trent", "United Kingdom", "53.0° N 2.2° W"),
                    Place("Kilkenny", "Ireland", "52.7° N 7.3° W"),
                    Place("Aylesford", "United Kingdom", "51.3° N 0.5° E"),
                ],
                stuffs: ["Slipware", "Salt-Glaze", "Stoneware", "Ironstone", "Oatmeal"],
                ways: ["Banded", "Trailed", "Plain", "Combed", "Speckled"],
                forms: [
                    Form("Mug", "cups", Some("cup"), 1600, 3800),
                    Form("Jug", "teapots-and-jugs", Some("jug"), 3200, 9200),
                    Form("Teapot", "teapots-and-jugs", Some("teapot"), 4200, 11000),
                    Form("Dinner Plate", "plates", Some("plate"), 2200, 4800),
                    Form("Mixing Bowl", "bowls", Some("bowl"), 2800, 6800),
                ],
            },
            School {
                makers: &FRANCE,
                places: [
                    Place("La Borne", "France", "47.1° N 2.6° E"),
                    Place("Vallauris", "France", "43.6° N 7.1° E"),
                    Place("Quimper", "France", "48.0° N 4.1° W"),
                    Place("Anduze", "France", "44.1° N 4.0° E"),
                    Place("Betschdorf", "France", "48.9° N 7.9° E"),
                ],
                stuffs: ["Wood-Ash", "Honey-Glaze", "Tin-Glaze", "Grey-Salt", "Tide-Glaze"],
                ways: ["Dipped", "Thrown", "Painted", "Plain", "Ribbed"],
                forms: [
                    Form("Serving Bowl", "bowls", Some("bowl"), 3600, 8800),
                    Form("Water Jug", "teapots-and-jugs", Some("jug"), 3400, 8600),
                    Form("Garden Vase", "vases-and-jars", Some("vase"), 6800, 22000),
                    Form("Soup Plate", "plates", Some("plate"), 2200, 5200),
                    Form("Beaker", "cups", Some("cup"), 1600, 3600),
                ],
            },
            School {
                makers: &IBERIA,
                places: [
                    Place("Caldas da Rainha", "Portugal", "39.4° N 9.1° W"),
                    Place("Manises", "Spain", "39.5° N 0.5° W"),
                    Place("Talavera", "Spain", "40.0° N 4.8° W"),
                    Place("Barcelos", "Portugal", "41.5° N 8.6° W"),
                    Place("Úbeda", "Spain", "38.0° N 3.4° W"),
                ],
                stuffs: ["Terracotta", "Lustre", "Reactive-Glaze", "Sea-Glaze", "White-Slip"],
                ways: ["Painted", "Pressed", "Plain", "Sgraffito", "Dipped"],
                forms: [
                    Form("Tapas Dish", "plates", Some("plate"), 1200, 3400),
                    Form("Wine Jug", "teapots-and-jugs", Some("jug"), 2800, 6800),
                    Form("Fruit Bowl", "bowls", Some("bowl"), 3200, 9200),
                    Form("Storage Jar", "vases-and-jars", Some("vase"), 3800, 11000),
                    Form("Cup", "cups", Some("cup"), 1200, 2800),
                ],
            },
        ],
        axis: "size",
        sizes: &[("small", 100), ("large", 155)],
        second: None,
        openings: &[
            "Made by {maker} at {place}, in a workshop with one wheel and a view of the kiln.",
            "{maker} works at {place} and fires four times a year; this is from the last kiln.",
            "From the {maker} pottery at {place}, where the clay is dug within walking distance.",
            "{maker} of {place} makes this in batches and keeps back what warps.",
        ],
        middles: &[
            ("Fired at {n} °C.", 1020, 1310),
            ("A batch is {n} pieces, and no two agree entirely.", 12, 90),
            ("The clay dries for {n} days before the first firing.", 7, 30),
            ("Thrown from {n} grams of clay, wet.", 320, 3400),
        ],
        endings: &[
            "The glaze breaks to brown where it runs thin.",
            "The foot is ground smooth and will not scratch a table.",
            "It is heavier than it looks, and meant to be.",
            "The maker's mark is under the foot.",
            "Good with food on it, which is the test.",
            "A small unevenness at the rim is the maker's finger.",
        ],
        cares: &[
            "Dishwasher safe. Warm it slowly if it was cold.",
            "Hand wash and dry before stacking. No microwave.",
            "Soak in water for ten minutes before first use; the clay drinks.",
        ],
        tags: &["hand-thrown"],
    },
    Family {
        handle: "textiles",
        code: "TEX",
        schools: [
            School {
                makers: &INDIA,
                places: [
                    Place("Bhuj", "India", "23.2° N 69.7° E"),
                    Place("Bolpur", "India", "23.7° N 87.7° E"),
                    Place("Bagru", "India", "26.8° N 75.5° E"),
                    Place("Pochampally", "India", "17.3° N 78.8° E"),
                    Place("Kannur", "India", "11.9° N 75.4° E"),
                ],
                stuffs: ["Cotton", "Khadi", "Tussar-Silk", "Linen", "Desi-Wool"],
                ways: ["Block-Print", "Ikat", "Kantha-Stitch", "Stripe", "Check"],
                forms: [
                    Form("Quilt", "blankets", Some("blanket"), 8800, 21000),
                    Form("Scarf", "scarves", Some("scarf"), 2800, 7800),
                    Form("Tablecloth", "cloths", Some("cloth"), 4200, 9800),
                    Form("Cushion", "cushions", Some("cushion"), 2800, 6800),
                    Form("Durrie Rug", "rugs", Some("rug"), 6800, 24000),
                ],
            },
            School {
                makers: &BRITAIN,
                places: [
                    Place("Donegal", "Ireland", "54.7° N 8.7° W"),
                    Place("Lerwick", "United Kingdom", "60.2° N 1.1° W"),
                    Place("Tarbert", "United Kingdom", "57.9° N 6.8° W"),
                    Place("Llandysul", "United Kingdom", "52.0° N 4.3° W"),
                    Place("Hawick", "United Kingdom", "55.4° N 2.8° W"),
                ],
                stuffs: ["Wool", "Lambswool", "Tweed", "Cheviot", "Merino"],
                ways: ["Herringbone", "Twill", "Plaid", "Rib", "Houndstooth"],
                forms: [
                    Form("Blanket", "blankets", Some("blanket"), 9800, 24000),
                    Form("Throw", "blankets", Some("blanket"), 6800, 15000),
                    Form("Scarf", "scarves", Some("scarf"), 3800, 8800),
                    Form("Cushion", "cushions", Some("cushion"), 3800, 7800),
                    Form("Hearth Rug", "rugs", Some("rug"), 8800, 22000),
                ],
            },
            School {
                makers: &ANDES,
                places: [
                    Place("Arequipa", "Peru", "16.4° S 71.5° W"),
                    Place("Chinchero", "Peru", "13.4° S 72.0° W"),
                    Place("Otavalo", "Ecuador", "0.2° N 78.3° W"),
                    Place("Tarabuco", "Bolivia", "19.2° S 64.9° W"),
                    Place("Boyacá", "Colombia", "5.5° N 73.4° W"),
                ],
                stuffs: ["Alpaca", "Baby-Alpaca", "Llama", "Highland-Wool", "Pima-Cotton"],
                ways: ["Brushed", "Backstrap", "Stripe", "Twill", "Diamond"],
                forms: [
                    Form("Throw", "blankets", Some("blanket"), 8800, 19000),
                    Form("Shawl", "scarves", Some("scarf"), 5800, 14000),
                    Form("Table Runner", "cloths", Some("cloth"), 3200, 7800),
                    Form("Cushion", "cushions", Some("cushion"), 3800, 8200),
                    Form("Rug", "rugs", Some("rug"), 11000, 38000),
                ],
            },
            School {
                makers: &ANATOLIA,
                places: [
                    Place("Konya", "Turkey", "37.9° N 32.5° E"),
                    Place("Buldan", "Turkey", "38.0° N 28.8° E"),
                    Place("Uşak", "Turkey", "38.7° N 29.4° E"),
                    Place("Bergama", "Turkey", "39.1° N 27.2° E"),
                    Place("Bursa", "Turkey", "40.2° N 29.1° E"),
                ],
                stuffs: ["Wool", "Cotton", "Linen", "Mohair", "Hemp"],
                ways: ["Slit-Weave", "Peshtemal", "Stripe", "Waffle", "Knotted"],
                forms: [
                    Form("Kilim Rug", "rugs", Some("rug"), 14000, 58000),
                    Form("Hammam Towel", "cloths", Some("cloth"), 2400, 5200),
                    Form("Cushion", "cushions", Some("cushion"), 3200, 7200),
                    Form("Bedspread", "blankets", Some("blanket"), 7800, 16000),
                    Form("Scarf", "scarves", Some("scarf"), 2600, 5800),
                ],
            },
            School {
                makers: &NORDIC,
                places: [
                    Place("Leksand", "Sweden", "60.7° N 15.0° E"),
                    Place("Visby", "Sweden", "57.6° N 18.3° E"),
                    Place("Røros", "Norway", "62.6° N 11.4° E"),
                    Place("Tampere", "Finland", "61.5° N 23.8° E"),
                    Place("Skagen", "Denmark", "57.7° N 10.6° E"),
                ],
                stuffs: ["Wool", "Linen", "Cotton", "Gotland-Wool", "Felt"],
                ways: ["Rya", "Rose-Path", "Rag-Weave", "Twill", "Plain"],
                forms: [
                    Form("Blanket", "blankets", Some("blanket"), 9800, 22000),
                    Form("Rug", "rugs", Some("rug"), 9800, 42000),
                    Form("Seat Cushion", "cushions", Some("cushion"), 2800, 5800),
                    Form("Tea Towel", "cloths", Some("cloth"), 1400, 3200),
                    Form("Shawl", "scarves", Some("scarf"), 4800, 9800),
                ],
            },
        ],
        axis: "colour",
        sizes: &[("undyed", 100), ("indigo", 100), ("madder", 108)],
        second: None,
        openings: &[
            "Woven by {maker} at {place}, on a loom older than the weaver.",
            "{maker} of {place} buys yarn by the fleece and not by the number.",
            "From the {maker} workshop at {place}: four looms, one dye vat, no clock.",
            "{maker} makes this at {place} in winter, when the fields need nobody.",
        ],
        middles: &[
            ("It weighs {n} grams to the square metre.", 160, 780),
            ("One piece takes {n} hours at the loom.", 6, 140),
            ("The warp is set at {n} threads to ten centimetres.", 40, 210),
            ("The yarn is washed {n} times before it is dyed.", 2, 5),
        ],
        endings: &[
            "It softens for the first ten washes and then stays.",
            "Both sides are the right one.",
            "The edge is a true selvedge, not a hem.",
            "Small slubs are the yarn's, not a fault.",
            "Warm when damp, dry by morning.",
            "The pattern reads from either end.",
        ],
        cares: &[
            "Wash cold by hand, roll in a towel, dry flat.",
            "Machine wash at 30 °C, gentle, no softener. Dry in shade.",
            "Air it on a damp day. Dry clean when that no longer helps.",
        ],
        tags: &["organic"],
    },
    Family {
        handle: "instruments",
        code: "INS",
        schools: [
            School {
                makers: &GERMANY,
                places: [
                    Place("Hamburg", "Germany", "53.5° N 10.0° E"),
                    Place("Dresden", "Germany", "51.1° N 13.7° E"),
                    Place("Glashütte", "Germany", "50.9° N 13.8° E"),
                    Place("Görlitz", "Germany", "51.2° N 15.0° E"),
                    Place("Wetzlar", "Germany", "50.6° N 8.5° E"),
                ],
                stuffs: ["Brass", "Nickel", "Walnut", "Bronze", "Steel"],
                ways: ["Engraved", "Boxed", "Pocket", "Gimballed", "Surveyor"],
                forms: [
                    Form("Compass", "navigation", Some("compass"), 5800, 24000),
                    Form("Sextant", "navigation", Some("sextant"), 14000, 96000),
                    Form("Telescope", "optics", Some("telescope"), 9800, 58000),
                    Form("Barometer", "weather", Some("barometer"), 7800, 39000),
                    Form("Chronometer", "timekeeping", Some("chronometer"), 28000, 260000),
                ],
            },
            School {
                makers: &BRITAIN,
                places: [
                    Place("Portsmouth", "United Kingdom", "50.8° N 1.1° W"),
                    Place("Greenwich", "United Kingdom", "51.5° N 0.0° E"),
                    Place("Liverpool", "United Kingdom", "53.4° N 3.0° W"),
                    Place("Leith", "United Kingdom", "56.0° N 3.2° W"),
                    Place("Cork", "Ireland", "51.9° N 8.5° W"),
                ],
                stuffs: ["Brass", "Mahogany", "Gunmetal", "Silvered", "Oak"],
                ways: ["Boxed", "Pocket", "Deck", "Bulkhead", "Chartroom"],
                forms: [
                    Form("Sextant", "navigation", Some("sextant"), 16000, 98000),
                    Form("Chronometer", "timekeeping", Some("chronometer"), 32000, 280000),
                    Form("Telescope", "optics", Some("telescope"), 8800, 52000),
                    Form("Barometer", "weather", Some("barometer"), 8800, 42000),
                    Form("Globe", "charts-and-globes", Some("globe"), 12000, 68000),
                ],
            },
            School {
                makers: &ITALY,
                places: [
                    Place("Genoa", "Italy", "44.4° N 8.9° E"),
                    Place("Murano", "Italy", "45.5° N 12.4° E"),
                    Place("Florence", "Italy", "43.8° N 11.3° E"),
                    Place("Amalfi", "Italy", "40.6° N 14.6° E"),
                    Place("Ancona", "Italy", "43.6° N 13.5° E"),
                ],
                stuffs: ["Boxwood", "Pear", "Walnut", "Brass", "Olive-Wood"],
                ways: ["Turned", "Half-Hour", "Galley", "Harbour", "Painted"],
                forms: [
                    Form("Hourglass", "timekeeping", Some("hourglass"), 4200, 16000),
                    Form("Compass", "navigation", Some("compass"), 5200, 19000),
                    Form("Celestial Globe", "charts-and-globes", Some("globe"), 14000, 72000),
                    Form("Telescope", "optics", Some("telescope"), 7800, 38000),
                    Form("Weather Glass", "weather", Some("barometer"), 3800, 12000),
                ],
            },
            School {
                makers: &IBERIA,
                places: [
                    Place("Lisbon", "Portugal", "38.7° N 9.1° W"),
                    Place("Palma", "Spain", "39.6° N 2.7° E"),
                    Place("Cádiz", "Spain", "36.5° N 6.3° W"),
                    Place("Porto", "Portugal", "41.1° N 8.6° W"),
                    Place("Sagres", "Portugal", "37.0° N 8.9° W"),
                ],
                stuffs: ["Letterpress", "Copperplate", "Linen-Backed", "Hand-Coloured", "Two-Colour"],
                ways: ["Atlantic", "Pilot", "Coastal", "Trade-Wind", "Harbour"],
                forms: [
                    Form("Chart", "charts-and-globes", Some("chart"), 2800, 9800),
                    Form("Portolan", "charts-and-globes", Some("chart"), 3800, 14000),
                    Form("Star Chart", "charts-and-globes", Some("chart"), 2800, 8800),
                    Form("Tide Chart", "charts-and-globes", Some("chart"), 2400, 6800),
                    Form("Wind Chart", "charts-and-globes", Some("chart"), 2600, 7800),
                ],
            },
            School {
                makers: &NORDIC,
                places: [
                    Place("Gothenburg", "Sweden", "57.7° N 12.0° E"),
                    Place("Bergen", "Norway", "60.4° N 5.3° E"),
                    Place("Vantaa", "Finland", "60.3° N 25.0° E"),
                    Place("Roskilde", "Denmark", "55.6° N 12.1° E"),
                    Place("Karlskrona", "Sweden", "56.2° N 15.6° E"),
                ],
                stuffs: ["Brass", "Teak", "Birch", "Steel", "Bronze"],
                ways: ["Boat", "Sighting", "Cabin", "Expedition", "Pocket"],
                forms: [
                    Form("Compass", "navigation", Some("compass"), 4800, 28000),
                    Form("Barometer", "weather", Some("barometer"), 6800, 32000),
                    Form("Hourglass", "timekeeping", Some("hourglass"), 3800, 11000),
                    Form("Telescope", "optics", Some("telescope"), 8800, 42000),
                    Form("Globe", "charts-and-globes", Some("globe"), 9800, 48000),
                ],
            },
        ],
        axis: "finish",
        sizes: &[("plain", 100), ("lacquered", 106)],
        second: None,
        openings: &[
            "Made by {maker} at {place}, where three people do the work and one does the checking.",
            "{maker} of {place} builds this to order and signs the back.",
            "From the {maker} workshop at {place}, on the quay, up one flight of stairs.",
            "{maker} has made these at {place} for two generations, with one change of screw.",
        ],
        middles: &[
            ("The work takes {n} hours from sheet to box.", 6, 160),
            ("This year's run is {n} pieces.", 8, 240),
            ("It weighs {n} grams with its case.", 120, 4200),
            ("Checked for {n} days before it leaves.", 2, 14),
        ],
        endings: &[
            "A card in the lid gives its own errors, in pencil.",
            "Nothing in it needs a battery.",
            "It can be taken apart with one screwdriver, which is enclosed.",
            "Repairs are free of charge for ten years.",
            "It is a tool first, and looks it.",
            "The serial number is also the order in which it was made.",
        ],
        cares: &[
            "Wipe salt off with fresh water and dry at once. Keep in its case.",
            "Dust with a soft brush. No polish on lacquered parts.",
            "Keep dry and out of the sun. Send it back every five years for checking.",
        ],
        tags: &[],
    },
];
