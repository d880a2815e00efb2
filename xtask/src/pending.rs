//! A result that one step makes and others, side by side with it, wait for.

use std::sync::OnceLock;
use std::time::Duration;

use anyhow::Result;

use crate::interrupt;

const POLL: Duration = Duration::from_millis(50);

#[derive(Debug)]
pub struct Pending<T>(OnceLock<T>);

impl<T> Default for Pending<T> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

impl<T> Pending<T> {
    /// Says that it is there.
    pub fn provide(&self, value: T) {
        // A second one would say the same.
        let _ = self.0.set(value);
    }

    /// # Errors
    /// On Ctrl-C, and when the step that makes it fails: that ends all steps beside it.
    pub fn wait(&self) -> Result<&T> {
        loop {
            if let Some(value) = self.0.get() {
                return Ok(value);
            }
            interrupt::pause(POLL)?;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::PoisonError;

    use super::*;
    use crate::parallel::side_by_side;

    #[test]
    fn a_step_gets_what_another_one_makes() -> Result<()> {
        let _alone = interrupt::ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let made = Pending::default();
        side_by_side(vec![
            Box::new(|| {
                anyhow::ensure!(*made.wait()? == 7);
                Ok(())
            }),
            Box::new(|| {
                interrupt::pause(2 * POLL)?;
                made.provide(7);
                Ok(())
            }),
        ])
    }
}
