//! What a bundle consists of. It lies beside the files, under a name that the gateway never serves.

use std::fs;
use std::path::Path;

use anyhow::Result;
use serde::Serialize;

/// xtask reads it under the same name.
const NAME: &str = ".build.json";

#[derive(Debug, Serialize)]
pub struct Manifest {
    /// Of everything that the bundle was made from.
    pub stamp: String,
    pub files: Vec<Entry>,
}

/// A file and its sizes in bytes; a compressed sibling exists only where it is smaller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Below the bundle's directory.
    pub path: String,
    pub bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brotli_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gzip_bytes: Option<u64>,
}

impl Entry {
    /// What a browser that takes brotli receives.
    pub fn over_the_wire(&self) -> u64 {
        self.brotli_bytes.unwrap_or(self.bytes)
    }
}

impl Manifest {
    /// Written last: a directory without it is an unfinished bundle.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, out: &Path) -> Result<()> {
        fs::write(out.join(NAME), serde_json::to_vec_pretty(self)?)?;
        Ok(())
    }
}
