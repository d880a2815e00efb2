//! Reports: what the events tell of trade.

use tradewind_contract::{Timestamp, reports::Step};

// Which time.
pub const REPORT_SPAN: &str = "Time of the report";
pub fn span(step: Step) -> &'static str {
    match step {
        Step::Minute => "Last hour",
        Step::Hour => "Last two days",
        Step::Day => "Last 30 days",
        Step::Month => "Last 12 months",
    }
}
pub const ASKING_FOR_REPORTS: &str = "Counted from the events";
pub fn report_at(clock: &str, step: Step) -> String {
    format!("{clock} UTC. The last {} is still running.", step.as_str())
}
/// Below a chart, in UTC.
pub fn axis(step: Step, at: Timestamp) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let at = at.0.to_offset(time::UtcOffset::UTC);
    let month = MONTHS[usize::from(u8::from(at.month())) - 1];
    match step {
        Step::Minute => format!("{:02}:{:02}", at.hour(), at.minute()),
        Step::Hour => format!("{} {month}, {:02}:00", at.day(), at.hour()),
        Step::Day => format!("{} {month}", at.day()),
        Step::Month => format!("{month} {}", at.year()),
    }
}
/// In a table, in UTC: as spreadsheets sort it.
pub fn table_start(step: Step, at: Timestamp) -> String {
    let text = at.to_string();
    match step {
        Step::Minute => text.chars().skip(11).take(5).collect(),
        Step::Hour => text.chars().take(16).map(|character| if character == 'T' { ' ' } else { character }).collect(),
        Step::Day => text.chars().take(10).collect(),
        Step::Month => text.chars().take(7).collect(),
    }
}
pub const NO_TRADE_TITLE: &str = "No trade in this time";
pub const NO_TRADE_DETAIL: &str = "Nobody looked, bought or sent back. What happens from now on appears here by itself.";

// Dials.
pub const ORDERS_PLACED: &str = "Orders placed";
pub const ORDERS_PAID: &str = "Orders paid";
pub const REVENUE: &str = "Revenue";
pub const PER_PAID_ORDER: &str = "A paid order";
pub const ORDERS_CANCELLED: &str = "Orders cancelled";
pub const REFUNDED: &str = "Refunded";
pub const ON_AVERAGE: &str = "on average";
pub const NONE_PAID: &str = "none was paid";
pub fn at_most(most: &str, step: Step) -> String {
    format!("{most} in the best {}", step.as_str())
}
pub fn with_shipping(exact: &str) -> String {
    format!("{exact} with shipping and tax")
}
pub fn had_been_paid(amount: &str) -> String {
    format!("{amount} had been paid")
}
pub fn in_refunds(exact: &str, refunds: u64, refunds_text: &str) -> String {
    format!("{exact} in {refunds_text} {}", if refunds == 1 { "refund" } else { "refunds" })
}

// Charts.
/// `14:02: Placed 3, Paid 2`.
pub fn chart_tip(step: &str, values: impl Iterator<Item = (&'static str, String)>) -> String {
    let values: Vec<_> = values.map(|(name, value)| format!("{name} {value}")).collect();
    format!("{step}: {}", values.join(", "))
}
pub fn revenue_by(step: Step) -> &'static str {
    match step {
        Step::Minute => "Revenue by minute, €",
        Step::Hour => "Revenue by hour, €",
        Step::Day => "Revenue by day, €",
        Step::Month => "Revenue by month, €",
    }
}
pub fn orders_by(step: Step) -> &'static str {
    match step {
        Step::Minute => "Orders by minute",
        Step::Hour => "Orders by hour",
        Step::Day => "Orders by day",
        Step::Month => "Orders by month",
    }
}
pub fn revenue_chart(step: Step, revenue: &str, most: &str, refunded: &str) -> String {
    format!("Revenue by {}, {}: {revenue} in all, {most} at most, {refunded} refunded", step.as_str(), span(step).to_lowercase())
}
pub fn placed_chart(step: Step, placed: &str, most: &str, paid: &str) -> String {
    format!("Orders by {}, {}: {placed} placed in all, {most} at most, {paid} paid", step.as_str(), span(step).to_lowercase())
}
pub const PLACED: &str = "Placed";
pub const PAID: &str = "Paid";
pub const HEAD_REVENUE: &str = "Revenue";
pub const HEAD_REFUNDED: &str = "Refunded";
pub const HEAD_PLACED: &str = "Placed";
pub const HEAD_PAID: &str = "Paid";
pub const HEAD_CANCELLED: &str = "Cancelled";
pub const HEAD_START: &str = "From, UTC";

// Funnel.
pub const BASKET_TO_ORDER: &str = "Basket to order";
pub const SAW_GOODS: &str = "Saw goods";
pub const PUT_IN_BASKET: &str = "Put in basket";
pub const BEGAN_CHECKOUT: &str = "Began checkout";
pub const OF_THE_LINE_ABOVE: &str = "of the line above";
pub const NOT_THE_SAME_PEOPLE: &str =
    "Per cent of the line above. Each counts when it happened, so these are not the same people from line to line.";
pub const HEAD_VIEWS: &str = "Views";
pub const HEAD_BASKETS: &str = "Baskets";
pub const HEAD_CHECKOUTS: &str = "Checkouts";

// Products.
pub const TOP_PRODUCTS: &str = "Top products";
pub const HEAD_PRODUCT: &str = "Product";
pub const NOTHING_SOLD: &str = "Nothing was seen or sold.";
pub fn whole_hours(from: &str) -> String {
    format!("Counted by whole hours, here from {from} UTC. Without shipping.")
}
pub const WITHOUT_SHIPPING: &str = "Without shipping.";
pub fn pieces_and_views(pieces: u64, pieces_text: &str, views: u64, views_text: &str) -> String {
    let noun = |count: u64, one: &'static str, many: &'static str| if count == 1 { one } else { many };
    format!("{pieces_text} {}, {views_text} {}", noun(pieces, "piece", "pieces"), noun(views, "view", "views"))
}

// Files.
pub const CSV: &str = "CSV";
pub fn csv_of(report: &str) -> String {
    format!("CSV of {report}")
}

// What happens.
pub const EVENTS_AS_THEY_COME: &str = "Events as they come in";
pub const TAIL_LIVE: &str = "Live";
pub const TAIL_NOT_LIVE: &str = "Not live";
pub const TAIL_PAUSED: &str = "Paused";
pub const PAUSE: &str = "Pause";
pub const GO_ON: &str = "Go on";
pub const HEAD_CLOCK: &str = "UTC";
pub const NO_EVENTS_YET: &str = "Nothing has happened yet.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_has_a_short_name_in_utc() {
        let at: Timestamp = serde_json::from_str("\"2026-11-24T01:02:00+02:00\"").unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(Step::ALL.map(|step| axis(step, at)), ["23:02", "23 Nov, 23:00", "23 Nov", "Nov 2026"]);
        assert_eq!(Step::ALL.map(|step| table_start(step, at)), ["23:02", "2026-11-23 23:02", "2026-11-23", "2026-11"]);
    }
}
