//! Fields of forms: label above, help below, and the error in words beside the field it belongs to.

use leptos::{ev, html, prelude::*};
use tradewind_contract::{Problem, limits::ADDRESS_LINE_MAX};
use wasm_bindgen::JsCast as _;

use crate::i18n::t;

/// What is wrong with the fields of a form, by JSON pointer into the request's body: the same
/// whether the device found it or the server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FieldErrors(Vec<(String, String)>);

impl FieldErrors {
    /// One message a field, the first of each.
    pub fn new(found: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut errors: Vec<(String, String)> = Vec::new();
        for (pointer, message) in found {
            if !errors.iter().any(|(known, _)| *known == pointer) {
                errors.push((pointer, message));
            }
        }
        Self(errors)
    }

    /// What the contract's rules say of `value`, before anything is sent.
    pub fn check<T: garde::Validate<Context: Default>>(value: &T) -> Self {
        match value.validate() {
            Ok(()) => Self::default(),
            Err(report) => Self::new(report.iter().map(|(path, error)| (pointer(&path.to_string()), t::rule(error.message())))),
        }
    }

    /// What the server said of the request, in a 422.
    pub fn of_problem(problem: &Problem) -> Self {
        Self::new(problem.errors.iter().map(|error| (error.field.clone(), t::rule(&error.detail))))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn message(&self, pointer: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == pointer).map(|(_, message)| message.as_str())
    }

    pub fn pointers(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(pointer, _)| pointer.as_str())
    }

    /// Those whose pointer `keep` accepts: the part of a form that is open.
    pub fn only(&self, keep: impl Fn(&str) -> bool) -> Self {
        Self(self.0.iter().filter(|(pointer, _)| keep(pointer)).cloned().collect())
    }

    /// From the top of the form to its foot; what the form does not know comes last.
    pub fn sorted(mut self, order: &[&str]) -> Self {
        self.0.sort_by_key(|(pointer, _)| order.iter().position(|known| known == pointer).unwrap_or(order.len()));
        self
    }

    /// Without the one field: it was typed in again.
    pub fn without(&self, pointer: &str) -> Self {
        self.only(|known| known != pointer)
    }
}

/// `shipping_address.postal_code`, as the rules name it, is `/shipping_address/postal_code`, as the wire does.
fn pointer(path: &str) -> String {
    path.split(['.', '[', ']']).filter(|part| !part.is_empty()).fold(String::new(), |pointer, part| pointer + "/" + part)
}

/// The id of a field's control, so that the summary can lead to it.
pub fn field_id(pointer: &str) -> String {
    format!("field{}", pointer.replace('/', "-"))
}

/// The errors of a form and the wish to be led to them. Copy; one a form.
#[derive(Clone, Copy)]
pub struct Form {
    errors: RwSignal<FieldErrors>,
    /// Counts the refused attempts: each leads to the summary once.
    refusals: RwSignal<u32>,
    /// What a pointer is called on the screen.
    label: fn(&str) -> &'static str,
    /// The pointers from the top of the screen to its foot.
    order: &'static [&'static str],
}

impl Form {
    pub fn new(label: fn(&str) -> &'static str, order: &'static [&'static str]) -> Self {
        Self { errors: RwSignal::default(), refusals: RwSignal::new(0), label, order }
    }

    /// Shows the errors and leads to them; false when there are none.
    pub fn refuse(self, errors: FieldErrors) -> bool {
        let refused = !errors.is_empty();
        self.errors.set(errors.sorted(self.order));
        if refused {
            self.refusals.update(|count| *count += 1);
        }
        refused
    }

    pub fn clear(self) {
        self.errors.set(FieldErrors::default());
    }

    /// The field was changed: what was said of it no longer holds.
    pub fn touched(self, pointer: &str) {
        if self.errors.with_untracked(|errors| errors.message(pointer).is_some()) {
            self.errors.update(|errors| *errors = errors.without(pointer));
        }
    }

    /// What is wrong with the field. Reactive.
    pub fn message(self, pointer: &'static str) -> Memo<Option<String>> {
        let errors = self.errors;
        Memo::new(move |_| errors.with(|errors| errors.message(pointer).map(str::to_owned)))
    }
}

/// Says how many things are to be put right and leads to each; takes the focus when the form was refused.
#[component]
pub fn ErrorSummary(
    form: Form,
    /// Which fields belong to the part of the form that is open.
    #[prop(default = |_| true)]
    keep: fn(&str) -> bool,
) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    let shown = Memo::new(move |_| form.errors.with(|errors| errors.only(keep)));
    Effect::new(move |_| {
        form.refusals.track();
        if let Some(note) = node.get() {
            let _ = note.focus();
        }
    });
    let count = move || shown.with(|errors| errors.0.len());
    view! {
        <Show when=move || shown.with(|errors| !errors.is_empty())>
            <div class="note bad-news" role="alert" tabindex="-1" node_ref=node>
                <Warning />
                <div>
                    <p>
                        <b style="font-weight:500">{move || t::to_put_right(count())}</b>
                        " "
                        {move || (count() == 1).then(|| shown.with(|errors| links(form, errors)))}
                    </p>
                    {move || {
                        (count() > 1)
                            .then(|| view! { <ul style="padding-inline-start:1.1rem">{shown.with(|errors| items(form, errors))}</ul> })
                    }}
                </div>
            </div>
        </Show>
    }
}

fn items(form: Form, errors: &FieldErrors) -> impl IntoView + use<> {
    errors.0.iter().map(|(pointer, message)| view! { <li>{link(form, pointer, message)}</li> }).collect_view()
}

fn links(form: Form, errors: &FieldErrors) -> impl IntoView + use<> {
    errors.0.iter().map(|(pointer, message)| link(form, pointer, message)).collect_view()
}

/// A link moves the focus, not only the page: the next key typed goes into the field.
fn link(form: Form, pointer: &str, message: &str) -> impl IntoView + use<> {
    let id = field_id(pointer);
    let text = t::with_label((form.label)(pointer), message);
    let href = format!("#{id}");
    view! {
        <a
            href=href
            on:click=move |event| {
                event.prevent_default();
                focus(&id);
            }
        >
            {text}
        </a>
    }
}

/// The triangle before a thing to put right.
#[component]
pub fn Warning() -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M12 8v5M12 16.2v.1M12 3.5l9 16H3Z" />
        </svg>
    }
}

/// Moves the focus to the element with that id, and the page with it.
pub fn focus(id: &str) {
    let element = web_sys::window().and_then(|window| window.document()).and_then(|document| document.get_element_by_id(id));
    if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// The same after what is being drawn has been drawn.
pub fn focus_soon(id: impl Into<String>) {
    let id = id.into();
    request_animation_frame(move || focus(&id));
}

/// The error of a field, in its place below it.
#[component]
pub fn FieldError(pointer: &'static str, #[prop(into)] message: Signal<Option<String>>) -> impl IntoView {
    move || {
        message.get().map(|message| {
            view! {
                <p class="error" id=error_id(pointer)>
                    <Warning />
                    <span>{message}</span>
                </p>
            }
        })
    }
}

fn error_id(pointer: &str) -> String {
    format!("{}-error", field_id(pointer))
}

fn help_id(pointer: &str) -> String {
    format!("{}-help", field_id(pointer))
}

/// What describes a control to those who do not see the page: its error first, then its help.
fn described_by(pointer: &str, wrong: bool, helped: bool) -> Option<String> {
    let ids: Vec<_> = [wrong.then(|| error_id(pointer)), helped.then(|| help_id(pointer))].into_iter().flatten().collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

fn field_class(width: &str, wrong: bool) -> String {
    let wrong = if wrong { " wrong" } else { "" };
    if width.is_empty() { format!("field{wrong}") } else { format!("field {width}{wrong}") }
}

#[component]
fn Label(pointer: &'static str, text: &'static str, optional: bool) -> impl IntoView {
    view! {
        <label for=field_id(pointer)>
            {text}
            {optional.then(|| view! { " " <span class="faint" style="font-weight:400">{t::OPTIONAL}</span> })}
        </label>
    }
}

#[component]
fn Help(pointer: &'static str, #[prop(into)] text: Option<&'static str>) -> impl IntoView {
    text.map(|text| view! { <p class="help" id=help_id(pointer)>{text}</p> })
}

/// One line of text.
#[component]
pub fn TextField(
    form: Form,
    /// JSON pointer into the request's body.
    pointer: &'static str,
    label: &'static str,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_input: Callback<String>,
    /// `half`, `third` or `rest` of a row; a whole one otherwise.
    #[prop(default = "")]
    width: &'static str,
    #[prop(default = "text")] kind: &'static str,
    /// A token of the HTML standard's autofill.
    autocomplete: &'static str,
    #[prop(optional)] inputmode: Option<&'static str>,
    #[prop(default = ADDRESS_LINE_MAX)] maxlength: usize,
    #[prop(optional)] help: Option<&'static str>,
    #[prop(default = false)] optional: bool,
) -> impl IntoView {
    let message = form.message(pointer);
    let wrong = move || message.with(Option::is_some);
    let helped = help.is_some();
    view! {
        <div class=move || field_class(width, wrong())>
            <Label pointer text=label optional />
            <input
                class="input"
                id=field_id(pointer)
                type=kind
                autocomplete=autocomplete
                inputmode=inputmode
                maxlength=maxlength
                required=!optional
                aria-invalid=move || wrong().then_some("true")
                aria-describedby=move || described_by(pointer, wrong(), helped)
                prop:value=move || value.get()
                on:input:target=move |event| {
                    form.touched(pointer);
                    on_input.run(event.target().value());
                }
            />
            <FieldError pointer message />
            <Help pointer text=help />
        </div>
    }
}

/// A sentence or two.
#[component]
pub fn AreaField(
    form: Form,
    /// JSON pointer into the request's body.
    pointer: &'static str,
    label: &'static str,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_input: Callback<String>,
    maxlength: u32,
    #[prop(optional)] help: Option<&'static str>,
) -> impl IntoView {
    let message = form.message(pointer);
    let wrong = move || message.with(Option::is_some);
    let helped = help.is_some();
    view! {
        <div class=move || field_class("", wrong())>
            <Label pointer text=label optional=false />
            <textarea
                class="input"
                style="resize:vertical"
                rows="3"
                id=field_id(pointer)
                maxlength=maxlength
                required
                aria-invalid=move || wrong().then_some("true")
                aria-describedby=move || described_by(pointer, wrong(), helped)
                prop:value=move || value.get()
                on:input:target=move |event| {
                    form.touched(pointer);
                    on_input.run(event.target().value());
                }
            ></textarea>
            <FieldError pointer message />
            <Help pointer text=help />
        </div>
    }
}

/// One of a list.
#[component]
pub fn SelectField(
    form: Form,
    pointer: &'static str,
    label: &'static str,
    /// Values and what they are called.
    options: Vec<(&'static str, &'static str)>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_change: Callback<String>,
    #[prop(default = "")] width: &'static str,
    autocomplete: &'static str,
) -> impl IntoView {
    let message = form.message(pointer);
    let wrong = move || message.with(Option::is_some);
    let options = options
        .into_iter()
        .map(|(code, name)| view! { <option value=code selected=move || value.with(|value| value == code)>{name}</option> })
        .collect_view();
    view! {
        <div class=move || field_class(width, wrong())>
            <Label pointer text=label optional=false />
            <select
                class="select"
                id=field_id(pointer)
                autocomplete=autocomplete
                aria-invalid=move || wrong().then_some("true")
                aria-describedby=move || described_by(pointer, wrong(), false)
                prop:value=move || value.get()
                on:change:target=move |event| {
                    form.touched(pointer);
                    on_change.run(event.target().value());
                }
            >
                {options}
            </select>
            <FieldError pointer message />
        </div>
    }
}

/// A password, which can be looked at.
#[component]
pub fn PasswordField(
    form: Form,
    pointer: &'static str,
    label: &'static str,
    value: RwSignal<String>,
    /// `current-password` or `new-password`.
    autocomplete: &'static str,
    #[prop(optional_no_strip)] help: Option<&'static str>,
    /// Wrong together with another field, without an error of its own.
    #[prop(into, default = false.into())]
    suspect: Signal<bool>,
    /// Whether caps lock was on at the last key.
    #[prop(optional)]
    caps_lock: Option<RwSignal<bool>>,
) -> impl IntoView {
    let message = form.message(pointer);
    let wrong = move || message.with(Option::is_some);
    let seen = RwSignal::new(false);
    let helped = help.is_some();
    let listen = move |event: ev::KeyboardEvent| {
        if let Some(caps_lock) = caps_lock {
            caps_lock.set(event.get_modifier_state("CapsLock"));
        }
    };
    view! {
        <div class=move || field_class("", wrong())>
            <div class="row between" style="flex-wrap:nowrap;gap:var(--space-3)">
                <Label pointer text=label optional=false />
                <button
                    type="button"
                    class="small"
                    style="border:0;background:none;padding:.5rem 0;margin-block:-.5rem;cursor:pointer;text-decoration:underline;text-underline-offset:.3em"
                    aria-pressed=move || seen.get().to_string()
                    aria-controls=field_id(pointer)
                    on:click=move |_| seen.update(|seen| *seen = !*seen)
                >
                    {move || if seen.get() { t::HIDE_PASSWORD } else { t::SHOW_PASSWORD }}
                    <span class="unseen">{t::THE_PASSWORD}</span>
                </button>
            </div>
            <input
                class="input"
                id=field_id(pointer)
                type=move || if seen.get() { "text" } else { "password" }
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                required
                aria-invalid=move || (wrong() || suspect.get()).then_some("true")
                aria-describedby=move || described_by(pointer, wrong(), helped)
                prop:value=move || value.get()
                on:keyup=listen
                on:input:target=move |event| {
                    form.touched(pointer);
                    value.set(event.target().value());
                }
            />
            <FieldError pointer message />
            <Help pointer text=help />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use tradewind_contract::{
        FieldError,
        orders::{Address, PlaceOrder},
        users::Register,
    };

    use super::*;

    fn order(postal_code: &str) -> PlaceOrder {
        PlaceOrder {
            email: "ines@example.org".into(),
            shipping_address: Address {
                name: "Inês Ramalho".into(),
                line1: "Weserstraße 41".into(),
                postal_code: postal_code.into(),
                city: "Berlin".into(),
                country: "DE".into(),
                ..Address::default()
            },
            shipping_method: "post".into(),
            payment_token: "tok_ok".into(),
            expected_total: None,
        }
    }

    #[test]
    fn a_good_order_has_no_errors() {
        assert!(FieldErrors::check(&order("12045")).is_empty());
    }

    #[test]
    fn the_device_and_the_server_name_the_same_field_in_the_same_words() {
        let device = FieldErrors::check(&order("1204"));
        let said = "German postcodes have five digits, such as 12045.";
        assert_eq!(device.message("/shipping_address/postal_code"), Some(said));
        let problem = Problem {
            kind: "/problems/validation_failed".into(),
            title: "Some fields need another look".into(),
            status: 422,
            detail: String::new(),
            instance: "/api/v1/orders".into(),
            code: "validation_failed".into(),
            trace_id: String::new(),
            errors: vec![FieldError::new("/shipping_address/postal_code", "invalid", said)],
            lines: Vec::new(),
            totals: None,
        };
        assert_eq!(FieldErrors::of_problem(&problem), device);
    }

    #[test]
    fn every_field_that_is_missing_is_named_once() {
        let empty = PlaceOrder {
            email: String::new(),
            shipping_address: Address::default(),
            shipping_method: String::new(),
            payment_token: String::new(),
            expected_total: None,
        };
        let errors = FieldErrors::check(&empty);
        let mut named: Vec<_> = errors.pointers().collect();
        named.sort_unstable();
        assert_eq!(
            named,
            [
                "/email",
                "/payment_token",
                "/shipping_address/city",
                "/shipping_address/country",
                "/shipping_address/line1",
                "/shipping_address/name",
                "/shipping_address/postal_code",
                "/shipping_method",
            ]
        );
        assert_eq!(errors.message("/shipping_method"), Some("This is needed."));
    }

    #[test]
    fn errors_stand_in_the_order_of_the_form() {
        let found = ["/x", "/password", "/email"].map(|pointer| (pointer.to_owned(), String::new()));
        let sorted = FieldErrors::new(found).sorted(&["/email", "/password"]);
        assert_eq!(sorted.pointers().collect::<Vec<_>>(), ["/email", "/password", "/x"]);
    }

    #[test]
    fn lengths_are_told_in_words() {
        let errors =
            FieldErrors::check(&Register { email: "a@b.de".into(), password: "a short sentence".into(), display_name: "x".repeat(81) });
        assert_eq!(errors.message("/display_name"), Some("At most 80 characters fit here."));
    }

    #[test]
    fn typing_in_a_field_takes_its_error_away_and_no_other() {
        let errors = FieldErrors::new([("/email".to_owned(), "a".to_owned()), ("/password".to_owned(), "b".to_owned())]);
        assert_eq!(errors.without("/email").pointers().collect::<Vec<_>>(), ["/password"]);
    }

    #[test]
    fn pointers_become_ids() {
        assert_eq!(field_id("/shipping_address/postal_code"), "field-shipping_address-postal_code");
    }
}
