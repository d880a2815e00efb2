//! The payment provider as the worker calls it. Every call is keyed or a question, so each may be repeated.

use std::time::Duration;

use reqwest::{RequestBuilder, StatusCode};
use tracing::instrument;
use tradewind_contract::{
    Money, OrderId, ReturnId,
    headers::{IDEMPOTENCY_KEY, TRACEPARENT},
    payments::{Authorization, AuthorizationRequest, AuthorizationStatus, Authorizations, Refund, RefundRequest},
};
use tradewind_kit::telemetry;
use uuid::Uuid;

/// Longer than the slowest honest answer (3 s); past it the outcome is unknown.
const TIMEOUT: Duration = Duration::from_secs(5);
/// A 503 did nothing and is tried again, at most so often in all.
const TRIES: u32 = 3;

/// What came of asking to be paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Authorized(Authorization),
    Declined(Authorization),
    /// It may or may not have happened; the provider must be asked by reference.
    Unknown,
    /// The provider has never heard of it, and it is not going to be asked any more.
    NeverAsked,
}

#[derive(Debug, thiserror::Error)]
pub enum PaymentError {
    #[error("the provider cannot be reached")]
    Transport(#[from] reqwest::Error),
    #[error("the provider answered {0}")]
    Status(StatusCode),
}

#[derive(Clone)]
pub struct Provider {
    url: String,
    http: reqwest::Client,
}

impl Provider {
    /// # Errors
    /// When no client can be made.
    pub fn new(url: &str) -> anyhow::Result<Self> {
        Ok(Self { url: url.trim_end_matches('/').to_owned(), http: reqwest::Client::builder().timeout(TIMEOUT).build()? })
    }

    /// Asks for `amount`; `reference` is also the idempotency key, so asking twice charges once.
    #[instrument(skip_all, name = "POST /authorizations", fields(otel.kind = "client", server.address = "payments"))]
    pub async fn authorize(&self, amount: Money, payment_token: &str, reference: &str) -> Outcome {
        let body = AuthorizationRequest { amount, payment_token: payment_token.to_owned(), reference: reference.to_owned() };
        for attempt in 1..=TRIES {
            let call = self.http.post(format!("{}/authorizations", self.url)).header(IDEMPOTENCY_KEY, reference).json(&body);
            match send::<Authorization>(call).await {
                Ok(authorization) => return outcome(authorization),
                Err(PaymentError::Status(StatusCode::SERVICE_UNAVAILABLE)) if attempt < TRIES => {
                    tokio::time::sleep(Duration::from_millis(200 * u64::from(attempt))).await;
                }
                Err(error) => {
                    tracing::warn!(error = tradewind_kit::error::chain(&error), "the payment's outcome is unknown");
                    return Outcome::Unknown;
                }
            }
        }
        Outcome::Unknown
    }

    /// What the provider knows by that reference; `None` when it has never heard of it.
    ///
    /// # Errors
    /// When it does not answer.
    #[instrument(skip_all, name = "GET /authorizations", fields(otel.kind = "client", server.address = "payments"))]
    pub async fn find(&self, reference: &str) -> Result<Option<Outcome>, PaymentError> {
        Ok(self.look_up(reference).await?.map(outcome))
    }

    /// The same as the provider says it.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn look_up(&self, reference: &str) -> Result<Option<Authorization>, PaymentError> {
        let call = self.http.get(format!("{}/authorizations?reference={reference}", self.url));
        Ok(send::<Authorizations>(call).await?.items.into_iter().next())
    }

    /// Takes the money that was authorised; false when the provider refuses.
    ///
    /// # Errors
    /// When it does not answer.
    #[instrument(skip_all, name = "POST /authorizations/{id}/capture", fields(otel.kind = "client", server.address = "payments"))]
    pub async fn capture(&self, order: OrderId, authorization: Uuid) -> Result<bool, PaymentError> {
        let call = self
            .http
            .post(format!("{}/authorizations/{authorization}/capture", self.url))
            .header(IDEMPOTENCY_KEY, format!("{order}:capture"));
        match send::<Authorization>(call).await {
            Ok(_) => Ok(true),
            Err(PaymentError::Status(status)) if status.is_client_error() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Gives up an authorisation.
    ///
    /// # Errors
    /// When the provider does not answer or refuses.
    #[instrument(skip_all, name = "POST /authorizations/{id}/void", fields(otel.kind = "client", server.address = "payments"))]
    pub async fn void(&self, order: OrderId, authorization: Uuid) -> Result<(), PaymentError> {
        let call =
            self.http.post(format!("{}/authorizations/{authorization}/void", self.url)).header(IDEMPOTENCY_KEY, format!("{order}:void"));
        send::<Authorization>(call).await.map(|_| ())
    }

    /// Pays `amount` back; `id` is part of the idempotency key, so asking twice pays once.
    ///
    /// # Errors
    /// When the provider does not answer or refuses.
    #[instrument(skip_all, name = "POST /refunds", fields(otel.kind = "client", server.address = "payments"))]
    pub async fn refund(&self, id: ReturnId, authorization: Uuid, amount: Money) -> Result<(), PaymentError> {
        let body = RefundRequest { authorization_id: authorization, amount };
        let call = self.http.post(format!("{}/refunds", self.url)).header(IDEMPOTENCY_KEY, format!("{id}:refund")).json(&body);
        send::<Refund>(call).await.map(|_| ())
    }
}

fn outcome(authorization: Authorization) -> Outcome {
    match authorization.status {
        AuthorizationStatus::Authorized | AuthorizationStatus::Captured => Outcome::Authorized(authorization),
        AuthorizationStatus::Declined | AuthorizationStatus::Voided | AuthorizationStatus::Refunded => Outcome::Declined(authorization),
    }
}

async fn send<T: serde::de::DeserializeOwned>(call: RequestBuilder) -> Result<T, PaymentError> {
    let call = match telemetry::traceparent() {
        Some(traceparent) => call.header(TRACEPARENT, traceparent),
        None => call,
    };
    let answer = call.send().await?;
    if answer.status().is_success() { Ok(answer.json().await?) } else { Err(PaymentError::Status(answer.status())) }
}
