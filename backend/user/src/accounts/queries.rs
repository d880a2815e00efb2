//! Every statement about accounts.

use sqlx::PgConnection;
use tradewind_contract::{UserId, users::UpdateMe};
use tradewind_kit::Result;
use uuid::Uuid;

use super::model::{ChangedUserRow, CurrentPassword, NewAccount, UserRow};

/// Makes a guest a shopper under the same id and answers with it and its next event's sequence; `None`
/// when it is a guest no longer.
#[tracing::instrument(skip_all, name = "sql promote_guest", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn promote_guest(db: &mut PgConnection, guest: UserId, account: &NewAccount) -> Result<Option<(UserRow, i64)>> {
    let row = sqlx::query_as!(
        ChangedUserRow,
        "UPDATE users
         SET role = 'shopper', email = $2, password_hash = $3, display_name = $4, version = version + 1
         WHERE id = $1 AND role = 'guest' AND erased_at IS NULL
         RETURNING id, role, email, display_name, locale, created_at, version",
        guest.as_uuid(),
        account.email,
        account.password_hash,
        account.display_name,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(ChangedUserRow::split))
}

/// A new shopper, with the sequence of its first event.
#[tracing::instrument(skip_all, name = "sql insert_shopper", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn insert_shopper(db: &mut PgConnection, account: &NewAccount) -> Result<(UserRow, i64)> {
    let row = sqlx::query_as!(
        ChangedUserRow,
        "INSERT INTO users (id, role, email, password_hash, display_name, version)
         VALUES ($1, 'shopper', $2, $3, $4, 1)
         RETURNING id, role, email, display_name, locale, created_at, version",
        Uuid::now_v7(),
        account.email,
        account.password_hash,
        account.display_name,
    )
    .fetch_one(db)
    .await?;
    Ok(row.split())
}

#[tracing::instrument(skip_all, name = "sql find_user", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn find_user(db: &mut PgConnection, user: UserId) -> Result<Option<UserRow>> {
    Ok(sqlx::query_as!(
        UserRow,
        "SELECT id, role, email, display_name, locale, created_at FROM users WHERE id = $1 AND erased_at IS NULL",
        user.as_uuid(),
    )
    .fetch_optional(db)
    .await?)
}

/// What is absent stays.
#[tracing::instrument(skip_all, name = "sql update_user", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn update_user(db: &mut PgConnection, user: UserId, change: &UpdateMe) -> Result<Option<UserRow>> {
    Ok(sqlx::query_as!(
        UserRow,
        "UPDATE users SET display_name = coalesce($2, display_name), locale = coalesce($3, locale)
         WHERE id = $1 AND erased_at IS NULL
         RETURNING id, role, email, display_name, locale, created_at",
        user.as_uuid(),
        change.display_name.as_deref().map(str::trim),
        change.locale.as_deref(),
    )
    .fetch_optional(db)
    .await?)
}

#[tracing::instrument(skip_all, name = "sql select_password", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_password(db: &mut PgConnection, user: UserId) -> Result<Option<CurrentPassword>> {
    Ok(sqlx::query_as!(
        CurrentPassword,
        r#"SELECT email AS "email!", password_hash AS "hash!" FROM users
           WHERE id = $1 AND email IS NOT NULL AND password_hash IS NOT NULL AND erased_at IS NULL"#,
        user.as_uuid(),
    )
    .fetch_optional(db)
    .await?)
}

/// `false` when the password is not the verified one any more.
#[tracing::instrument(skip_all, name = "sql update_password", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn update_password(db: &mut PgConnection, user: UserId, verified_hash: &str, new_hash: &str) -> Result<bool> {
    let outcome = sqlx::query!(
        "UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2 AND erased_at IS NULL",
        user.as_uuid(),
        verified_hash,
        new_hash,
    )
    .execute(db)
    .await?;
    Ok(outcome.rows_affected() == 1)
}

/// The role of the account with an address, if there is one.
#[tracing::instrument(skip_all, name = "sql find_role", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn find_role(db: &mut PgConnection, email: &str) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!("SELECT role FROM users WHERE lower(email) = lower($1)", email).fetch_optional(db).await?)
}

/// `false` when the address has an account by now.
#[tracing::instrument(skip_all, name = "sql insert_operator", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn insert_operator(db: &mut PgConnection, email: &str, password_hash: &str) -> Result<bool> {
    let outcome = sqlx::query!(
        "INSERT INTO users (id, role, email, password_hash, display_name) VALUES ($1, 'operator', $2, $3, 'Operator') ON CONFLICT DO NOTHING",
        Uuid::now_v7(),
        email,
        password_hash,
    )
    .execute(db)
    .await?;
    Ok(outcome.rows_affected() == 1)
}

/// Answers with the operator whose password it is now; `None` when the address has no operator.
#[tracing::instrument(skip_all, name = "sql set_operator_password", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn set_operator_password(db: &mut PgConnection, email: &str, password_hash: &str) -> Result<Option<UserId>> {
    let id = sqlx::query_scalar!(
        "UPDATE users SET password_hash = $2 WHERE lower(email) = lower($1) AND role = 'operator' AND erased_at IS NULL RETURNING id",
        email,
        password_hash,
    )
    .fetch_optional(db)
    .await?;
    Ok(id.map(Into::into))
}
