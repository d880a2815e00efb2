//! Files under `assets/`, each with a hash of its content in its name, so that a browser may keep
//! it for ever and a new version never meets an old one.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::bindings::App;
use crate::page;

/// Hexadecimal digits of the hash in a name: 64 bits, far from any collision among our files.
const HASH_DIGITS: usize = 16;

/// The style sheets in the order in which they are joined.
const STYLES: [&str; 3] = ["tokens.css", "shop.css", "app.css"];

/// The files written so far: how the sources name them, and where the browser finds them.
#[derive(Debug)]
pub struct Assets {
    /// The whole bundle's directory.
    out: PathBuf,
    /// Where hashed files go.
    directory: PathBuf,
    addresses: BTreeMap<String, String>,
}

impl Assets {
    pub fn new(out: &Path) -> Result<Self> {
        let directory = out.join("assets");
        fs::create_dir_all(&directory)?;
        Ok(Self { out: out.to_owned(), directory, addresses: BTreeMap::new() })
    }

    /// Writes a file and remembers its address under `name`.
    fn add(&mut self, name: &str, content: &[u8]) -> Result<String> {
        let file = hashed(name, content);
        fs::write(self.directory.join(&file), content)?;
        let address = format!("/assets/{file}");
        self.addresses.insert(name.to_owned(), address.clone());
        Ok(address)
    }

    /// What `{{name}}` stands for in the page and in scripts.
    pub fn addresses(&self) -> &BTreeMap<String, String> {
        &self.addresses
    }
}

/// `tradewind.wasm` becomes `tradewind-0123456789abcdef.wasm`.
fn hashed(name: &str, content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{}.{extension}", &hash[..HASH_DIGITS]),
        None => format!("{name}-{}", &hash[..HASH_DIGITS]),
    }
}

/// Places everything that the page names.
///
/// # Errors
/// When a source cannot be read or names something that is not there.
pub fn place(assets: &mut Assets, frontend: &Path, app: &App) -> Result<()> {
    let sources = frontend.join("assets");
    fonts(assets, &sources.join("fonts"))?;
    styles(assets, &sources.join("css"))?;
    for name in ["favicon.svg", "theme.js"] {
        let content = fs::read(sources.join(name)).with_context(|| format!("{name} cannot be read"))?;
        assets.add(name, &content)?;
    }
    application(assets, app)?;
    let start = fs::read_to_string(sources.join("start.js")).context("start.js cannot be read")?;
    let start = page::fill(&start, assets.addresses())?;
    assets.add("start.js", start.as_bytes())?;
    Ok(())
}

fn fonts(assets: &mut Assets, sources: &Path) -> Result<()> {
    let entries = fs::read_dir(sources).with_context(|| format!("{} cannot be read", sources.display()))?;
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.extension().is_some_and(|extension| extension == "woff2") {
            assets.add(&name, &fs::read(&path)?)?;
        } else {
            // The licence travels with the fonts. Its name has no hash, so it stays out of `assets/`.
            fs::copy(&path, assets.out.join(format!("fonts-{name}")))?;
        }
    }
    Ok(())
}

/// One sheet, so that one request styles the page; fonts are named by their final addresses.
fn styles(assets: &mut Assets, sources: &Path) -> Result<()> {
    let mut joined = String::new();
    for name in STYLES {
        joined += &fs::read_to_string(sources.join(name)).with_context(|| format!("{name} cannot be read"))?;
        joined.push('\n');
    }
    for (name, address) in &assets.addresses {
        joined = joined.replace(&format!("url(\"fonts/{name}\")"), &format!("url(\"{address}\")"));
    }
    if let Some(at) = joined.find("url(\"fonts/") {
        let missing: String = joined[at..].chars().take_while(|character| *character != ')').collect();
        bail!("the style sheets name a font that is not there: {missing})");
    }
    assets.add("shop.css", joined.as_bytes())?;
    Ok(())
}

fn application(assets: &mut Assets, app: &App) -> Result<()> {
    let mut js = app.js.clone();
    for (path, snippet) in &app.snippets {
        if snippet.contains("from '.") || snippet.contains("from \".") {
            bail!("the snippet {path} imports a neighbour, which gets another name here");
        }
        let name = path.replace(['/', '\\'], "-");
        let address = assets.add(&name, snippet.as_bytes())?;
        js = js.replace(&format!("./snippets/{path}"), &address);
    }
    if js.contains("./snippets/") {
        bail!("the bindings import a snippet that wasm-bindgen did not hand out");
    }
    for (name, part) in &app.parts {
        let address = assets.add(name, part)?;
        js = js.replace(&format!("\"./{name}\""), &format!("\"{address}\""));
        if !js.contains(&address) {
            bail!("nothing loads the part {name}");
        }
    }
    assets.add("tradewind.wasm", &app.wasm)?;
    assets.add("tradewind.js", js.as_bytes())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_changes_with_the_content_and_only_with_it() {
        assert_eq!(hashed("a.css", b"x"), hashed("a.css", b"x"));
        assert_ne!(hashed("a.css", b"x"), hashed("a.css", b"y"));
        assert_eq!(hashed("tradewind.wasm", b""), "tradewind-e3b0c44298fc1c14.wasm");
    }
}
