//! The account: who one is, and where one is logged in.

use leptos::{ev, prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::{NavigateOptions, components::A, hooks::use_navigate};
use tradewind_contract::{
    limits::DISPLAY_NAME_MAX,
    users::{Device, UpdateMe, User},
};

use super::checkout::memory;
use crate::{
    api::{self, ApiError},
    app::use_shop,
    cache::read::{Read, State, use_read},
    components::{
        fields::{ErrorSummary, FieldErrors, Form, TextField},
        state::{EmptyState, ProblemNote, ProblemState, Sketch},
    },
    i18n::{format, t},
    route::Page,
    telemetry,
};

#[component]
pub fn AccountScreen() -> impl IntoView {
    let shop = use_shop();
    let account = Memo::new(move |_| shop.session.account());
    let settled = Memo::new(move |_| shop.session.is_settled());
    let is_user = Memo::new(move |_| account.with(Option::is_some));
    view! {
        <Title text=t::ACCOUNT_TITLE />
        <main id="main" class="page section" style="padding-block-start:var(--space-6)">
            <div class="section-head">
                <h1>{t::ACCOUNT_TITLE}</h1>
            </div>
            {move || match (is_user.get(), settled.get()) {
                (true, _) => view! { <Rooms account /> }.into_any(),
                (false, true) => view! { <NotLoggedIn /> }.into_any(),
                (false, false) => view! { <span class="bone" style="--w:14rem;block-size:1.5rem" aria-busy="true"></span> }.into_any(),
            }}
        </main>
    }
}

#[component]
fn NotLoggedIn() -> impl IntoView {
    view! {
        <EmptyState sketch=Sketch::Lighthouse title=t::ACCOUNT_NEEDED_TITLE detail=t::ACCOUNT_NEEDED_DETAIL>
            <div class="row">
                <A href=Page::log_in_then(&Page::Account.path()) attr:class="button main">
                    {t::LOG_IN}
                </A>
                <A href=Page::Register.path() attr:class="link">
                    {t::MAKE_AN_ACCOUNT}
                </A>
            </div>
        </EmptyState>
    }
}

#[component]
fn Rooms(account: Memo<Option<User>>) -> impl IntoView {
    let shop = use_shop();
    // Nothing is asked for in the moment between logging out and leaving.
    let is_there = Memo::new(move |_| account.with(Option::is_some));
    view! {
        <div class="order">
            <div class="stack" style="--flow:var(--space-7)">
                <Profile account is_there />
                <Devices is_there />
            </div>
            <aside class="panel stack" style="align-self:start">
                <A href=Page::Orders.path() attr:class="button">
                    {t::YOUR_ORDERS}
                </A>
                <Show when=move || shop.session.is_operator()>
                    <A href=Page::Bridge.path() attr:class="button">
                        {t::BRIDGE}
                    </A>
                </Show>
                <LogOut />
            </aside>
        </div>
    }
}

fn label(_: &str) -> &'static str {
    t::FIELD_DISPLAY_NAME
}

#[component]
fn Profile(account: Memo<Option<User>>, is_there: Memo<bool>) -> impl IntoView {
    let shop = use_shop();
    let form = Form::new(label, &["/display_name"]);
    let name = RwSignal::new(account.with_untracked(|user| user.as_ref().and_then(|user| user.display_name.clone())).unwrap_or_default());
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let save = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let changes = UpdateMe { display_name: Some(name.get_untracked().trim().to_owned()), locale: None };
        error.set(None);
        if form.refuse(FieldErrors::check(&changes)) {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let answer = telemetry::action("update_profile", move |trace| async move { shop.api.update_me(trace, &changes).await }).await;
            let left = busy.try_set(false).is_some();
            match answer {
                Ok(user) => {
                    shop.session.update_user(user);
                    shop.toasts.say(t::NAME_SAVED);
                }
                Err(_) if left => {}
                Err(refused) => {
                    let fields = refused.problem().map(FieldErrors::of_problem).unwrap_or_default();
                    if !form.refuse(fields) {
                        error.set(Some(refused));
                    }
                }
            }
        });
    };
    let read = use_read(move || is_there.get().then(api::users::me));
    Effect::new(move |_| {
        // Another device may have changed it.
        if let Some(user) = read.data().filter(|user| account.with_untracked(|known| known.as_ref() != Some(user))) {
            name.set(user.display_name.clone().unwrap_or_default());
            shop.session.update_user(user);
        }
    });
    let email = move || account.with(|user| user.as_ref().and_then(|user| user.email.clone()));
    let since = move || account.with(|user| user.as_ref().map(|user| format::day(user.created_at)));
    view! {
        <section class="stack" aria-labelledby="profile" style="max-inline-size:34rem">
            <h2 id="profile">{t::PROFILE}</h2>
            <dl class="sheet">
                <div>
                    <dt>{t::FIELD_EMAIL}</dt>
                    <dd style="overflow-wrap:anywhere">{email}</dd>
                </div>
                <div>
                    <dt>{t::MEMBER_SINCE}</dt>
                    <dd>{since}</dd>
                </div>
            </dl>
            <form class="stack" novalidate on:submit=save>
                <ErrorSummary form />
                {move || error.get().map(|error| view! { <ProblemNote error /> })}
                <TextField
                    form
                    pointer="/display_name"
                    label=t::FIELD_DISPLAY_NAME
                    value=name
                    on_input=Callback::new(move |text| name.set(text))
                    autocomplete="name"
                    maxlength=DISPLAY_NAME_MAX
                />
                <button class="button" aria-disabled=move || busy.get().then_some("true")>
                    {move || if busy.get() { t::SAVING } else { t::SAVE_NAME }}
                </button>
            </form>
        </section>
    }
}

#[component]
fn LogOut() -> impl IntoView {
    let shop = use_shop();
    let navigate = StoredValue::new(std::sync::Arc::new(use_navigate()) as std::sync::Arc<dyn Fn(&str, NavigateOptions) + Send + Sync>);
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let leave = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        error.set(None);
        let navigate = navigate.get_value();
        spawn_local(async move {
            match telemetry::action("log_out", move |trace| async move { shop.session.log_out(trace).await }).await {
                Ok(()) => {
                    memory::forget();
                    shop.basket.forget_waiting();
                    navigate(&Page::Home.path(), NavigateOptions::default());
                }
                Err(refused) => {
                    if busy.try_set(false).is_none() {
                        error.set(Some(refused));
                    }
                }
            }
        });
    };
    view! {
        {move || error.get().map(|error| view! { <ProblemNote error /> })}
        <button type="button" class="button" aria-disabled=move || busy.get().then_some("true") on:click=leave>
            {move || if busy.get() { t::LOGGING_OUT } else { t::LOG_OUT }}
        </button>
        <p class="tiny soft">{t::LOG_OUT_NOTE}</p>
    }
}

#[component]
fn Devices(is_there: Memo<bool>) -> impl IntoView {
    let devices = use_read(move || is_there.get().then(api::users::devices));
    let state = devices.memo();
    view! {
        <section class="stack" aria-labelledby="devices">
            <h2 id="devices">{t::DEVICES}</h2>
            <p class="small soft">{t::DEVICES_NOTE}</p>
            {move || match state.get() {
                State::Loading => view! { <DevicesOnTheWay /> }.into_any(),
                State::Failed(error) => view! { <ProblemState error on_retry=move || devices.retry() /> }.into_any(),
                State::Ready(list) => {
                    let rows = list.items.into_iter().map(|device| view! { <Row device devices /> }).collect_view();
                    view! {
                        <ul role="list">
                            {rows}
                        </ul>
                    }
                        .into_any()
                }
            }}
        </section>
    }
}

const ROW: &str = "border-block-start:1px solid var(--line);padding-block:var(--space-4)";

#[component]
fn DevicesOnTheWay() -> impl IntoView {
    let row = || {
        view! {
            <li class="stack" style=format!("--flow:.4rem;min-block-size:4.75rem;{ROW}")>
                <span class="bone" style="--w:12rem"></span>
                <span class="bone" style="--w:18rem;block-size:.8em"></span>
            </li>
        }
    };
    view! {
        <ul role="list" aria-busy="true">
            {row()}
            {row()}
        </ul>
    }
}

/// One device, with the way to log it out from here.
#[component]
fn Row(device: Device, devices: Read<tradewind_contract::users::Devices>) -> impl IntoView {
    let shop = use_shop();
    let busy = RwSignal::new(false);
    let Device { id, current, .. } = device;
    let name = device_name(&device.user_agent);
    let hint = t::session_of(&name);
    let end = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let outcome = telemetry::action("end_session", move |trace| async move { shop.api.end_session(trace, id).await }).await;
            match outcome {
                Ok(()) => {
                    shop.toasts.say(t::SESSION_ENDED_THERE);
                    if busy.try_set(false).is_none() {
                        devices.retry();
                    }
                }
                Err(error) => {
                    let _ = busy.try_set(false);
                    shop.toasts.say(t::explain_shortly(&error));
                }
            }
        });
    };
    view! {
        <li class="row between" style=ROW>
            <div class="stack" style="--flow:.2rem;flex:1 1 14rem">
                <p>{name}</p>
                <p class="tiny soft">
                    {t::last_seen(&format::moment(device.last_seen_at))} ", " {t::logged_in_at(&format::day(device.created_at))}
                </p>
            </div>
            {if current {
                view! { <p class="status" style="color:var(--kelp)">{t::THIS_DEVICE}</p> }.into_any()
            } else {
                view! {
                    <button type="button" class="button short" aria-disabled=move || busy.get().then_some("true") on:click=end>
                        {move || if busy.get() { t::ENDING_SESSION } else { t::END_SESSION }}
                        <span class="unseen">{hint}</span>
                    </button>
                }
                    .into_any()
            }}
        </li>
    }
}

/// What a `User-Agent` says in words, such as `Firefox on Linux`; what is not known is shown as it is, shortened.
fn device_name(user_agent: &str) -> String {
    const BROWSERS: [(&str, &str); 6] = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chromium/", "Chromium"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [&str; 6] = ["Android", "iPhone", "iPad", "Windows", "Mac OS X", "Linux"];
    const SHOWN_MAX: usize = 60;
    let browser = BROWSERS.into_iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| name);
    let system = SYSTEMS.into_iter().find(|mark| user_agent.contains(mark)).map(t::system);
    match (browser, system) {
        (Some(browser), Some(system)) => t::browser_on(browser, system),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) if user_agent.trim().is_empty() => t::UNKNOWN_DEVICE.to_owned(),
        (None, None) => user_agent.chars().take(SHOWN_MAX).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_called_what_people_call_them() {
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        let edge =
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0";
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";
        assert_eq!(device_name(firefox), "Firefox on Linux");
        assert_eq!(device_name(edge), "Edge on Windows");
        assert_eq!(device_name(phone), "Safari on an iPhone");
        assert_eq!(device_name("k6/1.8.1"), "k6/1.8.1");
        assert_eq!(device_name(" "), t::UNKNOWN_DEVICE);
    }
}
