//! The real worker, as a process that can die.

use std::{
    os::unix::process::ExitStatusExt,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::{PATIENCE, rows::Way, shop::Shop};

pub struct Worker(Child);

impl Worker {
    pub fn start(shop: &Shop, way: Way, failpoints: &str) -> Self {
        // Long enough to cancel before it leaves, or not at all.
        let ship_after_s = if way == Way::Cancelled { "3600" } else { "0" };
        let child = Command::new(env!("CARGO_BIN_EXE_worker"))
            .env("ORDER_DATABASE_PRIMARY_URL", &shop.database_url)
            // Users have nothing to tell here, and the outbox is the same table.
            .env("USER_DATABASE_PRIMARY_URL", &shop.database_url)
            .env("DATABASE_POOL_MAX", "4")
            .env("REDIS_URL", &shop.redis_url)
            .env("KAFKA_BROKERS", &shop.brokers)
            .env("KAFKA_PREFIX", &shop.prefix)
            .env("KAFKA_MEMBER", "worker")
            .env("PAYMENTS_URL", &shop.provider.url)
            .env("SHIP_AFTER_S", ship_after_s)
            .env("DELIVER_AFTER_S", "0")
            .env("INTERNAL_ADDRESS", "127.0.0.1:0")
            .env("LOG_LEVEL", "error")
            .env("FAILPOINTS", failpoints)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Self(child.unwrap())
    }

    pub async fn until_dead(mut self, point: &str) {
        let started = Instant::now();
        loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                assert_eq!(status.signal(), Some(6), "{point}: {status}");
                return;
            }
            assert!(started.elapsed() < PATIENCE, "{point} is not reached");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
