//! Every statement about sessions, refresh tokens and wrong log-ins.

use std::time::Duration;

use sqlx::PgConnection;
use time::OffsetDateTime;
use tradewind_contract::{SessionId, UserId, limits::DEVICES_MAX};
use tradewind_kit::Result;
use uuid::Uuid;

use super::{
    model::{Credentials, DeviceRow, NewSession, Presented, RefreshToken},
    throttle::{Block, Subjects},
};
use crate::{
    accounts::model::{ChangedUserRow, UserRow},
    config::Throttle,
};

/// A guest with a session in one statement, because every visitor who puts something in a cart needs one.
#[tracing::instrument(skip_all, name = "sql insert_guest", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn insert_guest(db: &mut PgConnection, guest: UserId, session: &NewSession) -> Result<OffsetDateTime> {
    Ok(sqlx::query_scalar!(
        r#"WITH guest AS (
               INSERT INTO users (id, role) VALUES ($1, 'guest') RETURNING created_at
           ), opened AS (
               INSERT INTO sessions (id, user_id, user_agent, expires_at) VALUES ($2, $1, $3, now() + make_interval(secs => $4))
           )
           INSERT INTO refresh_tokens (token_hash, session_id) VALUES ($5, $2)
           RETURNING (SELECT created_at FROM guest) AS "created_at!""#,
        guest.as_uuid(),
        session.id.as_uuid(),
        session.user_agent,
        session.life.as_secs_f64(),
        session.refresh_token.hash(),
    )
    .fetch_one(db)
    .await?)
}

#[tracing::instrument(skip_all, name = "sql insert_session", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn insert_session(db: &mut PgConnection, user: UserId, session: &NewSession) -> Result<()> {
    sqlx::query!(
        "WITH opened AS (
             INSERT INTO sessions (id, user_id, user_agent, expires_at) VALUES ($2, $1, $3, now() + make_interval(secs => $4))
         )
         INSERT INTO refresh_tokens (token_hash, session_id) VALUES ($5, $2)",
        user.as_uuid(),
        session.id.as_uuid(),
        session.user_agent,
        session.life.as_secs_f64(),
        session.refresh_token.hash(),
    )
    .execute(db)
    .await?;
    Ok(())
}

#[tracing::instrument(skip_all, name = "sql find_credentials", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn find_credentials(db: &mut PgConnection, email: &str) -> Result<Option<Credentials>> {
    Ok(sqlx::query_as!(
        Credentials,
        r#"SELECT id, password_hash AS "password_hash!" FROM users
           WHERE lower(email) = lower($1) AND email IS NOT NULL AND password_hash IS NOT NULL AND erased_at IS NULL"#,
        email,
    )
    .fetch_optional(db)
    .await?)
}

/// Takes the account's next event number, if it still has the password that was verified.
#[tracing::instrument(skip_all, name = "sql begin_login", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn begin_login(db: &mut PgConnection, verified: &Credentials) -> Result<Option<(UserRow, i64)>> {
    let row = sqlx::query_as!(
        ChangedUserRow,
        "UPDATE users SET version = version + 1
         WHERE id = $1 AND password_hash = $2 AND erased_at IS NULL
         RETURNING id, role, email, display_name, locale, created_at, version",
        verified.id,
        verified.password_hash,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(ChangedUserRow::split))
}

/// Looks a refresh token up and locks its session, so that two uses of one family come one after the other.
#[tracing::instrument(skip_all, name = "sql lock_refresh_token", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn lock_refresh_token(db: &mut PgConnection, token: &RefreshToken, grace: Duration) -> Result<Option<Presented>> {
    let row = sqlx::query!(
        r#"SELECT s.id AS session_id,
                  r.used_at IS NOT NULL AS "used!",
                  coalesce(r.used_at >= clock_timestamp() - make_interval(secs => $2), false) AS "in_grace!",
                  (s.ended_at IS NOT NULL OR s.expires_at <= clock_timestamp() OR u.erased_at IS NOT NULL) AS "over!",
                  greatest(0, extract(epoch FROM s.expires_at - clock_timestamp()))::bigint AS "left_s!",
                  u.id, u.role, u.email, u.display_name, u.locale, u.created_at
           FROM refresh_tokens r
           JOIN sessions s ON s.id = r.session_id
           JOIN users u ON u.id = s.user_id
           WHERE r.token_hash = $1
           FOR UPDATE OF r, s"#,
        token.hash(),
        grace.as_secs_f64(),
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Presented {
        session_id: row.session_id,
        used: row.used,
        in_grace: row.in_grace,
        over: row.over,
        left_s: row.left_s,
        user: UserRow {
            id: row.id,
            role: row.role,
            email: row.email,
            display_name: row.display_name,
            locale: row.locale,
            created_at: row.created_at,
        },
    }))
}

/// Exchanges a token for its successor. The time of its first use stays, so that the grace does not grow.
#[tracing::instrument(skip_all, name = "sql replace_refresh_token", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn replace_refresh_token(db: &mut PgConnection, session: Uuid, used: &RefreshToken, next: &RefreshToken) -> Result<()> {
    sqlx::query!(
        "WITH spent AS (
             UPDATE refresh_tokens SET used_at = coalesce(used_at, now()), replaced_by = $3 WHERE token_hash = $2
         ), seen AS (
             UPDATE sessions SET last_seen_at = now() WHERE id = $1
         )
         INSERT INTO refresh_tokens (token_hash, session_id) VALUES ($3, $1)",
        session,
        used.hash(),
        next.hash(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Ends one of the user's own sessions; ending it again changes nothing. `false` when there is none such.
#[tracing::instrument(skip_all, name = "sql end_own_session", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn end_own_session(db: &mut PgConnection, owner: UserId, session: SessionId) -> Result<bool> {
    let outcome = sqlx::query!(
        "UPDATE sessions SET ended_at = coalesce(ended_at, now()) WHERE id = $1 AND user_id = $2",
        session.as_uuid(),
        owner.as_uuid(),
    )
    .execute(db)
    .await?;
    Ok(outcome.rows_affected() == 1)
}

/// Ends the family of a token that was used again.
#[tracing::instrument(skip_all, name = "sql end_family", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn end_family(db: &mut PgConnection, session: Uuid) -> Result<()> {
    sqlx::query!("UPDATE sessions SET ended_at = coalesce(ended_at, now()) WHERE id = $1", session).execute(db).await?;
    Ok(())
}

/// Ends every session of a user and answers with those that were still open.
#[tracing::instrument(skip_all, name = "sql end_all_sessions", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn end_all_sessions(db: &mut PgConnection, user: UserId) -> Result<Vec<SessionId>> {
    let ended =
        sqlx::query_scalar!("UPDATE sessions SET ended_at = now() WHERE user_id = $1 AND ended_at IS NULL RETURNING id", user.as_uuid())
            .fetch_all(db)
            .await?;
    Ok(ended.into_iter().map(SessionId::from).collect())
}

/// Ends every session of a user but the current one, and answers with those that were still open.
#[tracing::instrument(skip_all, name = "sql end_other_sessions", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn end_other_sessions(db: &mut PgConnection, user: UserId, current: SessionId) -> Result<Vec<SessionId>> {
    let ended = sqlx::query_scalar!(
        "UPDATE sessions SET ended_at = now() WHERE user_id = $1 AND id <> $2 AND ended_at IS NULL RETURNING id",
        user.as_uuid(),
        current.as_uuid(),
    )
    .fetch_all(db)
    .await?;
    Ok(ended.into_iter().map(SessionId::from).collect())
}

/// Open sessions, newest first.
#[tracing::instrument(skip_all, name = "sql select_devices", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_devices(db: &mut PgConnection, user: UserId) -> Result<Vec<DeviceRow>> {
    Ok(sqlx::query_as!(
        DeviceRow,
        "SELECT id, created_at, last_seen_at, user_agent FROM sessions
         WHERE user_id = $1 AND ended_at IS NULL AND expires_at > now()
         ORDER BY created_at DESC
         LIMIT $2",
        user.as_uuid(),
        i64::from(DEVICES_MAX),
    )
    .fetch_all(db)
    .await?)
}

/// The account or the address, whichever must wait longer; `None` when both may try now.
#[tracing::instrument(skip_all, name = "sql find_block", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn find_block(db: &mut PgConnection, subjects: &Subjects) -> Result<Option<Block>> {
    let row = sqlx::query!(
        r#"SELECT subject, ceil(extract(epoch FROM blocked_until - now()))::bigint AS "wait_s!"
           FROM login_failures WHERE subject IN ($1, $2) AND blocked_until > now() ORDER BY blocked_until DESC LIMIT 1"#,
        subjects.account,
        subjects.address,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Block { subject: row.subject, wait_s: row.wait_s.unsigned_abs() }))
}

/// Counts a wrong log-in. Past the free ones each blocks for 1 s, 2 s, 4 s and so on up to the throttle's maximum.
#[tracing::instrument(skip_all, name = "sql record_failure", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn record_failure(db: &mut PgConnection, subject: &str, throttle: &Throttle) -> Result<()> {
    sqlx::query!(
        "INSERT INTO login_failures AS f (subject, count, blocked_until)
         VALUES ($1, 1, now())
         ON CONFLICT (subject) DO UPDATE SET
             count = CASE WHEN f.last_at < now() - make_interval(secs => $4) THEN 1 ELSE f.count + 1 END,
             blocked_until = CASE
                 WHEN f.last_at < now() - make_interval(secs => $4) OR f.count < $2 THEN now()
                 -- 2^20 s is beyond any maximum, and far from overflowing.
                 ELSE now() + make_interval(secs => least($3::float8, 2.0 ^ least(f.count - $2, 20)))
             END,
             last_at = now()",
        subject,
        i32::try_from(throttle.free).unwrap_or(i32::MAX),
        throttle.delay_max.as_secs_f64(),
        throttle.forget_after.as_secs_f64(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The account's count begins again; the address's does not, or an attacker would reset it with an account of their own.
#[tracing::instrument(skip_all, name = "sql forget_failures", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn forget_failures(db: &mut PgConnection, subjects: &Subjects) -> Result<()> {
    sqlx::query!("DELETE FROM login_failures WHERE subject = $1", subjects.account).execute(db).await?;
    Ok(())
}

/// Removes wrong log-ins that count no longer. Answers with how many.
#[tracing::instrument(skip_all, name = "sql delete_old_failures", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn delete_old_failures(db: &mut PgConnection, older_than: Duration, at_most: i64) -> Result<u64> {
    let outcome = sqlx::query!(
        "DELETE FROM login_failures WHERE subject IN (
             SELECT subject FROM login_failures
             WHERE last_at < now() - make_interval(secs => $1) AND blocked_until < now()
             LIMIT $2 FOR UPDATE SKIP LOCKED
         )",
        older_than.as_secs_f64(),
        at_most,
    )
    .execute(db)
    .await?;
    Ok(outcome.rows_affected())
}

/// Removes sessions that have been over for a while, with their refresh tokens. Answers with how many.
#[tracing::instrument(skip_all, name = "sql delete_old_sessions", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn delete_old_sessions(db: &mut PgConnection, over_for: Duration, at_most: i64) -> Result<u64> {
    // The tokens first: the foreign key is checked when the whole statement is done.
    let outcome = sqlx::query!(
        "WITH old AS (
             SELECT id FROM sessions
             WHERE least(ended_at, expires_at) < now() - make_interval(secs => $1)
             LIMIT $2 FOR UPDATE SKIP LOCKED
         ), tokens AS (
             DELETE FROM refresh_tokens WHERE session_id IN (SELECT id FROM old)
         )
         DELETE FROM sessions WHERE id IN (SELECT id FROM old)",
        over_for.as_secs_f64(),
        at_most,
    )
    .execute(db)
    .await?;
    Ok(outcome.rows_affected())
}
