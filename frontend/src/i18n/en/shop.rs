//! The frame, the home page, the list, the product and the basket.

use tradewind_contract::catalog::Sort;

// The frame.
pub const SHOP: &str = "Tradewind";
pub const SKIP: &str = "Skip to content";
pub const TIDINGS: &str = "Tidings";
pub const TIDINGS_TEXT: &str = "The boat comes in twelve times a year. Free delivery in the EU over € 60.";
pub const FAMILIES_NAV: &str = "Families";
pub const MENU: &str = "Menu";
pub const CLOSE_MENU: &str = "Close the menu";
pub const SEARCH: &str = "Search";
pub const SEARCH_LABEL: &str = "Search the goods";
pub const SEARCH_PLACEHOLDER: &str = "Oolong, saffron, sextant";
pub const CLOSE_SEARCH: &str = "Close the search";
pub const THEME: &str = "Light or dark";
pub const ACCOUNT: &str = "Account";
pub const LOG_IN: &str = "Log in";
pub const YOUR_ORDERS: &str = "Your orders";
pub fn suggestions_count(count: usize) -> String {
    match count {
        0 => "No suggestions".to_owned(),
        1 => "1 suggestion, arrow down to reach it".to_owned(),
        n => format!("{n} suggestions, arrow down to reach them"),
    }
}
pub fn basket_items(count: u32) -> String {
    match count {
        0 => "Basket, empty".to_owned(),
        1 => "Basket, 1 item".to_owned(),
        n => format!("Basket, {n} items"),
    }
}

/// A family's name and what the home page says of it.
pub fn family(handle: &str) -> &str {
    match handle {
        "tea" => "Tea",
        "coffee" => "Coffee",
        "spices" => "Spices",
        "ceramics" => "Ceramics",
        "textiles" => "Textiles",
        "instruments" => "Instruments",
        other => other,
    }
}
pub fn family_note(handle: &str) -> &'static str {
    match handle {
        "tea" => "Leaf from nine gardens",
        "coffee" => "Roasted each Monday",
        "spices" => "Whole, never ground",
        "ceramics" => "Thrown, dipped, fired",
        "textiles" => "Wool, linen, cotton",
        "instruments" => "Brass, glass and charts",
        _ => "",
    }
}
pub fn family_lede(handle: &str) -> &'static str {
    match handle {
        "tea" => "Leaf, picked by hand and packed where it was dried. The tin says which spring.",
        "coffee" => "Bought green, roasted on Mondays, sent on Tuesdays. The bag says which Monday.",
        "spices" => "Seed, bark, bud and root, whole. A mortar is sold next door.",
        "ceramics" => "Clay from the place it is named after. No two are alike, and we do not apologise for it.",
        "textiles" => "Wool, linen, cotton and silk, dyed with what grows near the loom.",
        "instruments" => "For finding the way, or for looking as if one could. All of them work.",
        _ => "",
    }
}

// The foot.
pub const FOOT_LINE: &str = "Goods carried by the trade winds, packed by five people in a brick warehouse on the Elbe.";
pub const FOOT_GOODS: &str = "Goods";
pub const FOOT_HELP: &str = "Help";
pub const FOOT_HOUSE: &str = "House";
pub const FOOT_BASKET: &str = "Your basket";
pub const FOOT_ACCOUNT: &str = "Your account";
pub const FOOT_STORY: &str = "How it gets here";
pub const FOOT_PROMISES: &str = "What you can count on";
pub const FOOT_API: &str = "The API";
pub const FOOT_LEGAL: &str = "Tradewind is a reference shop. Nothing is charged and no boat leaves. Prices include VAT.";

// Home.
pub const HOME_TITLE: &str = "Goods carried by the trade winds";
pub const HOME_LEDE: &str =
    "Tea, coffee, spices, clay, cloth and brass, bought from the people who grow and make them, and landed in Hamburg twelve times a year.";
pub const SEE_LANDED: &str = "See what has landed";
pub const HOW_IT_GETS_HERE: &str = "How it gets here";
pub const HOME_SCENE: &str = "A celadon vase with a branch, a bag of Monsooned Malabar and a tin of Darjeeling on a table in window light";
pub const SIX_FAMILIES: &str = "Six families";
pub fn goods_in_all(count: u32) -> String {
    format!("{count} goods in all. We would rather know each of them.")
}
pub const SIX_FAMILIES_NOTE: &str = "We would rather know each of them.";
pub const NEW_ARRIVALS: &str = "Off the last boat";
pub const ALL_ARRIVALS: &str = "All by landing";
pub const POPULAR: &str = "What others take home";
pub const ALL_POPULAR: &str = "Everything, by how often";
pub const STORY_TITLE: &str = "Three months in the wind";
pub const STORY_QUOTE: &str =
    "The sacks are opened, the doors are opened, and then for twelve weeks nobody does anything but turn the beans.";
pub const STORY_TEXT: &str = "In June the south-west monsoon reaches the coast at Mangaluru. Green coffee is spread in open sheds and drinks the wet air until it swells to twice its size and turns the colour of straw. It began as an accident of the voyage round the Cape. We buy it because somebody still waits.";
pub const STORY_BEARING: &str = "12.9° N 74.8° E, Mangaluru to Hamburg, 31 days by sea";
pub const STORY_LINK: &str = "Monsooned Malabar";
pub const PROMISES: &str = "What you can count on";

// List.
pub const GOODS: &str = "Goods";
pub const FILTER: &str = "Filter";
pub fn filter_on(count: usize) -> String {
    if count == 0 { FILTER.to_owned() } else { format!("{FILTER}, {count} on") }
}
pub const SORT: &str = "Sort";
pub fn sort(sort: Sort) -> &'static str {
    match sort {
        Sort::Popular => "Most bought",
        Sort::Newest => "Newest landing",
        Sort::PriceAsc => "Price, low first",
        Sort::PriceDesc => "Price, high first",
        Sort::Rating => "Best rated",
        Sort::Title => "Name, A to Z",
    }
}
pub const PRICE: &str = "Price";
pub const PRICE_FROM: &str = "From €";
pub const PRICE_TO: &str = "To €";
pub const STOCK: &str = "Stock";
pub const IN_STOCK_ONLY: &str = "In stock now";
pub const CLEAR_ALL: &str = "Clear all";
pub fn remove_filter(title: &str) -> String {
    format!("Remove filter {title}")
}
pub fn shown_of(shown: usize, total: &str) -> String {
    format!("{shown} of {total} goods")
}
pub fn seen(shown: usize, total: &str) -> String {
    format!("You have seen {shown} of {total}")
}
pub const GOODS_SEEN: &str = "Goods seen";
pub fn show_more(count: u32) -> String {
    format!("Show {count} more")
}
pub fn search_title(text: &str) -> String {
    format!("“{text}”")
}
pub const GOODS_LEDE: &str = "Six families, one table. Narrow it down, or leave it wide and drift.";
pub fn nothing_answers(text: &str) -> String {
    format!("Nothing answers to “{text}”")
}
pub const NOTHING_LEFT: &str = "Nothing is left of it";
pub const NOTHING_TRY_FEWER: &str = "Together these filters leave nothing. Drop one, and more will turn up.";
pub const NOTHING_TRY_WORD: &str = "Try a shorter word, or one of the families.";
pub const DID_YOU_MEAN: &str = "Near to it:";
pub const HERE: &str = "You are here";
pub const HOME: &str = "Home";
pub fn price_between(min: Option<i64>, max: Option<i64>) -> String {
    match (min, max) {
        (Some(min), Some(max)) => format!("€ {} to {}", euros(min), euros(max)),
        (Some(min), None) => format!("From € {}", euros(min)),
        (None, Some(max)) => format!("To € {}", euros(max)),
        (None, None) => String::new(),
    }
}
fn euros(minor: i64) -> String {
    if minor % 100 == 0 { (minor / 100).to_string() } else { format!("{}.{:02}", minor / 100, minor % 100) }
}

// Cards and products.
pub const SOLD_OUT: &str = "Sold out";
pub const FEW_LEFT: &str = "Few left";
pub fn from_price(price: &str) -> String {
    format!("from {price}")
}
pub fn only_left(count: u32) -> String {
    format!("Only {count} left")
}
pub const OF_THIS_CHOICE: &str = "of this choice.";
pub const IN_STOCK: &str = "In stock";
pub const READY_TO_SHIP: &str = "Packed on the day you order, Sundays apart.";
pub const SOLD_OUT_CHOICE: &str = "This choice is sold out. We take no money before the next one lands.";
pub fn stars(average: f32) -> String {
    format!("{average:.1} of 5 stars")
}
pub fn rated_by(average: f32, count: u32) -> String {
    match count {
        0 => "Not rated yet".to_owned(),
        1 => format!("{average:.1} from 1 rating"),
        n => format!("{average:.1} from {n} ratings"),
    }
}
pub const PICTURES: &str = "Pictures";
pub fn picture_number(number: usize, total: usize) -> String {
    format!("Picture {number} of {total}")
}
pub const BUY: &str = "Buy";
pub const VAT_INCLUDED: &str = "VAT included";
pub fn unit_price(unit: &str) -> String {
    format!("for {unit}, VAT included")
}
pub fn per_kilo(price: &str) -> String {
    format!("{price} / kg, VAT included")
}
pub fn compare_at(price: &str) -> String {
    format!("Before: {price}")
}
pub fn not_made(value: &str, others: &str) -> String {
    format!("{value} does not come with {others}.")
}
/// `whole bean or filter`
pub fn either(values: &[&str]) -> String {
    match values {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [all @ .., last] => format!("{} or {last}", all.join(", ")),
    }
}
pub fn comes_as(value: &str, values: &str) -> String {
    format!("{value} comes as {values} only.")
}
pub fn value_sold_out(value: &str) -> String {
    format!("{value} is sold out.")
}
pub const QUANTITY: &str = "Quantity";
pub const ONE_FEWER: &str = "One fewer";
pub const ONE_MORE: &str = "One more";
pub fn one_fewer(title: &str) -> String {
    format!("One fewer {title}")
}
pub fn one_more(title: &str) -> String {
    format!("One more {title}")
}
pub fn quantity_of(title: &str) -> String {
    format!("Quantity of {title}")
}
pub fn add_to_basket(price: &str) -> String {
    format!("Add to basket, {price}")
}
pub const ADDING: &str = "Adding";
pub fn added(title: &str) -> String {
    format!("{title} is in your basket.")
}
pub fn added_offline(title: &str) -> String {
    format!("{title} is in your basket, on this device. It is sent when the line is back.")
}
pub fn all_in_basket(count: u32) -> String {
    match count {
        1 => "The last one is in your basket already.".to_owned(),
        n => format!("All {n} that are left are in your basket already."),
    }
}
pub const CARE: &str = "How to keep and use it";
pub const ORIGIN: &str = "Where it comes from";
pub const DELIVERY_RETURNS: &str = "Delivery and returns";
pub const DELIVERY_RETURNS_TEXT: &str = "Free in the EU over € 60. Thirty days to send it back, opened or not.";
pub const GOES_WITH_IT: &str = "Goes with it";
pub const FAMILY: &str = "Family";
pub const UNIT: &str = "Sold by";

// Basket.
pub const BASKET: &str = "Your basket";
pub fn basket_title(count: u32) -> String {
    format!("Your basket, {count}")
}
pub const CLOSE_BASKET: &str = "Close the basket";
pub const GOODS_IN_BASKET: &str = "Goods in the basket";
pub const REMOVE: &str = "Remove";
pub fn remove(title: &str) -> String {
    format!("Remove {title}")
}
pub const BASKET_EMPTY: &str = "Your basket is empty";
pub const BASKET_EMPTY_DETAIL: &str = "Nothing aboard yet. What you put in it stays for thirty days, on every device you log in to.";
pub const TOTAL_GOODS: &str = "Goods";
pub fn delivery_to(country: &str) -> String {
    format!("Delivery to {country}")
}
pub const FREE: &str = "Free";
pub const TOTAL: &str = "Total, VAT included";
pub const CHECK_OUT: &str = "Check out";
pub const CHECK_OUT_NOTE: &str = "No account needed. You can change your mind until it ships.";
pub fn more_for_free(price: &str) -> String {
    format!("{price} more and delivery is free.")
}
pub const DELIVERY_IS_FREE: &str = "Delivery is free.";
pub const TOWARDS_FREE: &str = "Towards free delivery";
pub const LINE_SOLD_OUT: &str = "Sold out. Take it out to check out.";
pub fn line_too_many(available: u32) -> String {
    match available {
        0 => LINE_SOLD_OUT.to_owned(),
        n => format!("Only {n} left. Take fewer to check out."),
    }
}
pub const BASKET_NOT_READY: &str = "Something in the basket cannot be had any more. Change the marked lines first.";
pub fn rolled_back(title: &str, reason: &str) -> String {
    format!("{title} is as it was before. {reason}")
}

// The promises of the home page: figure and sentence.
pub const PROMISE_LIST: [(&str, &str); 3] = [
    ("Two to four days", "From our door to yours in the EU. You see the price before you pay, and the parcel's voyage after."),
    ("One price", "What you see includes VAT, and what you agreed to is what is charged. If a price moves, we ask first."),
    ("Thirty days", "Send it back, opened or not. Tea too. We have never asked why and do not plan to."),
];

/// A name from the catalogue (`weight`, `green-tea`) as a heading or label.
pub fn humanised(name: &str) -> String {
    let spaced = name.replace('-', " ");
    let mut letters = spaced.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
pub fn more_values(count: usize) -> String {
    format!("{count} more")
}
pub const FEWER_VALUES: &str = "Fewer";
pub const BEARING: &str = "On the chart";
