//! Wrong log-ins cost time, per account and per address; never for ever, and never the sessions there are.
//!
//! The count is made after the hash, so those that are being hashed at the same moment pass together:
//! at most as many as there are slots and places in the queue.

use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use tradewind_kit::{Refusal, Result, limit::Policy};

use super::{queries, visitor::Visitor};
use crate::config::Limits;

/// Whose log-ins are counted together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subjects {
    /// A hash, so that this table holds no addresses of people who have no account.
    pub account: String,
    pub address: String,
}

impl Subjects {
    pub fn new(email: &str, visitor: &Visitor) -> Self {
        let digest = Sha256::digest(email.to_lowercase());
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Self { account: format!("account:{hex}"), address: format!("address:{}", visitor.network) }
    }
}

/// Who must wait, and how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    pub subject: String,
    pub wait_s: u64,
}

/// # Errors
/// 429 with `Retry-After`, `RateLimit` and `RateLimit-Policy` while either is blocked, whether or not the account exists.
pub async fn check(db: &mut PgConnection, subjects: &Subjects, limits: &Limits) -> Result<()> {
    let Some(block) = queries::find_block(db, subjects).await? else { return Ok(()) };
    let (name, throttle) = if block.subject == subjects.account {
        ("wrong-log-ins-to-account", limits.account_throttle)
    } else {
        ("wrong-log-ins-from-address", limits.address_throttle)
    };
    let policy = Policy { name, quota: throttle.free, window_s: throttle.forget_after.as_secs() };
    Err(policy.used_up("There were too many wrong log-ins. Wait a little.", block.wait_s).into())
}

/// Counts one wrong log-in.
///
/// # Errors
/// When the database does not take it.
pub async fn count(db: &mut PgConnection, subjects: &Subjects, limits: &Limits) -> Result<()> {
    queries::record_failure(db, &subjects.account, &limits.account_throttle).await?;
    queries::record_failure(db, &subjects.address, &limits.address_throttle).await
}

/// What everybody gets who is not let in: it does not say whether the account exists.
pub fn credentials_invalid() -> Refusal {
    Refusal::new(http::StatusCode::UNAUTHORIZED, "credentials_invalid", "This did not work", "The email address or the password is wrong.")
        .with_header(http::header::WWW_AUTHENTICATE, http::HeaderValue::from_static("Bearer realm=\"tradewind\""))
}
