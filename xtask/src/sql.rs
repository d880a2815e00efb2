//! Checks every statement of the services against the migrations, and keeps the database's answers in `.sqlx`: with them a
//! build checks the statements again without a database.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

use crate::builds::services::cargo;
use crate::command;
use crate::parts::Ready;
use crate::ports::Port;
use crate::postgres;
use crate::progress;
use crate::ready;
use crate::secrets::{self, Passwords};
use crate::stack::Stack;

/// Check all SQL against the migrations, and write .sqlx, which builds read.
#[derive(clap::Args, Debug)]
#[command(after_help = "It needs a running database: ./tradewind up --only infra\n\nExample:\n  ./tradewind sql && git diff --stat .sqlx")]
pub struct SqlArgs {}

/// A throw-away database with its migrations, and the crates whose statements are asked there, with their roots.
struct Database {
    name: &'static str,
    migrations: &'static str,
    crates: &'static [(&'static str, &'static str)],
}

/// In this order: the kit is a dependency of the user service, and is not to be asked there again.
const DATABASES: [Database; 2] = [
    Database {
        name: "sql_check_orders",
        migrations: "migrations/order",
        crates: &[
            ("tradewind-kit", "backend/kit/src/lib.rs"),
            ("tradewind-order", "backend/order/src/lib.rs"),
            ("tradewind-worker", "backend/worker/src/lib.rs"),
            ("tradewind-catalogue", "backend/catalogue/src/bin/seed/main.rs"),
        ],
    },
    Database { name: "sql_check_users", migrations: "migrations/user", crates: &[("tradewind-user", "backend/user/src/lib.rs")] },
];

/// # Errors
/// When the database does not run, a migration fails, or a statement does not fit its database.
pub fn run(stack: &Stack, _: &SqlArgs) -> Result<()> {
    if !ready::is_ready(stack, Ready::Postgres(Port::PostgresPrimary)) {
        bail!("The database is not running; ./tradewind up --only infra starts it.");
    }
    let passwords = secrets::ensure(stack)?;
    let answers = stack.root.join("target/sqlx");
    let asked = ask(stack, &passwords, &answers);
    let dropped: Result<()> = DATABASES.iter().try_for_each(|database| postgres::drop_database(stack, &passwords, database.name));
    asked?;
    dropped?;
    publish(&answers, &stack.root.join(".sqlx"))
}

fn ask(stack: &Stack, passwords: &Passwords, answers: &Path) -> Result<()> {
    if answers.exists() {
        fs::remove_dir_all(answers)?;
    }
    fs::create_dir_all(answers)?;
    for database in &DATABASES {
        let url = progress::step(&format!("a database by {}", database.migrations), || {
            postgres::make_database(stack, passwords, database.name, &stack.root.join(database.migrations))
        })?;
        let mut check = cargo(stack);
        // Where the macros, when they are connected, save what they were answered.
        check.args(["check", "--quiet"]).env("SQLX_OFFLINE", "false").env("SQLX_OFFLINE_DIR", answers).env("DATABASE_URL", url);
        // Means nothing to a check; but it makes these results others than those of any other build. Else an editor's check in
        // between could leave a crate compiled, its statements unasked.
        for (package, _) in DATABASES.iter().flat_map(|database| database.crates) {
            check.args(["--config", &format!("profile.dev.package.{package}.codegen-units=3")]);
        }
        for (package, root) in database.crates {
            check.args(["--package", package]);
            look_changed(&stack.root.join(root))?;
        }
        let what = format!("the statements for {}, by cargo check", database.migrations);
        progress::begin(&what);
        progress::step(&what, || command::streamed(&mut check, "cargo check"))?;
    }
    Ok(())
}

/// Cargo knows nothing of the database: what it holds for compiled is compiled again only if it looks changed.
fn look_changed(source: &Path) -> Result<()> {
    File::options()
        .append(true)
        .open(source)
        .and_then(|file| file.set_modified(SystemTime::now()))
        .with_context(|| format!("{} cannot be touched", source.display()))
}

/// Makes `kept` what `answers` is. Files that say the same stay untouched.
fn publish(answers: &Path, kept: &Path) -> Result<()> {
    fs::create_dir_all(kept)?;
    let new = files(answers)?;
    let old = files(kept)?;
    if new.is_empty() {
        bail!("No statement was saved: does .cargo/config.toml or .env set SQLX_OFFLINE_DIR?");
    }
    let mut changed = 0;
    for (name, path) in &new {
        let text = fs::read(path)?;
        if old.get(name).is_none_or(|path| fs::read(path).ok().as_ref() != Some(&text)) {
            fs::write(kept.join(name), text)?;
            changed += 1;
        }
    }
    let unused: Vec<_> = old.iter().filter(|(name, _)| !new.contains_key(*name)).collect();
    for (_, path) in &unused {
        fs::remove_file(path)?;
    }
    progress::note(&format!("{} statements in .sqlx: {changed} new or changed, {} removed", new.len(), unused.len()));
    Ok(())
}

fn files(directory: &Path) -> Result<BTreeMap<OsString, PathBuf>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        files.insert(entry.file_name(), entry.path());
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_becomes_what_was_answered() -> Result<()> {
        let directory = std::env::temp_dir().join(format!("tradewind-sql-{}", std::process::id()));
        let (answers, kept) = (directory.join("answers"), directory.join("kept"));
        fs::create_dir_all(&answers)?;
        fs::create_dir_all(&kept)?;
        assert!(publish(&answers, &kept).is_err(), "nothing was answered");
        for (path, text) in [
            ("answers/same", "1"),
            ("answers/other", "2"),
            ("answers/new", "3"),
            ("kept/same", "1"),
            ("kept/other", "0"),
            ("kept/gone", "4"),
        ] {
            fs::write(directory.join(path), text)?;
        }
        publish(&answers, &kept)?;
        let names: Vec<OsString> = files(&kept)?.into_keys().collect();
        assert_eq!(names, ["new", "other", "same"]);
        assert_eq!(fs::read_to_string(kept.join("other"))?, "2");
        fs::remove_dir_all(directory)?;
        Ok(())
    }
}
