//! The frame round every page, and the table of pages.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use leptos_meta::{Html, Title, provide_meta_context};
use leptos_router::{
    components::{Route, Router, Routes},
    hooks::use_location,
    path,
};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};

use crate::{
    api::Api,
    cache::basket::{Basket, Delivery},
    components::{
        drawer::BasketDrawer,
        footer::Footer,
        header::Header,
        line::obstacle,
        toast::{ToastRegion, Toasts},
    },
    i18n::t,
    navigation, platform, route,
    screens::{
        account::AccountScreen, bridge::BridgeScreen, cart::BasketScreen, checkout::CheckoutScreen, home::HomeScreen, list::ListScreen,
        login::LogInScreen, not_found::NotFoundScreen, order::OrderScreen, orders::OrdersScreen, product::ProductScreen,
        register::RegisterScreen,
    },
    session::Session,
    telemetry,
};

/// How long after a try without an answer what waits is sent again. The browser tells of its own network only, not of ours.
const DELIVER_AGAIN_AFTER: Duration = Duration::from_secs(10);

/// What every screen can reach. Copy; see [`use_shop`].
#[derive(Clone, Copy)]
pub struct Shop {
    pub api: Api,
    pub session: Session,
    pub basket: Basket,
    pub toasts: Toasts,
    /// False while the device says that it has no network.
    pub online: RwSignal<bool>,
}

/// The shop, from inside any component.
pub fn use_shop() -> Shop {
    expect_context::<Shop>()
}

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    telemetry::navigated(route::template(&platform::path()));
    let session = Session::new();
    let api = Api::new(session);
    let shop =
        Shop { api, session, basket: Basket::new(api, session), toasts: Toasts::new(), online: RwSignal::new(platform::is_online()) };
    provide_context(shop);
    follow_network(shop);
    spawn_local(async move { session.restore(telemetry::page()).await });
    shop.basket.follow();
    deliver_what_waits(shop);
    Effect::new(move |seen: Option<u32>| {
        let endings = session.endings();
        if seen.is_some_and(|seen| seen != endings) {
            shop.toasts.say(t::SESSION_ENDED);
        }
        endings
    });

    view! {
        <Html attr:lang="en" attr:dir="ltr" />
        <Title formatter=|text: String| if text.is_empty() { t::SHOP.to_owned() } else { format!("{text} | {}", t::SHOP) } />
        <Router>
            <Frame />
        </Router>
    }
}

/// Everything behind the drawer, which makes it inert while it is open.
#[component]
fn Frame() -> impl IntoView {
    let shop = use_shop();
    navigation::install();
    let covered = move || shop.basket.drawer.get();
    let location = use_location();
    // Operators have a frame of their own; whoever strays there still stands in the shop.
    let on_bridge = Memo::new(move |_| route::is_bridge(&location.pathname.get()) && shop.session.is_operator());
    view! {
        <div inert=covered>
            <a class="skip" href="#main">
                {t::SKIP}
            </a>
            <Show when=move || !on_bridge.get()>
                <Header />
            </Show>
            <Show when=move || !shop.online.get()>
                <div class="tidings" role="status" style="background:var(--brass-wash);color:var(--ink)">
                    <p>{move || t::offline_strip(shop.basket.waiting())}</p>
                </div>
            </Show>
            <Routes fallback=NotFoundScreen>
                <Route path=path!("/") view=HomeScreen />
                <Route path=path!("/goods") view=ListScreen />
                <Route path=path!("/goods/:family") view=ListScreen />
                <Route path=path!("/p/:handle") view=ProductScreen />
                <Route path=path!("/basket") view=BasketScreen />
                <Route path=path!("/checkout") view=CheckoutScreen />
                <Route path=path!("/orders") view=OrdersScreen />
                <Route path=path!("/orders/:id") view=OrderScreen />
                <Route path=path!("/login") view=LogInScreen />
                <Route path=path!("/register") view=RegisterScreen />
                <Route path=path!("/account") view=AccountScreen />
                <Route path=path!("/bridge/*rest") view=BridgeScreen />
            </Routes>
            <Show when=move || !on_bridge.get()>
                <Footer />
            </Show>
        </div>
        <BasketDrawer />
        <ToastRegion />
    }
}

fn follow_network(shop: Shop) {
    let Some(window) = web_sys::window() else { return };
    let changed = Closure::<dyn FnMut(JsValue)>::new(move |_| shop.online.set(platform::is_online()));
    for event in ["online", "offline"] {
        let _ = window.add_event_listener_with_callback(event, changed.as_ref().unchecked_ref());
    }
    changed.forget();
}

/// Sends the changes of the basket that wait: when the app starts, when the network is back, when somebody logs in to whom
/// they belong, and when it is asked for.
fn deliver_what_waits(shop: Shop) {
    Effect::new(move |_| {
        shop.basket.tries();
        shop.session.account();
        let there_is_a_line = shop.online.get() && shop.session.is_settled();
        let waits = untrack(|| shop.basket.waiting()) > 0;
        if !(there_is_a_line && waits) || shop.basket.is_delivering() {
            return;
        }
        spawn_local(async move {
            let work = move |trace| async move { Ok(shop.basket.deliver(trace).await) };
            let Ok(delivery) = telemetry::action("deliver_waiting", work).await else { return };
            if let Some(news) = news_of(&delivery) {
                shop.toasts.say(news);
            }
            if untrack(|| shop.basket.waiting()) > 0 {
                set_timeout(move || shop.basket.try_now(), DELIVER_AGAIN_AFTER);
            }
        });
    });
}

/// What there is to say of it: first what is not as wanted.
fn news_of(delivery: &Delivery) -> Option<String> {
    let refused = delivery.refused.iter().map(|(title, error)| t::rolled_back(title, &t::explain_shortly(error)));
    let short = delivery.lines.iter().filter_map(|line| Some(t::not_as_wanted(&line.title, &obstacle(line)?)));
    let mut news: Vec<String> = refused.chain(short).collect();
    if news.is_empty() && delivery.sent > 0 {
        news.push(t::changes_sent(delivery.sent));
    }
    (!news.is_empty()).then(|| news.join(" "))
}
