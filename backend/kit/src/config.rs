//! Typed configuration from the environment. Every mistake is collected, so that a wrong
//! configuration is mended in one go.

use std::{fmt::Display, str::FromStr, time::Duration};

use secrecy::SecretString;

/// Reads variables and remembers what was wrong with them.
#[derive(Debug, Default)]
pub struct Env {
    mistakes: Vec<String>,
}

/// All mistakes of a configuration.
#[derive(Debug, thiserror::Error)]
#[error("the configuration has {} mistake(s):\n  {}", .0.len(), .0.join("\n  "))]
pub struct ConfigError(pub Vec<String>);

impl Env {
    pub fn new() -> Self {
        Self::default()
    }

    /// A value, or its default when the variable is absent or empty.
    pub fn or<T: FromStr>(&mut self, name: &'static str, default: T) -> T
    where
        T::Err: Display,
    {
        match read(name) {
            None => default,
            Some(text) => text.parse().unwrap_or_else(|error| {
                self.mistakes.push(format!("{name}={text:?}: {error}"));
                default
            }),
        }
    }

    /// A value that has no default. A missing one is a mistake; the placeholder is never used.
    pub fn required(&mut self, name: &'static str) -> String {
        read(name).unwrap_or_else(|| {
            self.mistakes.push(format!("{name} is missing"));
            String::new()
        })
    }

    pub fn required_secret(&mut self, name: &'static str) -> SecretString {
        SecretString::from(self.required(name))
    }

    /// A comma-separated list; absent is empty.
    pub fn list(&mut self, name: &'static str) -> Vec<String> {
        read(name)
            .map(|text| text.split(',').map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect())
            .unwrap_or_default()
    }

    pub fn seconds_or(&mut self, name: &'static str, default: u64) -> Duration {
        Duration::from_secs(self.or(name, default))
    }

    pub fn milliseconds_or(&mut self, name: &'static str, default: u64) -> Duration {
        Duration::from_millis(self.or(name, default))
    }

    /// # Errors
    /// Every mistake found so far, at once.
    pub fn finish<T>(self, config: T) -> Result<T, ConfigError> {
        if self.mistakes.is_empty() { Ok(config) } else { Err(ConfigError(self.mistakes)) }
    }
}

fn read(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}

/// What every service is told, whatever it does.
#[derive(Debug, Clone)]
pub struct Common {
    /// This instance's name in logs and traces, such as `order-1`.
    pub instance: String,
    pub listen: std::net::SocketAddr,
    /// Health and metrics; the gateway never routes here.
    pub internal: std::net::SocketAddr,
    /// A tracing filter, such as `info` or `info,sqlx=debug`.
    pub log_level: String,
    /// OTLP over gRPC; empty turns tracing export off.
    pub otlp_endpoint: String,
    /// How long a stopping service may finish what it began.
    pub shutdown_grace: Duration,
}

impl Common {
    pub fn read(env: &mut Env, service: &str, port: u16, internal_port: u16) -> Self {
        let loopback = |port| std::net::SocketAddr::from(([127, 0, 0, 1], port));
        Self {
            instance: env.or("SERVICE_INSTANCE", service.to_owned()),
            listen: env.or("LISTEN_ADDRESS", loopback(port)),
            internal: env.or("INTERNAL_ADDRESS", loopback(internal_port)),
            log_level: env.or("LOG_LEVEL", "info".to_owned()),
            otlp_endpoint: env.or("OTLP_ENDPOINT", String::new()),
            shutdown_grace: env.seconds_or("SHUTDOWN_GRACE_S", 25),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_is_listed_at_once() {
        let mut env = Env::new();
        let _ = env.required("TRADEWIND_NO_SUCH_VARIABLE");
        let _ = env.required("TRADEWIND_NOR_THIS");
        let error = env.finish(()).map_err(|e| e.to_string());
        let text = error.err().unwrap_or_default();
        assert!(text.contains("NO_SUCH_VARIABLE is missing") && text.contains("NOR_THIS is missing"), "{text}");
    }
}
