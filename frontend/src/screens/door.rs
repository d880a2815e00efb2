//! The door of the shop: what logging in and making an account have in common. The basket comes along, and the way back
//! is the page one came from.

use std::sync::Arc;

use garde::Validate;
use gloo_timers::callback::Interval;
use leptos::{ev, prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    components::A,
    hooks::{use_navigate, use_query_map},
};
use tradewind_contract::{limits::EMAIL_MAX, media, users::User};

use crate::{
    api::{ApiError, query},
    app::use_shop,
    components::{
        fields::{ErrorSummary, FieldErrors, Form, PasswordField, TextField, Warning, focus_soon},
        gauge::Gauge,
        state::ProblemNote,
    },
    i18n::{format, t},
    route::{Page, safe_return},
    session::Session,
    telemetry::{self, Trace},
};

/// Where the focus goes when the services have refused.
const REFUSAL_ID: &str = "refusal";

/// What one of the two screens says.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    /// Of the tab.
    pub title: &'static str,
    pub heading: &'static str,
    /// Before the sentence about the basket.
    pub lede: &'static str,
    /// The question whose answer is the other screen.
    pub other_question: &'static str,
    pub other_link: &'static str,
}

/// The whole screen. Whoever has an account already has nothing to do here.
#[component]
pub fn DoorScreen(
    words: Words,
    /// The other one of the two.
    other: Page,
    /// Made with the page to go on to.
    form: impl FnOnce(Memo<String>) -> AnyView + Send + 'static,
) -> impl IntoView {
    let shop = use_shop();
    // As it was when the page was opened: logging in leaves it anyway.
    if let Some(user) = untrack(|| shop.session.account()) {
        return view! { <InAlready user /> }.into_any();
    }
    let then = use_return();
    let lede = move || format!("{} {}", words.lede, t::basket_comes_along(shop.basket.count()));
    view! {
        <Title text=words.title />
        <Door>
            <div class="stack" style="--flow:.6rem">
                <h1>{words.heading}</h1>
                <p class="soft">{lede}</p>
            </div>
            {form(then)}
            <p class="small soft">
                {words.other_question} " "
                <A href=move || with_return(&other, &then.get()) attr:style="color:var(--ink)">
                    {words.other_link}
                </A> {t::OR} <GuestWayOut then /> ". " {t::GUESTS_SEE_ORDERS}
            </p>
        </Door>
    }
    .into_any()
}

#[component]
fn InAlready(user: User) -> impl IntoView {
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
fn Door(children: Children) -> impl IntoView {
    view! {
        <main id="main" class="door">
            <div class="form">
                <div class="stack" style="--flow:var(--space-5)">{children()}</div>
            </div>
            <div class="picture">
                <img
                    src=media::scene("login")
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
fn use_return() -> Memo<String> {
    let query = use_query_map();
    Memo::new(move |_| safe_return(query.with(|query| query.get("then")).as_deref()))
}

/// A page of the door that keeps the way back.
fn with_return(page: &Page, then: &str) -> String {
    if then == Page::Home.path() { page.path() } else { format!("{}{}", page.path(), query::write([("then", then)])) }
}

/// A guest who came from the checkout goes back to it; any other one goes on looking.
#[component]
fn GuestWayOut(then: Memo<String>) -> impl IntoView {
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

/// Why the services refused, as the form shows it.
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

/// What is being typed. Copy; one a form.
#[derive(Clone, Copy)]
pub struct Entry {
    pub form: Form,
    pub email: RwSignal<String>,
    pub password: RwSignal<String>,
    caps_lock: RwSignal<bool>,
    busy: RwSignal<bool>,
    refusal: RwSignal<Option<Refusal>>,
}

impl Entry {
    pub fn new(form: Form) -> Self {
        Self {
            form,
            email: RwSignal::new(String::new()),
            password: RwSignal::new(String::new()),
            caps_lock: RwSignal::new(false),
            busy: RwSignal::new(false),
            refusal: RwSignal::new(None),
        }
    }

    /// The email without the spaces that a phone's keyboard puts after it.
    pub fn email_typed(self) -> String {
        self.email.get_untracked().trim().to_owned()
    }

    fn refuse(self, error: ApiError, fields: FieldErrors) {
        if self.busy.try_set(false).is_some() {
            return; // The page was left.
        }
        if !self.form.refuse(fields) {
            self.refusal.set(Some(Refusal::of(error)));
            focus_soon(REFUSAL_ID);
        }
    }
}

/// How a form sends what was typed. `W` is checked by the contract's rules first.
pub struct Sender<B, W, F> {
    /// The name of the trace.
    pub action: &'static str,
    pub wish: B,
    pub send: fn(Session, Trace, W) -> F,
    /// The fields that a refusal is about.
    pub fields: fn(&ApiError) -> FieldErrors,
}

/// The form: fields of its own, email, password, and the button that goes on to `then`.
#[component]
pub fn EntryForm<B, W, F>(
    entry: Entry,
    then: Memo<String>,
    sender: Sender<B, W, F>,
    /// `current-password` or `new-password`.
    password: &'static str,
    #[prop(optional)] password_help: Option<&'static str>,
    caption: &'static str,
    under_way: &'static str,
    /// Fields above the email.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView
where
    B: Fn(Entry) -> W + 'static,
    W: Validate<Context: Default> + 'static,
    F: Future<Output = Result<User, ApiError>> + 'static,
{
    let session = use_shop().session;
    let navigate: Navigate = Arc::new(use_navigate());
    let navigate = StoredValue::new(navigate);
    let Entry { form, email, busy, caps_lock, refusal, .. } = entry;
    let Sender { action, wish, send, fields } = sender;
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        refusal.set(None);
        let wish = wish(entry);
        if form.refuse(FieldErrors::check(&wish)) {
            return;
        }
        busy.set(true);
        let (navigate, target) = (navigate.get_value(), then.get_untracked());
        spawn_local(async move {
            match telemetry::action(action, move |trace| send(session, trace, wish)).await {
                Ok(_) if busy.try_get_untracked().is_none() => {} // The page was left.
                Ok(_) => navigate(&target, NavigateOptions { replace: true, ..NavigateOptions::default() }),
                Err(error) => {
                    let fields = fields(&error);
                    entry.refuse(error, fields);
                }
            }
        });
    };
    let suspect = Signal::derive(move || refusal.with(|refusal| *refusal == Some(Refusal::Credentials)));
    view! {
        <form class="stack" style="--flow:var(--space-4)" novalidate on:submit=submit>
            <ErrorSummary form />
            {move || refusal.get().map(|refusal| view! { <Refused refusal caps_lock /> })}
            {children.map(|children| children())}
            <TextField
                form
                pointer="/email"
                label=t::FIELD_EMAIL
                value=email
                on_input=Callback::new(move |text| email.set(text))
                kind="email"
                inputmode="email"
                autocomplete="username"
                maxlength=EMAIL_MAX
            />
            <PasswordField
                form
                pointer="/password"
                label=t::FIELD_PASSWORD
                value=entry.password
                autocomplete=password
                help=password_help
                suspect
                caps_lock
            />
            <SubmitButton busy caption under_way />
        </form>
    }
}

type Navigate = Arc<dyn Fn(&str, NavigateOptions) + Send + Sync>;

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
fn SubmitButton(#[prop(into)] busy: Signal<bool>, caption: &'static str, under_way: &'static str) -> impl IntoView {
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
fn TooFast(wait_s: u32) -> impl IntoView {
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
                    <time class="figures">{move || if left.get() == 0 { t::TRY_AGAIN_NOW.to_owned() } else { t::try_again_in(&format::minutes_seconds(left.get())) }}</time>
                </p>
                <Gauge label=t::TIME_UNTIL_NEXT_TRY now=passed max=wait_s.max(1) style="inline-size:min(18rem,100%)" />
            </div>
        </div>
    }
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
        assert_eq!(format::minutes_seconds(42), "0:42");
        assert_eq!(format::minutes_seconds(125), "2:05");
    }

    #[test]
    fn the_way_back_is_kept_from_log_in_to_register() {
        assert_eq!(with_return(&Page::Register, "/checkout"), "/register?then=%2Fcheckout");
        assert_eq!(with_return(&Page::Register, "/"), "/register");
    }
}
