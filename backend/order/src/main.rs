//! `order` serves; `order migrate` brings its database up to date and ends.

use tokio_util::sync::CancellationToken;
use tradewind_kit::{
    auth::Verifier,
    cache::{Cached, Redis},
    database::Database,
    limit::Quota,
    server::{self, Readiness},
    telemetry,
};
use tradewind_order::{MIGRATIONS, app::app, catalog::views::Views, config::Config, orders::watch::Watch, state::AppState};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config = Config::from_env()?;
    let database = Database::connect("orders", &config.primary_url, &config.replica_urls, &config.pool)?;
    if std::env::args().nth(1).as_deref() == Some("migrate") {
        MIGRATIONS.run(database.primary()).await?;
        return Ok(());
    }
    let telemetry = telemetry::start("order", &config.common)?;
    let stop = server::shutdown_signal()?;
    let redis = Redis::connect(&config.redis_url)?;
    let verifier = Verifier::remote(config.jwks_url.clone(), redis.clone());
    let watch = Watch::start(&config.redis_url, stop.clone());
    let views = Views::default();
    let state = AppState {
        database: database.clone(),
        catalog: Cached::new(redis.clone(), database.clone(), config.catalog_cache),
        redis,
        verifier: verifier.clone(),
        watch,
        views: views.clone(),
        writes: Quota { name: "writes", per_second: config.writes_per_second, burst: config.writes_burst },
    };
    let readiness = Readiness::new({
        let database = database.clone();
        move || {
            let (database, verifier) = (database.clone(), verifier.clone());
            async move {
                database.ping().await.map_err(|_| "the database does not answer".to_owned())?;
                verifier.ready().await.map_err(|_| "the user service's keys are not known yet".to_owned())
            }
        }
    });
    // Sent until the last request is answered.
    let served = CancellationToken::new();
    let sending = tokio::spawn(views.run(database.clone(), served.clone()));
    server::serve(&config.common, app(state), readiness, telemetry.registry.clone(), stop).await?;
    served.cancel();
    sending.await?;
    database.close().await;
    telemetry.shutdown();
    Ok(())
}
