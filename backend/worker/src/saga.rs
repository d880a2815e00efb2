//! An order's way, step by step. Each step is one transaction that locks the order, asks the table of steps, and
//! appends the event; no network call happens inside one. A step that is not allowed any more changes nothing. Whatever
//! dies in between, a timer comes again and finds by the attempt's state how far it was.

use std::time::Duration;

use sqlx::PgConnection;
use tradewind_contract::{
    EventId, OrderId,
    orders::{OrderStatus, ReturnState},
};
use tradewind_events::Event;
use tradewind_kit::{
    Result,
    cache::Redis,
    database::{Database, transact},
    error::chain,
    failpoints, inbox, outbox,
};
use tradewind_order::{
    orders::{
        queries::{self as orders, LockedOrder},
        step::{self, Happened},
        timers::{TimerKind, delete_timer, set_timer, set_timer_at_latest},
        watch,
    },
    payments::{
        ledger::{self, Movement},
        queries::{Attempt, AttemptState, latest_attempt, open_attempt, record_attempt},
    },
    returns::queries as returns,
};

use crate::{
    payments::{Outcome, Provider},
    queries,
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
    /// Sets a timer for an order because of an event. A timer and not the call itself: a slow answer of the provider then
    /// holds up nobody else's order.
    ///
    /// # Errors
    /// When the database does not answer; the event then comes again.
    pub async fn schedule(&self, id: OrderId, kind: TimerKind, after: Duration, because: Because) -> Result<()> {
        self.step(id, Some(because), failpoints::SCHEDULE, async |db, _| set_timer_at_latest(db, id, kind, after).await).await
    }

    /// Asks to be paid, and takes the step that follows.
    ///
    /// # Errors
    /// When the database does not answer; the timer then comes again.
    pub async fn pay(&self, id: OrderId) -> Result<()> {
        // Opened in its own transaction, so that a second try finds the same reference and is not charged twice.
        let (prepared, _) = transact(&self.orders, async |db| {
            let Some(order) = orders::lock_order(db, id).await? else { return Ok(None) };
            let attempt = match latest_attempt(db, id).await? {
                None if order.status == OrderStatus::Placed => Some(open_attempt(db, id, None).await?),
                open => open.filter(|attempt| attempt.state == AttemptState::Requested),
            };
            failpoints::reach(failpoints::PAY_BEFORE_OPEN);
            Ok(attempt.map(|attempt| (order, attempt)))
        })
        .await?;
        match prepared {
            None => self.finish_timer(id, TimerKind::Authorize).await,
            // Given up in the meantime: what may have been asked is to be known, but nothing new is asked for.
            Some((order, attempt)) if order.status == OrderStatus::Cancelled => self.resolve(id, &order, &attempt).await,
            Some((order, attempt)) => {
                failpoints::reach(failpoints::PAY_BEFORE_ASK);
                let outcome = self.payments.authorize(order.total, &attempt.payment_token, &attempt.reference).await;
                failpoints::reach(failpoints::PAY_AFTER_ASK);
                self.settle(id, attempt.attempt, &outcome).await
            }
        }
    }

    /// Asks the provider for the truth about a payment whose outcome is unknown.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn resolve_payment(&self, id: OrderId) -> Result<()> {
        let (found, _) = transact(&self.orders, async |db| {
            let Some(order) = orders::lock_order(db, id).await? else { return Ok(None) };
            let open = latest_attempt(db, id).await?.filter(|attempt| attempt.state == AttemptState::Requested);
            Ok(open.map(|attempt| (order, attempt)))
        })
        .await?;
        match found {
            Some((order, attempt)) => self.resolve(id, &order, &attempt).await,
            None => self.finish_timer(id, TimerKind::ResolvePayment).await,
        }
    }

    async fn resolve(&self, id: OrderId, order: &LockedOrder, attempt: &Attempt) -> Result<()> {
        failpoints::reach(failpoints::RESOLVE_BEFORE_ASK);
        let found = self.payments.find(&attempt.reference).await;
        failpoints::reach(failpoints::RESOLVE_AFTER_ASK);
        match found {
            Ok(Some(outcome)) => self.settle(id, attempt.attempt, &outcome).await,
            Ok(None) if order.status == OrderStatus::Cancelled => self.settle(id, attempt.attempt, &Outcome::NeverAsked).await,
            // Never heard of it: the request did not arrive, and the same key asks again without charging twice.
            Ok(None) => {
                failpoints::reach(failpoints::RESOLVE_BEFORE_ASK_AGAIN);
                let outcome = self.payments.authorize(order.total, &attempt.payment_token, &attempt.reference).await;
                failpoints::reach(failpoints::RESOLVE_AFTER_ASK_AGAIN);
                self.settle(id, attempt.attempt, &outcome).await
            }
            Err(error) => {
                tracing::warn!(error = chain(&error), order = %id, "the provider does not answer; it is asked again");
                self.settle(id, attempt.attempt, &Outcome::Unknown).await
            }
        }
    }

    /// Takes the step that the provider's answer asks for.
    async fn settle(&self, id: OrderId, attempt: i32, outcome: &Outcome) -> Result<()> {
        self.step(id, None, failpoints::SETTLE, async |db, order| {
            delete_timer(db, id, TimerKind::Authorize).await?;
            // Two workers may have asked, when the lease of the first ended; the provider told both the same.
            if latest_attempt(db, id).await?.is_none_or(|now| now.attempt != attempt || now.state != AttemptState::Requested) {
                return delete_timer(db, id, TimerKind::ResolvePayment).await;
            }
            match outcome {
                Outcome::Unknown => {
                    set_timer(db, id, TimerKind::ResolvePayment, ASK_AGAIN).await?;
                    return step::take(db, id, order, &Happened::OutcomeUnknown { attempt }).await.map(|_| ());
                }
                Outcome::Authorized(authorization) => {
                    record_attempt(db, id, attempt, AttemptState::Authorized, Some(authorization)).await?;
                    ledger::post(db, id, Movement::Authorize { attempt }, order.total).await?;
                    if step::take(db, id, order, &Happened::Authorized { attempt }).await? {
                        delete_timer(db, id, TimerKind::EndHold).await?;
                    } else {
                        // Cancelled while the bank was asked.
                        set_timer(db, id, TimerKind::Void, Duration::ZERO).await?;
                    }
                }
                Outcome::Declined(authorization) => {
                    let reason = authorization.reason.clone().unwrap_or_else(|| "declined".to_owned());
                    record_attempt(db, id, attempt, AttemptState::Declined, Some(authorization)).await?;
                    step::take(db, id, order, &Happened::Declined { attempt, reason }).await?;
                }
                Outcome::NeverAsked => record_attempt(db, id, attempt, AttemptState::Voided, None).await?,
            }
            delete_timer(db, id, TimerKind::ResolvePayment).await
        })
        .await
    }

    /// Takes the money and ships; a refused capture cancels the order.
    ///
    /// # Errors
    /// When the database does not answer; the timer then comes again.
    pub async fn ship(&self, id: OrderId) -> Result<()> {
        // From here on nobody can cancel it: money is not taken for what does not leave.
        let (leaving, _) = transact(&self.orders, async |db| {
            let Some(order) = orders::lock_order(db, id).await?.filter(|order| order.status == OrderStatus::Paid) else { return Ok(None) };
            let Some(attempt) = latest_attempt(db, id).await? else { return Ok(None) };
            record_attempt(db, id, attempt.attempt, AttemptState::Capturing, None).await?;
            failpoints::reach(failpoints::SHIP_BEFORE_CAPTURING);
            Ok(attempt.authorization.map(|authorization| (order.total, attempt.attempt, authorization)))
        })
        .await?;
        let Some((total, attempt, authorization)) = leaving else { return self.finish_timer(id, TimerKind::Ship).await };
        failpoints::reach(failpoints::SHIP_BEFORE_CAPTURE);
        let answer = self.payments.capture(id, authorization).await;
        failpoints::reach(failpoints::SHIP_AFTER_CAPTURE);
        let captured = match answer {
            Ok(captured) => captured,
            Err(error) => {
                tracing::warn!(error = chain(&error), order = %id, "not captured yet; tried again");
                return Ok(());
            }
        };
        self.step(id, None, failpoints::SHIP, async |db, order| {
            delete_timer(db, id, TimerKind::Ship).await?;
            // Two workers may have asked, when an operator hurried; the provider told both the same, and one has noted it.
            if latest_attempt(db, id).await?.is_none_or(|now| now.attempt != attempt || now.state != AttemptState::Capturing) {
                return Ok(());
            }
            if !captured {
                // The event of the cancelled order has what is kept aside let go.
                record_attempt(db, id, attempt, AttemptState::Authorized, None).await?;
                return step::take(db, id, order, &Happened::CaptureRefused).await.map(|_| ());
            }
            record_attempt(db, id, attempt, AttemptState::Captured, None).await?;
            ledger::post(db, id, Movement::Capture { attempt }, total).await?;
            step::take(db, id, order, &Happened::Captured).await.map(|_| ())
        })
        .await
    }

    /// # Errors
    /// When the database does not answer.
    pub async fn deliver(&self, id: OrderId) -> Result<()> {
        self.step(id, None, failpoints::DELIVER, async |db, order| {
            delete_timer(db, id, TimerKind::Deliver).await?;
            step::take(db, id, order, &Happened::Arrived).await.map(|_| ())
        })
        .await
    }

    /// The hold of an order that is still not paid ends: its stock is free again. While an outcome is unknown the
    /// hold stays, because the money may have been taken; so does it while the provider is being asked: the timer comes again.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end_hold(&self, id: OrderId) -> Result<()> {
        self.step(id, None, failpoints::END_HOLD, async |db, order| {
            let asked = latest_attempt(db, id).await?.is_some_and(|attempt| attempt.state == AttemptState::Requested);
            if order.status == OrderStatus::PaymentPending || (asked && order.status != OrderStatus::Cancelled) {
                return Ok(());
            }
            delete_timer(db, id, TimerKind::EndHold).await?;
            step::take(db, id, order, &Happened::HoldEnded).await.map(|_| ())
        })
        .await
    }

    /// Lets go of what the bank keeps aside for a cancelled order.
    ///
    /// # Errors
    /// When the database does not answer; the timer then comes again.
    pub async fn void(&self, id: OrderId) -> Result<()> {
        let (found, _) = transact(&self.orders, async |db| {
            let cancelled = orders::lock_order(db, id).await?.filter(|order| order.status == OrderStatus::Cancelled);
            Ok(cancelled.zip(latest_attempt(db, id).await?))
        })
        .await?;
        let found = found.filter(|(_, attempt)| attempt.state == AttemptState::Authorized);
        let Some((order, attempt, authorization)) = found.and_then(|(order, a)| Some((order, a.attempt, a.authorization?))) else {
            return self.finish_timer(id, TimerKind::Void).await;
        };
        failpoints::reach(failpoints::VOID_BEFORE_ASK);
        let answer = self.payments.void(id, authorization).await;
        failpoints::reach(failpoints::VOID_AFTER_ASK);
        if let Err(error) = answer {
            tracing::warn!(error = chain(&error), order = %id, "not voided yet; tried again");
            return Ok(());
        }
        transact(&self.orders, async |db| {
            delete_timer(db, id, TimerKind::Void).await?;
            record_attempt(db, id, attempt, AttemptState::Voided, None).await?;
            ledger::post(db, id, Movement::Void { attempt }, order.total).await?;
            failpoints::reach(failpoints::VOID.before_commit);
            Ok(())
        })
        .await?;
        failpoints::reach(failpoints::VOID.after_commit);
        Ok(())
    }

    /// Pays back what an operator accepted.
    ///
    /// # Errors
    /// When the database does not answer; the timer then comes again.
    pub async fn refund(&self, id: OrderId) -> Result<()> {
        let (found, _) = transact(&self.orders, async |db| {
            orders::lock_order(db, id).await?;
            let accepted = returns::lock_open_return(db, id).await?.filter(|open| open.state == ReturnState::Accepted);
            Ok(accepted.zip(latest_attempt(db, id).await?))
        })
        .await?;
        let Some((accepted, attempt, authorization)) = found.and_then(|(open, a)| Some((open, a.attempt, a.authorization?))) else {
            return self.finish_timer(id, TimerKind::Refund).await;
        };
        failpoints::reach(failpoints::REFUND_BEFORE_ASK);
        let answer = self.payments.refund(accepted.id, authorization, accepted.amount).await;
        failpoints::reach(failpoints::REFUND_AFTER_ASK);
        if let Err(error) = answer {
            tracing::warn!(error = chain(&error), order = %id, "not refunded yet; tried again");
            return Ok(());
        }
        self.step(id, None, failpoints::REFUND, async |db, order| {
            delete_timer(db, id, TimerKind::Refund).await?;
            if !step::take(db, id, order, &Happened::Refunded { id: accepted.id, amount: accepted.amount }).await? {
                return Ok(());
            }
            returns::finish_return(db, accepted.id).await?;
            if accepted.amount == order.total {
                record_attempt(db, id, attempt, AttemptState::Refunded, None).await?;
            }
            ledger::post(db, id, Movement::Refund { id: accepted.id }, accepted.amount).await
        })
        .await
    }

    /// Tells of each article of the order whose availability is no longer what was told last.
    ///
    /// # Errors
    /// When the database does not answer; the event then comes again.
    pub async fn announce_stock(&self, id: OrderId, because: Because) -> Result<()> {
        transact(&self.orders, async |db| {
            if !inbox::first_time(db, because.consumer, because.event).await? {
                return Ok(());
            }
            let mut changes = queries::announce_levels(db, id).await?;
            // Sequences are locked too, and in one order.
            changes.sort_by_key(|change| (change.aggregate_id(), change.sku.clone()));
            for change in changes {
                let sequence = queries::next_sequence(db, change.aggregate_id()).await?;
                outbox::append(db, &change, sequence).await?;
            }
            failpoints::reach(failpoints::ANNOUNCE.before_commit);
            Ok(())
        })
        .await?;
        failpoints::reach(failpoints::ANNOUNCE.after_commit);
        Ok(())
    }

    async fn finish_timer(&self, id: OrderId, kind: TimerKind) -> Result<()> {
        transact(&self.orders, async |db| {
            delete_timer(db, id, kind).await?;
            failpoints::reach(failpoints::FINISH.before_commit);
            Ok(())
        })
        .await?;
        failpoints::reach(failpoints::FINISH.after_commit);
        Ok(())
    }

    /// Inbox, lock, `work`, commit; then those who wait for the order are told.
    async fn step<F>(&self, id: OrderId, because: Option<Because>, points: failpoints::Step, work: F) -> Result<()>
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
            failpoints::reach(points.before_commit);
            Ok(true)
        })
        .await?;
        failpoints::reach(points.after_commit);
        if changed {
            watch::announce(&self.redis, id, &token).await;
        }
        Ok(())
    }
}
