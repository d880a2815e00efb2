//! Make an account. A guest keeps basket and orders, for they stay the same person to the services.

use leptos::prelude::*;
use tradewind_contract::{limits::DISPLAY_NAME_MAX, users::Register};

use super::door::{DoorScreen, Entry, EntryForm, Sender, Words};
use crate::{
    api::ApiError,
    components::fields::{FieldErrors, Form, TextField},
    i18n::t,
    route::Page,
};

const WORDS: Words = Words {
    title: t::REGISTER_TITLE,
    heading: t::REGISTER_TITLE,
    lede: t::REGISTER_LEDE,
    other_question: t::HAVE_AN_ACCOUNT,
    other_link: t::LOG_IN,
};

#[component]
pub fn RegisterScreen() -> impl IntoView {
    view! { <DoorScreen words=WORDS other=Page::LogIn form=|then| view! { <RegisterForm then /> }.into_any() /> }
}

fn label(pointer: &str) -> &'static str {
    match pointer {
        "/email" => t::FIELD_EMAIL,
        "/display_name" => t::FIELD_DISPLAY_NAME,
        _ => t::FIELD_PASSWORD,
    }
}

/// A taken email is told at its field.
fn refused_fields(error: &ApiError) -> FieldErrors {
    if error.is("email_taken") {
        return FieldErrors::new([("/email".to_owned(), t::EMAIL_TAKEN.to_owned())]);
    }
    error.problem().map(FieldErrors::of_problem).unwrap_or_default()
}

#[component]
fn RegisterForm(then: Memo<String>) -> impl IntoView {
    let form = Form::new(label, &["/display_name", "/email", "/password"]);
    let entry = Entry::new(form);
    let display_name = RwSignal::new(String::new());
    let sender = Sender {
        action: "register",
        wish: move |entry: Entry| Register {
            email: entry.email_typed(),
            password: entry.password.get_untracked(),
            display_name: display_name.get_untracked().trim().to_owned(),
        },
        send: |session, trace, wish: Register| async move { session.register(trace, &wish).await },
        fields: refused_fields,
    };
    view! {
        <EntryForm
            entry
            then
            sender
            password="new-password"
            password_help=t::FIELD_PASSWORD_HELP
            caption=t::REGISTER
            under_way=t::REGISTERING
        >
            <TextField
                form
                pointer="/display_name"
                label=t::FIELD_DISPLAY_NAME
                value=display_name
                on_input=Callback::new(move |text| display_name.set(text))
                autocomplete="name"
                maxlength=DISPLAY_NAME_MAX
            />
        </EntryForm>
    }
}
