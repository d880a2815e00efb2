//! The payment provider itself, with a file of what it did.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::{extract::State, middleware, response::IntoResponse};
use http::StatusCode;
use tokio_util::sync::CancellationToken;
use tradewind_contract::OrderId;
use tradewind_payments::{app::app, config::Timing, ledger::Record, state::AppState, store::Store};
use uuid::Uuid;

pub struct Provider {
    pub url: String,
    file: PathBuf,
    away: Arc<AtomicBool>,
}

impl Provider {
    pub async fn start() -> Self {
        let file = std::env::temp_dir().join(format!("tradewind-saga-{}", Uuid::now_v7().simple()));
        let state = AppState { store: Store::open(Some(&file)).unwrap(), timing: Timing::default(), stop: CancellationToken::new() };
        let away = Arc::<AtomicBool>::default();
        let app = app(state).layer(middleware::from_fn_with_state(away.clone(), fail_while_away));
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(axum::serve(listener, app).into_future());
        Self { url, file, away }
    }

    /// While it is away it fails, and does nothing.
    pub fn set_away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }

    /// Everything that it did for an order, in its order.
    pub fn done(&self, order: OrderId) -> Vec<String> {
        let text = std::fs::read_to_string(&self.file).unwrap();
        let mut ours = Vec::new();
        let mut done = Vec::new();
        for record in text.lines().map(|line| serde_json::from_str::<Record>(line).unwrap()) {
            match record {
                Record::Answered { authorization, .. } if authorization.reference.starts_with(&order.to_string()) => {
                    ours.push(authorization.id);
                    done.push(format!("{:?}", authorization.status).to_lowercase());
                }
                Record::Moved { authorization_id, status } if ours.contains(&authorization_id) => {
                    done.push(format!("{status:?}").to_lowercase());
                }
                Record::Refunded { refund, .. } if ours.contains(&refund.authorization_id) => done.push("refund".to_owned()),
                _ => {}
            }
        }
        done
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        // What is left in a directory for temporary files is nobody's trouble.
        let _ = std::fs::remove_file(&self.file);
    }
}

async fn fail_while_away(
    State(away): State<Arc<AtomicBool>>,
    request: axum::extract::Request,
    next: middleware::Next,
) -> axum::response::Response {
    if away.load(Ordering::SeqCst) { StatusCode::INTERNAL_SERVER_ERROR.into_response() } else { next.run(request).await }
}
