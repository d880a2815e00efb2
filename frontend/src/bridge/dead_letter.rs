//! One dead letter: what it says, why it failed, what waits behind it, and what was decided.

use leptos::{prelude::*, task::spawn_local};
use tradewind_contract::operators::{DeadLetterDetail, DeadLetterState};

use super::{
    Causes,
    ask::{Ask, Deed, Done, Question},
    parts::{BackLink, Board, FailedNote, Head, Moment, OrderLink, OrderNumberText, Screen, Table, TraceLink, count, follow, shown},
};
use crate::{
    api::{self, ApiError},
    app::use_shop,
    cache::read::{Read, use_read},
    i18n::t,
    navigation,
    route::Page,
    telemetry,
};

/// Copy.
#[derive(Clone, Copy)]
struct Desk {
    letter: Read<DeadLetterDetail>,
    question: RwSignal<Option<Question>>,
    busy: RwSignal<bool>,
    error: RwSignal<Option<ApiError>>,
}

#[component]
pub fn DeadLetterScreen(id: i64) -> impl IntoView {
    let shop = use_shop();
    let causes = expect_context::<Causes>();
    let letter = use_read(move || Some(api::admin::dead_letter(id)));
    let desk = Desk { letter, question: RwSignal::new(None), busy: RwSignal::new(false), error: RwSignal::new(None) };
    // While the worker tries it again.
    follow(letter, |detail| detail.letter.state == DeadLetterState::Redriving);
    let title = Memo::new(move |_| letter.data().map_or_else(|| t::DEAD_LETTERS.to_owned(), |detail| title(&detail)));
    let done = move |done: Done| {
        if let Done::Letter(detail) = done {
            letter.set(*detail);
            shop.toasts.say(t::LETTER_DISCARDED);
            causes.0.retry();
        }
        request_animation_frame(navigation::focus_page);
    };
    view! {
        <Screen title below=|| view! { <BackLink page=Page::DeadLetters name=t::ALL_DEAD_LETTERS /> }>
            {move || desk.error.get().map(|error| view! { <FailedNote error /> })}
            {shown(letter, move |detail| view! { <Detail detail desk causes /> }.into_any())}
            <Ask question=desk.question on_done=done on_refused=move |()| letter.retry() />
        </Screen>
    }
}

fn title(detail: &DeadLetterDetail) -> String {
    t::dead_letter_title(detail.letter.event_type.as_deref())
}

#[component]
fn Detail(detail: DeadLetterDetail, desk: Desk, causes: Causes) -> impl IntoView {
    let letter = detail.letter;
    let shown = detail.parked_events.len() as u64;
    let is_open = letter.state == DeadLetterState::Dead;
    let fact = |name: &'static str, value: AnyView| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd style="overflow-wrap:anywhere">{value}</dd>
            </div>
        }
    };
    let order = match (detail.order_id, &letter.order_number) {
        (Some(id), Some(number)) => view! { <OrderLink id number=number.to_string() /> }.into_any(),
        _ => view! { <OrderNumberText number=letter.order_number.as_ref().map(ToString::to_string) /> }.into_any(),
    };
    let mono = |text: String| view! { <span class="mono" style="white-space:normal">{text}</span> }.into_any();
    view! {
        <div class="row between panel" style="background:var(--paper-raised)">
            <div>
                <p>
                    <span
                        class=if is_open { "status wait" } else { "status" }
                        style=if is_open { "color:var(--signal)" } else { "color:var(--ink-soft)" }
                    >
                        {t::letter_state(letter.state)}
                    </span>
                </p>
                <p class="bad" style="font-weight:400;overflow-wrap:anywhere">
                    {letter.cause.clone()}
                </p>
            </div>
            {is_open.then(|| view! { <Buttons id=letter.id consumer=letter.consumer.clone() parked=letter.parked desk causes /> })}
        </div>
        <div class="boards">
            <Board id="facts" title=t::LETTER_FACTS>
                <dl class="sheet">
                    {fact(t::HEAD_CONSUMER, t::consumer(&letter.consumer).into_any())} {fact(t::HEAD_ORDER, order)}
                    {fact(t::FACT_PLACE, mono(format!("{}, {}, {}", letter.topic, letter.partition, letter.offset)))}
                    {letter.event_id.map(|id| fact(t::FACT_EVENT_ID, mono(id.to_string())))}
                    {letter.aggregate_id.map(|id| fact(t::FACT_AGGREGATE, mono(id.to_string())))}
                    {letter.sequence.map(|sequence| fact(t::FACT_SEQUENCE, sequence.into_any()))}
                    {fact(t::FACT_TRIES, letter.attempt.into_any())}
                    {fact(t::FACT_SINCE, view! { <Moment at=letter.created_at /> }.into_any())}
                    {fact(t::HEAD_TRACE, view! { <TraceLink trace_id=letter.trace_id /> }.into_any())}
                </dl>
            </Board>
            <Board id="behind" title=t::WAITING_BEHIND>
                {if detail.parked_events.is_empty() {
                    view! { <p class="soft">{t::NOTHING_WAITS}</p> }.into_any()
                } else {
                    let rows = detail
                        .parked_events
                        .into_iter()
                        .map(|event| {
                            view! {
                                <tr>
                                    <td class="figures">{event.sequence}</td>
                                    <td class="mono">{event.event_type}</td>
                                    <td>
                                        <Moment at=event.held_at />
                                    </td>
                                </tr>
                            }
                        })
                        .collect_view();
                    const COLUMNS: &[Head] = &[Head::Text(t::HEAD_SEQUENCE), Head::Text(t::HEAD_EVENT), Head::Text(t::HEAD_SINCE)];
                    view! {
                        <Table label=t::WAITING_BEHIND columns=COLUMNS>
                            {rows}
                        </Table>
                        {(letter.parked > shown).then(|| view! { <p class="soft">{t::first_of(shown, &count(letter.parked))}</p> })}
                    }
                        .into_any()
                }}
            </Board>
            <Board id="message" title=t::MESSAGE across=true>
                {detail.payload_base64.is_some().then(|| view! { <p class="soft">{t::MESSAGE_NOT_TEXT}</p> })}
                <pre class="scroll bytes" tabindex="0" role="region" aria-label=t::MESSAGE>
                    {detail.payload_base64.unwrap_or_else(|| pretty(&detail.payload))}
                </pre>
            </Board>
            <Board id="headers" title=t::HEADERS across=true>
                {if detail.headers.is_empty() {
                    view! { <p class="soft">{t::NO_HEADERS}</p> }.into_any()
                } else {
                    let rows = detail
                        .headers
                        .into_iter()
                        .map(|(name, value)| {
                            view! {
                                <tr>
                                    <td class="mono">{name}</td>
                                    <td class="mono" style="white-space:normal;overflow-wrap:anywhere">
                                        {value}
                                    </td>
                                </tr>
                            }
                        })
                        .collect_view();
                    view! {
                        <Table label=t::HEADERS columns=&[Head::Text(t::HEAD_HEADER), Head::Text(t::HEAD_VALUE)]>
                            {rows}
                        </Table>
                    }
                        .into_any()
                }}
            </Board>
            <Board id="decisions" title=t::DECISIONS across=true>
                {if detail.decisions.is_empty() {
                    view! { <p class="soft">{t::NO_DECISIONS}</p> }.into_any()
                } else {
                    let rows = detail
                        .decisions
                        .into_iter()
                        .map(|decision| {
                            let reason = if decision.reason.is_empty() { t::WITHOUT_REASON.to_owned() } else { decision.reason };
                            view! {
                                <tr>
                                    <td>
                                        <Moment at=decision.decided_at />
                                    </td>
                                    <td>{t::decision(&decision.action)}</td>
                                    <td>{reason}</td>
                                    <td class="mono">{decision.actor}</td>
                                </tr>
                            }
                        })
                        .collect_view();
                    const COLUMNS: &[Head] = &[
                        Head::Text(t::HEAD_WHEN),
                        Head::Text(t::HEAD_ACTION),
                        Head::Text(t::HEAD_REASON),
                        Head::Text(t::HEAD_OPERATOR),
                    ];
                    view! {
                        <Table label=t::DECISIONS columns=COLUMNS>
                            {rows}
                        </Table>
                    }
                        .into_any()
                }}
            </Board>
        </div>
    }
}

#[component]
fn Buttons(id: i64, consumer: String, parked: u64, desk: Desk, causes: Causes) -> impl IntoView {
    let shop = use_shop();
    let redrive = move |_| {
        if desk.busy.get_untracked() {
            return;
        }
        desk.busy.set(true);
        desk.error.set(None);
        spawn_local(async move {
            let answer = telemetry::action("redrive_dead_letter", move |trace| async move { shop.api.redrive(trace, id).await }).await;
            if desk.busy.try_set(false).is_some() {
                return; // The page was left.
            }
            match answer {
                Ok(detail) => {
                    desk.letter.set(detail);
                    causes.0.retry();
                    shop.toasts.say(t::redriven(1));
                    request_animation_frame(navigation::focus_page);
                }
                Err(refused) => {
                    if refused.status() == Some(409) {
                        desk.letter.retry();
                    }
                    desk.error.set(Some(refused));
                }
            }
        });
    };
    let discard = move |_| {
        desk.question.set(Some(Question {
            deed: Deed::Discard(id),
            title: t::DISCARD_QUESTION.to_owned(),
            means: t::discard_means(&t::consumer(&consumer), parked),
            verb: t::DISCARD_VERB,
        }));
    };
    view! {
        <div class="row">
            <button type="button" class="button main" aria-disabled=move || desk.busy.get().then_some("true") on:click=redrive>
                {t::REDRIVE}
            </button>
            <button type="button" class="button" on:click=discard>
                {t::DISCARD}
            </button>
        </div>
    }
}

/// JSON with its lines; anything else as it is.
fn pretty(payload: &str) -> String {
    let value = serde_json::from_str::<serde_json::Value>(payload);
    value.and_then(|value| serde_json::to_string_pretty(&value)).unwrap_or_else(|_| payload.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_json_gets_its_lines_and_nothing_is_lost_of_the_rest() {
        assert_eq!(pretty("{\"a\":1}"), "{\n  \"a\": 1\n}");
        assert_eq!(pretty("{\"a\":"), "{\"a\":");
    }
}
