//! What is built or fetched before parts can start. Finished parts lie in the cache under their
//! version, so that a fresh clone finds them.

pub mod collector;
mod go;
pub mod jars;
pub mod k6;
pub mod services;

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::Result;

/// A short name for a content, stable for as long as the toolchain is.
pub fn short_hash(content: &str) -> String {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    format!("{:08x}", hasher.finish() & 0xffff_ffff)
}

/// Makes a directory or file of the cache: `build` fills a neighbour, which takes the final name only
/// when it is whole. Two stacks that build at once both succeed.
///
/// # Errors
/// Those of `build`, and of the file system.
pub fn into_cache(target: &Path, build: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    if target.exists() {
        return Ok(());
    }
    let extension = format!("partial-{}", std::process::id());
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let partial = target.with_file_name(format!("{name}.{extension}"));
    remove(&partial);
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent)?;
    }
    let built = build(&partial);
    if built.is_ok() && !target.exists() {
        fs::rename(&partial, target)?;
    }
    remove(&partial);
    remove(&scratch(&partial));
    built
}

/// A scratch directory for one build, next to what it makes.
/// [`into_cache`] removes it, also when the build failed.
pub fn scratch(partial: &Path) -> PathBuf {
    PathBuf::from(format!("{}.scratch", partial.display()))
}

fn remove(path: &Path) {
    // It is usually not there.
    let _ = fs::remove_dir_all(path);
    let _ = fs::remove_file(path);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_build_leaves_nothing_in_the_cache() {
        let directory = std::env::temp_dir().join(format!("xtask-cache-{}", std::process::id()));
        let target = directory.join("thing");
        let failed = into_cache(&target, |partial| {
            fs::write(partial, "half")?;
            anyhow::bail!("no")
        });
        assert!(failed.is_err());
        assert!(!target.exists());
        into_cache(&target, |partial| Ok(fs::write(partial, "whole")?)).expect("built");
        assert_eq!(fs::read_to_string(&target).expect("read"), "whole");
        assert_eq!(fs::read_dir(&directory).expect("listed").count(), 1);
        fs::remove_dir_all(directory).expect("removed");
    }
}
