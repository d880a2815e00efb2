//! What was once sent stays readable: every golden example of every version, by the struct of today.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;
use tradewind_events::catalogue;

fn golden() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/golden"))
}

#[test]
fn every_version_up_to_the_current_one_has_an_example_and_can_be_read() {
    for kind in catalogue::ALL {
        for version in 1..=kind.version {
            let path = golden().join(format!("{}.v{version}.json", kind.kind));
            let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let payload: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (kind.read)(&payload).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
    }
}

/// A newer release adds fields; they must not hurt this one.
#[test]
fn a_field_that_is_not_known_is_ignored() {
    for kind in catalogue::ALL {
        let path = golden().join(format!("{}.v{}.json", kind.kind, kind.version));
        let mut payload: Value = serde_json::from_str(&fs::read_to_string(&path).expect("an example")).expect("JSON");
        payload["added_later"] = Value::from(1);
        (kind.read)(&payload).unwrap_or_else(|error| panic!("{}: {error}", kind.kind));
    }
}

#[test]
fn the_catalogue_knows_every_event_and_every_example() {
    let listed: BTreeSet<String> = catalogue::ALL.iter().map(|kind| kind.kind.replace('.', "_")).collect();
    let sources: BTreeSet<String> = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))
        .expect("sources")
        .map(|entry| entry.expect("a source").path())
        .filter(|path| fs::read_to_string(path).expect("text").contains("impl Event for"))
        .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
        .collect();
    assert_eq!(listed, sources, "catalogue.rs (left) and the files that hold an event (right)");
    let examples: BTreeSet<String> = fs::read_dir(golden())
        .expect("examples")
        .map(|entry| entry.expect("an example").file_name().to_string_lossy().into_owned())
        .collect();
    let wanted: BTreeSet<String> =
        catalogue::ALL.iter().flat_map(|kind| (1..=kind.version).map(move |version| format!("{}.v{version}.json", kind.kind))).collect();
    assert_eq!(wanted, examples, "catalogue.rs (left) and golden/ (right)");
}
