//! What was authorised, captured, voided and refunded, as a fold over records. Nothing here does IO.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use tradewind_contract::{
    Money,
    payments::{Authorization, AuthorizationRequest, AuthorizationStatus, Refund, RefundRequest},
};
use uuid::Uuid;

/// `tok_unavailable` is refused this often per key before it works.
const OUTAGES_PER_KEY: u32 = 2;

/// One line of the state file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "snake_case")]
pub enum Record {
    /// An authorisation was answered, as authorised or declined.
    Answered {
        key: String,
        payment_token: String,
        authorization: Authorization,
    },
    /// It was captured, voided or refunded in full.
    Moved {
        authorization_id: Uuid,
        status: AuthorizationStatus,
    },
    Refunded {
        key: String,
        refund: Refund,
    },
    /// A key was told that the provider is not available.
    Outage {
        key: String,
    },
}

/// Why something is not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    #[error("this key was used for another request")]
    KeyReused,
    #[error("this reference has an authorization under another key")]
    ReferenceTaken,
    #[error("there is no such authorization")]
    Unknown,
    #[error("the authorization is {}", status_text(*.0))]
    Status(AuthorizationStatus),
    #[error("the bank refused the capture")]
    CaptureRefused,
    #[error("the refunds would exceed what was captured")]
    Exceeds,
}

/// The answer, and whether it was given before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer<T> {
    pub value: T,
    pub replayed: bool,
}

#[derive(Debug, Default)]
pub struct Ledger {
    authorizations: HashMap<Uuid, Entry>,
    by_reference: HashMap<String, Uuid>,
    by_key: HashMap<String, Done>,
    outages: HashMap<String, u32>,
}

#[derive(Debug)]
struct Entry {
    key: String,
    payment_token: String,
    authorization: Authorization,
    refunds: Vec<(String, Refund)>,
}

#[derive(Debug, Clone, Copy)]
enum Done {
    Authorization(Uuid),
    /// The refund of an authorization, by its place there.
    Refund(Uuid, usize),
}

impl Entry {
    /// As it was when it was answered, whatever happened to it since.
    fn first_answer(&self) -> Authorization {
        let status = if self.authorization.reason.is_some() { AuthorizationStatus::Declined } else { AuthorizationStatus::Authorized };
        Authorization { status, refunded_minor: 0, ..self.authorization.clone() }
    }
}

impl Ledger {
    pub fn apply(&mut self, record: Record) {
        match record {
            Record::Answered { key, payment_token, authorization } => {
                self.outages.remove(&key);
                self.by_key.insert(key.clone(), Done::Authorization(authorization.id));
                self.by_reference.insert(authorization.reference.clone(), authorization.id);
                self.authorizations.insert(authorization.id, Entry { key, payment_token, authorization, refunds: Vec::new() });
            }
            Record::Moved { authorization_id, status } => {
                if let Some(entry) = self.authorizations.get_mut(&authorization_id) {
                    entry.authorization.status = status;
                }
            }
            Record::Refunded { key, refund } => {
                if let Some(entry) = self.authorizations.get_mut(&refund.authorization_id) {
                    self.by_key.insert(key.clone(), Done::Refund(refund.authorization_id, entry.refunds.len()));
                    entry.authorization.refunded_minor += refund.amount.amount;
                    entry.refunds.push((key, refund));
                }
            }
            Record::Outage { key } => *self.outages.entry(key).or_default() += 1,
        }
    }

    /// The fewest records that make this ledger again.
    pub fn records(&self) -> impl Iterator<Item = Record> {
        let outages = self.outages.iter().flat_map(|(key, count)| (0..*count).map(|_| Record::Outage { key: key.clone() }));
        let authorizations = self.authorizations.values().flat_map(|entry| {
            let answered = Record::Answered {
                key: entry.key.clone(),
                payment_token: entry.payment_token.clone(),
                // The refunds follow as records of their own.
                authorization: Authorization { refunded_minor: 0, ..entry.authorization.clone() },
            };
            let refunds = entry.refunds.iter().map(|(key, refund)| Record::Refunded { key: key.clone(), refund: refund.clone() });
            std::iter::once(answered).chain(refunds)
        });
        outages.chain(authorizations)
    }

    pub fn by_reference(&self, reference: &str) -> Option<&Authorization> {
        let id = self.by_reference.get(reference)?;
        self.authorizations.get(id).map(|entry| &entry.authorization)
    }

    /// The earlier answer under `key`, if there is one.
    ///
    /// # Errors
    /// When the key was used for something else, or the reference under another key.
    pub fn find_authorization(&self, key: &str, request: &AuthorizationRequest) -> Result<Option<Authorization>, Conflict> {
        match self.by_key.get(key) {
            None if self.by_reference.contains_key(&request.reference) => Err(Conflict::ReferenceTaken),
            None => Ok(None),
            Some(Done::Refund(..)) => Err(Conflict::KeyReused),
            Some(Done::Authorization(id)) => {
                let entry = self.authorizations.get(id).ok_or(Conflict::Unknown)?;
                let same = entry.payment_token == request.payment_token
                    && entry.authorization.amount == request.amount
                    && entry.authorization.reference == request.reference;
                if same { Ok(Some(entry.first_answer())) } else { Err(Conflict::KeyReused) }
            }
        }
    }

    /// Whether this key is still to be told that the provider is not available.
    pub fn outage_is_due(&self, key: &str) -> bool {
        self.outages.get(key).copied().unwrap_or_default() < OUTAGES_PER_KEY
    }

    /// What a capture or void would answer, and the record to write if it changes anything.
    ///
    /// # Errors
    /// When there is no such authorization or its status does not allow it.
    pub fn move_to(&self, id: Uuid, status: AuthorizationStatus) -> Result<(Authorization, Option<Record>), Conflict> {
        let entry = self.authorizations.get(&id).ok_or(Conflict::Unknown)?;
        let current = entry.authorization.status;
        if current == status {
            return Ok((entry.authorization.clone(), None));
        }
        if current != AuthorizationStatus::Authorized {
            return Err(Conflict::Status(current));
        }
        let refuses = entry.payment_token == tradewind_contract::payments::PaymentToken::CaptureFails.as_str();
        if status == AuthorizationStatus::Captured && refuses {
            return Err(Conflict::CaptureRefused);
        }
        let moved = Authorization { status, ..entry.authorization.clone() };
        Ok((moved, Some(Record::Moved { authorization_id: id, status })))
    }

    /// The earlier refund under `key`, or the records of a new one.
    ///
    /// # Errors
    /// When the key was used for something else, nothing was captured, or it would be more than was captured.
    pub fn refund(&self, key: &str, request: &RefundRequest, refund: Refund) -> Result<(Answer<Refund>, Vec<Record>), Conflict> {
        match self.by_key.get(key) {
            Some(Done::Authorization(_)) => return Err(Conflict::KeyReused),
            Some(Done::Refund(id, place)) => return self.earlier_refund(*id, *place, request),
            None => {}
        }
        let entry = self.authorizations.get(&request.authorization_id).ok_or(Conflict::Unknown)?;
        if entry.authorization.status != AuthorizationStatus::Captured {
            return Err(Conflict::Status(entry.authorization.status));
        }
        let left = entry.authorization.amount.amount - entry.authorization.refunded_minor;
        if request.amount.currency != entry.authorization.amount.currency || request.amount.amount > left {
            return Err(Conflict::Exceeds);
        }
        let mut records = vec![Record::Refunded { key: key.to_owned(), refund: refund.clone() }];
        if request.amount == Money::new(left, request.amount.currency) {
            records.push(Record::Moved { authorization_id: request.authorization_id, status: AuthorizationStatus::Refunded });
        }
        Ok((Answer { value: refund, replayed: false }, records))
    }

    fn earlier_refund(&self, id: Uuid, place: usize, request: &RefundRequest) -> Result<(Answer<Refund>, Vec<Record>), Conflict> {
        let earlier = self.authorizations.get(&id).and_then(|entry| entry.refunds.get(place)).map(|(_, refund)| refund);
        match earlier {
            Some(refund) if refund.authorization_id == request.authorization_id && refund.amount == request.amount => {
                Ok((Answer { value: refund.clone(), replayed: true }, Vec::new()))
            }
            _ => Err(Conflict::KeyReused),
        }
    }
}

const fn status_text(status: AuthorizationStatus) -> &'static str {
    match status {
        AuthorizationStatus::Authorized => "authorized",
        AuthorizationStatus::Declined => "declined",
        AuthorizationStatus::Captured => "captured",
        AuthorizationStatus::Voided => "voided",
        AuthorizationStatus::Refunded => "refunded",
    }
}
