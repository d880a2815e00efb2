//! Typed configuration from the environment. Every mistake is collected, so that a wrong
//! configuration is mended in one go.

use std::{collections::HashMap, fmt::Display, fs::File, path::PathBuf, str::FromStr, time::Duration};

use secrecy::SecretString;
use tracing_subscriber::EnvFilter;

// What URLs are read as.
pub use deadpool_redis::redis::ConnectionInfo as RedisUrl;
pub use sqlx::postgres::PgConnectOptions as PostgresUrl;

/// The address of something inside, where nothing is encrypted (ADR 0007).
pub struct HttpUrl;

impl FromStr for HttpUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url: reqwest::Url = text.parse().map_err(|error| format!("{error}"))?;
        if url.scheme() == "http" { Ok(Self) } else { Err(format!("{} is not spoken inside, only http", url.scheme())) }
    }
}

/// Reads variables and remembers what was wrong with them.
#[derive(Debug)]
pub struct Env {
    variables: HashMap<String, String>,
    mistakes: Vec<String>,
}

/// All mistakes of a configuration.
#[derive(Debug, thiserror::Error)]
#[error("the configuration has {} mistake(s):\n  {}", .0.len(), .0.join("\n  "))]
pub struct ConfigError(pub Vec<String>);

impl Env {
    /// The process's own.
    pub fn new() -> Self {
        // A name or value that is no UTF-8 is none of ours.
        Self::of(std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))))
    }

    pub fn of(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        // Set to nothing is the same as not set.
        Self { variables: variables.into_iter().filter(|(_, value)| !value.is_empty()).collect(), mistakes: Vec::new() }
    }

    /// A value, or its default when the variable is absent or empty.
    pub fn or<T: FromStr>(&mut self, name: &'static str, default: T) -> T
    where
        T::Err: Display,
    {
        match self.variables.get(name).map(|text| (text, text.parse())) {
            None => default,
            Some((_, Ok(value))) => value,
            Some((text, Err(error))) => {
                self.mistakes.push(format!("{name}={text:?}: {error}"));
                default
            }
        }
    }

    /// As [`or`](Self::or), for a number of something that there must be at least one of.
    pub fn at_least_one_or<T: FromStr + PartialEq + From<u8>>(&mut self, name: &'static str, default: T) -> T
    where
        T::Err: Display,
    {
        let value = self.or(name, default);
        if value == T::from(0) {
            self.mistakes.push(format!("{name} must be at least 1"));
        }
        value
    }

    /// A value that has no default. A missing one is a mistake; the placeholder is never used.
    pub fn required(&mut self, name: &'static str) -> String {
        self.variables.get(name).cloned().unwrap_or_else(|| {
            self.mistakes.push(format!("{name} is missing"));
            String::new()
        })
    }

    /// As [`required`](Self::required), for text that somebody else reads as a `T`, such as a URL.
    pub fn required_for<T: FromStr>(&mut self, name: &'static str) -> String
    where
        T::Err: Display,
    {
        let text = self.required(name);
        self.check::<T>(name, &text);
        text
    }

    /// As [`or`](Self::or), for text that somebody else reads as a `T`.
    pub fn text_for<T: FromStr>(&mut self, name: &'static str, default: &str) -> String
    where
        T::Err: Display,
    {
        let text = self.or(name, default.to_owned());
        self.check::<T>(name, &text);
        text
    }

    /// As [`list`](Self::list), of texts that somebody else reads as `T`s.
    pub fn list_for<T: FromStr>(&mut self, name: &'static str) -> Vec<String>
    where
        T::Err: Display,
    {
        let texts = self.list(name);
        for text in &texts {
            self.check::<T>(name, text);
        }
        texts
    }

    fn check<T: FromStr>(&mut self, name: &'static str, text: &str)
    where
        T::Err: Display,
    {
        // The text may be a URL with a password, which belongs in no log.
        if !text.is_empty()
            && let Err(error) = text.parse::<T>()
        {
            self.mistakes.push(format!("{name}: {error}"));
        }
    }

    /// A file that can be read.
    pub fn required_file(&mut self, name: &'static str) -> PathBuf {
        let path = PathBuf::from(self.required(name));
        self.check_file(name, &path);
        path
    }

    /// Files that can be read, separated by commas.
    pub fn files(&mut self, name: &'static str) -> Vec<PathBuf> {
        let paths: Vec<PathBuf> = self.list(name).into_iter().map(PathBuf::from).collect();
        for path in &paths {
            self.check_file(name, path);
        }
        paths
    }

    fn check_file(&mut self, name: &'static str, path: &std::path::Path) {
        if !path.as_os_str().is_empty()
            && let Err(error) = File::open(path)
        {
            self.mistakes.push(format!("{name}: {} cannot be read: {error}", path.display()));
        }
    }

    pub fn required_secret(&mut self, name: &'static str) -> SecretString {
        SecretString::from(self.required(name))
    }

    /// A comma-separated list; absent is empty.
    pub fn list(&mut self, name: &'static str) -> Vec<String> {
        self.variables
            .get(name)
            .map(|text| text.split(',').map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect())
            .unwrap_or_default()
    }

    pub fn seconds_or(&mut self, name: &'static str, default: u64) -> Duration {
        Duration::from_secs(self.or(name, default))
    }

    pub fn hours_or(&mut self, name: &'static str, default: u32) -> Duration {
        Duration::from_secs(u64::from(self.or(name, default)) * 3_600)
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

impl Default for Env {
    fn default() -> Self {
        Self::new()
    }
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
            log_level: env.text_for::<EnvFilter>("LOG_LEVEL", "info"),
            otlp_endpoint: env.or("OTLP_ENDPOINT", String::new()),
            shutdown_grace: env.seconds_or("SHUTDOWN_GRACE_S", 25),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;

    fn env(variables: &[(&str, &str)]) -> Env {
        Env::of(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn every_mistake_is_listed_at_once_and_no_url_is_repeated() {
        let mut env = env(&[("EMPTY", ""), ("NUMBER", "many"), ("NONE", "0"), ("ADDRESS", "secret@nowhere"), ("FILE", "/no/such/file")]);
        env.required("EMPTY");
        env.or("NUMBER", 1_u32);
        env.at_least_one_or("NONE", 1_u32);
        env.required_for::<SocketAddr>("ADDRESS");
        env.required_file("FILE");
        let ConfigError(mistakes) = env.finish(()).expect_err("five mistakes");
        let wanted =
            ["EMPTY is missing", "NUMBER=\"many\": ", "NONE must be at least 1", "ADDRESS: ", "FILE: /no/such/file cannot be read: "];
        assert_eq!(mistakes.len(), wanted.len(), "{mistakes:?}");
        for (mistake, wanted) in mistakes.iter().zip(wanted) {
            assert!(mistake.starts_with(wanted) && !mistake.contains("secret"), "{mistake}");
        }
    }

    #[test]
    fn what_is_not_set_has_its_default() {
        let mut env = env(&[("LIST", " a, ,b ")]);
        assert_eq!(env.or("NUMBER", 7_u32), 7);
        assert_eq!(env.text_for::<SocketAddr>("ADDRESS", "127.0.0.1:1"), "127.0.0.1:1");
        assert_eq!(env.list("LIST"), ["a", "b"]);
        assert!(env.finish(()).is_ok());
    }
}
