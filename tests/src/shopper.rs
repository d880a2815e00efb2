//! A shopper who speaks HTTP: carries the access token and the consistency tokens as a browser does.

use std::{
    collections::BTreeMap,
    sync::Mutex,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tradewind_contract::{
    Problem, UserId,
    cart::Cart,
    catalog::ProductList,
    orders::{Order, OrderStatus},
    users::Session,
};
use uuid::Uuid;

use crate::Stack;

pub struct Shopper {
    pub http: Client,
    pub gateway: String,
    pub access_token: String,
    /// Whose the token is.
    pub identity: Option<UserId>,
    /// The newest token of each database.
    seen: Mutex<BTreeMap<String, String>>,
}

impl Shopper {
    /// Somebody without any token.
    ///
    /// # Errors
    /// When no client can be made.
    pub fn nobody(gateway: &str) -> Result<Self> {
        // No connection is kept for long: a killed instance's must not be used again.
        let http = Client::builder().timeout(Duration::from_secs(20)).pool_idle_timeout(Duration::from_secs(1)).build()?;
        Ok(Self { http, gateway: gateway.to_owned(), access_token: String::new(), identity: None, seen: Mutex::default() })
    }

    /// A new guest.
    ///
    /// # Errors
    /// When no session is given.
    pub async fn guest(gateway: &str) -> Result<Self> {
        let mut shopper = Self::nobody(gateway)?;
        // All tests share one address, and guest sessions are limited by address.
        for _ in 0..60 {
            let response = shopper.answer(Method::POST, "/sessions/guest", None, &[]).await?;
            if response.status() == StatusCode::TOO_MANY_REQUESTS {
                tokio::time::sleep(Duration::from_secs(1)).await;
                continue;
            }
            let session: Session = response.error_for_status()?.json().await?;
            shopper.take(session);
            return Ok(shopper);
        }
        bail!("no guest session within a minute")
    }

    /// A new account, with the session that registering opens.
    ///
    /// # Errors
    /// When it cannot be made.
    pub async fn registered(gateway: &str) -> Result<Self> {
        let mut shopper = Self::nobody(gateway)?;
        let body =
            json!({"email": format!("{}@example.com", Uuid::new_v4()), "password": "a long enough sentence", "display_name": "Test"});
        let session: Session = shopper.send(Method::POST, "/users", Some(&body), &[]).await?;
        shopper.take(session);
        Ok(shopper)
    }

    /// A new account that runs the shop. Nobody becomes an operator through the front door, so the database says it here.
    ///
    /// # Errors
    /// When it cannot be made.
    pub async fn operator(stack: &Stack) -> Result<Self> {
        let mut shopper = Self::nobody(&stack.gateway)?;
        let body =
            json!({"email": format!("{}@example.com", Uuid::new_v4()), "password": "a long enough sentence", "display_name": "Test"});
        let registered: Session = shopper.send(Method::POST, "/users", Some(&body), &[]).await?;
        let users = stack.database("users").await?;
        sqlx::query("UPDATE users SET role = 'operator' WHERE id = $1").bind(registered.user.id.as_uuid()).execute(&users).await?;
        let credentials = json!({"email": body["email"], "password": body["password"]});
        shopper.take(shopper.send(Method::POST, "/sessions", Some(&credentials), &[]).await?);
        Ok(shopper)
    }

    fn take(&mut self, session: Session) {
        self.access_token = session.access_token;
        self.identity = Some(session.user.id);
    }

    /// The newest token of each database, as the next read sends them.
    pub fn tokens(&self) -> String {
        let seen = self.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        seen.values().cloned().collect::<Vec<_>>().join(", ")
    }

    /// A request with everything that a browser would send along.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut request = self.http.request(method, format!("{}/api/v1{path}", self.gateway));
        if !self.access_token.is_empty() {
            request = request.bearer_auth(&self.access_token);
        }
        let tokens = self.tokens();
        if tokens.is_empty() { request } else { request.header("Consistency-Token", tokens) }
    }

    fn remember(&self, response: &Response) {
        if let Some(token) = response.headers().get("consistency-token").and_then(|value| value.to_str().ok())
            && let Some((database, _)) = token.split_once('-')
        {
            self.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(database.to_owned(), token.to_owned());
        }
    }

    /// The answer, whatever it is.
    ///
    /// # Errors
    /// When there is none.
    pub async fn answer(&self, method: Method, path: &str, body: Option<&Value>, headers: &[(&str, &str)]) -> Result<Response> {
        let mut request = self.request(method, path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let asking = async || Ok(request.try_clone().context("a body that can be sent again")?.send().await?);
        let response = patiently(asking, |response: &Response| response.headers().get("ratelimit-policy")?.to_str().ok()).await?;
        self.remember(&response);
        Ok(response)
    }

    /// The body of a 2xx.
    ///
    /// # Errors
    /// For every other status, with the problem.
    pub async fn send<T: DeserializeOwned>(&self, method: Method, path: &str, body: Option<&Value>, headers: &[(&str, &str)]) -> Result<T> {
        let response = self.answer(method.clone(), path, body, headers).await?;
        let status = response.status();
        let text = response.text().await?;
        if !status.is_success() {
            bail!("{method} {path}: {status} {text}");
        }
        serde_json::from_str(&text).with_context(|| format!("{method} {path}: {text}"))
    }

    /// The problem of a refusal.
    ///
    /// # Errors
    /// When it is not refused, or not with a problem.
    pub async fn refused(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> Result<(StatusCode, Problem)> {
        let response = self.answer(method.clone(), path, body, headers).await?;
        let status = response.status();
        let content_type = response.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
        let text = response.text().await?;
        if content_type != "application/problem+json" {
            bail!("{method} {path}: {status} {content_type} {text}");
        }
        Ok((status, serde_json::from_str(&text).with_context(|| format!("{method} {path}: {text}"))?))
    }

    /// # Errors
    /// When it is refused.
    pub async fn put_in_cart(&self, sku: &str, quantity: u32) -> Result<Cart> {
        self.send(Method::PUT, &format!("/cart/items/{sku}"), Some(&json!({ "quantity": quantity })), &[]).await
    }

    /// Orders what is in the cart.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn order(&self, payment_token: &str, key: &str) -> Result<Order> {
        self.send(Method::POST, "/orders", Some(&order_body(payment_token)), &[("Idempotency-Key", key)]).await
    }

    /// Waits until the order has been in `status`.
    ///
    /// # Errors
    /// When that does not happen within `limit`.
    pub async fn wait_for(&self, order: &Order, status: OrderStatus, limit: Duration) -> Result<Order> {
        let started = Instant::now();
        loop {
            let now: Order = self.send(Method::GET, &format!("/orders/{}", order.id), None, &[]).await?;
            if now.history.iter().any(|step| step.status == status) {
                return Ok(now);
            }
            if started.elapsed() > limit {
                bail!("order {} is {} after {limit:?}, not {status}: {:?}", order.number, now.status, now.history);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// Asks, and again a second later where only a quota was in the way: all tests share one address, and some send a lot.
///
/// # Errors
/// When there is no answer, or the quota stays used up.
pub async fn patiently<T>(asking: impl AsyncFn() -> Result<T>, policy: impl Fn(&T) -> Option<&str>) -> Result<T> {
    for _ in 0..30 {
        let answer = asking().await?;
        let shared = ["\"address\"", "\"writes\""].iter().any(|name| policy(&answer).is_some_and(|policy| policy.starts_with(name)));
        if !shared {
            return Ok(answer);
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    bail!("the quota has been used up for half a minute")
}

/// A body for `POST /orders` that nothing is wrong with.
pub fn order_body(payment_token: &str) -> Value {
    json!({
        "email": "test@example.com",
        "shipping_address": {"name": "Test Person", "line1": "Kai 1", "postal_code": "20457", "city": "Hamburg", "country": "DE"},
        "shipping_method": "standard",
        "payment_token": payment_token,
    })
}

/// A SKU with plenty of stock.
///
/// # Errors
/// When the catalogue has none.
pub async fn plentiful_sku(shopper: &Shopper, orders: &sqlx::PgPool) -> Result<String> {
    // Through the front door, so that the catalogue is proven to be there too.
    let list: ProductList = shopper.send(Method::GET, "/products?limit=1&in_stock=true", None, &[]).await?;
    if list.items.is_empty() {
        bail!("the catalogue is empty");
    }
    Ok(sqlx::query_scalar("SELECT sku FROM stock ORDER BY available DESC, sku LIMIT 1").fetch_one(orders).await?)
}
