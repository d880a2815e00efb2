//! What the events tell of trade: money, orders, the way from looking to paying, and what is bought most.

use futures::future;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::components::A;
use tradewind_contract::{
    Money, Timestamp,
    reports::{Funnel, FunnelReport, SalesReport, SalesRow, Step, TopProduct, TopProducts},
};

use super::{
    chart::{AsTable, Chart, Line, Lines, Stroke, Unit},
    csv::CsvButton,
    live::{LOOK_MS, Live, NotLive},
    parts::{Board, Dial, DialText, Failed, Head, Nothing, OnTheWay, Screen, clock, count, use_address},
    tail::Tail,
};
use crate::{
    api::{self, query},
    app::{Shop, use_shop},
    components::state::Sketch,
    i18n::{format, t},
    platform,
    route::Page,
    telemetry,
};

const TOP: usize = 10;
/// Refunds and what is paid, beside what they are compared with.
const REFUNDS: Stroke = Stroke::Dashed("var(--brass)");
const PAID: Stroke = Stroke::Dashed("var(--kelp)");

/// All reports of the same time.
#[derive(Debug, Clone, PartialEq)]
struct Report {
    sales: SalesReport,
    funnel: FunnelReport,
    top: TopProducts,
    at: Timestamp,
}

/// Copy.
#[derive(Clone, Copy)]
struct Reports {
    live: Live<Report>,
    step: Memo<Step>,
    asked_at_ms: StoredValue<f64>,
}

/// Minutes go by quickly; nobody waits for a month.
const fn again_after_s(step: Step) -> u32 {
    match step {
        Step::Minute => 10,
        Step::Hour | Step::Day | Step::Month => 60,
    }
}

/// Which time the address asks for: that of the services, when it does not say.
fn step_of(of: &str) -> Step {
    Step::parse(of).unwrap_or(Step::Hour)
}

/// The services know what time it is: they answer with as many steps as the screen shows, the running one included.
fn now_by(step: Step) -> String {
    query::write([("step", step.as_str())])
}

fn same_time(sales: &SalesReport) -> String {
    query::write([("step", sales.step.as_str()), ("from", &sales.from.to_string()), ("until", &sales.until.to_string())])
}

fn top_of_same_time(sales: &SalesReport) -> String {
    query::write([("from", sales.from.to_string()), ("until", sales.until.to_string()), ("limit", TOP.to_string())])
}

/// `sales-2026-11-23-hour.csv`, by the day on which it ends.
fn file_name(report: &str, sales: &SalesReport) -> String {
    let last = sales.rows.last().map_or(sales.until, |row| row.start);
    format!("{report}-{}-{}.csv", day(last), sales.step.as_str())
}

fn day(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}

impl Reports {
    async fn ask(self, shop: Shop) {
        let Some(step) = self.step.try_get_untracked() else { return };
        let _ = self.asked_at_ms.try_set_value(platform::now_unix_ms());
        let answer = telemetry::action("refresh_reports", move |trace| async move {
            let sales = shop.api.get(trace, api::admin::sales(&now_by(step))).await?;
            let funnel = shop.api.get(trace, api::admin::funnel(&same_time(&sales)));
            let top = shop.api.get(trace, api::admin::top_products(&top_of_same_time(&sales)));
            let (funnel, top) = future::try_join(funnel, top).await?;
            let at = time::OffsetDateTime::from_unix_timestamp((platform::now_unix_ms() / 1_000.0) as i64).map_or(sales.until, Timestamp);
            Ok(Report { sales, funnel, top, at })
        })
        .await;
        // Somebody may have chosen another time meanwhile.
        if self.step.try_get_untracked() == Some(step) {
            self.live.settle(answer);
        }
    }

    async fn ask_if_due(self, shop: Shop) {
        let due_after_ms = f64::from(again_after_s(self.step.try_get_untracked().unwrap_or(Step::Month)) * 1_000);
        if self.asked_at_ms.try_get_value().is_some_and(|asked| platform::now_unix_ms() - asked > due_after_ms - f64::from(LOOK_MS) / 2.0) {
            self.ask(shop).await;
        }
    }
}

#[component]
pub fn ReportsScreen() -> impl IntoView {
    let shop = use_shop();
    let address = use_address();
    let step = Memo::new(move |_| step_of(&address.get("step")));
    let reports = Reports { live: Live::new(), step, asked_at_ms: StoredValue::new(platform::now_unix_ms()) };
    let live = reports.live;
    Effect::new(move |_| {
        step.track();
        live.forget();
        spawn_local(reports.ask(shop));
    });
    live.follow(move || reports.ask_if_due(shop));
    let at = live.part(|report| clock(report.at));
    let failed = live.failure();
    let below = move || match (at.get(), failed.with(Option::is_some)) {
        (Some(at), false) => t::report_at(&at, step.get()),
        (Some(at), true) => t::not_live_since(&at),
        (None, _) => t::ASKING_FOR_REPORTS.to_owned(),
    };
    let is_empty = live.part(is_empty);
    view! {
        <Screen title=t::REPORTS below=move || view! { <p class="soft figures">{below}</p> }>
            <Spans step />
            {move || {
                failed
                    .get()
                    .map(|error| match at.get_untracked() {
                        None => view! { <Failed error on_retry=move || spawn_local(reports.ask(shop)) /> }.into_any(),
                        Some(at) => view! { <NotLive at again_s=again_after_s(step.get_untracked()) error /> }.into_any(),
                    })
            }}
            {move || match is_empty.get() {
                None => (!failed.with(Option::is_some)).then(|| view! { <OnTheWay /> }).into_any(),
                Some(true) => view! { <Nothing sketch=Sketch::Chart title=t::NO_TRADE_TITLE detail=t::NO_TRADE_DETAIL /> }.into_any(),
                Some(false) => view! { <Boards live step=step.get_untracked() /> }.into_any(),
            }}
            <Tail />
        </Screen>
    }
}

fn is_empty(report: &Report) -> bool {
    let (sales, funnel) = (report.sales.total, report.funnel.total);
    let orders = sales.placed + sales.paid + sales.cancelled + sales.refunds;
    orders + funnel.views + funnel.carts + funnel.checkouts + funnel.paid == 0
}

/// Links, so that going back, a bookmark and a reload find the same time.
#[component]
fn Spans(step: Memo<Step>) -> impl IntoView {
    let link = move |of: Step| {
        let href = format!("{}{}", Page::Reports.path(), query::write([("step", of.as_str())]));
        view! {
            <a class="chip" href=href prop:noscroll=true aria-current=move || (step.get() == of).then_some("true")>
                {t::span(of)}
            </a>
        }
    };
    view! {
        <nav class="chips" aria-label=t::REPORT_SPAN>
            {Step::ALL.map(link).into_iter().collect_view()}
        </nav>
    }
}

const REVENUE_COLUMNS: &[Head] = &[Head::Text(t::HEAD_START), Head::Number(t::HEAD_REVENUE), Head::Number(t::HEAD_REFUNDED)];
const ORDERS_COLUMNS: &[Head] =
    &[Head::Text(t::HEAD_START), Head::Number(t::HEAD_PLACED), Head::Number(t::HEAD_PAID), Head::Number(t::HEAD_CANCELLED)];
const FUNNEL_COLUMNS: &[Head] = &[
    Head::Text(t::HEAD_START),
    Head::Number(t::HEAD_VIEWS),
    Head::Number(t::HEAD_BASKETS),
    Head::Number(t::HEAD_CHECKOUTS),
    Head::Number(t::HEAD_PAID),
];
const TOP_COLUMNS: &[Head] =
    &[Head::Text(t::HEAD_PRODUCT), Head::Number(t::HEAD_VIEWS), Head::Number(t::HEAD_PIECES), Head::Number(t::HEAD_REVENUE)];

#[component]
fn Boards(live: Live<Report>, step: Step) -> impl IntoView {
    let dials = live.part(|report| dials(&report.sales));
    let sales = live.part(|report| report.sales.clone());
    // Another time takes the boards away; until then the last numbers stand.
    let drawn = move |draw: fn(&SalesReport) -> Chart| {
        Memo::new(move |old: Option<&Chart>| sales.with(|sales| sales.as_ref().map(draw)).or(old.cloned()).unwrap_or_default())
    };
    let rows = move |cells: fn(&SalesRow) -> Vec<String>| {
        Memo::new(move |_| {
            sales.with(|sales| {
                sales.iter().flat_map(|sales| sales.rows.iter().rev()).map(|row| named(step, row.start, cells(row))).collect::<Vec<_>>()
            })
        })
    };
    let sales_file =
        move || sales.with_untracked(|sales| sales.as_ref().map(|sales| (api::admin::sales(&same_time(sales)), file_name("sales", sales))));
    view! {
        <div class="dials" style="grid-template-columns:repeat(auto-fit,minmax(min(11rem,45%),1fr))">
            {move || dials.get().into_iter().flatten().map(|dial| view! { <Dial dial /> }).collect_view()}
        </div>
        <div class="boards">
            <Board id="revenue" title=t::revenue_by(step) tools=move || view! { <CsvButton of=t::REVENUE report=sales_file /> }>
                <Lines chart=drawn(revenue_chart) />
                <AsTable
                    label=t::revenue_by(step)
                    columns=REVENUE_COLUMNS
                    rows=rows(|row| vec![format::money(row.sales.revenue), format::money(row.sales.refunded)])
                />
            </Board>
            <Board id="orders" title=t::orders_by(step) tools=move || view! { <CsvButton of=t::BRIDGE_ORDERS report=sales_file /> }>
                <Lines chart=drawn(orders_chart) />
                <AsTable
                    label=t::orders_by(step)
                    columns=ORDERS_COLUMNS
                    rows=rows(|row| [row.sales.placed, row.sales.paid, row.sales.cancelled].map(count).to_vec())
                />
            </Board>
            <FunnelBoard live step />
            <TopBoard live />
        </div>
    }
}

/// A row of a table, beginning with its step.
fn named(step: Step, start: Timestamp, mut cells: Vec<String>) -> Vec<String> {
    cells.insert(0, t::table_start(step, start));
    cells
}

fn dials(sales: &SalesReport) -> Vec<DialText> {
    let total = sales.total;
    let most = |of: fn(&SalesRow) -> u64| t::at_most(&count(sales.rows.iter().map(of).max().unwrap_or(0)), sales.step);
    let dial = |name, value, note| DialText { name, value, note, is_bad: false };
    vec![
        dial(t::ORDERS_PLACED, brief_count(total.placed), most(|row| row.sales.placed)),
        dial(t::ORDERS_PAID, brief_count(total.paid), most(|row| row.sales.paid)),
        dial(t::REVENUE, brief(total.revenue), t::with_shipping(&format::money(total.revenue))),
        match mean(total.revenue, total.paid) {
            Some(mean) => dial(t::PER_PAID_ORDER, brief(mean), t::ON_AVERAGE.to_owned()),
            None => dial(t::PER_PAID_ORDER, "–".to_owned(), t::NONE_PAID.to_owned()),
        },
        dial(t::ORDERS_CANCELLED, count(total.cancelled), t::had_been_paid(&format::money(total.cancelled_revenue))),
        dial(t::REFUNDED, brief(total.refunded), t::in_refunds(&format::money(total.refunded), total.refunds, &count(total.refunds))),
    ]
}

/// Of as many orders, rounded to the cent.
fn mean(revenue: Money, orders: u64) -> Option<Money> {
    let orders = i64::try_from(orders).ok().filter(|orders| *orders > 0)?;
    Some(Money::new((revenue.amount + orders / 2) / orders, revenue.currency))
}

/// `€ 46.90`, `€ 9.41 k`, `€ 1.12 m`: three figures, where there is room for no more.
fn brief(money: Money) -> String {
    let (divisor, unit) = match money.amount {
        ..100_000 => return format::money(money),
        100_000..100_000_000 => (1_000.0, "k"),
        _ => (1_000_000.0, "m"),
    };
    format!("€\u{a0}{}\u{a0}{unit}", three_figures(money.amount as f64 / 100.0 / divisor))
}

/// `999,999`, `1.40 m`.
fn brief_count(number: u64) -> String {
    if number < 1_000_000 { count(number) } else { format!("{}\u{a0}m", three_figures(number as f64 / 1_000_000.0)) }
}

/// Of 1 and more.
fn three_figures(number: f64) -> String {
    match number {
        ..9.995 => format!("{number:.2}"),
        ..99.95 => format!("{number:.1}"),
        _ => count(number.round() as u64),
    }
}

fn cents(money: Money) -> u64 {
    u64::try_from(money.amount).unwrap_or(0)
}

fn chart(sales: &SalesReport, label: String, unit: Unit, lines: Vec<Line>) -> Chart {
    let name_every = match sales.step {
        Step::Minute => 20,
        Step::Hour => 24,
        Step::Day => 10,
        Step::Month => 4,
    };
    Chart { label, steps: sales.rows.iter().map(|row| t::axis(sales.step, row.start)).collect(), name_every, unit, lines }
}

fn line(sales: &SalesReport, name: &'static str, stroke: Stroke, of: fn(&SalesRow) -> u64) -> Line {
    Line { name, stroke, values: sales.rows.iter().map(of).collect() }
}

fn revenue_chart(sales: &SalesReport) -> Chart {
    let total = sales.total;
    let most = sales.rows.iter().map(|row| row.sales.revenue).max_by_key(|money| money.amount).unwrap_or(total.revenue);
    let label = t::revenue_chart(sales.step, &format::money(total.revenue), &format::money(most), &format::money(total.refunded));
    let lines = vec![
        line(sales, t::REVENUE, Stroke::Solid, |row| cents(row.sales.revenue)),
        line(sales, t::REFUNDED, REFUNDS, |row| cents(row.sales.refunded)),
    ];
    chart(sales, label, Unit::Cents, lines)
}

fn orders_chart(sales: &SalesReport) -> Chart {
    let most = sales.rows.iter().map(|row| row.sales.placed).max().unwrap_or(0);
    let label = t::placed_chart(sales.step, &count(sales.total.placed), &count(most), &count(sales.total.paid));
    let lines = vec![line(sales, t::PLACED, Stroke::Solid, |row| row.sales.placed), line(sales, t::PAID, PAID, |row| row.sales.paid)];
    chart(sales, label, Unit::Count, lines)
}

/// A line of the funnel: its bar in per cent of the longest, and how it compares to the line above.
#[derive(Debug, Clone, PartialEq)]
struct Stage {
    name: &'static str,
    count: u64,
    bar: f64,
    of_above: Option<String>,
}

fn stages(funnel: Funnel) -> Vec<Stage> {
    let counts =
        [(t::SAW_GOODS, funnel.views), (t::PUT_IN_BASKET, funnel.carts), (t::BEGAN_CHECKOUT, funnel.checkouts), (t::PAID, funnel.paid)];
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let mut above = None;
    let stage = |(name, count)| Stage {
        name,
        count,
        bar: share(count, most),
        of_above: above.replace(count).and_then(|above| per_cent(count, above)),
    };
    counts.map(stage).into()
}

/// In per cent; 0 of nothing.
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 }
}

/// `12 %`, or `2.5 %` where it is little; nothing can be said of a part of nothing.
fn per_cent(part: u64, whole: u64) -> Option<String> {
    let share = share(part, whole);
    (whole > 0)
        .then(|| if share > 0.0 && share < 9.95 { format!("{share:.1}\u{a0}%") } else { format!("{}\u{a0}%", count(share.round() as u64)) })
}

#[component]
fn FunnelBoard(live: Live<Report>, step: Step) -> impl IntoView {
    let stages = live.part(|report| stages(report.funnel.total));
    let rows = Memo::new(move |_| {
        let cells = |funnel: Funnel| [funnel.views, funnel.carts, funnel.checkouts, funnel.paid].map(count).to_vec();
        live.data.with(|report| {
            let rows = report.iter().flat_map(|report| report.funnel.rows.iter().rev());
            rows.map(|row| named(step, row.start, cells(row.funnel))).collect::<Vec<_>>()
        })
    });
    let file = move || {
        live.data.with_untracked(|report| {
            report.as_ref().map(|Report { sales, .. }| (api::admin::funnel(&same_time(sales)), file_name("funnel", sales)))
        })
    };
    let bar = |stage: Stage| {
        let colour = if stage.name == t::PAID { "var(--kelp)" } else { "var(--sea)" };
        view! {
            <div>
                <span>{stage.name}</span>
                <span class="figures">
                    {count(stage.count)}
                    {stage
                        .of_above
                        .map(|share| {
                            view! {
                                <span class="faint tiny" style="display:inline-block;min-inline-size:3.25rem">
                                    {share}
                                    <span class="unseen">" " {t::OF_THE_LINE_ABOVE}</span>
                                </span>
                            }
                        })}
                </span>
                <i style=format!("--at:{:.1}%;--c:{colour}", stage.bar)></i>
            </div>
        }
    };
    view! {
        <Board id="funnel" title=t::BASKET_TO_ORDER across=true tools=move || view! { <CsvButton of=t::BASKET_TO_ORDER report=file /> }>
            <div class="bars long">{move || stages.get().into_iter().flatten().map(bar).collect_view()}</div>
            <p class="faint tiny">{t::NOT_THE_SAME_PEOPLE}</p>
            <AsTable label=t::BASKET_TO_ORDER columns=FUNNEL_COLUMNS rows />
        </Board>
    }
}

#[component]
fn TopBoard(live: Live<Report>) -> impl IntoView {
    let top = live.part(|report| report.top.rows.clone());
    let products = move || top.get().unwrap_or_default();
    let rows = Memo::new(move |_| {
        let cells = |product: TopProduct| vec![product.title, count(product.views), count(product.pieces), format::money(product.revenue)];
        products().into_iter().map(cells).collect::<Vec<_>>()
    });
    let note = live.part(|report| {
        // Minutes are too fine for it, and what is not within the hour is named.
        let is_wider = report.sales.step == Step::Minute && report.top.from != report.sales.from;
        if is_wider { t::whole_hours(&t::axis(Step::Minute, report.top.from)) } else { t::WITHOUT_SHIPPING.to_owned() }
    });
    let file = move || {
        live.data.with_untracked(|report| {
            let file =
                |Report { sales, .. }: &Report| (api::admin::top_products(&top_of_same_time(sales)), file_name("top-products", sales));
            report.as_ref().map(file)
        })
    };
    // A product keeps its link, and the focus on it, while its numbers change.
    let bar = move |product: TopProduct| {
        let TopProduct { handle, title, .. } = product;
        let href = Page::product(&handle).path();
        let now = Memo::new(move |_| {
            top.with(|products| {
                let products = products.as_deref().unwrap_or_default();
                let most = products.iter().map(|product| cents(product.revenue)).max().unwrap_or(0);
                let product = products.iter().find(|product| product.handle == handle)?;
                let pieces = t::pieces_and_views(product.pieces, &count(product.pieces), product.views, &count(product.views));
                Some((format::money(product.revenue), share(cents(product.revenue), most), pieces))
            })
        });
        view! {
            <div>
                <A href attr:class="link">
                    {title}
                </A>
                <span class="figures">{move || now.get().map(|(revenue, ..)| revenue)}</span>
                <i style=move || now.get().map(|(_, share, _)| format!("--at:{share:.1}%"))></i>
                <span class="faint tiny figures" style="grid-column:1/-1;text-align:start">
                    {move || now.get().map(|(.., pieces)| pieces)}
                </span>
            </div>
        }
    };
    let is_empty = Memo::new(move |_| top.with(|products| products.as_ref().is_none_or(Vec::is_empty)));
    view! {
        <Board id="top-products" title=t::TOP_PRODUCTS across=true tools=move || view! { <CsvButton of=t::TOP_PRODUCTS report=file /> }>
            <Show when=move || !is_empty.get() fallback=|| view! { <p class="soft">{t::NOTHING_SOLD}</p> }>
                <div class="bars long" style="grid-template-columns:repeat(auto-fit,minmax(min(22rem,100%),1fr));column-gap:var(--space-6)">
                    <For each=products key=|product| product.handle.clone() children=bar />
                </div>
                <p class="faint tiny">{move || note.get()}</p>
                <AsTable label=t::TOP_PRODUCTS columns=TOP_COLUMNS rows />
            </Show>
        </Board>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sales() -> SalesReport {
        let trade = |placed: u64, paid: u64, cents: i64| {
            serde_json::json!({
                "placed": placed, "paid": paid, "revenue": Money::eur(cents), "cancelled": 0, "cancelled_revenue": Money::eur(0),
                "refunds": 1, "refunded": Money::eur(500),
            })
        };
        let row = |start: &str, mut trade: serde_json::Value| {
            trade["start"] = start.into();
            trade
        };
        let value = serde_json::json!({
            "step": "hour", "from": "2026-11-23T12:00:00Z", "until": "2026-11-24T00:00:00Z", "total": trade(5, 3, 9_000),
            "rows": [row("2026-11-23T22:00:00Z", trade(4, 3, 9_000)), row("2026-11-23T23:00:00Z", trade(1, 0, 0))],
        });
        serde_json::from_value(value).unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn an_address_asks_for_a_time() {
        assert_eq!(step_of("minute"), Step::Minute);
        assert_eq!((step_of(""), step_of("year")), (Step::Hour, Step::Hour));
        assert_eq!(now_by(Step::Day), "?step=day");
        let times = "from=2026-11-23T12%3A00%3A00.000Z&until=2026-11-24T00%3A00%3A00.000Z";
        assert_eq!(same_time(&sales()), format!("?step=hour&{times}"));
        assert_eq!(top_of_same_time(&sales()), format!("?{times}&limit=10"));
    }

    #[test]
    fn a_file_is_named_after_the_day_it_ends_on() {
        assert_eq!(file_name("sales", &sales()), "sales-2026-11-23-hour.csv");
    }

    #[test]
    fn lines_have_a_value_for_each_step() {
        let lines: Vec<_> = [0, 1]
            .map(|of| {
                line(&sales(), t::PLACED, PAID, [|row: &SalesRow| row.sales.placed, |row: &SalesRow| cents(row.sales.revenue)][of]).values
            })
            .into();
        assert_eq!(lines, [[4, 1], [9_000, 0]]);
    }

    #[test]
    fn a_mean_is_rounded_and_there_is_none_of_nothing() {
        assert_eq!(mean(Money::eur(9_000), 3), Some(Money::eur(3_000)));
        assert_eq!(mean(Money::eur(200), 3), Some(Money::eur(67)));
        assert_eq!(mean(Money::eur(0), 0), None);
    }

    #[test]
    fn what_is_long_is_told_in_three_figures() {
        assert_eq!([1.0, 9.41, 46.9, 123.4, 999.9].map(three_figures), ["1.00", "9.41", "46.9", "123", "1,000"]);
        assert_eq!(brief(Money::eur(112_345_678)), "€\u{a0}1.12\u{a0}m");
        assert_eq!([999_999, 1_399_374].map(brief_count), ["999,999", "1.40\u{a0}m"]);
    }

    #[test]
    fn the_funnel_compares_each_line_to_the_one_above() {
        let stages = stages(Funnel { views: 1_000, carts: 200, checkouts: 5, paid: 6 });
        let shares: Vec<_> = stages.iter().map(|stage| (stage.count, stage.bar, stage.of_above.as_deref())).collect();
        assert_eq!(
            shares,
            [(1_000, 100.0, None), (200, 20.0, Some("20\u{a0}%")), (5, 0.5, Some("2.5\u{a0}%")), (6, 0.6, Some("120\u{a0}%"))]
        );
    }

    #[test]
    fn nothing_can_be_said_of_a_part_of_nothing() {
        assert_eq!(per_cent(3, 0), None);
        assert_eq!((share(3, 0), per_cent(0, 3).as_deref()), (0.0, Some("0\u{a0}%")));
    }
}
