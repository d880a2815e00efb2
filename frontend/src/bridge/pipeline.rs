//! How far what happened is on its way, every two seconds for as long as somebody looks.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::components::A;
use tradewind_contract::{
    Timestamp,
    operators::{ConsumerState, OutboxState, Pipeline},
};

use super::{
    Causes,
    chart::{AsTable, Chart, Line, Lines, Stroke, Unit},
    live::{LOOK_MS, Live, NotLive},
    parts::{Board, Dial, DialText, Failed, Head, OnTheWay, Screen, Table, clock, count, lasting},
};
use crate::{
    api,
    app::{Shop, use_shop},
    components::fields::Warning,
    i18n::t,
    route::Page,
    telemetry,
};

/// What the oldest unpublished event may be old.
const GOAL_OLDEST_MS: u64 = 100;
/// From here on a consumer counts as slow: half a minute of a busy shop.
const SLOW_FROM: u64 = 200;

async fn ask(live: Live<Pipeline>, shop: Shop) {
    live.settle(telemetry::action("refresh_pipeline", move |trace| async move { shop.api.get(trace, api::admin::pipeline()).await }).await);
}

#[component]
pub fn PipelineScreen() -> impl IntoView {
    let shop = use_shop();
    let live = Live::new();
    live.follow(move || ask(live, shop));
    let at = live.part(|pipeline| clock(pipeline.at));
    let failed = live.failure();
    let below = move || match (at.get(), failed.with(Option::is_some)) {
        (Some(at), false) => t::live_at(&at),
        (Some(at), true) => t::not_live_since(&at),
        (None, _) => t::ASKING_THE_PIPELINE.to_owned(),
    };
    let is_there = Memo::new(move |_| live.data.with(Option::is_some));
    view! {
        <Screen title=t::PIPELINE below=move || view! { <p class="soft figures">{below}</p> }>
            {move || {
                failed
                    .get()
                    .map(|error| match at.get_untracked() {
                        None => view! { <Failed error on_retry=move || spawn_local(ask(live, shop)) /> }.into_any(),
                        Some(at) => view! { <NotLive at again_s=LOOK_MS / 1_000 error /> }.into_any(),
                    })
            }} <Show when=move || is_there.get() fallback=move || (!failed.with(Option::is_some)).then(|| view! { <OnTheWay /> })>
                <Stages live />
            </Show>
        </Screen>
    }
}

#[component]
fn Stages(live: Live<Pipeline>) -> impl IntoView {
    let notes = live.part(|pipeline| (pipeline.workers.len(), dead(pipeline), pipeline.payment_differences));
    // The navigation tells how many wait, and asks for that only now and then.
    let causes = expect_context::<Causes>();
    let dead_now = live.part(dead);
    Effect::new(move |seen: Option<Option<u64>>| {
        let now = dead_now.get();
        if seen.is_some_and(|seen| seen != now) {
            causes.0.retry();
        }
        now
    });
    let dials = live.part(dials);
    let strip = live.part(strip);
    // Before the first answer nothing of this is drawn.
    let orders = Memo::new(move |_| live.data.with(|pipeline| pipeline.as_ref().map(minutes).unwrap_or_default()));
    let chart = Memo::new(move |_| orders.with(|minutes| orders_chart(minutes)));
    let rows = Memo::new(move |_| {
        orders.with(|minutes| minutes.iter().rev().map(|(minute, orders)| vec![minute.clone(), count((*orders).into())]).collect())
    });
    let consumers = live.part(|pipeline| pipeline.consumers.clone());
    let outboxes = live.part(|pipeline| pipeline.outboxes.iter().map(Row::of).collect::<Vec<_>>());
    view! {
        {move || notes.get().map(|(workers, dead, differences)| view! { <Notes workers dead differences /> })}
        <div class="dials">
            {move || dials.get().into_iter().flatten().map(|dial| view! { <Dial dial /> }).collect_view()}
        </div>
        <section class="stack" style="--flow:.75rem" aria-labelledby="click-to-parcel">
            <h2 id="click-to-parcel">{t::CLICK_TO_PARCEL}</h2>
            <ol class="dials" role="list" style="grid-template-columns:repeat(auto-fit,minmax(min(13rem,45%),1fr))">
                {move || strip.get().into_iter().flatten().map(|stage| view! { <Stop stage /> }).collect_view()}
            </ol>
        </section>
        <div class="boards">
            <Board id="orders-a-minute" title=t::ORDERS_A_MINUTE>
                <Lines chart />
                <AsTable label=t::ORDERS_A_MINUTE columns=&[Head::Text(t::HEAD_MINUTE), Head::Number(t::HEAD_ORDERS)] rows />
            </Board>
            <Board id="events-behind" title=t::EVENTS_BEHIND>
                {move || consumers.get().map(|consumers| view! { <Bars consumers /> })}
            </Board>
            <Board id="consumers" title=t::CONSUMERS across=true>
                {move || consumers.get().map(|consumers| view! { <Consumers consumers /> })}
            </Board>
            <Board id="outboxes" title=t::OUTBOXES across=true>
                {move || outboxes.get().map(|rows| view! { <Outboxes rows /> })}
            </Board>
        </div>
    }
}

/// The orders of each whole minute, the oldest first.
fn minutes(pipeline: &Pipeline) -> Vec<(String, u32)> {
    let orders = &pipeline.orders_per_minute;
    orders.iter().enumerate().map(|(index, orders_then)| (minute(pipeline.at, orders.len() - 1 - index), *orders_then)).collect()
}

/// The clock so many whole minutes before the last whole one, `14:02`.
fn minute(at: Timestamp, before: usize) -> String {
    let ms = at.unix_ms() - 60_000 * (before as i64 + 1);
    let at = time::OffsetDateTime::from_unix_timestamp(ms.div_euclid(1_000)).map_or(at, Timestamp);
    clock(at).chars().take(5).collect()
}

fn orders_chart(minutes: &[(String, u32)]) -> Chart {
    let orders = minutes.iter().map(|(_, orders)| *orders);
    let (least, most) = (orders.clone().min().unwrap_or(0), orders.clone().max().unwrap_or(0));
    Chart {
        label: t::orders_chart(minutes.len(), least, most),
        steps: minutes.iter().map(|(minute, _)| minute.clone()).collect(),
        name_every: 20,
        unit: Unit::Count,
        lines: vec![Line { name: t::HEAD_ORDERS, stroke: Stroke::Solid, values: orders.map(u64::from).collect() }],
    }
}

fn dead(pipeline: &Pipeline) -> u64 {
    pipeline.consumers.iter().map(|consumer| consumer.dead).sum()
}

/// What somebody has to know before the numbers.
#[component]
fn Notes(workers: usize, dead: u64, differences: u64) -> impl IntoView {
    let note = |title: String, detail: &'static str, link: Option<AnyView>| {
        view! {
            <div class="note warn">
                <Warning />
                <p>
                    <b style="font-weight:500">{title}</b>
                    " "
                    {detail}
                    " "
                    {link}
                </p>
            </div>
        }
    };
    let see = || view! { <A href=Page::DeadLetters.path()>{t::SEE_DEAD_LETTERS}</A> }.into_any();
    view! {
        {(workers == 0).then(|| note(t::NO_WORKERS_TITLE.to_owned(), t::NO_WORKERS_DETAIL, None))}
        {(dead > 0).then(|| note(t::dead_title(dead), t::DEAD_DETAIL, Some(see())))}
        {(differences > 0).then(|| note(t::differ_title(differences), t::DIFFER_DETAIL, None))}
    }
}

fn dials(pipeline: &Pipeline) -> Vec<DialText> {
    let minutes = &pipeline.orders_per_minute;
    let last = minutes.last().copied().unwrap_or(0);
    let before = minutes.iter().rev().nth(1).copied().unwrap_or(0);
    let hour: u64 = minutes.iter().copied().map(u64::from).sum();
    let waiting = pipeline.outboxes.iter().map(|outbox| outbox.waiting).sum();
    let oldest_ms = oldest_ms(pipeline);
    let parked = pipeline.consumers.iter().map(|consumer| consumer.parked).sum();
    let dial = |name, value, note: &str, is_bad| DialText { name, value, note: note.to_owned(), is_bad };
    vec![
        dial(t::ORDERS_LAST_MINUTE, count(last.into()), &format!("{} {}", t::A_MINUTE_BEFORE_LAST, count(before.into())), false),
        dial(t::ORDERS_LAST_HOUR, count(hour), t::WHOLE_MINUTES, false),
        dial(t::OUTBOX_WAITING, count(waiting), t::EVENTS_IN_OUTBOXES, false),
        dial(t::OUTBOX_OLDEST, lasting(oldest_ms), t::GOAL_100_MS, false),
        dial(t::PARKED_EVENTS, count(parked), t::PARKED_NOTE, parked > 0),
        dial(t::PAYMENTS_THAT_DIFFER, count(pipeline.payment_differences), t::PAYMENTS_THAT_DIFFER_NOTE, pipeline.payment_differences > 0),
    ]
}

fn oldest_ms(pipeline: &Pipeline) -> u64 {
    pipeline.outboxes.iter().map(|outbox| outbox.oldest_ms).max().unwrap_or(0)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Health {
    Well,
    Slow,
    NeedsYou,
}

#[derive(Debug, Clone, PartialEq)]
struct Stage {
    name: String,
    text: String,
    health: Health,
}

/// From left to right, as an order goes.
fn strip(pipeline: &Pipeline) -> Vec<Stage> {
    let slow = |is_slow| if is_slow { Health::Slow } else { Health::Well };
    let stage = |name: &str, text, health| Stage { name: name.to_owned(), text, health };
    let waiting = pipeline.outboxes.iter().map(|outbox| outbox.waiting).sum();
    let (owned, slices) = pipeline.outboxes.iter().fold((0, 0), |(owned, all), outbox| (owned + outbox.slices_owned, all + outbox.slices));
    let oldest_ms = oldest_ms(pipeline);
    let dead = dead(pipeline);
    let mut strip = vec![
        stage(t::STAGE_ORDERS, t::a_minute(&count(pipeline.orders_per_minute.last().copied().unwrap_or(0).into())), Health::Well),
        stage(t::STAGE_OUTBOX, t::rows_and_age(&count(waiting), &lasting(oldest_ms)), slow(oldest_ms > GOAL_OLDEST_MS)),
        stage(t::STAGE_RELAY, t::slices(owned, slices), slow(owned < slices)),
        stage(
            t::STAGE_WORKERS,
            t::at_work(pipeline.workers.len()),
            if pipeline.workers.is_empty() { Health::NeedsYou } else { Health::Well },
        ),
    ];
    strip.extend(pipeline.consumers.iter().map(|consumer| {
        let lag = consumer.lag.map(count);
        stage(&t::consumer(&consumer.name), t::behind(lag.as_deref()), slow(is_slow(consumer)))
    }));
    strip.push(stage(t::DEAD_LETTERS, t::so_many_wait_for_you(dead), if dead > 0 { Health::NeedsYou } else { Health::Well }));
    strip
}

fn is_slow(consumer: &ConsumerState) -> bool {
    consumer.lag.is_none_or(|lag| lag >= SLOW_FROM)
}

#[component]
fn Stop(stage: Stage) -> impl IntoView {
    let (class, colour, word) = match stage.health {
        Health::Well => ("status", "var(--kelp)", t::HEALTHY),
        Health::Slow => ("status wait", "var(--brass)", t::SLOW),
        Health::NeedsYou => ("status wait", "var(--signal)", t::NEEDS_YOU),
    };
    view! {
        <li class="dial">
            <span class=class style=format!("color:{colour};white-space:normal")>
                {stage.name}
            </span>
            <span class="soft tiny figures">{stage.text} <span class="unseen">{word}</span></span>
        </li>
    }
}

/// The numbers stand beside the bars, which therefore say nothing of their own.
#[component]
fn Bars(consumers: Vec<ConsumerState>) -> impl IntoView {
    if consumers.is_empty() {
        return view! { <p class="soft">{t::NO_CONSUMERS}</p> }.into_any();
    }
    let most = consumers.iter().filter_map(|consumer| consumer.lag).max().unwrap_or(0).max(1);
    let bars = consumers
        .into_iter()
        .map(|consumer| {
            let share = consumer.lag.unwrap_or(0) as f64 * 100.0 / most as f64;
            let colour = if is_slow(&consumer) { "var(--brass)" } else { "var(--sea)" };
            view! {
                <div>
                    <span>{t::consumer(&consumer.name)}</span>
                    <i style=format!("--at:{share:.1}%;--c:{colour}")></i>
                    <span class="figures">{consumer.lag.map_or_else(|| t::NOT_REPORTED.to_owned(), count)}</span>
                </div>
            }
        })
        .collect_view();
    view! { <div class="bars">{bars}</div> }.into_any()
}

#[component]
fn Consumers(consumers: Vec<ConsumerState>) -> impl IntoView {
    if consumers.is_empty() {
        return view! { <p class="soft">{t::NO_CONSUMERS}</p> }.into_any();
    }
    let rows = consumers
        .into_iter()
        .map(|consumer| {
            view! {
                <tr>
                    <td>{t::consumer(&consumer.name)}</td>
                    <td class="num">{consumer.lag.map_or_else(|| t::NOT_REPORTED.to_owned(), count)}</td>
                    <td class="num">{count(consumer.retrying)}</td>
                    <td class="num">{count(consumer.parked)}</td>
                    <td class=if consumer.dead == 0 { "num" } else { "num bad" }>{count(consumer.dead)}</td>
                </tr>
            }
        })
        .collect_view();
    const COLUMNS: &[Head] = &[
        Head::Text(t::HEAD_CONSUMER),
        Head::Number(t::HEAD_LAG),
        Head::Number(t::HEAD_RETRYING),
        Head::Number(t::HEAD_PARKED),
        Head::Number(t::HEAD_DEAD),
    ];
    view! {
        <Table label=t::CONSUMERS columns=COLUMNS>
            {rows}
        </Table>
    }
    .into_any()
}

/// An outbox as it is shown.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    database: String,
    waiting: String,
    oldest: String,
    rate: String,
    slices: String,
}

impl Row {
    fn of(outbox: &OutboxState) -> Self {
        Self {
            database: outbox.database.clone(),
            waiting: count(outbox.waiting),
            oldest: lasting(outbox.oldest_ms),
            rate: format!("{:.1}", outbox.published_per_second),
            slices: t::slices(outbox.slices_owned, outbox.slices),
        }
    }
}

#[component]
fn Outboxes(rows: Vec<Row>) -> impl IntoView {
    if rows.is_empty() {
        return view! { <p class="soft">{t::NO_OUTBOXES}</p> }.into_any();
    }
    let rows = rows
        .into_iter()
        .map(|row| {
            view! {
                <tr>
                    <td class="mono">{row.database}</td>
                    <td class="num">{row.waiting}</td>
                    <td class="num">{row.oldest}</td>
                    <td class="num">{row.rate}</td>
                    <td class="num">{row.slices}</td>
                </tr>
            }
        })
        .collect_view();
    const COLUMNS: &[Head] = &[
        Head::Text(t::HEAD_DATABASE),
        Head::Number(t::HEAD_WAITING),
        Head::Number(t::HEAD_OLDEST),
        Head::Number(t::HEAD_RATE),
        Head::Number(t::STAGE_RELAY),
    ];
    view! {
        <Table label=t::OUTBOXES columns=COLUMNS>
            {rows}
        </Table>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pipeline(workers: bool, dead: u64, lag: Option<u64>) -> Pipeline {
        let at = "2026-11-23T14:02:05.000Z";
        let workers = if workers { serde_json::json!([{ "instance": "worker-1", "reported_at": at }]) } else { serde_json::json!([]) };
        let outbox = serde_json::json!({
            "database": "orders", "waiting": 3, "oldest_ms": 40, "published_per_second": 1.5,
            "slices_owned": 16, "slices": 16, "reported_at": at,
        });
        let mut consumer = serde_json::json!({ "name": "fulfilment", "retrying": 0, "parked": 2, "dead": dead });
        if let Some(lag) = lag {
            consumer["lag"] = lag.into();
        }
        let value = serde_json::json!({
            "at": at, "orders_per_minute": [1, 2, 3], "outboxes": [outbox], "consumers": [consumer],
            "workers": workers, "payment_differences": 0,
        });
        serde_json::from_value(value).unwrap_or_else(|error| panic!("{error}"))
    }

    fn health(pipeline: &Pipeline, name: &str) -> Health {
        strip(pipeline).into_iter().find(|stage| stage.name == name).map_or_else(|| panic!("{name}"), |stage| stage.health)
    }

    #[test]
    fn what_is_wrong_shows_where_it_is_wrong() {
        let well = pipeline(true, 0, Some(0));
        assert!(strip(&well).iter().all(|stage| stage.health == Health::Well), "{:?}", strip(&well));
        assert_eq!(health(&pipeline(false, 0, Some(0)), "Workers"), Health::NeedsYou);
        assert_eq!(health(&pipeline(true, 1, Some(0)), "Dead letters"), Health::NeedsYou);
        assert_eq!(health(&pipeline(true, 0, Some(SLOW_FROM)), "Fulfilment"), Health::Slow);
        assert_eq!(health(&pipeline(true, 0, None), "Fulfilment"), Health::Slow);
    }

    #[test]
    fn the_dials_add_up() {
        let texts: Vec<_> = dials(&pipeline(true, 0, Some(0))).into_iter().map(|dial| dial.value).collect();
        assert_eq!(texts, ["3", "6", "3", "40 ms", "2", "0"]);
    }

    #[test]
    fn the_last_minute_is_the_last_whole_one() {
        let minutes = minutes(&pipeline(true, 0, Some(0)));
        assert_eq!(minutes, [("13:59".to_owned(), 1), ("14:00".to_owned(), 2), ("14:01".to_owned(), 3)]);
    }
}
