//! A product: pictures, choice, stock, care, origin, and what goes with it.

mod choice;

use choice::{Choice, Standing};
use leptos::{
    prelude::{Read as _, *},
    task::spawn_local,
};
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_params_map;
use tradewind_contract::{
    Money,
    cart::CartLine,
    catalog::{Availability, Product, Variant},
};

use crate::{
    api::catalog,
    app::use_shop,
    cache::{
        basket::{Kept, most},
        read::{Read, State, use_read},
    },
    components::{
        crumbs::Crumbs,
        goods::Shelf,
        picture::Drawn,
        price::Price,
        skeleton::Bone,
        stars::Stars,
        state::{EmptyState, ProblemState, Sketch},
        stepper::Stepper,
    },
    i18n::{format, t},
    route::Page,
    telemetry,
};

/// Below the large picture stand two more; the rest are in the row of small ones.
const PAIR: std::ops::Range<usize> = 1..3;

#[component]
pub fn ProductScreen() -> impl IntoView {
    let parameters = use_params_map();
    let handle = Memo::new(move |_| parameters.read().get("handle").unwrap_or_default());
    let product = use_read(move || Some(catalog::product(&handle.get())));
    let related = use_read(move || Some(catalog::related(&handle.get())));
    let state = product.memo();
    // What does not exist goes with nothing.
    let known = Memo::new(move |_| !matches!(state.get(), State::Failed(_)));
    view! {
        <main id="main" tabindex="-1">
            {move || match state.get() {
                State::Loading => view! { <ProductSkeleton /> }.into_any(),
                State::Failed(error) if error.status() == Some(404) => view! { <Gone /> }.into_any(),
                State::Failed(error) => {
                    view! {
                        <div class="page section">
                            <ProblemState error=error on_retry=move || product.retry() first=true />
                        </div>
                    }
                        .into_any()
                }
                State::Ready(found) => view! { <Found product=found read=product /> }.into_any(),
            }}
            <Show when=move || known.get()>
                <section class="section page" aria-labelledby="related">
                    <div class="section-head">
                        <h2 id="related">{t::GOES_WITH_IT}</h2>
                    </div>
                    <Shelf read=related products=|related| related.items.into_iter().take(4).collect() />
                </section>
            </Show>
        </main>
    }
}

#[component]
fn Found(product: Product, read: Read<Product>) -> impl IntoView {
    let family = product.card.family.clone();
    let title = product.card.title.clone();
    let trail = vec![(Page::Home.path(), t::HOME.to_owned()), (Page::family(&family).path(), t::family(&family).to_owned())];
    let kept = move || read.kept_since_ms().map(|at| view! { <p class="note warn">{t::kept_since(&format::clock(at))}</p> });
    view! {
        <Title text=title.clone() />
        <Meta name="description" content=product.description.clone() />
        <div class="page">
            <Crumbs trail=trail here=title />
            {kept}
            <div class="product">
                <Gallery product=product.clone() />
                <Buy product=product />
            </div>
        </div>
    }
}

#[component]
fn Gallery(product: Product) -> impl IntoView {
    let images = StoredValue::new(product.images.clone());
    let chosen = RwSignal::new(0usize);
    let total = product.images.len();
    let out = product.card.availability == Availability::Out;
    let large = move || {
        let image = images.with_value(|images| images.get(chosen.get()).cloned())?;
        Some(view! { <Drawn url=image.url alt=image.alt eager=true /> })
    };
    let small = product
        .images
        .iter()
        .enumerate()
        .map(|(index, image)| {
            let url = image.url.clone();
            let label = if image.alt.is_empty() { t::picture_number(index + 1, total) } else { image.alt.clone() };
            view! {
                <button type="button" aria-pressed=move || (chosen.get() == index).to_string() on:click=move |_| chosen.set(index)>
                    <span class="unseen">{label}</span>
                    <span class="picture">
                        <Drawn url=url alt="" />
                    </span>
                </button>
            }
        })
        .collect_view();
    let pair = product.images.get(PAIR).map(|images| {
        let images = images
            .iter()
            .map(|image| {
                view! {
                    <span class="picture">
                        <Drawn url=image.url.clone() alt="" />
                    </span>
                }
            })
            .collect_view();
        view! {
            <div class="pair" aria-hidden="true">
                {images}
            </div>
        }
    });
    view! {
        <section class="gallery" aria-label=t::PICTURES>
            <div class="picture" class:out=out>
                {large}
            </div>
            <div class="thumbs">{small}</div>
            {pair}
        </section>
    }
}

#[component]
fn Buy(product: Product) -> impl IntoView {
    let chosen = RwSignal::new(choice::first(&product.variants));
    let product = StoredValue::new(product);
    let variant = Memo::new(move |_| product.with_value(|product| choice::find(&product.variants, &chosen.get()).cloned()));
    let card = product.with_value(|product| product.card.clone());
    let (description, bearing) = product.with_value(|product| (product.description.clone(), product.bearing.clone()));
    let place = if bearing.is_empty() { card.origin.clone() } else { format!("{}, {bearing}", card.origin) };
    let rating = card.rating;
    let unit = card.unit.clone();
    let price = move || {
        let variant = variant.get();
        let (money, before) = variant.map_or((card.price_from, None), |variant| (variant.price, variant.compare_at));
        view! { <Price money=money before=before /> }
    };
    let measure = move || variant.with(|variant| measure_of(variant.as_ref(), &unit));
    view! {
        <section class="buy stack" aria-label=t::BUY>
            <div class="stack" style="--flow:var(--space-2)">
                <p class="bearing">
                    <bdi>{place}</bdi>
                </p>
                <h1 tabindex="-1">{card.title.clone()}</h1>
                <p class="row small" style="gap:.6rem">
                    {(rating.count > 0).then(|| view! { <Stars average=rating.average /> })}
                    <span>{t::rated_by(rating.average, rating.count)}</span>
                </p>
            </div>
            <p class="lede">{description}</p>
            <p style="font-size:var(--text-xl)">
                {price} " " <span class="small soft">{measure}</span>
            </p>
            <form class="stack" style="--flow:var(--space-5)" on:submit=|event| event.prevent_default()>
                <Axes product=product chosen=chosen />
                <Stock variant=variant />
                <Add product=product variant=variant />
            </form>
            <Notes product=product />
        </section>
    }
}

/// What the price is for: by the kilo where the choice is a weight, else the unit where there is nothing to choose.
fn measure_of(variant: Option<&Variant>, unit: &str) -> String {
    let by_weight = variant.and_then(|variant| {
        let per_kilo = variant.options.values().find_map(|value| choice::per_kilo_minor(variant.price.amount, value))?;
        Some(t::per_kilo(&format::money(Money { amount: per_kilo, ..variant.price })))
    });
    let has_choice = variant.is_some_and(|variant| !variant.options.is_empty());
    by_weight.unwrap_or_else(|| if unit.is_empty() || has_choice { t::VAT_INCLUDED.to_owned() } else { t::unit_price(unit) })
}

#[component]
fn Axes(product: StoredValue<Product>, chosen: RwSignal<Choice>) -> impl IntoView {
    let axes = product.with_value(|product| product.options.clone());
    axes.into_iter()
        .map(|axis| {
            // Why the value that was last tried cannot be had.
            let why = RwSignal::new(None::<String>);
            Effect::new(move |_| {
                chosen.track();
                why.set(None);
            });
            let name = axis.name.clone();
            let current = move || chosen.read().get(&name).cloned().unwrap_or_default();
            let why_id = format!("why-{}", axis.name.replace(' ', "-"));
            let values = axis
                .values
                .iter()
                .map(|value| {
                    view! { <Plate product=product axis=axis.name.clone() value=value.clone() chosen=chosen why=why why_id=why_id.clone() /> }
                })
                .collect_view();
            view! {
                <fieldset>
                    <legend class="small">
                        <b style="font-weight:500">{t::humanised(&axis.name)}":"</b>
                        " "
                        {current}
                    </legend>
                    <div class="options">{values}</div>
                    <p class="tiny soft" id=why_id role="status" style:margin-block-start=move || why.read().is_some().then_some(".6rem")>
                        {why}
                    </p>
                </fieldset>
            }
        })
        .collect_view()
}

/// One value of an axis. An impossible one stays in sight, can be reached, and says why.
#[component]
fn Plate(
    product: StoredValue<Product>,
    axis: String,
    value: String,
    chosen: RwSignal<Choice>,
    why: RwSignal<Option<String>>,
    why_id: String,
) -> impl IntoView {
    let group = axis.clone();
    let (axis, value) = (StoredValue::new(axis), StoredValue::new(value));
    let standing = Memo::new(move |_| {
        product.with_value(|product| {
            axis.with_value(|axis| {
                value.with_value(|value| choice::standing(&product.options, &product.variants, &chosen.read(), axis, value))
            })
        })
    });
    let checked = move || axis.with_value(|axis| value.with_value(|value| chosen.read().get(axis) == Some(value)));
    let never = move || matches!(standing.get(), Standing::Never(_));
    let explain = move || match standing.get_untracked() {
        Standing::Never(reason) => why.set(Some(reason)),
        Standing::SoldOut => why.set(Some(value.with_value(|value| t::value_sold_out(value)))),
        Standing::Possible => why.set(None),
    };
    // A prevented click leaves the radio group as it was, whether it came from the mouse or from an arrow key.
    let refuse = move |event: leptos::ev::MouseEvent| {
        if never() {
            event.prevent_default();
            explain();
        }
    };
    let choose = move |_| {
        chosen.update(|chosen| {
            chosen.insert(axis.get_value(), value.get_value());
        });
    };
    view! {
        <label class="option" class:never=never>
            <input
                type="radio"
                name=group
                prop:checked=checked
                aria-disabled=move || never().then_some("true")
                aria-describedby=why_id
                on:click=refuse
                on:change=choose
                on:focus=move |_| if never() { explain() }
            />
            <span>
                <bdi>{value.get_value()}</bdi>
            </span>
        </label>
    }
}

#[component]
fn Stock(variant: Memo<Option<Variant>>) -> impl IntoView {
    move || {
        let variant = variant.get()?;
        let (class, word, rest) = match (variant.availability, variant.available) {
            (Availability::Out, _) => ("bad", t::SOLD_OUT.to_owned(), t::SOLD_OUT_CHOICE),
            (Availability::Low, Some(left)) => ("low", t::only_left(left), t::OF_THIS_CHOICE),
            (Availability::Low, None) => ("low", t::FEW_LEFT.to_owned(), t::OF_THIS_CHOICE),
            (Availability::InStock, _) => ("good", t::IN_STOCK.to_owned(), t::READY_TO_SHIP),
        };
        Some(view! {
            <p class="small" role="status">
                <span class=class>{word}</span>
                " "
                <span class="soft">{rest}</span>
            </p>
        })
    }
}

#[component]
fn Add(product: StoredValue<Product>, variant: Memo<Option<Variant>>) -> impl IntoView {
    let shop = use_shop();
    let quantity = RwSignal::new(1u32);
    let adding = RwSignal::new(false);
    let max = Signal::derive(move || variant.get().map_or(1, |variant| most(variant.available).max(1)));
    Effect::new(move |_| {
        let max = max.get();
        if quantity.get_untracked() > max {
            quantity.set(max);
        }
    });
    let sold_out = move || variant.get().is_none_or(|variant| variant.availability == Availability::Out);
    let label = move || match variant.get() {
        _ if adding.get() => t::ADDING.to_owned(),
        Some(variant) if variant.availability != Availability::Out => {
            t::add_to_basket(&format::money(Money { amount: variant.price.amount * i64::from(quantity.get()), ..variant.price }))
        }
        _ => t::SOLD_OUT.to_owned(),
    };
    let add = move |_| {
        let Some(variant) = variant.get_untracked().filter(|variant| variant.availability != Availability::Out) else { return };
        if adding.get_untracked() {
            return;
        }
        let left = most(variant.available);
        if shop.basket.quantity_untracked(&variant.sku) >= left {
            shop.toasts.say(t::all_in_basket(left));
            shop.basket.drawer.set(true);
            return;
        }
        let line = product.with_value(|product| line_of(product, &variant));
        let title = line.title.clone();
        let wanted = quantity.get_untracked();
        adding.set(true);
        spawn_local(async move {
            let outcome = telemetry::action("add_to_basket", |trace| shop.basket.add(trace, line, wanted)).await;
            adding.try_set(false);
            match outcome {
                Ok(kept) => {
                    quantity.try_set(1);
                    shop.toasts.say(match kept {
                        Kept::There => t::added(&title),
                        Kept::Waiting => t::added_offline(&title),
                    });
                    shop.basket.drawer.set(true);
                }
                Err(error) => shop.toasts.say(t::explain_shortly(&error)),
            }
        });
    };
    view! {
        <div class="buy-row">
            <Stepper quantity=quantity max=max on_change=move |wanted| quantity.set(wanted) />
            <button
                type="button"
                class="button main"
                class:busy=move || adding.get()
                aria-disabled=move || sold_out().then_some("true")
                on:click=add
            >
                {label}
            </button>
        </div>
    }
}

/// The line as it will stand in the basket, shown until the server has confirmed it.
fn line_of(product: &Product, variant: &Variant) -> CartLine {
    CartLine {
        sku: variant.sku.clone(),
        handle: product.card.handle.clone(),
        title: product.card.title.clone(),
        image: product.card.image.clone(),
        options: variant.options.clone(),
        unit_price: variant.price,
        quantity: 0,
        availability: variant.availability,
        available: variant.available,
    }
}

#[component]
fn Notes(product: StoredValue<Product>) -> impl IntoView {
    product.with_value(|product| {
        let care = product.care.clone();
        let origin = product.card.origin.clone();
        let bearing = product.bearing.clone();
        let unit = product.card.unit.clone();
        let family = t::family(&product.card.family).to_owned();
        view! {
            <div>
                <details class="fold" open>
                    <summary>{t::CARE}</summary>
                    <div class="small soft stack">
                        <p>{care}</p>
                    </div>
                </details>
                <details class="fold">
                    <summary>{t::ORIGIN}</summary>
                    <div>
                        <dl class="sheet">
                            <div>
                                <dt>{t::ORIGIN}</dt>
                                <dd>{origin}</dd>
                            </div>
                            <div>
                                <dt>{t::BEARING}</dt>
                                <dd class="figures">
                                    <bdi>{bearing}</bdi>
                                </dd>
                            </div>
                            <div>
                                <dt>{t::FAMILY}</dt>
                                <dd>{family}</dd>
                            </div>
                            {(!unit.is_empty())
                                .then(|| {
                                    view! {
                                        <div>
                                            <dt>{t::UNIT}</dt>
                                            <dd>
                                                <bdi>{unit}</bdi>
                                            </dd>
                                        </div>
                                    }
                                })}
                        </dl>
                    </div>
                </details>
                <details class="fold">
                    <summary>{t::DELIVERY_RETURNS}</summary>
                    <div class="small soft">
                        <p>{t::DELIVERY_RETURNS_TEXT}</p>
                    </div>
                </details>
            </div>
        }
    })
}

#[component]
fn Gone() -> impl IntoView {
    view! {
        <Title text=t::NOT_FOUND_TITLE />
        <div class="page section">
            <EmptyState sketch=Sketch::Chart title=t::NOT_FOUND_TITLE detail=t::NOT_FOUND_DETAIL first=true>
                <div class="row">
                    <a class="button" href=Page::Home.path()>
                        {t::GO_HOME}
                    </a>
                    <a class="link" href=Page::Goods.path()>
                        {t::ALL_GOODS}
                    </a>
                </div>
            </EmptyState>
        </div>
    }
}

#[component]
fn ProductSkeleton() -> impl IntoView {
    view! {
        <div class="page" aria-busy="true">
            <p class="unseen" role="status">
                {t::GOODS_ON_THE_WAY}
                {t::LOADING}
            </p>
            <div class="crumbs" aria-hidden="true" style="padding-block:var(--space-4)">
                <Bone width="14rem" />
            </div>
            <div class="product" aria-hidden="true">
                <div class="gallery">
                    <div class="thumbs"></div>
                    <div class="picture">
                        <span class="bone pic"></span>
                    </div>
                </div>
                <div class="buy stack">
                    <Bone width="40%" />
                    <span class="bone" style="--w:80%;block-size:3.5rem"></span>
                    <Bone width="50%" />
                    <Bone />
                    <Bone />
                    <Bone width="30%" />
                    <span class="bone" style="block-size:3.5rem"></span>
                </div>
            </div>
        </div>
    }
}
