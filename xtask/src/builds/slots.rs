//! Two heavy builds at a time: more only wait for each other's cores and memory.

use std::sync::{Condvar, Mutex, PoisonError};

const SLOTS: usize = 2;

static FREE: Mutex<usize> = Mutex::new(SLOTS);
static CHANGED: Condvar = Condvar::new();

/// Runs `work` as soon as a slot is free.
pub fn heavy<T>(work: impl FnOnce() -> T) -> T {
    let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
    while *free == 0 {
        free = CHANGED.wait(free).unwrap_or_else(PoisonError::into_inner);
    }
    *free -= 1;
    drop(free);
    let _slot = Slot;
    work()
}

struct Slot;

impl Drop for Slot {
    fn drop(&mut self) {
        *FREE.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        CHANGED.notify_one();
    }
}
