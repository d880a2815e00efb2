//! What happens, as it comes in.

use leptos::{prelude::*, task::spawn_local};
use tradewind_contract::reports::{LatestEvent, LatestEvents};

use super::{
    live::Live,
    parts::{Board, FailedNote, Head, OrderLink, Table, clock},
};
use crate::{
    api::{self, ApiError},
    app::{Shop, use_shop},
    i18n::{format, t},
    telemetry,
};

const SHOWN: usize = 50;

const COLUMNS: &[Head] = &[Head::Text(t::HEAD_CLOCK), Head::Text(t::HEAD_EVENT), Head::Text(t::HEAD_ORDER), Head::Number(t::HEAD_AMOUNT)];

/// What came in after the newest that is shown is put above it.
async fn ask(live: Live<Vec<LatestEvent>>, shop: Shop) {
    let Some(newest) = live.data.try_with_untracked(|events| events.as_ref()?.first().map(|event| event.position)) else { return };
    let answer: Result<LatestEvents, ApiError> =
        telemetry::action(
            "refresh_events",
            move |trace| async move { shop.api.get(trace, api::admin::latest_events(newest, SHOWN)).await },
        )
        .await;
    let known = live.data.try_get_untracked().flatten().unwrap_or_default();
    live.settle(answer.map(|came| merge(came.items, known)));
}

/// Two questions may be under way at once, as after a retry: nothing is shown twice.
fn merge(came: Vec<LatestEvent>, known: Vec<LatestEvent>) -> Vec<LatestEvent> {
    let newest = known.first().map(|event| event.position);
    let mut events: Vec<_> = came.into_iter().filter(|event| newest.is_none_or(|newest| event.position > newest)).collect();
    events.extend(known);
    events.truncate(SHOWN);
    events
}

#[component]
pub fn Tail() -> impl IntoView {
    let shop = use_shop();
    let live = Live::new();
    let paused = RwSignal::new(false);
    live.follow(move || async move {
        if paused.try_get_untracked() == Some(false) {
            ask(live, shop).await;
        }
    });
    let failed = live.failure();
    let state = move || match (paused.get(), failed.with(Option::is_some)) {
        (true, _) => t::TAIL_PAUSED,
        (false, true) => t::TAIL_NOT_LIVE,
        (false, false) => t::TAIL_LIVE,
    };
    let is_empty = Memo::new(move |_| live.data.with(|events| events.as_ref().is_some_and(Vec::is_empty)));
    let pause = move || {
        view! {
            <div class="row" style="gap:.25rem 1rem">
                <span class="soft tiny">{state}</span>
                <button type="button" class="button short" on:click=move |_| paused.update(|paused| *paused = !*paused)>
                    {move || if paused.get() { t::GO_ON } else { t::PAUSE }}
                </button>
            </div>
        }
    };
    view! {
        <Board id="tail" title=t::EVENTS_AS_THEY_COME across=true tools=pause>
            {move || {
                failed
                    .get()
                    .map(|error| {
                        view! {
                            <FailedNote error />
                            <div class="row">
                                <button type="button" class="button short" on:click=move |_| spawn_local(ask(live, shop))>
                                    {t::TRY_AGAIN}
                                </button>
                            </div>
                        }
                    })
            }}
            // As high with one event as with fifty, so that nothing below or above it jumps.
            <Table label=t::EVENTS_AS_THEY_COME columns=COLUMNS style="block-size:26rem;overflow-y:auto">
                <For each=move || live.data.get().unwrap_or_default() key=|event| event.position let:event>
                    <Row event />
                </For>
                <Show when=move || is_empty.get()>
                    <tr>
                        <td colspan=COLUMNS.len() class="soft">
                            {t::NO_EVENTS_YET}
                        </td>
                    </tr>
                </Show>
            </Table>
        </Board>
    }
}

#[component]
fn Row(event: LatestEvent) -> impl IntoView {
    let at = event.occurred_at;
    view! {
        <tr>
            <td>
                <time datetime=at.to_string()>{clock(at)}</time>
            </td>
            <td class="mono">{event.event_type}</td>
            <td>{event.order_number.map(|number| view! { <OrderLink id=event.aggregate_id.into() number=number.to_string() /> })}</td>
            <td class="num">{event.amount.map(format::money)}</td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(position: i64) -> LatestEvent {
        let value = serde_json::json!({
            "position": position, "event_id": uuid::Uuid::nil(), "event_type": "order.paid", "aggregate_id": uuid::Uuid::nil(),
            "sequence": 1, "occurred_at": "2026-11-23T14:02:05.000Z",
        });
        serde_json::from_value(value).unwrap_or_else(|error| panic!("{error}"))
    }

    fn positions(events: &[LatestEvent]) -> Vec<i64> {
        events.iter().map(|event| event.position).collect()
    }

    #[test]
    fn the_newest_stands_above_and_nothing_stands_twice() {
        let known = vec![event(3), event(2)];
        assert_eq!(positions(&merge(vec![event(5), event(4), event(3)], known)), [5, 4, 3, 2]);
        assert_eq!(positions(&merge(vec![event(1)], Vec::new())), [1]);
    }

    #[test]
    fn the_oldest_make_room() {
        let known: Vec<_> = (1..=SHOWN as i64).rev().map(event).collect();
        let events = merge(vec![event(90)], known);
        assert_eq!(
            (events.len(), events.first().map(|event| event.position), events.last().map(|event| event.position)),
            (SHOWN, Some(90), Some(2))
        );
    }
}
