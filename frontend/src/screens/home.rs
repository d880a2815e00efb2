//! The home page: one still life, six families, what is new, what others take, one story, three promises.

use leptos::prelude::*;
use leptos_meta::Title;
use tradewind_contract::{catalog::Sort, media};

use crate::{
    api::catalog,
    cache::read::use_read,
    components::{
        goods::Shelf,
        icon::{Glyph, Icon},
        picture::Drawn,
    },
    i18n::t,
    route::{FAMILIES, Page},
};

/// Goods on each shelf.
const SHELF: &str = "4";
const STORY_PRODUCT: &str = "monsooned-malabar";

/// The good that stands for its family.
fn emblem(family: &str) -> &'static str {
    match family {
        "tea" => "night-jasmine",
        "coffee" => "harrar-longberry",
        "spices" => "taliouine-saffron",
        "ceramics" => "celadon-bottle-vase",
        "textiles" => "ikat-table-runner",
        _ => "brass-pocket-compass",
    }
}

fn front(family: &str, handle: &str) -> String {
    media::product(family, handle, "front")
}

#[component]
pub fn HomeScreen() -> impl IntoView {
    let newest = use_read(|| Some(catalog::products([("sort", Sort::Newest.as_str()), ("limit", SHELF)])));
    let popular = use_read(|| Some(catalog::products([("sort", Sort::Popular.as_str()), ("limit", SHELF)])));
    let all_newest = format!("{}?sort={}", Page::Goods.path(), Sort::Newest.as_str());
    view! {
        <Title text=t::HOME_TITLE />
        <main id="main" tabindex="-1">
            <Hero />
            <Families />
            <section class="section page" aria-labelledby="landed">
                <div class="section-head">
                    <h2 id="landed">{t::NEW_ARRIVALS}</h2>
                    <a class="link" href=all_newest>
                        {t::ALL_ARRIVALS}
                        " "
                        <Glyph icon=Icon::Arrow />
                    </a>
                </div>
                <Shelf read=newest products=|list| list.items />
            </section>
            <Story />
            <section class="section page" aria-labelledby="popular">
                <div class="section-head">
                    <h2 id="popular">{t::POPULAR}</h2>
                    <a class="link" href=Page::Goods.path()>
                        {t::ALL_POPULAR}
                        " "
                        <Glyph icon=Icon::Arrow />
                    </a>
                </div>
                <Shelf read=popular products=|list| list.items />
            </section>
            <Promises />
        </main>
    }
}

#[component]
fn Hero() -> impl IntoView {
    let landed = format!("{}?sort={}", Page::Goods.path(), Sort::Newest.as_str());
    view! {
        <section class="hero" aria-labelledby="hero">
            <Winds />
            <div class="hero-text">
                <h1 id="hero">{t::HOME_TITLE}</h1>
                <p class="lede">{t::HOME_LEDE}</p>
                <div class="row">
                    <a class="button main" href=landed>
                        {t::SEE_LANDED}
                    </a>
                    <a class="link" href="#story">
                        {t::HOW_IT_GETS_HERE}
                        " "
                        <Glyph icon=Icon::Arrow />
                    </a>
                </div>
            </div>
            <figure>
                <div class="picture" style="background:var(--stage-ceramics)">
                    <img src=media::scene("home") alt=t::HOME_SCENE width="620" height="500" fetchpriority="high" decoding="async" />
                </div>
            </figure>
        </section>
    }
}

/// The wind behind the words: decoration, the same lines as the look's.
#[component]
fn Winds() -> impl IntoView {
    view! {
        <svg class="winds" viewBox="0 0 760 700" preserveAspectRatio="xMinYMid slice" aria-hidden="true">
            <path d=WINDS fill="none" stroke="currentColor" stroke-width=".6" opacity=".5" />
        </svg>
    }
}

const WINDS: &str = "M24 -20c159 -26 318 41 529 -10M13 5c244 -38 488 60 813 -15M2 27c164 -39 328 63 546 -16M8 49c233 -19 465 31 776 -8M35 71c206 -21 412 34 687 -8M35 91c268 -33 537 53 894 -13M-11 109c178 -40 356 64 593 -16M13 129c272 -26 544 41 907 -10M14 154c169 -20 337 31 562 -8M-17 173c268 -23 536 37 893 -9M11 193c270 -35 540 56 901 -14M5 212c183 -25 366 41 610 -10M34 235c162 -34 325 54 541 -14M11 257c225 -35 450 55 750 -14M22 278c188 -42 376 68 626 -17M3 297c178 -27 355 43 592 -11M-15 322c254 -21 508 33 846 -8M-7 340c281 -20 563 32 938 -8M-12 363c218 -30 437 48 728 -12M34 386c264 -41 528 66 880 -16M-15 406c165 -18 329 29 549 -7M9 421c242 -24 483 38 805 -10M2 448c163 -41 325 65 542 -16M35 470c126 -31 253 49 422 -12M-9 489c266 -19 533 30 888 -7M-7 513c168 -36 335 57 558 -14M22 528c246 -19 492 31 820 -8M35 553c143 -19 286 30 477 -8M33 569c132 -41 264 66 439 -16M5 596c245 -43 491 68 818 -17M-6 612c188 -41 376 66 627 -16M17 634c181 -33 362 52 603 -13M-8 658c192 -37 384 59 640 -15M32 675c225 -44 449 70 749 -18";

#[component]
fn Families() -> impl IntoView {
    let tree = use_read(|| Some(catalog::categories()));
    let count = move |handle: &str| {
        let handle = handle.to_owned();
        tree.data().and_then(|tree| tree.items.into_iter().find(|family| family.handle == handle)).map(|family| family.product_count)
    };
    let total = move || tree.data().map(|tree| tree.items.iter().map(|family| family.product_count).sum::<u32>());
    let families = FAMILIES
        .into_iter()
        .map(|handle| {
            let note = move || match count(handle) {
                Some(count) => format!("{}, {count}", t::family_note(handle)),
                None => t::family_note(handle).to_owned(),
            };
            view! {
                <li>
                    <a href=Page::family(handle).path()>
                        <span class="picture">
                            <Drawn url=front(handle, emblem(handle)) alt="" />
                        </span>
                        <span class="display">{t::family(handle)}</span>
                        <span class="small soft">{note}</span>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="section page" aria-labelledby="families" style="padding-block-start:var(--space-8)">
            <div class="section-head">
                <h2 id="families">{t::SIX_FAMILIES}</h2>
                <p>{move || total().map_or_else(|| t::SIX_FAMILIES_NOTE.to_owned(), t::goods_in_all)}</p>
            </div>
            <ul class="families" role="list">
                {families}
            </ul>
        </section>
    }
}

#[component]
fn Story() -> impl IntoView {
    view! {
        <section class="story" id="story" aria-labelledby="story-title">
            <div class="page section">
                <div class="story-in">
                    <span class="picture">
                        <Drawn url=front("instruments", emblem("instruments")) alt="" />
                    </span>
                    <div class="stack" style="--flow:var(--space-5)">
                        <h2 id="story-title">{t::STORY_TITLE}</h2>
                        <blockquote>{t::STORY_QUOTE}</blockquote>
                        <p>{t::STORY_TEXT}</p>
                        <p class="bearing">{t::STORY_BEARING}</p>
                        <a class="link" href=Page::product(STORY_PRODUCT).path()>
                            {t::STORY_LINK}
                            " "
                            <Glyph icon=Icon::Arrow />
                        </a>
                    </div>
                </div>
            </div>
        </section>
    }
}

#[component]
fn Promises() -> impl IntoView {
    let promises = t::PROMISE_LIST
        .into_iter()
        .map(|(figure, sentence)| {
            view! {
                <div>
                    <span class="display">{figure}</span>
                    <p class="small soft">{sentence}</p>
                </div>
            }
        })
        .collect_view();
    view! {
        <section class="section page" id="promises" aria-label=t::PROMISES>
            <div class="promises">{promises}</div>
        </section>
    }
}
