//! What can never be handled is kept with its bytes and its cause.

use rdkafka::{Message, message::BorrowedMessage};
use tradewind_kit::Result;

use crate::{queries, saga::Saga};

/// Keeps a message that cannot be read.
///
/// # Errors
/// When the database does not take it; the message then comes again.
pub async fn keep(saga: &Saga, consumer: &str, message: &BorrowedMessage<'_>, cause: &str) -> Result<()> {
    tracing::error!(
        consumer,
        topic = message.topic(),
        partition = message.partition(),
        offset = message.offset(),
        cause,
        "a message was put aside"
    );
    let mut db = saga.orders.writer().await?;
    queries::insert_dead_letter(&mut db, consumer, message, cause).await
}
