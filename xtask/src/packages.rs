//! What the machine must have before anything can be built or started, and how Debian calls it.

use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use anyhow::Result;

use crate::command;
use crate::interrupt::Interrupted;
use crate::postgres;
use crate::progress;
use crate::stack::{Stack, is_root};
use crate::trouble::Trouble;
use crate::web::toolchain;

/// What the packages are wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// The parts that are not ours.
    Infrastructure,
    /// Compilers for our own parts.
    Build,
    /// Debian's compiler for the browser's part, where rustup has none.
    Wasm,
    /// The tests, which need a browser.
    Test,
}

enum Probe {
    Program(&'static str),
    File(&'static str),
    Postgres,
    /// The standard library's source, beside Debian's compiler.
    RustSource,
}

struct Need {
    purpose: Purpose,
    probe: Probe,
    /// Debian's name.
    package: &'static str,
}

const fn program(purpose: Purpose, name: &'static str, package: &'static str) -> Need {
    Need { purpose, probe: Probe::Program(name), package }
}

const NEEDS: [Need; 23] = [
    Need { purpose: Purpose::Infrastructure, probe: Probe::Postgres, package: "postgresql" },
    program(Purpose::Infrastructure, "redis-server", "redis-server"),
    program(Purpose::Infrastructure, "nginx", "nginx"),
    Need {
        purpose: Purpose::Infrastructure,
        probe: Probe::File("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so"),
        package: "libnginx-mod-http-brotli-static",
    },
    program(Purpose::Infrastructure, "supervisord", "supervisor"),
    program(Purpose::Infrastructure, "openssl", "openssl"),
    program(Purpose::Infrastructure, "runuser", "util-linux"),
    program(Purpose::Infrastructure, "pgrep", "procps"),
    program(Purpose::Infrastructure, "java", "default-jre-headless"),
    program(Purpose::Infrastructure, "mvn", "maven"),
    // librdkafka, mimalloc and ring are compiled from C.
    program(Purpose::Build, "cc", "build-essential"),
    program(Purpose::Build, "c++", "build-essential"),
    program(Purpose::Build, "make", "build-essential"),
    program(Purpose::Build, "pkg-config", "pkg-config"),
    program(Purpose::Build, "perl", "perl"),
    program(Purpose::Build, "wasm-opt", "binaryen"),
    program(Purpose::Infrastructure, "go", "golang-go"),
    Need { purpose: Purpose::Wasm, probe: Probe::File(toolchain::DEBIAN_RUSTC), package: "rustc-web" },
    Need { purpose: Purpose::Wasm, probe: Probe::RustSource, package: "rust-web-src" },
    program(Purpose::Wasm, toolchain::LINKER, "lld-22"),
    program(Purpose::Test, "chromium", "chromium"),
    program(Purpose::Test, "node", "nodejs"),
    program(Purpose::Test, "npm", "npm"),
];

impl Need {
    fn is_met(&self) -> bool {
        match self.probe {
            Probe::Program(name) => command::find(name).is_some(),
            Probe::File(path) => Path::new(path).exists(),
            Probe::Postgres => !postgres::installed_releases().is_empty(),
            Probe::RustSource => toolchain::debian_source().is_some(),
        }
    }
}

/// Packages that are missing, each once.
pub fn missing(purposes: &[Purpose]) -> Vec<&'static str> {
    let mut packages: Vec<&str> =
        NEEDS.iter().filter(|need| purposes.contains(&need.purpose) && !need.is_met()).map(|need| need.package).collect();
    packages.sort_unstable();
    packages.dedup();
    packages
}

/// # Errors
/// When something is missing and cannot be installed: the message holds the line to run.
pub fn may_install(purposes: &[Purpose]) -> Result<()> {
    let packages = missing(purposes);
    if packages.is_empty() {
        return Ok(());
    }
    if root_prefix().is_none() {
        return Err(Trouble::new(format!("These packages are missing, and installing them needs root: {}.", packages.join(" ")))
            .advice(format!("Run this line and start again:\n  sudo {}", install_line(&packages)))
            .into());
    }
    if command::find("apt-get").is_none() {
        return Err(Trouble::new(format!("These packages are missing, and this machine has no apt: {}.", packages.join(" ")))
            .advice("Install them in your system's way and start again.")
            .into());
    }
    Ok(())
}

/// Installs what is missing, when it may.
///
/// # Errors
/// As [`may_install`], and when apt fails.
pub fn ensure(stack: &Stack, purposes: &[Purpose]) -> Result<()> {
    let packages = missing(purposes);
    if packages.is_empty() {
        return Ok(());
    }
    may_install(purposes)?;
    let prefix = root_prefix().unwrap_or_default();
    progress::begin(&format!("installing {}", packages.join(" ")));
    progress::step("packages installed", || {
        install(stack, prefix, &packages).map_err(|error| {
            if error.is::<Interrupted>() {
                return error;
            }
            let prefix = if is_root() { "" } else { "sudo " };
            error.context(format!("Install them by hand and start again: {prefix}{}", install_line(&packages)))
        })
    })
}

fn install_line(packages: &[&str]) -> String {
    format!("sh -c 'apt-get update && apt-get install -y --no-install-recommends {}'", packages.join(" "))
}

/// How to become root without asking anybody; `None` when that is not possible.
fn root_prefix() -> Option<&'static [&'static str]> {
    if is_root() {
        return Some(&[]);
    }
    let allowed = Command::new("sudo").args(["-n", "true"]).output().is_ok_and(|output| output.status.success());
    allowed.then_some(&["sudo", "-n"])
}

/// Debian starts servers as soon as they are installed, nginx on all interfaces. A `policy-rc.d` that
/// says no is its own way to prevent that; units of what we installed are not enabled either, because
/// the stack brings its own supervisor.
const INSTALL: &str = r#"
set -eu
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod 755 "$policy"
    trap 'rm -f "$policy"' EXIT
fi
apt-get update -q
apt-get install -q -y --no-install-recommends "$@"
if [ -d /run/systemd/system ]; then
    for package in "$@"; do
        case $package in
            nginx | redis-server | postgresql | supervisor) systemctl disable "$package" || true ;;
        esac
    done
fi
"#;

/// Two steps may want packages at the same time; apt serves one.
static APT: Mutex<()> = Mutex::new(());

fn install(stack: &Stack, prefix: &[&str], packages: &[&str]) -> Result<()> {
    let _one = APT.lock().unwrap_or_else(PoisonError::into_inner);
    let mut words: Vec<&str> = prefix.to_vec();
    words.extend(["sh", "-c", INSTALL, "install"]);
    words.extend(packages);
    let (program, arguments) = words.split_first().unwrap_or((&"sh", &[]));
    // A package manager that is ended half-way leaves its database to be mended by hand.
    command::logged_to_its_end(Command::new(program).args(arguments), "Installing packages", &stack.log("install-packages"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_installed_twice() {
        let packages = missing(&[Purpose::Infrastructure, Purpose::Build, Purpose::Test]);
        let mut once = packages.clone();
        once.dedup();
        assert_eq!(packages, once);
    }

    #[test]
    fn a_program_that_is_there_is_not_missing() {
        let need = program(Purpose::Build, "sh", "dash");
        assert!(need.is_met());
        assert!(!program(Purpose::Build, "no-such-program", "none").is_met());
    }
}
