//! The page: `frontend/index.html` with the final addresses filled in.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::assets::Assets;

/// # Errors
/// When the template cannot be read, or names an asset that there is not.
pub fn write(template: &Path, assets: &Assets, out: &Path) -> Result<()> {
    let text = fs::read_to_string(template).with_context(|| format!("{} cannot be read", template.display()))?;
    fs::write(out.join("index.html"), fill(&text, assets.addresses())?)?;
    Ok(())
}

/// Replaces each `{{name}}` by the address of that asset.
///
/// # Errors
/// For a name without an asset, and for a `{{` that is never closed.
pub fn fill(template: &str, addresses: &BTreeMap<String, String>) -> Result<String> {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, tail) = after.split_once("}}").context("a {{ is never closed")?;
        let Some(address) = addresses.get(name) else {
            let known: Vec<&str> = addresses.keys().map(String::as_str).collect();
            bail!("there is no asset named {name}; there are {}", known.join(", "));
        };
        filled.push_str(before);
        filled.push_str(address);
        rest = tail;
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_filled_in_and_unknown_names_refused() {
        let addresses = BTreeMap::from([("a.js".to_owned(), "/assets/a-1.js".to_owned())]);
        assert_eq!(fill("<{{a.js}}> {{a.js}}", &addresses).expect("filled"), "</assets/a-1.js> /assets/a-1.js");
        let error = fill("{{b.js}}", &addresses).expect_err("refused").to_string();
        assert!(error.contains("b.js") && error.contains("a.js"), "{error}");
        assert!(fill("{{a.js", &addresses).is_err());
    }
}
