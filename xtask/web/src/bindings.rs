//! The module, split where it says that a part is loaded later, made ready for the browser, and the JavaScript that loads it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use wasm_bindgen_cli_support::Bindgen;
use wasm_split_cli_support::Options;

/// How the bindings name the JavaScript that loads the parts.
const LOADER: &str = "./parts.js";
/// How that JavaScript names the bindings.
const MAIN: &str = "./tradewind.js";

/// What the browser runs.
#[derive(Debug)]
pub struct App {
    pub wasm: Vec<u8>,
    /// The module that loads it; imports the snippets as `./snippets/<path>`.
    pub js: String,
    /// JavaScript that crates bring, by its path below `snippets/`.
    pub snippets: BTreeMap<String, String>,
    /// WebAssembly that is loaded later, by file name; `js` names it as `./<file name>`.
    pub parts: BTreeMap<String, Vec<u8>>,
}

/// # Errors
/// When the module was not built for wasm-bindgen's version or for being split, or needs packages from npm.
pub fn generate(wasm: &Path, scratch: &Path) -> Result<App> {
    let input = fs::read(wasm).with_context(|| format!("{} cannot be read", wasm.display()))?;
    let split = split(&input, scratch).with_context(|| format!("{} cannot be split", wasm.display()))?;
    let mut output = Bindgen::new()
        .input_bytes("tradewind", split.main)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        // The parts use the table of functions, the stack's pointer and the memory of the module.
        .keep_lld_exports(true)
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
    let js = with_loader(output.js(), &split.loader)?;
    Ok(App { wasm: output.wasm_mut().emit_wasm(), js, snippets, parts: split.parts })
}

struct Split {
    main: Vec<u8>,
    parts: BTreeMap<String, Vec<u8>>,
    loader: String,
}

/// Takes out of the module what only its split points lead to.
fn split(input: &[u8], scratch: &Path) -> Result<Split> {
    let directory = scratch.join("split");
    let main = directory.join("main.wasm");
    let mut options = Options::new(input);
    options.output_dir = &directory;
    options.main_out_path = &main;
    options.link_name = LOADER;
    options.main_module = MAIN;
    let made = wasm_split_cli_support::transform(options).map_err(|error| anyhow!("{error:#}"))?;
    let mut parts = BTreeMap::new();
    for path in &made.split_modules {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        parts.insert(name, fs::read(path)?);
    }
    let split = Split { main: fs::read(&main)?, parts, loader: fs::read_to_string(directory.join(LOADER))? };
    fs::remove_dir_all(&directory)?;
    Ok(split)
}

/// The bindings with the parts' loader inside. As two files they would import each other, and neither could have the hash of its
/// content in its name before the other.
fn with_loader(bindings: &str, loader: &str) -> Result<String> {
    let import = format!("import {{ initSync }} from \"{MAIN}\";\n");
    let loader = loader.strip_prefix(&import).context("the parts' loader does not begin with its import of the bindings")?;
    let names: Vec<&str> = loader.lines().filter_map(|line| line.strip_prefix("export const ")?.split_whitespace().next()).collect();
    let mut js = String::with_capacity(bindings.len() + loader.len());
    let mut found = false;
    for line in bindings.lines() {
        match line.strip_prefix("import * as ").and_then(|rest| rest.strip_suffix(&format!(" from \"{LOADER}\""))) {
            Some(namespace) => {
                found = true;
                js += &format!("const {namespace} = {{ {} }};", names.join(", "));
            }
            None => js += line,
        }
        js.push('\n');
    }
    if found == names.is_empty() {
        bail!("the bindings do not import the parts' loader the way that is known here");
    }
    // Before anything runs: the namespace above names what is declared here.
    Ok(loader.replace("export const ", "const ") + &js)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTS: &str = "import { initSync } from \"./tradewind.js\";\n\nlet x;\nexport const load_bridge = make(x);\n";

    #[test]
    fn the_loader_moves_into_the_bindings() {
        let bindings = "import * as import1 from \"./parts.js\"\nexport function initSync() { import1; }\n";
        let js = with_loader(bindings, PARTS).expect("joined");
        assert!(!js.contains("./parts.js") && !js.contains("./tradewind.js"), "{js}");
        assert!(js.contains("const import1 = { load_bridge };\nexport function initSync"), "{js}");
        let declared = js.find("const load_bridge = make(x);").expect("declared");
        assert!(declared < js.find("const import1").expect("used"), "{js}");
    }

    #[test]
    fn bindings_that_do_not_import_the_loader_are_refused() {
        assert!(with_loader("export function initSync() {}\n", PARTS).is_err());
        assert!(with_loader("import * as import1 from './parts.js';\n", PARTS).is_err());
        assert!(with_loader("export function initSync() {}\n", "let x;\n").is_err());
    }
}
