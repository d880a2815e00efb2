//! What all actions have in common: the table of steps is asked, and the audit told, in the transaction that acts.

use axum::Json;
use http::StatusCode;
use sqlx::PgConnection;
use tradewind_contract::{
    OrderId,
    operators::{OrderAction, OrderFile},
};
use tradewind_kit::{Refusal, Result, auth::Caller, database::transact, http::Written};

use super::{get_order, model::Standing};
use crate::{
    admin::audit::queries::insert_entry,
    orders::{
        queries::{LockedOrder, lock_order},
        watch,
    },
    payments::queries::{AttemptState, latest_attempt},
    returns::queries::lock_open_return,
    state::AppState,
};

/// Does `work` to the locked order if `action` is possible, and answers with its file.
///
/// # Errors
/// 404 when there is no such order, 409 when the action is not possible (any more), and what `work` fails with.
pub async fn act(
    state: &AppState,
    caller: &Caller,
    id: OrderId,
    action: OrderAction,
    reason: &str,
    work: impl AsyncFnOnce(&mut PgConnection, &LockedOrder) -> Result<()>,
) -> Result<Written<Json<OrderFile>>> {
    state.count_write(caller).await?;
    let (file, token) = transact(&state.database, async |db| {
        // Whoever else decides about it, operator or worker, waits here.
        let order = lock_order(db, id).await?.ok_or_else(Refusal::not_found)?;
        let standing = Standing {
            status: order.status,
            is_leaving: latest_attempt(db, id).await?.is_some_and(|attempt| attempt.state == AttemptState::Capturing),
            open_return: lock_open_return(db, id).await?.map(|open| open.state),
        };
        if !standing.allows(action) {
            return Err(standing.refuse(action).into());
        }
        work(db, &order).await?;
        let file = get_order::read(db, id).await?;
        insert_entry(db, caller.user, &format!("order.{}", action.as_str()), file.order.number.as_str(), reason).await?;
        Ok(file)
    })
    .await?;
    watch::announce(&state.redis, id, &token).await;
    Ok(Written { status: StatusCode::OK, body: Json(file), token })
}
