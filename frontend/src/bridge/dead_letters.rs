//! What could not be handled: by cause, and one by one.

use std::collections::BTreeSet;

use leptos::{ev, prelude::*, task::spawn_local};
use leptos_router::components::A;
use tradewind_contract::{
    Page as Leaf,
    operators::{DeadLetter, DeadLetterCause, DeadLetterState},
};

use super::{
    Causes,
    ask::{Ask, Deed, Done, Question},
    parts::{Address, Board, FailedNote, Head, Leaves, Moment, Nothing, OrderNumberText, Screen, Table, count, shown, use_address},
};
use crate::{
    api::{self, ApiError, query},
    app::use_shop,
    cache::read::{Read, use_read},
    components::state::Sketch,
    i18n::t,
    navigation,
    route::Page,
    telemetry,
};

const FILTERS: &[&str] = &["state", "consumer", "cause"];
const ASKED: &[&str] = &["state", "consumer", "cause", "cursor"];

const COLUMNS: &[Head] = &[
    Head::Unseen(t::HEAD_SELECT),
    Head::Text(t::HEAD_EVENT),
    Head::Text(t::HEAD_ORDER),
    Head::Text(t::HEAD_CONSUMER),
    Head::Text(t::HEAD_CAUSE),
    Head::Number(t::HEAD_TRIES),
    Head::Number(t::HEAD_WAITS_BEHIND),
    Head::Text(t::HEAD_SINCE),
    Head::Unseen(t::DO),
];

/// What the buttons of the screen need. Copy.
#[derive(Clone, Copy)]
struct Desk {
    letters: Read<Leaf<DeadLetter>>,
    causes: Causes,
    question: RwSignal<Option<Question>>,
    selected: RwSignal<BTreeSet<i64>>,
    busy: RwSignal<bool>,
    error: RwSignal<Option<ApiError>>,
}

impl Desk {
    /// Asks for everything again: what was decided is no longer among the open ones.
    fn look_again(self) {
        self.selected.update(BTreeSet::clear);
        self.letters.retry();
        self.causes.0.retry();
    }
}

#[component]
pub fn DeadLettersScreen() -> impl IntoView {
    let shop = use_shop();
    let address = use_address();
    let causes = expect_context::<Causes>();
    let letters = use_read(move || Some(api::admin::dead_letters(&address.query(ASKED))));
    let desk = Desk {
        letters,
        causes,
        question: RwSignal::new(None),
        selected: RwSignal::new(BTreeSet::new()),
        busy: RwSignal::new(false),
        error: RwSignal::new(None),
    };
    Effect::new(move |_| {
        address.query(ASKED);
        desk.selected.update(BTreeSet::clear);
    });
    let done = move |done: Done| {
        shop.toasts.say(match done {
            Done::Redriven(count) => t::redriven(count),
            Done::Letter(_) | Done::Order(_) => t::LETTER_DISCARDED.to_owned(),
        });
        desk.look_again();
        request_animation_frame(navigation::focus_page);
    };
    view! {
        <Screen title=t::DEAD_LETTERS below=|| view! { <p class="soft">{t::DEAD_LETTERS_LEDE}</p> }>
            <CausesBoard desk address />
            <Filters address causes />
            {move || desk.error.get().map(|error| view! { <FailedNote error /> })}
            {shown(
                letters,
                move |leaf| {
                    if leaf.items.is_empty() {
                        let filtered = FILTERS.iter().any(|key| !address.get(key).is_empty());
                        let detail = if filtered { t::NO_LETTERS_FILTERED } else { t::NO_LETTERS_DETAIL };
                        view! { <Nothing sketch=Sketch::Boat title=t::NO_LETTERS_TITLE detail /> }.into_any()
                    } else {
                        view! { <Letters leaf desk address /> }.into_any()
                    }
                },
            )}
            <Ask question=desk.question on_done=done on_refused=move |()| desk.look_again() />
        </Screen>
    }
}

/// The open ones by what they died of, each group to be looked at or redriven as a whole.
#[component]
fn CausesBoard(desk: Desk, address: Address) -> impl IntoView {
    const COLUMNS: &[Head] = &[Head::Text(t::HEAD_CONSUMER), Head::Text(t::HEAD_CAUSE), Head::Number(t::HEAD_COUNT), Head::Unseen(t::DO)];
    let items = Memo::new(move |_| desk.causes.0.data().map(|causes| causes.items).unwrap_or_default());
    move || {
        let items = items.get();
        (!items.is_empty()).then(|| {
            let rows = items.into_iter().map(|cause| view! { <CauseRow cause desk address /> }).collect_view();
            view! {
                <Board id="causes" title=t::CAUSES>
                    <Table label=t::CAUSES columns=COLUMNS>
                        {rows}
                    </Table>
                </Board>
            }
        })
    }
}

#[component]
fn CauseRow(cause: DeadLetterCause, desk: Desk, address: Address) -> impl IntoView {
    let what = t::of_letter(&format!("{}: {}", t::consumer(&cause.consumer), cause.cause));
    let here = query::write([("consumer", cause.consumer.as_str()), ("cause", cause.cause.as_str())]);
    let is_here = {
        let cause = cause.clone();
        move || (address.get("consumer") == cause.consumer && address.get("cause") == cause.cause).then_some("true")
    };
    let question = Question {
        deed: Deed::RedriveAll { consumer: cause.consumer.clone(), cause: cause.cause.clone() },
        title: t::REDRIVE_QUESTION.to_owned(),
        means: t::redrive_means(&t::consumer(&cause.consumer), &cause.cause, cause.count),
        verb: t::REDRIVE,
    };
    view! {
        <tr>
            <td>{t::consumer(&cause.consumer)}</td>
            <td class="bad" style="font-weight:400;min-inline-size:14rem">
                {cause.cause}
            </td>
            <td class="num">{count(cause.count)}</td>
            <td>
                <div class="row" style="flex-wrap:nowrap;gap:.5rem">
                    <button type="button" class="button short" on:click=move |_| desk.question.set(Some(question.clone()))>
                        {t::redrive_all(cause.count)}
                        <span class="unseen">{what.clone()}</span>
                    </button>
                    <a
                        href=format!("{}{here}", Page::DeadLetters.path())
                        class="button short"
                        style="border-color:transparent"
                        aria-current=is_here
                    >
                        {t::SHOW}
                        <span class="unseen">{what}</span>
                    </a>
                </div>
            </td>
        </tr>
    }
}

#[component]
fn Filters(address: Address, causes: Causes) -> impl IntoView {
    let state = RwSignal::new(String::new());
    let consumer = RwSignal::new(String::new());
    let cause = RwSignal::new(String::new());
    // The address may be changed by a link or by going back.
    Effect::new(move |_| {
        let asked = address.get("state");
        state.set(if asked.is_empty() { DeadLetterState::Dead.as_str().to_owned() } else { asked });
        consumer.set(address.get("consumer"));
        cause.set(address.get("cause"));
    });
    let apply = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let state = Some(state.get_untracked()).filter(|state| state != DeadLetterState::Dead.as_str()).unwrap_or_default();
        address.go(&Page::DeadLetters, &[("state", state), ("consumer", consumer.get_untracked()), ("cause", cause.get_untracked())]);
    };
    let states = DeadLetterState::ALL
        .map(|known| {
            view! {
                <option value=known.as_str() selected=move || state.with(|state| state == known.as_str())>
                    {t::letter_state(known)}
                </option>
            }
        })
        .into_iter()
        .collect_view();
    // Those with open letters, and the one that is asked for.
    let consumers = move || {
        let mut names: BTreeSet<String> =
            causes.0.data().map(|causes| causes.items.into_iter().map(|cause| cause.consumer).collect()).unwrap_or_default();
        names.insert(address.get("consumer"));
        names.remove("");
        names
            .into_iter()
            .map(|name| {
                let text = t::consumer(&name);
                let value = name.clone();
                view! {
                    <option value=value selected=move || consumer.with(|consumer| *consumer == name)>
                        {text}
                    </option>
                }
            })
            .collect_view()
    };
    view! {
        <form class="sieve" on:submit=apply>
            <div class="field wide">
                <label for="letter-cause">{t::FILTER_CAUSE}</label>
                <input
                    id="letter-cause"
                    class="input"
                    type="search"
                    autocomplete="off"
                    prop:value=move || cause.get()
                    on:input:target=move |event| cause.set(event.target().value())
                />
            </div>
            <div class="field">
                <label for="letter-state">{t::FILTER_STATE}</label>
                <select id="letter-state" class="select" prop:value=move || state.get() on:change:target=move |event| state.set(event.target().value())>
                    {states}
                </select>
            </div>
            <div class="field">
                <label for="letter-consumer">{t::FILTER_CONSUMER}</label>
                <select id="letter-consumer" class="select" prop:value=move || consumer.get() on:change:target=move |event| consumer.set(event.target().value())>
                    <option value="" selected=move || consumer.with(String::is_empty)>
                        {t::ANY}
                    </option>
                    {consumers}
                </select>
            </div>
            <button class="button short">{t::SHOW}</button>
        </form>
    }
}

#[component]
fn Letters(leaf: Leaf<DeadLetter>, desk: Desk, address: Address) -> impl IntoView {
    let shop = use_shop();
    let open: Vec<i64> = leaf.items.iter().filter(|letter| letter.state == DeadLetterState::Dead).map(|letter| letter.id).collect();
    let some_open = !open.is_empty();
    let rows = leaf.items.into_iter().map(|letter| view! { <Row letter desk /> }).collect_view();
    let selected = Memo::new(move |_| desk.selected.with(BTreeSet::len));
    let all = {
        let open = open.clone();
        move || desk.selected.with(|selected| open.iter().all(|id| selected.contains(id)))
    };
    let select_all = move |is_on: bool| desk.selected.set(if is_on { open.iter().copied().collect() } else { BTreeSet::new() });
    let redrive = move |_| {
        let ids: Vec<i64> = desk.selected.with_untracked(|selected| selected.iter().copied().collect());
        if !ids.is_empty() {
            redrive(shop, desk, ids);
        }
    };
    let tools = move || {
        let (all, select_all) = (all.clone(), select_all.clone());
        some_open.then(|| {
            view! {
                <div class="row">
                    <label class="check">
                        <input type="checkbox" prop:checked=all on:change:target=move |event| select_all(event.target().checked()) />
                        {t::SELECT_THE_PAGE}
                    </label>
                    <button
                        type="button"
                        class="button short"
                        aria-disabled=move || (selected.get() == 0 || desk.busy.get()).then_some("true")
                        on:click=redrive
                    >
                        {move || t::redrive_selected(selected.get())}
                    </button>
                </div>
            }
        })
    };
    view! {
        <Board id="letters" title=t::DEAD_LETTERS tools=tools>
            <Table label=t::DEAD_LETTERS columns=COLUMNS>
                {rows}
            </Table>
            <Leaves address page=Page::DeadLetters keys=FILTERS next_cursor=leaf.next_cursor />
        </Board>
    }
}

#[component]
fn Row(letter: DeadLetter, desk: Desk) -> impl IntoView {
    let shop = use_shop();
    let id = letter.id;
    let number = letter.order_number.as_ref().map(ToString::to_string);
    let name = t::letter_name(letter.event_type.as_deref(), number.as_deref());
    let is_open = letter.state == DeadLetterState::Dead;
    let question = Question {
        deed: Deed::Discard(id),
        title: t::DISCARD_QUESTION.to_owned(),
        means: t::discard_means(&t::consumer(&letter.consumer), letter.parked),
        verb: t::DISCARD_VERB,
    };
    let select = {
        let label = t::select_letter(&name);
        move || {
            view! {
                <label class="check">
                    <input
                        type="checkbox"
                        aria-label=label
                        prop:checked=move || desk.selected.with(|selected| selected.contains(&id))
                        on:change:target=move |event| {
                            let is_on = event.target().checked();
                            desk.selected
                                .update(|selected| {
                                    if is_on { selected.insert(id) } else { selected.remove(&id) };
                                });
                        }
                    />
                </label>
            }
        }
    };
    let of = t::of_letter(&name);
    let of_number = number.as_deref().map(t::of_letter);
    let buttons = {
        let of = of.clone();
        move || {
            view! {
                <div class="row" style="flex-wrap:nowrap;gap:.5rem">
                    <button
                        type="button"
                        class="button short"
                        aria-disabled=move || desk.busy.get().then_some("true")
                        on:click=move |_| redrive(shop, desk, vec![id])
                    >
                        {t::REDRIVE}
                        <span class="unseen">{of.clone()}</span>
                    </button>
                    <button
                        type="button"
                        class="button short"
                        style="border-color:transparent"
                        on:click=move |_| desk.question.set(Some(question.clone()))
                    >
                        {t::DISCARD}
                        <span class="unseen">{of}</span>
                    </button>
                </div>
            }
        }
    };
    view! {
        <tr>
            <td>{is_open.then(select)}</td>
            <td>
                <A href=Page::DeadLetter(id).path() attr:class="mono">
                    {letter.event_type.unwrap_or_else(|| t::UNREADABLE.to_owned())}
                    <span class="unseen">{of_number}</span>
                </A>
            </td>
            <td>
                <OrderNumberText number />
            </td>
            <td>{t::consumer(&letter.consumer)}</td>
            <td class="bad" style="font-weight:400;min-inline-size:11rem;overflow-wrap:anywhere">
                {letter.cause}
            </td>
            <td class="num">{letter.attempt}</td>
            <td class="num">{count(letter.parked)}</td>
            <td>
                <Moment at=letter.created_at />
            </td>
            <td>{if is_open { buttons().into_any() } else { view! { <span class="soft">{t::letter_state(letter.state)}</span> }.into_any() }}</td>
        </tr>
    }
}

/// One after the other; what was refused is told, and the rest has been done.
fn redrive(shop: crate::app::Shop, desk: Desk, ids: Vec<i64>) {
    if desk.busy.get_untracked() {
        return;
    }
    desk.busy.set(true);
    desk.error.set(None);
    spawn_local(async move {
        let mut done = 0;
        let mut refused = None;
        for id in ids {
            match telemetry::action("redrive_dead_letter", move |trace| async move { shop.api.redrive(trace, id).await }).await {
                Ok(_) => done += 1,
                Err(error) => refused = Some(error),
            }
        }
        if done > 0 {
            shop.toasts.say(t::redriven(done));
        }
        if desk.busy.try_set(false).is_some() {
            return; // The page was left.
        }
        desk.error.set(refused);
        desk.look_again();
        request_animation_frame(navigation::focus_page);
    });
}
