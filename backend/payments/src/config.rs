//! What the provider is told, with its defaults.

use std::{path::PathBuf, time::Duration};

use tradewind_kit::config::{Common, ConfigError, Env};

/// Environment variables, with their defaults:
///
/// | variable | default | meaning |
/// |---|---|---|
/// | `LISTEN_ADDRESS`, `INTERNAL_ADDRESS` | `127.0.0.1:8085`, `127.0.0.1:8095` | the API; health and metrics |
/// | `STATE_FILE` | none | where answers are remembered across restarts; without it they are forgotten |
/// | `SERVICE_INSTANCE`, `LOG_LEVEL`, `OTLP_ENDPOINT`, `SHUTDOWN_GRACE_S` | `payments`, `info`, none, 25 | see the kit |
#[derive(Debug, Clone)]
pub struct Config {
    pub common: Common,
    pub state_file: Option<PathBuf>,
    pub timing: Timing,
}

/// How long the slow tokens take; tests are less patient.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    /// `tok_slow` answers after this long.
    pub slow: Duration,
    /// `tok_lost_reply` holds the connection this long and then closes it without an answer: longer than
    /// any caller's time-out.
    pub lost: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self { slow: Duration::from_secs(3), lost: Duration::from_secs(60) }
    }
}

impl Config {
    /// # Errors
    /// Every mistake at once.
    pub fn from_env() -> Result<Self, ConfigError> {
        let mut env = Env::new();
        let state_file: String = env.or("STATE_FILE", String::new());
        let config = Self {
            common: Common::read(&mut env, "payments", 8085, 8095),
            state_file: (!state_file.is_empty()).then(|| state_file.into()),
            timing: Timing::default(),
        };
        env.finish(config)
    }
}
