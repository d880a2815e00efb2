//! Writes the catalogue to the order database.
//!
//! `seed --database-url <url> [--products N]`. Up to 240 products are the curated ones and are
//! brought up to date; more are generated and added by COPY, in chunks of one transaction each, so
//! that an interrupted run goes on where it stopped. Stock that exists is never touched.

mod copy;
mod queries;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};
use tradewind_catalogue::{MAX_PRODUCTS, Product, curated, grown};

/// Products to a transaction: long enough to keep COPY busy, short enough to lose little.
const CHUNK: usize = 5_000;
/// Those written by hand.
const CURATED: usize = 240;

struct Arguments {
    /// The orders primary, such as postgres://user:password@host:5432/orders; without it, the
    /// environment's ORDER_DATABASE_PRIMARY_URL.
    database_url: Option<String>,
    /// How many products the shop shall have; beyond 240 they are generated.
    products: usize,
}

impl Arguments {
    fn parse(mut given: pico_args::Arguments) -> Result<Self> {
        let parsed = Self {
            database_url: given.opt_value_from_str("--database-url")?,
            products: given.opt_value_from_fn("--products", parse_products)?.unwrap_or(CURATED),
        };
        if let Some(unknown) = given.finish().first() {
            bail!("{} is no argument of this; there are --database-url URL and --products N", unknown.display());
        }
        Ok(parsed)
    }
}

fn parse_products(text: &str) -> Result<usize> {
    match text.parse() {
        Ok(n) if (1..=MAX_PRODUCTS).contains(&n) => Ok(n),
        _ => bail!("give a whole number from 1 to {MAX_PRODUCTS}"),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let outcome = async { run(Arguments::parse(pico_args::Arguments::from_env())?).await };
    match outcome.await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("seed: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<()> {
    let started = Instant::now();
    let by_hand = curated()?;
    let url = arguments
        .database_url
        .or_else(|| std::env::var("ORDER_DATABASE_PRIMARY_URL").ok())
        .context("no database is named; give --database-url or set ORDER_DATABASE_PRIMARY_URL")?;
    let mut db = connect(&url).await?;
    let chosen = &by_hand[..by_hand.len().min(arguments.products)];
    let new_curated = queries::upsert_curated(&mut db, chosen).await.context("cannot write the curated catalogue")?;
    let new_generated = if arguments.products > chosen.len() { add_generated(&mut db, arguments.products, chosen.len()).await? } else { 0 };
    queries::analyze(&mut db).await.context("cannot analyze the tables")?;
    let seconds = started.elapsed().as_secs_f64();
    report(&format!("{} products in the catalogue, {} of them new, in {seconds:.1} s.", arguments.products, new_curated + new_generated));
    db.close().await.context("cannot close the connection")
}

/// A connection to a primary that has the catalogue's tables and that no other seed is using.
async fn connect(url: &str) -> Result<PgConnection> {
    // The URL holds a password, so no message repeats it.
    let options: PgConnectOptions =
        url.parse().context("the database URL cannot be read; it looks like postgres://user:password@host:5432/orders")?;
    let (host, port) = (options.get_host().to_owned(), options.get_port());
    let mut db = options.connect().await.with_context(|| format!("cannot connect to the order database at {host}:{port}"))?;
    if queries::is_standby(&mut db).await? {
        bail!("{host}:{port} is a read-only replica; give the primary");
    }
    if !queries::has_tables(&mut db).await? {
        bail!("the catalogue's tables are missing at {host}:{port}; run the order migrations first");
    }
    if !queries::try_lock(&mut db).await? {
        bail!("another seed is writing to {host}:{port}; try again when it is done");
    }
    Ok(db)
}

/// Adds the products from `skip` to `wanted` that are not there yet; returns how many they were.
async fn add_generated(db: &mut PgConnection, wanted: usize, skip: usize) -> Result<usize> {
    let mut row = grown(wanted)?.skip(skip);
    let mut progress = Progress::new(wanted - skip);
    let mut added = 0;
    loop {
        let mut chunk: Vec<Product> = row.by_ref().take(CHUNK).collect();
        if chunk.is_empty() {
            break;
        }
        let read = chunk.len();
        let mut tx = db.begin().await.context("cannot begin a transaction")?;
        let known = queries::known_handles(&mut tx, &chunk).await?;
        chunk.retain(|product| !known.contains(&product.handle));
        copy::copy_products(&mut tx, &chunk).await.context("cannot copy generated products")?;
        tx.commit().await.context("cannot commit generated products")?;
        added += chunk.len();
        progress.advance(read);
    }
    progress.end();
    Ok(added)
}

/// A line on stderr that is rewritten on a terminal, and repeated every tenth elsewhere.
struct Progress {
    total: usize,
    done: usize,
    started: Instant,
    terminal: bool,
}

impl Progress {
    fn new(total: usize) -> Self {
        Self { total, done: 0, started: Instant::now(), terminal: std::io::stderr().is_terminal() }
    }

    fn advance(&mut self, by: usize) {
        let tenth = |done: usize| done * 10 / self.total;
        let (before, now) = (tenth(self.done), tenth(self.done + by));
        self.done += by;
        let rate = self.done as f64 / self.started.elapsed().as_secs_f64().max(0.001);
        let line = format!("{} of {} products, {rate:.0} a second", self.done, self.total);
        if self.terminal {
            eprint!("\r\x1b[2K{line}");
            // A progress line that cannot be shown is no reason to stop.
            let _ = std::io::stderr().flush();
        } else if now > before {
            eprintln!("{line}");
        }
    }

    fn end(&self) {
        if self.terminal {
            eprintln!();
        }
    }
}

#[expect(clippy::print_stdout, reason = "a command-line tool reports on stdout")]
fn report(line: &str) {
    println!("{line}");
}
