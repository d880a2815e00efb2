//! Starting, reporting readiness, draining.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{Router, extract::State, routing::get};
use http::{StatusCode, header};
use prometheus::{Encoder, TextEncoder};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{config::Common, connections};

/// After readiness turns 503, this long passes before the listener closes, so that a balancer notices.
const BALANCER_NOTICE: Duration = Duration::from_millis(500);

/// Whether an instance can serve; checks run on each question, with a time limit.
#[derive(Clone)]
pub struct Readiness(Arc<Inner>);

struct Inner {
    draining: AtomicBool,
    check: Box<dyn Fn() -> futures::future::BoxFuture<'static, Result<(), String>> + Send + Sync>,
}

impl Readiness {
    pub fn new<F, Fut>(check: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        Self(Arc::new(Inner { draining: AtomicBool::new(false), check: Box::new(move || Box::pin(check())) }))
    }

    async fn answer(&self) -> (StatusCode, String) {
        if self.0.draining.load(Ordering::Acquire) {
            return (StatusCode::SERVICE_UNAVAILABLE, "draining\n".into());
        }
        match tokio::time::timeout(Duration::from_secs(1), (self.0.check)()).await {
            Ok(Ok(())) => (StatusCode::OK, "ready\n".into()),
            Ok(Err(why)) => (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")),
            Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "a dependency does not answer\n".into()),
        }
    }
}

/// Cancelled by SIGTERM or SIGINT.
pub fn shutdown_signal() -> anyhow::Result<CancellationToken> {
    use tokio::signal::unix::{SignalKind, signal};
    let token = CancellationToken::new();
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let cancelled = token.clone();
    tokio::spawn(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
        tracing::info!("stopping");
        cancelled.cancel();
    });
    Ok(token)
}

/// Health and metrics on the internal address, until `stop`.
///
/// # Errors
/// When the address cannot be bound.
pub async fn serve_internal(
    common: &Common,
    readiness: Readiness,
    registry: prometheus::Registry,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let app = Router::new()
        .route("/health/live", get(|| async { "alive\n" }))
        .route("/health/ready", get(async |State(readiness): State<Readiness>| readiness.answer().await))
        .with_state(readiness)
        .route(
            "/metrics",
            get(async move || {
                let mut text = Vec::new();
                let outcome = TextEncoder::new().encode(&registry.gather(), &mut text);
                let status = if outcome.is_ok() { StatusCode::OK } else { StatusCode::INTERNAL_SERVER_ERROR };
                (status, [(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text)
            }),
        );
    let listener = bind(common.internal).await?;
    tokio::spawn(async move {
        let served = axum::serve(listener, app).with_graceful_shutdown(async move { stop.cancelled().await }).await;
        if let Err(error) = served {
            tracing::error!(%error, "the internal listener failed");
        }
    });
    Ok(())
}

/// Serves `app` until `stop`, then drains: not ready, a moment for the balancer, no new connections,
/// what began may finish within the grace time.
///
/// # Errors
/// When an address cannot be bound.
pub async fn serve(
    common: &Common,
    app: Router,
    readiness: Readiness,
    registry: prometheus::Registry,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let internal_stop = CancellationToken::new();
    serve_internal(common, readiness.clone(), registry, internal_stop.clone()).await?;
    let listener = bind(common.listen).await?;
    tracing::info!(address = %common.listen, internal = %common.internal, "serving");
    let closing = CancellationToken::new();
    let server = tokio::spawn(connections::serve(listener, app, closing.clone()));
    stop.cancelled().await;
    readiness.0.draining.store(true, Ordering::Release);
    tokio::time::sleep(BALANCER_NOTICE).await;
    closing.cancel();
    match tokio::time::timeout(common.shutdown_grace, server).await {
        Ok(Ok(())) => tracing::info!("drained"),
        Ok(Err(error)) => tracing::error!(%error, "the listener's task failed"),
        Err(_) => tracing::warn!("some requests did not finish within the grace time"),
    }
    internal_stop.cancel();
    Ok(())
}

async fn bind(address: std::net::SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| anyhow::anyhow!("cannot listen on {address}: {error}"))
}
