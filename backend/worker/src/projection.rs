//! Counts events into the reports' tables (`report_*`), each event once: an aggregate's events come in order, and the sequence of the
//! last one that was counted stands beside the counts. So it needs no inbox, and `rebuild.rs` can count the same events anew.

use sqlx::PgConnection;
use tradewind_events::{
    CartStarted, CheckoutStarted, Envelope, Event, OrderCancelled, OrderPaid, OrderPlaced, OrderRefunded, OrderReturned, ProductsViewed,
};
use tradewind_kit::Result;

use crate::{queries, saga::Saga};

/// Rows of one minute or hour, told apart by the aggregate, so that lanes which count side by side seldom wait for each other.
const SHARDS: u8 = 4;

/// What an event adds to the reports. Amounts are in cents.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Counts {
    pub placed: i64,
    pub paid: i64,
    pub revenue: i64,
    /// What a paid one was to bring stands with its aggregate.
    pub cancelled: i64,
    pub refunds: i64,
    pub refunded: i64,
    pub carts: i64,
    pub checkouts: i64,
    /// Handles, and how often the page of each was asked for.
    pub views: (Vec<String>, Vec<i64>),
    /// Of an order, for its later events.
    pub number: Option<String>,
    pub lines: Option<serde_json::Value>,
    /// What the list of the last events shows.
    pub amount: Option<i64>,
}

impl Counts {
    /// # Errors
    /// When the payload is not what its type says.
    pub fn of(envelope: &Envelope) -> Result<Self> {
        let nothing = Self::default();
        if let Some(event) = envelope.decode::<OrderPlaced>()? {
            let lines = Some(serde_json::to_value(&event.lines)?);
            let number = Some(event.number.as_str().to_owned());
            return Ok(Self { placed: 1, number, lines, amount: Some(event.total.amount), ..nothing });
        }
        if let Some(event) = envelope.decode::<OrderPaid>()? {
            return Ok(Self { paid: 1, revenue: event.amount.amount, amount: Some(event.amount.amount), ..nothing });
        }
        if envelope.decode::<OrderCancelled>()?.is_some() {
            return Ok(Self { cancelled: 1, ..nothing });
        }
        if let Some(event) = envelope.decode::<OrderReturned>()? {
            return Ok(Self { amount: Some(event.amount.amount), ..nothing });
        }
        if let Some(event) = envelope.decode::<OrderRefunded>()? {
            return Ok(Self { refunds: 1, refunded: event.amount.amount, amount: Some(event.amount.amount), ..nothing });
        }
        if envelope.decode::<CartStarted>()?.is_some() {
            return Ok(Self { carts: 1, ..nothing });
        }
        if envelope.decode::<CheckoutStarted>()?.is_some() {
            return Ok(Self { checkouts: 1, ..nothing });
        }
        if let Some(event) = envelope.decode::<ProductsViewed>()? {
            let views = event.views.into_iter().map(|views| (views.handle, i64::from(views.count))).unzip();
            return Ok(Self { views, ..nothing });
        }
        Ok(nothing)
    }

    /// Whether the reports' numbers change, and not only the list of the last events.
    pub fn count_anything(&self) -> bool {
        self.placed + self.paid + self.cancelled + self.refunds + self.carts + self.checkouts > 0 || !self.views.0.is_empty()
    }
}

/// Which of a minute's rows an aggregate's events are counted in.
pub fn shard(envelope: &Envelope) -> i16 {
    i16::from(envelope.aggregate_id.as_bytes()[15] % SHARDS)
}

/// Counts the event, and puts it on the list of the last ones; one that was counted changes nothing.
///
/// # Errors
/// When the database does not answer; the event then comes again.
pub async fn handle(saga: &Saga, envelope: &Envelope, _: &'static str) -> Result<()> {
    let mut db = saga.orders.writer().await?;
    // Views come every few seconds, and would hide what happened.
    let is_listed = envelope.kind != ProductsViewed::TYPE;
    count(&mut db, envelope, is_listed).await
}

/// One statement, so that it happens as a whole or not at all.
///
/// # Errors
/// When the database does not answer, or the payload is not what its type says.
pub(crate) async fn count(db: &mut PgConnection, envelope: &Envelope, is_listed: bool) -> Result<()> {
    queries::count_event(db, envelope, &Counts::of(envelope)?, shard(envelope), is_listed).await
}
