//! Double entry: every movement of money is a posting whose entries sum to zero.

use sqlx::PgConnection;
use tradewind_contract::{Money, OrderId, ReturnId};
use tradewind_kit::Result;

/// A movement between two accounts: `authorized` (the bank keeps it aside for us), `captured` (it is ours) and
/// `shopper`, the counterpart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Movement {
    Authorize { attempt: i32 },
    Capture { attempt: i32 },
    Void { attempt: i32 },
    Refund { id: ReturnId },
}

impl Movement {
    /// The posting's name, of which an order has one.
    fn posting(self) -> String {
        match self {
            Self::Authorize { attempt } => format!("{attempt}:authorize"),
            Self::Capture { attempt } => format!("{attempt}:capture"),
            Self::Void { attempt } => format!("{attempt}:void"),
            Self::Refund { id } => format!("return:{id}"),
        }
    }

    /// Where the money comes from, and where it goes.
    const fn accounts(self) -> (&'static str, &'static str) {
        match self {
            Self::Authorize { .. } => ("shopper", "authorized"),
            Self::Capture { .. } => ("authorized", "captured"),
            Self::Void { .. } => ("authorized", "shopper"),
            Self::Refund { .. } => ("captured", "shopper"),
        }
    }
}

/// Records a movement; once, however often it is told.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql insert_posting", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn post(db: &mut PgConnection, order: OrderId, movement: Movement, amount: Money) -> Result<()> {
    let (from, to) = movement.accounts();
    sqlx::query!(
        "INSERT INTO ledger_entries (order_id, posting, account, amount, currency)
         VALUES ($1, $2, $3, -$5::bigint, $6), ($1, $2, $4, $5, $6) ON CONFLICT DO NOTHING",
        order.as_uuid(),
        movement.posting(),
        from,
        to,
        amount.amount,
        amount.currency.as_str(),
    )
    .execute(db)
    .await?;
    Ok(())
}
