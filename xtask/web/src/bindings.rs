//! wasm-bindgen's half: the module made ready for the browser and the JavaScript that loads it.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

/// What the browser runs.
#[derive(Debug)]
pub struct App {
    pub wasm: Vec<u8>,
    /// The module that loads it; imports the snippets as `./snippets/<path>`.
    pub js: String,
    /// JavaScript that crates bring, by its path below `snippets/`.
    pub snippets: BTreeMap<String, String>,
}

/// # Errors
/// When the module was not built for wasm-bindgen's version, or needs packages from npm.
pub fn generate(wasm: &Path) -> Result<App> {
    let mut output = Bindgen::new()
        .input_path(wasm)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()
        .with_context(|| format!("no bindings can be made for {}", wasm.display()))?;
    if !output.npm_dependencies().is_empty() {
        let names: Vec<&str> = output.npm_dependencies().keys().map(String::as_str).collect();
        bail!("the frontend's crates want packages from npm ({}), which this build does not bundle", names.join(", "));
    }
    let inline = output
        .snippets()
        .iter()
        .flat_map(|(package, list)| list.iter().enumerate().map(move |(index, js)| (format!("{package}/inline{index}.js"), js.clone())));
    let local = output.local_modules().iter().map(|(path, js)| (path.clone(), js.clone()));
    let snippets = inline.chain(local).collect();
    let js = output.js().to_owned();
    Ok(App { wasm: output.wasm_mut().emit_wasm(), js, snippets })
}
