//! What is asked for, checked.

use garde::{Path, Report, Validate, error::Error};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use tradewind_contract::{
    Timestamp,
    payments::{Authorization, AuthorizationRequest, AuthorizationStatus, PaymentToken},
};
use tradewind_kit::{Refusal, extract::QueryParameters};
use uuid::Uuid;

/// An order's id and the attempt fit many times over.
const REFERENCE_MAX: usize = 200;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NewAuthorization(pub AuthorizationRequest);

impl Validate for NewAuthorization {
    type Context = ();

    fn validate_into(&self, (): &(), parent: &mut dyn FnMut() -> Path, report: &mut Report) {
        if self.0.amount.amount <= 0 {
            report.append(parent().join("amount").join("amount"), Error::new("An amount is at least one minor unit."));
        }
        if PaymentToken::parse(&self.0.payment_token).is_none() {
            report.append(parent().join("payment_token"), Error::new("This is not one of the test cards."));
        }
        if self.0.reference.is_empty() || self.0.reference.len() > REFERENCE_MAX || self.0.reference.contains(',') {
            report.append(parent().join("reference"), Error::new("A reference has 1 to 200 bytes and no comma."));
        }
    }
}

/// The answer that a token stands for; nothing but the two refusals declines.
pub fn answer(request: &AuthorizationRequest, token: PaymentToken) -> Authorization {
    let reason = match token {
        PaymentToken::Declined => Some("card_declined"),
        PaymentToken::InsufficientFunds => Some("insufficient_funds"),
        PaymentToken::Ok | PaymentToken::Slow | PaymentToken::LostReply | PaymentToken::Unavailable | PaymentToken::CaptureFails => None,
    };
    Authorization {
        id: Uuid::now_v7(),
        reference: request.reference.clone(),
        amount: request.amount,
        status: if reason.is_some() { AuthorizationStatus::Declined } else { AuthorizationStatus::Authorized },
        reason: reason.map(str::to_owned),
        refunded_minor: 0,
        created_at: Timestamp(OffsetDateTime::now_utc()),
    }
}

/// How many payments may be asked for at once.
const REFERENCES_MAX: usize = 100;

/// `?reference=`: one, or up to 100 with commas between them, as far as a parameter of 500 bytes has room.
#[derive(Debug, Clone)]
pub struct ByReference(pub Vec<String>);

impl TryFrom<QueryParameters> for ByReference {
    type Error = Refusal;

    fn try_from(mut parameters: QueryParameters) -> Result<Self, Refusal> {
        let reference = parameters.take("reference");
        parameters.finish()?;
        let reference = reference.ok_or_else(|| Refusal::invalid_field("reference", "missing", "Say which payment is meant."))?;
        let references: Vec<String> = reference.split(',').map(str::to_owned).collect();
        if references.len() > REFERENCES_MAX {
            return Err(Refusal::invalid_field("reference", "too_many", "At most 100 payments at once."));
        }
        Ok(Self(references))
    }
}
