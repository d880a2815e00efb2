//! Renders everything under `infra/` that a stack's parts read, into its home.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;

use anyhow::{Context, Result};

use crate::parts::{Account, Kind, Part};
use crate::secrets::write_private;
use crate::stack::{Stack, is_root};
use crate::template::{self, Values};

/// Files that are rendered to the same path below the home's `config/`.
const FILES: [&str; 14] = [
    "kafka/server.properties",
    "kafka/log4j2.xml",
    "redis/redis.conf",
    "otel/collector.yaml",
    "native/gateway.sh",
    "nginx/nginx.conf",
    "nginx/limits.conf",
    "nginx/trace.conf",
    "nginx/problem.conf",
    "nginx/static.conf",
    "nginx/mime.conf",
    "nginx/proxy.conf",
    "nginx/answer-problem.conf",
    "nginx/page-headers.conf",
];
/// nginx's modules that Debian packages by themselves; other builds may have them compiled in.
const BROTLI_MODULE: &str = "/usr/lib/nginx/modules/ngx_http_brotli_static_module.so";

/// # Errors
/// When a template names something unknown, or a file cannot be written.
pub fn render(stack: &Stack, parts: &[Part]) -> Result<()> {
    directories(stack, parts)?;
    let values = gateway_values(stack);
    for file in FILES {
        write(stack, file, &values)?;
    }
    supervisor(stack, parts)
}

fn on(condition: bool, text: &str) -> String {
    if condition { text.to_owned() } else { String::new() }
}

fn directories(stack: &Stack, parts: &[Part]) -> Result<()> {
    for directory in ["logs", "run", "kafka", "payments", "gateway-cache", "web"] {
        fs::create_dir_all(stack.home.join(directory)).with_context(|| format!("{} cannot be written", stack.home.display()))?;
    }
    for private in ["config", "run"] {
        let path = stack.home.join(private);
        fs::create_dir_all(&path)?;
        let mode = if private == "run" { 0o711 } else { 0o700 };
        fs::set_permissions(&path, fs::Permissions::from_mode(mode))?;
    }
    for part in parts {
        // Each part's own working directory: by it its processes are known.
        fs::create_dir_all(stack.run(part.name))?;
    }
    // Whole at any moment: every command begins by reading it.
    let unfinished = stack.run("base-port.unfinished");
    fs::write(&unfinished, stack.ports.base().to_string())?;
    fs::rename(unfinished, stack.run("base-port"))?;
    Ok(())
}

fn write(stack: &Stack, file: &str, values: &Values) -> Result<()> {
    let source = stack.root.join("infra").join(file);
    let text = read(&source)?;
    let rendered = template::render(&text, values).with_context(|| format!("in infra/{file}"))?;
    let target = stack.config(file);
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent)?;
    }
    write_private(&target, &rendered)
}

/// Renders only the gateway's limits, for a running gateway that is then told to reload.
///
/// # Errors
/// As [`render`].
pub fn render_limits(stack: &Stack) -> Result<()> {
    let values = gateway_values(stack);
    write(stack, "nginx/limits.conf", &values)?;
    write(stack, "nginx/nginx.conf", &values)
}

/// The stack's values and what depends on this machine's nginx.
fn gateway_values(stack: &Stack) -> Values {
    let brotli = Path::new(BROTLI_MODULE).exists();
    let mut values = stack.values();
    values.insert("modules".into(), on(brotli, &format!("load_module {BROTLI_MODULE};")));
    values.insert("brotli".into(), on(brotli, "brotli_static on;"));
    // Workers read the home, which may lie where only root can; the services run as root then, too.
    values.insert("user".into(), on(is_root(), "user root;"));
    values
}

fn supervisor(stack: &Stack, parts: &[Part]) -> Result<()> {
    let mut values = stack.values();
    values.insert("user".into(), on(is_root(), "user=root"));
    let mut text = template::render(&read(&stack.root.join("infra/native/supervisord.conf"))?, &values)?;
    let program = read(&stack.root.join("infra/native/program.conf"))?;
    for part in parts {
        values.insert("name".into(), part.name.to_owned());
        values.insert("command".into(), escape(&part.command.join(" ")));
        values.insert("environment".into(), environment(part));
        // Another account may not be able to enter the home.
        let directory = match part.account {
            Account::Own => stack.run(part.name),
            Account::Postgres => stack.postgres_root(),
        };
        values.insert("directory".into(), directory.display().to_string());
        // Stopping goes backwards: our own parts, side by side, before what they need.
        let priority = match part.kind {
            Kind::Infrastructure => 10,
            Kind::Service => 20,
        };
        values.insert("priority".into(), priority.to_string());
        values.insert("stopsignal".into(), part.stop_signal.to_owned());
        let other_user = part.account == Account::Postgres && is_root();
        values.insert("user".into(), on(other_user, "user=postgres"));
        text.push_str(&template::render(&program, &values)?);
    }
    write_private(&stack.config("supervisord.conf"), &text)
}

/// `A="b",C="d"`, as supervisord reads it.
fn environment(part: &Part) -> String {
    let name = ("TRADEWIND_PART", part.name.to_owned());
    let pairs: Vec<String> = part.environment.iter().chain([&name]).map(|(name, value)| format!("{name}=\"{}\"", escape(value))).collect();
    pairs.join(",")
}

/// supervisord expands `%(...)s`.
fn escape(text: &str) -> String {
    text.replace('%', "%%")
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}

/// Gives a path to the `postgres` account when root runs the stack; otherwise it is ours already.
///
/// # Errors
/// When there is no such account, or the owner cannot be changed.
pub fn give_to_postgres(path: &Path) -> Result<()> {
    if !is_root() {
        return Ok(());
    }
    let user = nix::unistd::User::from_name("postgres")?.context("There is no account \"postgres\", which Debian's package makes.")?;
    chown(path, Some(user.uid.as_raw()), Some(user.gid.as_raw()))?;
    Ok(())
}
