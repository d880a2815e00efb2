//! The question before a deed: what it does, why it is done, and the one button that does it.

use leptos::{ev, html, prelude::*, task::spawn_local};
use tradewind_contract::{
    OrderId,
    limits::OPERATOR_REASON_MAX,
    operators::{DeadLetterDetail, OrderAction, OrderFile, RedriveAll, WithReason},
};

use super::parts::FailedNote;
use crate::{
    api::ApiError,
    app::{Shop, use_shop},
    components::fields::{AreaField, FieldErrors, Form, field_id, focus},
    i18n::t,
    telemetry::{self, Trace},
};

const TITLE_ID: &str = "ask";
const REASON: &str = "/reason";

/// What is done, and to what.
#[derive(Debug, Clone, PartialEq)]
pub enum Deed {
    Order(OrderId, OrderAction),
    Discard(i64),
    RedriveAll { consumer: String, cause: String },
}

/// What came of it.
#[derive(Debug, Clone)]
pub enum Done {
    Order(Box<OrderFile>),
    Letter(Box<DeadLetterDetail>),
    Redriven(u64),
}

impl Deed {
    /// For telemetry.
    const fn name(&self) -> &'static str {
        match self {
            Self::Order(..) => "act_on_order",
            Self::Discard(_) => "discard_dead_letter",
            Self::RedriveAll { .. } => "redrive_dead_letters",
        }
    }

    async fn run(self, shop: Shop, trace: Trace, reason: String, restock: bool) -> Result<Done, ApiError> {
        match self {
            Self::Order(id, action) => shop.api.act(trace, id, action, reason, restock).await.map(|file| Done::Order(Box::new(file))),
            Self::Discard(id) => shop.api.discard(trace, id, &WithReason { reason }).await.map(|letter| Done::Letter(Box::new(letter))),
            Self::RedriveAll { consumer, cause } => {
                let redriven = shop.api.redrive_all(trace, &RedriveAll { consumer, cause, reason }).await?;
                Ok(Done::Redriven(redriven.count))
            }
        }
    }
}

/// A question as it stands on the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    pub deed: Deed,
    pub title: String,
    /// What it does, in plain words.
    pub means: String,
    /// On the button.
    pub verb: &'static str,
}

/// Shows the question when there is one. The browser keeps the focus inside and gives it back.
#[component]
pub fn Ask(
    question: RwSignal<Option<Question>>,
    /// The answer of the services; the question is gone by then.
    #[prop(into)]
    on_done: Callback<Done>,
    /// Somebody was quicker, or it is too late: what stands on the page is no longer true.
    #[prop(into)]
    on_refused: Callback<()>,
) -> impl IntoView {
    move || question.get().map(|asked| view! { <Dialog asked question on_done on_refused /> })
}

fn label(_: &str) -> &'static str {
    t::FIELD_REASON
}

#[component]
fn Dialog(asked: Question, question: RwSignal<Option<Question>>, on_done: Callback<Done>, on_refused: Callback<()>) -> impl IntoView {
    let shop = use_shop();
    let node = NodeRef::<html::Dialog>::new();
    let form = Form::new(label, &[REASON]);
    let reason = RwSignal::new(String::new());
    let restock = RwSignal::new(true);
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    node.on_load(|dialog| {
        let _ = dialog.show_modal();
        focus(TITLE_ID);
    });
    let asks_for_restock = matches!(asked.deed, Deed::Order(_, OrderAction::Refund));
    let deed = StoredValue::new(asked.deed);
    let close = move || {
        // Closing it gives the focus back, and says that it is closed.
        if let Some(dialog) = node.get_untracked() {
            dialog.close();
        }
    };
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        // A line break is a space: a reason is one line.
        let said = WithReason { reason: reason.get_untracked().split_whitespace().collect::<Vec<_>>().join(" ") };
        error.set(None);
        if form.refuse(FieldErrors::check(&said)) {
            focus(&field_id(REASON));
            return;
        }
        busy.set(true);
        let deed = deed.get_value();
        let restock = restock.get_untracked();
        spawn_local(async move {
            let name = deed.name();
            let answer = telemetry::action(name, move |trace| deed.run(shop, trace, said.reason, restock)).await;
            if busy.try_set(false).is_some() {
                return; // The page was left.
            }
            match answer {
                Ok(done) => {
                    close();
                    on_done.run(done);
                }
                Err(refused) => {
                    if refused.status() == Some(409) {
                        on_refused.run(());
                    }
                    let fields = refused.problem().map(FieldErrors::of_problem).unwrap_or_default();
                    if !form.refuse(fields) {
                        error.set(Some(refused));
                    }
                }
            }
        });
    };
    view! {
        <dialog
            class="ask"
            node_ref=node
            aria-labelledby=TITLE_ID
            on:close=move |_| question.set(None)
            on:cancel=move |event: ev::Event| {
                if busy.get_untracked() {
                    event.prevent_default();
                }
            }
        >
            <form class="stack" novalidate on:submit=send>
                <h2 id=TITLE_ID tabindex="-1">
                    {asked.title}
                </h2>
                <p>{asked.means}</p>
                {move || error.get().map(|error| view! { <FailedNote error /> })}
                <AreaField
                    form
                    pointer=REASON
                    label=t::FIELD_REASON
                    value=reason
                    on_input=move |text| reason.set(text)
                    maxlength=OPERATOR_REASON_MAX as u32
                    help=t::FIELD_REASON_HELP
                />
                {asks_for_restock
                    .then(|| {
                        view! {
                            <label class="check">
                                <input
                                    type="checkbox"
                                    prop:checked=move || restock.get()
                                    on:change:target=move |event| restock.set(event.target().checked())
                                />
                                {t::CAN_BE_SOLD_AGAIN}
                            </label>
                        }
                    })}
                <div class="row">
                    <button
                        class=move || if busy.get() { "button main busy" } else { "button main" }
                        aria-disabled=move || busy.get().then_some("true")
                        aria-busy=move || busy.get().to_string()
                    >
                        {asked.verb}
                    </button>
                    <button
                        type="button"
                        class="link tap"
                        style="inline-size:auto;padding-inline:.5rem;text-decoration:underline"
                        on:click=move |_| close()
                    >
                        {t::LEAVE_IT}
                    </button>
                </div>
            </form>
        </dialog>
    }
}
