//! Class-data archives: a JVM that finds its classes parsed and verified starts in half the time, and
//! Kafka and Zipkin must be back soon after they were killed.
//!
//! An archive is written when a training run of the same program ends. It lies beside the jars that it
//! was made from, and a JVM that it does not fit ignores it.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::artifacts::Artifacts;
use crate::builds::{into_cache, scratch, short_hash};
use crate::command;
use crate::interrupt;
use crate::kafka;
use crate::loopback;
use crate::parts::{self, Jvm};
use crate::progress;
use crate::stack::Stack;

const START_TIMEOUT: Duration = Duration::from_secs(120);

/// Where the archive for this machine's Java lies.
pub fn archive(java: &Path, jars: &Path) -> PathBuf {
    // Another Java writes another archive; its size and its age tell them apart without starting it.
    let program = fs::canonicalize(java).unwrap_or_else(|_| java.to_owned());
    let about = fs::metadata(&program).map(|metadata| (metadata.len(), metadata.modified().ok()));
    jars.join(format!("classes-{}.jsa", short_hash(&format!("{} {:?}", program.display(), about.ok()))))
}

/// Without an archive everything works, only more slowly: a failed training is one line.
///
/// # Errors
/// On Ctrl-C.
pub fn ensure(stack: &Stack, what: &str, archive: &Path, train: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    if archive.exists() {
        return Ok(());
    }
    let trained = progress::step(&format!("{what}'s classes archived"), || into_cache(archive, train));
    if let Err(error) = trained {
        interrupt::check()?;
        let log = stack.log(&format!("train-{what}"));
        progress::note(&format!("{what} starts without a class-data archive: {error:#} ({})", log.display()));
    }
    Ok(())
}

/// Zipkin ends by itself once everything is wired up.
///
/// # Errors
/// When it writes no archive.
pub fn train_zipkin(stack: &Stack, artifacts: &Artifacts, archive: &Path) -> Result<()> {
    let mut java = java(&parts::zipkin_jvm(stack, artifacts), archive);
    java.arg("-Dspring.context.exit=onRefresh").arg("-jar").arg(artifacts.zipkin_jar());
    command::logged(&mut java, "Zipkin's training run", &stack.log("train-zipkin"))?;
    written(archive)
}

/// Kafka runs as a broker of its own, on ports and in a directory that nobody else uses.
///
/// # Errors
/// When it does not start, or writes no archive.
pub fn train_kafka(stack: &Stack, artifacts: &Artifacts, archive: &Path) -> Result<()> {
    let directory = scratch(archive);
    fs::create_dir_all(&directory)?;
    let (broker, controller) = free_ports()?;
    let config = directory.join("server.properties");
    let rendered = fs::read_to_string(stack.config("kafka/server.properties")).context("Kafka's configuration is missing")?;
    // In a properties file the last word counts.
    fs::write(
        &config,
        format!(
            "{rendered}\nlog.dirs={}\ncontroller.quorum.voters=1@127.0.0.1:{controller}\n\
             listeners=PLAINTEXT://127.0.0.1:{broker},CONTROLLER://127.0.0.1:{controller}\n\
             advertised.listeners=PLAINTEXT://127.0.0.1:{broker}\n",
            directory.join("data").display()
        ),
    )?;
    kafka::format_storage(stack, artifacts, &config)?;

    let log = stack.log("train-kafka");
    let output = File::create(&log)?;
    let mut java = java(&parts::kafka_jvm(stack, artifacts), archive);
    java.arg("kafka.Kafka").arg(&config).stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output).process_group(0);
    let mut broker_process = java.spawn().context("java cannot be started")?;
    let pid = Pid::from_raw(i32::try_from(broker_process.id())?);
    let started = Instant::now();
    while !loopback::kafka_answers(broker) && broker_process.try_wait()?.is_none() && started.elapsed() < START_TIMEOUT {
        if interrupt::pause(Duration::from_millis(100)).is_err() {
            break;
        }
    }
    let _ = kill(pid, Signal::SIGTERM);
    command::wait(&mut broker_process, |_| {})?;
    written(archive)
}

fn java(jvm: &Jvm, archive: &Path) -> Command {
    let mut java = Command::new(&jvm.program);
    java.args(&jvm.flags).arg(format!("-XX:ArchiveClassesAtExit={}", archive.display()));
    java
}

fn written(archive: &Path) -> Result<()> {
    if !archive.is_file() {
        bail!("no archive was written");
    }
    Ok(())
}

/// Two at once, so that they differ.
fn free_ports() -> Result<(u16, u16)> {
    let listeners = [TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?, TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?];
    Ok((listeners[0].local_addr()?.port(), listeners[1].local_addr()?.port()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_java_has_another_archive() {
        let jars = Path::new("/jars");
        assert_eq!(archive(Path::new("/bin/sh"), jars), archive(Path::new("/bin/sh"), jars));
        assert_ne!(archive(Path::new("/bin/sh"), jars), archive(Path::new("/bin/ls"), jars));
    }
}
