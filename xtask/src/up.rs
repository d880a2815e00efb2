//! From nothing to a shop that sells: installs, builds, starts, migrates, seeds, checks.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::artifacts::Artifacts;
use crate::builds::{collector, jars, services};
use crate::class_data;
use crate::command;
use crate::configs;
use crate::disk;
use crate::down;
use crate::fingerprints::{self, Fingerprints};
use crate::interrupt;
use crate::kafka;
use crate::loopback;
use crate::operator::{self, Account, Seeded};
use crate::packages::{self, Purpose};
use crate::parallel::{Step, side_by_side};
use crate::parts::{self, Kind, Part};
use crate::pending::Pending;
use crate::ports::Port;
use crate::postgres;
use crate::process;
use crate::progress;
use crate::publish;
use crate::ready;
use crate::secrets::{self, Passwords};
use crate::seed;
use crate::stack::Stack;
use crate::status;
use crate::supervisor::{self, State};
use crate::trouble::Trouble;
use crate::web;

/// How long the first page and the first guest may take once every part is ready.
const SHOP_TIMEOUT: Duration = Duration::from_secs(20);

/// Install, build and start everything, and wait until a browser could buy.
#[derive(clap::Args, Debug, Default)]
#[command(after_help = "Examples:\n  ./tradewind up\n  TRADEWIND_HOME=/tmp/second TRADEWIND_BASE_PORT=9080 ./tradewind up")]
pub struct UpArgs {
    /// Start a part of the topology only: `infra` is everything that is not ours, `backend` adds the
    /// services and leaves the browser's part out.
    #[arg(long, value_enum)]
    pub only: Option<Only>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Only {
    Infra,
    Backend,
}

/// # Errors
/// One sentence about what went wrong; what was started is stopped again.
pub fn run(stack: &Stack, args: &UpArgs) -> Result<()> {
    let started = Instant::now();
    let operator = bring_up(stack, args.only)?;
    let report = status::report(stack)?;
    println!();
    status::print_table(stack, &report);
    println!();
    if args.only.is_none() {
        println!("The shop     {}", stack.ports.url(Port::Gateway));
        println!("API docs     {}/docs", stack.ports.url(Port::Gateway));
    }
    println!("Traces       {}/zipkin/", stack.ports.url(Port::Zipkin));
    println!("Logs         {}", stack.home.join("logs").display());
    if let Some(Account { email, password }) = operator {
        println!("Operator     {email}, password {password}");
        println!("             shown this once; ./tradewind operator password sets another");
    }
    println!("Up in {}.", progress::seconds(started.elapsed()));
    Ok(())
}

/// What is compiled from this repository, while other parts are installed and started.
#[derive(Debug, Default)]
struct Builds {
    services: Pending<()>,
    /// The directory of the browser's part.
    web: Pending<PathBuf>,
}

/// Brings the stack up, or finds that it is. Answers with the operator's account if it was made: nothing else knows its password.
///
/// # Errors
/// As [`run`].
pub fn bring_up(stack: &Stack, only: Option<Only>) -> Result<Option<Account>> {
    disk::check(stack)?;
    let builds = Builds::default();
    let operator = Mutex::default();
    let mut steps: Vec<Step> = vec![Box::new(|| {
        packages::ensure(stack, &[Purpose::Infrastructure])?;
        launch(stack, only, &builds, &operator)
    })];
    if only != Some(Only::Infra) {
        packages::may_install(&[Purpose::Build, Purpose::Infrastructure])?;
        packages::ensure(stack, &[Purpose::Build])?;
        steps.push(Box::new(|| {
            progress::step("services built", || services::build(stack))?;
            builds.services.provide(());
            Ok(())
        }));
    }
    if only.is_none() {
        steps.push(Box::new(|| {
            builds.web.provide(progress::step("browser's part built", || web::run(stack, &web::WebArgs::default()))?);
            Ok(())
        }));
    }
    let result = side_by_side(steps);
    if result.is_err() {
        interrupt::recover();
    }
    result.map(|()| operator.into_inner().unwrap_or_else(PoisonError::into_inner))
}

fn launch(stack: &Stack, only: Option<Only>, builds: &Builds, operator: &Mutex<Option<Account>>) -> Result<()> {
    fs::create_dir_all(stack.home.join("run")).with_context(|| format!("{} cannot be written", stack.home.display()))?;
    let _lock = lock(stack)?;
    let passwords = secrets::ensure(stack)?;
    let artifacts = Artifacts::locate(stack);
    let parts = parts::all(stack, &artifacts, &passwords)?;
    configs::render(stack, &parts)?;
    let launch = Launch {
        stack,
        parts: &parts,
        artifacts: &artifacts,
        passwords: &passwords,
        builds,
        operator,
        fingerprints: Fingerprints::load(stack),
        started: Mutex::new(Vec::new()),
        owns_supervisor: ensure_supervisor(stack)?,
    };
    let result = launch.everything(only);
    if result.is_err() {
        launch.undo();
    }
    result
}

/// Two `up` in one home would start the same parts twice.
fn lock(stack: &Stack) -> Result<File> {
    let file = File::create(stack.run("up.lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Trouble::new("Another ./tradewind up is at work in this home.")
            .advice("Wait for it, or choose another TRADEWIND_HOME and TRADEWIND_BASE_PORT.")
            .into()),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Returns whether it had to be started.
fn ensure_supervisor(stack: &Stack) -> Result<bool> {
    if supervisor::pid(stack).is_some() && supervisor::infos(stack).is_ok() {
        return Ok(false);
    }
    // A supervisor that was killed leaves its parts; nobody would restart them.
    supervisor::shut_down(stack, Duration::from_secs(5));
    down::end_orphans(stack)?;
    let _ = fs::remove_file(stack.supervisor_socket());
    supervisor::start(stack)?;
    Ok(true)
}

/// One run of `up`.
struct Launch<'a> {
    stack: &'a Stack,
    parts: &'a [Part],
    artifacts: &'a Artifacts,
    passwords: &'a Passwords,
    builds: &'a Builds,
    /// Set when this run made it.
    operator: &'a Mutex<Option<Account>>,
    fingerprints: Fingerprints,
    /// Parts that this run started, to be stopped if it fails.
    started: Mutex<Vec<&'static str>>,
    owns_supervisor: bool,
}

impl Launch<'_> {
    fn everything(&self, only: Option<Only>) -> Result<()> {
        let mut steps: Vec<Step> = vec![
            Box::new(|| self.traces("zipkin", || self.zipkin())),
            Box::new(|| self.traces("collector", || collector::build(self.stack))),
            Box::new(|| self.gateway()),
        ];
        if only == Some(Only::Infra) {
            steps.extend(self.stores());
            return side_by_side(steps);
        }
        steps.push(Box::new(|| self.services()));
        if only.is_none() {
            steps.push(Box::new(|| self.browser()));
        }
        side_by_side(steps)?;
        if only.is_none() {
            progress::step("a browser can buy", || wait_for_shop(self.stack))?;
        }
        // Last, so that nothing can fail between making the account and showing its password.
        self.once("operator", "operator's account ready", "user", || self.operator())
    }

    /// What keeps data, ours or that of others.
    fn stores(&self) -> Vec<Step<'_>> {
        vec![Box::new(|| self.databases()), Box::new(|| self.start("redis")), Box::new(|| self.kafka())]
    }

    fn databases(&self) -> Result<()> {
        postgres::prepare_primary(self.stack, self.passwords)?;
        self.start("postgres-primary")?;
        postgres::ensure_roles(self.stack, self.passwords)?;
        if self.state("postgres-replica")? == State::Running {
            postgres::configure(self.stack, postgres::REPLICA)?;
        } else {
            postgres::prepare_replica(self.stack, self.passwords)?;
        }
        self.start("postgres-replica")
    }

    fn kafka(&self) -> Result<()> {
        if !self.artifacts.kafka.exists() {
            progress::step("Kafka fetched", || jars::fetch_kafka(self.stack))?;
        }
        let archive = parts::kafka_jvm(self.stack, self.artifacts).archive;
        class_data::ensure(self.stack, "kafka", &archive, |partial| class_data::train_kafka(self.stack, self.artifacts, partial))?;
        kafka::ensure_storage(self.stack, self.artifacts)?;
        self.start("kafka")
    }

    fn zipkin(&self) -> Result<()> {
        jars::fetch_zipkin(self.stack)?;
        let archive = parts::zipkin_jvm(self.stack, self.artifacts).archive;
        class_data::ensure(self.stack, "zipkin", &archive, |partial| class_data::train_zipkin(self.stack, self.artifacts, partial))
    }

    /// Selling comes before tracing: a trace store that cannot be had is one line and no more.
    fn traces(&self, part: &str, obtain: impl FnOnce() -> Result<()>) -> Result<()> {
        if let Err(error) = obtain() {
            interrupt::check()?;
            let cause = error.to_string();
            let cause = cause.lines().next().unwrap_or_default();
            progress::note(&format!("going on without {part}, so without traces: {cause}"));
            return Ok(());
        }
        self.start(part)
    }

    fn gateway(&self) -> Result<()> {
        let config = fingerprints::of_directory(&self.stack.config("nginx"));
        let was_running = self.state("gateway")? == State::Running;
        if was_running && !self.fingerprints.is("gateway-config", &config) {
            check_gateway(self.stack, self.artifacts)?;
            supervisor::signal_part(self.stack, "gateway", "HUP")?;
        }
        self.start("gateway")?;
        self.fingerprints.remember("gateway-config", &config)
    }

    fn services(&self) -> Result<()> {
        let mut before = self.stores();
        before.push(Box::new(|| self.builds.services.wait().copied()));
        side_by_side(before)?;
        side_by_side(vec![
            Box::new(|| self.once("migrate-order", "orders migrated", "order", || self.migrate("order", "order-1"))),
            Box::new(|| self.once("migrate-user", "users migrated", "user", || self.migrate("user", "user-1"))),
        ])?;
        self.once("seed", "catalogue seeded", "seed", || self.seed())?;
        let names = self.parts.iter().filter(|part| part.kind == Kind::Service).map(|part| part.name);
        side_by_side(names.map(|name| -> Step { Box::new(move || self.start(name)) }).collect())
    }

    fn browser(&self) -> Result<()> {
        publish::publish(self.stack, self.builds.web.wait()?)
    }

    fn migrate(&self, binary: &str, part: &str) -> Result<()> {
        let part = self.part(part)?;
        let mut migrate = Command::new(self.stack.binary(binary));
        migrate.arg("migrate").current_dir(self.stack.run(part.name)).envs(part.environment.iter().cloned());
        command::logged(&mut migrate, &format!("Migrating with {binary}"), &self.stack.log(&format!("migrate-{binary}")))
    }

    fn seed(&self) -> Result<()> {
        let mut seed = seed::command(self.stack, self.passwords, None);
        command::logged(&mut seed, "Seeding the catalogue", &self.stack.log("seed"))
    }

    fn operator(&self) -> Result<()> {
        match operator::seed(self.stack, self.part("user-1")?)? {
            Seeded::Made(account) => *self.operator.lock().unwrap_or_else(PoisonError::into_inner) = Some(account),
            Seeded::Exists => {}
            Seeded::Taken(email) => progress::note(&format!("no operator was made: a shopper has registered as {email}")),
        }
        Ok(())
    }

    /// Skips what the same binary has done in this home already.
    fn once(&self, stamp: &str, name: &str, binary: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
        let print = fingerprints::of_file(&self.stack.binary(binary));
        let file = self.stack.home.join("stamps").join(stamp);
        if fs::read_to_string(&file).is_ok_and(|done| done == print) {
            return Ok(());
        }
        progress::step(name, work)?;
        fs::create_dir_all(self.stack.home.join("stamps"))?;
        fs::write(file, print)?;
        Ok(())
    }

    fn part(&self, name: &str) -> Result<&Part> {
        self.parts.iter().find(|part| part.name == name).with_context(|| format!("There is no part \"{name}\"."))
    }

    fn state(&self, name: &str) -> Result<State> {
        // A part that the running supervisor has never heard of is stopped.
        Ok(supervisor::infos(self.stack)?.iter().find(|info| info.name == name).map_or(State::Stopped, |info| info.state))
    }

    /// Starts a part, or restarts one that is out of date, and waits until it is ready.
    fn start(&self, name: &str) -> Result<()> {
        let part = self.part(name)?;
        let print = fingerprints::of_part(part);
        if self.state(name)? == State::Running && self.fingerprints.is(name, &print) {
            return ready::wait(self.stack, part);
        }
        progress::step(&format!("{name} ready"), || {
            supervisor::stop_part(self.stack, name).or_else(unknown_is_stopped)?;
            supervisor::reload_parts(self.stack, &[name])?;
            ports_are_free(self.stack, part)?;
            self.started.lock().unwrap_or_else(PoisonError::into_inner).push(part.name);
            supervisor::start_part(self.stack, name)?;
            ready::wait(self.stack, part)?;
            self.fingerprints.remember(name, &print)
        })
    }

    /// Leaves nothing half-started.
    fn undo(&self) {
        let started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        let stopped = if self.owns_supervisor {
            down::stop_all(self.stack)
        } else {
            // Each of them, whatever becomes of the one before.
            let stopped: Vec<_> = started.iter().rev().map(|part| supervisor::stop_part(self.stack, part)).collect();
            stopped.into_iter().collect()
        };
        if let Err(error) = stopped {
            progress::note(&format!("not everything could be stopped: {error}"));
        }
    }
}

fn unknown_is_stopped(error: anyhow::Error) -> Result<()> {
    if error.to_string().contains("BAD_NAME") { Ok(()) } else { Err(error) }
}

fn check_gateway(stack: &Stack, artifacts: &Artifacts) -> Result<()> {
    let mut test = Command::new(&artifacts.nginx);
    test.arg("-t").arg("-p").arg(stack.run("gateway")).arg("-c").arg(stack.config("nginx/nginx.conf"));
    command::logged(&mut test, "Checking the gateway's configuration", &stack.log("gateway-check"))
}

fn ports_are_free(stack: &Stack, part: &Part) -> Result<()> {
    for port in &part.ports {
        let number = stack.ports.get(*port);
        if loopback::port_is_free(number) {
            continue;
        }
        let holder =
            process::listener(number).map_or_else(|| "another process".to_owned(), |(pid, name)| format!("{name} (process {pid})"));
        let other = if number > 40_000 { 20_000 } else { stack.ports.base() + 1000 };
        return Err(Trouble::new(format!("Port {number}, which {} needs, is taken by {holder}.", part.name))
            .advice(format!("Stop that, or use other ports: TRADEWIND_BASE_PORT={other} ./tradewind up"))
            .into());
    }
    Ok(())
}

/// What a browser needs before its first purchase, asked through the gateway.
fn wait_for_shop(stack: &Stack) -> Result<()> {
    let gateway = stack.ports.get(Port::Gateway);
    let wanted = [("GET", "/", 200), ("GET", "/api/v1/products", 200), ("POST", "/api/v1/sessions/guest", 201)];
    let deadline = Instant::now() + SHOP_TIMEOUT;
    for (method, path, status) in wanted {
        loop {
            let got = loopback::http(gateway, method, path, "").map(|answer| answer.status);
            if got.as_ref().is_ok_and(|got| *got == status) {
                break;
            }
            if Instant::now() > deadline {
                let got = got.map_or_else(|error| error.to_string(), |got| format!("status {got}"));
                return Err(Trouble::new(format!(
                    "Every part is ready, and {method} {path} at the gateway gives {got} instead of {status}."
                ))
                .log(&stack.log("gateway"))
                .advice(format!("Look at the services' logs in {}", Path::new(&stack.home).join("logs").display()))
                .into());
            }
            interrupt::pause(Duration::from_millis(200))?;
        }
    }
    Ok(())
}
