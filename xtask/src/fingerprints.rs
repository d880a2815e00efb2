//! What each part was started with, so that `up` restarts those that changed and no others.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use anyhow::Result;

use crate::builds::short_hash;
use crate::parts::Part;
use crate::stack::Stack;

/// Larger files are binaries, known by size and time.
const READ_AT_MOST: u64 = 1024 * 1024;

pub struct Fingerprints {
    path: PathBuf,
    known: Mutex<BTreeMap<String, String>>,
}

impl Fingerprints {
    pub fn load(stack: &Stack) -> Self {
        let path = stack.run("fingerprints.json");
        let known = fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        Self { path, known: Mutex::new(known) }
    }

    pub fn is(&self, name: &str, fingerprint: &str) -> bool {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(name).is_some_and(|known| known == fingerprint)
    }

    /// # Errors
    /// When the file cannot be written.
    pub fn remember(&self, name: &str, fingerprint: &str) -> Result<()> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(name.to_owned(), fingerprint.to_owned());
        fs::write(&self.path, serde_json::to_vec_pretty(&*known)?)?;
        Ok(())
    }
}

pub fn of_part(part: &Part) -> String {
    let mut text = format!("{:?} {:?} {}", part.command, part.environment, part.stop_signal);
    for input in &part.inputs {
        text.push_str(&of_file(input));
    }
    short_hash(&text)
}

pub fn of_file(path: &Path) -> String {
    let Ok(metadata) = fs::metadata(path) else {
        return "missing".to_owned();
    };
    if metadata.len() <= READ_AT_MOST {
        return short_hash(&String::from_utf8_lossy(&fs::read(path).unwrap_or_default()));
    }
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    format!("{} {:?}", metadata.len(), modified)
}

/// All files below a directory.
pub fn of_directory(directory: &Path) -> String {
    let mut files = Vec::new();
    collect(directory, &mut files);
    files.sort();
    let texts: Vec<String> = files.iter().map(|file| format!("{} {}", file.display(), of_file(file))).collect();
    short_hash(&texts.join("\n"))
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_content_is_another_fingerprint() {
        let directory = std::env::temp_dir().join(format!("xtask-prints-{}", std::process::id()));
        fs::create_dir_all(&directory).expect("made");
        let file = directory.join("a.conf");
        fs::write(&file, "one").expect("written");
        let (before, all_before) = (of_file(&file), of_directory(&directory));
        fs::write(&file, "one").expect("written");
        assert_eq!(of_file(&file), before);
        fs::write(&file, "two").expect("written");
        assert_ne!(of_file(&file), before);
        assert_ne!(of_directory(&directory), all_before);
        assert_eq!(of_file(&directory.join("none")), "missing");
        fs::remove_dir_all(directory).expect("removed");
    }
}
