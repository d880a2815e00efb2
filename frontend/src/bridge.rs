//! What operators see: the Bridge. It is a part of the program of its own, which only `load` leads to; whatever else of the shop
//! used anything below here would make every shopper load it.

mod ask;
mod audit;
mod chart;
mod csv;
mod dead_letter;
mod dead_letters;
mod live;
mod order;
mod orders;
mod parts;
mod pipeline;
mod reports;
mod tail;

use leptos::{
    prelude::*,
    wasm_split::{self, SplitLoaderError},
};
use leptos_router::hooks::use_location;
use tradewind_contract::operators::DeadLetterCauses;

use self::{
    audit::AuditScreen, dead_letter::DeadLetterScreen, dead_letters::DeadLettersScreen, order::OrderScreen, orders::OrdersScreen,
    pipeline::PipelineScreen, reports::ReportsScreen,
};
use crate::{
    api,
    cache::read::{Read, use_read},
    i18n::t,
    platform,
    route::Page,
    screens::not_found::NotFoundScreen,
};

/// Makes the screens, at the place in the page where they are to be.
pub type Screens = fn() -> AnyView;

/// Fetches the operators' part, once; `xtask/web` makes a file of its own of it.
///
/// # Errors
/// When the file did not come. The next call tries again.
#[wasm_split::wasm_split(bridge, wasm_split_path = leptos::wasm_split, fallible)]
pub fn load() -> Result<Screens, SplitLoaderError> {
    Ok(|| view! { <Bridge /> }.into_any())
}

/// Which screen an address is.
#[derive(Debug, Clone, PartialEq)]
enum Deck {
    Pipeline,
    DeadLetters,
    DeadLetter(i64),
    Orders,
    Order(tradewind_contract::OrderId),
    Reports,
    Audit,
    Nowhere,
}

impl Deck {
    fn at(path: &str) -> Self {
        let mut segments = path.split('/').filter(|segment| !segment.is_empty()).skip(1);
        match (segments.next(), segments.next(), segments.next()) {
            (None, ..) => Self::Pipeline,
            (Some("dead-letters"), None, _) => Self::DeadLetters,
            (Some("dead-letters"), Some(id), None) => id.parse().map_or(Self::Nowhere, Self::DeadLetter),
            (Some("orders"), None, _) => Self::Orders,
            (Some("orders"), Some(id), None) => platform::parse_id(id).map_or(Self::Nowhere, Self::Order),
            (Some("reports"), None, _) => Self::Reports,
            (Some("audit"), None, _) => Self::Audit,
            _ => Self::Nowhere,
        }
    }
}

/// What the open dead letters died of, for the navigation and for their screen. Copy.
#[derive(Clone, Copy)]
struct Causes(Read<DeadLetterCauses>);

#[component]
fn Bridge() -> impl IntoView {
    let location = use_location();
    let causes = use_read(|| Some(api::admin::dead_letter_causes()));
    provide_context(Causes(causes));
    let deck = Memo::new(move |_| Deck::at(&location.pathname.get()));
    Effect::new(move |seen: Option<()>| {
        deck.track();
        if seen.is_some() {
            causes.retry();
        }
    });
    view! {
        <div class="bridge">
            <Sections deck causes />
            {move || match deck.get() {
                Deck::Pipeline => view! { <PipelineScreen /> }.into_any(),
                Deck::DeadLetters => view! { <DeadLettersScreen /> }.into_any(),
                Deck::DeadLetter(id) => view! { <DeadLetterScreen id /> }.into_any(),
                Deck::Orders => view! { <OrdersScreen /> }.into_any(),
                Deck::Order(id) => view! { <OrderScreen id /> }.into_any(),
                Deck::Reports => view! { <ReportsScreen /> }.into_any(),
                Deck::Audit => view! { <AuditScreen /> }.into_any(),
                Deck::Nowhere => view! { <NotFoundScreen /> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Sections(deck: Memo<Deck>, causes: Read<DeadLetterCauses>) -> impl IntoView {
    let open = Memo::new(move |_| causes.data().map_or(0, |causes| causes.items.iter().map(|cause| cause.count).sum::<u64>()));
    let section = move |page: Page, name: &'static str, is_here: fn(&Deck) -> bool| {
        let current = move || deck.with(is_here).then_some("page");
        view! {
            <li>
                <a href=page.path() aria-current=current>
                    {name}
                    {(page == Page::DeadLetters)
                        .then(|| {
                            view! {
                                <Show when=move || { open.get() > 0 }>
                                    <span class="bad figures">
                                        {move || parts::count(open.get())} <span class="unseen">{t::WAIT_FOR_YOU}</span>
                                    </span>
                                </Show>
                            }
                        })}
                </a>
            </li>
        }
    };
    view! {
        <aside class="bridge-nav" aria-label=t::OPERATOR>
            <a class="mark" href=Page::Bridge.path() style="font-size:1.4rem">
                <svg viewBox="0 0 38 25" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round">
                    <path d="M1 17C9 17 14 6 22 6c4.500 0 7 2.600 7 5.400 0 2.500-1.900 4.100-4.100 4.100" />
                    <path d="M1 22c11 0 15-1.400 22-1.400 5 0 7.500-.6 10-2.600M5 11.500C10 11.500 13 2 22 2c7.500 0 12 4.500 12 9.500" />
                </svg>
                {t::BRIDGE}
            </a>
            <nav aria-label=t::OPERATOR_SECTIONS>
                <ul role="list">
                    {section(Page::Bridge, t::PIPELINE, |deck| *deck == Deck::Pipeline)}
                    {section(Page::BridgeOrders, t::BRIDGE_ORDERS, |deck| matches!(deck, Deck::Orders | Deck::Order(_)))}
                    {section(Page::DeadLetters, t::DEAD_LETTERS, |deck| matches!(deck, Deck::DeadLetters | Deck::DeadLetter(_)))}
                    {section(Page::Reports, t::REPORTS, |deck| *deck == Deck::Reports)}
                    {section(Page::Audit, t::AUDIT, |deck| *deck == Deck::Audit)} <li>
                        <a href=Page::Home.path()>{t::TO_THE_SHOP}</a>
                    </li>
                </ul>
            </nav>
        </aside>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_screen_or_nowhere() {
        assert_eq!(Deck::at("/bridge"), Deck::Pipeline);
        assert_eq!(Deck::at("/bridge/"), Deck::Pipeline);
        assert_eq!(Deck::at("/bridge/dead-letters/7"), Deck::DeadLetter(7));
        assert_eq!(Deck::at("/bridge/reports"), Deck::Reports);
        assert!(matches!(Deck::at("/bridge/orders/0190b5f2-6a3c-7c4e-9d1f-0123456789ab"), Deck::Order(_)));
        for nowhere in ["/bridge/stock", "/bridge/dead-letters/x", "/bridge/orders/x", "/bridge/audit/1"] {
            assert_eq!(Deck::at(nowhere), Deck::Nowhere, "{nowhere}");
        }
    }
}
