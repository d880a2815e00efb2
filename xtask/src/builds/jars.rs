//! Apache Kafka and Zipkin, from Maven Central.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::{into_cache, scratch};
use crate::command;
use crate::stack::Stack;

const KAFKA_VERSION: &str = "4.2.0";
const ZIPKIN_VERSION: &str = "3.6.1";
/// Names its libraries in `lib/` beside it.
pub const ZIPKIN_JAR: &str = "zipkin.jar";
/// The version that Kafka's pom pins, too: a newer one may want a newer Maven than Debian's.
const DEPENDENCY_PLUGIN: &str = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1";

pub fn kafka_directory(stack: &Stack) -> PathBuf {
    stack.cache.join(format!("kafka-{KAFKA_VERSION}"))
}

pub fn zipkin_directory(stack: &Stack) -> PathBuf {
    stack.cache.join(format!("zipkin-server-{ZIPKIN_VERSION}"))
}

/// # Errors
/// When Maven fails, e.g. because Maven Central cannot be reached.
pub fn fetch_kafka(stack: &Stack) -> Result<()> {
    into_cache(&kafka_directory(stack), |partial| {
        let mut maven = maven(stack, &format!("{DEPENDENCY_PLUGIN}:copy-dependencies"));
        maven
            .arg("-f")
            .arg(stack.root.join("infra/kafka/pom.xml"))
            .arg("-DincludeScope=runtime")
            .arg(format!("-DoutputDirectory={}", partial.display()));
        command::logged(&mut maven, "Fetching Kafka from Maven Central", &stack.log("build-kafka"))
    })
}

/// # Errors
/// When Maven fails, e.g. because Maven Central cannot be reached.
pub fn fetch_zipkin(stack: &Stack) -> Result<()> {
    into_cache(&zipkin_directory(stack), |partial| {
        let directory = scratch(partial);
        let mut maven = maven(stack, &format!("{DEPENDENCY_PLUGIN}:copy"));
        maven
            // Without the brokers and databases that we do not keep traces in.
            .arg(format!("-Dartifact=io.zipkin:zipkin-server:{ZIPKIN_VERSION}:jar:slim"))
            .arg(format!("-DoutputDirectory={}", directory.display()));
        let log = stack.log("build-zipkin");
        command::logged(&mut maven, "Fetching Zipkin from Maven Central", &log)?;
        // Classes inside of jars inside of a jar load slowly and fit no class-data archive.
        let jar = only_file(&directory)?;
        let mut unpack = Command::new("java");
        unpack.args(["-Djarmode=tools", "-jar"]).arg(&jar).arg("extract").arg("--destination").arg(partial);
        command::logged(&mut unpack, "Unpacking Zipkin", &log)?;
        fs::rename(partial.join(jar.file_name().unwrap_or_default()), partial.join(ZIPKIN_JAR)).context("Zipkin's jar is not there")
    })
}

fn maven(stack: &Stack, goal: &str) -> Command {
    let mut maven = Command::new("mvn");
    maven.current_dir(&stack.root).args(["--batch-mode", "--quiet", "-Dstyle.color=never", goal]);
    maven
}

fn only_file(directory: &Path) -> Result<PathBuf> {
    Ok(fs::read_dir(directory)?.next().context("Maven fetched nothing")??.path())
}
