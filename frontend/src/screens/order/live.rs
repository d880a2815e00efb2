//! Keeps the page's order fresh: the event stream while it holds, asking every few seconds when it does not.

use gloo_timers::{callback::Interval, future::TimeoutFuture};
use leptos::{prelude::*, task::spawn_local};
use tradewind_contract::{OrderId, orders::Order};

use super::follow::{Backoff, Taken, has_held, is_at_rest, newer, take};
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
    line: RwSignal<Line>,
    now_ms: RwSignal<f64>,
}

impl Live {
    /// Follows the order that `read` shows until the screen is left.
    pub fn follow(id: OrderId, read: Read<Order>) -> Self {
        let live = Self { line: RwSignal::new(Line::Connecting), now_ms: RwSignal::new(platform::now_unix_ms()) };
        let shop = use_shop();
        let stop = Stop::default();
        let ticking = StoredValue::new_local(Some(Interval::new(TICK_MS, move || {
            let _ = live.now_ms.try_set(platform::now_unix_ms());
        })));
        let stop_on_leaving = StoredValue::new_local(stop.clone());
        on_cleanup(move || {
            stop_on_leaving.with_value(Stop::stop);
            ticking.update_value(|ticking| *ticking = None);
        });
        let begun = StoredValue::new(false);
        let stop = StoredValue::new_local(stop);
        Effect::new(move |_| {
            let there = read.data().is_some();
            if there && !begun.get_value() {
                begun.set_value(true);
                let follower = Follower { shop, id, read, live, stop: stop.get_value(), backoff: Backoff::default() };
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
}

struct Follower {
    shop: Shop,
    id: OrderId,
    read: Read<Order>,
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
                    self.read.retry(); // The page says so.
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
                self.ask().await;
                self.shop.session.id_untracked().is_none()
            }
            _ => false,
        }
    }

    /// The order shown; nothing once the screen is left, when its signals must not be touched any more.
    fn order(&self) -> Option<Order> {
        if self.stop.is_stopped() { None } else { untrack(|| self.read.data()) }
    }

    fn say(&self, line: Line) {
        if !self.stop.is_stopped() {
            self.live.line.set(line);
        }
    }

    /// One connection. It resumes before the newest step known, so that the first event proves that the line is live.
    async fn listen(&mut self, order: &Order) -> Result<(), ApiError> {
        let (live, read, stop) = (self.live, self.read, self.stop.clone());
        let resume_after = (order.version > 1).then_some(order.version - 1);
        let mut heard_at_ms = None;
        let mut stepped = false;
        let mut gap = false;
        let outcome = self
            .shop
            .api
            .follow_order(telemetry::page(), self.id, resume_after, &self.stop, |event| {
                if stop.is_stopped() {
                    return;
                }
                heard_at_ms.get_or_insert_with(platform::now_unix_ms);
                live.line.set(if is_at_rest(event.status) { Line::AtRest } else { Line::Live });
                let Some(mut order) = untrack(|| read.data()) else { return };
                match take(&mut order, &event) {
                    Taken::Step => {
                        stepped = true;
                        read.set(order);
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
            self.ask().await;
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
            let got_through = self.ask().await;
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

    /// Reads the order and shows it if it is newer; false when nothing came.
    async fn ask(&self) -> bool {
        let answer = self.shop.api.get(telemetry::page(), api::orders::order(self.id)).await;
        let Some(shown) = self.order() else { return false };
        match answer {
            Ok(read) => {
                if let Some(order) = newer(&shown, read) {
                    self.read.set(order);
                }
                true
            }
            Err(_) => false,
        }
    }
}
