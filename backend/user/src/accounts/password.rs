//! Argon2id on a bounded number of slots, so that log-ins never starve the rest of the API.

use std::{sync::Arc, time::Duration};

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version,
    password_hash::{Error as HashError, phc::PasswordHash},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tradewind_kit::{Error, Refusal, Result};

/// OWASP's first choice: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Longer than the queue takes when the machine is healthy; shorter than the caller's deadline.
const SLOT_WAIT: Duration = Duration::from_secs(2);

/// Hashes and verifies passwords. Cheap to clone.
#[derive(Clone)]
pub struct Hasher(Arc<Inner>);

struct Inner {
    argon2: Argon2<'static>,
    /// What an unknown user's password is compared with, so that it takes as long as a known one's.
    dummy: String,
    slots: Arc<Semaphore>,
    /// One permit for each that works or waits.
    places: Arc<Semaphore>,
}

/// A place among those whose password is hashed or waits to be.
#[derive(Debug)]
pub struct Place {
    _permit: OwnedSemaphorePermit,
}

struct Slot {
    _place: Place,
    _slot: OwnedSemaphorePermit,
}

impl Hasher {
    /// # Errors
    /// When the dummy cannot be hashed.
    pub fn new(slots: usize, queue: usize) -> anyhow::Result<Self> {
        let parameters = Params::new(MEMORY_KIB, PASSES, LANES, None)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
        let password: [u8; 32] = rand::random();
        let dummy = argon2.hash_password(&password)?.to_string();
        let (slots, places) = (Arc::new(Semaphore::new(slots)), Arc::new(Semaphore::new(slots + queue)));
        Ok(Self(Arc::new(Inner { argon2, dummy, slots, places })))
    }

    /// Taken before the database is asked anything: whoever is one too many costs nothing, and keeps nobody waiting there.
    ///
    /// # Errors
    /// 503 `log_in_busy` when there is none.
    pub fn place(&self) -> Result<Place, Refusal> {
        self.0.places.clone().try_acquire_owned().map(|permit| Place { _permit: permit }).map_err(|_| busy())
    }

    /// The password as a PHC string with a fresh salt.
    ///
    /// # Errors
    /// 503 `log_in_busy` when too many wait already.
    pub async fn hash(&self, password: String) -> Result<String> {
        self.run(self.place()?, move |inner| inner.argon2.hash_password(password.as_bytes()).map(|hash| hash.to_string()))
            .await?
            .map_err(corrupt)
    }

    /// Whether `password` is the one that was hashed; with no hash it takes as long and is wrong.
    ///
    /// # Errors
    /// 503 `log_in_busy` when the wait is too long.
    pub async fn verify(&self, place: Place, password: String, hash: Option<String>) -> Result<bool> {
        let known = hash.is_some();
        let outcome = self
            .run(place, move |inner| {
                let hash = PasswordHash::new(hash.as_deref().unwrap_or(&inner.dummy))?;
                inner.argon2.verify_password(password.as_bytes(), &hash)
            })
            .await?;
        match outcome {
            Ok(()) => Ok(known),
            Err(HashError::PasswordInvalid) => Ok(false),
            Err(error) => Err(corrupt(error)),
        }
    }

    #[tracing::instrument(skip_all, name = "argon2id")]
    async fn run<T: Send + 'static>(&self, place: Place, work: impl FnOnce(&Inner) -> T + Send + 'static) -> Result<T> {
        let slot = self.slot(place).await?;
        let inner = self.0.clone();
        let task = tokio::task::spawn_blocking(move || {
            let value = work(&inner);
            drop(slot);
            value
        });
        task.await.map_err(|error| Error::Corrupt(format!("hashing: {error}")))
    }

    async fn slot(&self, place: Place) -> Result<Slot, Refusal> {
        let slot = tokio::time::timeout(SLOT_WAIT, self.0.slots.clone().acquire_owned()).await;
        match slot {
            Ok(Ok(slot)) => Ok(Slot { _place: place, _slot: slot }),
            Ok(Err(_)) | Err(_) => Err(busy()),
        }
    }
}

fn busy() -> Refusal {
    Refusal::unavailable("log_in_busy", "Too many people are logging in at this moment.")
}

fn corrupt(error: HashError) -> Error {
    Error::Corrupt(format!("password hash: {error}"))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "in a test an unwrap is an assertion")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_is_right() {
        let hasher = Hasher::new(1, 1).unwrap();
        let hash = hasher.hash("correct horse battery".into()).await.unwrap();
        let place = || hasher.place().unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(hasher.verify(place(), "correct horse battery".into(), Some(hash.clone())).await.unwrap());
        assert!(!hasher.verify(place(), "correct horse batterz".into(), Some(hash)).await.unwrap());
        assert!(!hasher.verify(place(), "anything".into(), None).await.unwrap());
    }

    #[tokio::test]
    async fn beyond_the_queue_the_answer_is_503() {
        let hasher = Hasher::new(1, 0).unwrap();
        let taken = hasher.place().unwrap();
        let refusal = hasher.hash("x".into()).await.unwrap_err().refusal();
        assert_eq!((refusal.status.as_u16(), refusal.code), (503, "log_in_busy"));
        drop(taken);
        assert!(hasher.hash("x".into()).await.is_ok());
    }
}
