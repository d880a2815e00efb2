//! An order's way, step by step. Each step is one transaction that locks the order, checks the table of steps, and
//! appends the event; no network call happens inside one. A step that is not allowed any more changes nothing.

use std::time::Duration;

use sqlx::PgConnection;
use tradewind_contract::{EventId, OrderId, orders::OrderStatus, payments::Authorization};
use tradewind_events::{OrderCancelled, OrderDelivered, OrderPaid, OrderPaymentFailed, OrderPaymentPending, OrderShipped};
use tradewind_kit::{
    Result,
    cache::Redis,
    database::{Database, transact},
    inbox, outbox,
};
use tradewind_order::orders::{
    queries::{self as orders, LockedOrder},
    watch,
};

use crate::{
    payments::{Outcome, Provider},
    queries::{self, TimerKind},
};

/// When the provider is asked again after an unknown outcome.
const ASK_AGAIN: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub struct Saga {
    pub orders: Database,
    pub redis: Redis,
    pub payments: Provider,
    pub ship_after: Duration,
    pub deliver_after: Duration,
}

/// The event that a step answers, for the inbox; timers have none.
#[derive(Debug, Clone, Copy)]
pub struct Because {
    pub consumer: &'static str,
    pub event: EventId,
}

impl Saga {
    /// A placed order is to be paid for, now. A timer and not the call itself: a slow answer of the provider then
    /// holds up nobody else's order.
    ///
    /// # Errors
    /// When the database does not answer; the event then comes again.
    pub async fn schedule_payment(&self, id: OrderId, because: Because) -> Result<()> {
        self.step(id, Some(because), async |db, _| queries::set_timer(db, id, TimerKind::Authorize, Duration::ZERO).await).await
    }

    /// Asks to be paid for a placed order, and takes the step that follows.
    ///
    /// # Errors
    /// When the database does not answer; the timer then comes again.
    pub async fn pay(&self, id: OrderId) -> Result<()> {
        // Opened in its own transaction, so that a second try finds the same reference and is not charged twice.
        let (prepared, _) = transact(&self.orders, async |db| {
            let Some(order) = orders::lock_order(db, id).await? else { return Ok(None) };
            if order.status != OrderStatus::Placed {
                return Ok(None);
            }
            Ok(Some((queries::open_attempt(db, id).await?, order)))
        })
        .await?;
        let Some((attempt, order)) = prepared else { return self.finish_timer(id, TimerKind::Authorize).await };
        let outcome = self.payments.authorize(order.total, &order.payment_token, &attempt.reference).await;
        self.settle(id, attempt.attempt, &outcome).await
    }

    /// Asks the provider for the truth about a payment whose outcome is unknown.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn resolve_payment(&self, id: OrderId) -> Result<()> {
        let mut db = self.orders.writer().await?;
        let attempt = queries::latest_attempt(&mut db, id).await?;
        drop(db);
        let Some(attempt) = attempt.filter(|attempt| attempt.state == "requested") else {
            return self.finish_timer(id, TimerKind::ResolvePayment).await;
        };
        match self.payments.find(&attempt.reference).await {
            Ok(Some(outcome)) => self.settle(id, attempt.attempt, &outcome).await,
            // Never heard of it: the request did not arrive, and the same key asks again without charging twice.
            Ok(None) => self.authorize_again(id, attempt.attempt, &attempt.reference).await,
            Err(error) => {
                tracing::warn!(error = tradewind_kit::error::chain(&error), order = %id, "the provider does not answer; it is asked again");
                self.ask_again(id).await
            }
        }
    }

    async fn authorize_again(&self, id: OrderId, attempt: i32, reference: &str) -> Result<()> {
        let mut db = self.orders.writer().await?;
        let order = orders::lock_order(&mut db, id).await?;
        drop(db);
        let Some(order) = order.filter(|order| order.status == OrderStatus::PaymentPending) else {
            return self.finish_timer(id, TimerKind::ResolvePayment).await;
        };
        match self.payments.authorize(order.total, &order.payment_token, reference).await {
            Outcome::Unknown => self.ask_again(id).await,
            known => self.settle(id, attempt, &known).await,
        }
    }

    async fn ask_again(&self, id: OrderId) -> Result<()> {
        transact(&self.orders, async |db| queries::set_timer(db, id, TimerKind::ResolvePayment, ASK_AGAIN).await).await?;
        Ok(())
    }

    /// Takes the step that the provider's answer asks for.
    async fn settle(&self, id: OrderId, attempt: i32, outcome: &Outcome) -> Result<()> {
        self.step(id, None, async |db, order| {
            queries::delete_timer(db, id, TimerKind::Authorize).await?;
            match outcome {
                Outcome::Authorized(authorization) => paid(db, id, order, attempt, authorization).await,
                Outcome::Declined(authorization) => declined(db, id, order, attempt, authorization).await,
                Outcome::Unknown => {
                    queries::set_timer(db, id, TimerKind::ResolvePayment, ASK_AGAIN).await?;
                    let Some(version) = orders::advance_order(db, id, order, OrderStatus::PaymentPending, None).await? else {
                        return Ok(());
                    };
                    outbox::append(db, &OrderPaymentPending { order_id: id, attempt }, version).await.map(|_| ())
                }
            }
        })
        .await
    }

    /// A paid order leaves after a while.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn schedule_shipping(&self, id: OrderId, because: Because) -> Result<()> {
        self.step(id, Some(because), async |db, _| queries::set_timer(db, id, TimerKind::Ship, self.ship_after).await).await
    }

    /// A shipped order arrives after a while.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn schedule_delivery(&self, id: OrderId, because: Because) -> Result<()> {
        self.step(id, Some(because), async |db, _| queries::set_timer(db, id, TimerKind::Deliver, self.deliver_after).await).await
    }

    /// Captures the payment and ships; a refused capture cancels the order.
    ///
    /// # Errors
    /// When the database or the provider does not answer; the timer then comes again.
    pub async fn ship(&self, id: OrderId) -> Result<()> {
        let mut db = self.orders.writer().await?;
        let attempt = queries::latest_attempt(&mut db, id).await?;
        drop(db);
        let Some((attempt, authorization)) = attempt.and_then(|a| Some((a.attempt, a.authorization_id?))) else {
            return self.finish_timer(id, TimerKind::Ship).await;
        };
        let captured = match self.payments.capture(id, authorization).await {
            Ok(captured) => captured,
            Err(error) => {
                tracing::warn!(error = tradewind_kit::error::chain(&error), order = %id, "not captured yet; tried again");
                return Ok(());
            }
        };
        if !captured && let Err(error) = self.payments.void(id, authorization).await {
            tracing::warn!(error = tradewind_kit::error::chain(&error), order = %id, "not voided yet; tried again");
            return Ok(());
        }
        self.step(id, None, async |db, order| {
            queries::delete_timer(db, id, TimerKind::Ship).await?;
            if !captured {
                queries::record_attempt(db, id, attempt, "voided", None).await?;
                return cancel(db, id, order, "capture_refused").await;
            }
            queries::record_attempt(db, id, attempt, "captured", None).await?;
            let Some(version) = orders::advance_order(db, id, order, OrderStatus::Shipped, None).await? else { return Ok(()) };
            outbox::append(db, &OrderShipped { order_id: id }, version).await.map(|_| ())
        })
        .await
    }

    /// # Errors
    /// When the database does not answer.
    pub async fn deliver(&self, id: OrderId) -> Result<()> {
        self.step(id, None, async |db, order| {
            queries::delete_timer(db, id, TimerKind::Deliver).await?;
            let Some(version) = orders::advance_order(db, id, order, OrderStatus::Delivered, None).await? else { return Ok(()) };
            outbox::append(db, &OrderDelivered { order_id: id }, version).await.map(|_| ())
        })
        .await
    }

    /// The hold of an order that is still not paid ends: its stock is free again. While an outcome is unknown the
    /// hold stays, because the money may have been taken; so does it while the provider is being asked: the timer comes again.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end_hold(&self, id: OrderId) -> Result<()> {
        self.step(id, None, async |db, order| {
            let asked = queries::latest_attempt(db, id).await?.is_some_and(|attempt| attempt.state == "requested");
            match order.status {
                OrderStatus::PaymentPending => Ok(()),
                OrderStatus::Placed if asked => Ok(()),
                OrderStatus::Placed | OrderStatus::PaymentFailed => {
                    queries::delete_timer(db, id, TimerKind::EndHold).await?;
                    cancel(db, id, order, "hold_ended").await
                }
                _ => queries::delete_timer(db, id, TimerKind::EndHold).await,
            }
        })
        .await
    }

    async fn finish_timer(&self, id: OrderId, kind: TimerKind) -> Result<()> {
        transact(&self.orders, async |db| queries::delete_timer(db, id, kind).await).await?;
        Ok(())
    }

    /// Inbox, lock, `work`, commit; then those who wait for the order are told.
    async fn step<F>(&self, id: OrderId, because: Option<Because>, work: F) -> Result<()>
    where
        F: AsyncFnOnce(&mut PgConnection, &LockedOrder) -> Result<()>,
    {
        let (changed, token) = transact(&self.orders, async |db| {
            if let Some(because) = because
                && !inbox::first_time(db, because.consumer, because.event).await?
            {
                return Ok(false);
            }
            let Some(order) = orders::lock_order(db, id).await? else { return Ok(false) };
            work(db, &order).await?;
            Ok(true)
        })
        .await?;
        if changed {
            watch::announce(&self.redis, id, &token).await;
        }
        Ok(())
    }
}

async fn paid(db: &mut PgConnection, id: OrderId, order: &LockedOrder, attempt: i32, authorization: &Authorization) -> Result<()> {
    queries::record_attempt(db, id, attempt, "authorized", Some(authorization)).await?;
    queries::delete_timer(db, id, TimerKind::ResolvePayment).await?;
    let Some(version) = orders::advance_order(db, id, order, OrderStatus::Paid, None).await? else { return Ok(()) };
    orders::claim_holds(db, id).await?;
    queries::delete_timer(db, id, TimerKind::EndHold).await?;
    outbox::append(db, &OrderPaid { order_id: id, amount: order.total, attempt }, version).await.map(|_| ())
}

async fn declined(db: &mut PgConnection, id: OrderId, order: &LockedOrder, attempt: i32, authorization: &Authorization) -> Result<()> {
    let reason = authorization.reason.clone().unwrap_or_else(|| "declined".to_owned());
    queries::record_attempt(db, id, attempt, "declined", Some(authorization)).await?;
    queries::delete_timer(db, id, TimerKind::ResolvePayment).await?;
    let Some(version) = orders::advance_order(db, id, order, OrderStatus::PaymentFailed, Some(&reason)).await? else { return Ok(()) };
    outbox::append(db, &OrderPaymentFailed { order_id: id, attempt, reason }, version).await.map(|_| ())
}

async fn cancel(db: &mut PgConnection, id: OrderId, order: &LockedOrder, reason: &str) -> Result<()> {
    let Some(version) = orders::advance_order(db, id, order, OrderStatus::Cancelled, Some(reason)).await? else { return Ok(()) };
    orders::release_holds(db, id).await?;
    outbox::append(db, &OrderCancelled { order_id: id, reason: reason.to_owned() }, version).await.map(|_| ())
}
