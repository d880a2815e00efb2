use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use http::{HeaderMap, StatusCode};
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio_stream::wrappers::ReceiverStream;
use tradewind_contract::{OrderId, UserId, headers::LAST_EVENT_ID, limits::STREAM_COMMENT, orders::OrderEvent};
use tradewind_kit::{
    Refusal, Result,
    auth::Caller,
    consistency::{ConsistencyToken, ReadAfter},
    extract::{NoQuery, Path},
};

use super::{queries, watch::Step};
use crate::state::AppState;

/// How often a stream looks by itself, should an announcement be lost.
const FALLBACK: Duration = Duration::from_secs(3);

/// An order's steps: those that happened, then each new one as it happens. `Last-Event-ID` resumes after a version.
#[utoipa::path(
    get, path = "/orders/{id}/events", tag = "orders", security(("bearer" = [])), params(("id" = String, Path), ("Last-Event-ID" = Option<i64>, Header)),
    responses(
        (status = 200, content_type = "text/event-stream", body = OrderEvent),
        (status = 204, description = "Last-Event-ID names the order's last step of all"),
        (status = 401, body = tradewind_contract::Problem), (status = 404, body = tradewind_contract::Problem),
    ),
)]
pub async fn order_events(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<OrderId>,
    _: NoQuery,
    ReadAfter(after): ReadAfter,
    headers: HeaderMap,
) -> Result<Response> {
    let seen = match headers.get(LAST_EVENT_ID) {
        None => 0,
        Some(value) => value.to_str().ok().and_then(|text| text.parse().ok()).filter(|version| *version >= 0).ok_or_else(|| {
            Refusal::bad_request("last_event_id_invalid", "Last-Event-ID cannot be used", "It is the version of an order, such as 2.")
        })?,
    };
    // Subscribed before the first look, so that no step falls between.
    let steps = state.watch.subscribe();
    // From the step that was seen last: it may have been the order's last of all.
    let mut first = read(&state, id, caller.user, (seen - 1).max(0), after.as_ref()).await?.ok_or_else(Refusal::not_found)?;
    if first.iter().any(|step| step.version <= seen && step.status.is_final()) {
        // What tells an EventSource not to come again.
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    first.retain(|step| step.version > seen);
    let (sender, receiver) = tokio::sync::mpsc::channel(8);
    let follow = Follow { state, id, owner: caller.user, seen, steps, sender };
    tokio::spawn(follow.run(first));
    Ok(Sse::new(ReceiverStream::new(receiver)).keep_alive(KeepAlive::new().interval(STREAM_COMMENT).text("still here")).into_response())
}

async fn read(
    state: &AppState,
    id: OrderId,
    owner: UserId,
    seen: i64,
    after: Option<&ConsistencyToken>,
) -> Result<Option<Vec<OrderEvent>>> {
    let mut db = state.database.reader(after).await?;
    queries::select_steps(&mut db, id, owner, seen).await
}

struct Follow {
    state: AppState,
    id: OrderId,
    owner: UserId,
    seen: i64,
    steps: Receiver<Step>,
    sender: tokio::sync::mpsc::Sender<Result<Event, Infallible>>,
}

impl Follow {
    /// Until the reader goes, the service stops, or nothing can follow any more.
    async fn run(mut self, first: Vec<OrderEvent>) {
        let mut news = first;
        loop {
            for event in news {
                let last = event.status.is_final();
                self.seen = self.seen.max(event.version);
                let Ok(message) = Event::default().id(event.version.to_string()).event("order").json_data(&event) else { return };
                if self.sender.send(Ok(message)).await.is_err() || last {
                    return;
                }
            }
            let Some(after) = self.wait().await else { return };
            news = match read(&self.state, self.id, self.owner, self.seen, after.as_ref()).await {
                Ok(news) => news.unwrap_or_default(),
                Err(error) => {
                    tracing::debug!(%error, "an order's steps cannot be read right now");
                    Vec::new()
                }
            };
        }
    }

    /// Waits for a step of this order or the fallback interval; `None` ends the stream.
    async fn wait(&mut self) -> Option<Option<ConsistencyToken>> {
        let fallback = tokio::time::sleep(FALLBACK);
        tokio::pin!(fallback);
        loop {
            tokio::select! {
                () = self.sender.closed() => return None,
                () = self.state.watch.stopped() => return None,
                () = &mut fallback => return Some(None),
                step = self.steps.recv() => match step {
                    Ok(step) if step.order == self.id => return Some(Some(step.token)),
                    Ok(_) => {}
                    // Too many at once: one of the missed may have been ours.
                    Err(RecvError::Lagged(_)) => return Some(None),
                    Err(RecvError::Closed) => return None,
                },
            }
        }
    }
}
