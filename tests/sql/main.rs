//! Builds believe what `.sqlx` says about each statement; here a freshly migrated database is asked whether it is still true.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::Value;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, SqlSafeStr, migrate::Migrator, postgres::PgConnectOptions};
use uuid::Uuid;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const REMEDY: &str = "run ./tradewind sql and commit .sqlx";

/// A file of `.sqlx`, as sqlx's macros write it.
#[derive(Debug, Deserialize)]
struct Saved {
    query: String,
    describe: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Service {
    Order,
    User,
}

impl Service {
    const ALL: [Self; 2] = [Self::Order, Self::User];

    fn migrations(self) -> PathBuf {
        Path::new(ROOT).join("migrations").join(match self {
            Self::Order => "order",
            Self::User => "user",
        })
    }

    /// Whose database a crate's statements are for; the kit's tables are in both.
    fn of(directory: &str) -> &'static [Self] {
        match directory {
            "kit" => &Self::ALL,
            "user" => &[Self::User],
            _ => &[Self::Order],
        }
    }
}

/// A source file with statements, below `backend/<directory>/src`.
struct Source {
    directory: String,
    text: String,
}

impl Source {
    /// As a whole literal or a whole file: a statement is often the beginning of another.
    fn has(&self, statement: &str) -> bool {
        self.text == statement || self.text.contains(&format!("\"{statement}\""))
    }
}

fn sources() -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for entry in std::fs::read_dir(Path::new(ROOT).join("backend"))? {
        let entry = entry?;
        read_sources(&entry.file_name().to_string_lossy(), &entry.path().join("src"), &mut sources)?;
    }
    Ok(sources)
}

fn read_sources(directory: &str, below: &Path, sources: &mut Vec<Source>) -> Result<()> {
    for entry in std::fs::read_dir(below).with_context(|| format!("{} cannot be read", below.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            read_sources(directory, &path, sources)?;
        } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "sql") {
            sources.push(Source { directory: directory.to_owned(), text: std::fs::read_to_string(path)? });
        }
    }
    Ok(())
}

fn saved() -> Result<Vec<Saved>> {
    let read = |path: PathBuf| Ok(serde_json::from_str(&std::fs::read_to_string(path)?)?);
    std::fs::read_dir(Path::new(ROOT).join(".sqlx"))?.map(|entry| read(entry?.path())).collect()
}

#[test]
fn every_saved_statement_is_in_the_sources() -> Result<()> {
    let (sources, saved) = (sources()?, saved()?);
    ensure!(!saved.is_empty(), "nothing is saved: {REMEDY}");
    let unused: Vec<&str> =
        saved.iter().map(|saved| saved.query.as_str()).filter(|query| !sources.iter().any(|source| source.has(query))).collect();
    ensure!(unused.is_empty(), "no source has these as one literal (raw, where it quotes), so {REMEDY}:\n{}", unused.join("\n\n"));
    Ok(())
}

#[tokio::test]
async fn a_freshly_migrated_database_answers_as_it_was_saved() -> Result<()> {
    let primary = std::env::var("TRADEWIND_TEST_PRIMARY_URL")
        .context("TRADEWIND_TEST_PRIMARY_URL is not set: run the tests with ./tradewind test")?;
    let options: PgConnectOptions = primary.parse()?;
    let mut admin = options.connect().await?;
    let (sources, saved) = (sources()?, saved()?);
    let mut stale = Vec::new();
    for service in Service::ALL {
        let name = format!("sql_test_{}", Uuid::new_v4().simple());
        admin.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await?;
        let compared = compare(service, &options.clone().database(&name), &sources, &saved).await;
        admin.execute(AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).await?;
        stale.extend(compared?);
    }
    admin.close().await?;
    ensure!(stale.is_empty(), "the migrations and .sqlx do not fit: {REMEDY}\n{}", stale.join("\n\n"));
    Ok(())
}

/// What is saved of a service's statements, and is not what its database says.
async fn compare(service: Service, options: &PgConnectOptions, sources: &[Source], saved: &[Saved]) -> Result<Vec<String>> {
    let mut db = options.connect().await?;
    Migrator::new(service.migrations()).await?.run(&mut db).await?;
    // As the macros ask, because the plan tells them what an outer join may leave empty.
    db.execute("SET plan_cache_mode = force_generic_plan").await?;
    let mut stale = Vec::new();
    for Saved { query, describe } in saved {
        let concerned = |source: &Source| Service::of(&source.directory).contains(&service) && source.has(query);
        if !sources.iter().any(concerned) {
            continue;
        }
        match ask(&mut db, query).await {
            Ok(answer) if comparable(&answer) == comparable(describe) => {}
            Ok(answer) => stale.push(format!("{service:?}: {query}\n  saved: {}\n  now:   {}", comparable(describe), comparable(&answer))),
            Err(error) => stale.push(format!("{service:?}: {query}\n  {error}")),
        }
    }
    db.close().await?;
    Ok(stale)
}

async fn ask(db: &mut PgConnection, query: &str) -> Result<Value> {
    Ok(serde_json::to_value(db.describe(AssertSqlSafe(query.to_owned()).into_sql_str()).await?)?)
}

/// The answer without what nobody reads: whether a column may be NULL that says so itself, by `!` or `?`. For outer joins that
/// depends on the plan, and so on the release of Postgres.
fn comparable(describe: &Value) -> Value {
    let mut describe = describe.clone();
    let decided: Vec<bool> = describe["columns"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|column| column["name"].as_str().is_some_and(|name| name.contains(['!', '?'])))
        .collect();
    if let Some(nullable) = describe["nullable"].as_array_mut() {
        nullable.iter_mut().zip(decided).filter(|(_, decided)| *decided).for_each(|(nullable, _)| *nullable = Value::Null);
    }
    describe
}
