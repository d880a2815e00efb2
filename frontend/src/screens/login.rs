//! Log in.

use leptos::prelude::*;
use tradewind_contract::users::LogIn;

use super::door::{DoorScreen, Entry, EntryForm, Sender, Words};
use crate::{
    api::ApiError,
    components::fields::{FieldErrors, Form},
    i18n::t,
    route::Page,
};

const WORDS: Words =
    Words { title: t::LOG_IN_TITLE, heading: t::WELCOME_BACK, lede: "", other_question: t::NEW_HERE, other_link: t::MAKE_AN_ACCOUNT };

#[component]
pub fn LogInScreen() -> impl IntoView {
    view! { <DoorScreen words=WORDS other=Page::Register form=|then| view! { <LogInForm then /> }.into_any() /> }
}

fn label(pointer: &str) -> &'static str {
    match pointer {
        "/email" => t::FIELD_EMAIL,
        _ => t::FIELD_PASSWORD,
    }
}

fn refused_fields(error: &ApiError) -> FieldErrors {
    error.problem().map(FieldErrors::of_problem).unwrap_or_default()
}

#[component]
fn LogInForm(then: Memo<String>) -> impl IntoView {
    let entry = Entry::new(Form::new(label, &["/email", "/password"]));
    let sender = Sender {
        action: "log_in",
        wish: |entry: Entry| LogIn { email: entry.email_typed(), password: entry.password.get_untracked() },
        send: |session, trace, wish: LogIn| async move { session.log_in(trace, &wish).await },
        fields: refused_fields,
    };
    view! { <EntryForm entry then sender password="current-password" caption=t::LOG_IN under_way=t::LOGGING_IN /> }
}
