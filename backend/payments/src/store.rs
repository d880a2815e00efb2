//! The ledger and its file. A record is in the file before it is in the ledger, and so before anybody
//! is told: what was answered survives `kill -9`. It is not synced, because only the machine's own death
//! would lose it, and then the simulated world ends too.

use std::{
    fs::{self, File, OpenOptions},
    io::{BufWriter, Write},
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use anyhow::Context;
use http::StatusCode;
use tradewind_kit::{Error, Refusal, Result};

use crate::ledger::{Conflict, Ledger, Record};

/// Cheap to clone.
#[derive(Clone)]
pub struct Store(Arc<Mutex<Inner>>);

struct Inner {
    ledger: Ledger,
    file: Option<File>,
}

impl Store {
    /// Reads the file, writes it anew without what is history only, and appends to it from then on.
    /// Without a path nothing is kept.
    ///
    /// # Errors
    /// When the file cannot be read, or a line other than a torn last one is damaged.
    pub fn open(path: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = path else {
            return Ok(Self(Arc::new(Mutex::new(Inner { ledger: Ledger::default(), file: None }))));
        };
        let ledger = read(path)?;
        compact(path, &ledger).with_context(|| format!("{} cannot be written", path.display()))?;
        let file = OpenOptions::new().append(true).open(path)?;
        Ok(Self(Arc::new(Mutex::new(Inner { ledger, file: Some(file) }))))
    }

    /// Looks at the ledger.
    pub fn look<T>(&self, look: impl FnOnce(&Ledger) -> T) -> T {
        look(&self.lock().ledger)
    }

    /// Decides on the ledger as it is and writes what was decided, as one step for everybody else.
    ///
    /// # Errors
    /// What `decide` fails with; 503 `state_unavailable` when the file does not take it, and then nothing was done.
    pub fn decide<T>(&self, decide: impl FnOnce(&Ledger) -> Result<(T, Vec<Record>)>) -> Result<T> {
        let mut inner = self.lock();
        let (value, records) = decide(&inner.ledger)?;
        inner.append(&records)?;
        for record in records {
            inner.ledger.apply(record);
        }
        Ok(value)
    }

    /// A panic elsewhere leaves the ledger whole: records are applied after all decisions are made.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn append(&mut self, records: &[Record]) -> Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let mut lines = Vec::new();
        for record in records {
            serde_json::to_writer(&mut lines, record)?;
            lines.push(b'\n');
        }
        file.write_all(&lines).map_err(|error| {
            tracing::error!(%error, "the state file does not take a record");
            Error::from(Refusal::unavailable("state_unavailable", "The provider cannot remember anything right now."))
        })
    }
}

fn read(path: &Path) -> anyhow::Result<Ledger> {
    let text = match fs::read(path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error).with_context(|| format!("{} cannot be read", path.display())),
    };
    let mut ledger = Ledger::default();
    for (index, line) in text.split_inclusive('\n').enumerate() {
        match serde_json::from_str(line) {
            Ok(record) => ledger.apply(record),
            // Killed while writing: nobody was told of it.
            Err(_) if !line.ends_with('\n') => tracing::warn!(line = index + 1, "the last record is torn and was never answered"),
            Err(error) => return Err(error).with_context(|| format!("{} line {} is damaged", path.display(), index + 1)),
        }
    }
    Ok(ledger)
}

/// A whole new file or the old one, never half of either.
fn compact(path: &Path, ledger: &Ledger) -> anyhow::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    let fresh = path.with_extension("compacting");
    let mut file = BufWriter::new(File::create(&fresh)?);
    for record in ledger.records() {
        serde_json::to_writer(&mut file, &record)?;
        file.write_all(b"\n")?;
    }
    file.into_inner()?.sync_all()?;
    fs::rename(&fresh, path)?;
    Ok(())
}

impl From<Conflict> for Refusal {
    fn from(conflict: Conflict) -> Self {
        let title = "This cannot be done";
        match conflict {
            Conflict::Unknown => Self::not_found(),
            Conflict::KeyReused => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency_key_reused",
                "This key was used for another request",
                "A key belongs to one request for ever. Use a new one.",
            ),
            Conflict::CaptureRefused => Self::new(StatusCode::PAYMENT_REQUIRED, "capture_refused", title, sentence(conflict)),
            Conflict::ReferenceTaken => Self::conflict("reference_taken", title, sentence(conflict)),
            Conflict::Status(_) => Self::conflict("authorization_status", title, sentence(conflict)),
            Conflict::Exceeds => Self::conflict("refund_too_large", title, sentence(conflict)),
        }
    }
}

fn sentence(conflict: Conflict) -> String {
    let text = conflict.to_string();
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), characters.as_str()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "in a test an unwrap is an assertion")]
mod tests {
    use tradewind_contract::{
        Money, Timestamp,
        payments::{Authorization, AuthorizationStatus},
    };
    use uuid::Uuid;

    use super::*;

    fn answered(reference: &str) -> Record {
        Record::Answered {
            key: format!("key-{reference}"),
            payment_token: "tok_ok".into(),
            authorization: Authorization {
                id: Uuid::now_v7(),
                reference: reference.into(),
                amount: Money::eur(500),
                status: AuthorizationStatus::Authorized,
                reason: None,
                refunded_minor: 0,
                created_at: Timestamp(time::OffsetDateTime::now_utc()),
            },
        }
    }

    fn file() -> std::path::PathBuf {
        std::env::temp_dir().join(format!("tradewind-payments-{}", Uuid::now_v7())).join("state.json")
    }

    #[test]
    fn what_was_answered_survives_and_a_torn_line_does_not() {
        let path = file();
        let store = Store::open(Some(&path)).unwrap();
        store.decide(|_| Ok(((), vec![answered("a"), answered("b"), Record::Outage { key: "c".into() }]))).unwrap();
        let id = store.look(|ledger| ledger.by_reference("a").unwrap().id);
        store.decide(|ledger| Ok(((), ledger.move_to(id, AuthorizationStatus::Captured).unwrap().1.into_iter().collect()))).unwrap();
        let mut raw = OpenOptions::new().append(true).open(&path).unwrap();
        raw.write_all(br#"{"record":"answered","key":"torn"#).unwrap();
        drop((store, raw));

        for _ in 0..2 {
            let again = Store::open(Some(&path)).unwrap();
            again.look(|ledger| {
                assert_eq!(ledger.by_reference("a").unwrap().status, AuthorizationStatus::Captured);
                assert_eq!(ledger.by_reference("b").unwrap().status, AuthorizationStatus::Authorized);
                assert!(ledger.outage_is_due("c"));
            });
        }
        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 3, "compacted to one line each");
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }

    #[test]
    fn a_damaged_line_is_not_passed_over() {
        let path = file();
        drop(Store::open(Some(&path)).unwrap());
        fs::write(&path, "not json\n").unwrap();
        assert!(Store::open(Some(&path)).is_err());
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }
}
