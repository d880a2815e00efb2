//! What goes wrong is told in one sentence, with the log's last lines and what to do about it.

use std::fmt;
use std::fs;
use std::path::Path;

/// How many lines of a log are worth showing.
const TAIL_LINES: usize = 15;

#[derive(Debug, Default)]
pub struct Trouble {
    pub sentence: String,
    /// The log's path and its last lines.
    pub log: Option<(String, Vec<String>)>,
    pub advice: Option<String>,
}

impl Trouble {
    pub fn new(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), ..Self::default() }
    }

    pub fn advice(mut self, advice: impl Into<String>) -> Self {
        self.advice.get_or_insert(advice.into());
        self
    }

    /// Adds the last lines of a log, and the advice that follows from them.
    pub fn log(mut self, path: &Path) -> Self {
        let lines = tail(path, TAIL_LINES);
        if lines.iter().any(|line| line.contains("No space left on device")) {
            self.advice = Some("The disk is full: make room and start again.".to_owned());
        }
        self.log = Some((path.display().to_string(), lines));
        self
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.sentence)?;
        if let Some((path, lines)) = &self.log {
            write!(formatter, "\n  last lines of {path}:")?;
            for line in lines {
                write!(formatter, "\n  | {line}")?;
            }
        }
        if let Some(advice) = &self.advice {
            write!(formatter, "\n  {advice}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Trouble {}

/// The last lines of a file; none when it cannot be read.
pub fn tail(path: &Path, count: usize) -> Vec<String> {
    let bytes = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let start = lines.len().saturating_sub(count);
    lines[start..].iter().map(|line| (*line).to_owned()).collect()
}
