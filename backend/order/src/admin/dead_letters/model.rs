//! Dead letters as they travel; no IO.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use tradewind_contract::{
    OrderNumber, Timestamp,
    operators::{DeadLetter, DeadLetterDetail, DeadLetterState, Decision, ParkedEvent},
};
use tradewind_events::topics::headers::TRACEPARENT;
use tradewind_kit::{Error, Result, failures};

/// The trace that a `traceparent` belongs to.
pub fn trace_id(traceparent: &str) -> Option<String> {
    let id = traceparent.split('-').nth(1)?;
    (id.len() == 32 && id.bytes().all(|digit| digit.is_ascii_hexdigit())).then(|| id.to_owned())
}

/// `number` is that of the order which the letter is about.
///
/// # Errors
/// When the database holds a state that there is not.
pub fn letter(row: &failures::DeadLetter, number: Option<OrderNumber>) -> Result<DeadLetter> {
    Ok(DeadLetter {
        id: row.id,
        state: DeadLetterState::parse(&row.state).ok_or_else(|| Error::Corrupt(format!("dead_letters.state is {:?}", row.state)))?,
        consumer: row.consumer.clone(),
        topic: row.topic.clone(),
        partition: row.partition,
        offset: row.offset,
        cause: row.cause.clone(),
        attempt: row.attempt.unsigned_abs(),
        event_id: row.event_id,
        event_type: row.event_type.clone(),
        aggregate_id: row.aggregate_id,
        sequence: row.sequence,
        order_number: number,
        parked: row.parked.unsigned_abs(),
        trace_id: row.headers[TRACEPARENT].as_str().and_then(trace_id),
        created_at: Timestamp(row.created_at),
    })
}

/// # Errors
/// As [`letter`].
pub fn detail(
    row: &failures::DeadLetter,
    number: Option<OrderNumber>,
    parked: Vec<failures::ParkedEvent>,
    decisions: Vec<failures::Decision>,
) -> Result<DeadLetterDetail> {
    let order_id = number.as_ref().and(row.aggregate_id).map(Into::into);
    let bytes = row.payload.as_deref().unwrap_or_default();
    let parked = parked.into_iter().map(|event| ParkedEvent {
        event_id: event.event_id,
        event_type: event.event_type,
        sequence: event.sequence,
        held_at: Timestamp(event.held_at),
    });
    let decisions = decisions.into_iter().map(|decision| Decision {
        action: decision.action,
        actor: decision.actor,
        reason: decision.reason,
        decided_at: Timestamp(decision.decided_at),
    });
    Ok(DeadLetterDetail {
        letter: letter(row, number)?,
        headers: headers(&row.headers),
        payload: String::from_utf8_lossy(bytes).into_owned(),
        payload_base64: std::str::from_utf8(bytes).is_err().then(|| STANDARD.encode(bytes)),
        parked_events: parked.collect(),
        decisions: decisions.collect(),
        order_id,
    })
}

/// By name, sorted.
fn headers(texts: &Value) -> Vec<(String, String)> {
    let texts = texts.as_object().into_iter().flatten();
    let mut headers: Vec<_> = texts.map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned())).collect();
    headers.sort();
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_traceparent_names_its_trace() {
        let id = "4bf92f3577b34da6a3ce929d0e0e4736";
        assert_eq!(trace_id(&format!("00-{id}-00f067aa0ba902b7-01")).as_deref(), Some(id));
        for damaged in ["", "00", "00-xyz-00f067aa0ba902b7-01", "00--"] {
            assert_eq!(trace_id(damaged), None, "{damaged}");
        }
    }
}
