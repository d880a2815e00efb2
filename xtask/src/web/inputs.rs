//! What the browser's part is made from, and a stamp that changes when any of it does.

use std::collections::BTreeSet;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Besides the frontend and the crates of ours that it uses.
const OTHER_INPUTS: [&str; 4] = [".cargo/config.toml", "Cargo.toml", "Cargo.lock", "xtask/web"];

/// A stamp of every file's path and content, and of `extra`. A new Rust release may hash otherwise,
/// which costs a build that the new compiler needs anyway.
///
/// # Errors
/// When a file cannot be read.
pub fn stamp(root: &Path, extra: &[String]) -> Result<String> {
    let mut files = BTreeSet::new();
    for input in OTHER_INPUTS.iter().map(PathBuf::from).chain(local_crates(root)?) {
        collect(&root.join(input), &mut files)?;
    }
    // Two seeds make 128 bits: this decides whether an old build is shown as the new one.
    let mut hashers = [DefaultHasher::new(), DefaultHasher::new()];
    1_u8.hash(&mut hashers[1]);
    for hasher in &mut hashers {
        extra.hash(hasher);
    }
    for path in files {
        let content = fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        let name = path.strip_prefix(root)?;
        for hasher in &mut hashers {
            name.hash(hasher);
            content.hash(hasher);
        }
    }
    Ok(hashers.iter().map(|hasher| format!("{:016x}", hasher.finish())).collect())
}

/// The directories of the frontend and of every crate of this repository that it is compiled with.
fn local_crates(root: &Path) -> Result<BTreeSet<PathBuf>> {
    let mut found = BTreeSet::new();
    let mut to_read = vec![PathBuf::from("frontend")];
    while let Some(directory) = to_read.pop() {
        let manifest = root.join(&directory).join("Cargo.toml");
        let text = fs::read_to_string(&manifest).with_context(|| format!("{} cannot be read", manifest.display()))?;
        for name in text.lines().filter_map(local_dependency) {
            let dependency = Path::new("backend").join(name);
            if root.join(&dependency).is_dir() && !found.contains(&dependency) {
                to_read.push(dependency);
            }
        }
        found.insert(directory);
    }
    Ok(found)
}

/// `tradewind-contract.workspace = true` is `backend/contract`.
fn local_dependency(line: &str) -> Option<&str> {
    let name = line.strip_prefix("tradewind-")?;
    let end = name.find(['.', ' ', '='])?;
    Some(&name[..end])
}

fn collect(path: &Path, files: &mut BTreeSet<PathBuf>) -> Result<()> {
    if path.is_file() {
        files.insert(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path).with_context(|| format!("{} cannot be read", path.display()))? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name != "node_modules") {
            collect(&path, files)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(name: &str) -> PathBuf {
        let root = std::env::temp_dir().join(format!("tradewind-inputs-{name}-{}", std::process::id()));
        for directory in [".cargo", "frontend/src", "backend/contract/src", "backend/order/src", "xtask/web"] {
            fs::create_dir_all(root.join(directory)).expect("a directory");
        }
        for (path, text) in [
            (".cargo/config.toml", ""),
            ("Cargo.toml", ""),
            ("Cargo.lock", ""),
            ("frontend/Cargo.toml", "[dependencies]\ntradewind-contract.workspace = true\n"),
            ("backend/contract/Cargo.toml", "name = \"tradewind-contract\""),
            ("backend/contract/src/lib.rs", "//! Wire."),
            ("backend/order/src/main.rs", "fn main() {}"),
        ] {
            fs::write(root.join(path), text).expect("written");
        }
        root
    }

    #[test]
    fn only_what_the_browser_runs_changes_the_stamp() {
        let root = sources("change");
        let before = stamp(&root, &["web".to_owned()]).expect("a stamp");
        fs::write(root.join("backend/order/src/main.rs"), "fn main() { }").expect("written");
        assert_eq!(stamp(&root, &["web".to_owned()]).expect("a stamp"), before);
        assert_ne!(stamp(&root, &["dev".to_owned()]).expect("a stamp"), before);
        fs::write(root.join("backend/contract/src/lib.rs"), "//! The wire.").expect("written");
        assert_ne!(stamp(&root, &["web".to_owned()]).expect("a stamp"), before);
        fs::remove_dir_all(root).expect("removed");
    }

    #[test]
    fn our_own_crates_are_found_in_a_manifest() {
        assert_eq!(local_dependency("tradewind-contract.workspace = true"), Some("contract"));
        assert_eq!(local_dependency("tradewind-contract = { workspace = true }"), Some("contract"));
        assert_eq!(local_dependency("name = \"tradewind-frontend\""), None);
    }
}
