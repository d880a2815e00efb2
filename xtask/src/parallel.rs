//! Steps that do not need each other, side by side.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use anyhow::{Result, anyhow};

use crate::interrupt::{self, Interrupted};

pub type Step<'a> = Box<dyn FnOnce() -> Result<()> + Send + 'a>;

/// Runs all steps at once. When one fails the others are told to end, and its error is the result.
///
/// # Errors
/// The first error; being interrupted counts only if nothing else went wrong.
pub fn side_by_side(steps: Vec<Step<'_>>) -> Result<()> {
    let first: Mutex<Option<anyhow::Error>> = Mutex::new(None);
    std::thread::scope(|scope| {
        for step in steps {
            let first = &first;
            scope.spawn(move || {
                // Who waits for what a step makes would wait for ever if it panicked.
                let outcome = catch_unwind(AssertUnwindSafe(step));
                if let Err(error) = outcome.unwrap_or_else(|_| Err(anyhow!("A step of this command panicked; the reason stands above."))) {
                    keep(first, error);
                    interrupt::abandon();
                }
            });
        }
    });
    match first.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

fn keep(first: &Mutex<Option<anyhow::Error>>, error: anyhow::Error) {
    let mut first = first.lock().unwrap_or_else(PoisonError::into_inner);
    let says_more = first.as_ref().is_none_or(|kept| kept.is::<Interrupted>() && !error.is::<Interrupted>());
    if says_more {
        *first = Some(error);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_told_and_not_that_others_were_ended() {
        let _alone = interrupt::ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let result = side_by_side(vec![Box::new(|| Err(Interrupted.into())), Box::new(|| anyhow::bail!("the cause")), Box::new(|| Ok(()))]);
        interrupt::recover();
        assert_eq!(result.expect_err("an error").to_string(), "the cause");
    }

    #[test]
    fn a_step_that_panics_ends_those_that_wait_for_it() {
        let _alone = interrupt::ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let never = crate::pending::Pending::<()>::default();
        let result = side_by_side(vec![Box::new(|| never.wait().copied()), Box::new(|| panic!("for this test"))]);
        interrupt::recover();
        assert!(result.expect_err("an error").to_string().contains("panicked"));
    }
}
