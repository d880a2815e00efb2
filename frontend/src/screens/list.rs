//! The list: a family, or all goods, searched, narrowed and sorted. Its whole state is the address.

mod facets;
mod filter;

use facets::Facets;
use filter::{Filter, Narrowing, PAGE, pages};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_params_map},
};
use tradewind_contract::{
    catalog::{Facet, ProductCard, ProductList, Sort},
    limits::TOTAL_MAX,
};
use wasm_bindgen::JsCast as _;

use crate::{
    api::{self, ApiError, catalog},
    app::{Shop, use_shop},
    cache::read::{self, use_read},
    components::{
        crumbs::Crumbs,
        gauge::Gauge,
        goods::Goods,
        icon::{Glyph, Icon},
        skeleton::GoodsSkeleton,
        state::{EmptyState, ProblemNote, ProblemState, Sketch},
    },
    i18n::{format, t},
    route::Page,
    telemetry,
};

/// What has been read of the list so far. Copy.
#[derive(Clone, Copy)]
struct Listing {
    items: RwSignal<Vec<ProductCard>>,
    facets: RwSignal<Vec<Facet>>,
    total: RwSignal<Option<u32>>,
    next: RwSignal<Option<String>>,
    error: RwSignal<Option<ApiError>>,
    busy: RwSignal<bool>,
    kept_since_ms: RwSignal<Option<f64>>,
    /// Counts the lists asked for; an answer to an older one is dropped.
    generation: StoredValue<u32>,
    again: RwSignal<u32>,
}

impl Listing {
    fn new() -> Self {
        Self {
            items: RwSignal::default(),
            facets: RwSignal::default(),
            total: RwSignal::new(None),
            next: RwSignal::new(None),
            error: RwSignal::new(None),
            busy: RwSignal::new(true),
            kept_since_ms: RwSignal::new(None),
            generation: StoredValue::new(0),
            again: RwSignal::new(0),
        }
    }

    fn request(filter: &Filter, cursor: Option<&str>) -> api::Get<ProductList> {
        let mut parameters = filter.parameters();
        parameters.push(("limit".to_owned(), PAGE.to_string()));
        parameters.extend(cursor.map(|cursor| ("cursor".to_owned(), cursor.to_owned())));
        catalog::products(parameters)
    }

    /// Shows what the device keeps of the first `count` pages; when that was true, if there was anything.
    fn show_kept(self, filter: &Filter, count: u32) -> Option<f64> {
        let (mut list, at_ms) = read::peek(&Self::request(filter, None))?;
        for _ in 1..count {
            let Some(cursor) = list.next_cursor.take() else { break };
            let Some((page, _)) = read::peek(&Self::request(filter, Some(&cursor))) else {
                list.next_cursor = Some(cursor);
                break;
            };
            add_unknown(&mut list.items, page.items);
            list.next_cursor = page.next_cursor;
        }
        self.take(list, false);
        Some(at_ms)
    }

    /// Shows a list from its beginning. `pages_follow` when what is shown is of the same list and may go on after it. As
    /// long as nothing changed, the cards stay as they are, and with them the pictures, the focus and the pages after.
    fn take(self, list: ProductList, pages_follow: bool) {
        match self.items.with_untracked(|items| compare(items, &list, pages_follow)) {
            Shown::Longer => {}
            Shown::Same => self.next.set(list.next_cursor),
            Shown::Other => {
                self.next.set(list.next_cursor);
                self.items.set(list.items);
            }
        }
        if self.facets.with_untracked(|facets| *facets != list.facets) {
            self.facets.set(list.facets);
        }
        self.total.set(Some(list.total));
    }

    fn append(self, page: ProductList) {
        self.next.set(page.next_cursor);
        self.items.update(|items| add_unknown(items, page.items));
    }

    /// Reads the list anew, and as many pages as the address asks for.
    fn load(self, shop: Shop, filter: Filter, count: u32) {
        self.generation.update_value(|generation| *generation += 1);
        let generation = self.generation.get_value();
        self.error.set(None);
        self.kept_since_ms.set(None);
        self.next.set(None);
        let kept = self.show_kept(&filter, count);
        self.busy.set(true);
        spawn_local(async move {
            let outcome = read::fetch(shop.api, telemetry::page(), Self::request(&filter, None)).await;
            if !self.is_current(generation) {
                return;
            }
            match outcome {
                Ok(list) => {
                    self.take(list, kept.is_some());
                    self.load_more_until(shop, &filter, count, generation).await;
                }
                Err(error) => {
                    if kept.is_none() {
                        self.items.set(Vec::new());
                        self.total.set(None);
                    }
                    self.kept_since_ms.set(kept);
                    self.error.set(Some(error));
                }
            }
            if self.is_current(generation) {
                self.busy.set(false);
            }
        });
    }

    async fn load_more_until(self, shop: Shop, filter: &Filter, count: u32, generation: u32) {
        while self.items.with_untracked(Vec::len) < (count * PAGE) as usize {
            let Some(cursor) = self.next.get_untracked() else { return };
            let outcome = read::fetch(shop.api, telemetry::page(), Self::request(filter, Some(&cursor))).await;
            if !self.is_current(generation) {
                return;
            }
            match outcome {
                Ok(page) => self.append(page),
                Err(error) => {
                    self.error.set(Some(error));
                    return;
                }
            }
        }
    }

    /// Brings the next page; calls `then` when it is there.
    fn more(self, shop: Shop, filter: Filter, then: impl FnOnce() + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        let generation = self.generation.get_value();
        let count = u32::try_from(self.items.with_untracked(Vec::len)).unwrap_or(0) / PAGE + 1;
        self.busy.set(true);
        self.error.set(None);
        spawn_local(async move {
            self.load_more_until(shop, &filter, count, generation).await;
            if self.is_current(generation) {
                self.busy.set(false);
                if self.error.with_untracked(Option::is_none) {
                    then();
                }
            }
        });
    }

    /// False also when the screen is gone.
    fn is_current(self, generation: u32) -> bool {
        self.generation.try_get_value() == Some(generation)
    }
}

/// What is shown, beside a list that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Same,
    /// The list, and pages after it.
    Longer,
    Other,
}

/// A list without a page after it is all there is: cards beyond it are of another one, such as before a filter.
fn compare(shown: &[ProductCard], list: &ProductList, pages_follow: bool) -> Shown {
    if shown == list.items {
        Shown::Same
    } else if pages_follow && list.next_cursor.is_some() && shown.starts_with(&list.items) {
        Shown::Longer
    } else {
        Shown::Other
    }
}

/// Adds a page. A list that moved between two reads repeats some of its goods, which are shown once.
fn add_unknown(items: &mut Vec<ProductCard>, page: Vec<ProductCard>) {
    for card in page {
        if items.iter().all(|known| known.id != card.id) {
            items.push(card);
        }
    }
}

type Navigate = Box<dyn Fn(&str, NavigateOptions)>;

/// The list's address, read and changed.
#[derive(Clone, Copy)]
struct Address {
    filter: Memo<Filter>,
    path: Memo<String>,
    family: Memo<Option<String>>,
    search: Memo<String>,
    go: StoredValue<Navigate, LocalStorage>,
}

impl Address {
    fn new() -> Self {
        let location = use_location();
        let parameters = use_params_map();
        let navigate = use_navigate();
        let (pathname, search) = (location.pathname, location.search);
        let search = Memo::new(move |_| search.get());
        Self {
            filter: Memo::new(move |_| Filter::read(&search.read())),
            path: Memo::new(move |_| pathname.get()),
            family: Memo::new(move |_| parameters.read().get("family")),
            search,
            go: StoredValue::new_local(Box::new(move |to, options| navigate(to, options))),
        }
    }

    /// The filter as the services are asked, with the family of the path.
    fn asked(self) -> Filter {
        Filter { family: self.family.get(), ..self.filter.get() }
    }

    /// Narrows: a new entry in the history, the page stays where it is.
    fn narrow(self, filter: &Filter) {
        let to = filter.address(&self.path.get_untracked(), 1);
        self.go.with_value(|go| go(&to, NavigateOptions { scroll: false, ..NavigateOptions::default() }));
    }

    /// Notes how many pages are shown: no new entry, for going back leaves the list.
    fn note_pages(self, count: u32) {
        let to = self.filter.get_untracked().address(&self.path.get_untracked(), count);
        self.go.with_value(|go| go(&to, NavigateOptions { scroll: false, replace: true, ..NavigateOptions::default() }));
    }
}

#[component]
pub fn ListScreen() -> impl IntoView {
    let shop = use_shop();
    let address = Address::new();
    let listing = Listing::new();
    let asked = Memo::new(move |_| address.asked());
    Effect::new(move |_| {
        listing.again.track();
        let filter = asked.get();
        listing.load(shop, filter, pages(&address.search.read_untracked()));
    });
    Effect::new(move |was_online: Option<bool>| {
        let online = shop.online.get();
        if was_online == Some(false) && online && listing.error.with_untracked(Option::is_some) {
            listing.again.update(|count| *count += 1);
        }
        online
    });
    let title = Memo::new(move |_| match (address.filter.read().text.clone(), address.family.get()) {
        (Some(text), _) => t::search_title(&text),
        (None, Some(family)) => t::humanised(t::family(&family)),
        (None, None) => t::ALL_GOODS.to_owned(),
    });
    let lede = move || match address.family.get() {
        Some(family) => t::family_lede(&family),
        None => t::GOODS_LEDE,
    };
    let trail = move || {
        let mut trail = vec![(Page::Home.path(), t::HOME.to_owned())];
        if address.family.get().is_some() || address.filter.read().text.is_some() {
            trail.push((Page::Goods.path(), t::ALL_GOODS.to_owned()));
        }
        trail
    };
    view! {
        <Title text=move || title.get() />
        <main id="main" class="page" tabindex="-1">
            {move || view! { <Crumbs trail=trail() here=title.get() /> }}
            <div class="section-head" style="margin-block-end:var(--space-5)">
                <h1 tabindex="-1">{title}</h1>
                <p class="lede">{lede}</p>
            </div>
            <div class="list">
                <div class="facets only-wide">
                    <h2 class="unseen">{t::FILTER}</h2>
                    <Facets facets=listing.facets address=address name="wide" />
                </div>
                <section aria-label=t::GOODS>
                    <Bar listing=listing address=address />
                    <Chips listing=listing address=address />
                    <Body listing=listing address=address asked=asked />
                </section>
            </div>
        </main>
    }
}

fn total_text(total: u32) -> String {
    if total >= TOTAL_MAX { format!("{TOTAL_MAX}+") } else { total.to_string() }
}

#[component]
fn Bar(listing: Listing, address: Address) -> impl IntoView {
    let open = RwSignal::new(false);
    let narrowed = move || address.filter.read().narrowings().len();
    let count = move || listing.total.get().map(|total| t::shown_of(listing.items.read().len(), &total_text(total)));
    let sorts = Sort::ALL
        .into_iter()
        .map(|sort| {
            view! {
                <option value=sort.as_str() prop:selected=move || address.filter.read().sort == sort>
                    {t::sort(sort)}
                </option>
            }
        })
        .collect_view();
    let choose = move |event: leptos::ev::Event| {
        let sort = Sort::parse(&event_target_value(&event)).unwrap_or_default();
        address.narrow(&Filter { sort, ..address.filter.get_untracked() });
    };
    view! {
        <div class="list-bar">
            <p class="small" role="status" style="min-block-size:1.5em">
                {count}
            </p>
            <button
                type="button"
                class="button short only-narrow"
                aria-expanded=move || open.get().to_string()
                aria-controls="filters"
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <Glyph icon=Icon::Filter />
                {move || t::filter_on(narrowed())}
            </button>
            <div class="row" style="gap:.1rem">
                <label class="small soft" for="sort">
                    {t::SORT}
                </label>
                <select class="select" id="sort" on:change=choose>
                    {sorts}
                </select>
            </div>
        </div>
        <Show when=move || open.get()>
            <div id="filters" class="facets only-narrow" style="margin-block-end:var(--space-5)">
                <Facets facets=listing.facets address=address name="narrow" />
            </div>
        </Show>
    }
}

/// What a narrowing is called: the facet's title for its value, where the services have told it.
fn name_of(narrowing: &Narrowing, filter: &Filter, facets: &[Facet]) -> String {
    let titled = |parameter: &str, value: &str| {
        let values = facets.iter().find(|facet| facet.parameter == parameter).map(|facet| facet.values.as_slice()).unwrap_or_default();
        values.iter().find(|known| known.value == value).map_or_else(|| t::humanised(value), |known| known.title.clone())
    };
    match narrowing {
        Narrowing::Category(handle) => titled("category", handle),
        Narrowing::Price => t::price_between(filter.price_min, filter.price_max),
        Narrowing::InStock => t::IN_STOCK_ONLY.to_owned(),
        Narrowing::Option { name, value } => titled(&format!("option.{name}"), value),
    }
}

#[component]
fn Chips(listing: Listing, address: Address) -> impl IntoView {
    let any = Memo::new(move |_| !address.filter.read().narrowings().is_empty());
    view! {
        <Show when=move || any.get()>
            <div class="chips" style="margin-block-end:var(--space-5)">
                <ChipButtons listing=listing address=address />
                <button
                    type="button"
                    class="link tap"
                    style="inline-size:auto;text-decoration:underline"
                    on:click=move |_| address.narrow(&address.filter.get_untracked().cleared())
                >
                    {t::CLEAR_ALL}
                </button>
            </div>
        </Show>
    }
}

#[component]
fn ChipButtons(listing: Listing, address: Address) -> impl IntoView {
    move || {
        let filter = address.filter.get();
        let facets = listing.facets.read();
        filter
            .narrowings()
            .into_iter()
            .map(|narrowing| {
                let name = name_of(&narrowing, &filter, &facets);
                let label = t::remove_filter(&name);
                let take_off = move |_| address.narrow(&address.filter.get_untracked().without(&narrowing));
                view! {
                    <button type="button" class="chip" aria-label=label on:click=take_off>
                        <bdi>{name}</bdi>
                        <Glyph icon=Icon::Close />
                    </button>
                }
            })
            .collect_view()
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Loading,
    Failed,
    Empty,
    Full,
}

#[component]
fn Body(listing: Listing, address: Address, asked: Memo<Filter>) -> impl IntoView {
    let phase = Memo::new(move |_| {
        let nothing = listing.items.read().is_empty();
        match (nothing, listing.error.read().is_some(), listing.busy.get()) {
            (false, ..) => Phase::Full,
            (true, true, _) => Phase::Failed,
            (true, false, true) => Phase::Loading,
            (true, false, false) => Phase::Empty,
        }
    });
    move || match phase.get() {
        Phase::Loading => view! { <GoodsSkeleton /> }.into_any(),
        Phase::Failed => listing
            .error
            .get_untracked()
            .map(|error| view! { <ProblemState error=error on_retry=move || listing.again.update(|count| *count += 1) /> })
            .into_any(),
        Phase::Empty => view! { <Nothing listing=listing address=address /> }.into_any(),
        Phase::Full => view! { <Full listing=listing address=address asked=asked /> }.into_any(),
    }
}

#[component]
fn Full(listing: Listing, address: Address, asked: Memo<Filter>) -> impl IntoView {
    let kept = move || {
        listing.kept_since_ms.get().map(|at| {
            view! {
                <p class="note warn" style="margin-block-end:var(--space-5)">
                    {t::kept_since(&format::clock(at))}
                </p>
            }
        })
    };
    view! {
        {kept}
        <div aria-busy=move || listing.busy.get().to_string()>{move || view! { <Goods products=listing.items.get() in_sight=true /> }}</div>
        <More listing=listing address=address asked=asked />
    }
}

/// "12 of 73" and a gauge instead of endless scroll.
#[component]
fn More(listing: Listing, address: Address, asked: Memo<Filter>) -> impl IntoView {
    let shop = use_shop();
    let shown = Signal::derive(move || u32::try_from(listing.items.read().len()).unwrap_or(u32::MAX));
    let total = Signal::derive(move || listing.total.get().unwrap_or(0).max(shown.get()));
    let left = move || if total.get() >= TOTAL_MAX { PAGE } else { (total.get() - shown.get()).min(PAGE) };
    let has_more = Memo::new(move |_| listing.next.read().is_some());
    let more = move |_| {
        let first_new = listing.items.with_untracked(Vec::len);
        listing.more(shop, asked.get_untracked(), move || {
            let count = u32::try_from(listing.items.with_untracked(Vec::len)).unwrap_or(0).div_ceil(PAGE);
            address.note_pages(count);
            request_animation_frame(move || focus_card(first_new));
        });
    };
    let failed =
        move || listing.error.get().filter(|_| listing.kept_since_ms.get().is_none()).map(|error| view! { <ProblemNote error=error /> });
    view! {
        <div class="stack" style="max-inline-size:20rem;margin:var(--space-8) auto 0;text-align:center">
            <p class="small soft">{move || t::seen(listing.items.read().len(), &total_text(total.get()))}</p>
            <Gauge label=t::GOODS_SEEN now=shown max=total />
            {failed}
            <Show when=move || has_more.get()>
                <button type="button" class="button wide" class:busy=move || listing.busy.get() on:click=more>
                    {move || t::show_more(left())}
                </button>
            </Show>
        </div>
    }
}

/// Reading goes on at the first of the new goods.
fn focus_card(index: usize) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let selector = format!("main .goods > ul > li:nth-child({}) .name a", index + 1);
    if let Some(link) = document.query_selector(&selector).ok().flatten().and_then(|link| link.dyn_into::<web_sys::HtmlElement>().ok()) {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = link.focus_with_options(&options);
    }
}

/// Nothing found: what was asked, what is near to it, what to drop.
#[component]
fn Nothing(listing: Listing, address: Address) -> impl IntoView {
    let text = move || address.filter.read().text.clone();
    let narrowed = Memo::new(move |_| !address.filter.read().narrowings().is_empty());
    let near = use_read(move || text().map(|text| catalog::suggestions(&text)));
    let title = text().map_or_else(|| t::NOTHING_LEFT.to_owned(), |text| t::nothing_answers(&text));
    let detail = if narrowed.get_untracked() { t::NOTHING_TRY_FEWER } else { t::NOTHING_TRY_WORD };
    let links = move || {
        let found = near.data().map(|near| near.items).filter(|items| !items.is_empty())?;
        let links = found
            .into_iter()
            .take(4)
            .map(|suggestion| {
                view! {
                    <a class="chip" href=Page::product(&suggestion.handle).path()>
                        {suggestion.title}
                    </a>
                }
            })
            .collect_view();
        Some(view! {
            <p class="small soft">{t::DID_YOU_MEAN}</p>
            <div class="chips">{links}</div>
        })
    };
    view! {
        <EmptyState sketch=Sketch::Telescope title=title detail=detail>
            {links}
            <div class="chips">
                <ChipButtons listing=listing address=address />
            </div>
            <a class="link" href=Page::Goods.path()>
                {t::ALL_GOODS}
                " "
                <Glyph icon=Icon::Arrow />
            </a>
        </EmptyState>
    }
}

#[cfg(test)]
mod tests {
    use tradewind_contract::{
        Money,
        catalog::{Availability, Image, Rating},
    };
    use uuid::Uuid;

    use super::*;

    fn cards(numbers: impl IntoIterator<Item = u128>) -> Vec<ProductCard> {
        let card = |number: u128| ProductCard {
            id: Uuid::from_u128(number).into(),
            handle: number.to_string(),
            title: String::new(),
            image: Image { url: String::new(), alt: String::new() },
            price_from: Money::eur(900),
            price_varies: false,
            unit: String::new(),
            origin: String::new(),
            family: "tea".into(),
            rating: Rating { average: 0.0, count: 0 },
            availability: Availability::InStock,
            tags: Vec::new(),
        };
        numbers.into_iter().map(card).collect()
    }

    fn list(items: Vec<ProductCard>, next_cursor: Option<&str>) -> ProductList {
        ProductList { items, next_cursor: next_cursor.map(str::to_owned), facets: Vec::new(), total: 0 }
    }

    #[test]
    fn pages_stay_when_the_first_one_is_read_again() {
        let shown = cards(0..48);
        assert_eq!(compare(&shown, &list(cards(0..24), Some("c")), true), Shown::Longer);
        assert_eq!(compare(&shown, &list(cards(0..48), Some("c")), false), Shown::Same);
    }

    #[test]
    fn a_narrowed_list_replaces_a_longer_one_that_begins_alike() {
        let shown = cards(0..48);
        assert_eq!(compare(&shown, &list(cards(0..5), None), false), Shown::Other);
        assert_eq!(compare(&shown, &list(cards(0..24), Some("c")), false), Shown::Other);
        assert_eq!(compare(&shown, &list(cards(0..5), None), true), Shown::Other, "the list has become shorter");
        assert_eq!(compare(&shown, &list(Vec::new(), None), true), Shown::Other);
    }

    #[test]
    fn goods_that_two_pages_share_are_shown_once() {
        let mut items = cards(0..3);
        add_unknown(&mut items, cards(2..5));
        assert_eq!(items, cards(0..5));
    }
}
