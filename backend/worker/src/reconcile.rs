//! Compares our ledger with the provider's word, attempt by attempt, and says where they differ: a row in
//! `payment_differences` until they agree again, and the gauge `payment.differences`.

use std::time::Duration;

use opentelemetry::global;
use tokio_util::sync::CancellationToken;
use tradewind_contract::payments::{Authorization, AuthorizationStatus};
use tradewind_kit::{Result, error::chain};
use tradewind_order::payments::queries::{AttemptState, Booked, count_differences, record_comparison, select_booked};

use crate::saga::Saga;

/// Attempts to a round.
const BATCH: i64 = 500;

/// Compares every `interval` until `stop`. Several workers do no harm: comparing twice finds the same.
pub async fn run(saga: Saga, interval: Duration, stop: CancellationToken) {
    let gauge = global::meter("tradewind")
        .i64_gauge("payment.differences")
        .with_description("Attempts that differ from the provider's word")
        .build();
    loop {
        match round(&saga).await {
            Ok((compared, differences)) => {
                gauge.record(differences, &[]);
                // More of them are waiting.
                if compared >= BATCH && !stop.is_cancelled() {
                    continue;
                }
            }
            Err(error) => tracing::warn!(error = chain(&error), "payments are not compared for now"),
        }
        tokio::select! { () = tokio::time::sleep(interval) => {}, () = stop.cancelled() => return }
    }
}

/// One round; answers how many attempts were compared, and how many differ now.
async fn round(saga: &Saga) -> Result<(i64, i64)> {
    let batch = select_booked(&mut *saga.orders.writer().await?, BATCH).await?;
    let mut compared = 0;
    for booked in batch {
        let theirs = match saga.payments.look_up(&booked.reference).await {
            Ok(theirs) => theirs,
            Err(error) => {
                tracing::warn!(error = chain(&error), "the provider does not answer; payments are compared later");
                break;
            }
        };
        let difference = difference(&booked, theirs.as_ref());
        if let Some((ours, theirs)) = &difference {
            tracing::warn!(order = %booked.order, attempt = booked.attempt, ours, theirs, "the ledger and the provider differ");
        }
        let difference = difference.as_ref().map(|(ours, theirs)| (ours.as_str(), theirs.as_str()));
        record_comparison(&mut *saga.orders.writer().await?, &booked, difference).await?;
        // Those that differed before come in every round.
        compared += i64::from(difference.is_none());
    }
    let differences = count_differences(&mut *saga.orders.writer().await?).await?;
    Ok((compared, differences))
}

/// What we say and what they say, where it is not the same.
fn difference(booked: &Booked, theirs: Option<&Authorization>) -> Option<(String, String)> {
    // What each side's word means for the two accounts.
    let (their_word, their_authorized, their_captured) = match theirs {
        None => ("unknown", 0, 0),
        Some(a) => match a.status {
            AuthorizationStatus::Authorized => ("authorized", a.amount.amount, 0),
            AuthorizationStatus::Declined => ("declined", 0, 0),
            AuthorizationStatus::Voided => ("voided", 0, 0),
            AuthorizationStatus::Captured => ("captured", 0, a.amount.amount - a.refunded_minor),
            AuthorizationStatus::Refunded => ("refunded", 0, 0),
        },
    };
    let agrees = match booked.state {
        // Under way: the next round sees how it ended.
        AttemptState::Requested | AttemptState::Capturing => return None,
        AttemptState::Authorized => their_word == "authorized",
        // An earlier attempt; the balances are those of a later one.
        AttemptState::Declined => return (their_word != "declined").then(|| ("declined".to_owned(), their_word.to_owned())),
        AttemptState::Captured => their_word == "captured",
        AttemptState::Voided => matches!(their_word, "voided" | "unknown"),
        AttemptState::Refunded => their_word == "refunded",
    };
    if agrees && (booked.authorized, booked.captured) == (their_authorized, their_captured) {
        return None;
    }
    let say = |word: &str, authorized: i64, captured: i64| format!("{word}, authorized {authorized}, captured {captured}");
    Some((say(booked.state.as_str(), booked.authorized, booked.captured), say(their_word, their_authorized, their_captured)))
}
