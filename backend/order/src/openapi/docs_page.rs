//! The API's description as HTML.

use std::fmt::Write;

use serde_json::Value;

const HEAD: &str = r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>API | Tradewind</title><style>
:root { color-scheme: light dark; --ink: light-dark(#13212a, #ece8dc); --paper: light-dark(#f7f5ef, #0d171c); --line: light-dark(#dcd8cb, #26353d); --sea: light-dark(#0d5060, #82c8cc); }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink); font: 400 1rem/1.6 Figtree, "Segoe UI", system-ui, sans-serif; }
h1, h2 { font-family: Georgia, serif; font-weight: 400; } h2 { margin-block: 2.5rem .5rem; }
details { border-top: 1px solid var(--line); } summary { padding-block: .7rem; cursor: pointer; overflow-wrap: anywhere; }
code { font: .875rem/1.5 ui-monospace, monospace; } b.m { display: inline-block; min-width: 4.5rem; color: var(--sea); font: 600 .8125rem/1 ui-monospace, monospace; }
table { border-collapse: collapse; width: 100%; margin-block: .25rem 1rem; font-size: .9375rem; } td { padding: .35rem .75rem .35rem 0; vertical-align: top; border-top: 1px solid var(--line); }
a { color: var(--sea); }
</style></head><body><h1>The Tradewind API</h1><p>Everything stands below <code>/api/v1</code>, apart from the key set. The same as <a href="/api/v1/openapi.json">openapi.json</a>.</p>"#;

/// A page of a whole OpenAPI document.
pub fn render(document: &Value) -> String {
    let mut page = HEAD.to_owned();
    let mut tags: Vec<&str> = operations(document).filter_map(|(_, _, operation)| operation["tags"][0].as_str()).collect();
    tags.sort_unstable();
    tags.dedup();
    for tag in tags {
        let _ = write!(page, "<h2>{}</h2>", escape(tag));
        for (path, method, operation) in operations(document).filter(|(_, _, operation)| operation["tags"][0] == *tag) {
            operation_entry(&mut page, path, method, operation);
        }
    }
    page.push_str("</body></html>");
    page
}

fn operations(document: &Value) -> impl Iterator<Item = (&String, &String, &Value)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(path, methods)| methods.as_object().into_iter().flatten().map(move |(method, operation)| (path, method, operation)))
}

fn operation_entry(page: &mut String, path: &str, method: &str, operation: &Value) {
    let summary = operation["summary"].as_str().or(operation["description"].as_str()).unwrap_or_default();
    let _ = write!(
        page,
        "<details><summary><b class=\"m\">{}</b><code>{}</code><br>{}</summary><table>",
        escape(&method.to_uppercase()),
        escape(path),
        escape(summary)
    );
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap_or_default();
        let place = parameter["in"].as_str().unwrap_or_default();
        let text = parameter["description"].as_str().unwrap_or_default();
        let _ = write!(page, "<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>", escape(name), escape(place), escape(text));
    }
    if let Some(schema) = schema_name(&operation["requestBody"]) {
        let _ = write!(page, "<tr><td>body</td><td></td><td><code>{}</code></td></tr>", escape(schema));
    }
    for (status, response) in operation["responses"].as_object().into_iter().flatten() {
        let schema = schema_name(response).unwrap_or_default();
        let text = response["description"].as_str().unwrap_or_default();
        let _ = write!(page, "<tr><td>{}</td><td><code>{}</code></td><td>{}</td></tr>", escape(status), escape(schema), escape(text));
    }
    page.push_str("</table></details>");
}

fn schema_name(body: &Value) -> Option<&str> {
    let content = body["content"].as_object()?.values().next()?;
    content["schema"]["$ref"].as_str()?.rsplit('/').next()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn every_route_stands_on_the_page_and_text_is_escaped() {
        let document = json!({"paths": {"/products": {"get": {"tags": ["catalogue"], "summary": "Lists <b>", "responses": {"200": {"description": "ok"}}}}}});
        let page = super::render(&document);
        assert!(page.contains("<code>/products</code>") && page.contains("Lists &lt;b&gt;"), "{page}");
    }
}
