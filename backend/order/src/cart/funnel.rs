//! The steps of a cart that reports count: that something was put into it, and that somebody asked what it comes to.

use sqlx::PgConnection;
use tradewind_contract::UserId;
use tradewind_events::{CartStarted, CheckoutStarted};
use tradewind_kit::{
    Result,
    database::{Database, transact},
    outbox,
};

use super::queries;

/// How far a cart is, until it is ordered or empty again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Empty,
    Started,
    Checkout,
}

impl Stage {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Started => "started",
            Self::Checkout => "checkout",
        }
    }
}

/// Tells that something was put into an empty cart; of one that is further, nothing.
///
/// # Errors
/// When the database does not answer.
pub async fn start(db: &mut PgConnection, owner: UserId) -> Result<()> {
    if let Some((cart_id, sequence)) = queries::advance_stage(db, owner, Stage::Empty, Stage::Started).await? {
        outbox::append(db, &CartStarted { cart_id }, sequence).await?;
    }
    Ok(())
}

/// Tells, once a cart, that its price with shipping was asked for.
///
/// # Errors
/// When the database does not answer.
pub async fn check_out(database: &Database, owner: UserId) -> Result<()> {
    transact(database, async |db| {
        if let Some((cart_id, sequence)) = queries::advance_stage(db, owner, Stage::Started, Stage::Checkout).await? {
            outbox::append(db, &CheckoutStarted { cart_id }, sequence).await?;
        }
        Ok(())
    })
    .await?;
    Ok(())
}
