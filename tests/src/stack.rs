//! Where the stack under test is. `./tradewind test` starts one and says so through the environment.

use std::{path::PathBuf, process::Command, time::Duration};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use sqlx::{PgPool, postgres::PgPoolOptions};
use tradewind_checker::{
    KEPT, Shop,
    cache::{self, CacheAddress},
    messages::Messages,
    replicas::Replica,
};
use tradewind_contract::payments::{Authorization, Authorizations};

#[derive(Debug, Clone)]
pub struct Stack {
    pub gateway: String,
    pub zipkin: String,
    pub kafka: String,
    /// A superuser's URL of the primary.
    pub primary_url: String,
    /// The same of the replica.
    pub replica_url: String,
    home: String,
    base_port: String,
    /// What `./tradewind` runs.
    command: String,
}

/// A part as `./tradewind status --json` shows it.
#[derive(Debug, Clone, Deserialize)]
pub struct Part {
    pub name: String,
    pub state: String,
    pub pid: Option<u32>,
    pub address: String,
}

#[derive(Debug, Deserialize)]
struct Status {
    parts: Vec<Part>,
}

impl Stack {
    /// # Errors
    /// When no stack was started for the tests.
    pub fn under_test() -> Result<Self> {
        let variable = |name: &str| std::env::var(name).with_context(|| format!("{name} is not set: run the tests with ./tradewind test"));
        Ok(Self {
            gateway: variable("TRADEWIND_TEST_GATEWAY")?,
            zipkin: variable("TRADEWIND_TEST_ZIPKIN")?,
            kafka: variable("TRADEWIND_TEST_KAFKA")?,
            primary_url: variable("TRADEWIND_TEST_PRIMARY_URL")?,
            replica_url: variable("TRADEWIND_TEST_REPLICA_URL")?,
            home: variable("TRADEWIND_TEST_HOME")?,
            base_port: variable("TRADEWIND_BASE_PORT")?,
            command: variable("TRADEWIND_TEST_COMMAND")?,
        })
    }

    /// The directory of everything that the stack writes.
    pub fn home(&self) -> &str {
        &self.home
    }

    /// A superuser's pool for one of the databases `orders` and `users`.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn database(&self, name: &str) -> Result<PgPool> {
        pool(&self.primary_url, name).await
    }

    /// As [`Self::database`], of the replica.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn replica(&self, name: &str) -> Result<PgPool> {
        pool(&self.replica_url, name).await
    }

    /// Where the invariants are asked.
    ///
    /// # Errors
    /// When a part of it cannot be found.
    pub async fn shop(&self, history: Option<PathBuf>) -> Result<Shop> {
        let parts = self.parts()?;
        let address = |name: &str| {
            parts
                .iter()
                .find(|part| part.name == name)
                .map(|part| part.address.clone())
                .with_context(|| format!("no part is called {name}"))
        };
        Ok(Shop {
            orders: self.database("orders").await?,
            users: self.database("users").await?,
            replicas: vec![Replica { name: "postgres-replica".to_owned(), orders: self.replica("orders").await? }],
            messages: Messages::Kafka { brokers: self.kafka.clone() },
            cache: CacheAddress {
                url: format!("redis://{}/0", address("redis")?),
                prefix: String::new(),
                bound: CacheAddress::bound_of(cache::LIFE),
            },
            payments_url: format!("http://{}", address("payments")?),
            history,
            kept: KEPT,
        })
    }

    /// Every part, by `status --json`.
    ///
    /// # Errors
    /// When the command fails.
    pub fn parts(&self) -> Result<Vec<Part>> {
        let output = Command::new(&self.command)
            .args(["status", "--json"])
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
            .env("TRADEWIND_HOME", &self.home)
            .env("TRADEWIND_BASE_PORT", &self.base_port)
            .output()?;
        let status: Status = serde_json::from_slice(&output.stdout)
            .with_context(|| format!("status --json printed {:?}", String::from_utf8_lossy(&output.stdout)))?;
        Ok(status.parts)
    }

    /// What the payment provider knows by a reference, `<order id>:<attempt>`.
    ///
    /// # Errors
    /// When it cannot be asked.
    pub async fn authorization(&self, reference: &str) -> Result<Option<Authorization>> {
        let part = self.parts()?.into_iter().find(|part| part.name == "payments").context("no part is called payments")?;
        let answer = reqwest::get(format!("http://{}/authorizations?reference={reference}", part.address)).await?.error_for_status()?;
        Ok(answer.json::<Authorizations>().await?.items.pop())
    }

    /// Kills a part's process, as the kernel would when memory runs out.
    ///
    /// # Errors
    /// When it does not run.
    pub fn kill(&self, name: &str) -> Result<u32> {
        let part = self.parts()?.into_iter().find(|part| part.name == name).with_context(|| format!("no part is called {name}"))?;
        let pid = part.pid.with_context(|| format!("{name} is {}", part.state))?;
        let killed = Command::new("kill").args(["-KILL", &pid.to_string()]).status()?;
        if !killed.success() {
            bail!("{name} ({pid}) could not be killed");
        }
        Ok(pid)
    }

    /// Waits until a part runs under another process id than `old`.
    ///
    /// # Errors
    /// When it is not back within `limit`.
    pub async fn wait_back(&self, name: &str, old: u32, limit: Duration) -> Result<()> {
        let started = std::time::Instant::now();
        while started.elapsed() < limit {
            let back = self
                .parts()?
                .into_iter()
                .any(|part| part.name == name && part.state == "running" && part.pid.is_some_and(|pid| pid != old));
            if back {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        bail!("{name} was not back within {limit:?}")
    }
}

async fn pool(url: &str, database: &str) -> Result<PgPool> {
    let (base, _) = url.rsplit_once('/').context("a URL names a database")?;
    Ok(PgPoolOptions::new().max_connections(4).connect(&format!("{base}/{database}")).await?)
}
