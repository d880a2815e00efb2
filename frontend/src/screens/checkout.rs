//! Checkout: one page, three steps, no account needed. Finished steps fold to one line.

pub mod draft;
mod hitch;
pub mod memory;
mod place;
pub mod steps;
pub mod summary;

use leptos::{ev, prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::components::A;
use tradewind_contract::{
    Money,
    limits::{EMAIL_MAX, POSTAL_CODE_MAX},
    orders::{PlaceOrder, QuoteRequest, ShippingMethod, ShippingMethods, Totals},
    payments::PaymentToken,
    validation::COUNTRIES,
};

use self::{
    draft::{Draft, country_name, has_region},
    hitch::Hitch,
    place::PayButton,
    steps::{Step, StepState},
    summary::{Brief, Summary},
};
use crate::{
    api::{self, ApiError, attempt::Attempt},
    app::{Shop, use_shop},
    cache::read::{Read, State, use_read},
    components::{
        cards::TestCards,
        fields::{ErrorSummary, FieldErrors, Form, SelectField, TextField, focus_soon},
        state::{EmptyState, ProblemState, Sketch},
        totals::{COUNTRY_KEY, delivery_price},
        waiting::cut_off,
    },
    i18n::{format, t},
    platform::{self, storage},
    route::Page,
    telemetry,
};

pub const DAY_MS: f64 = 86_400_000.0;

/// What the basket comes to, sent as it is.
#[derive(Debug, Clone, PartialEq)]
pub enum Quoted {
    /// Nothing to add up yet.
    Unknown,
    Adding,
    Failed(ApiError),
    Ready(Totals),
}

/// Everything that the parts of the page share. Copy.
#[derive(Clone, Copy)]
pub struct Desk {
    shop: Shop,
    draft: RwSignal<Draft>,
    card: RwSignal<PaymentToken>,
    form: Form,
    methods: Read<ShippingMethods>,
    quote: RwSignal<Quoted>,
    /// Counts the wishes to add up again.
    quote_again: RwSignal<u32>,
    attempt: RwSignal<Option<Attempt<PlaceOrder>>>,
    hitch: RwSignal<Option<Hitch>>,
    sending: RwSignal<bool>,
    navigate: StoredValue<place::Navigator>,
}

impl Desk {
    fn new() -> Self {
        let draft = RwSignal::new(memory::draft());
        let attempt = memory::attempt();
        let country = Memo::new(move |_| draft.with(|draft| draft.country.clone()));
        Self {
            shop: use_shop(),
            draft,
            card: RwSignal::new(attempt.as_ref().and_then(|attempt| attempt.request.payment_token()).unwrap_or(PaymentToken::Ok)),
            form: Form::new(label, &FIELDS),
            methods: use_read(move || Some(api::orders::shipping_methods(&country.get()))),
            quote: RwSignal::new(Quoted::Unknown),
            quote_again: RwSignal::new(0),
            hitch: RwSignal::new(attempt.is_some().then_some(Hitch::Unknown(None))),
            attempt: RwSignal::new(attempt),
            sending: RwSignal::new(false),
            navigate: place::navigator(),
        }
    }

    /// Nothing may be changed while it is not known whether the order went through. Reactive.
    fn is_locked(self) -> bool {
        self.sending.get() || self.attempt.with(Option::is_some)
    }

    fn state(self, step: Step) -> StepState {
        self.draft.with(|draft| draft.steps.state(step))
    }

    /// What the button says and the order expects. Reactive.
    fn total(self) -> Option<Money> {
        match self.quote.get() {
            Quoted::Ready(totals) => Some(totals.total),
            _ => None,
        }
    }

    /// The way of delivery chosen, once its country's ways are known. Reactive.
    fn method(self) -> Option<ShippingMethod> {
        let chosen = self.draft.with(|draft| draft.shipping_method.clone());
        self.methods.data()?.items.into_iter().find(|method| method.id == chosen)
    }

    /// The open step is done if the contract's rules have nothing to say about it.
    fn finish(self, step: Step) {
        let draft = self.draft.get_untracked();
        let request = draft.request(self.card.get_untracked().as_str(), None);
        let errors = FieldErrors::check(&request).only(|pointer| Step::of_field(pointer) == Some(step));
        if self.form.refuse(errors) {
            return;
        }
        self.draft.update(|draft| draft.steps = draft.steps.finish());
        focus_soon(self.draft.with_untracked(|draft| draft.steps.open().anchor()));
    }

    fn change(self, step: Step) {
        if untrack(|| self.is_locked()) {
            return;
        }
        self.form.clear();
        self.draft.update(|draft| draft.steps = draft.steps.change(step));
        focus_soon(step.anchor());
    }

    /// Shows refused fields in the step that asks for the first of them.
    fn refuse(self, errors: FieldErrors) {
        self.draft.update(|draft| draft.steps = draft.steps.refuse(errors.pointers()));
        self.form.refuse(errors);
    }
}

/// The fields from the top of the page to its foot.
const FIELDS: [&str; 11] = [
    "/email",
    "/shipping_address/name",
    "/shipping_address/line1",
    "/shipping_address/line2",
    "/shipping_address/postal_code",
    "/shipping_address/city",
    "/shipping_address/region",
    "/shipping_address/country",
    "/shipping_address/phone",
    "/shipping_method",
    "/payment_token",
];

/// What the fields are called on this page.
fn label(pointer: &str) -> &'static str {
    match pointer {
        "/email" => t::FIELD_EMAIL,
        "/shipping_address/name" => t::FIELD_NAME,
        "/shipping_address/line1" => t::FIELD_LINE1,
        "/shipping_address/line2" => t::FIELD_LINE2,
        "/shipping_address/postal_code" => t::FIELD_POSTAL_CODE,
        "/shipping_address/city" => t::FIELD_CITY,
        "/shipping_address/region" => t::FIELD_REGION,
        "/shipping_address/country" => t::FIELD_COUNTRY,
        "/shipping_address/phone" => t::FIELD_PHONE,
        "/shipping_method" => t::FIELD_SHIPPING,
        "/payment_token" => t::FIELD_CARD,
        _ => t::YOUR_ORDER,
    }
}

#[component]
pub fn CheckoutScreen() -> impl IntoView {
    let desk = Desk::new();
    remember(desk);
    introduce(desk);
    choose_method(desk);
    add_up(desk);

    let empty = Memo::new(move |_| {
        let nothing = desk.shop.basket.cart().map(|cart| cart.lines.is_empty());
        !desk.is_locked() && (nothing == Some(true) || desk.hitch.with(|hitch| *hitch == Some(Hitch::CartEmpty)))
    });
    let failed = Memo::new(move |_| desk.shop.basket.cart().is_none().then(|| desk.shop.basket.error()).flatten());
    view! {
        <Title text=t::CHECKOUT_TITLE />
        <main id="main" class="page" style="padding-block:var(--space-6) 0">
            <h1 style="margin-block-end:var(--space-6)">{t::CHECKOUT_TITLE}</h1>
            {move || match (failed.get(), empty.get()) {
                (Some(error), _) => {
                    let retry = move || desk.shop.basket.reload(telemetry::page());
                    view! { <ProblemState error on_retry=retry /> }.into_any()
                }
                (None, true) => view! { <Nothing desk /> }.into_any(),
                (None, false) => view! { <Counter desk /> }.into_any(),
            }}
        </main>
    }
}

/// Nothing to check out.
#[component]
fn Nothing(desk: Desk) -> impl IntoView {
    let ordered_before = desk.hitch.with_untracked(|hitch| *hitch == Some(Hitch::CartEmpty));
    if ordered_before {
        return view! {
            <EmptyState sketch=Sketch::Boat title=t::CART_EMPTY_TITLE detail=t::CART_EMPTY_DETAIL>
                <A href=Page::Orders.path() attr:class="button main">
                    {t::LOOK_AT_ORDERS}
                </A>
            </EmptyState>
        }
        .into_any();
    }
    view! {
        <EmptyState sketch=Sketch::Boat title=t::BASKET_EMPTY detail=t::BASKET_EMPTY_DETAIL>
            <A href=Page::Goods.path() attr:class="button main">
                {t::SEE_LANDED}
            </A>
        </EmptyState>
    }
    .into_any()
}

#[component]
fn Counter(desk: Desk) -> impl IntoView {
    view! {
        <div class="checkout">
            <div>
                <Brief desk />
                <Contact desk />
                <Delivery desk />
                <Payment desk />
            </div>
            <Summary desk />
        </div>
    }
}

/// Keeps what was typed over a reload.
fn remember(desk: Desk) {
    Effect::new(move |_| desk.draft.with(memory::keep_draft));
}

/// Who is logged in need not type what we know.
fn introduce(desk: Desk) {
    Effect::new(move |_| {
        let Some(user) = desk.shop.session.account() else { return };
        let Some(email) = user.email else { return };
        let untouched = desk.draft.with_untracked(|draft| draft.email.is_empty() && draft.steps.open() == Step::Contact);
        if untouched {
            desk.draft.update(|draft| {
                draft.email = email;
                draft.name = user.display_name.unwrap_or_default();
                draft.steps = draft.steps.finish();
            });
        }
    });
}

/// The first way to a country is taken until another one is chosen, so that there is a total from the beginning.
fn choose_method(desk: Desk) {
    Effect::new(move |_| {
        let Some(methods) = desk.methods.data() else { return };
        let chosen = desk.draft.with_untracked(|draft| draft.shipping_method.clone());
        if methods.items.iter().any(|method| method.id == chosen) || desk.attempt.with_untracked(Option::is_some) {
            return;
        }
        let first = methods.items.first().map(|method| method.id.clone()).unwrap_or_default();
        desk.draft.update(|draft| draft.shipping_method = first);
    });
}

/// Asks what the basket comes to whenever the basket, the country or the way of delivery is another one.
fn add_up(desk: Desk) {
    let basket = desk.shop.basket;
    let question = Memo::new(move |_| {
        // Without a line there is nobody to ask, and what waits on the device the services cannot add up.
        let reachable = cut_off(desk.shop).is_none() && !basket.is_sending();
        let cart = basket.cart().filter(|cart| !cart.lines.is_empty() && reachable)?;
        let offered = desk.method()?;
        let country = desk.draft.with(|draft| draft.country.clone());
        let what: Vec<_> = cart.lines.iter().map(|line| (line.sku.clone(), line.quantity)).collect();
        Some((QuoteRequest { country, shipping_method: offered.id }, what))
    });
    let latest = StoredValue::new(0u32);
    Effect::new(move |_| {
        desk.quote_again.track();
        let asked = latest.try_update_value(|count| {
            *count += 1;
            *count
        });
        let Some((request, _)) = question.get() else {
            desk.quote.set(Quoted::Unknown);
            return;
        };
        desk.quote.set(Quoted::Adding);
        spawn_local(async move {
            let answer = desk.shop.api.quote(telemetry::page(), &request).await;
            if latest.try_get_value() != asked {
                return; // Asked again meanwhile, or the page was left.
            }
            desk.quote.set(match answer {
                Ok(quote) => Quoted::Ready(quote.totals),
                Err(error) => Quoted::Failed(error),
            });
        });
    });
}

/// A step folded to one line, with the way back to it.
#[component]
fn Folded(desk: Desk, step: Step, title: &'static str, children: Children) -> impl IntoView {
    view! {
        <section class="step" aria-labelledby=step.anchor()>
            <span class="no" aria-hidden="true">
                {step.number()}
            </span>
            <div class="row between">
                <h2 id=step.anchor() tabindex="-1">
                    {title}
                </h2>
                <button type="button" class="link tap" style="inline-size:auto;text-decoration:underline" disabled=move || desk.is_locked() on:click=move |_| desk.change(step)>
                    {t::CHANGE}
                    <span class="unseen">" " {title.to_lowercase()}</span>
                </button>
            </div>
            <div class="content small" style="margin-block-start:.25rem">
                {children()}
            </div>
        </section>
    }
}

/// The step that is being filled in. Without `novalidate` the browser would speak before the contract's rules do.
#[component]
fn Open(desk: Desk, step: Step, title: &'static str, children: Children) -> impl IntoView {
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        match step {
            Step::Payment => place::press(desk),
            _ => desk.finish(step),
        }
    };
    view! {
        <section
            class="step now"
            aria-labelledby=step.anchor()
            style=(step == Step::Payment).then_some("border-block-end:1px solid var(--line)")
        >
            <span class="no" aria-hidden="true">
                {step.number()}
            </span>
            <h2 id=step.anchor() tabindex="-1">
                {title}
            </h2>
            <form class="content stack" novalidate on:submit=submit>
                {children()}
            </form>
        </section>
    }
}

/// A step that is still ahead.
#[component]
fn Ahead(step: Step, title: &'static str, #[prop(optional)] note: Option<&'static str>) -> impl IntoView {
    let last = step == Step::Payment;
    view! {
        <section class="step later" aria-labelledby=step.anchor() style=last.then_some("border-block-end:1px solid var(--line)")>
            <span class="no" aria-hidden="true">
                {step.number()}
            </span>
            <div>
                <h2 id=step.anchor() tabindex="-1">
                    {title}
                </h2>
                {note.map(|note| view! { <p class="small soft" style="margin-block-start:.25rem">{note}</p> })}
            </div>
        </section>
    }
}

#[component]
fn Contact(desk: Desk) -> impl IntoView {
    let state = Memo::new(move |_| desk.state(Step::Contact));
    let (email, set_email) = create_slice(desk.draft, |draft| draft.email.clone(), |draft, email| draft.email = email);
    move || match state.get() {
        StepState::Now => view! {
            <Open desk step=Step::Contact title=t::STEP_CONTACT>
                <ErrorSummary form=desk.form keep=|pointer| Step::of_field(pointer) == Some(Step::Contact) />
                <TextField
                    form=desk.form
                    pointer="/email"
                    label=t::FIELD_EMAIL
                    value=email
                    on_input=Callback::new(move |text| set_email.set(text))
                    kind="email"
                    inputmode="email"
                    autocomplete="email"
                    maxlength=EMAIL_MAX
                    help=t::FIELD_EMAIL_HELP
                />
                <p class="small soft">
                    <Identity desk />
                </p>
                <button class="button main" style="min-inline-size:min(100%,18rem)">
                    {t::ON_TO_DELIVERY}
                </button>
            </Open>
        }
        .into_any(),
        StepState::Done => view! {
            <Folded desk step=Step::Contact title=t::STEP_CONTACT>
                <p style="overflow-wrap:anywhere">{email}</p>
                <p class="soft">
                    <Identity desk />
                </p>
            </Folded>
        }
        .into_any(),
        StepState::Later => view! { <Ahead step=Step::Contact title=t::STEP_CONTACT /> }.into_any(),
    }
}

/// As whom one orders, with the way to an account for a guest.
#[component]
fn Identity(desk: Desk) -> impl IntoView {
    move || match desk.shop.session.account() {
        Some(user) => {
            let name = user.display_name.or(user.email).unwrap_or_default();
            view! { {t::as_user(&name)} }.into_any()
        }
        None => view! {
            {t::AS_GUEST}
            " "
            <A href=Page::log_in_then(&Page::Checkout.path())>{t::LOG_IN_INSTEAD}</A>
        }
        .into_any(),
    }
}

#[component]
fn Delivery(desk: Desk) -> impl IntoView {
    let state = Memo::new(move |_| desk.state(Step::Delivery));
    move || match state.get() {
        StepState::Now => view! {
            <Open desk step=Step::Delivery title=t::STEP_DELIVERY>
                <ErrorSummary form=desk.form keep=|pointer| Step::of_field(pointer) == Some(Step::Delivery) />
                <AddressFields desk />
                <Ways desk />
                <button class="button main" style="min-inline-size:min(100%,18rem)">
                    {t::ON_TO_PAYMENT}
                </button>
            </Open>
        }
        .into_any(),
        StepState::Done => view! {
            <Folded desk step=Step::Delivery title=t::STEP_DELIVERY>
                <p>{move || desk.draft.with(one_line)}</p>
                <p class="soft">{move || desk.method().map(|method| method.title)}</p>
            </Folded>
        }
        .into_any(),
        StepState::Later => view! { <Ahead step=Step::Delivery title=t::STEP_DELIVERY /> }.into_any(),
    }
}

/// The address folded up.
fn one_line(draft: &Draft) -> String {
    let address = draft.address();
    let place = format!("{} {}", address.postal_code, address.city);
    let parts = [Some(address.name), Some(address.line1), address.line2, Some(place), address.region];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    format!("{}, {}", parts.join(", "), country_name(&draft.country))
}

#[component]
fn AddressFields(desk: Desk) -> impl IntoView {
    let Desk { draft, form, .. } = desk;
    let (name, set_name) = create_slice(draft, |draft| draft.name.clone(), |draft, text| draft.name = text);
    let (line1, set_line1) = create_slice(draft, |draft| draft.line1.clone(), |draft, text| draft.line1 = text);
    let (line2, set_line2) = create_slice(draft, |draft| draft.line2.clone(), |draft, text| draft.line2 = text);
    let (postal_code, set_postal_code) = create_slice(draft, |draft| draft.postal_code.clone(), |draft, text| draft.postal_code = text);
    let (city, set_city) = create_slice(draft, |draft| draft.city.clone(), |draft, text| draft.city = text);
    let (region, set_region) = create_slice(draft, |draft| draft.region.clone(), |draft, text| draft.region = text);
    let (country, set_country) = create_slice(draft, |draft| draft.country.clone(), |draft, text| draft.country = text);
    let (phone, set_phone) = create_slice(draft, |draft| draft.phone.clone(), |draft, text| draft.phone = text);
    let with_region = Memo::new(move |_| country.with(|country| has_region(country)));
    view! {
        <div class="fields">
            <TextField form pointer="/shipping_address/name" label=t::FIELD_NAME value=name on_input=Callback::new(move |text| set_name.set(text)) autocomplete="name" />
            <TextField form pointer="/shipping_address/line1" label=t::FIELD_LINE1 value=line1 on_input=Callback::new(move |text| set_line1.set(text)) autocomplete="address-line1" />
            <TextField form pointer="/shipping_address/line2" label=t::FIELD_LINE2 value=line2 on_input=Callback::new(move |text| set_line2.set(text)) autocomplete="address-line2" optional=true />
            <TextField form pointer="/shipping_address/postal_code" label=t::FIELD_POSTAL_CODE value=postal_code on_input=Callback::new(move |text| set_postal_code.set(text)) width="third" autocomplete="postal-code" maxlength=POSTAL_CODE_MAX />
            <TextField form pointer="/shipping_address/city" label=t::FIELD_CITY value=city on_input=Callback::new(move |text| set_city.set(text)) width="rest" autocomplete="address-level2" />
            <Show when=move || with_region.get()>
                <TextField form pointer="/shipping_address/region" label=t::FIELD_REGION value=region on_input=Callback::new(move |text| set_region.set(text)) autocomplete="address-level1" optional=true />
            </Show>
            <SelectField
                form
                pointer="/shipping_address/country"
                label=t::FIELD_COUNTRY
                options=COUNTRIES.to_vec()
                value=country
                on_change=Callback::new(move |code| {
                    // What was said of the postcode was said by the other country's rule.
                    form.touched("/shipping_address/postal_code");
                    storage::set(COUNTRY_KEY, &code);
                    set_country.set(code);
                })
                width="half"
                autocomplete="country"
            />
            <TextField form pointer="/shipping_address/phone" label=t::FIELD_PHONE value=phone on_input=Callback::new(move |text| set_phone.set(text)) width="half" kind="tel" inputmode="tel" autocomplete="tel" maxlength=40 help=t::FIELD_PHONE_HELP optional=true />
        </div>
    }
}

/// The day after so many days, such as `Thu 27 Feb`.
pub fn day_ahead(days: u32) -> String {
    format::weekday(platform::now_unix_ms() + f64::from(days) * DAY_MS)
}

/// How it should travel: what the services offer to this country.
#[component]
fn Ways(desk: Desk) -> impl IntoView {
    let state = desk.methods.memo();
    view! {
        <fieldset id="field-shipping_method" tabindex="-1">
            <legend class="small" style="font-weight:500;margin-block-end:.5rem">
                {t::FIELD_SHIPPING}
            </legend>
            {move || match state.get() {
                State::Loading => view! { <WaysOnTheWay /> }.into_any(),
                State::Failed(error) => view! { <ProblemState error on_retry=move || desk.methods.retry() /> }.into_any(),
                State::Ready(methods) if methods.items.is_empty() => view! { <p class="note warn">{t::NO_WAY_THERE}</p> }.into_any(),
                State::Ready(methods) => {
                    let ways = methods.items.into_iter().map(|method| view! { <Way desk method /> }).collect_view();
                    view! { <div class="ways">{ways}</div> }.into_any()
                }
            }}
        </fieldset>
    }
}

/// Two ways, as tall as they will be.
#[component]
fn WaysOnTheWay() -> impl IntoView {
    let way = || {
        view! {
            <div class="check">
                <span style="inline-size:100%;display:grid;gap:.4rem">
                    <span class="bone" style="--w:8rem"></span>
                    <span class="bone" style="--w:14rem;block-size:.8em"></span>
                </span>
            </div>
        }
    };
    view! { <div class="ways" aria-busy="true">{way()} {way()}</div> }
}

#[component]
fn Way(desk: Desk, method: ShippingMethod) -> impl IntoView {
    let id = StoredValue::new(method.id.clone());
    let checked = move || desk.draft.with(|draft| id.with_value(|id| draft.shipping_method == *id));
    let offered = StoredValue::new(method.clone());
    let price = move || {
        let subtotal = desk.shop.basket.cart().map_or(Money::eur(0), |cart| cart.subtotal);
        let price = offered.with_value(|method| delivery_price(method, subtotal));
        if price.amount == 0 { t::FREE.to_owned() } else { format::money(price) }
    };
    let when = match (method.delivery.min_days, method.delivery.max_days) {
        (_, 0) => t::WITH_YOU_TODAY.to_owned(),
        (min, max) => t::with_you_between(&day_ahead(min), &day_ahead(max)),
    };
    view! {
        <label class="check">
            <input
                type="radio"
                name="shipping_method"
                value=method.id
                prop:checked=checked
                on:change=move |_| {
                    desk.form.touched("/shipping_method");
                    desk.draft.update(|draft| draft.shipping_method = id.get_value());
                }
            />
            <span>
                {method.title} <br /> <span class="tiny soft">{when}</span>
            </span>
            <span class="n">{price}</span>
        </label>
    }
}

#[component]
fn Payment(desk: Desk) -> impl IntoView {
    let state = Memo::new(move |_| desk.state(Step::Payment));
    move || {
        match state.get() {
        StepState::Now => view! {
            <Open desk step=Step::Payment title=t::STEP_PAYMENT>
                <ErrorSummary form=desk.form keep=|pointer| matches!(Step::of_field(pointer), None | Some(Step::Payment)) />
                <p class="small soft">{t::PAYMENT_NOTE}</p>
                <TestCards card=desk.card locked=Signal::derive(move || desk.is_locked()) on_change=move || desk.form.touched("/payment_token") />
                <PayButton desk />
            </Open>
        }
        .into_any(),
        _ => view! { <Ahead step=Step::Payment title=t::STEP_PAYMENT note=t::PAYMENT_LATER /> }.into_any(),
    }
    }
}
