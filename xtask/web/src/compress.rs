//! Compressed siblings, made once here rather than for every request.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result, anyhow};
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::manifest::Entry;

/// Below this size a header costs more than is saved.
const WORTH_BYTES: u64 = 256;
/// Brotli's window: 2^24 bytes, the largest that every browser takes.
const WINDOW_BITS: i32 = 24;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// For a build that is thrown away in a minute.
    Light,
    Most,
}

impl Effort {
    const fn brotli_quality(self) -> i32 {
        match self {
            Self::Light => 4,
            Self::Most => 11,
        }
    }

    const fn gzip_level(self) -> Compression {
        match self {
            Self::Light => Compression::fast(),
            Self::Most => Compression::best(),
        }
    }
}

/// Compresses every file of a directory; the answer is sorted by path.
///
/// # Errors
/// When a file cannot be read or written.
pub fn directory(out: &Path, effort: Effort) -> Result<Vec<Entry>> {
    let mut paths = Vec::new();
    collect(out, &mut paths)?;
    paths.sort();
    // A thread a file: there are a dozen, and the module takes longer than all others together.
    thread::scope(|scope| {
        let work: Vec<_> = paths.iter().map(|path| scope.spawn(move || file(out, path, effort))).collect();
        work.into_iter().map(|thread| thread.join().map_err(|_| anyhow!("a compressing thread died"))?).collect()
    })
}

fn collect(directory: &Path, paths: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else {
            paths.push(path);
        }
    }
    Ok(())
}

fn file(out: &Path, path: &Path, effort: Effort) -> Result<Entry> {
    let content = fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut entry = Entry {
        path: path.strip_prefix(out)?.to_string_lossy().into_owned(),
        bytes: length(&content),
        brotli_bytes: None,
        gzip_bytes: None,
    };
    // WOFF2 is brotli already.
    if entry.bytes >= WORTH_BYTES && path.extension().is_none_or(|extension| extension != "woff2") {
        entry.brotli_bytes = sibling(path, "br", &brotli(&content, effort)?, entry.bytes)?;
        entry.gzip_bytes = sibling(path, "gz", &gzip(&content, effort)?, entry.bytes)?;
    }
    Ok(entry)
}

/// Writes the sibling when it is smaller, and says how large it is.
fn sibling(path: &Path, extension: &str, compressed: &[u8], raw_bytes: u64) -> Result<Option<u64>> {
    let bytes = length(compressed);
    if bytes >= raw_bytes {
        return Ok(None);
    }
    let name = format!("{}.{extension}", path.display());
    fs::write(&name, compressed).with_context(|| format!("{name} cannot be written"))?;
    Ok(Some(bytes))
}

fn brotli(content: &[u8], effort: Effort) -> Result<Vec<u8>> {
    let parameters = BrotliEncoderParams {
        quality: effort.brotli_quality(),
        lgwin: WINDOW_BITS,
        size_hint: content.len(),
        ..BrotliEncoderParams::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*content, &mut compressed, &parameters)?;
    Ok(compressed)
}

fn gzip(content: &[u8], effort: Effort) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), effort.gzip_level());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

fn length(bytes: &[u8]) -> u64 {
    // No file here comes near the limit of either type.
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_shrinks_and_can_be_read_again() {
        let text = "the trade winds blow all year ".repeat(100);
        let packed = brotli(text.as_bytes(), Effort::Most).expect("packed");
        assert!(packed.len() < text.len() / 10);
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut packed.as_slice(), &mut unpacked).expect("unpacked");
        assert_eq!(unpacked, text.as_bytes());
    }

    #[test]
    fn what_does_not_shrink_gets_no_sibling() {
        let directory = std::env::temp_dir().join(format!("tradewind-compress-{}", std::process::id()));
        fs::create_dir_all(&directory).expect("a directory");
        fs::write(directory.join("tiny.txt"), "x").expect("written");
        fs::write(directory.join("font.woff2"), vec![b'a'; 4096]).expect("written");
        fs::write(directory.join("long.css"), "a{}".repeat(1000)).expect("written");
        let entries = super::directory(&directory, Effort::Most).expect("compressed");
        fs::remove_dir_all(&directory).expect("removed");
        let packed: Vec<_> = entries.iter().filter(|entry| entry.brotli_bytes.is_some()).map(|entry| entry.path.as_str()).collect();
        assert_eq!(packed, ["long.css"]);
    }
}
