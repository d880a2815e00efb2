//! The reply that never comes: what was asked for is done, the connection stays silent and is then closed.

use axum::{
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use futures::stream;

use crate::state::AppState;

/// On a response: it is to be lost.
#[derive(Debug, Clone, Copy)]
pub struct LoseReply;

/// Holds marked responses back and closes the connection in their place.
pub async fn lose(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if response.extensions().get::<LoseReply>().is_none() {
        return response;
    }
    tokio::select! {
        () = tokio::time::sleep(state.timing.lost) => {}
        () = state.stop.cancelled() => {}
    }
    // A body that fails before its first byte makes HTTP/1 close the connection without sending the head.
    let broken = stream::once(async { Err::<&[u8], _>(std::io::Error::from(std::io::ErrorKind::ConnectionAborted)) });
    Response::new(Body::from_stream(broken))
}
