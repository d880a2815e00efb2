//! Connections from the gateway, as `axum::serve` has them, but for what it does not let one choose.

use std::pin::pin;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The gateway lets 1,000 headers through and adds a few. hyper's own limit is 100: what is beyond gets a 431 without a body.
const HEADERS_MAX: usize = 1_100;

/// Serves every connection of `listener` until `closing`, and then what has begun.
pub async fn serve(mut listener: TcpListener, app: Router, closing: CancellationToken) {
    let mut http = http1::Builder::new();
    // One that is none, with a control character in it, would be a 400 without a body; it says nothing, so it is passed over.
    http.max_headers(HEADERS_MAX).ignore_invalid_headers(true);
    let (service, open) = (TowerToHyperService::new(app), TaskTracker::new());
    loop {
        let (stream, _) = tokio::select! {
            accepted = axum::serve::Listener::accept(&mut listener) => accepted,
            () = closing.cancelled() => break,
        };
        let (connection, closing) = (http.serve_connection(TokioIo::new(stream), service.clone()), closing.clone());
        open.spawn(async move {
            let mut connection = pin!(connection);
            let outcome = tokio::select! {
                outcome = connection.as_mut() => outcome,
                () = closing.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(error) = outcome {
                tracing::debug!(%error, "a connection broke");
            }
        });
    }
    drop(listener);
    open.close();
    open.wait().await;
}
