//! The search below the header, with suggestions (WAI-ARIA combobox with a list).

use std::time::Duration;

use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::hooks::{use_navigate, use_query_map};
use tradewind_contract::{catalog::Suggestion, limits::SEARCH_MAX};

use super::icon::{Glyph, Icon};
use crate::{api::catalog, app::use_shop, cache::read, i18n::t, navigation::focus_page, route::Page, telemetry};

/// Typing pauses this long before the services are asked.
const TYPING_PAUSE: Duration = Duration::from_millis(180);
/// One letter says nothing.
const LETTERS_MIN: usize = 2;

#[component]
pub fn SearchPanel(open: RwSignal<bool>) -> impl IntoView {
    let shop = use_shop();
    let navigate = use_navigate();
    let query = use_query_map();
    let text = RwSignal::new(query.read_untracked().get("q").unwrap_or_default());
    let found = RwSignal::new(Vec::<Suggestion>::new());
    let chosen = RwSignal::new(None::<usize>);
    let asked = StoredValue::new(0u32);
    let input: NodeRef<html::Input> = NodeRef::new();

    input.on_load(|input| {
        let _ = input.focus();
        input.select();
    });

    let ask = move |typed: String| {
        chosen.set(None);
        let number = asked.get_value() + 1;
        asked.set_value(number);
        if typed.trim().chars().count() < LETTERS_MIN {
            found.set(Vec::new());
            return;
        }
        set_timeout(
            move || {
                if asked.try_get_value() != Some(number) {
                    return;
                }
                spawn_local(async move {
                    let outcome = read::fetch(shop.api, telemetry::page(), catalog::suggestions(typed.trim())).await;
                    if asked.try_get_value() == Some(number) {
                        // Without suggestions the search still works, so that a failure is not worth a word.
                        found.set(outcome.map(|answer| answer.items).unwrap_or_default());
                    }
                });
            },
            TYPING_PAUSE,
        );
    };

    let go = StoredValue::new_local(move || {
        let target = match chosen.get_untracked().and_then(|index| found.with_untracked(|found| found.get(index).cloned())) {
            Some(suggestion) => Page::product(&suggestion.handle).path(),
            None => match text.get_untracked().trim() {
                "" => Page::Goods.path(),
                words => Page::search(words),
            },
        };
        open.set(false);
        navigate(&target, Default::default());
        request_animation_frame(focus_page);
    });

    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let count = found.with_untracked(Vec::len);
        let next = match (event.key().as_str(), chosen.get_untracked()) {
            ("ArrowDown", None) if count > 0 => Some(0),
            ("ArrowDown", Some(at)) => (at + 1 < count).then_some(at + 1),
            ("ArrowUp", None) if count > 0 => Some(count - 1),
            ("ArrowUp", Some(at)) => at.checked_sub(1),
            _ => return,
        };
        event.prevent_default();
        chosen.set(next);
    };

    view! {
        <search style="background:var(--paper);display:block;box-shadow:var(--shadow-float)">
            <form
                class="page"
                style="padding-block:var(--space-4)"
                on:submit=move |event| {
                    event.prevent_default();
                    go.with_value(|go| go());
                }
            >
                <div class="row" style="flex-wrap:nowrap;align-items:end">
                    <div class="field" style="flex:1">
                        <label for="search" class="unseen">
                            {t::SEARCH_LABEL}
                        </label>
                        <input
                            node_ref=input
                            id="search"
                            class="input"
                            type="search"
                            role="combobox"
                            autocomplete="off"
                            enterkeyhint="search"
                            maxlength=SEARCH_MAX
                            aria-autocomplete="list"
                            aria-controls="suggestions"
                            aria-expanded=move || (!found.read().is_empty()).to_string()
                            aria-activedescendant=move || chosen.get().map(|at| format!("suggestion-{at}"))
                            placeholder=t::SEARCH_PLACEHOLDER
                            prop:value=text
                            on:input=move |event| {
                                let typed = event_target_value(&event);
                                text.set(typed.clone());
                                ask(typed);
                            }
                            on:keydown=on_key
                        />
                    </div>
                    <button class="button main" style="min-block-size:3.125rem">
                        {t::SEARCH}
                    </button>
                    <button type="button" class="tap" aria-label=t::CLOSE_SEARCH on:click=move |_| open.set(false)>
                        <Glyph icon=Icon::Close />
                    </button>
                </div>
                <p class="unseen" role="status">
                    {move || (text.read().chars().count() >= LETTERS_MIN).then(|| t::suggestions_count(found.read().len()))}
                </p>
                <ul id="suggestions" role="listbox" aria-label=t::SEARCH_LABEL style="list-style:none;padding:0">
                    {move || {
                        found
                            .get()
                            .into_iter()
                            .enumerate()
                            .map(|(at, suggestion)| view! { <SuggestionRow at=at suggestion=suggestion chosen=chosen /> })
                            .collect_view()
                    }}
                </ul>
            </form>
        </search>
    }
}

#[component]
fn SuggestionRow(at: usize, suggestion: Suggestion, chosen: RwSignal<Option<usize>>) -> impl IntoView {
    let is_chosen = move || chosen.get() == Some(at);
    let family = t::family(&suggestion.family).to_owned();
    view! {
        <li id=format!("suggestion-{at}") role="option" aria-selected=move || is_chosen().to_string()>
            <a class="suggestion" href=Page::product(&suggestion.handle).path() tabindex="-1">
                <span>{suggestion.title}</span>
                <span class="tiny faint">{family}</span>
            </a>
        </li>
    }
}
