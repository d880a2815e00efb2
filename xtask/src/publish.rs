//! Puts a build of the browser's part where the gateway serves it, all at once.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use anyhow::{Context, Result};

use crate::fingerprints;
use crate::stack::Stack;

/// Copies `dist` beside what is served and then points `current` at it. The release before stays, so
/// that a page which is open finds the files that it names.
///
/// # Errors
/// When a file cannot be copied.
pub fn publish(stack: &Stack, dist: &Path) -> Result<()> {
    let web = stack.home.join("web");
    let name = fingerprints::of_directory(dist);
    let current = web.join("current");
    let before = fs::read_link(&current).ok();
    if before.as_deref() == Some(Path::new(&name)) {
        return Ok(());
    }
    let release = web.join(&name);
    if release.exists() {
        fs::remove_dir_all(&release)?;
    }
    copy(dist, &release).with_context(|| format!("{} cannot be copied", dist.display()))?;
    let link = web.join("next");
    let _ = fs::remove_file(&link);
    symlink(&name, &link)?;
    fs::rename(&link, &current)?;
    for entry in fs::read_dir(&web)?.flatten() {
        let old = entry.file_name();
        let keep = [Some(Path::new(&name)), before.as_deref(), Some(Path::new("current"))];
        if !keep.contains(&Some(Path::new(&old))) {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
