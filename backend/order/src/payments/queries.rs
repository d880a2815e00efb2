//! Every statement about attempts to be paid. The caller owns the transaction.

use sqlx::PgConnection;
use time::OffsetDateTime;
use tradewind_contract::{OrderId, payments::Authorization};
use tradewind_kit::{Error, Result};
use uuid::Uuid;

/// Where an attempt stands, by what the provider is known to have said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptState {
    /// It is, or will be, asked; the answer is not known.
    Requested,
    Authorized,
    Declined,
    /// The parcel is about to leave: the money is being taken.
    Capturing,
    Captured,
    Voided,
    Refunded,
}

impl AttemptState {
    const ALL: [Self; 7] =
        [Self::Requested, Self::Authorized, Self::Declined, Self::Capturing, Self::Captured, Self::Voided, Self::Refunded];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Authorized => "authorized",
            Self::Declined => "declined",
            Self::Capturing => "capturing",
            Self::Captured => "captured",
            Self::Voided => "voided",
            Self::Refunded => "refunded",
        }
    }

    fn parse(text: &str) -> Result<Self> {
        let known = Self::ALL.into_iter().find(|state| state.as_str() == text);
        known.ok_or_else(|| Error::Corrupt(format!("{text:?} is no state of a payment")))
    }
}

/// A try to be paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// 1, 2, 3 ... per order.
    pub attempt: i32,
    /// What the provider knows it by, and the idempotency key of asking.
    pub reference: String,
    pub state: AttemptState,
    pub authorization: Option<Uuid>,
    pub payment_token: String,
}

/// Opens the next attempt, with another card or, without `payment_token`, the order's own.
///
/// # Errors
/// When the database does not answer, or another has just opened it (`payments_pkey`).
#[tracing::instrument(skip_all, name = "sql insert_attempt", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn open_attempt(db: &mut PgConnection, order: OrderId, payment_token: Option<&str>) -> Result<Attempt> {
    sqlx::query!(
        "INSERT INTO payments (order_id, attempt, reference, amount, state, payment_token)
         SELECT o.id, n.attempt, o.id || ':' || n.attempt, o.total, 'requested', $2
         FROM orders o, LATERAL (SELECT coalesce(max(p.attempt), 0) + 1 AS attempt FROM payments p WHERE p.order_id = o.id) n
         WHERE o.id = $1",
        order.as_uuid(),
        payment_token,
    )
    .execute(&mut *db)
    .await?;
    latest_attempt(db, order).await?.ok_or_else(|| Error::Corrupt(format!("order {order} has no payment")))
}

/// The only attempt that may still move: a new one is opened when those before are declined.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql latest_attempt", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn latest_attempt(db: &mut PgConnection, order: OrderId) -> Result<Option<Attempt>> {
    let row = sqlx::query!(
        r#"SELECT p.attempt, p.reference, p.state, p.authorization_id, coalesce(p.payment_token, o.payment_token) AS "payment_token!"
           FROM payments p JOIN orders o ON o.id = p.order_id WHERE p.order_id = $1 ORDER BY p.attempt DESC LIMIT 1"#,
        order.as_uuid(),
    )
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(Attempt {
            attempt: row.attempt,
            reference: row.reference,
            state: AttemptState::parse(&row.state)?,
            authorization: row.authorization_id,
            payment_token: row.payment_token,
        })
    })
    .transpose()
}

/// Notes where an attempt stands now, and what the provider said of it.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql record_attempt", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn record_attempt(
    db: &mut PgConnection,
    order: OrderId,
    attempt: i32,
    state: AttemptState,
    authorization: Option<&Authorization>,
) -> Result<()> {
    sqlx::query!(
        "UPDATE payments SET state = $3, authorization_id = coalesce($4, authorization_id), reason = coalesce($5, reason), updated_at = now()
         WHERE order_id = $1 AND attempt = $2",
        order.as_uuid(),
        attempt,
        state.as_str(),
        authorization.map(|a| a.id),
        authorization.and_then(|a| a.reason.as_deref()),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// When the order's held pieces can be bought by others, by the database's clock; `None` when that has passed or nothing is held.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql select_hold_end", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_hold_end(db: &mut PgConnection, order: OrderId) -> Result<Option<OffsetDateTime>> {
    Ok(sqlx::query_scalar!(
        "SELECT min(expires_at) FROM holds WHERE order_id = $1 AND state = 'held' HAVING min(expires_at) > now()",
        order.as_uuid(),
    )
    .fetch_optional(db)
    .await?
    .flatten())
}

/// What we have written down of an attempt, to be compared with what the provider says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    pub order: OrderId,
    pub attempt: i32,
    pub reference: String,
    pub state: AttemptState,
    pub total: i64,
    /// The accounts' balances, of all the order's attempts: one at most is not zero.
    pub authorized: i64,
    pub captured: i64,
    updated_at: OffsetDateTime,
}

/// Up to `limit` attempts that changed since they were compared, and have been quiet for 30 s; and those that differed.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql select_booked", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_booked(db: &mut PgConnection, limit: i64) -> Result<Vec<Booked>> {
    let rows = sqlx::query!(
        r#"WITH to_compare AS (
               (SELECT order_id, attempt FROM payments
                WHERE (compared_at IS NULL OR compared_at < updated_at) AND updated_at < now() - interval '30 seconds' AND state <> 'requested'
                ORDER BY updated_at LIMIT $1)
               UNION SELECT order_id, attempt FROM payment_differences
           )
           SELECT p.order_id, p.attempt, p.reference, p.state, p.amount, p.updated_at,
                  coalesce(sum(l.amount) FILTER (WHERE l.account = 'authorized'), 0)::bigint AS "authorized!",
                  coalesce(sum(l.amount) FILTER (WHERE l.account = 'captured'), 0)::bigint AS "captured!"
           FROM to_compare JOIN payments p USING (order_id, attempt) LEFT JOIN ledger_entries l ON l.order_id = p.order_id
           GROUP BY p.order_id, p.attempt"#,
        limit,
    )
    .fetch_all(db)
    .await?;
    let booked = rows.into_iter().map(|row| {
        Ok(Booked {
            order: row.order_id.into(),
            attempt: row.attempt,
            reference: row.reference,
            state: AttemptState::parse(&row.state)?,
            total: row.amount,
            authorized: row.authorized,
            captured: row.captured,
            updated_at: row.updated_at,
        })
    });
    booked.collect()
}

/// Notes that an attempt was compared, and how it differs if it does; what agrees again is no difference any more.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql record_comparison", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn record_comparison(db: &mut PgConnection, booked: &Booked, difference: Option<(&str, &str)>) -> Result<()> {
    let (ours, theirs) = difference.unzip();
    sqlx::query!(
        "WITH compared AS (UPDATE payments SET compared_at = $3 WHERE order_id = $1 AND attempt = $2),
              agreed AS (DELETE FROM payment_differences WHERE order_id = $1 AND attempt = $2 AND $4::text IS NULL)
         INSERT INTO payment_differences (order_id, attempt, ours, theirs) SELECT $1, $2, $4, $5 WHERE $4::text IS NOT NULL
         ON CONFLICT (order_id, attempt) DO UPDATE SET ours = EXCLUDED.ours, theirs = EXCLUDED.theirs, last_seen_at = now()",
        booked.order.as_uuid(),
        booked.attempt,
        booked.updated_at,
        ours,
        theirs,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// How many attempts differ.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql count_differences", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn count_differences(db: &mut PgConnection) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM payment_differences"#).fetch_one(db).await?)
}
