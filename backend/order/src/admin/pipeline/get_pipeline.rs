use std::{collections::BTreeMap, time::Duration};

use axum::{Json, extract::State};
use tradewind_contract::{
    Problem, Timestamp,
    operators::{ConsumerState, OutboxState, Pipeline},
    routes::admin as path,
};
use tradewind_kit::{
    Result,
    auth::Operator,
    extract::NoQuery,
    failures::{self, Counts},
    outbox, relay,
};

use super::queries;
use crate::{payments::queries::count_differences, state::AppState};

const MINUTES: i32 = 60;
/// A worker reports every 2 s; one that has said nothing for so long is dead.
const ALIVE: Duration = Duration::from_secs(10);

/// The outboxes, the consumers and the workers as they are now, and how many orders the last hour's minutes had.
#[utoipa::path(
    get, path = path::PIPELINE, tag = "operators", security(("bearer" = [])),
    responses(
        (status = 200, body = Pipeline), (status = 401, body = Problem),
        (status = 403, description = "operator_required", body = Problem),
    ),
)]
pub async fn get_pipeline(State(state): State<AppState>, _: Operator, _: NoQuery) -> Result<Json<Pipeline>> {
    // Of a replica that lags, every worker would look dead.
    let mut db = state.database.writer().await?;
    let at = Timestamp(queries::select_now(&mut db).await?);
    // Our own outbox can be asked, which matters most when no worker is there to report.
    let mut outboxes = queries::select_outboxes(&mut db, ALIVE).await?;
    let backlog = outbox::backlog(&mut db).await?;
    let own = own_outbox(&mut outboxes, state.database.name(), at);
    own.waiting = backlog.events.unsigned_abs();
    own.oldest_ms = backlog.age_ms();
    own.slices_owned = u32::try_from(relay::owned_slices(&mut db).await?).unwrap_or_default();
    own.reported_at = at;
    let lags = queries::select_lags(&mut db, ALIVE).await?;
    let counts = failures::counts(&mut db).await?;
    Ok(Json(Pipeline {
        at,
        orders_per_minute: queries::count_orders_per_minute(&mut db, MINUTES).await?,
        outboxes,
        consumers: consumers(lags, counts),
        workers: queries::select_workers(&mut db, ALIVE).await?,
        payment_differences: count_differences(&mut db).await?.unsigned_abs(),
    }))
}

/// The one that was reported of `database`, or a new one.
fn own_outbox<'a>(outboxes: &'a mut Vec<OutboxState>, database: &str, at: Timestamp) -> &'a mut OutboxState {
    let place = outboxes.iter().position(|outbox| outbox.database == database).unwrap_or_else(|| {
        let unreported = OutboxState {
            database: database.to_owned(),
            waiting: 0,
            oldest_ms: 0,
            published_per_second: 0.0,
            slices_owned: 0,
            slices: relay::SLICES.unsigned_abs().into(),
            reported_at: at,
        };
        outboxes.insert(0, unreported);
        0
    });
    &mut outboxes[place]
}

/// Those that workers tell of, and those that have something held back, by name.
fn consumers(lags: Vec<(String, Option<u64>)>, counts: Vec<Counts>) -> Vec<ConsumerState> {
    let nothing = |name: &str, lag| ConsumerState { name: name.to_owned(), lag, retrying: 0, parked: 0, dead: 0 };
    let mut consumers: BTreeMap<String, ConsumerState> = lags.into_iter().map(|(name, lag)| (name.clone(), nothing(&name, lag))).collect();
    for held in counts {
        let consumer = consumers.entry(held.consumer).or_insert_with_key(|name| nothing(name, None));
        consumer.retrying = held.retrying.unsigned_abs();
        consumer.parked = held.parked.unsigned_abs();
        consumer.dead = held.dead.unsigned_abs();
    }
    consumers.into_values().collect()
}
