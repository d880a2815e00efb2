//! Kafka's storage is formatted once, before its first start.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::artifacts::Artifacts;
use crate::command;
use crate::stack::Stack;

/// # Errors
/// When the storage tool fails.
pub fn ensure_storage(stack: &Stack, artifacts: &Artifacts) -> Result<()> {
    if stack.home.join("kafka/meta.properties").exists() {
        return Ok(());
    }
    format_storage(stack, artifacts, &stack.config("kafka/server.properties"))
}

/// Formats what a configuration names as `log.dirs`.
///
/// # Errors
/// When the storage tool fails.
pub fn format_storage(stack: &Stack, artifacts: &Artifacts, config: &Path) -> Result<()> {
    let mut tool = Command::new(&artifacts.java);
    tool.args(["-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"])
        .arg(format!("-Dlog4j2.configurationFile={}", stack.config("kafka/log4j2.xml").display()))
        .arg("-cp")
        .arg(format!("{}/*", artifacts.kafka.display()))
        .args(["kafka.tools.StorageTool", "format", "-t", &cluster_id()?, "-c"])
        .arg(config);
    command::logged(&mut tool, "Formatting Kafka's storage", &stack.log("kafka-format"))
}

/// 128 bits in base 64 without padding: 22 characters, of which the last holds 2 bits. Hexadecimal
/// digits are such characters, and 84 random bits are enough to tell clusters apart.
fn cluster_id() -> Result<String> {
    let mut bytes = [0_u8; 11];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("{}A", &digits[..21]))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_cluster_id_has_the_length_of_a_uuid_in_base_64() {
        assert_eq!(super::cluster_id().expect("an id").len(), 22);
    }
}
