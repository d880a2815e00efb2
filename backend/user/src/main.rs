//! `user` serves; `user migrate` brings its database up to date and ends; `user operator seed` makes the operator unless there is
//! one, `user operator password` gives the operator another password, both with a password from standard input.

use std::io::{Read, Write};

use anyhow::Context;
use tradewind_kit::{
    cache::Redis,
    database::Database,
    server::{self, Readiness},
    telemetry,
};
use tradewind_user::{MIGRATIONS, accounts::operator, app::app, config::Config, sessions::tidy, state::AppState};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("migrate") => return migrate().await,
        Some("operator") => return operator(&std::env::args().nth(2).unwrap_or_default()).await,
        _ => {}
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

/// Says on standard output what became of it, in a word. The password comes by standard input, because everybody on the machine
/// can read arguments, and goes nowhere but into its hash.
async fn operator(task: &str) -> anyhow::Result<()> {
    let mut password = String::new();
    std::io::stdin().read_to_string(&mut password).context("the password cannot be read")?;
    let password = password.strip_suffix('\n').unwrap_or(&password);
    let password = password.strip_suffix('\r').unwrap_or(password).to_owned();
    operator::check_password(&password).map_err(anyhow::Error::msg)?;
    let config = Config::from_env()?;
    let database = Database::connect("users", &config.primary_url, &[], &config.pool)?;
    let state = AppState::new(&config, database.clone(), Redis::connect(&config.redis_url)?)?;
    let outcome = match task {
        "seed" => operator::seed(&state, password).await?.as_str(),
        "password" if operator::set_password(&state, password).await? => "set",
        "password" => anyhow::bail!("There is no operator yet: ./tradewind up makes one."),
        _ => anyhow::bail!("user operator seed, or user operator password"),
    };
    database.close().await;
    writeln!(std::io::stdout(), "{outcome} {}", operator::EMAIL)?;
    Ok(())
}
