//! The tree of categories: six families, each with its children.

/// A node of the category tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Category {
    /// Lower-case words joined by hyphens, unique in the whole tree.
    pub handle: &'static str,
    pub title: &'static str,
    /// The family's handle; `None` for the six families themselves.
    pub parent: Option<&'static str>,
    /// Order among its siblings, from 1.
    pub position: i32,
}

const fn family(handle: &'static str, title: &'static str, position: i32) -> Category {
    Category { handle, title, parent: None, position }
}

const fn child(parent: &'static str, handle: &'static str, title: &'static str, position: i32) -> Category {
    Category { handle, title, parent: Some(parent), position }
}

static CATEGORIES: [Category; 36] = [
    family("tea", "Tea", 1),
    child("tea", "black-tea", "Black tea", 1),
    child("tea", "green-tea", "Green tea", 2),
    child("tea", "oolong-tea", "Oolong", 3),
    child("tea", "white-and-dark-tea", "White and dark tea", 4),
    child("tea", "herbal-tea", "Herbs and flowers", 5),
    family("coffee", "Coffee", 2),
    child("coffee", "african-coffee", "Africa and Arabia", 1),
    child("coffee", "asian-coffee", "Asia and the Pacific", 2),
    child("coffee", "american-coffee", "The Americas", 3),
    child("coffee", "coffee-blends", "Blends and decaf", 4),
    child("coffee", "coffee-tools", "Mills and drippers", 5),
    family("spices", "Spices", 3),
    child("spices", "pepper-and-chilli", "Pepper and chilli", 1),
    child("spices", "seeds-and-bark", "Seeds, bark and buds", 2),
    child("spices", "spice-blends", "Blends", 3),
    child("spices", "salt-and-herbs", "Salt, herbs and flowers", 4),
    child("spices", "spice-tools", "Mortars and grinders", 5),
    family("ceramics", "Ceramics", 4),
    child("ceramics", "vases-and-jars", "Vases and jars", 1),
    child("ceramics", "bowls", "Bowls", 2),
    child("ceramics", "cups", "Cups and tea bowls", 3),
    child("ceramics", "teapots-and-jugs", "Teapots and jugs", 4),
    child("ceramics", "plates", "Plates and dishes", 5),
    family("textiles", "Textiles", 5),
    child("textiles", "blankets", "Blankets and quilts", 1),
    child("textiles", "scarves", "Scarves and shawls", 2),
    child("textiles", "rugs", "Rugs", 3),
    child("textiles", "cushions", "Cushions", 4),
    child("textiles", "cloths", "Table and kitchen", 5),
    family("instruments", "Instruments and charts", 6),
    child("instruments", "navigation", "Compasses and sextants", 1),
    child("instruments", "optics", "Telescopes and lenses", 2),
    child("instruments", "timekeeping", "Clocks and hourglasses", 3),
    child("instruments", "weather", "Weather instruments", 4),
    child("instruments", "charts-and-globes", "Charts and globes", 5),
];

/// All categories, a parent always before its children, siblings by position.
pub fn categories() -> &'static [Category] {
    &CATEGORIES
}

/// The picture kinds a family knows; none for an unknown family.
pub fn kinds(family: &str) -> &'static [&'static str] {
    match family {
        "tea" => &["caddy", "squat", "square", "pouch", "teapot"],
        "coffee" => &["bag", "tin", "mill", "pourover"],
        "spices" => &["jar", "mortar", "tin", "sack", "grinder"],
        "ceramics" => &["vase", "bowl", "cup", "teapot", "plate", "jug"],
        "textiles" => &["cloth", "scarf", "rug", "blanket", "cushion"],
        "instruments" => &["compass", "sextant", "globe", "chart", "telescope", "hourglass", "barometer", "chronometer"],
        _ => &[],
    }
}
