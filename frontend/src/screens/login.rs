//! Log in. The basket comes along, and the way back is the page one came from.

use gloo_timers::callback::Interval;
use leptos::{ev, prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    components::A,
    hooks::{use_navigate, use_query_map},
};
use tradewind_contract::{
    users::{LogIn, User},
    validation::EMAIL_MAX,
};

use crate::{
    api::{ApiError, query},
    app::use_shop,
    components::{
        fields::{ErrorSummary, FieldErrors, Form, PasswordField, TextField, Warning, focus_soon},
        gauge::Gauge,
        state::ProblemNote,
    },
    i18n::t,
    route::{Page, safe_return},
    telemetry,
};

/// Where the focus goes when the log-in was refused.
const REFUSAL_ID: &str = "refusal";

#[component]
pub fn LogInScreen() -> impl IntoView {
    let shop = use_shop();
    let then = use_return();
    let goods = move || shop.basket.count();
    // As it was when the page was opened: logging in leaves it anyway.
    if let Some(user) = untrack(|| shop.session.account()) {
        return view! { <InAlready user /> }.into_any();
    }
    view! {
        <Title text=t::LOG_IN_TITLE />
        <Door>
            <div class="stack" style="--flow:.6rem">
                <h1>{t::WELCOME_BACK}</h1>
                <p class="soft">{move || t::basket_comes_along(goods())}</p>
            </div>
            <LogInForm then />
            <p class="small soft">
                {t::NEW_HERE} " " <A href=move || with_return(&Page::Register, &then.get()) attr:style="color:var(--ink)">{t::MAKE_AN_ACCOUNT}</A>
                {t::OR} <GuestWayOut then /> ". " {t::GUESTS_SEE_ORDERS}
            </p>
        </Door>
    }
    .into_any()
}

/// Nothing to do at this door.
#[component]
pub fn InAlready(user: User) -> impl IntoView {
    let name = user.display_name.or(user.email).unwrap_or_default();
    view! {
        <Title text=t::ALREADY_IN />
        <Door>
            <div class="stack" style="--flow:.6rem">
                <h1>{t::ALREADY_IN}</h1>
                <p class="soft">{t::already_in_as(&name)}</p>
            </div>
            <div class="row">
                <A href=Page::Account.path() attr:class="button">
                    {t::ACCOUNT_TITLE}
                </A>
                <A href=Page::Orders.path() attr:class="link">
                    {t::YOUR_ORDERS}
                </A>
            </div>
        </Door>
    }
}

/// The form on the left, the still life on the right.
#[component]
pub fn Door(children: Children) -> impl IntoView {
    view! {
        <main id="main" class="door">
            <div class="form">
                <div class="stack" style="--flow:var(--space-5)">{children()}</div>
            </div>
            <div class="picture">
                <img
                    src="/media/scenes/login.svg"
                    alt=""
                    width="620"
                    height="736"
                    style="inline-size:100%;block-size:100%;object-fit:cover;position:absolute;inset:0"
                />
            </div>
        </main>
    }
}

/// The page to go on to afterwards, which is one of the shop's own. Reactive.
pub fn use_return() -> Memo<String> {
    let query = use_query_map();
    Memo::new(move |_| safe_return(query.with(|query| query.get("then")).as_deref()))
}

/// A page of the door that keeps the way back.
pub fn with_return(page: &Page, then: &str) -> String {
    if then == Page::Home.path() { page.path() } else { format!("{}{}", page.path(), query::write([("then", then)])) }
}

/// A guest who came from the checkout goes back to it; any other one goes on looking.
#[component]
pub fn GuestWayOut(then: Memo<String>) -> impl IntoView {
    let shop = use_shop();
    let buys = move || then.get() == Page::Checkout.path() || shop.basket.count() > 0;
    move || {
        let (href, text) = if buys() { (Page::Checkout.path(), t::AS_GUEST_LINK) } else { (then.get(), t::GO_ON_LOOKING_LINK) };
        view! {
            <A href=href attr:style="color:var(--ink)">
                {text}
            </A>
        }
    }
}

fn label(pointer: &str) -> &'static str {
    match pointer {
        "/email" => t::FIELD_EMAIL,
        _ => t::FIELD_PASSWORD,
    }
}

/// Why the log-in was refused, as the form shows it.
#[derive(Debug, Clone, PartialEq)]
enum Refusal {
    /// One message for an unknown email and a wrong password: the shop does not say who has an account.
    Credentials,
    TooFast {
        wait_s: u32,
    },
    Other(ApiError),
}

impl Refusal {
    fn of(error: ApiError) -> Self {
        match (error.code(), error.retry_after_s()) {
            ("credentials_invalid", _) => Self::Credentials,
            (_, Some(wait_s)) => Self::TooFast { wait_s },
            _ => Self::Other(error),
        }
    }
}

#[component]
fn LogInForm(then: Memo<String>) -> impl IntoView {
    let shop = use_shop();
    let navigate = StoredValue::new(std::sync::Arc::new(use_navigate()) as std::sync::Arc<dyn Fn(&str, NavigateOptions) + Send + Sync>);
    let form = Form::new(label, &["/email", "/password"]);
    let email = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let caps_lock = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let refusal = RwSignal::new(None::<Refusal>);

    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let wish = LogIn { email: email.get_untracked().trim().to_owned(), password: password.get_untracked() };
        refusal.set(None);
        if form.refuse(FieldErrors::check(&wish)) {
            return;
        }
        busy.set(true);
        let (navigate, target) = (navigate.get_value(), then.get_untracked());
        spawn_local(async move {
            match telemetry::action("log_in", move |trace| async move { shop.session.log_in(trace, &wish).await }).await {
                Ok(_) => navigate(&target, NavigateOptions { replace: true, ..NavigateOptions::default() }),
                Err(error) => {
                    if busy.try_set(false).is_some() {
                        return; // The page was left.
                    }
                    let fields = error.problem().map(FieldErrors::of_problem).unwrap_or_default();
                    if !form.refuse(fields) {
                        refusal.set(Some(Refusal::of(error)));
                        focus_soon(REFUSAL_ID);
                    }
                }
            }
        });
    };
    let suspect = Signal::derive(move || refusal.with(|refusal| *refusal == Some(Refusal::Credentials)));
    view! {
        <form class="stack" style="--flow:var(--space-4)" novalidate on:submit=submit>
            <ErrorSummary form />
            {move || refusal.get().map(|refusal| view! { <Refused refusal caps_lock /> })}
            <TextField
                form
                pointer="/email"
                label=t::FIELD_EMAIL
                value=email
                on_input=Callback::new(move |text| email.set(text))
                kind="email"
                inputmode="email"
                autocomplete="username"
                maxlength=EMAIL_MAX as u32
            />
            <PasswordField form pointer="/password" label=t::FIELD_PASSWORD value=password autocomplete="current-password" suspect caps_lock />
            <SubmitButton busy caption=t::LOG_IN under_way=t::LOGGING_IN />
        </form>
    }
}

#[component]
fn Refused(refusal: Refusal, caps_lock: RwSignal<bool>) -> impl IntoView {
    let content = match refusal {
        Refusal::Credentials => view! {
            <div class="note bad-news" role="alert">
                <Warning />
                <p>
                    {t::WRONG_CREDENTIALS}
                    {move || caps_lock.get().then(|| format!(" {}", t::CAPS_LOCK))}
                </p>
            </div>
        }
        .into_any(),
        Refusal::TooFast { wait_s } => view! { <TooFast wait_s /> }.into_any(),
        Refusal::Other(error) => view! { <ProblemNote error /> }.into_any(),
    };
    view! {
        <div id=REFUSAL_ID tabindex="-1">
            {content}
        </div>
    }
}

/// The one filled button, which says what it is doing.
#[component]
pub fn SubmitButton(#[prop(into)] busy: Signal<bool>, caption: &'static str, under_way: &'static str) -> impl IntoView {
    view! {
        <button
            class=move || if busy.get() { "button main wide busy" } else { "button main wide" }
            aria-disabled=move || busy.get().then_some("true")
        >
            {move || if busy.get() { under_way } else { caption }}
        </button>
    }
}

/// A quota: how long to wait, ticking down, with nothing lost.
#[component]
pub fn TooFast(wait_s: u32) -> impl IntoView {
    let left = RwSignal::new(wait_s);
    let ticking = StoredValue::new_local(None::<Interval>);
    ticking.set_value(Some(Interval::new(1_000, move || {
        let _ = left.try_update(|left| *left = left.saturating_sub(1));
    })));
    on_cleanup(move || ticking.update_value(|ticking| *ticking = None));
    let passed = Signal::derive(move || wait_s - left.get());
    view! {
        <div class="note warn">
            <Warning />
            <div class="stack" style="--flow:.5rem">
                <p role="alert">
                    <b style="font-weight:500">{t::TOO_FAST}</b>
                    " "
                    {t::TOO_FAST_DETAIL}
                    " "
                    <time class="figures">{move || if left.get() == 0 { t::TRY_AGAIN_NOW.to_owned() } else { t::try_again_in(&minutes_seconds(left.get())) }}</time>
                </p>
                <Gauge label=t::TIME_UNTIL_NEXT_TRY now=passed max=wait_s.max(1) style="inline-size:min(18rem,100%)" />
            </div>
        </div>
    }
}

/// `0:42`.
fn minutes_seconds(seconds: u32) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use tradewind_contract::Problem;

    use super::*;

    fn problem(status: u16, code: &str) -> Box<Problem> {
        Box::new(Problem {
            kind: String::new(),
            title: String::new(),
            status,
            detail: String::new(),
            instance: String::new(),
            code: code.into(),
            trace_id: String::new(),
            errors: Vec::new(),
            lines: Vec::new(),
            totals: None,
        })
    }

    #[test]
    fn a_wrong_email_and_a_wrong_password_look_the_same() {
        assert_eq!(Refusal::of(ApiError::Problem(problem(401, "credentials_invalid"))), Refusal::Credentials);
    }

    #[test]
    fn a_quota_says_how_long_to_wait() {
        let limited = ApiError::Limited { problem: problem(429, "too_many_attempts"), retry_after_s: 42 };
        assert_eq!(Refusal::of(limited), Refusal::TooFast { wait_s: 42 });
        assert_eq!(minutes_seconds(42), "0:42");
        assert_eq!(minutes_seconds(125), "2:05");
    }

    #[test]
    fn the_way_back_is_kept_from_log_in_to_register() {
        assert_eq!(with_return(&Page::Register, "/checkout"), "/register?then=%2Fcheckout");
        assert_eq!(with_return(&Page::Register, "/"), "/register");
    }
}
