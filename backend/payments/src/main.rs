//! `payments` serves.

use tradewind_kit::{
    server::{self, Readiness},
    telemetry,
};
use tradewind_payments::{app::app, config::Config, state::AppState, store::Store};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config = Config::from_env()?;
    let telemetry = telemetry::start("payments", &config.common)?;
    let stop = server::shutdown_signal()?;
    let state = AppState { store: Store::open(config.state_file.as_deref())?, timing: config.timing, stop: stop.clone() };
    // It depends on nothing: what it can be, it is as soon as it listens.
    let readiness = Readiness::new(|| async { Ok(()) });
    server::serve(&config.common, app(state), readiness, telemetry.registry.clone(), stop).await?;
    telemetry.shutdown();
    Ok(())
}
