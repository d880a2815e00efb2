//! docs/EVENTS.md says what the code does: its tables are made of the events' sources, the dispatch table and the golden examples.

use std::{
    collections::BTreeMap,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use tradewind_events::{catalogue, topics};
use tradewind_worker::dispatch::CONSUMERS;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const BEGIN: &str = "<!-- generated -->\n";
const END: &str = "<!-- end of what is generated -->\n";
/// Whose events they are, by topic.
const CHAPTERS: [(&str, &str); 3] =
    [(topics::ORDER_EVENTS, "Orders"), (topics::USER_EVENTS, "Users"), (topics::CATALOG_EVENTS, "Catalogue")];

#[test]
fn the_documented_events_are_current() -> Result<()> {
    let path = format!("{ROOT}/docs/EVENTS.md");
    let committed = fs::read_to_string(&path)?;
    let current = replace(&committed, &[table()?, chapters()?])?;
    if std::env::var_os("UPDATE_EVENTS").is_some() {
        fs::write(&path, &current)?;
    }
    let committed = fs::read_to_string(&path)?;
    assert!(committed == current, "docs/EVENTS.md is out of date: UPDATE_EVENTS=1 cargo test -p tradewind-tests --test events");
    Ok(())
}

#[test]
fn every_handled_version_is_the_current_one() {
    for handles in CONSUMERS.iter().flat_map(|consumer| consumer.handlers) {
        let known = catalogue::ALL.iter().find(|known| known.kind == handles.kind);
        assert_eq!(known.map(|known| known.version), Some(handles.version), "{}", handles.kind);
    }
}

/// Puts texts between the marks, in order.
fn replace(document: &str, texts: &[String]) -> Result<String> {
    let mut rest = document;
    let mut replaced = String::new();
    for text in texts {
        let (before, after) = rest.split_once(BEGIN).context("too few marks")?;
        let (_, after) = after.split_once(END).context("a mark is not ended")?;
        write!(replaced, "{before}{BEGIN}\n{text}\n{END}")?;
        rest = after;
    }
    Ok(replaced + rest)
}

fn table() -> Result<String> {
    let sources = sources()?;
    let mut text = "| type | version | topic | key and aggregate | sent by | read by |\n|---|---|---|---|---|---|\n".to_owned();
    for kind in catalogue::ALL {
        // A literal of the struct, next to an outbox.
        let literal = format!("{} {{", kind.name);
        let senders: Vec<String> = sources
            .iter()
            .filter(|(_, source)| source.contains("outbox::append") && source.contains(&literal))
            .map(|(path, _)| format!("`{path}`"))
            .collect();
        let readers: Vec<String> = CONSUMERS
            .iter()
            .filter(|consumer| consumer.handlers.iter().any(|handles| handles.kind == kind.kind))
            .map(|consumer| format!("`{}`", consumer.name))
            .collect();
        let or_nobody = |names: Vec<String>| if names.is_empty() { "nobody yet".to_owned() } else { names.join(", ") };
        writeln!(
            text,
            "| `{}` | {} | `{}` | {} id | {} | {} |",
            kind.kind,
            kind.version,
            kind.topic,
            kind.aggregate,
            or_nobody(senders),
            or_nobody(readers)
        )?;
    }
    Ok(text)
}

fn chapters() -> Result<String> {
    let mut text = String::new();
    for (topic, title) in CHAPTERS {
        writeln!(text, "## {title}\n")?;
        for kind in catalogue::ALL.iter().filter(|kind| kind.topic == topic) {
            let path = format!("{ROOT}/backend/events/src/{}.rs", kind.kind.replace('.', "_"));
            let structs = structs(&fs::read_to_string(&path).context(path)?);
            let event = structs.get(kind.name).with_context(|| format!("no struct {}", kind.name))?;
            writeln!(text, "### `{}`\n\n{}\n\n| field | type | meaning |\n|---|---|---|", kind.kind, event.doc)?;
            write_fields(&mut text, "", event, &structs)?;
            let golden = fs::read_to_string(format!("{ROOT}/backend/events/golden/{}.v{}.json", kind.kind, kind.version))?;
            writeln!(text, "\n```json\n{}\n```\n", golden.trim_end())?;
        }
    }
    Ok(text.trim_end().to_owned() + "\n")
}

#[derive(Default)]
struct Struct {
    doc: String,
    /// Name, type and doc.
    fields: Vec<(String, String, String)>,
}

/// The structs of a source, by name. They are plain: a line a field.
fn structs(source: &str) -> BTreeMap<String, Struct> {
    let mut structs = BTreeMap::new();
    let mut doc = Vec::new();
    let mut open: Option<(String, Struct)> = None;
    for line in source.lines() {
        let line = line.trim();
        if let Some(text) = line.strip_prefix("///") {
            doc.push(text.trim());
        } else if let Some(name) = line.strip_prefix("pub struct ").and_then(|rest| rest.strip_suffix(" {")) {
            open = Some((name.to_owned(), Struct { doc: doc.join(" "), ..Struct::default() }));
            doc.clear();
        } else if let Some((_, fields)) = &mut open
            && let Some((name, kind)) = line.strip_prefix("pub ").and_then(|rest| rest.split_once(": "))
        {
            fields.fields.push((name.to_owned(), kind.trim_end_matches(',').to_owned(), doc.join(" ")));
            doc.clear();
        } else if line == "}" {
            structs.extend(open.take());
            doc.clear();
        }
    }
    structs
}

fn write_fields(text: &mut String, before: &str, of: &Struct, structs: &BTreeMap<String, Struct>) -> Result<()> {
    for (name, kind, doc) in &of.fields {
        let inner = kind.strip_prefix("Vec<").and_then(|rest| rest.strip_suffix('>'));
        match inner.and_then(|inner| structs.get(inner)) {
            Some(nested) => write_fields(text, &format!("{before}{name}[]."), nested, structs)?,
            None => writeln!(text, "| `{before}{name}` | {} | {doc} |", on_the_wire(kind))?,
        }
    }
    Ok(())
}

/// A Rust type as JSON shows it.
fn on_the_wire(kind: &str) -> String {
    match kind {
        "OrderId" | "UserId" | "ProductId" | "SessionId" | "Uuid" => "UUID".to_owned(),
        "String" => "text".to_owned(),
        "OrderNumber" => "order number".to_owned(),
        "Money" => "money".to_owned(),
        "Timestamp" => "RFC 3339, UTC".to_owned(),
        "bool" => "boolean".to_owned(),
        "i32" | "i64" | "u32" | "u64" => "integer".to_owned(),
        "Availability" => "`in_stock`, `low` or `out`".to_owned(),
        _ => {
            let inside = |name: &str| kind.strip_prefix(name)?.strip_suffix('>').map(on_the_wire);
            match (inside("Option<"), inside("Vec<")) {
                (Some(inner), _) => format!("{inner}, or null"),
                (_, Some(inner)) => format!("list of {inner}"),
                _ => format!("`{kind}`"),
            }
        }
    }
}

/// What may send an event, by path below `backend/`.
fn sources() -> Result<Vec<(String, String)>> {
    let mut sources = Vec::new();
    for service in ["order", "user", "worker"] {
        collect(Path::new(&format!("{ROOT}/backend/{service}/src")), &mut sources)?;
    }
    let mut named: Vec<(String, String)> = sources
        .into_iter()
        // Sends to topics of its own.
        .filter(|(path, _)| !path.ends_with("measure.rs"))
        .map(|(path, source)| {
            let name = path.to_string_lossy().rsplit_once("backend/").map(|(_, name)| name.replace("/src/", "/")).context("a path")?;
            Ok((name, source))
        })
        .collect::<Result<_>>()?;
    named.sort();
    Ok(named)
}

fn collect(directory: &Path, sources: &mut Vec<(PathBuf, String)>) -> Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, sources)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = fs::read_to_string(&path)?;
            sources.push((path, source));
        }
    }
    Ok(())
}
