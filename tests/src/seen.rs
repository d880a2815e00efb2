//! What clients saw, written down for `./tradewind check --history`; the lines are described in `tradewind_checker::history`.

use std::{
    fs::File,
    io::Write,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use anyhow::{Context, Result};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use tradewind_contract::{OrderId, orders::Order};
use uuid::Uuid;

use crate::Shopper;

/// A history of its own; forgotten when it goes, unless the test fails.
pub struct SeenFile {
    pub path: PathBuf,
    file: Mutex<File>,
}

impl SeenFile {
    /// # Errors
    /// When no file can be made.
    pub fn new() -> Result<Self> {
        let path = std::env::temp_dir().join(format!("tradewind-seen-{}.jsonl", Uuid::new_v4()));
        let file = Mutex::new(File::create(&path).with_context(|| format!("{} cannot be made", path.display()))?);
        Ok(Self { path, file })
    }

    fn note(&self, line: &Value) -> Result<()> {
        // One write: lines of several shoppers do not mix.
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(file.write_all(format!("{line}\n").as_bytes())?)
    }

    /// Sends an order once, and notes what came of it.
    ///
    /// # Errors
    /// When it is not answered with 201.
    pub async fn order(&self, shopper: &Shopper, body: &Value, key: &str) -> Result<Order> {
        let sent = json!({"request": "POST /orders", "identity": shopper.identity, "key": key});
        let answer = shopper.answer(Method::POST, "/orders", Some(body), &[("Idempotency-Key", key)]).await;
        let (answer, order) = match answer {
            Ok(response) => placed(response).await,
            Err(error) => (json!("unknown"), Err(error)),
        };
        self.note(&with(sent, "answer", answer))?;
        order
    }

    /// Reads an order with the tokens that the shopper has by now, and notes how old it was.
    ///
    /// # Errors
    /// When the order does not come.
    pub async fn read(&self, shopper: &Shopper, id: OrderId) -> Result<Order> {
        let asked = json!({"request": "GET /orders/{id}", "id": id, "token": shopper.tokens()});
        let response = shopper.answer(Method::GET, &format!("/orders/{id}"), None, &[]).await?;
        let status = response.status();
        let order: Option<Order> = if status.is_success() { Some(response.json().await?) } else { None };
        self.note(&with(asked, "answer", json!({"status": status.as_u16(), "version": order.as_ref().map(|order| order.version)})))?;
        order.with_context(|| format!("GET /orders/{id}: {status}"))
    }
}

impl Drop for SeenFile {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            // What is left in a directory for temporary files is nobody's trouble.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

async fn placed(response: Response) -> (Value, Result<Order>) {
    let status = response.status();
    let token = response.headers().get("consistency-token").and_then(|value| value.to_str().ok()).map(str::to_owned);
    if status != StatusCode::CREATED {
        let refused = Err(anyhow::anyhow!("{status} {}", response.text().await.unwrap_or_default()));
        return (json!({"status": status.as_u16()}), refused);
    }
    match response.json::<Order>().await {
        Ok(order) => (json!({"status": status.as_u16(), "id": order.id, "version": order.version, "token": token}), Ok(order)),
        // Torn on its way.
        Err(error) => (json!("unknown"), Err(error.into())),
    }
}

fn with(mut line: Value, name: &str, value: Value) -> Value {
    line[name] = value;
    line
}
