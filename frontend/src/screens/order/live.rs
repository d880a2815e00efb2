//! Keeps the page's order fresh: the event stream while it holds, asking every few seconds when it does not.

use gloo_timers::{callback::Interval, future::TimeoutFuture};
use leptos::{prelude::*, task::spawn_local};
use tradewind_contract::{
    OrderId,
    orders::{Order, OrderEvent},
};

use super::follow::{Backoff, Taken, has_held, is_at_rest, lacks_hold_end, newer, take};
use crate::{
    api::{self, ApiError, events::Stop},
    app::{Shop, use_shop},
    cache::read::Read,
    platform, telemetry,
};

/// How often the times told in words are told again.
const TICK_MS: u32 = 1_000;
/// How often the order is asked for while there is no stream.
const POLL_MS: u32 = 4_000;
/// How often, and after which waits, a step is read again that the replica may not have yet.
const READ_AGAIN_MS: [u32; 4] = [0, 300, 1_000, 3_000];

/// How fresh the page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    Connecting,
    Live,
    /// No stream; the order is asked for.
    Asking,
    /// Nothing gets through.
    Lost,
    /// Nothing more is on its way.
    AtRest,
}

/// The line of one order's page. Copy.
#[derive(Clone, Copy)]
pub struct Live {
    id: OrderId,
    read: Read<Order>,
    line: RwSignal<Line>,
    now_ms: RwSignal<f64>,
    stop: StoredValue<Stop, LocalStorage>,
}

impl Live {
    /// Follows the order that `read` shows until the screen is left.
    pub fn follow(id: OrderId, read: Read<Order>) -> Self {
        let stop = Stop::default();
        let live = Self {
            id,
            read,
            line: RwSignal::new(Line::Connecting),
            now_ms: RwSignal::new(platform::now_unix_ms()),
            stop: StoredValue::new_local(stop.clone()),
        };
        let shop = use_shop();
        let ticking = StoredValue::new_local(Some(Interval::new(TICK_MS, move || {
            let _ = live.now_ms.try_set(platform::now_unix_ms());
        })));
        on_cleanup(move || {
            live.stop.with_value(Stop::stop);
            ticking.update_value(|ticking| *ticking = None);
        });
        let begun = StoredValue::new(false);
        Effect::new(move |_| {
            let there = read.data().is_some();
            if there && !begun.get_value() {
                begun.set_value(true);
                let follower = Follower { shop, live, stop: live.stop.get_value(), backoff: Backoff::default() };
                spawn_local(async move {
                    follower.run().await;
                    let _ = begun.try_set_value(false); // What is shown after it is followed anew.
                });
            }
        });
        live
    }

    pub fn line(self) -> RwSignal<Line> {
        self.line
    }

    /// The time, once a second. Reactive.
    pub fn now_ms(self) -> f64 {
        self.now_ms.get()
    }

    /// The order shown; nothing once the screen is left, when its signals must not be touched any more.
    fn order(self) -> Option<Order> {
        let left = self.stop.try_with_value(Stop::is_stopped).unwrap_or(true);
        if left { None } else { untrack(|| self.read.data()) }
    }

    /// Shows what a write has answered with, unless the stream was quicker.
    pub fn show(self, answer: Order) {
        if let Some(order) = self.order().and_then(|shown| newer(&shown, answer)) {
            self.read.set(order);
        }
    }

    /// Takes in a step that an answer has told of, before the stream does.
    pub fn step(self, event: &OrderEvent) {
        if let Some(mut order) = self.order()
            && take(&mut order, event) == Taken::Step
        {
            self.read.set(order);
        }
    }

    /// Reads the order and shows it if it is newer; false when nothing came.
    pub async fn ask(self, shop: Shop) -> bool {
        let answer = shop.api.get(telemetry::page(), api::orders::order(self.id)).await;
        let Ok(read) = answer else { return false };
        self.show(read);
        self.order().is_some()
    }

    /// Reads what an event leaves out, after a while again while a replica does not have the step yet.
    async fn complete(self, shop: Shop) {
        for wait_ms in READ_AGAIN_MS {
            TimeoutFuture::new(wait_ms).await;
            if !self.order().is_some_and(|order| lacks_hold_end(&order)) {
                return;
            }
            self.ask(shop).await;
        }
    }
}

struct Follower {
    shop: Shop,
    live: Live,
    stop: Stop,
    backoff: Backoff,
}

impl Follower {
    async fn run(mut self) {
        while let Some(order) = self.order() {
            if is_at_rest(order.status) {
                self.say(Line::AtRest);
                return;
            }
            let refused = self.listen(&order).await.err().and_then(|error| error.status());
            if self.is_over(refused).await {
                if self.order().is_some() {
                    self.live.read.retry(); // The page says so.
                }
                return;
            }
            if self.order().is_some_and(|order| is_at_rest(order.status)) {
                continue;
            }
            self.wait().await;
        }
    }

    /// The stream was refused for good: the order is not ours any more, or the session has ended. A token that has merely
    /// grown old is renewed by asking.
    async fn is_over(&self, refused: Option<u16>) -> bool {
        match refused {
            Some(403 | 404) => true,
            Some(401) => {
                self.live.ask(self.shop).await;
                self.shop.session.id_untracked().is_none()
            }
            _ => false,
        }
    }

    fn order(&self) -> Option<Order> {
        self.live.order()
    }

    fn say(&self, line: Line) {
        if !self.stop.is_stopped() {
            self.live.line.set(line);
        }
    }

    /// One connection. It resumes before the newest step known, so that the first event proves that the line is live.
    async fn listen(&mut self, order: &Order) -> Result<(), ApiError> {
        let (live, shop, stop) = (self.live, self.shop, self.stop.clone());
        let resume_after = (order.version > 1).then_some(order.version - 1);
        let mut heard_at_ms = None;
        let mut stepped = false;
        let mut gap = false;
        let outcome = self
            .shop
            .api
            .follow_order(telemetry::page(), live.id, resume_after, &self.stop, |event| {
                if stop.is_stopped() {
                    return;
                }
                heard_at_ms.get_or_insert_with(platform::now_unix_ms);
                live.line.set(if is_at_rest(event.status) { Line::AtRest } else { Line::Live });
                let Some(mut order) = live.order() else { return };
                match take(&mut order, &event) {
                    Taken::Step => {
                        stepped = true;
                        let incomplete = lacks_hold_end(&order);
                        live.read.set(order);
                        if incomplete {
                            spawn_local(live.complete(shop));
                        }
                    }
                    Taken::Gap => gap = true,
                    Taken::Known => {}
                }
            })
            .await;
        if stepped || has_held(heard_at_ms.map_or(0.0, |heard_at_ms| platform::now_unix_ms() - heard_at_ms)) {
            self.backoff.reset();
        }
        if gap {
            self.live.ask(self.shop).await;
        }
        outcome
    }

    /// Until the next connection; asks for the order meanwhile when the stream has failed too often.
    async fn wait(&mut self) {
        let mut left_ms = self.backoff.next_ms(platform::jitter());
        if !self.backoff.should_poll() {
            self.say(Line::Connecting);
            TimeoutFuture::new(left_ms).await;
            return;
        }
        loop {
            let got_through = self.live.ask(self.shop).await;
            self.say(if got_through { Line::Asking } else { Line::Lost });
            let at_rest = self.order().is_none_or(|order| is_at_rest(order.status));
            if at_rest || left_ms == 0 {
                return;
            }
            let pause_ms = left_ms.min(POLL_MS);
            TimeoutFuture::new(pause_ms).await;
            left_ms -= pause_ms;
        }
    }
}
