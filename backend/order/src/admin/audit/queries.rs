//! Every statement about what operators did. The caller owns the transaction.

use sqlx::PgConnection;
use tradewind_contract::{Timestamp, UserId, operators::AuditEntry};
use tradewind_kit::{Result, telemetry};

/// Notes a deed in the transaction that does it. Neither `subject` nor `action` may tell anything personal: ids only.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql insert_audit_entry", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn insert_entry(db: &mut PgConnection, actor: UserId, action: &str, subject: &str, reason: &str) -> Result<()> {
    // Zeros where nobody traces.
    let trace_id = Some(telemetry::trace_id()).filter(|id| id.bytes().any(|digit| digit != b'0'));
    sqlx::query!(
        "INSERT INTO audit_entries (actor, action, subject, reason, trace_id) VALUES ($1, $2, $3, $4, $5)",
        actor.as_uuid(),
        action,
        subject,
        reason.trim(),
        trace_id,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Up to `limit` before the entry `before`, the newest first.
///
/// # Errors
/// When the database does not answer.
#[tracing::instrument(skip_all, name = "sql select_audit_entries", fields(otel.kind = "client", db.system.name = "postgresql"))]
pub async fn select_entries(db: &mut PgConnection, before: Option<i64>, limit: i64) -> Result<Vec<AuditEntry>> {
    let rows = sqlx::query!(
        "SELECT id, at, actor, action, subject, reason, trace_id FROM audit_entries
         WHERE id < coalesce($1::bigint, 9223372036854775807) ORDER BY id DESC LIMIT $2",
        before,
        limit,
    )
    .fetch_all(db)
    .await?;
    let entries = rows.into_iter().map(|row| AuditEntry {
        id: row.id,
        at: Timestamp(row.at),
        actor: row.actor.into(),
        action: row.action,
        subject: row.subject,
        reason: row.reason,
        trace_id: row.trace_id,
    });
    Ok(entries.collect())
}
