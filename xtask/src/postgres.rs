//! One primary and one streaming replica, with two databases that are strangers to each other.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::command;
use crate::configs::give_to_postgres;
use crate::ports::Port;
use crate::secrets::Passwords;
use crate::stack::{Stack, is_root};
use crate::template;
use crate::trouble::Trouble;

/// The oldest release whose SQL we use.
const OLDEST_RELEASE: u32 = 15;
const SLOT: &str = "replica_1";

#[derive(Clone, Copy, Debug)]
pub struct Server {
    pub name: &'static str,
    pub port: Port,
    directory: &'static str,
}

pub const PRIMARY: Server = Server { name: "postgres-primary", port: Port::PostgresPrimary, directory: "primary" };
pub const REPLICA: Server = Server { name: "postgres-replica", port: Port::PostgresReplica, directory: "replica" };

impl Server {
    pub fn data(self, stack: &Stack) -> PathBuf {
        stack.postgres_root().join(self.directory)
    }

    fn initialised(self, stack: &Stack) -> bool {
        self.data(stack).join("PG_VERSION").is_file()
    }
}

pub fn order_url(stack: &Stack, passwords: &Passwords, port: Port) -> String {
    url(stack, "order_service", &passwords.order_service, port, "orders")
}

pub fn user_url(stack: &Stack, passwords: &Passwords, port: Port) -> String {
    url(stack, "user_service", &passwords.user_service, port, "users")
}

/// For tests, which make a database each.
pub fn superuser_url(stack: &Stack, passwords: &Passwords, port: Port) -> String {
    url(stack, "postgres", &passwords.superuser, port, "postgres")
}

fn url(stack: &Stack, role: &str, password: &str, port: Port, database: &str) -> String {
    format!("postgres://{role}:{password}@{}/{database}", stack.ports.address(port))
}

/// A program of the server: of the release that made the data, else of the newest.
///
/// # Errors
/// When no suitable release is installed.
pub fn program(stack: &Stack, name: &str) -> Result<PathBuf> {
    let made_by = fs::read_to_string(PRIMARY.data(stack).join("PG_VERSION")).ok().and_then(|text| text.trim().parse::<u32>().ok());
    let mut releases = installed_releases();
    releases.sort_unstable();
    let chosen = match made_by {
        Some(release) if releases.contains(&release) => release,
        Some(release) => {
            return Err(Trouble::new(format!("This home's databases were made by Postgres {release}, which is not installed."))
                .advice(format!("Install postgresql-{release}, or forget the data: ./tradewind down --wipe"))
                .into());
        }
        None => *releases.last().context("Postgres 15 or newer is not installed.")?,
    };
    Ok(releases_directory().join(format!("{chosen}/bin/{name}")))
}

fn releases_directory() -> &'static Path {
    Path::new("/usr/lib/postgresql")
}

/// The releases that Debian's packages installed.
pub fn installed_releases() -> Vec<u32> {
    let Ok(entries) = fs::read_dir(releases_directory()) else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter(|entry| entry.path().join("bin/postgres").is_file())
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|release| *release >= OLDEST_RELEASE)
        .collect()
}

/// A command of the server's account: Postgres refuses to run as root.
fn as_postgres(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(program).current_dir("/");
    command
}

/// Makes the primary's data directory on the first start, and renders both servers' configuration.
///
/// # Errors
/// When the directory cannot be made or `initdb` fails.
pub fn prepare_primary(stack: &Stack, passwords: &Passwords) -> Result<()> {
    prepare_root(stack)?;
    if !PRIMARY.initialised(stack) {
        let data = PRIMARY.data(stack);
        remove(&data)?;
        let password_file = stack.postgres_root().join("password");
        crate::secrets::write_private(&password_file, &passwords.superuser)?;
        give_to_postgres(&password_file)?;
        let mut initdb = as_postgres(&program(stack, "initdb")?);
        initdb
            .arg("-D")
            .arg(&data)
            .args(["--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums"])
            // The same order of words on every machine.
            .args(["--locale=C.UTF-8", "--no-instructions"])
            .arg(format!("--pwfile={}", password_file.display()));
        let made = command::logged(&mut initdb, "Making the database", &stack.log("initdb"));
        fs::remove_file(&password_file)?;
        if made.is_err() {
            // Half a database would look like a whole one next time.
            remove(&data)?;
        }
        made?;
    }
    configure(stack, PRIMARY)
}

fn prepare_root(stack: &Stack) -> Result<()> {
    let root = stack.postgres_root();
    fs::create_dir_all(&root).with_context(|| format!("{} cannot be made", root.display()))?;
    give_to_postgres(&root)
}

/// Writes its configuration, which takes effect when it starts.
///
/// # Errors
/// When its directory cannot be written.
pub fn configure(stack: &Stack, server: Server) -> Result<()> {
    let data = server.data(stack);
    let mut values = stack.values();
    values.insert("port".into(), stack.ports.get(server.port).to_string());
    values.insert("data".into(), data.display().to_string());
    values.insert("name".into(), format!("tradewind-{}", server.directory));
    for file in ["postgresql.conf", "pg_hba.conf"] {
        let template = fs::read_to_string(stack.root.join("infra/postgres").join(file))?;
        let target = data.join(file);
        crate::secrets::write_private(&target, &template::render(&template, &values)?)?;
        give_to_postgres(&target)?;
    }
    Ok(())
}

/// Roles, databases and their walls; each statement can be repeated.
///
/// # Errors
/// When the primary refuses one.
pub fn ensure_roles(stack: &Stack, passwords: &Passwords) -> Result<()> {
    // By standard input, not by arguments: those can be read by everybody on the machine.
    let script = fs::read_to_string(stack.root.join("infra/postgres/roles.sql"))?;
    let mut input = String::new();
    for (name, password) in
        [("user_service", &passwords.user_service), ("order_service", &passwords.order_service), ("replicator", &passwords.replicator)]
    {
        input.push_str(&format!("\\set {name} '{password}'\n"));
    }
    input.push_str(&script);
    let mut psql = psql(stack, passwords, PRIMARY)?;
    psql.args(["-f", "-"]);
    command::logged_with_input(&mut psql, "Making roles and databases", &stack.log("roles"), Some(&input))
}

fn psql(stack: &Stack, passwords: &Passwords, server: Server) -> Result<Command> {
    let mut psql = Command::new(program(stack, "psql")?);
    psql.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "-v", "ON_ERROR_STOP=1"])
        .env("PGHOST", "127.0.0.1")
        .env("PGPORT", stack.ports.get(server.port).to_string())
        .env("PGUSER", "postgres")
        .env("PGDATABASE", "postgres")
        .env("PGPASSWORD", &passwords.superuser)
        .env("PGCONNECT_TIMEOUT", "3");
    Ok(psql)
}

/// One value from a server.
///
/// # Errors
/// When the server does not answer or refuses the statement.
pub fn query(stack: &Stack, passwords: &Passwords, server: Server, sql: &str) -> Result<String> {
    let answer = command::output(psql(stack, passwords, server)?.args(["-c", sql]))?;
    Ok(answer.trim().to_owned())
}

/// As [`query`], of one of the primary's databases.
///
/// # Errors
/// As [`query`].
pub fn query_database(stack: &Stack, passwords: &Passwords, database: &str, sql: &str) -> Result<String> {
    let answer = command::output(psql(stack, passwords, PRIMARY)?.env("PGDATABASE", database).args(["-c", sql]))?;
    Ok(answer.trim().to_owned())
}

/// An empty database on the primary, brought up to date by the files of a directory in the order of their names; answers with
/// its URL. It takes the place of one that an interrupted run has left.
///
/// # Errors
/// When the primary does not answer or refuses a statement.
pub fn make_database(stack: &Stack, passwords: &Passwords, name: &str, migrations: &Path) -> Result<String> {
    drop_database(stack, passwords, name)?;
    query(stack, passwords, PRIMARY, &format!("CREATE DATABASE {name}"))?;
    let mut files: Vec<PathBuf> = fs::read_dir(migrations)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.sort();
    let mut psql = psql(stack, passwords, PRIMARY)?;
    psql.env("PGDATABASE", name);
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "sql")) {
        psql.arg("-f").arg(file);
    }
    command::logged(&mut psql, &format!("Migrating {name}"), &stack.log("migrate-throw-away"))?;
    Ok(url(stack, "postgres", &passwords.superuser, PRIMARY.port, name))
}

/// Drops a database of the primary, also while somebody is connected to it.
///
/// # Errors
/// When the primary does not answer.
pub fn drop_database(stack: &Stack, passwords: &Passwords, name: &str) -> Result<()> {
    query(stack, passwords, PRIMARY, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))?;
    Ok(())
}

/// Copies the primary on the first start. A replica that belongs to another primary, or that was
/// away for longer than WAL was kept, is made again.
///
/// # Errors
/// When the primary does not answer or the copy fails.
pub fn prepare_replica(stack: &Stack, passwords: &Passwords) -> Result<()> {
    let slot = query(stack, passwords, PRIMARY, &format!("SELECT wal_status FROM pg_replication_slots WHERE slot_name = '{SLOT}'"))?;
    let usable = !slot.is_empty() && slot != "lost";
    if !(REPLICA.initialised(stack) && usable && same_system(stack)) {
        copy_primary(stack, passwords)?;
    }
    configure(stack, REPLICA)
}

/// The identifier that both servers of a pair share.
fn same_system(stack: &Stack) -> bool {
    let identifier = |server: Server| -> Result<String> {
        let mut control = as_postgres(&program(stack, "pg_controldata")?);
        let text = command::output(control.arg(server.data(stack)).env("LC_ALL", "C"))?;
        let line = text.lines().find(|line| line.starts_with("Database system identifier"));
        Ok(line.context("no identifier")?.to_owned())
    };
    matches!((identifier(PRIMARY), identifier(REPLICA)), (Ok(one), Ok(two)) if one == two)
}

fn copy_primary(stack: &Stack, passwords: &Passwords) -> Result<()> {
    let data = REPLICA.data(stack);
    remove(&data)?;
    query(
        stack,
        passwords,
        PRIMARY,
        &format!(
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots \
             WHERE slot_name = '{SLOT}' AND NOT active"
        ),
    )?;
    let mut copy = as_postgres(&program(stack, "pg_basebackup")?);
    copy.args(["--host=127.0.0.1", "--username=replicator", "--checkpoint=fast", "--wal-method=stream"])
        .arg(format!("--port={}", stack.ports.get(PRIMARY.port)))
        .arg("-D")
        .arg(&data)
        // Follows the primary through a slot of its own.
        .args(["--write-recovery-conf", "--create-slot", "--slot", SLOT])
        .env("PGPASSWORD", &passwords.replicator);
    let copied = command::logged(&mut copy, "Copying the primary to its replica", &stack.log("basebackup"));
    if copied.is_err() {
        remove(&data)?;
    }
    copied
}

fn remove(directory: &Path) -> Result<()> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} cannot be removed", directory.display()))
        }
        _ => Ok(()),
    }
}

/// Whether the server takes connections.
pub fn answers(stack: &Stack, port: Port) -> bool {
    let Ok(program) = program(stack, "pg_isready") else {
        return false;
    };
    Command::new(program)
        .args(["--quiet", "--host=127.0.0.1", "--timeout=2"])
        .arg(format!("--port={}", stack.ports.get(port)))
        .status()
        .is_ok_and(|status| status.success())
}
