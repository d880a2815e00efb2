//! What surrounds every payload in the outbox and on Kafka.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tradewind_contract::{EventId, Timestamp};
use uuid::Uuid;

/// A kind of event.
pub trait Event: Serialize + DeserializeOwned {
    /// On the wire, such as `order.placed`.
    const TYPE: &'static str;
    /// Grows when fields are added.
    const VERSION: i32;
    const TOPIC: &'static str;
    /// `order`, `cart`, `user`, `product` or `run`.
    const AGGREGATE: &'static str;

    /// What it happened to: the key of the message, so that Kafka keeps the order.
    fn aggregate_id(&self) -> Uuid;
}

/// A message's value: the payload with what identifies it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Envelope<P = serde_json::Value> {
    pub id: EventId,
    #[serde(rename = "type")]
    pub kind: String,
    pub version: i32,
    pub aggregate_id: Uuid,
    /// 1, 2, 3 ... per aggregate, without gaps.
    pub sequence: i64,
    pub occurred_at: Timestamp,
    pub payload: P,
}

impl Envelope {
    /// The payload as `E`, or `None` when it is another type of event.
    ///
    /// # Errors
    /// When it says that it is an `E` and cannot be read as one.
    pub fn decode<E: Event>(&self) -> Result<Option<E>, serde_json::Error> {
        if self.kind != E::TYPE {
            return Ok(None);
        }
        E::deserialize(&self.payload).map(Some)
    }
}
