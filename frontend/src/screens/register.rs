//! Make an account. A guest keeps basket and orders, for they stay the same person to the services.

use leptos::{ev, prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::{NavigateOptions, components::A, hooks::use_navigate};
use tradewind_contract::{users::Register, validation::EMAIL_MAX};

use super::login::{Door, GuestWayOut, InAlready, SubmitButton, TooFast, use_return, with_return};
use crate::{
    api::ApiError,
    app::use_shop,
    components::{
        fields::{ErrorSummary, FieldErrors, Form, PasswordField, TextField, focus_soon},
        state::ProblemNote,
    },
    i18n::t,
    route::Page,
    telemetry,
};

const REFUSAL_ID: &str = "refusal";
const DISPLAY_NAME_MAX: u32 = 80;

#[component]
pub fn RegisterScreen() -> impl IntoView {
    let shop = use_shop();
    let then = use_return();
    let goods = move || shop.basket.count();
    if let Some(user) = untrack(|| shop.session.account()) {
        return view! { <InAlready user /> }.into_any();
    }
    view! {
        <Title text=t::REGISTER_TITLE />
        <Door>
            <div class="stack" style="--flow:.6rem">
                <h1>{t::REGISTER_TITLE}</h1>
                <p class="soft">{t::REGISTER_LEDE} " " {move || t::basket_comes_along(goods())}</p>
            </div>
            <RegisterForm then />
            <p class="small soft">
                {t::HAVE_AN_ACCOUNT} " " <A href=move || with_return(&Page::LogIn, &then.get()) attr:style="color:var(--ink)">{t::LOG_IN}</A>
                {t::OR} <GuestWayOut then /> ". " {t::GUESTS_SEE_ORDERS}
            </p>
        </Door>
    }
    .into_any()
}

fn label(pointer: &str) -> &'static str {
    match pointer {
        "/email" => t::FIELD_EMAIL,
        "/display_name" => t::FIELD_DISPLAY_NAME,
        _ => t::FIELD_PASSWORD,
    }
}

/// The fields that a refusal is about: a taken email is told at its field.
fn refused_fields(error: &ApiError) -> FieldErrors {
    if error.is("email_taken") {
        return FieldErrors::new([("/email".to_owned(), t::EMAIL_TAKEN.to_owned())]);
    }
    error.problem().map(FieldErrors::of_problem).unwrap_or_default()
}

#[component]
fn RegisterForm(then: Memo<String>) -> impl IntoView {
    let shop = use_shop();
    let navigate = StoredValue::new(std::sync::Arc::new(use_navigate()) as std::sync::Arc<dyn Fn(&str, NavigateOptions) + Send + Sync>);
    let form = Form::new(label, &["/display_name", "/email", "/password"]);
    let display_name = RwSignal::new(String::new());
    let email = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let refusal = RwSignal::new(None::<ApiError>);

    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let wish = Register {
            email: email.get_untracked().trim().to_owned(),
            password: password.get_untracked(),
            display_name: display_name.get_untracked().trim().to_owned(),
        };
        refusal.set(None);
        if form.refuse(FieldErrors::check(&wish)) {
            return;
        }
        busy.set(true);
        let (navigate, target) = (navigate.get_value(), then.get_untracked());
        spawn_local(async move {
            match telemetry::action("register", move |trace| async move { shop.session.register(trace, &wish).await }).await {
                Ok(_) => navigate(&target, NavigateOptions { replace: true, ..NavigateOptions::default() }),
                Err(error) => {
                    if busy.try_set(false).is_some() {
                        return; // The page was left.
                    }
                    if !form.refuse(refused_fields(&error)) {
                        refusal.set(Some(error));
                        focus_soon(REFUSAL_ID);
                    }
                }
            }
        });
    };
    view! {
        <form class="stack" style="--flow:var(--space-4)" novalidate on:submit=submit>
            <ErrorSummary form />
            {move || {
                refusal
                    .get()
                    .map(|error| {
                        let content = match error.retry_after_s() {
                            Some(wait_s) => view! { <TooFast wait_s /> }.into_any(),
                            None => view! { <ProblemNote error /> }.into_any(),
                        };
                        view! {
                            <div id=REFUSAL_ID tabindex="-1">
                                {content}
                            </div>
                        }
                    })
            }}
            <TextField
                form
                pointer="/display_name"
                label=t::FIELD_DISPLAY_NAME
                value=display_name
                on_input=Callback::new(move |text| display_name.set(text))
                autocomplete="name"
                maxlength=DISPLAY_NAME_MAX
            />
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
            <PasswordField form pointer="/password" label=t::FIELD_PASSWORD value=password autocomplete="new-password" help=t::FIELD_PASSWORD_HELP />
            <SubmitButton busy caption=t::REGISTER under_way=t::REGISTERING />
        </form>
    }
}
