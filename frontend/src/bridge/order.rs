//! An order's file: all that stands about it, and what can be done.

use leptos::prelude::*;
use tradewind_contract::{
    Money, OrderId,
    operators::{EventRecord, LedgerEntry, OrderAction, OrderFile, PaymentRecord},
    orders::{Order, OrderLine, OrderTransition, Return, ReturnState},
};

use super::{
    ask::{Ask, Deed, Done, Question},
    parts::{BackLink, Board, Head, Moment, Screen, StatusWord, Table, TraceLink, follow, shown},
};
use crate::{
    api,
    app::use_shop,
    cache::read::use_read,
    i18n::{format, t},
    navigation,
    route::Page,
};

#[component]
pub fn OrderScreen(id: OrderId) -> impl IntoView {
    let shop = use_shop();
    let file = use_read(move || Some(api::admin::order(id)));
    // What was told to the worker shows here when it is done.
    follow(file, |file| !file.order.status.is_final());
    let question = RwSignal::new(None::<Question>);
    let number = Memo::new(move |_| file.data().map(|file| file.order.number.to_string()));
    let title = Memo::new(move |_| number.get().map_or_else(|| t::ORDER_FILE.to_owned(), |number| t::order_file_title(&number)));
    let asked = StoredValue::new(None::<OrderAction>);
    Effect::new(move |_| {
        if let Some(Deed::Order(_, action)) = question.get().map(|question| question.deed) {
            asked.set_value(Some(action));
        }
    });
    let done = move |done: Done| {
        if let Done::Order(answer) = done {
            if let Some(action) = asked.get_value() {
                shop.toasts.say(t::action_done(action, &answer.order.number.to_string()));
            }
            file.set(*answer);
        }
        request_animation_frame(navigation::focus_page);
    };
    view! {
        <Screen title below=|| view! { <BackLink page=Page::BridgeOrders name=t::ALL_ORDERS /> }>
            {shown(file, move |file| view! { <File file question /> }.into_any())}
            <Ask question on_done=done on_refused=move |()| file.retry() />
        </Screen>
    }
}

#[component]
fn File(file: OrderFile, question: RwSignal<Option<Question>>) -> impl IntoView {
    view! {
        <Actions order=file.order.clone() returns=file.returns.clone() actions=file.actions question />
        <div class="boards">
            <Facts order=file.order.clone() trace_id=file.trace_id />
            <Way history=file.order.history />
            <Lines lines=file.order.lines />
            <Payments payments=file.payments />
            <Ledger ledger=file.ledger />
            <Returns returns=file.returns />
            <Events events=file.events />
        </div>
    }
}

#[component]
fn Actions(order: Order, returns: Vec<Return>, actions: Vec<OrderAction>, question: RwSignal<Option<Question>>) -> impl IntoView {
    let number = order.number.to_string();
    let total = format::money(order.totals.total);
    // Of an open return just that is paid back.
    let open = returns.iter().find(|back| back.state == ReturnState::Requested);
    let amount = open.map_or_else(|| total.clone(), |back| format::money(back.amount));
    let none = actions.is_empty();
    let buttons = actions
        .into_iter()
        .map(|action| {
            let asked = Question {
                deed: Deed::Order(order.id, action),
                title: t::action_question(action, &number),
                means: t::action_means(action, &total, &amount),
                verb: t::action_verb(action),
            };
            view! {
                <button type="button" class="button" on:click=move |_| question.set(Some(asked.clone()))>
                    {t::action_verb(action)}
                </button>
            }
        })
        .collect_view();
    view! {
        <section class="row between panel" aria-label=t::WHAT_CAN_BE_DONE>
            <p>
                <StatusWord status=order.status />
            </p>
            <div class="row">{buttons} {none.then(|| view! { <p class="soft">{t::NOTHING_CAN_BE_DONE}</p> })}</div>
        </section>
    }
}

#[component]
fn Facts(order: Order, trace_id: Option<String>) -> impl IntoView {
    let address = &order.shipping_address;
    let country = address.country.clone();
    let place = format!("{} {}", address.postal_code, address.city);
    let lines: Vec<String> = [Some(address.name.clone()), Some(address.line1.clone()), address.line2.clone(), Some(place), Some(country)]
        .into_iter()
        .flatten()
        .filter(|line| !line.is_empty())
        .collect();
    let fact = |name: &'static str, value: AnyView| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd style="overflow-wrap:anywhere">{value}</dd>
            </div>
        }
    };
    view! {
        <Board id="facts" title=t::FACTS>
            <dl class="sheet">
                {fact(t::FACT_EMAIL, order.email.into_any())}
                {fact(t::FACT_PLACED, view! { <Moment at=order.placed_at /> }.into_any())} {fact(t::FACT_ADDRESS, lines.join(", ").into_any())}
                {fact(t::FACT_METHOD, order.shipping_method.into_any())} {fact(t::FACT_TOTAL, format::money(order.totals.total).into_any())}
                {fact(t::FACT_TRACE, view! { <TraceLink trace_id /> }.into_any())}
            </dl>
        </Board>
    }
}

#[component]
fn Way(history: Vec<OrderTransition>) -> impl IntoView {
    let steps = history
        .into_iter()
        .map(|step| {
            view! {
                <li>
                    <Moment at=step.at />
                    <span>
                        <StatusWord status=step.status /> " "
                        {step.reason.map(|reason| view! { <span class="soft" style="overflow-wrap:anywhere">{reason}</span> })}
                    </span>
                </li>
            }
        })
        .collect_view();
    view! {
        <Board id="way" title=t::WAY>
            <ol class="log" role="list">
                {steps}
            </ol>
        </Board>
    }
}

#[component]
fn Lines(lines: Vec<OrderLine>) -> impl IntoView {
    let rows = lines
        .into_iter()
        .map(|line| {
            view! {
                <tr>
                    <td>
                        <a href=Page::product(&line.handle).path()>{line.title}</a>
                    </td>
                    <td class="mono">{line.sku}</td>
                    <td class="num">{line.quantity}</td>
                    <td class="num">{format::money(line.total)}</td>
                </tr>
            }
        })
        .collect_view();
    const COLUMNS: &[Head] = &[Head::Text(t::HEAD_GOODS), Head::Text("SKU"), Head::Number(t::HEAD_PIECES), Head::Number(t::HEAD_TOTAL)];
    view! {
        <Board id="lines" title=t::HEAD_GOODS across=true>
            <Table label=t::HEAD_GOODS columns=COLUMNS>
                {rows}
            </Table>
        </Board>
    }
}

#[component]
fn Payments(payments: Vec<PaymentRecord>) -> impl IntoView {
    let none = payments.is_empty();
    let rows = payments
        .into_iter()
        .map(|payment| {
            let difference = match payment.difference {
                Some(difference) => view! { <td class="bad">{difference}</td> }.into_any(),
                None => view! { <td class="soft">{t::NO_DIFFERENCE}</td> }.into_any(),
            };
            view! {
                <tr>
                    <td class="figures">{payment.attempt}</td>
                    <td>{payment.state}</td>
                    <td class="num">{format::money(payment.amount)}</td>
                    <td class="mono">{payment.authorization_id}</td>
                    {difference}
                    <td>
                        <Moment at=payment.updated_at />
                    </td>
                </tr>
            }
        })
        .collect_view();
    const COLUMNS: &[Head] = &[
        Head::Text(t::HEAD_ATTEMPT),
        Head::Text(t::HEAD_STATE),
        Head::Number(t::HEAD_AMOUNT),
        Head::Text(t::HEAD_REFERENCE),
        Head::Text(t::HEAD_DIFFERENCE),
        Head::Text(t::HEAD_SINCE),
    ];
    view! {
        <Board id="payments" title=t::PAYMENTS across=true>
            {listed(none, t::NO_PAYMENTS, t::PAYMENTS, COLUMNS, rows)}
        </Board>
    }
}

/// A table, or the sentence that says why there is none.
fn listed(none: bool, why: &'static str, label: &'static str, columns: &'static [Head], rows: impl IntoView + 'static) -> AnyView {
    if none {
        return view! { <p class="soft">{why}</p> }.into_any();
    }
    view! {
        <Table label columns>
            {rows.into_any()}
        </Table>
    }
    .into_any()
}

#[component]
fn Ledger(ledger: Vec<LedgerEntry>) -> impl IntoView {
    let none = ledger.is_empty();
    let rows = ledger
        .into_iter()
        .map(|entry| {
            view! {
                <tr>
                    <td>
                        <Moment at=entry.posted_at />
                    </td>
                    <td>{entry.posting}</td>
                    <td>{entry.account}</td>
                    <td class="num">{signed(entry.amount)}</td>
                </tr>
            }
        })
        .collect_view();
    const COLUMNS: &[Head] =
        &[Head::Text(t::HEAD_WHEN), Head::Text(t::HEAD_POSTING), Head::Text(t::HEAD_ACCOUNT), Head::Number(t::HEAD_AMOUNT)];
    view! {
        <Board id="ledger" title=t::LEDGER>
            {listed(none, t::NO_LEDGER, t::LEDGER, COLUMNS, rows)}
        </Board>
    }
}

/// An amount that may be negative, with the sign before everything.
fn signed(amount: Money) -> String {
    let text = format::money(Money { amount: amount.amount.saturating_abs(), ..amount });
    if amount.amount < 0 { format!("\u{2212}{text}") } else { text }
}

#[component]
fn Returns(returns: Vec<Return>) -> impl IntoView {
    let none = returns.is_empty();
    let rows = returns
        .into_iter()
        .map(|back| {
            let pieces = back.lines.iter().map(|line| format!("{} × {}", line.quantity, line.sku)).collect::<Vec<_>>().join(", ");
            view! {
                <tr>
                    <td>
                        <Moment at=back.requested_at />
                    </td>
                    <td>{t::return_state(back.state)}</td>
                    <td>{pieces}</td>
                    <td class="num">{format::money(back.amount)}</td>
                    <td>{back.reason}</td>
                </tr>
            }
        })
        .collect_view();
    const COLUMNS: &[Head] = &[
        Head::Text(t::HEAD_WHEN),
        Head::Text(t::HEAD_STATE),
        Head::Text(t::HEAD_PIECES),
        Head::Number(t::HEAD_AMOUNT),
        Head::Text(t::HEAD_REASON),
    ];
    view! {
        <Board id="returns" title=t::RETURNS>
            {listed(none, t::NO_RETURNS, t::RETURNS, COLUMNS, rows)}
        </Board>
    }
}

#[component]
fn Events(events: Vec<EventRecord>) -> impl IntoView {
    let none = events.is_empty();
    let rows = events
        .into_iter()
        .map(|event| {
            let published = match event.published_at {
                Some(at) => view! { <Moment at /> }.into_any(),
                None => view! { <span class="low">{t::NOT_PUBLISHED}</span> }.into_any(),
            };
            view! {
                <tr>
                    <td class="figures">{event.sequence}</td>
                    <td class="mono">{event.event_type}</td>
                    <td>
                        <Moment at=event.occurred_at />
                    </td>
                    <td>{published}</td>
                    <td>
                        <TraceLink trace_id=event.trace_id />
                    </td>
                </tr>
            }
        })
        .collect_view();
    const COLUMNS: &[Head] = &[
        Head::Text(t::HEAD_SEQUENCE),
        Head::Text(t::HEAD_EVENT),
        Head::Text(t::HEAD_WHEN),
        Head::Text(t::HEAD_PUBLISHED),
        Head::Text(t::HEAD_TRACE),
    ];
    view! {
        <Board id="events" title=t::EVENTS across=true>
            {listed(none, t::NO_EVENTS, t::EVENTS, COLUMNS, rows)}
        </Board>
    }
}
