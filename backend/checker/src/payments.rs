//! 5: what the provider has on record is what `payments` says. It is asked by reference, as the worker asks it.

use std::collections::HashMap;

use anyhow::{Context, Result};
use futures::{StreamExt, TryStreamExt};
use reqwest::Client;
use sqlx::FromRow;
use tradewind_contract::payments::{Authorization, AuthorizationStatus, Authorizations};

use crate::{Shop, report::Report};

/// Payments to a question, for which a parameter of 500 bytes has room, and questions at a time.
const PIECE: usize = 10;
const CONCURRENCY: usize = 16;

#[derive(Debug, FromRow)]
struct Payment {
    reference: String,
    /// Minor units.
    amount: i64,
    state: String,
    /// Of an order that was cancelled, and nothing is left to be done about it.
    given_up: bool,
}

const PAYMENTS: &str = "SELECT p.reference, p.amount, p.state,
        o.status = 'cancelled' AND NOT EXISTS (SELECT FROM order_timers t WHERE t.order_id = o.id AND t.kind = 'void') AS given_up
    FROM payments p JOIN orders o ON o.id = p.order_id ORDER BY p.reference";

/// # Errors
/// When the database or the provider does not answer.
pub async fn check(shop: &Shop, report: &mut Report) -> Result<()> {
    let http = Client::new();
    let mut asked = sqlx::query_as::<_, Payment>(PAYMENTS)
        .fetch(&shop.orders)
        .try_chunks(PIECE)
        .map(|payments| async {
            let payments = payments?;
            let records = find(&http, &shop.payments_url, &payments).await?;
            let objections: Vec<String> =
                payments.iter().filter_map(|payment| objection(payment, records.get(&payment.reference))).collect();
            anyhow::Ok((payments.len(), objections))
        })
        // In their order, so that the same shop is told about in the same words.
        .buffered(CONCURRENCY);
    while let Some((count, objections)) = asked.try_next().await? {
        report.looked_at(5, count as u64);
        report.broken(5, objections.len() as u64, objections);
    }
    Ok(())
}

/// The provider's records, by reference.
async fn find(http: &Client, url: &str, payments: &[Payment]) -> Result<HashMap<String, Authorization>> {
    let references: Vec<&str> = payments.iter().map(|payment| payment.reference.as_str()).collect();
    let answer = http.get(format!("{url}/authorizations?reference={}", references.join(","))).send().await?.error_for_status()?;
    let found: Authorizations = answer.json().await.context("its answer cannot be read")?;
    Ok(found.items.into_iter().map(|record| (record.reference.clone(), record)).collect())
}

/// What is wrong with a payment, if anything is.
fn objection(payment: &Payment, record: Option<&Authorization>) -> Option<String> {
    use AuthorizationStatus::{Authorized, Captured, Declined, Refunded, Voided};
    let status = record.map(|record| record.status);
    let fits = match payment.state.as_str() {
        // Not answered yet: anything may have become of it.
        "requested" => true,
        "authorized" => status == Some(Authorized),
        "capturing" => matches!(status, Some(Authorized | Captured)),
        // Given back in parts, it stays captured.
        "captured" | "refunded" => matches!(status, Some(Captured | Refunded)),
        "voided" => status == Some(Voided),
        "declined" => status == Some(Declined),
        _ => false,
    };
    let kept = payment.given_up && matches!(status, Some(Authorized | Captured));
    let same_amount = record.is_none_or(|record| record.amount.amount == payment.amount);
    if fits && !kept && same_amount {
        return None;
    }
    let theirs =
        record.map_or_else(|| "nothing".to_owned(), |record| format!("{:?} {}", record.status, record.amount.amount).to_lowercase());
    let of = if payment.given_up { " of a cancelled order" } else { "" };
    Some(format!(
        "the provider has another record: payment {}{of} is {} {}, there {theirs}",
        payment.reference, payment.state, payment.amount
    ))
}
