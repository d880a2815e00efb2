//! Who did what, and why.

use leptos::prelude::*;
use leptos_router::components::A;
use tradewind_contract::{Page as Leaf, operators::AuditEntry};

use super::parts::{Address, Board, Head, Leaves, Moment, Nothing, Screen, Table, TraceLink, shown, use_address};
use crate::{
    api::{self, query},
    cache::read::use_read,
    components::state::Sketch,
    i18n::t,
    route::Page,
};

const COLUMNS: &[Head] = &[
    Head::Text(t::HEAD_WHEN),
    Head::Text(t::HEAD_ACTION),
    Head::Text(t::HEAD_SUBJECT),
    Head::Text(t::HEAD_REASON),
    Head::Text(t::HEAD_OPERATOR),
    Head::Text(t::HEAD_TRACE),
];

#[component]
pub fn AuditScreen() -> impl IntoView {
    let address = use_address();
    let entries = use_read(move || Some(api::admin::audit(&address.query(&["cursor"]))));
    view! {
        <Screen title=t::AUDIT below=|| view! { <p class="soft">{t::AUDIT_LEDE}</p> }>
            {shown(
                entries,
                move |leaf| {
                    if leaf.items.is_empty() {
                        view! { <Nothing sketch=Sketch::Chart title=t::NO_AUDIT_TITLE detail=t::NO_AUDIT_DETAIL /> }.into_any()
                    } else {
                        view! { <Entries leaf address /> }.into_any()
                    }
                },
            )}
        </Screen>
    }
}

#[component]
fn Entries(leaf: Leaf<AuditEntry>, address: Address) -> impl IntoView {
    let rows = leaf
        .items
        .into_iter()
        .map(|entry| {
            let reason = if entry.reason.is_empty() { t::WITHOUT_REASON.to_owned() } else { entry.reason };
            view! {
                <tr>
                    <td>
                        <Moment at=entry.at />
                    </td>
                    <td>{t::audit_action(&entry.action)}</td>
                    <td>{subject(&entry.action, entry.subject)}</td>
                    <td style="min-inline-size:14rem">{reason}</td>
                    <td class="mono">{entry.actor.to_string()}</td>
                    <td>
                        <TraceLink trace_id=entry.trace_id />
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <Board id="entries" title=t::AUDIT>
            <Table label=t::AUDIT columns=COLUMNS>
                {rows}
            </Table>
            <Leaves address page=Page::Audit keys=&[] next_cursor=leaf.next_cursor />
        </Board>
    }
}

/// What it was done to, with the way there where its name says it.
fn subject(action: &str, subject: String) -> AnyView {
    match (action.split_once('.'), subject.parse()) {
        (Some(("order", _)), _) => {
            let href = format!("{}{}", Page::BridgeOrders.path(), query::write([("query", &subject)]));
            view! {
                <A href attr:class="mono">
                    {subject}
                </A>
            }
            .into_any()
        }
        (Some(("dead_letter", _)), Ok(id)) => view! {
            <A href=Page::DeadLetter(id).path() attr:class="mono">
                {subject}
            </A>
        }
        .into_any(),
        _ => subject.into_any(),
    }
}
