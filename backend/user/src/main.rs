//! `user` serves; `user migrate` brings its database up to date and ends.

use tradewind_kit::{
    cache::Redis,
    database::Database,
    server::{self, Readiness},
    telemetry,
};
use tradewind_user::{MIGRATIONS, app::app, config::Config, sessions::tidy, state::AppState};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    if std::env::args().nth(1).as_deref() == Some("migrate") {
        return migrate().await;
    }
    let config = Config::from_env()?;
    let telemetry = telemetry::start("user", &config.common)?;
    let stop = server::shutdown_signal()?;
    let database = Database::connect("users", &config.primary_url, &config.replica_urls, &config.pool)?;
    let state = AppState::new(&config, database.clone(), Redis::connect(&config.redis_url)?)?;
    tidy::start(database.clone(), config.limits, stop.clone());
    let readiness = Readiness::new({
        let database = database.clone();
        move || {
            let database = database.clone();
            async move { database.ping().await.map_err(|_| "the database does not answer".to_owned()) }
        }
    });
    server::serve(&config.common, app(state), readiness, telemetry.registry.clone(), stop).await?;
    database.close().await;
    telemetry.shutdown();
    Ok(())
}

/// Needs nothing but the database, neither keys nor Redis.
async fn migrate() -> anyhow::Result<()> {
    let mut env = tradewind_kit::config::Env::new();
    let primary_url = env.required("DATABASE_PRIMARY_URL");
    let primary_url = env.finish(primary_url)?;
    let pool = sqlx::PgPool::connect(&primary_url).await?;
    MIGRATIONS.run(&pool).await?;
    pool.close().await;
    Ok(())
}
