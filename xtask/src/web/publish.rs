//! Puts a bundle where the gateway serves it, from one moment to the next.
//!
//! `current` is a link to a directory named by the bundle's stamp. The new directory is completed
//! beside the old one, then the link is replaced in one step. The hashed files of the version before
//! come along once, so that a page that was opened then still finds what it loads later.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

/// Written last by the bundler: what has it is complete.
pub const MANIFEST: &str = ".build.json";
/// Compressed siblings that the gateway may serve.
const SIBLINGS: [&str; 3] = ["", ".br", ".gz"];

#[derive(Debug, Deserialize)]
struct Manifest {
    stamp: String,
    files: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    path: String,
}

impl Manifest {
    fn read(directory: &Path) -> Result<Self> {
        let path = directory.join(MANIFEST);
        let text = fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        serde_json::from_slice(&text).with_context(|| format!("{} is damaged", path.display()))
    }
}

/// Makes `current` the bundle; `false` when it was that already.
///
/// # Errors
/// When the files cannot be copied or the link cannot be replaced.
pub fn publish(bundle: &Path, stamp: &str, current: &Path) -> Result<bool> {
    let before = Manifest::read(current).ok();
    // A build by force has the same stamp and other files.
    let wanted = Manifest::read(bundle)?;
    if before.as_ref().is_some_and(|before| same_files(before, &wanted)) {
        return Ok(false);
    }
    let parent = current.parent().context("the place for the browser's part has no parent directory")?;
    let name = current.file_name().context("the place for the browser's part has no name")?.to_string_lossy();
    fs::create_dir_all(parent).with_context(|| format!("{} cannot be made", parent.display()))?;

    let version = free_name(parent, &format!("{name}-{stamp}"));
    let unfinished = parent.join(format!(".{name}-{}", std::process::id()));
    copy_directory(bundle, &unfinished)?;
    if let Some(before) = &before {
        carry_over(before, current, &unfinished)?;
    }
    fs::rename(&unfinished, &version)?;
    replace_link(parent, current, &version)?;
    forget_others(parent, &format!("{name}-"), &version)?;
    Ok(true)
}

fn same_files(one: &Manifest, other: &Manifest) -> bool {
    one.stamp == other.stamp && one.files.iter().map(|entry| &entry.path).eq(other.files.iter().map(|entry| &entry.path))
}

/// The stamp's directory may be the one that is served now.
fn free_name(parent: &Path, name: &str) -> PathBuf {
    let mut version = parent.join(name);
    let mut count = 1;
    while version.exists() {
        count += 1;
        version = parent.join(format!("{name}.{count}"));
    }
    version
}

/// Links where the file system allows it: nothing ever writes into a finished bundle.
fn copy_directory(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let source = entry?.path();
        let Some(name) = source.file_name() else { continue };
        if source.is_dir() {
            copy_directory(&source, &to.join(name))?;
        } else {
            place(&source, &to.join(name))?;
        }
    }
    Ok(())
}

fn place(source: &Path, target: &Path) -> Result<()> {
    if fs::hard_link(source, target).is_err() {
        fs::copy(source, target).with_context(|| format!("{} cannot be written", target.display()))?;
    }
    Ok(())
}

/// Adds the files that the version before brought itself, not those that it had carried over.
fn carry_over(before: &Manifest, current: &Path, to: &Path) -> Result<()> {
    for entry in before.files.iter().filter(|entry| entry.path.starts_with("assets/")) {
        for sibling in SIBLINGS {
            let path = format!("{}{sibling}", entry.path);
            let (source, target) = (current.join(&path), to.join(&path));
            if source.is_file() && !target.exists() {
                place(&source, &target)?;
            }
        }
    }
    Ok(())
}

fn replace_link(parent: &Path, current: &Path, version: &Path) -> Result<()> {
    if current.is_dir() && !current.is_symlink() {
        fs::remove_dir_all(current).with_context(|| format!("{} cannot be replaced", current.display()))?;
    }
    let link = parent.join(format!(".link-{}", std::process::id()));
    let _ = fs::remove_file(&link);
    // Relative, so that the home may be moved or mounted elsewhere.
    symlink(version.file_name().context("a version has a name")?, &link)?;
    fs::rename(&link, current).with_context(|| format!("{} cannot be replaced", current.display()))
}

fn forget_others(parent: &Path, prefix: &str, version: &Path) -> Result<()> {
    for entry in fs::read_dir(parent)? {
        let path = entry?.path();
        let ours = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(prefix));
        if ours && path != version && path.join(MANIFEST).is_file() {
            fs::remove_dir_all(path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle(root: &Path, stamp: &str, asset: &str) -> PathBuf {
        let directory = root.join("bundles").join(stamp);
        fs::create_dir_all(directory.join("assets")).expect("a directory");
        fs::write(directory.join("index.html"), format!("<script src={asset}>")).expect("written");
        fs::write(directory.join("assets").join(asset), stamp).expect("written");
        let manifest = format!(r#"{{"stamp": "{stamp}", "files": [{{"path": "assets/{asset}"}}, {{"path": "index.html"}}]}}"#);
        fs::write(directory.join(MANIFEST), manifest).expect("written");
        directory
    }

    #[test]
    fn an_open_page_finds_its_files_until_the_version_after_the_next() {
        let root = std::env::temp_dir().join(format!("tradewind-publish-{}", std::process::id()));
        let current = root.join("web/current");
        for (stamp, asset) in [("one", "app-1.js"), ("two", "app-2.js"), ("three", "app-3.js")] {
            assert!(publish(&bundle(&root, stamp, asset), stamp, &current).expect("published"));
            assert!(fs::read_to_string(current.join("index.html")).expect("a page").contains(asset));
        }
        let kept = ["app-1.js", "app-2.js", "app-3.js"].map(|name| current.join("assets").join(name).exists());
        assert_eq!(kept, [false, true, true]);
        let versions = fs::read_dir(root.join("web")).expect("a directory").count();
        assert_eq!(versions, 2, "the link and one directory");
        assert!(!publish(&bundle(&root, "three", "app-3.js"), "three", &current).expect("published"));
        fs::remove_dir_all(root).expect("removed");
    }
}
