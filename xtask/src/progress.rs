//! One line when a step starts and one with its time when it ends. Steps run side by side, so a line
//! is printed whole or not at all.

use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::interrupt::Interrupted;

/// Runs a step and prints how it went. A step that ends at once prints one line only.
///
/// # Errors
/// Those of the step.
pub fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let started = Instant::now();
    let result = work();
    match &result {
        Ok(_) => line("ok", name, Some(started.elapsed())),
        // Told to end, by Ctrl-C or because a step beside it failed.
        Err(error) if error.is::<Interrupted>() => line("ended", name, Some(started.elapsed())),
        Err(_) => line("FAILED", name, Some(started.elapsed())),
    }
    result
}

/// Says that something long begins.
pub fn begin(name: &str) {
    line("...", name, None);
}

/// Says something that is neither a start nor an end.
pub fn note(text: &str) {
    line("note", text, None);
}

fn line(mark: &str, name: &str, took: Option<Duration>) {
    let time = took.map(seconds).unwrap_or_default();
    let mut output = std::io::stdout().lock();
    // A closed pipe (`up | head`) is no reason to stop half-way.
    let _ = writeln!(output, "{mark:>7}  {name:<62} {time:>8}");
    let _ = output.flush();
}

/// `4.2 s`, `3 min 07 s`
pub fn seconds(duration: Duration) -> String {
    let total = duration.as_secs_f64();
    if total < 60.0 {
        return format!("{total:.1} s");
    }
    let whole = duration.as_secs();
    format!("{} min {:02} s", whole / 60, whole % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_short_and_readable() {
        assert_eq!(seconds(Duration::from_millis(4_240)), "4.2 s");
        assert_eq!(seconds(Duration::from_secs(187)), "3 min 07 s");
    }
}
