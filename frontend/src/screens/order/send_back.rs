//! Sending goods back: which and how many, why, and what is paid back for them.

use std::collections::BTreeMap;

use leptos::{ev, prelude::*, task::spawn_local};
use tradewind_contract::orders::{Order, OrderEvent, OrderLine, OrderStatus, PaidBack, RequestReturn, ReturnLine};

use super::{
    land,
    live::Live,
    wish::{Trouble, Wish},
};
use crate::{
    api::ApiError,
    app::use_shop,
    components::{
        fields::{AreaField, ErrorSummary, FieldError, FieldErrors, Form, field_id, focus_soon},
        picture::Picture,
        state::ProblemNote,
        stepper::Stepper,
        unanswered::Unanswered,
    },
    i18n::{format, t},
    route::Page,
    telemetry,
};

/// As the contract has it.
const REASON_MAX: u32 = 500;
const TITLE_ID: &str = "send-back";
/// Where the focus goes when something has come in between.
const TROUBLE_ID: &str = "no-return";
const LINES: &str = "/lines";
const REASON: &str = "/reason";

/// Pieces by SKU.
type Pieces = BTreeMap<String, u32>;

/// What has been chosen and typed so far; it outlives the form that is closed and opened again. Copy.
#[derive(Clone, Copy)]
pub struct Choice {
    pieces: RwSignal<Pieces>,
    reason: RwSignal<String>,
}

impl Choice {
    /// What was sent before a reload, or nothing yet.
    pub fn new(sent: Option<RequestReturn>) -> Self {
        let (lines, reason) = sent.map(|sent| (sent.lines, sent.reason)).unwrap_or_default();
        let pieces = lines.into_iter().map(|line| (line.sku, line.quantity)).collect();
        Self { pieces: RwSignal::new(pieces), reason: RwSignal::new(reason) }
    }
}

/// The request for the pieces chosen, in the order's own order. A line break is a space: a reason is one line.
fn request(order: &Order, pieces: &Pieces, reason: &str) -> RequestReturn {
    let chosen = |line: &OrderLine| Some(*pieces.get(&line.sku)?).filter(|quantity| *quantity > 0);
    let lines = order.lines.iter().filter_map(|line| Some(ReturnLine { sku: line.sku.clone(), quantity: chosen(line)? })).collect();
    RequestReturn { lines, reason: reason.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ") }
}

/// What the contract's rules say of it, in this form's words.
fn check(request: &RequestReturn) -> FieldErrors {
    let errors = FieldErrors::check(request);
    let nothing = request.lines.is_empty().then(|| (LINES.to_owned(), t::NOTHING_CHOSEN.to_owned()));
    let rest = errors.pointers().filter_map(|pointer| Some((pointer.to_owned(), errors.message(pointer)?.to_owned())));
    FieldErrors::new(nothing.into_iter().chain(rest))
}

/// What the service said of it: whichever line it is, it is told at the lines.
fn refused_fields(error: &ApiError) -> FieldErrors {
    let Some(problem) = error.problem() else { return FieldErrors::default() };
    let errors = FieldErrors::of_problem(problem);
    let at = |pointer: &str| if pointer.starts_with(LINES) { LINES } else { REASON };
    FieldErrors::new(
        errors.pointers().filter_map(|pointer| Some((at(pointer).to_owned(), errors.message(pointer)?.to_owned()))).collect::<Vec<_>>(),
    )
}

fn label(pointer: &str) -> &'static str {
    if pointer == LINES { t::FIELD_RETURN_LINES } else { t::FIELD_RETURN_REASON }
}

fn paid_back(order: &Order, pieces: &Pieces) -> PaidBack {
    order.paid_back(|sku| pieces.get(sku).copied().unwrap_or(0))
}

#[component]
pub fn SendBack(
    order: Signal<Option<Order>>,
    live: Live,
    returning: Wish<RequestReturn>,
    choice: Choice,
    on_close: impl Fn() + Copy + Send + Sync + 'static,
    /// The service will have none of it, for a reason that no field stands for.
    on_refused: impl Fn(ApiError) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let shop = use_shop();
    let form = Form::new(label, &[LINES, REASON]);
    let press =
        move || {
            let Some(order) = order.get_untracked() else { return };
            let request = choice.pieces.with_untracked(|pieces| choice.reason.with_untracked(|reason| request(&order, pieces, reason)));
            if form.refuse(check(&request)) {
                return;
            }
            let Some(sent) = returning.begin(order.version, request) else { return };
            spawn_local(async move {
                let (request, key) = (sent.attempt.request.clone(), sent.attempt.key.clone());
                let answer = telemetry::action("request_return", move |trace| async move {
                    shop.api.request_return(trace, order.id, &request, &key).await
                })
                .await;
                match answer {
                    Ok(noted) => {
                        returning.done();
                        let (status, version) = (OrderStatus::ReturnRequested, order.version + 1);
                        live.step(&OrderEvent { status, at: noted.requested_at, version, reason: None });
                        land();
                    }
                    Err(error) => {
                        let fields = refused_fields(&error);
                        let refused = error.is("order_not_returnable");
                        if !returning.failed(sent, error.clone()) {
                            return;
                        }
                        if refused {
                            on_refused(error);
                            live.ask(shop).await;
                        } else if fields.is_empty() {
                            focus_soon(TROUBLE_ID);
                        } else {
                            returning.trouble.set(None);
                            form.refuse(fields);
                        }
                    }
                }
            });
        };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        press();
    };
    let asking = Memo::new(move |_| returning.is_asking());
    let locked = Memo::new(move |_| returning.is_locked());
    focus_soon(TITLE_ID);
    view! {
        <section class="panel" aria-labelledby=TITLE_ID>
            <form class="stack" style="--flow:var(--space-5)" novalidate on:submit=submit>
                <h2 id=TITLE_ID tabindex="-1" style="font-size:var(--text-xl)">
                    {t::SEND_BACK_TITLE}
                </h2>
                <ErrorSummary form />
                <Pick order choice form locked />
                <fieldset disabled=locked>
                    <AreaField
                        form
                        pointer=REASON
                        label=t::FIELD_RETURN_REASON
                        value=choice.reason
                        on_input=Callback::new(move |text| choice.reason.set(text))
                        maxlength=REASON_MAX
                        help=t::FIELD_RETURN_REASON_HELP
                    />
                </fieldset>
                <PaidBackList order choice />
                <Between order returning on_retry=press />
                <div class="row">
                    <Show when=move || asking.get() || !locked.get()>
                        <button
                            class=move || if asking.get() { "button main busy" } else { "button main" }
                            aria-disabled=move || asking.get().then_some("true")
                            aria-busy=move || asking.get().to_string()
                        >
                            {move || if asking.get() { t::ASKING_FOR_RETURN } else { t::ASK_FOR_RETURN }}
                        </button>
                        <button
                            type="button"
                            class="link tap"
                            style="inline-size:auto;padding-inline:.5rem;text-decoration:underline"
                            on:click=move |_| on_close()
                        >
                            {t::KEEP_IT_ALL}
                        </button>
                    </Show>
                </div>
            </form>
        </section>
    }
}

/// The lines with how many of each go back.
#[component]
fn Pick(order: Signal<Option<Order>>, choice: Choice, form: Form, locked: Memo<bool>) -> impl IntoView {
    let lines = Memo::new(move |_| order.with(|order| order.as_ref().map(|order| order.lines.clone()).unwrap_or_default()));
    let everything = move |_| {
        form.touched(LINES);
        choice.pieces.set(lines.get_untracked().into_iter().map(|line| (line.sku, line.quantity)).collect());
    };
    view! {
        <fieldset id=field_id(LINES) tabindex="-1" disabled=locked class="field">
            <legend class="unseen">{t::FIELD_RETURN_LINES}</legend>
            <ul class="lines" role="list">
                {move || lines.get().into_iter().map(|line| view! { <PickLine line choice form /> }).collect_view()}
            </ul>
            <button
                type="button"
                class="link tap"
                style="inline-size:auto;padding-inline:0;justify-self:start;text-decoration:underline"
                on:click=everything
            >
                {t::SEND_BACK_ALL}
            </button>
            <FieldError pointer=LINES message=form.message(LINES) />
        </fieldset>
    }
}

#[component]
fn PickLine(line: OrderLine, choice: Choice, form: Form) -> impl IntoView {
    let sku = StoredValue::new(line.sku);
    let quantity = Signal::derive(move || choice.pieces.with(|pieces| sku.with_value(|sku| pieces.get(sku).copied().unwrap_or(0))));
    let set = move |quantity| {
        form.touched(LINES);
        choice.pieces.update(|pieces| {
            pieces.insert(sku.get_value(), quantity);
        });
    };
    let options: Vec<_> = line.options.values().cloned().collect();
    let facts = t::line_facts(&options.join(", "), line.quantity, &format::money(line.unit_price));
    view! {
        <li>
            <Picture image=line.image decorative=true />
            <div class="stack" style="--flow:.35rem">
                <p class="name">{line.title.clone()}</p>
                <p class="tiny soft">{facts}</p>
                <div class="row">
                    <Stepper quantity min=0 max=line.quantity title=line.title on_change=set />
                    <span class="small soft">{t::of_so_many(line.quantity)}</span>
                </div>
            </div>
        </li>
    }
}

#[component]
fn PaidBackList(order: Signal<Option<Order>>, choice: Choice) -> impl IntoView {
    let sums = Memo::new(move |_| order.with(|order| order.as_ref().map(|order| choice.pieces.with(|pieces| paid_back(order, pieces)))));
    let charged = move || order.with(|order| order.as_ref().is_some_and(|order| order.totals.shipping.amount > 0));
    view! {
        <div class="stack" style="--flow:.75rem" role="status">
            {move || {
                sums.get()
                    .map(|sums| {
                        let delivery = sums.shipping.map_or_else(|| t::DELIVERY_NOT_PAID_BACK.to_owned(), format::money);
                        view! {
                            <dl class="totals">
                                <div>
                                    <dt>{t::TOTAL_GOODS}</dt>
                                    <dd>{format::money(sums.goods)}</dd>
                                </div>
                                {charged()
                                    .then(|| {
                                        view! {
                                            <div class=if sums.shipping.is_none() { "soft" } else { "" }>
                                                <dt>{t::DELIVERY_PAID_BACK}</dt>
                                                <dd>{delivery}</dd>
                                            </div>
                                        }
                                    })}
                                <div class="sum">
                                    <dt>{t::PAID_BACK}</dt>
                                    <dd>{format::money(sums.total)}</dd>
                                </div>
                            </dl>
                        }
                    })
            }}
        </div>
        <p class="tiny soft">{t::PAID_BACK_NOTE}</p>
    }
}

/// What has come in between the button and the return.
#[component]
fn Between(
    order: Signal<Option<Order>>,
    returning: Wish<RequestReturn>,
    on_retry: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let trouble = Memo::new(move |_| returning.trouble.get());
    let back = move || order.with_untracked(|order| order.as_ref().map_or(Page::Orders, |order| Page::Order(order.id)));
    view! {
        <div id=TROUBLE_ID tabindex="-1" role="alert" class="stack" style=move || trouble.with(Option::is_none).then_some("display:none")>
            {move || match trouble.get() {
                None => ().into_any(),
                Some(Trouble::Unanswered(error)) => view! { <Unanswered wish=t::Wish::Return error back=back() on_retry /> }.into_any(),
                Some(Trouble::Refused(error)) => view! { <ProblemNote error /> }.into_any(),
            }}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use tradewind_contract::{Money, catalog::Image, orders::Totals};

    use super::*;
    use crate::screens::order::follow::tests::order as empty_order;

    fn line(sku: &str, quantity: u32, unit_price: i64) -> OrderLine {
        OrderLine {
            sku: sku.to_owned(),
            handle: sku.to_lowercase(),
            title: sku.to_owned(),
            image: Image { url: String::new(), alt: String::new() },
            options: BTreeMap::new(),
            quantity,
            unit_price: Money::eur(unit_price),
            total: Money::eur(unit_price * i64::from(quantity)),
        }
    }

    /// Two bags and a tin, € 43.00, and € 4.90 for the way.
    fn order() -> Order {
        Order {
            lines: vec![line("BAG", 2, 1_350), line("TIN", 1, 1_600)],
            totals: Totals { subtotal: Money::eur(4_300), shipping: Money::eur(490), tax: Money::eur(0), total: Money::eur(4_790) },
            ..empty_order(&[OrderStatus::Delivered])
        }
    }

    fn pieces(of: &[(&str, u32)]) -> Pieces {
        of.iter().map(|(sku, quantity)| ((*sku).to_owned(), *quantity)).collect()
    }

    #[test]
    fn the_delivery_is_paid_back_only_with_everything() {
        for (chosen, goods, shipping, total) in [
            (vec![], 0, None, 0),
            (vec![("BAG", 1)], 1_350, None, 1_350),
            (vec![("BAG", 2), ("TIN", 0)], 2_700, None, 2_700),
            (vec![("BAG", 2), ("TIN", 1)], 4_300, Some(490), 4_790),
        ] {
            let expected = PaidBack { goods: Money::eur(goods), shipping: shipping.map(Money::eur), total: Money::eur(total) };
            assert_eq!(paid_back(&order(), &pieces(&chosen)), expected, "{chosen:?}");
        }
    }

    #[test]
    fn only_what_goes_back_is_sent_and_the_reason_in_one_line() {
        let asked = request(&order(), &pieces(&[("TIN", 1), ("BAG", 0)]), "  It leaks.\r\n\nA little.\n");
        assert_eq!(asked.lines, [ReturnLine { sku: "TIN".into(), quantity: 1 }]);
        assert_eq!(asked.reason, "It leaks. A little.");
        assert!(check(&asked).is_empty());
    }

    #[test]
    fn nothing_chosen_and_nothing_said_are_both_told() {
        let errors = check(&request(&order(), &Pieces::new(), " \n "));
        assert_eq!(errors.message(LINES), Some(t::NOTHING_CHOSEN));
        assert_eq!(errors.message(REASON), Some("This is needed."));
        let long = check(&request(&order(), &pieces(&[("TIN", 1)]), &"x".repeat(REASON_MAX as usize + 1)));
        assert_eq!(long.message(REASON), Some("At most 500 characters fit here."));
        assert!(check(&request(&order(), &pieces(&[("TIN", 1)]), &"x".repeat(REASON_MAX as usize))).is_empty());
    }
}
