//! One stack: where the sources, the data and the caches lie, and which ports it uses.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::ports::{DEFAULT_BASE, Port, Ports};
use crate::trouble::Trouble;

/// A unix socket's path has at most 107 bytes; the supervisor adds a process id to ours.
const MAX_HOME_BYTES: usize = 75;

/// The gateway's limits, rendered into `infra/nginx/limits.conf`: requests per second and burst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub address: (u32, u32),
    pub guest_sessions: (u32, u32),
    pub otlp: (u32, u32),
}

impl Limits {
    /// What the HTTP contract promises: `backend/contract/src/limits.rs`, with which `tests/contract` compares it.
    pub const NORMAL: Limits = Limits { address: (300, 600), guest_sessions: (5, 300), otlp: (20, 60) };
    /// While a load test runs, everybody comes from one address.
    pub const LOAD: Limits = Limits { address: (100_000, 100_000), guest_sessions: (10_000, 10_000), otlp: (10_000, 10_000) };
}

#[derive(Clone, Debug)]
pub struct Stack {
    /// The repository.
    pub root: PathBuf,
    /// Everything that the stack writes.
    pub home: PathBuf,
    /// What is built or fetched once, by version.
    pub cache: PathBuf,
    pub ports: Ports,
    pub limits: Limits,
    /// Seconds from paid to shipped, and from shipped to delivered.
    pub delivery_steps_s: (u32, u32),
    /// How long a message that failed waits before each of its three later tries.
    pub retries_ms: [u32; 3],
}

impl Stack {
    /// The stack that `TRADEWIND_HOME` and `TRADEWIND_BASE_PORT` name. Without a base port, the one
    /// that this home was started with last.
    ///
    /// # Errors
    /// For a home or a port that cannot work, in one sentence each.
    pub fn from_environment() -> Result<Self> {
        let root = repository()?;
        let home = match env::var_os("TRADEWIND_HOME") {
            Some(path) if !path.is_empty() => absolute(Path::new(&path))?,
            _ => root.join(".tradewind"),
        };
        let wanted = match env::var("TRADEWIND_BASE_PORT") {
            Ok(text) if !text.is_empty() => Some(Ports::parse(&text)?),
            _ => None,
        };
        Self::at(root, home, wanted)
    }

    /// The stack that tests use: next to the developer's own, never the same.
    ///
    /// # Errors
    /// As [`Stack::from_environment`].
    pub fn for_tests() -> Result<Self> {
        let root = repository()?;
        let home = root.join("target/test-home");
        let base = env::var("TRADEWIND_TEST_BASE_PORT").unwrap_or_else(|_| "18080".to_owned());
        let mut stack = Self::at(root, home, Some(Ports::parse(&base)?))?;
        stack.delivery_steps_s = (5, 5);
        stack.retries_ms = [500, 2_000, 8_000];
        Ok(stack)
    }

    fn at(root: PathBuf, home: PathBuf, wanted: Option<Ports>) -> Result<Self> {
        check_home(&home)?;
        let recorded = fs::read_to_string(home.join("run/base-port")).ok();
        let ports = match (wanted, recorded) {
            (Some(ports), _) => ports,
            (None, Some(text)) => Ports::parse(&text)?,
            (None, None) => Ports::new(DEFAULT_BASE)?,
        };
        Ok(Self {
            cache: cache_directory()?,
            root,
            home,
            ports,
            limits: Limits::NORMAL,
            delivery_steps_s: (15, 15),
            retries_ms: [5_000, 60_000, 600_000],
        })
    }

    pub fn config(&self, path: &str) -> PathBuf {
        self.home.join("config").join(path)
    }

    pub fn run(&self, path: &str) -> PathBuf {
        self.home.join("run").join(path)
    }

    pub fn log(&self, part: &str) -> PathBuf {
        self.home.join("logs").join(format!("{part}.log"))
    }

    pub fn secret_file(&self, name: &str) -> PathBuf {
        self.home.join("secrets").join(name)
    }

    pub fn supervisor_socket(&self) -> PathBuf {
        self.run("supervisor.sock")
    }

    /// A service's binary, built by cargo.
    pub fn binary(&self, name: &str) -> PathBuf {
        self.root.join("target/debug").join(name)
    }

    /// Where the databases lie. Postgres refuses to run as root; as another user it cannot enter a
    /// home below `/root`, so root's stacks may keep their databases beside it.
    pub fn postgres_root(&self) -> PathBuf {
        if !is_root() || everybody_may_enter(&self.home) {
            return self.home.join("postgres");
        }
        let name: String = self
            .home
            .components()
            .filter_map(|component| match component {
                Component::Normal(name) => name.to_str(),
                _ => None,
            })
            .collect::<Vec<_>>()
            .join("-");
        Path::new("/var/lib/tradewind").join(name)
    }

    /// What every template may use.
    pub fn values(&self) -> BTreeMap<String, String> {
        let mut values = BTreeMap::from([
            ("home".to_owned(), self.home.display().to_string()),
            ("config".to_owned(), self.config("").display().to_string().trim_end_matches('/').to_owned()),
        ]);
        for port in Port::ALL {
            values.insert(format!("port.{}", port.name()), self.ports.get(*port).to_string());
        }
        let limits = [("address", self.limits.address), ("guest_sessions", self.limits.guest_sessions), ("otlp", self.limits.otlp)];
        for (name, (rate, burst)) in limits {
            values.insert(format!("limit.{name}.rate"), rate.to_string());
            values.insert(format!("limit.{name}.burst"), burst.to_string());
        }
        values
    }
}

pub fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

/// xtask lies in the repository, wherever it is called from.
///
/// # Errors
/// When it does not.
pub fn repository() -> Result<PathBuf> {
    let manifest = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    let root = manifest.parent().context("xtask lies in no workspace")?;
    if !root.join("infra/native").is_dir() {
        bail!("{} is not Tradewind's repository.", root.display());
    }
    Ok(root.to_owned())
}

fn cache_directory() -> Result<PathBuf> {
    if let Some(cache) = env::var_os("XDG_CACHE_HOME").filter(|path| !path.is_empty()) {
        return Ok(PathBuf::from(cache).join("tradewind"));
    }
    let user = env::var_os("HOME").context("HOME is not set, so there is no place for the cache.")?;
    Ok(PathBuf::from(user).join(".cache/tradewind"))
}

fn absolute(path: &Path) -> Result<PathBuf> {
    let joined = std::path::absolute(path)?;
    // The deepest part that exists decides: links and `..` would give one home two names.
    let mut existing = joined.clone();
    let mut missing = Vec::new();
    while !existing.exists() {
        let Some(name) = existing.file_name() else { break };
        missing.push(name.to_owned());
        existing.pop();
    }
    let mut home = existing.canonicalize().unwrap_or(existing);
    home.extend(missing.iter().rev());
    Ok(home)
}

fn check_home(home: &Path) -> Result<()> {
    let text = home.to_string_lossy();
    let plain = |character: char| character.is_ascii_alphanumeric() || "/._-+@".contains(character);
    if !text.chars().all(plain) {
        return Err(Trouble::new(format!(
            "TRADEWIND_HOME is \"{text}\", and several parts cannot live under a path with such characters."
        ))
        .advice("Choose a path of letters, digits and . _ - only, e.g. TRADEWIND_HOME=/tmp/tradewind ./tradewind up")
        .into());
    }
    if text.len() > MAX_HOME_BYTES {
        return Err(Trouble::new(format!(
            "TRADEWIND_HOME is {} bytes long, and a unix socket below it needs at most {MAX_HOME_BYTES}.",
            text.len()
        ))
        .advice("Choose a shorter one, e.g. TRADEWIND_HOME=/tmp/tradewind ./tradewind up")
        .into());
    }
    Ok(())
}

/// Whether any user can pass through a directory and those above it. A directory that does not exist
/// yet is made with the usual rights.
fn everybody_may_enter(directory: &Path) -> bool {
    directory.ancestors().all(|ancestor| fs::metadata(ancestor).map_or(true, |metadata| metadata.permissions().mode() & 0o001 != 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template;

    fn stack() -> Stack {
        Stack::at(repository().expect("a repository"), PathBuf::from("/tmp/a-home"), Some(Ports::new(9000).expect("a base")))
            .expect("a stack")
    }

    #[test]
    fn homes_that_parts_cannot_live_in_are_refused() {
        assert!(check_home(Path::new("/tmp/with space")).is_err());
        assert!(check_home(Path::new(&format!("/{}", "a".repeat(90)))).is_err());
        assert!(check_home(Path::new("/tmp/plain-1.0")).is_ok());
    }

    #[test]
    fn links_and_dots_do_not_give_a_home_two_names() {
        let twice = absolute(Path::new("/tmp/../tmp/not-there/x")).expect("absolute");
        assert_eq!(twice, absolute(Path::new("/tmp/not-there/x")).expect("absolute"));
    }

    #[test]
    fn the_limits_are_those_of_the_contract() {
        let stack = stack();
        let text = template::render("{{limit.address.rate}} {{limit.guest_sessions.burst}}", &stack.values());
        assert_eq!(text.expect("rendered"), "300 300");
    }
}
