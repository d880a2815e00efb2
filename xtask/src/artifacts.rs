//! Where the programs lie that parts run: found on the PATH, or built and fetched into the cache.

use std::path::PathBuf;

use crate::builds::{collector, jars};
use crate::command;
use crate::stack::Stack;

#[derive(Clone, Debug)]
pub struct Artifacts {
    pub nginx: PathBuf,
    pub redis_server: PathBuf,
    pub java: PathBuf,
    /// The directory of Kafka's jars.
    pub kafka: PathBuf,
    /// The directory of Zipkin's jar and libraries.
    pub zipkin: PathBuf,
    pub collector: PathBuf,
}

impl Artifacts {
    /// Paths are known before anything is built; whether a file is there is for the build to see to.
    pub fn locate(stack: &Stack) -> Self {
        Self {
            nginx: program("nginx"),
            redis_server: program("redis-server"),
            java: program("java"),
            kafka: jars::kafka_directory(stack),
            zipkin: jars::zipkin_directory(stack),
            collector: collector::binary(stack),
        }
    }

    pub fn zipkin_jar(&self) -> PathBuf {
        self.zipkin.join(jars::ZIPKIN_JAR)
    }
}

/// A program that `packages` has made sure of; its bare name keeps the message clear if it is gone.
fn program(name: &str) -> PathBuf {
    command::find(name).unwrap_or_else(|| PathBuf::from(name))
}
